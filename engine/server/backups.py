"""The commands ``backup`` and ``restore``, for an installation on SQLite."""

from __future__ import annotations

from pathlib import Path

import click

from engine.backup import BackupRefused, back_up, database_file, restore
from engine.clock import SystemClock
from engine.server.runtime import begin_process
from engine.server.starter import opened, settings_of_start
from engine.usage import Refused

_FILE = click.argument("file", metavar="BESTAND", type=click.Path(path_type=Path))


@click.command("backup")
@_FILE
def backup_command(file: Path) -> None:
    """Maak een kopie van de database in BESTAND (SQLite).

    Dit kan terwijl iedereen doorwerkt. Brieven en bijlagen zitten erin. De kopie bevat gegevens
    van mensen: bewaar haar net zo veilig als de database zelf.
    """
    begin_process()
    with opened(settings_of_start()) as database:
        try:
            back_up(database, file)
        except BackupRefused as refused:
            raise Refused(refused.text) from refused
    click.echo(f"De kopie staat in {file}.")


@click.command("restore")
@_FILE
def restore_command(file: Path) -> None:
    """Zet de kopie in BESTAND terug (SQLite). Stop eerst de website en de planner.

    De database van nu blijft bewaard, onder een andere naam.
    """
    begin_process()
    with opened(settings_of_start()) as database:
        try:
            kept = restore(database, file, SystemClock().now())
            place = database_file(database)
        except BackupRefused as refused:
            raise Refused(refused.text) from refused
    click.echo(f"De kopie is teruggezet in {place}.")
    if kept is not None:
        click.echo(f"De database die er stond heet nu {kept}.")
    click.echo("U kunt Thuisroute weer starten.")
