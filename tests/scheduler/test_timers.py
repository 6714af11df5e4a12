"""Timers of real cases, fired by the loop, on both databases."""

from __future__ import annotations

import threading
import time
from datetime import datetime, timedelta
from pathlib import Path
from threading import Event

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from engine import steps
from engine.clock import SystemClock, TurnedClock
from engine.config import DatabaseOptions
from engine.db import Database, open_database
from engine.models import (
    AuditEvent,
    Case,
    CaseStatus,
    Incident,
    OutboxMessage,
    OutboxStatus,
    Timer,
    TimerStatus,
)
from engine.steps.work import StepDone
from scheduler import loop
from scheduler.loop import Loop, TimerRound
from scheduler.transports import FolderTransport, SmtpTransport
from tests.scheduler.conftest import MONDAY, Cases
from tests.scheduler.mailserver import Postman, mail_server
from tests.scheduler.test_loop import running
from tests.waiting import until

HOUR = timedelta(hours=1)


def a_round(database: Database, clock: TurnedClock) -> TimerRound:
    return TimerRound(database, clock, Event())


def count(database: Database, *where: object) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).where(*where)) or 0  # type: ignore[arg-type]


def fired_timers(database: Database) -> int:
    return count(database, AuditEvent.kind == "timer_fired")


def test_a_timer_fires_at_its_time_and_not_before(database: Database, cases: Cases) -> None:
    case_id = cases.begin()
    before = TurnedClock(MONDAY + HOUR - timedelta(seconds=1))
    assert a_round(database, before).run() == 0
    assert a_round(database, TurnedClock(MONDAY + HOUR)).run() == 1
    with database.reading() as session:
        assert session.get_one(Case, case_id).status is CaseStatus.COMPLETED


def test_a_round_fires_all_that_is_due_in_bounded_batches(
    database: Database, cases: Cases, clock: TurnedClock
) -> None:
    cases.begin_many(loop.TIMERS_AT_ONCE + 3)
    clock.turn_by(HOUR)
    assert a_round(database, clock).run() == loop.TIMERS_AT_ONCE + 3
    assert a_round(database, clock).run() == 0


def test_a_fault_of_one_timer_becomes_an_incident_and_stops_no_other(
    database: Database, cases: Cases, clock: TurnedClock
) -> None:
    broken = cases.begin(goed=None)
    cases.begin()
    clock.turn_by(HOUR)
    assert a_round(database, clock).run() == 1
    assert count(database, Timer.status == TimerStatus.FAILED) == 1
    with database.reading() as session:
        assert session.scalars(select(Incident.case_id)).all() == [broken]
    assert a_round(database, clock).run() == 0
    assert count(database, Incident.id > 0) == 1


def test_timers_that_others_are_busy_with_do_not_hold_up_those_behind_them(
    postgres: Database, clock: TurnedClock
) -> None:
    ids = Cases(postgres).begin_many(loop.TIMERS_AT_ONCE + 5)
    clock.turn_by(HOUR)
    busy = ids[: loop.TIMERS_AT_ONCE]
    with postgres.transaction() as session:
        session.execute(select(Case).where(Case.id.in_(busy)).with_for_update())
        assert a_round(postgres, clock).run() == 5
    assert a_round(postgres, clock).run() == loop.TIMERS_AT_ONCE


SLOW = """
CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN PERFORM pg_sleep(3); RETURN NEW; END $$;
CREATE TRIGGER slow BEFORE UPDATE ON timers FOR EACH ROW
WHEN (NEW.case_id = {case}) EXECUTE FUNCTION slow();
"""


def test_a_timer_whose_step_takes_too_long_does_not_stop_those_behind_it(
    postgres: Database, clock: TurnedClock
) -> None:
    slow, *_others = Cases(postgres).begin_many(4)
    clock.turn_by(HOUR)
    with postgres.transaction() as session:
        session.execute(text(SLOW.format(case=slow)))
    impatient = open_database(postgres.engine.url, DatabaseOptions(statement_timeout=1))
    assert a_round(impatient, clock).run() == 3
    # It is not set aside: perhaps the database was slow. Alone it is told of.
    with pytest.raises(OperationalError):
        a_round(impatient, clock).run()
    assert count(postgres, Incident.id > 0) == 0
    with postgres.transaction() as session:
        session.execute(text("DROP FUNCTION slow CASCADE"))
    assert a_round(impatient, clock).run() == 1
    impatient.close()


def test_nor_does_one_of_which_all_statements_together_take_too_long(
    postgres: Database, clock: TurnedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow, *_others = Cases(postgres).begin_many(4)
    clock.turn_by(HOUR)
    monkeypatch.setattr("engine.db.TRANSACTION_MS", 1_000)
    impatient = open_database(postgres.engine.url, DatabaseOptions(statement_timeout=1))
    fire_timer = steps.fire_timer

    def fire_slowly(session: Session, timer_id: int, now: datetime) -> StepDone | None:
        if session.get_one(Timer, timer_id).case_id == slow:
            for _ in range(30):
                session.execute(text("SELECT pg_sleep(0.1)"))
        return fire_timer(session, timer_id, now)

    monkeypatch.setattr(steps, "fire_timer", fire_slowly)
    assert a_round(impatient, clock).run() == 3
    assert count(postgres, Incident.id > 0) == 0
    monkeypatch.undo()
    assert a_round(impatient, clock).run() == 1
    impatient.close()


def test_a_real_timer_fires_within_two_seconds_of_its_time_and_its_letter_leaves(
    database: Database, cases: Cases, tmp_path: Path
) -> None:
    due = SystemClock().now() + timedelta(seconds=1.3)
    cases.begin(at=due - HOUR)
    with running(database, FolderTransport(tmp_path / "mail"), SystemClock()):
        until(lambda: fired_timers(database) == 1)
        with database.reading() as session:
            fired_at = session.scalar(select(AuditEvent.at).where(AuditEvent.kind == "timer_fired"))
        assert isinstance(fired_at, datetime)
        assert timedelta(0) <= fired_at - due < timedelta(seconds=2)
        until(lambda: count(database, OutboxMessage.status == OutboxStatus.SENT) == 1)


def test_a_scheduler_that_was_down_fires_the_late_timers_on_waking(
    database: Database, cases: Cases, tmp_path: Path
) -> None:
    for days in range(5):
        cases.begin(at=MONDAY - timedelta(days=days))
    with running(database, FolderTransport(tmp_path / "mail"), TurnedClock(MONDAY + 2 * HOUR)):
        until(lambda: fired_timers(database) == 5)


def test_two_loops_on_one_postgresql_fire_no_timer_and_send_no_letter_twice(
    postgres: Database, clock: TurnedClock
) -> None:
    number = 60
    Cases(postgres).begin_many(number)
    clock.turn_by(HOUR)
    postman = Postman()
    with mail_server(postman) as smtp:
        loops = [Loop(postgres, SmtpTransport(smtp), "a@example.org", clock) for _ in range(2)]
        for one in loops:
            one.start()
        until(lambda: len(postman.received) >= number)
        time.sleep(1.5)
        for one in loops:
            one.stop()
    assert fired_timers(postgres) == number
    assert len(postman.message_ids()) == len(set(postman.message_ids())) == number
    assert count(postgres, Incident.id > 0) == 0


def test_rounds_in_step_on_one_postgresql_share_the_timers(
    postgres: Database, clock: TurnedClock
) -> None:
    Cases(postgres).begin_many(40)
    clock.turn_by(HOUR)
    begin, fired = threading.Barrier(4), []

    def work() -> None:
        begin.wait()
        fired.append(a_round(postgres, clock).run())

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    a_round(postgres, clock).run()
    assert sum(fired) <= 40
    assert fired_timers(postgres) == 40
