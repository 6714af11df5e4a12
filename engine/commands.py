"""``thuisroute processes``: put a route into use, see which there are, check one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from engine.actors import Actor
from engine.clock import AMSTERDAM, SystemClock
from engine.db import Database
from engine.findings import Finding, RouteRefused
from engine.migrate import migrate
from engine.models import ProcessDefinition
from engine.routes import Route

CHECKS = "thuisroute.checks"
_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)


@click.group(name="processes")
def processes_command() -> None:
    """Routes: in gebruik nemen, bekijken en controleren."""


@processes_command.command("deploy")
@click.argument("folder", metavar="MAP", type=_FOLDER)
def deploy_command(folder: Path) -> None:
    """Neem de route in MAP in gebruik als nieuwe versie.

    Lopende zaken blijven op hun eigen versie. Dezelfde route nog een keer verandert niets.
    """
    from engine.definitions import all_versions, deploy, latest
    from engine.routes import read_folder

    try:
        files = read_folder(folder)
        with _migrated() as database, database.transaction() as session:
            before = {row.id for row in all_versions(session)}
            row = deploy(session, files, SystemClock().now(), Actor.system())
            is_new = row.id not in before
            click.echo(
                f"{row.name} ({row.key}) is in gebruik als versie {row.version}."
                if is_new
                else _known(row, latest(session, row.key))
            )
    except RouteRefused as refused:
        _show(refused.findings)
        raise click.exceptions.Exit(1) from None


@processes_command.command("list")
def list_command() -> None:
    """Laat zien welke routes in gebruik zijn, met al hun versies."""
    from engine.definitions import all_versions

    with _migrated() as database, database.reading() as session:
        rows = all_versions(session)
        for row in rows:
            when = row.deployed_at.astimezone(AMSTERDAM)
            click.echo(f"{row.key}  versie {row.version}  {when:%d-%m-%Y %H:%M}  {row.name}")
        if not rows:
            click.echo("Er is nog geen route in gebruik.")


@processes_command.command("check")
@click.argument("folder", metavar="MAP", type=_FOLDER)
def check_command(folder: Path) -> None:
    """Zeg alles wat er mis is met de route in MAP, en met haar scenario's. Verandert niets."""
    from engine.checks import checked_route
    from engine.routes import read_folder

    try:
        route = checked_route(read_folder(folder))
        findings = tuple(found for more in _further_checks() for found in more(folder, route))
    except RouteRefused as refused:
        findings = refused.findings
    _show(findings)
    if findings:
        raise click.exceptions.Exit(1)
    click.echo("De route is in orde.")


def _further_checks() -> list[Callable[[Path, Route], Iterable[Finding]]]:
    """What other rooms check beside a route that is in order (entry point group ``CHECKS``)."""
    from importlib.metadata import entry_points

    return [found.load() for found in sorted(entry_points(group=CHECKS), key=lambda one: one.name)]


@contextmanager
def _migrated() -> Iterator[Database]:
    """The database of the settings with its tables; one that is not there is told in a sentence."""
    from engine.server.starter import opened, settings_of_start

    with opened(settings_of_start()) as database:
        migrate(database)
        yield database


def _known(row: ProcessDefinition, newest: ProcessDefinition) -> str:
    """What to say of contents that were deployed before, maybe under a version long passed."""
    if row.version == newest.version:
        return (
            f"{row.name} ({row.key}) is al in gebruik als versie {row.version}. Er verandert niets."
        )
    return (
        f"Deze inhoud is al bekend als versie {row.version} van {row.key}. Er verandert niets: "
        f"nieuwe zaken krijgen versie {newest.version}. Wilt u terug naar deze inhoud? Wijzig dan "
        "iets kleins, bijvoorbeeld een uitleg in route.toml, en neem de route opnieuw in gebruik."
    )


def _show(findings: tuple[Finding, ...]) -> None:
    for finding in findings:
        click.echo(str(finding), err=True)
    if findings:
        count = len(findings)
        click.echo(f"{count} fout{'' if count == 1 else 'en'} gevonden.", err=True)
