"""Due timers: found by an index, fired one by one, each in a transaction of its own."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from engine import edge, steps
from engine.db import Database
from engine.errors import RouteFault, StaleCase
from engine.lost import is_lost_database, took_too_long
from engine.models import Timer, TimerStatus
from engine.refusals import StepFailed
from engine.triggers import TimerTrigger

_log = logging.getLogger(__name__)
MOST_LOST = 3
"""So often in a batch a lost connection may be the fault of the timer that was fired."""


@dataclass(frozen=True)
class FireRound:
    """One round of firing. ``skipped`` timers are due still: somebody was busy with their case.

    ``more`` says that another round at once has work.
    """

    fired: int
    failed: int
    skipped: int
    more: bool


def waiting_timers() -> Select[int]:
    """Ids of all timers that will fire, in the order in which they do."""
    return (
        select(Timer.id)
        .where(Timer.status == TimerStatus.WAITING)
        .order_by(Timer.fires_at, Timer.id)
    )


def due_times(session: Session, now: datetime, limit: int) -> dict[int, datetime]:
    """Up to ``limit`` timers that are due, id -> its time, the longest due first."""
    due = waiting_timers().add_columns(Timer.fires_at).where(Timer.fires_at <= now).limit(limit)
    return {row.id: row.fires_at for row in session.execute(due)}


def due_ids(session: Session, now: datetime, limit: int) -> list[int]:
    """Ids of up to ``limit`` timers that are due, the longest due first."""
    return list(due_times(session, now, limit))


def next_due(session: Session) -> datetime | None:
    """When the first timer that waits will fire; None when none waits."""
    return session.scalar(
        select(Timer.fires_at)
        .where(Timer.status == TimerStatus.WAITING)
        .order_by(Timer.fires_at, Timer.id)
        .limit(1)
    )


def fire_due(
    database: Database,
    now: datetime,
    limit: int = 100,
    on_fired: Callable[[datetime], None] = lambda _at: None,
) -> FireRound:
    """Fire up to ``limit`` due timers. A fault of one never stops those behind it.

    ``on_fired`` hears of each, after its commit, the time for which it was set. Any error but a
    lost database makes that timer FAILED, with an Incident on its case. One that takes too long, or
    that loses its connection while the database is there, is skipped: perhaps it is the database
    that is slow. Raises only what means that the database is gone, or too slow for every one.
    """
    with database.reading() as session:
        found = due_times(session, now, limit)
    fired = failed = skipped = lost = 0
    too_long: Exception | None = None
    for timer_id, at in found.items():
        try:
            if fire(database, timer_id, now):
                fired += 1
                on_fired(at)
            else:
                skipped += 1
        except StepFailed:
            failed += 1
        except StaleCase:
            skipped += 1
        except DBAPIError as error:
            if not took_too_long(error):
                lost += 1
                if lost > MOST_LOST:
                    raise
                _ask(database)
            _log.warning("timer_too_slow id=%s", timer_id)
            skipped, too_long = skipped + 1, error
    if too_long is not None and not fired:
        raise too_long
    # Only progress is a reason to go on at once: a skipped timer would be found again.
    return FireRound(fired, failed, skipped, len(found) == limit and fired + failed > 0)


def _ask(database: Database) -> None:
    """Raises when the database is gone.

    A connection is lost as well when all statements of one timer together take too long: the server
    closes it, and the client does not always hear why.
    """
    with database.reading() as session:
        session.execute(select(1))


def fire(database: Database, timer_id: int, now: datetime) -> bool:
    """Fire one timer in one transaction. False when it is not due or its case is busy.

    Raises StepFailed after a fault: the timer is FAILED and has an Incident.
    """
    trigger = TimerTrigger(timer_id)
    try:
        done = edge.run_step(
            database,
            lambda session: steps.fire_timer(session, timer_id, now),
            trigger=trigger,
            now=now,
        )
    except (StepFailed, StaleCase):
        raise
    except Exception as error:  # whatever it is, it must not come back every second for ever
        if is_lost_database(error):
            raise
        _log.error("timer_failed id=%s error=%s", timer_id, type(error).__name__)
        fault = RouteFault(_element_of(database, timer_id), "timer", _unexpected(error))
        raise edge.note_fault(database, trigger, fault, now) from error
    return done is not None


def _element_of(database: Database, timer_id: int) -> str:
    with database.reading() as session:
        return session.scalar(select(Timer.element_id).where(Timer.id == timer_id)) or ""


def _unexpected(error: Exception) -> str:
    return f"Er ging iets mis dat niet was voorzien ({type(error).__name__})."
