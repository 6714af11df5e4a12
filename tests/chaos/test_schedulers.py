"""Several schedulers on one PostgreSQL, as real processes, of which one stops in a step."""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from threading import Event

import pytest
from sqlalchemy import func, select, text

from engine.actors import Actor
from engine.clock import SystemClock, TurnedClock
from engine.db import Database
from engine.definitions import latest
from engine.models import AuditEvent, Case, CaseStatus, Incident, OutboxMessage, Person, Timer
from engine.models import TimerStatus as Status
from engine.steps import start_case
from scheduler.loop import TimerRound
from tests.chaos import route
from tests.chaos.processes import Worker, at_work
from tests.chaos.storm import prepare
from tests.scheduler.conftest import Cases
from tests.waiting import until

HOUR = timedelta(hours=1)
IDLE_MS = 1_500
# The real program; only how long the server leaves a sleeping session alone is shortened.
_IMPATIENT = f"""
import engine.db
engine.db.IDLE_IN_TRANSACTION_MS = {IDLE_MS}
from engine.cli import main
main()
"""


@contextmanager
def schedulers(database: Database, folder: Path, number: int) -> Iterator[list[Worker]]:
    """That many real schedulers, ready; each is known to the server by its name."""
    url = database.engine.url.render_as_string(hide_password=False)
    workers = [
        Worker(
            "scheduler",
            name,
            folder,
            {"DATABASE_URL": url, "THUISROUTE_VAR": str(folder / "var"), "PGAPPNAME": name},
            (sys.executable, "-W", "ignore", "-c", _IMPATIENT),
        )
        for name in (f"scheduler-{one}" for one in range(1, number + 1))
    ]
    with at_work(workers):
        yield workers
    assert not any(one.did_not_listen for one in workers)


def stopped_in_a_step(database: Database, worker: Worker) -> bool:
    """Freeze ``worker``; when that is not in the middle of a step, let it go and say False."""
    worker.freeze()
    with database.reading() as session:
        holding = session.scalar(
            text(
                "SELECT count(*) FROM pg_stat_activity a JOIN pg_locks l ON l.pid = a.pid"
                " WHERE a.application_name = :name AND a.state = 'idle in transaction'"
                " AND a.backend_xid IS NOT NULL AND l.granted AND l.mode = 'RowShareLock'"
                " AND l.relation = 'cases'::regclass"
            ),
            {"name": worker.name},
        )
    if not holding:
        worker.thaw()
        time.sleep(0.003)
    return bool(holding)


def fired(database: Database) -> Counter[int]:
    """How often the timer of each case fired, as history tells it."""
    with database.reading() as session:
        return Counter(
            session.scalars(select(AuditEvent.case_id).where(AuditEvent.kind == "timer_fired"))
        )


@pytest.mark.parametrize("number", [2, 4])
def test_of_several_schedulers_none_fires_a_timer_again_also_when_one_sleeps_in_a_step(
    postgres: Database, tmp_path: Path, number: int
) -> None:
    cases, many = Cases(postgres), 200
    with schedulers(postgres, tmp_path, number) as (sleeper, *others):
        cases.begin_together(many, at=SystemClock().now() - HOUR)
        until(lambda: stopped_in_a_step(postgres, sleeper))
        before = fired(postgres).total()
        assert before < many, "nothing was left for the others"
        # The others go on, and in the end do what the sleeper was doing: its session was ended.
        until(lambda: fired(postgres).total() == many)
        sleeper.thaw()
        time.sleep(1.0)
        assert set(fired(postgres).values()) == {1}
        # Awake and alone it works again.
        for other in others:
            other.end()
        cases.begin_together(20, at=SystemClock().now() - HOUR)
        until(lambda: fired(postgres).total() == many + 20)
    assert set(fired(postgres).values()) == {1}
    with postgres.reading() as session:
        assert session.scalar(select(func.count(Incident.id))) == 0
        waiting = select(func.count(Timer.id)).where(Timer.status == Status.WAITING)
        assert session.scalar(waiting) == 0
        ended = select(func.count(Case.id)).where(Case.status == CaseStatus.COMPLETED)
        assert session.scalar(ended) == many + 20
        letters = select(OutboxMessage.case_id)
        assert set(Counter(session.scalars(letters)).values()) == {1}


def test_after_a_downtime_a_repeating_timer_fires_once_and_then_in_its_own_rhythm(
    database: Database, clock: TurnedClock
) -> None:
    prepare(database)
    with database.transaction() as session:
        person = session.scalars(select(Person).where(Person.username == "ans")).one()
        starter = Actor(person.id, 1, person.name)
        definition = latest(session, route.KEY)
        start_case(session, definition, {"clientNaam": "ans"}, starter, clock.now())

    def reminders() -> int:
        TimerRound(database, clock, Event()).run()
        with database.reading() as session:
            told = select(func.count(AuditEvent.id)).where(
                AuditEvent.kind == "timer_fired", AuditEvent.element_id == "Herinneren"
            )
            return session.scalar(told) or 0

    clock.turn_by(timedelta(minutes=10, seconds=1))
    assert reminders() == 1
    assert reminders() == 1
    clock.turn_by(timedelta(seconds=2))
    assert reminders() == 2
