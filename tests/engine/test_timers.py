"""Timers fire once, in their own transaction, found by an index."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import text

from engine.models import Timer, TimerStatus
from engine.timers import due_ids, fire, fire_due, next_due, waiting_timers
from tests.engine.world import World, counted


def test_a_timer_in_days_fires_when_its_last_day_is_over(world: World) -> None:
    case = world.assessed()
    (timer,) = world.all(Timer, Timer.case_id == case.id)
    assert isinstance(timer, Timer)
    midnight = datetime(2026, 3, 16, 23, 0, tzinfo=UTC)
    with world.looking() as session:
        assert next_due(session) == midnight
        assert due_ids(session, midnight - timedelta(seconds=1), 10) == []
        assert due_ids(session, midnight, 10) == [timer.id]
    assert not fire(world.database, timer.id, midnight - timedelta(seconds=1))
    assert fire(world.database, timer.id, midnight)
    assert not fire(world.database, timer.id, midnight)
    assert world.kinds(case).count("timer_fired") == 1


def test_a_side_path_leaves_the_task_waiting(world: World) -> None:
    case = world.assessed()
    round_ = fire_due(world.database, datetime(2026, 3, 17, tzinfo=UTC))
    assert (round_.fired, round_.failed, round_.skipped, round_.more) == (1, 0, 0, False)
    assert list(world.tasks(case)) == ["Beoordelen"]


def test_the_longest_due_fires_first_and_a_batch_is_bounded(world: World) -> None:
    cases = [world.assessed() for _ in range(3)]
    now = datetime(2026, 4, 1, tzinfo=UTC)
    assert fire_due(world.database, now, limit=2).more
    assert fire_due(world.database, now, limit=2).fired == 1
    assert all(world.kinds(case).count("timer_fired") == 1 for case in cases)


def test_firing_is_one_commit_each(world: World) -> None:
    for _ in range(2):
        world.assessed()
    fire_due(world.database, world.now)
    with counted(world.database) as seen:
        assert fire_due(world.database, datetime(2026, 4, 1, tzinfo=UTC)).fired == 2
    assert seen.count("COMMIT") == 2
    assert len(seen) <= 2 * 20, "\n".join(seen)


def test_looking_for_due_timers_uses_the_index_of_those_that_wait(world: World) -> None:
    case = world.assessed()
    with world.database.transaction() as session:
        session.add_all(
            Timer(
                case_id=case.id,
                token=f"t{number}",
                element_id="x",
                name="x",
                status=TimerStatus.FIRED,
                created_at=world.now,
                fires_at=world.now,
            )
            for number in range(3000)
        )
    with world.database.transaction() as session:
        session.execute(text("ANALYZE"))
    query = waiting_timers().where(Timer.fires_at <= world.now).limit(10)
    compiled = query.compile(world.database.engine, compile_kwargs={"literal_binds": True})
    explain = "EXPLAIN QUERY PLAN " if world.database.is_sqlite else "EXPLAIN "
    with world.looking() as session:
        plan = "\n".join(str(row) for row in session.execute(text(f"{explain}{compiled}")))
    assert "ix_timers_waiting" in plan, plan
