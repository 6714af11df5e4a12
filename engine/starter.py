"""The command ``thuisroute run``: web and scheduler together in one process."""

from __future__ import annotations

import os
from pathlib import Path

import click
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError, SQLAlchemyError

from engine.clock import SystemClock
from engine.config import SettingInvalid, Settings
from engine.db import open_database
from engine.preparing import Prepared, prepare
from engine.runtime import begin_process, demand_free_address, run_services
from engine.services import Demonstration, ServiceRefused, service

SERVICES = ("web", "scheduler")


class StartRefused(click.ClickException):
    """A start that is not possible, said in one Dutch sentence; exit code 1."""

    def show(self, file: object = None) -> None:
        click.echo(self.message, err=True)


@click.command("run")
@click.option(
    "--demo",
    is_flag=True,
    help="Maak organisaties en mensen voor een demonstratie (met bekend wachtwoord).",
)
@click.option(
    "--port", type=click.IntRange(1, 65535), help="Poort van de website (anders PORT, anders 8000)."
)
def run_command(demo: bool, port: int | None) -> None:
    """Start de website en de planner samen."""
    begin_process()
    settings = settings_of_start(port)
    try:
        run(settings, with_demonstration=demo or settings.is_default_database)
    except KeyboardInterrupt:
        # Ctrl-C before everything ran: nothing is half done, each part is one transaction.
        return


def settings_of_start(port: int | None = None) -> Settings:
    """The settings of the environment, ``port`` above PORT; raises StartRefused."""
    environ = dict(os.environ) if port is None else {**os.environ, "PORT": str(port)}
    try:
        return Settings.from_environment(environ)
    except SettingInvalid as error:
        raise StartRefused(error.text) from error


def run(settings: Settings, *, with_demonstration: bool) -> None:
    """Prepare, start, tell where, and wait for the end; raises StartRefused."""
    clock = SystemClock()
    try:
        demand_free_address(settings.host, settings.port)
        database = open_database(settings.database_url)
        try:
            prepared = prepare(
                database, settings, clock.now(), with_demonstration=with_demonstration
            )
            services = [service(name)(settings, database, clock) for name in SERVICES]
            run_services(services, lambda: _announce(settings, prepared))
        finally:
            database.close()
    except ServiceRefused as refusal:
        raise StartRefused(refusal.text) from refusal
    except OperationalError as error:
        raise StartRefused(database_unavailable(settings)) from error
    click.echo("Thuisroute is gestopt.")


def database_unavailable(settings: Settings) -> str:
    """The sentence for a database that cannot be opened. Without the password."""
    try:
        where = make_url(settings.database_url).render_as_string(hide_password=True)
    except SQLAlchemyError:
        where = "DATABASE_URL"
    return (
        f"De database is niet bereikbaar: {where}. "
        "Controleer of de database draait en of DATABASE_URL klopt."
    )


def _announce(settings: Settings, prepared: Prepared) -> None:
    for refused in prepared.refused:
        click.echo(
            f"Let op: de route in {_short(refused.folder)} is niet in gebruik genomen. "
            f"Er zijn {refused.findings} punten die niet kloppen. "
            f"Kijk met: thuisroute processes check {_short(refused.folder)}",
            err=True,
        )
    click.echo(f"\nThuisroute draait op {settings.public_url}\n")
    if prepared.demonstration is not None:
        _announce_accounts(prepared.demonstration)
    if prepared.administrator_link is not None:
        click.echo("Er is nog geen beheerder. Kies een wachtwoord voor de eerste beheerder op:")
        click.echo(f"  {prepared.administrator_link}")
        click.echo("Deze link werkt één keer, en 24 uur lang.\n")
    if settings.smtp is None:
        click.echo(
            f"Er wordt geen post verstuurd: brieven komen in {_short(settings.var / 'mail')}."
        )
    click.echo("Stoppen: Ctrl-C.")


def _announce_accounts(demonstration: Demonstration) -> None:
    click.echo(f"Inloggen kan als (wachtwoord voor iedereen: {demonstration.password})")
    accounts = demonstration.accounts
    name_width = max((len(account.username) for account in accounts), default=0)
    for account in accounts:
        place = f", {account.organisation}" if account.organisation else ""
        roles = "; ".join(account.roles)
        click.echo(f"  {account.username:<{name_width}}  {account.name}{place}: {roles}")
    click.echo()


def _short(path: Path) -> str:
    try:
        return str(path.resolve().relative_to(Path.cwd()))
    except ValueError:
        return str(path)
