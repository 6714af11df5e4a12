"""The loop itself: APScheduler awake, with real databases and a real mail server."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import structlog
import time_machine
from sqlalchemy import text

from engine.clock import Clock, SystemClock, TurnedClock
from engine.config import Settings
from engine.db import Database, open_database
from engine.models import OutboxMessage, OutboxStatus
from scheduler.lock import SecondScheduler
from scheduler.loop import Every, Loop
from scheduler.service import SchedulerService
from scheduler.transports import FolderTransport, SmtpTransport, Transport
from tests.scheduler.conftest import MONDAY, WriteLetter, letter, read_letter
from tests.scheduler.mailserver import Postman, mail_server
from tests.waiting import SOON, ends_soon, until


@contextmanager
def running(database: Database, transport: Transport, clock: Clock) -> Iterator[Loop]:
    loop = Loop(database, transport, "thuisroute@example.org", clock)
    loop.start()
    try:
        yield loop
    finally:
        loop.stop()


def test_what_became_due_while_nobody_looked_is_done_on_waking(
    database: Database, write_letter: WriteLetter, tmp_path: Path
) -> None:
    letters = [write_letter(at=MONDAY - timedelta(days=days)) for days in (30, 1)]
    with running(database, FolderTransport(tmp_path / "mail"), SystemClock()):
        until(lambda: all(read_letter(database, one).sent_at for one in letters))


def test_a_letter_that_is_written_while_the_loop_runs_leaves_soon(
    database: Database, write_letter: WriteLetter, tmp_path: Path, clock: TurnedClock
) -> None:
    with running(database, FolderTransport(tmp_path / "mail"), clock):
        time.sleep(0.3)
        letter_id = write_letter()
        until(lambda: read_letter(database, letter_id).status is OutboxStatus.SENT, SOON)


def take_away(database: Database) -> Callable[[], None]:
    """Make the database unusable for the loop; gives the function that brings it back."""
    if database.is_sqlite:
        _run(database, "ALTER TABLE outbox RENAME TO outbox_away")
        return lambda: _run(database, "ALTER TABLE outbox_away RENAME TO outbox")
    name = database.engine.url.database
    server = open_database(database.engine.url.set(database="postgres"))
    _run(server, f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
    _run(
        server,
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :name",
        name=name,
    )
    return lambda: _run(server, f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")


def _run(database: Database, statement: str, **values: object) -> None:
    with database.transaction() as session:
        session.execute(text(statement), values)


def test_a_lost_database_is_told_once_and_the_loop_recovers(
    database: Database, write_letter: WriteLetter, tmp_path: Path, clock: TurnedClock
) -> None:
    with structlog.testing.capture_logs() as lines:

        def told(event: str) -> int:
            return sum(line["event"] == event and line["job"] == "letters" for line in lines)

        with running(database, FolderTransport(tmp_path / "mail"), clock):
            letter_id = write_letter(at=clock.now() + timedelta(hours=1))
            bring_back = take_away(database)
            until(lambda: told("database_unavailable") == 1)
            time.sleep(1.3)
            assert told("database_unavailable") == 1, "told at one tick, not at every tick"
            clock.turn_by(timedelta(hours=1))
            bring_back()
            until(lambda: told("recovered") == 1)
            until(lambda: read_letter(database, letter_id).status is OutboxStatus.SENT)


def test_a_loop_whose_mail_server_hangs_ends_soon(
    database: Database, write_letter: WriteLetter, clock: TurnedClock
) -> None:
    letter_id = write_letter()
    with mail_server(Postman(delay_seconds=4 * SOON)) as smtp:
        loop = Loop(database, SmtpTransport(smtp), "thuisroute@example.org", clock)
        loop.start()
        until(lambda: read_letter(database, letter_id).attempts == 1)
        with ends_soon():
            loop.stop()
        assert read_letter(database, letter_id).status is OutboxStatus.PENDING


def test_a_machine_whose_clock_is_set_back_goes_on(
    sqlite: Database, tmp_path: Path, clock: TurnedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("scheduler.loop.WATCH_INTERVAL", timedelta(seconds=0.2))
    ahead = datetime.now(UTC) + timedelta(hours=2)
    with (
        time_machine.travel(ahead, tick=True) as machine,
        structlog.testing.capture_logs() as lines,
        running(sqlite, FolderTransport(tmp_path / "mail"), clock),
    ):
        time.sleep(0.3)
        machine.shift(timedelta(hours=-2))
        until(lambda: any(line["event"] == "clock_set_back" for line in lines))
        with sqlite.transaction() as session:
            session.add(row := letter())
            session.flush()
            letter_id = row.id

        def is_sent() -> bool:
            with sqlite.reading() as session:
                return session.get_one(OutboxMessage, letter_id).sent_at is not None

        until(is_sent)


def test_a_machine_that_slept_for_a_year_has_one_run_to_catch_up_with() -> None:
    trigger, now = Every(timedelta(seconds=1)), datetime(2026, 1, 1, tzinfo=UTC)
    after = now + timedelta(days=365)
    assert trigger.get_next_fire_time(now, after) == after + timedelta(seconds=1)


def test_the_service_refuses_a_second_scheduler_on_one_sqlite_file(
    sqlite: Database, clock: TurnedClock, tmp_path: Path
) -> None:
    settings = Settings.from_environment({"THUISROUTE_VAR": str(tmp_path)})
    first = SchedulerService(settings, sqlite, clock)
    first.start()
    with pytest.raises(SecondScheduler):
        SchedulerService(settings, sqlite, clock).start()
    first.stop()
    third = SchedulerService(settings, sqlite, clock)
    third.start()
    third.stop()
