"""The route that the handbook teaches, made in an empty folder from its own code blocks."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from engine.clock import TurnedClock
from engine.commands import processes_command
from engine.db import Database
from engine.models import Case, CaseStatus, OutboxMessage, ProcessDefinition
from engine.server.preparing import prepare
from tasks.scenarios.command import scenarios_command
from tests.diagrams.tools import lint
from tests.handbook.blocks import extract
from tests.handbook.pictures import FIRST_ROUTE
from tests.webui.site import Site, settings
from webui.app import create_app

APPLICATION = {
    "v.clientNaam": "Jan Oefen",
    "v.clientEmail": "jan@oefenstad.example.org",
    "v.clientMailToegestaan": "ja",
    "v.gemeente": "pw-gemeente",
    "v.wensDag": "2026-06-15",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """What a reader has after copying every block into a new folder."""
    made = tmp_path / "processes" / "proefwonen"
    extract(FIRST_ROUTE, made)
    return made


@pytest.fixture
def site(database: Database, clock: TurnedClock, folder: Path, tmp_path: Path) -> Site:
    """An installation that finds this folder, and no other, when it starts."""
    configured = settings(tmp_path / "var")
    done = prepare(database, configured, clock.now(), routes=folder.parent, with_demonstration=True)
    assert done.refused == ()
    return Site(create_app(configured, database, clock), database, clock)


def test_the_check_finds_nothing(folder: Path) -> None:
    done = CliRunner().invoke(processes_command, ["check", str(folder)])
    assert (done.exit_code, done.output) == (0, "De route is in orde.\n")


def test_the_modeler_finds_nothing(folder: Path) -> None:
    assert lint(folder) == ""


def test_the_scenarios_play_and_take_every_flow(folder: Path) -> None:
    done = CliRunner().invoke(scenarios_command, ["run", str(folder), "--require-all"])
    assert done.exit_code == 0, done.output
    assert done.output.count("  goed  ") == 2


def test_a_mistake_in_the_route_is_told_where_the_scenario_stops(folder: Path) -> None:
    """The week of the setting is no duration in FEEL: then there is no date."""
    diagram = folder / "proefwonen.bpmn"
    before = diagram.read_text()
    after = before.replace("terugTellen(wensDag, ", "(wensDag - duration(")
    after = after.replace("instellingen.tijdVooraf)", "instellingen.tijdVooraf))")
    diagram.write_text(after)
    done = CliRunner().invoke(scenarios_command, ["run", str(folder)])
    assert done.exit_code == 1
    assert "Taak_Beslissen: De uiterste datum van deze taak is niet bekend." in done.output


def test_it_is_put_into_use_by_command(
    folder: Path, sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", sqlite_url)
    monkeypatch.setenv("THUISROUTE_VAR", str(tmp_path / "var"))
    done = CliRunner().invoke(processes_command, ["deploy", str(folder)])
    assert (done.exit_code, done.output) == (
        0,
        "Proefwonen (proefwonen) is in gebruik als versie 1.\n",
    )


def test_a_case_is_completed_through_the_web(site: Site) -> None:
    begun = site.signed_in("pim").post("/zaken/nieuw/proefwonen", APPLICATION)
    assert begun.status_code == 302, begun.text
    number = begun.location.rsplit("/", 1)[-1]
    assert number.startswith("PW-2026-")

    municipality = site.signed_in("wiesje")
    assert "Beslissen over proefwonen" in municipality.get("/taken/groepen").text
    deciding = f"/taken/{site.task(number, 'Taak_Beslissen')}"
    assert "Jan Oefen wil proefwonen vanaf maandag 15 juni 2026." in municipality.get(deciding).text
    assert "maandag 8 juni 2026" in municipality.get(deciding).text
    assert municipality.post(deciding, {"v.magProefwonen": "ja"}).status_code == 302

    key = f"/taken/{site.task(number, 'Taak_Sleutel')}"
    given = site.signed_in("pim").post(key, {"v.sleutelDag": "2026-05-18"})
    assert given.status_code == 302, given.text
    with site.database.reading() as session:
        case = session.scalars(select(Case).where(Case.number == number)).one()
        letters = session.scalars(select(OutboxMessage.letter_id)).all()
        versions = session.scalars(select(ProcessDefinition.version)).all()
    assert (case.status, list(letters), list(versions)) == (CaseStatus.COMPLETED, ["welkom"], [1])
    # The municipality sent it, so it is there that people find it.
    assert "U mag proefwonen" in municipality.get(f"/zaken/{number}").text
