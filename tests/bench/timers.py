"""Section 4: timers that are due at once, beside plain completions on the same database."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import ExitStack
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import select

from engine import timers as engine_timers
from engine.models import Timer, TimerStatus, UserTask, UserTaskStatus
from tests.bench import routes
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


def timers(folder: Path, due: int) -> list[Figure]:
    """All ``due`` timers stand ready from the start; batches of them are fired, in turns."""
    with ExitStack() as stack:
        found: list[Figure] = []
        for place, url in (
            ("SQLite", sqlite_url(folder / "ours.db")),
            ("PostgreSQL", stack.enter_context(durable_postgres())),
        ):
            ours = Ours(url)
            stack.callback(ours.close)
            found += _measured(ours, place, due)
        return found


def _measured(ours: Ours, place: str, due: int) -> list[Figure]:
    now = ours.now()
    idle = _tick(ours, now)
    later = ours.begin(routes.CLOCK, at=now)
    plain = ours.begin(routes.THREE)
    with ours.database.transaction() as session:
        copy_case(session, later, due)
    crowded = _tick(ours, now)
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
            f"a tick with {due:,} future timers, {place}",
            crowded * 1e3,
            "ms",
            ratio=crowded / idle,
            yardstick="no timer",
            # The same query in an index that is some levels deeper; the rest is noise.
            goal=1.5,
        ),
    ]


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
