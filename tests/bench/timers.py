"""Section 4: timers that are due at once, beside plain completions on the same database."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import ExitStack
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import select

from engine import timers as engine_timers
from engine.clock import SystemClock
from engine.models import Case, Timer, TimerStatus, UserTask, UserTaskStatus
from scheduler.loop import Loop
from scheduler.transports import FolderTransport
from tests.bench import crowd, routes
from tests.bench.board import Figure
from tests.bench.completing import durable_postgres
from tests.bench.copies import copy_case
from tests.bench.ours import Ours
from tests.bench.turns import take_turns
from tests.databases import sqlite_url

BATCH = 100
# All ten thousand on both databases would take a quarter of an hour and tell nothing more.
MOST_ROUNDS = 14
AT_LEAST = 0.5
PROMPT, MOST_SECONDS = 20, 2.0
FIRST_ID = 1_000


def timers(folder: Path, due: int, future: int) -> list[Figure]:
    """All ``due`` timers stand ready from the start; batches of them are fired, in turns.

    So they are behind ``future`` others that only stand there.
    """
    with ExitStack() as stack:
        found: list[Figure] = []
        for place, url in (
            ("SQLite", sqlite_url(folder / "ours.db")),
            ("PostgreSQL", stack.enter_context(durable_postgres())),
        ):
            ours = Ours(url)
            stack.callback(ours.close)
            found += _measured(ours, place, due, future)
        return found


def _measured(ours: Ours, place: str, due: int, future: int) -> list[Figure]:
    now = ours.now()
    plain = ours.begin(routes.THREE)
    idle = _tick(ours, now)
    _future_timers(ours, ours.begin(routes.CLOCK, at=now), future, now)
    crowded = _tick(ours, now)
    late = _prompt(ours)
    long_ago = ours.begin(routes.CLOCK, at=now - timedelta(hours=2))
    with ours.database.transaction() as session:
        copy_case(session, long_ago, due - 1)
        copy_case(session, plain, due - 1)
    rounds = min(due // BATCH - 1, MOST_ROUNDS)
    times = take_turns(
        {"fire": _firing(ours, now), "complete": _completing(ours)},
        rounds,
        per=BATCH,
        warm_up=1,
    )
    with ours.database.reading() as session:
        left = len(engine_timers.due_ids(session, now, due))
    fired = due - left
    assert fired == BATCH * (rounds + 1), f"{fired} fired"
    fire, complete = 1 / times.median("fire"), 1 / times.median("complete")
    return [
        Figure(f"plain completions, {place}", complete, "a second"),
        Figure(
            f"timers fired, {place}",
            fire,
            "a second",
            ratio=times.ratio("complete", "fire"),
            yardstick="plain completions",
            goal=AT_LEAST,
            at_least=True,
            note=f"{fired:,} of {due:,} due at once",
        ),
        Figure(f"a tick with no timer, {place}", idle * 1e3, "ms"),
        Figure(
            f"a tick with {future:,} future timers, {place}",
            crowded * 1e3,
            "ms",
            ratio=crowded / idle,
            yardstick="no timer",
            # The same query in an index that is some levels deeper; the rest is noise.
            goal=1.5,
        ),
        Figure(
            f"the latest of {PROMPT} timers, {place}",
            late,
            "s",
            goal=MOST_SECONDS,
            note="by the real loop, behind all those",
        ),
    ]


def _future_timers(ours: Ours, case_id: int, number: int, now: datetime) -> None:
    """So many timers of the next months, ten in each case."""
    cases = range(FIRST_ID, FIRST_ID + number // 10)
    with ours.database.transaction() as session:
        crowd.in_a_hurry(session)
        timer = session.scalars(select(Timer).where(Timer.case_id == case_id)).one()
        crowd.cases(session, session.get_one(Case, case_id), cases)
        for turn in range(10):
            for day, part in enumerate(crowd.spread(cases, 20), start=1):
                crowd.timers(session, timer, part, now + timedelta(days=day, hours=turn))
    crowd.analyze(ours.database)


def _prompt(ours: Ours) -> float:
    """Seconds between the time of a timer and its firing by the loop; the longest of some."""
    begin = ours.now()
    for number in range(PROMPT):
        fires_at = begin + timedelta(seconds=2 + number * 0.17)
        ours.begin(routes.CLOCK, at=fires_at - timedelta(hours=1))
    with TemporaryDirectory() as mail:
        loop = Loop(ours.database, FolderTransport(Path(mail)), "a@example.org", SystemClock())
        loop.start()
        try:
            time.sleep(2 + PROMPT * 0.17 + MOST_SECONDS)
        finally:
            loop.stop()
    with ours.database.reading() as session:
        rows = session.scalars(select(Timer).where(Timer.status == TimerStatus.FIRED)).all()
    assert len(rows) == PROMPT, f"{len(rows)} fired"
    return max((row.ended_at - row.fires_at).total_seconds() for row in rows if row.ended_at)


def _firing(ours: Ours, now: datetime) -> Callable[[], Callable[[], None]]:
    def work() -> None:
        done = engine_timers.fire_due(ours.database, now, BATCH)
        assert (done.fired, done.failed) == (BATCH, 0), done

    return lambda: work


def _completing(ours: Ours) -> Callable[[], Callable[[], None]]:
    def prepare() -> Callable[[], None]:
        with ours.database.reading() as session:
            ids = session.scalars(
                select(UserTask.id)
                .where(
                    UserTask.route_key == routes.THREE,
                    UserTask.element_id == routes.TASKS[0],
                    UserTask.status == UserTaskStatus.OPEN,
                )
                .limit(BATCH)
            ).all()
        assert len(ids) == BATCH

        def work() -> None:
            for task_id in ids:
                ours.step(task_id)

        return work

    return prepare


def _tick(ours: Ours, now: datetime) -> float:
    """Seconds of a round that finds nothing due; the best of many."""
    with ours.database.reading() as session:
        waiting = Timer.status == TimerStatus.WAITING
        assert session.scalars(select(Timer.id).where(waiting, Timer.fires_at <= now)).all() == []
    best = float("inf")
    for _ in range(200):
        begin = time.perf_counter()
        engine_timers.fire_due(ours.database, now, BATCH)
        best = min(best, time.perf_counter() - begin)
    return best
