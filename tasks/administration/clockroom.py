"""The clock room: what the clock will do, did, and could not do. Case numbers and elements only.

Each list is one range of an index, read page by page from a place on, so the millionth timer that
fired costs a page nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from sqlalchemy import Select, func, or_, select, tuple_
from sqlalchemy.orm import InstrumentedAttribute, Session

from engine.calendar import local_date
from engine.calendar.wording import counted
from engine.errors import NotFound
from engine.models import (
    Case,
    CaseStatus,
    TermChange,
    TermChangeKind,
    Timer,
    TimerStatus,
)
from engine.terms import PauseGround
from tasks.access import LARGEST_ID, Viewer, row_by_id
from tasks.administration.checks import require_administrator

PAGE_SIZE = 50
MOST_COUNTED = 1000
_LAPSED = timedelta(days=366)


class Shelf(StrEnum):
    """LATE: due, and has not fired. NEXT: will fire. FAILED: cannot fire (a fault of the route).
    PAUSED: terms that stand still. FIRED: has fired, the newest first."""

    LATE = "te-laat"
    NEXT = "straks"
    FAILED = "mislukt"
    PAUSED = "stil"
    FIRED = "geweest"


@dataclass(frozen=True)
class TimerRow:
    """``planned`` is when it fires or was to fire, ``last_day`` the day that people read;
    ``fired`` when it did, and ``delay`` how much later that was (or is, for one that is due)."""

    id: int
    case_number: str
    element_id: str
    name: str
    status: TimerStatus
    planned: datetime
    last_day: date | None
    fired: datetime | None
    delay: str


@dataclass(frozen=True)
class PauseRow:
    """A term that stands still: told on ``since``, as far as is known through ``until``."""

    case_number: str
    term: str
    since: date
    until: date | None


@dataclass(frozen=True)
class ClockPage:
    """One page of a shelf; ``next`` is the place where the following page begins."""

    timers: tuple[TimerRow, ...]
    pauses: tuple[PauseRow, ...]
    next: str | None


def page(
    session: Session,
    viewer: Viewer,
    shelf: Shelf,
    cursor: str | None,
    now: datetime,
    size: int = PAGE_SIZE,
) -> ClockPage:
    """A page of a shelf. A cursor that is not ours starts at the beginning."""
    require_administrator(viewer)
    if shelf is Shelf.PAUSED:
        return _paused(session, cursor, now, size)
    found = session.execute(timers_on(shelf, _place(cursor, datetime.fromisoformat), now, size + 1))
    rows = [(timer, number) for timer, number in found]
    shown = tuple(_row(timer, number, now) for timer, number in rows[:size])
    more = len(rows) > size
    return ClockPage(shown, (), _cursor(shelf, rows[size - 1][0]) if more else None)


def timers_on(
    shelf: Shelf, after: tuple[object, int] | None, now: datetime, limit: int
) -> Select[Timer, str]:
    """The timers of a shelf with the numbers of their cases, in the order of an index."""
    at, status = _ORDER[shelf]
    query = (
        select(Timer, Case.number)
        .join(Case, Case.id == Timer.case_id)
        .where(Timer.status == status)
        .limit(limit)
    )
    if shelf is Shelf.LATE:
        query = query.where(at <= now)
    elif shelf is Shelf.NEXT:
        query = query.where(at > now)
    if shelf is Shelf.FIRED:
        if after is not None:
            query = query.where(tuple_(at, Timer.id) < after)
        return query.order_by(at.desc(), Timer.id.desc())
    if after is not None:
        query = query.where(tuple_(at, Timer.id) > after)
    return query.order_by(at, Timer.id)


_ORDER: Mapping[Shelf, tuple[InstrumentedAttribute[datetime], TimerStatus]] = {
    Shelf.LATE: (Timer.fires_at, TimerStatus.WAITING),
    Shelf.NEXT: (Timer.fires_at, TimerStatus.WAITING),
    Shelf.FAILED: (Timer.fires_at, TimerStatus.FAILED),
    Shelf.FIRED: (Timer.ended_at, TimerStatus.FIRED),  # type: ignore[dict-item]
}


def pauses(after: tuple[object, int] | None, now: datetime, limit: int) -> Select[TermChange, str]:
    """Pauses of open cases that nobody ended, with the numbers of their cases.

    An application that was not completed pauses no longer than the day that was given; for the
    other grounds that day is an expectation, and is looked back at for a year.
    """
    today = local_date(now)
    # Looked up for each pause: joined, SQLite would walk over all open cases for their few pauses.
    status, number = (
        select(column).where(Case.id == TermChange.case_id).correlate(TermChange).scalar_subquery()
        for column in (Case.status, Case.number)
    )
    query = (
        select(TermChange, number)
        .where(
            TermChange.kind == TermChangeKind.PAUSE,
            TermChange.ended_on.is_(None),
            TermChange.withdrawn_at.is_(None),
            TermChange.until >= today - _LAPSED,
            or_(TermChange.until >= today, TermChange.ground != PauseGround.INCOMPLETE.value),
            status == CaseStatus.OPEN,
        )
        .order_by(TermChange.until.desc(), TermChange.id.desc())
        .limit(limit)
    )
    if after is None:
        return query
    return query.where(tuple_(TermChange.until, TermChange.id) < after)


def counts(session: Session, viewer: Viewer, now: datetime) -> dict[Shelf, int]:
    """How many there are on each shelf but the last, counted no further than ``MOST_COUNTED``."""
    require_administrator(viewer)
    shelves = [shelf for shelf in Shelf if shelf not in (Shelf.FIRED, Shelf.PAUSED)]
    queries: dict[Shelf, Select[int]] = {
        shelf: timers_on(shelf, None, now, MOST_COUNTED).with_only_columns(Timer.id)
        for shelf in shelves
    }
    queries[Shelf.PAUSED] = pauses(None, now, MOST_COUNTED).with_only_columns(TermChange.id)
    return {
        shelf: session.scalar(select(func.count()).select_from(query.subquery())) or 0
        for shelf, query in queries.items()
    }


def timer(session: Session, viewer: Viewer, timer_id: int, now: datetime) -> TimerRow:
    """One timer. Raises NotFound."""
    require_administrator(viewer)
    found = row_by_id(session, Timer, timer_id)
    if found is None:
        raise NotFound
    return _row(found, session.get_one(Case, found.case_id).number, now)


def delay_text(delay: timedelta) -> str:
    """`geen`, `3 seconden`, `2 minuten`, `5 uur`, `4 dagen`: rounded down."""
    seconds = int(delay.total_seconds())
    if seconds < 1:
        return "geen"
    if seconds < 60:
        return counted(seconds, "seconde", "seconden")
    if seconds < 3600:
        return counted(seconds // 60, "minuut", "minuten")
    if seconds < 48 * 3600:
        return f"{seconds // 3600} uur"
    return counted(seconds // 86400, "dag", "dagen")


def _row(timer: Timer, number: str, now: datetime) -> TimerRow:
    fired = timer.ended_at if timer.status is TimerStatus.FIRED else None
    waits = timer.status in (TimerStatus.WAITING, TimerStatus.FAILED)
    until = fired or (now if waits else timer.fires_at)
    return TimerRow(
        timer.id,
        number,
        timer.element_id,
        timer.name,
        timer.status,
        timer.fires_at,
        timer.last_day,
        fired,
        delay_text(until - timer.fires_at),
    )


def _paused(session: Session, cursor: str | None, now: datetime, size: int) -> ClockPage:
    found = session.execute(pauses(_place(cursor, date.fromisoformat), now, size + 1)).all()
    shown = tuple(
        PauseRow(number, row.term, row.told_on, row.until) for row, number in found[:size]
    )
    if len(found) <= size:
        return ClockPage((), shown, None)
    last = found[size - 1][0]
    return ClockPage((), shown, f"{last.until}~{last.id}")


def _cursor(shelf: Shelf, timer: Timer) -> str:
    at = timer.ended_at if shelf is Shelf.FIRED else timer.fires_at
    return f"{at.isoformat() if at else ''}~{timer.id}"


def _place(cursor: str | None, parse: Callable[[str], object]) -> tuple[object, int] | None:
    at, _, row_id = (cursor or "").partition("~")
    try:
        place = (parse(at), int(row_id))
    except ValueError:
        return None
    if isinstance(place[0], datetime) and place[0].tzinfo is None:
        return None
    return place if 0 <= place[1] <= LARGEST_ID else None
