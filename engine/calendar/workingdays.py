"""Counting days that are no Saturday, Sunday, holiday or equated day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence

from engine.calendar.errors import DateOutOfRange
from engine.calendar.freedays import DECREE_DAYS, is_free
from engine.calendar.suspensions import Suspension

# Some 39 years. Counting goes day by day, and the number may come from a diagram or a form.
MOST_WORKING_DAYS = 10_000


def add_working_days(
    start: dt.date, n: int, decree_days: Collection[dt.date] = DECREE_DAYS
) -> dt.date:
    """The n-th working day after `start`; with a negative `n` before it; with 0 `start` itself.

    `start` does not count. Raises `DateOutOfRange`, also for more than `MOST_WORKING_DAYS`.
    """
    return nth_working_day(start, n, decree_days, ())


def nth_working_day(
    start: dt.date, n: int, decree_days: Collection[dt.date], suspended: Sequence[Suspension]
) -> dt.date:
    """Like `add_working_days`, and days in `suspended` do not count either."""
    if abs(n) > MOST_WORKING_DAYS:
        raise DateOutOfRange(start, f"{n} werkdagen")
    step = dt.timedelta(days=1 if n >= 0 else -1)
    day = start
    left = abs(n)
    try:
        while left:
            day = _past(day + step, step, suspended)
            if not is_free(day, decree_days):
                left -= 1
    except OverflowError:
        raise DateOutOfRange(start, f"{n} werkdagen") from None
    return day


def _past(day: dt.date, step: dt.timedelta, suspended: Sequence[Suspension]) -> dt.date:
    """The first day from `day` on, in the direction of `step`, that is in none of the pauses.

    Leaps over a pause at once: one that a person typed may last thousands of years.
    """
    for one in suspended if step.days > 0 else reversed(suspended):
        if day in one:
            day = one.day_after_last if step.days > 0 else one.first_day + step
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
