"""Pausing a term while the case goes to another organisation (PostgreSQL, threads)."""

from __future__ import annotations

import threading
from datetime import UTC, date, datetime

import pytest

from engine.db import Database
from engine.errors import NotFound, Refusal
from engine.incidents import run_trigger
from engine.models import TermChange
from engine.triggers import CorrectTrigger
from tasks import termdeeds
from tasks.access import Viewer, load_viewer
from tests.engine import termroute
from tests.engine.conftest import furnished
from tests.engine.world import INTAKE, World
from tests.waiting import somebody_waits_for_a_lock, until

PAUSE = {"grond": "aanvullen", "op": "2027-03-01", "tot": "2027-03-20", "tekst": "Het uittreksel."}
FACT = b'value="sleutelDatum"'


@pytest.fixture
def world(postgres: Database) -> World:
    return furnished(postgres)


def viewer(world: World, who: str) -> Viewer:
    person_id = world.actors[who].person_id
    assert person_id is not None
    with world.database.reading() as session:
        found = load_viewer(session, person_id, 0)
    assert found is not None
    return found


def test_who_was_replaced_at_that_very_moment_pauses_nothing(world: World) -> None:
    world.now = datetime(2027, 3, 1, 9, tzinfo=UTC)
    files = dict(termroute.files())
    assert FACT in files["hoofd.bpmn"]
    files["hoofd.bpmn"] = files["hoofd.bpmn"].replace(FACT, b'value="sleutelDatum, gemeente"')
    world.deploy(files)
    case = world.start()
    world.complete(case, "Intake", **{**INTAKE, "sleutelDatum": date(2027, 3, 1)})
    fatima, refused = viewer(world, "fatima"), list[Refusal]()

    def pause() -> None:
        try:
            termdeeds.pause(world.database, case.number, "beslissen", PAUSE, fatima, world.now)
        except Refusal as refusal:
            refused.append(refusal)

    other = threading.Thread(target=pause)
    moved = CorrectTrigger(case.id, {"gemeente": "stad"}, "verhuisd", world.actors["sanne"])
    with world.database.transaction() as session:
        run_trigger(session, moved, world.now)
        other.start()
        until(lambda: somebody_waits_for_a_lock(world.database))
    other.join()
    assert [type(one) for one in refused] == [NotFound]
    assert world.all(TermChange) == []
