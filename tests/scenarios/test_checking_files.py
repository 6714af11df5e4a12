"""What is wrong with scenario files is told by the check of the route, without playing them."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from engine.commands import processes_command
from engine.routes import read_folder, read_route
from tasks.scenarios.files import scenario_findings
from tests.browser.shipped import ROUTES

BEGIN = 'naam = "Proef"\nbegin = 2026-03-09T10:00:00\n'


def found(folder: Path, text: str) -> list[str]:
    """What the check says of one scenario file with this text."""
    (folder / "scenarios" / "proef.toml").write_text(BEGIN + text, encoding="utf-8")
    route = read_route(read_folder(folder))
    return [
        one.message
        for one in scenario_findings(folder, route)
        if one.file == "scenarios/proef.toml"
    ]


def test_the_scenarios_of_the_route_are_in_order(folder: Path) -> None:
    assert list(scenario_findings(folder, read_route(read_folder(folder)))) == []


@pytest.mark.parametrize("folder", ROUTES, ids=lambda folder: folder.name)
def test_those_of_the_shipped_routes_too(folder: Path) -> None:
    assert list(scenario_findings(folder, read_route(read_folder(folder)))) == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("uitlegg = 1", "uitlegg"),
        ('[[stap]]\ntaken = "Vragen"', "taken"),
        ('[[stap]]\ntaak = "Taak_Bestaat_Niet"', "Taak_Bestaat_Niet"),
        ('[[stap]]\nwijs_toe = "Weg"\naan = "sanne"', "Weg"),
        ('[[stap]]\nknop = "Niets"', "Niets"),
        ('[[stap]]\ncorrigeer = "Weg"', "Weg"),
        ('[[stap]]\nbeeindig = "zomaar"', "zomaar"),
        ('[[stap]]\nspring = "2 weken"', "2 weken"),
        ('[[stap]]\nzaak = "andere"', "andere"),
        ('[[stap]]\ndoor = "niemand"', "niemand"),
        ('door = "niemand"', "niemand"),
        ("start = { onzin = 1 }", "onzin"),
        ('[[stap]]\nverwacht.taken = { Weg = "" }', "Weg"),
        ('[[stap]]\nverwacht.timers = { Weg = "" }', "Weg"),
        ('[[stap]]\nverwacht.brieven = ["weg"]', "weg"),
        ('[[stap]]\nverwacht.brieftekst = { weg = "x" }', "weg"),
        ('[[stap]]\nverwacht.ziet = { niemand = ["Weg"] }', "niemand"),
        ('[[stap]]\nverwacht.status = "klaar"', "klaar"),
        ('[[stap]]\nverwacht.einde = "Weg"', "Weg"),
        ("[[stap]]\nverwacht.waar = ['a = (']", "FEEL"),
        ('[[stap]]\nstuk = "weg"', "weg"),
    ],
)
def test_what_the_route_does_not_have_is_said(folder: Path, text: str, said: str) -> None:
    messages = found(folder, text)
    assert len(messages) >= 1
    assert said in messages[0]


def test_the_step_is_named(folder: Path) -> None:
    assert "stap 2" in found(folder, '[[stap]]\n[[stap]]\ntaak = "Weg"')[0]


def test_answers_that_the_form_does_not_ask_are_said(folder: Path) -> None:
    usual = folder / "scenarios" / "antwoorden.toml"
    usual.write_text(usual.read_text() + "\n[weg]\nx = 1\n")
    route = read_route(read_folder(folder))
    (one,) = scenario_findings(folder, route)
    assert (one.file, one.element_id) == ("scenarios/antwoorden.toml", "weg")


def test_the_command_tells_them(folder: Path) -> None:
    check = ["check", str(folder)]
    assert CliRunner().invoke(processes_command, check).exit_code == 0
    (folder / "scenarios" / "proef.toml").write_text(BEGIN + '[[stap]]\ntaak = "Weg"\n')
    told = CliRunner().invoke(processes_command, check)
    assert told.exit_code == 1
    assert "scenarios/proef.toml" in told.output
    assert "Weg" in told.output


def test_a_route_without_scenarios_is_in_order(folder: Path) -> None:
    for path in (folder / "scenarios").rglob("*.toml"):
        path.unlink()
    assert CliRunner().invoke(processes_command, ["check", str(folder)]).exit_code == 0
