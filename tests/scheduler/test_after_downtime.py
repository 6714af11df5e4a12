"""A repeating timer after downtime: it catches up once, and then keeps its rhythm."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from threading import Event

from sqlalchemy import func, select

from engine.clock import TurnedClock
from engine.db import Database
from engine.models import AuditEvent, OutboxMessage, Timer, TimerStatus
from scheduler.loop import TimerRound
from tests.engine.conftest import NOW, furnished
from tests.engine.sample import REMIND, bpmn, files, main_process
from tests.engine.world import World

DAY = timedelta(days=1)
# Summer time begins in the night before 29 March 2026: from then on 10.00 uur is 8.00 UTC.
BACK = datetime(2026, 4, 8, 13, 30, tzinfo=UTC)


def daily(database: Database) -> World:
    """A case whose task is reminded of by the diagram every day at 10.00 uur."""
    world = furnished(database)
    text = REMIND.replace('"', "&quot;")
    main = main_process().replace("timeDate", "timeCycle").replace(text, "R/P1D")
    assert "R/P1D" in main
    world.deploy({**files(), "hoofd.bpmn": bpmn(main)})
    world.assessed(sleutelDatum=date(2026, 5, 1))
    return world


def count(world: World, kind: str) -> int:
    with world.looking() as session:
        return session.scalar(select(func.count()).where(AuditEvent.kind == kind)) or 0


def test_after_weeks_of_downtime_it_fires_once_and_goes_on_at_its_own_hour(
    database: Database,
) -> None:
    world = daily(database)
    clock = TurnedClock(NOW)
    one_round = TimerRound(database, clock, Event())
    clock.turn_to(NOW + DAY)
    assert one_round.run() == 1
    clock.turn_to(BACK)  # down for five weeks
    assert one_round.run() == 1
    assert [one_round.run() for _ in range(3)] == [0, 0, 0]
    assert count(world, "timer_fired") == 2
    with world.looking() as session:
        letters = select(func.count()).where(OutboxMessage.letter_id == "herinnering")
        assert session.scalar(letters) == 2
        waiting = session.scalars(select(Timer).where(Timer.status == TimerStatus.WAITING)).one()
    assert waiting.fires_at == datetime(2026, 4, 9, 8, 0, tzinfo=UTC)
    clock.turn_to(waiting.fires_at)
    assert one_round.run() == 1


def test_a_clock_that_is_set_back_fires_nothing_again(database: Database) -> None:
    world = daily(database)
    clock = TurnedClock(BACK)
    one_round = TimerRound(database, clock, Event())
    assert one_round.run() == 1
    clock.turn_to(BACK - 5 * DAY)
    assert one_round.run() == 0
    clock.turn_to(BACK + timedelta(minutes=1))
    assert one_round.run() == 0
    assert count(world, "timer_fired") == 1
