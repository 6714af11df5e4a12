"""Reminder schedules: on which days people hear of a deadline, in the words a process owner writes.

``P3D voor, op de dag, elke werkdag erna`` is the usual schedule. A schedule speaks of days, because
a digest comes once a working day. A reminder before the deadline that falls on a free day comes on
the last working day before it: early is better than late. One after it comes on the first working
day after. Pure: no database, no clock.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import lru_cache

from engine.calendar import (
    DECREE_DAYS,
    CalendarDuration,
    CalendarError,
    add_to_date,
    add_working_days,
    is_free_day,
    parse_duration,
)

USUAL = "P3D voor, op de dag, elke werkdag erna"
USUAL_LEAD = "P5D"
NEVER = "geen"
ON_THE_DAY = "op de dag"
EVERY_WORKING_DAY = "elke werkdag erna"
LONGEST = dt.timedelta(days=92)
"""A reminder comes at most this long before or after the deadline: what a digest reads is bounded,
and so is each list of tasks."""
_ITEM = re.compile(r"(?P<length>\S+) +(?P<side>voor|erna)\Z")
_ANY_DAY = dt.date(2028, 3, 31)
_ONE_DAY = dt.timedelta(days=1)


class ScheduleUnreadable(ValueError):
    """A text is no reminder schedule; ``message`` says why, in Dutch."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


@dataclass(frozen=True)
class Schedule:
    """When to remind of one deadline. Without any part: never."""

    before: tuple[CalendarDuration, ...] = ()
    on_the_day: bool = False
    after: tuple[CalendarDuration, ...] = ()
    every_working_day: bool = False

    def latest(
        self, due: dt.date, through: dt.date, decree_days: Collection[dt.date] = DECREE_DAYS
    ) -> dt.date | None:
        """The last day of reminding that is not after ``through``; None when it has yet to begin.

        ``due`` is the last day of the deadline.
        """
        days = [day for day in self._fixed(due, decree_days) if day <= through]
        if self.every_working_day:
            working = _on_or_before(through, decree_days)
            if working > due:
                days.append(working)
        return max(days, default=None)

    def following(
        self, due: dt.date, after: dt.date, decree_days: Collection[dt.date] = DECREE_DAYS
    ) -> dt.date | None:
        """The first day of reminding later than ``after``; None when there is none any more."""
        days = [day for day in self._fixed(due, decree_days) if day > after]
        if self.every_working_day:
            days.append(add_working_days(max(due, after), 1, decree_days))
        return min(days, default=None)

    def _fixed(self, due: dt.date, decree_days: Collection[dt.date]) -> Iterator[dt.date]:
        for length in self.before:
            yield _on_or_before(add_to_date(due, -length), decree_days)
        if self.on_the_day:
            yield _on_or_before(due, decree_days)
        for length in self.after:
            yield _on_or_after(add_to_date(due, length), decree_days)


def _on_or_before(day: dt.date, decree_days: Collection[dt.date]) -> dt.date:
    return day if is_free_day(day, decree_days) is None else add_working_days(day, -1, decree_days)


def _on_or_after(day: dt.date, decree_days: Collection[dt.date]) -> dt.date:
    return day if is_free_day(day, decree_days) is None else add_working_days(day, 1, decree_days)


@lru_cache(maxsize=1024)
def read_schedule(text: str) -> Schedule:
    """A schedule from its text: parts with a comma between them, or ``geen``.

    Raises ScheduleUnreadable.
    """
    parts = [" ".join(part.split()) for part in text.split(",")]
    if parts == [NEVER]:
        return Schedule()
    before: list[CalendarDuration] = []
    after: list[CalendarDuration] = []
    for part in parts:
        if part in (ON_THE_DAY, EVERY_WORKING_DAY):
            continue
        found = _ITEM.match(part)
        if found is None:
            raise ScheduleUnreadable(
                f"'{part}' is geen herinnering. Schrijf bijvoorbeeld: {USUAL}. Of: {NEVER}."
            )
        (before if found["side"] == "voor" else after).append(read_length(found["length"]))
    if len(set(parts)) < len(parts):
        raise ScheduleUnreadable("Een herinnering staat er twee keer.")
    return Schedule(tuple(before), ON_THE_DAY in parts, tuple(after), EVERY_WORKING_DAY in parts)


@lru_cache(maxsize=1024)
def read_lead(text: str) -> CalendarDuration | None:
    """How long after the deadline the team lead hears of it; None: never. ScheduleUnreadable."""
    return None if text.strip() == NEVER else read_length(text.strip())


def read_length(text: str) -> CalendarDuration:
    """A duration in whole days, weeks or months, at most ``LONGEST``. Raises ScheduleUnreadable."""
    try:
        length = parse_duration(text)
        days = add_to_date(_ANY_DAY, length) - _ANY_DAY
    except CalendarError:
        raise ScheduleUnreadable(
            f"'{text}' is geen duur in dagen, weken of maanden, zoals P3D, P2W of P1M."
        ) from None
    if not _ONE_DAY <= days <= LONGEST:
        raise ScheduleUnreadable(f"'{text}' kan niet: kies een duur van P1D tot en met P3M.")
    return length
