"""An administrator moves a timer: it stays there until a fact moves it, and it is written down."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from engine.actors import Actor
from engine.errors import CaseEnded, NotFound
from engine.models import AuditEvent, Case, Incident, IncidentStatus, Timer, TimerStatus
from engine.refusals import ReasonMissing, StepFailed, TimerGone
from engine.steps import move_timer
from engine.timers import fire
from tests.engine.sample import REMINDER, files
from tests.engine.world import World

BY = Actor(None, None, "Beheer")
# "Herinnering" fires when 16 March 2026 is over.
PLANNED = datetime(2026, 3, 16, 23, 0, tzinfo=UTC)
LATER = datetime(2026, 3, 20, 9, 30, tzinfo=UTC)
EARLIER = datetime(2026, 3, 3, 8, 0, tzinfo=UTC)


def the_timer(world: World, case: Case) -> Timer:
    with world.looking() as session:
        return session.scalars(select(Timer).where(Timer.case_id == case.id)).one()


def move(world: World, timer_id: int, at: datetime, reason: str = "De post lag stil.") -> None:
    with world.database.transaction() as session:
        move_timer(session, timer_id, at, reason, BY, world.now)


@pytest.mark.parametrize("at", [LATER, EARLIER])
def test_a_timer_that_was_moved_fires_at_its_new_time(world: World, at: datetime) -> None:
    case = world.assessed()
    timer = the_timer(world, case)
    assert timer.fires_at == PLANNED
    move(world, timer.id, at)
    moved = the_timer(world, case)
    assert (moved.id, moved.fires_at, moved.last_day) == (timer.id, at, None)
    assert not fire(world.database, timer.id, at - timedelta(seconds=1))
    assert fire(world.database, timer.id, at)


def test_it_stays_moved_when_the_case_goes_on_and_a_fact_moves_it_still(world: World) -> None:
    case = world.assessed()
    timer = the_timer(world, case)
    move(world, timer.id, LATER)
    world.correct(case, sleutelDatum=date(2026, 3, 9))  # the same date: nothing moves
    assert the_timer(world, case).fires_at == LATER
    world.correct(case, sleutelDatum=date(2026, 3, 10))
    assert the_timer(world, case).fires_at == PLANNED + timedelta(days=1)


def test_moving_is_written_down_with_its_reason(world: World) -> None:
    case = world.assessed()
    move(world, the_timer(world, case).id, LATER)
    with world.looking() as session:
        event = session.scalars(select(AuditEvent).where(AuditEvent.kind == "timer_moved")).one()
    facts = json.loads(event.data)
    assert event.element_id == "Herinnering"
    assert facts["reason"] == "De post lag stil."
    assert facts["before"] == "dinsdag 17 maart 2026 om 0.00 uur"
    assert facts["after"] == "vrijdag 20 maart 2026 om 10.30 uur"


def test_moving_needs_a_reason_and_a_timer_that_waits(world: World) -> None:
    case = world.assessed()
    timer = the_timer(world, case)
    with pytest.raises(ReasonMissing):
        move(world, timer.id, LATER, "  ")
    with pytest.raises(NotFound):
        move(world, timer.id + 1000, LATER)
    assert fire(world.database, timer.id, PLANNED)
    with pytest.raises(TimerGone):
        move(world, timer.id, LATER)


def test_a_timer_of_a_case_that_ended_cannot_be_moved(world: World) -> None:
    case = world.assessed()
    timer = the_timer(world, case)
    world.end(case, "intrekking")
    with pytest.raises((CaseEnded, TimerGone)):
        move(world, timer.id, LATER)


def test_a_failed_timer_that_is_moved_waits_again_and_its_incident_is_settled(
    world: World,
) -> None:
    # The letter behind the timer has a hole: firing fails.
    world.deploy(
        {
            **files(),
            "letters/herinnering.md": REMINDER.replace(
                "{{zaak.nummer}} w", "{{opmerking}} w"
            ).encode(),
        }
    )
    case = world.assessed()
    timer = the_timer(world, case)
    with pytest.raises(StepFailed):
        fire(world.database, timer.id, PLANNED)
    assert the_timer(world, case).status is TimerStatus.FAILED
    world.now = PLANNED
    move(world, timer.id, LATER)
    assert the_timer(world, case).status is TimerStatus.WAITING
    with world.looking() as session:
        assert session.scalars(select(Incident.status)).all() == [IncidentStatus.RESOLVED]
