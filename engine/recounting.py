"""Counting open terms again after the free days changed, in bounded pieces.

An added day (or one taken back) is a row in ``decree_days`` that remembers up to which case the
terms were counted again. Each wake does a number of cases, one transaction each; a case that
starts or steps meanwhile counts with the new days by itself.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Select, select, update
from sqlalchemy.orm import Session

from engine import edge, steps
from engine.db import Database
from engine.errors import RouteFault, StaleCase
from engine.lost import is_lost_database
from engine.models import Case, CaseStatus, DecreeDay, Timer, TimerStatus
from engine.refusals import StepFailed
from engine.triggers import RecountTrigger

_log = logging.getLogger(__name__)
MOST_URGENT = 1000
FROM_THE_FIRST = 0
"""``recount_after`` of a day that has just changed."""


@dataclass(frozen=True)
class RecountRound:
    """One round. ``more`` says that other cases wait to be counted again."""

    counted: int
    failed: int
    more: bool


@dataclass(frozen=True)
class _Pending:
    """Days that are equally far."""

    days: tuple[date, ...]
    after: int


def recount_due(database: Database, now: datetime, limit: int = 100) -> RecountRound:
    """Count the terms of up to ``limit`` open cases again, when a day changed.

    Cases with a timer that is due come first, whatever their place: call it before timers fire.
    A case whose terms cannot be counted gets an Incident; the others go on.
    """
    with database.reading() as session:
        pending = _pending(session)
        if pending is None:
            return RecountRound(0, 0, more=False)
        cases = list(
            session.scalars(
                select(Case.id)
                .where(Case.status == CaseStatus.OPEN, Case.id > pending.after)
                .order_by(Case.id)
                .limit(limit)
            )
        )
        urgent = set(session.scalars(_about_to_fire(now, pending.after)))
    failed = 0
    for case_id in (*cases, *sorted(urgent.difference(cases))):
        failed += not _recounted(database, case_id, now)
    more = len(cases) == limit
    with database.transaction() as session:
        session.execute(
            update(DecreeDay)
            .where(DecreeDay.day.in_(pending.days), DecreeDay.recount_after == pending.after)
            .values(recount_after=cases[-1] if more else None)
        )
    return RecountRound(len(urgent.union(cases)) - failed, failed, more)


def _about_to_fire(now: datetime, after: int) -> Select[int]:
    """Cases further on of which a timer is due: the changed day may move it to later."""
    return (
        select(Timer.case_id)
        .where(Timer.status == TimerStatus.WAITING, Timer.fires_at <= now, Timer.case_id > after)
        .order_by(Timer.fires_at, Timer.id)
        .limit(MOST_URGENT)
    )


def _pending(session: Session) -> _Pending | None:
    """The days that are least far; the others come in their turn."""
    rows = session.execute(
        select(DecreeDay.recount_after, DecreeDay.day)
        .where(DecreeDay.recount_after.is_not(None))
        .order_by(DecreeDay.recount_after, DecreeDay.day)
    ).all()
    if not rows:
        return None
    after = rows[0][0] or FROM_THE_FIRST
    return _Pending(tuple(day for place, day in rows if place == after), after)


def _recounted(database: Database, case_id: int, now: datetime) -> bool:
    for _attempt in range(3):
        try:
            edge.run_step(
                database,
                lambda session: steps.recount_terms(session, case_id, now),
                trigger=RecountTrigger(case_id),
                now=now,
            )
        except StepFailed:
            return False
        except StaleCase:
            continue
        except Exception as error:  # whatever it is, it must not hold up every case and timer
            if is_lost_database(error):
                raise
            _log.error("recount_failed case=%s error=%s", case_id, type(error).__name__)
            _tell(database, case_id, error, now)
            return False
        return True
    return False


def _tell(database: Database, case_id: int, error: Exception, now: datetime) -> None:
    with database.reading() as session:
        process_id = session.scalar(select(Case.process_id).where(Case.id == case_id)) or ""
    text = f"Er ging iets mis dat niet was voorzien ({type(error).__name__})."
    edge.note_fault(
        database, RecountTrigger(case_id), RouteFault(process_id, "termijnen", text), now
    )
