"""Counting days that are no Saturday, Sunday, holiday or equated day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence

from engine.calendar.errors import DateOutOfRange
from engine.calendar.freedays import DECREE_DAYS, is_free
from engine.calendar.suspensions import Suspension


def add_working_days(
    start: dt.date, n: int, decree_days: Collection[dt.date] = DECREE_DAYS
) -> dt.date:
    """The n-th working day after `start`; with a negative `n` before it; with 0 `start` itself.

    `start` does not count. Raises `DateOutOfRange`.
    """
    return nth_working_day(start, n, decree_days, ())


def nth_working_day(
    start: dt.date, n: int, decree_days: Collection[dt.date], suspended: Sequence[Suspension]
) -> dt.date:
    """Like `add_working_days`, and days in `suspended` do not count either."""
    step = dt.timedelta(days=1 if n >= 0 else -1)
    day = start
    left = abs(n)
    try:
        while left:
            day += step
            if countable(day, decree_days, suspended):
                left -= 1
    except OverflowError:
        raise DateOutOfRange(start, f"{n} werkdagen") from None
    return day


def first_working_day(
    day: dt.date, decree_days: Collection[dt.date], suspended: Sequence[Suspension] = ()
) -> dt.date:
    """`day` itself when it counts, otherwise the next day that does. Raises `DateOutOfRange`."""
    if countable(day, decree_days, suspended):
        return day
    return nth_working_day(day, 1, decree_days, suspended)


def countable(
    day: dt.date, decree_days: Collection[dt.date], suspended: Sequence[Suspension]
) -> bool:
    """Whether `day` is neither free nor suspended."""
    return not is_free(day, decree_days) and not any(day in one for one in suspended)
