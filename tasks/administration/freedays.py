"""The days that a decree equated with a holiday: the known ones, and those that are added here.

Algemene termijnenwet, article 3(3). A day counts for every statutory term and every count of
working days at once; open terms are counted again by the scheduler (``engine.recounting``).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import audit
from engine.calendar import DECREES, is_free_day
from engine.errors import NotFound
from engine.models import DecreeDay
from engine.recounting import FROM_THE_FIRST
from engine.terms.decrees import decree_days, forget_days
from tasks.access import Viewer
from tasks.administration.checks import require_administrator
from tasks.refusals import Invalid

MAX_SOURCE = 300
FIRST_YEAR, LAST_YEAR = 2020, 2100


@dataclass(frozen=True)
class DecreeDayRow:
    """``added`` by an administrator (can be taken back), or built in. ``counting``: open terms are
    being counted again."""

    day: date
    source: str
    added: bool
    counting: bool


def free_days(session: Session, viewer: Viewer) -> tuple[DecreeDayRow, ...]:
    """Every equated day, the latest first. Raises NotAllowed."""
    require_administrator(viewer)
    known = [
        DecreeDayRow(day, decree.title, added=False, counting=False)
        for decree in DECREES
        for day in decree.days
    ]
    rows = session.scalars(select(DecreeDay).where(DecreeDay.withdrawn_at.is_(None)))
    added = [
        DecreeDayRow(row.day, row.source, added=True, counting=row.recount_after is not None)
        for row in rows
    ]
    return tuple(sorted([*known, *added], key=lambda row: row.day, reverse=True))


def add_free_day(session: Session, viewer: Viewer, day: str, source: str, now: datetime) -> None:
    """Add a day of a decree. Raises NotAllowed, Invalid ("day", "source")."""
    require_administrator(viewer)
    found = _day(day)
    free = is_free_day(found, decree_days(session))
    if free is not None:
        raise Invalid("day", f"Deze dag is al vrij: {free.name}.")
    source = " ".join(source.split())
    if not source or len(source) > MAX_SOURCE or not source.isprintable():
        raise Invalid("source", f"Schrijf in welk besluit dit staat, in {MAX_SOURCE} tekens.")
    row = session.get(DecreeDay, found)
    if row is None:
        row = DecreeDay(day=found)
        session.add(row)
    row.source, row.added_at, row.added_by_id = source, now, viewer.person_id
    row.withdrawn_at, row.recount_after = None, FROM_THE_FIRST
    forget_days(session)
    _record(session, "decree_day_added", found, viewer, now)


def withdraw_free_day(session: Session, viewer: Viewer, day: str, now: datetime) -> None:
    """Take a day back that was added by mistake. Raises NotAllowed, NotFound."""
    require_administrator(viewer)
    row = session.get(DecreeDay, _day(day))
    if row is None or row.withdrawn_at is not None:
        raise NotFound
    row.withdrawn_at, row.recount_after = now, FROM_THE_FIRST
    forget_days(session)
    _record(session, "decree_day_withdrawn", row.day, viewer, now)


def _record(session: Session, kind: str, day: date, viewer: Viewer, now: datetime) -> None:
    audit.record(session, None, kind, viewer.actor(None), now, day=day.isoformat())


def _day(text: str) -> date:
    try:
        day = date.fromisoformat(text.strip())
    except ValueError:
        raise Invalid("day", "Vul een datum in, zoals 31-12-2027.") from None
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise Invalid("day", f"Kies een dag in de jaren {FIRST_YEAR} tot en met {LAST_YEAR}.")
    return day
