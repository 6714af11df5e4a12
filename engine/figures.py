"""What an operator watches, read from the database: what is due, what lies there, what is stuck.

Every figure is read through an index that holds only such rows, and counting stops at ``MOST``: a
figure must not become slow on the day on which it matters.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, select, text
from sqlalchemy.orm import Session

from engine.models import (
    Channel,
    Incident,
    IncidentStatus,
    OutboxMessage,
    OutboxStatus,
    Timer,
    TimerStatus,
)
from engine.models.base import UtcInstant

MOST = 10_000


@dataclass(frozen=True)
class Figures:
    """Counts stop at ``MOST``. An instant is None when there is nothing of its kind."""

    timers_due: int
    oldest_timer_due_at: datetime | None
    letters_waiting: int
    oldest_letter_written_at: datetime | None
    letters_failed: int
    incidents_open: int


def figures(session: Session, now: datetime) -> Figures:
    """The figures of this moment. ``letters_waiting`` are for the mail; paper waits for people."""
    due = (
        select(Timer.fires_at.label("at"))
        .where(Timer.status == TimerStatus.WAITING, Timer.fires_at <= now)
        .order_by(Timer.fires_at, Timer.id)
    )
    waiting = (
        select(OutboxMessage.created_at.label("at"))
        .where(OutboxMessage.status == OutboxStatus.PENDING, OutboxMessage.channel == Channel.EMAIL)
        .order_by(OutboxMessage.next_attempt_at, OutboxMessage.id)
    )
    timers_due, oldest_timer = _number_and_oldest(session, due)
    letters_waiting, oldest_letter = _number_and_oldest(session, waiting)
    return Figures(
        timers_due=timers_due,
        oldest_timer_due_at=oldest_timer,
        letters_waiting=letters_waiting,
        oldest_letter_written_at=oldest_letter,
        letters_failed=_number(
            session, select(OutboxMessage.id).where(OutboxMessage.status == OutboxStatus.FAILED)
        ),
        incidents_open=_number(
            session, select(Incident.id).where(Incident.status == IncidentStatus.OPEN)
        ),
    )


def _number_and_oldest(session: Session, rows: Select[datetime]) -> tuple[int, datetime | None]:
    found = rows.limit(MOST).subquery()
    number, oldest = session.execute(
        select(func.count(), func.min(found.c.at, type_=UtcInstant())).select_from(found)
    ).one()
    return number, oldest


def _number(session: Session, ids: Select[int]) -> int:
    # In the order of their index: SQLite would count them through one that holds all rows.
    found = ids.order_by(text("id")).limit(MOST).subquery()
    return session.scalar(select(func.count()).select_from(found)) or 0
