"""The commands ``run`` (web and scheduler in one process) and ``prepare`` (what comes before)."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, OperationalError, SQLAlchemyError

from engine.clock import SystemClock
from engine.config import SettingInvalid, Settings
from engine.db import Database, open_database
from engine.server.preparing import Prepared, prepare
from engine.server.runtime import begin_process, demand_free_address, run_services
from engine.server.services import Account, Demonstration, ServiceRefused, service
from engine.server.status import with_helpers

SERVICES = ("web", "scheduler")


class StartRefused(click.ClickException):
    """A start that is not possible, said in one Dutch sentence; exit code 1."""

    def show(self, file: object = None) -> None:
        click.echo(self.message, err=True)


_DEMO = click.option(
    "--demo",
    is_flag=True,
    help="Maak organisaties en mensen voor een demonstratie (met bekend wachtwoord).",
)


@click.command("run")
@_DEMO
@click.option(
    "--port", type=click.IntRange(1, 65535), help="Poort van de website (anders PORT, anders 8000)."
)
def run_command(demo: bool, port: int | None) -> None:
    """Start de website en de planner samen."""
    begin_process()
    settings = settings_of_start(port)
    with opened(settings) as database:
        clock = SystemClock()
        demand_free_address(settings.host, settings.port)
        prepared = _prepared(settings, database, demo)
        services = [service(name)(settings, database, clock) for name in SERVICES]
        services = with_helpers(services, settings, database, clock)
        run_services(services, lambda: _announce(settings, prepared))
    click.echo("Thuisroute is gestopt.")


@click.command("prepare")
@_DEMO
def prepare_command(demo: bool) -> None:
    """Maak de database klaar: tabellen, routes en de eerste mensen.

    Nodig voor u `serve` en `scheduler` apart start; `run` doet dit zelf. Het kan geen kwaad om
    dit nog een keer te doen.
    """
    begin_process()
    settings = settings_of_start()
    with opened(settings) as database:
        prepared = _prepared(settings, database, demo)
        _announce_people(prepared)
    click.echo("De database is klaar.")


def _prepared(settings: Settings, database: Database, demo: bool) -> Prepared:
    return prepare(
        database,
        settings,
        SystemClock().now(),
        with_demonstration=demo or settings.is_default_database,
    )


def settings_of_start(port: int | None = None) -> Settings:
    """The settings of the environment, ``port`` above PORT; raises StartRefused."""
    environ = dict(os.environ) if port is None else {**os.environ, "PORT": str(port)}
    try:
        return Settings.from_environment(environ)
    except SettingInvalid as error:
        raise StartRefused(error.text) from error


@contextmanager
def opened(settings: Settings) -> Iterator[Database]:
    """The database of one command, closed at the end.

    What makes a start impossible becomes a StartRefused. Ctrl-C before everything runs ends the
    command well: each part of the preparation is one transaction, so nothing is half done.
    """
    try:
        database = open_database(settings.database_url, settings.database)
    except (ArgumentError, ImportError, OSError) as error:
        raise StartRefused(database_unavailable(settings)) from error
    try:
        yield database
    except ServiceRefused as refusal:
        raise StartRefused(refusal.text) from refusal
    except OperationalError as error:
        raise StartRefused(database_unavailable(settings)) from error
    except KeyboardInterrupt:
        raise click.exceptions.Exit(0) from None
    finally:
        database.close()


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
    click.echo(f"\nThuisroute draait op {settings.public_url}\n")
    _announce_people(prepared)
    if settings.smtp is None:
        click.echo(
            f"Er wordt geen post verstuurd: brieven komen in {_short(settings.var / 'mail')}."
        )
    click.echo("Stoppen: Ctrl-C.")


def _announce_people(prepared: Prepared) -> None:
    for kept in prepared.kept:
        click.echo(
            f"Let op: van de route in {_short(kept)} blijft uw eigen versie in gebruik. "
            f"De meegeleverde versie gebruiken? thuisroute processes deploy {_short(kept)}\n",
            err=True,
        )
    for refused in prepared.refused:
        click.echo(
            f"Let op: de route in {_short(refused.folder)} is niet in gebruik genomen. "
            f"Aantal fouten: {refused.findings}. "
            f"Bekijk ze met: thuisroute processes check {_short(refused.folder)}\n",
            err=True,
        )
    if prepared.demonstration is not None:
        _announce_accounts(prepared.demonstration)
    if prepared.administrator_link is not None:
        click.echo("Er is nog geen beheerder. Kies een wachtwoord voor de eerste beheerder op:")
        click.echo(f"  {prepared.administrator_link}")
        click.echo("Deze link werkt één keer, en 24 uur lang.\n")


def _announce_accounts(demonstration: Demonstration) -> None:
    """Everybody, by route where there is more than one."""
    click.echo(f"Inloggen kan als (wachtwoord voor iedereen: {demonstration.password})")
    accounts = demonstration.accounts
    name_width = max((len(account.username) for account in accounts), default=0)
    routes = tuple(dict.fromkeys(name for account in accounts for name in account.routes))
    for route in routes:
        if len(routes) > 1:
            click.echo(f" {route}:")
        _announce_each((one for one in accounts if route in one.routes), name_width)
    if len(routes) > 1:
        click.echo(" Beheer:")
    _announce_each((one for one in accounts if not one.routes), name_width)
    click.echo()


def _announce_each(accounts: Iterable[Account], name_width: int) -> None:
    for account in accounts:
        place = f", {account.organisation}" if account.organisation else ""
        roles = "; ".join(account.roles)
        click.echo(f"  {account.username:<{name_width}}  {account.name}{place}: {roles}")


def _short(path: Path) -> str:
    try:
        return str(path.resolve().relative_to(Path.cwd()))
    except ValueError:
        return str(path)
