"""``thuisroute scenarios run``: play the scenarios of routes and say what was never taken."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from engine.routes import RouteRefused, read_folder
from tasks.scenarios.player import Failed, Player
from tasks.scenarios.script import ScriptRefused, read_script, scripts_of
from tasks.scenarios.stage import Scenery


@click.group(name="scenarios", help="Scenario's: een route naspelen op een virtuele klok.")
def scenarios_command() -> None:
    """Group."""


@scenarios_command.command(help="Speel een scenario, de scenario's van een map, of alle.")
@click.argument("path", type=click.Path(exists=True, path_type=Path), default=Path("processes"))
def run(path: Path) -> None:
    """Play a file, a route folder, or every route below a folder."""
    failures = 0
    for folder, paths in _routes(path):
        try:
            scenery = Scenery.build(read_folder(folder))
            with scenery as built:
                for script_path in paths:
                    failures += _play(built, script_path)
        except RouteRefused as refused:
            for finding in refused.findings:
                click.echo(f"{folder}: {finding.message}")
            failures += 1
    sys.exit(1 if failures else 0)


def _play(scenery: Scenery, path: Path) -> int:
    try:
        script = read_script(path)
        with scenery.stage(script.begin) as stage:
            Player(script, stage).play()
    except (Failed, ScriptRefused) as failed:
        click.echo(f"FOUT  {path.name}: {failed.text}")
        return 1
    click.echo(f"goed  {path.name}: {script.name}")
    return 0


def _routes(path: Path) -> list[tuple[Path, list[Path]]]:
    if path.is_file():
        return [(path.parent.parent, [path])]
    folders = (
        [path]
        if (path / "route.toml").exists()
        else sorted(one.parent for one in path.glob("*/route.toml"))
    )
    return [(folder, scripts_of(folder)) for folder in folders]
