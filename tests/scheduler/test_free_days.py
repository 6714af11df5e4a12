"""A day that was made free, at the scheduler: terms move before they fire."""

from __future__ import annotations

from datetime import UTC, date, datetime
from threading import Event

import pytest

from engine.clock import TurnedClock
from engine.db import Database
from engine.models import DecreeDay, Timer, TimerStatus
from engine.recounting import FROM_THE_FIRST
from scheduler import loop
from scheduler.loop import TimerRound
from tests.engine import termroute
from tests.engine.conftest import furnished
from tests.engine.world import INTAKE, World

NOW = datetime(2027, 3, 1, 9, tzinfo=UTC)
LAST_DAY = date(2027, 4, 26)


def received(database: Database, number: int = 1) -> World:
    """Cases that have to be decided on by 26 April 2027."""
    world = furnished(database)
    world.now = NOW
    world.deploy(termroute.files())
    for _ in range(number):
        case = world.start()
        world.complete(case, "Intake", **{**INTAKE, "sleutelDatum": date(2027, 3, 1)})
    return world


def add(world: World, day: date) -> None:
    with world.database.transaction() as session:
        session.add(
            DecreeDay(day=day, source="Besluit", added_at=world.now, recount_after=FROM_THE_FIRST)
        )


def late(world: World, status: TimerStatus) -> list[date | None]:
    rows = world.all(Timer, Timer.element_id == "TeLaat", Timer.status == status)
    return [row.last_day for row in rows if isinstance(row, Timer)]


def test_a_day_added_while_the_scheduler_was_down_moves_the_term_before_it_fires(
    database: Database,
) -> None:
    world = received(database)
    add(world, LAST_DAY)
    clock = TurnedClock(datetime(2027, 4, 26, 22, 0, tzinfo=UTC))  # the 27th has just begun
    TimerRound(database, clock, Event()).run()
    assert late(world, TimerStatus.FIRED) == []
    assert late(world, TimerStatus.WAITING) == [date(2027, 4, 28)]
    clock.turn_to(datetime(2027, 4, 28, 22, 0, tzinfo=UTC))
    TimerRound(database, clock, Event()).run()
    assert late(world, TimerStatus.FIRED) == [date(2027, 4, 28)]


def test_a_due_term_is_counted_again_first_also_when_many_cases_wait(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = received(database, number=3)
    add(world, LAST_DAY)
    clock = TurnedClock(datetime(2027, 4, 26, 22, 0, tzinfo=UTC))
    monkeypatch.setattr(loop, "RECOUNTS_AT_ONCE", 1)
    TimerRound(database, clock, Event()).run()
    assert late(world, TimerStatus.FIRED) == []
    assert late(world, TimerStatus.WAITING) == [date(2027, 4, 28)] * 3
