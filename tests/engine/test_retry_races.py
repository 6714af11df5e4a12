"""Two people try the same incident again at the same moment (PostgreSQL)."""

from __future__ import annotations

import threading
from datetime import date

from engine.edge import note_fault
from engine.errors import RouteFault
from engine.incidents import retry_incident
from engine.models import FormRecord
from engine.triggers import CorrectTrigger
from tests.engine.world import World
from tests.waiting import somebody_waits_for_a_lock, until


def test_what_failed_is_done_once_when_two_people_try_it_again_at_once(
    postgres_world: World,
) -> None:
    world = postgres_world
    case = world.assessed()
    before = len(world.all(FormRecord))
    trigger = CorrectTrigger(
        case.id, {"sleutelDatum": date(2026, 3, 16)}, "verkeerd gelezen", world.actors["sanne"]
    )
    fault = RouteFault("Intake", "brief", "Er was iets mis, maar nu niet meer.")
    incident_id = note_fault(world.database, trigger, fault, world.now).incident_id

    def again() -> None:
        with world.database.transaction() as session:
            retry_incident(session, incident_id, world.actors["fatima"], world.now)

    other = threading.Thread(target=again)
    with world.database.transaction() as session:
        retry_incident(session, incident_id, world.actors["sanne"], world.now)
        other.start()
        until(lambda: somebody_waits_for_a_lock(world.database))
    other.join()
    assert len(world.all(FormRecord)) == before + 1
    assert world.kinds(case).count("incident_resolved") == 1
