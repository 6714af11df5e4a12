"""``thuisroute scenarios run``: play the scenarios of routes and say what was never taken."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass, field
from pathlib import Path

import click

from engine.routes import RouteRefused, read_folder
from tasks.scenarios.coverage import Coverage, FileCoverage, Kind
from tasks.scenarios.outcome import Failed
from tasks.scenarios.player import Player
from tasks.scenarios.script import ScriptRefused, read_script, scripts_of
from tasks.scenarios.stage import Scenery

_PLURAL = {Kind.FLOW: "paden", Kind.RULE: "regels", Kind.BRANCH: "uitkomsten van 'if'"}


@dataclass
class Report:
    """How the scenarios of one route went. ``scenarios`` holds the fault of each, or None."""

    folder: Path
    scenarios: dict[str, str | None] = field(default_factory=dict)
    findings: tuple[str, ...] = ()
    coverage: tuple[FileCoverage, ...] = ()

    @property
    def is_good(self) -> bool:
        return not self.findings and all(fault is None for fault in self.scenarios.values())

    @property
    def is_complete(self) -> bool:
        return not any(part.missing for part in self.coverage)


@click.group(name="scenarios", help="Scenario's: een route naspelen op een virtuele klok.")
def scenarios_command() -> None:
    """Group."""


@scenarios_command.command(help="Speel een scenario, de scenario's van een map, of alle.")
@click.argument(
    "path",
    metavar="[MAP]",
    type=click.Path(exists=True, path_type=Path),
    default=Path("processes"),
)
@click.option("--json", "as_json", is_flag=True, help="De uitkomst als JSON, voor een programma.")
@click.option("--require-all", is_flag=True, help="Ook fout als er iets nooit is genomen.")
def run(path: Path, as_json: bool, require_all: bool) -> None:
    """Play a file, a route folder, or every route below a folder."""
    reports = []
    for folder, paths in _routes(path):
        report = _play_route(folder, paths)
        reports.append(report)
        if not as_json:
            click.echo("\n".join(_lines(report)))
    if as_json:
        click.echo(json.dumps([_data(report) for report in reports], ensure_ascii=False, indent=2))
    elif not reports:
        click.echo(f"Er is geen route in {path}.")
    good = bool(reports) and all(report.is_good for report in reports)
    complete = not require_all or all(report.is_complete for report in reports)
    sys.exit(0 if good and complete else 1)


def _play_route(folder: Path, paths: list[Path]) -> Report:
    report = Report(folder)
    try:
        with Scenery.build(read_folder(folder)) as scenery:
            coverage = Coverage.of(scenery.route)
            for script_path in paths:
                report.scenarios[script_path.name] = _play(scenery, coverage, script_path)
            report.coverage = coverage.files()
    except RouteRefused as refused:
        report.findings = tuple(
            f"{finding.file} {finding.element_id}: {finding.message}"
            for finding in refused.findings
        )
    return report


def _play(scenery: Scenery, coverage: Coverage, path: Path) -> str | None:
    """Play one file; gives what was wrong, in Dutch, or None."""
    try:
        script = read_script(path)
        with scenery.stage(script.begin) as stage:
            try:
                with coverage.watch():
                    Player(script, stage).play()
            except Failed as failed:
                # A fault of the route says more than what the scenario saw of it.
                raise Failed(" ".join((failed.text, *stage.faults()))) from failed
            finally:
                coverage.add(stage.database)
    except (Failed, ScriptRefused) as failed:
        return failed.text
    return None


def _routes(path: Path) -> list[tuple[Path, list[Path]]]:
    if path.is_file():
        return [(path.parent.parent, [path])]
    folders = (
        [path]
        if (path / "route.toml").exists()
        else sorted(one.parent for one in path.glob("*/route.toml"))
    )
    return [(folder, scripts_of(folder)) for folder in folders]


# -- saying it -----------------------------------------------------------------------------------


def _lines(report: Report) -> list[str]:
    lines = [f"Route in {report.folder}", *report.findings]
    for name, fault in report.scenarios.items():
        lines.append(f"  goed  {name}" if fault is None else f"  FOUT  {name}: {fault}")
    if report.coverage:
        lines.append(f"  {'bestand':<34}{'wat':<22}{'genomen':>9}{'nooit':>7}")
    for part in report.coverage:
        missing = len(part.missing)
        taken = f"{part.total - missing}/{part.total}"
        lines.append(f"  {part.file:<34}{_PLURAL[part.kind]:<22}{taken:>9}{missing:>7}")
        lines += [f"      nooit: {goal.id} {goal.words}" for goal in part.missing]
    return lines


def _data(report: Report) -> dict[str, object]:
    return {
        "map": str(report.folder),
        "fouten_in_de_route": list(report.findings),
        "scenarios": [
            {"bestand": name, "goed": fault is None, "fout": fault}
            for name, fault in report.scenarios.items()
        ],
        "dekking": [
            {
                "bestand": part.file,
                "soort": part.kind,
                "aantal": part.total,
                "nooit": [{"id": goal.id, "omschrijving": goal.words} for goal in part.missing],
            }
            for part in report.coverage
        ],
    }
