"""Moments in time: the edges of a local day, and adding a duration on the local calendar."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from engine.calendar.duration import CalendarDuration, as_duration, shift_date
from engine.calendar.errors import DateOutOfRange, NaiveMoment

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
_MIDNIGHT = dt.time(0)
_ONE_DAY = dt.timedelta(days=1)


def start_of_day(day: dt.date, zone: ZoneInfo = AMSTERDAM) -> dt.datetime:
    """The first instant of the local day, in UTC. Raises `DateOutOfRange` in the year 1."""
    try:
        return dt.datetime.combine(day, _MIDNIGHT, zone).astimezone(dt.UTC)
    except OverflowError:
        raise DateOutOfRange(day, "P0D") from None


def end_of_day(day: dt.date, zone: ZoneInfo = AMSTERDAM) -> dt.datetime:
    """The instant at which the local day is over (00:00 of the next day), in UTC.

    Raises `DateOutOfRange` for the last day of the calendar.
    """
    try:
        following = day + _ONE_DAY
    except OverflowError:
        raise DateOutOfRange(day, "P1D") from None
    return start_of_day(following, zone)


def local_date(moment: dt.datetime, zone: ZoneInfo = AMSTERDAM) -> dt.date:
    """The local date of an aware moment. Raises `NaiveMoment`."""
    return to_local(moment, zone).date()


def last_day_before(moment: dt.datetime, zone: ZoneInfo = AMSTERDAM) -> dt.date:
    """The last local day that is not after `moment`: what people see of a term's `fires_at`.

    A term that fires on 19 May at 00:00 has 18 May as its last day. Raises `NaiveMoment`.
    """
    return to_local(moment - dt.timedelta(microseconds=1), zone).date()


def to_local(moment: dt.datetime, zone: ZoneInfo = AMSTERDAM) -> dt.datetime:
    """The moment on the local clock. Raises `NaiveMoment`."""
    if moment.tzinfo is None:
        raise NaiveMoment(moment)
    return moment.astimezone(zone)


def add_local(
    start: dt.datetime, duration: str | CalendarDuration, zone: ZoneInfo = AMSTERDAM
) -> dt.datetime:
    """`start` (aware) moved by a plain ISO duration, as an instant in UTC.

    Years, months, weeks and days move on the local calendar and keep the wall clock: P1D from
    Saturday 10:00 is Sunday 10:00, also when the clock changes that night. Hours and smaller
    are real time: PT24H over the end of summer time is 9:00. A wall time that is skipped in
    spring becomes the time one hour later; one that comes twice in autumn is the first, unless
    `start` itself was the second. Raises `NaiveMoment`, `InvalidDuration`, `DateOutOfRange`.
    """
    length = as_duration(duration)
    local = to_local(start, zone)
    try:
        if length.has_date_part:
            day = shift_date(local.date(), length)
            local = _existing(dt.datetime.combine(day, local.timetz()).replace(fold=local.fold))
        return local.astimezone(dt.UTC) + length.time
    except OverflowError:
        raise DateOutOfRange(start.date(), str(length)) from None


def _existing(local: dt.datetime) -> dt.datetime:
    """With fold 0 a skipped wall time reads with the offset before the gap, so it moves forward."""
    if not local.fold:
        return local
    back = local.astimezone(dt.UTC).astimezone(local.tzinfo)
    return (
        local if back.replace(tzinfo=None) == local.replace(tzinfo=None) else local.replace(fold=0)
    )
