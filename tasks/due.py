"""A deadline as people read it: the day (or moment), how far away, and whether it has passed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from engine.calendar.wording import format_date, format_instant, relative_deadline


@dataclass(frozen=True)
class Due:
    """``at`` is the instant from which it is late; ``day`` the last day, for a term in days."""

    at: datetime
    day: date | None
    text: str
    relative: str
    late: bool


def due_of(at: datetime | None, day: date | None, now: datetime) -> Due | None:
    """The deadline in words at ``now``; None when there is none."""
    if at is None:
        return None
    text = format_instant(at) if day is None else format_date(day)
    return Due(at, day, text, relative_deadline(at if day is None else day, now), at <= now)
