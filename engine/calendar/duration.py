"""ISO 8601 durations that keep their units, and adding them to a date.

A month is a month and a week is a week: nothing is turned into seconds, because the end of a
term depends on the unit in which the term is stated.
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
from dataclasses import dataclass, replace
from functools import lru_cache

from engine.calendar.errors import DateOutOfRange, InvalidDuration, UnitNotUsable

# [0-9], not \d: \d takes digits of every script. Six digits hold any term on the calendar.
_PATTERN = re.compile(
    r"(?P<sign>[+-])?P"
    r"(?:(?P<years>[0-9]{1,6})Y)?(?:(?P<months>[0-9]{1,6})M)?"
    r"(?:(?P<weeks>[0-9]{1,6})W)?(?:(?P<days>[0-9]{1,7})D)?"
    r"(?P<time>T(?:(?P<hours>[0-9]{1,9})H)?(?:(?P<minutes>[0-9]{1,9})M)?"
    r"(?:(?P<seconds>[0-9]{1,9})(?:[.,](?P<fraction>[0-9]{1,9}))?S)?)?"
)
_DATE_UNITS = ("years", "months", "weeks", "days")
_TIME_UNITS = ("hours", "minutes", "seconds")


@dataclass(frozen=True, slots=True)
class CalendarDuration:
    """A duration in the units in which it was written. All numbers are >= 0; `sign` is 1 or -1."""

    years: int = 0
    months: int = 0
    weeks: int = 0
    days: int = 0
    hours: int = 0
    minutes: int = 0
    seconds: int = 0
    microseconds: int = 0
    sign: int = 1

    @property
    def has_date_part(self) -> bool:
        """Whether any of years, months, weeks or days is more than zero."""
        return bool(self.years or self.months or self.weeks or self.days)

    @property
    def has_time_part(self) -> bool:
        """Whether any of hours, minutes or seconds is more than zero."""
        return bool(self.hours or self.minutes or self.seconds or self.microseconds)

    @property
    def total_months(self) -> int:
        """Years and months as signed months."""
        return self.sign * (12 * self.years + self.months)

    @property
    def total_days(self) -> int:
        """Weeks and days as signed days."""
        return self.sign * (7 * self.weeks + self.days)

    @property
    def time(self) -> dt.timedelta:
        """The signed time part (hours and smaller)."""
        return self.sign * dt.timedelta(
            hours=self.hours,
            minutes=self.minutes,
            seconds=self.seconds,
            microseconds=self.microseconds,
        )

    def __neg__(self) -> CalendarDuration:
        """The same length in the other direction."""
        return replace(self, sign=-self.sign)

    def __str__(self) -> str:
        """The ISO 8601 text; `parse_duration` reads it back to an equal duration."""
        numbers = ((self.years, "Y"), (self.months, "M"), (self.weeks, "W"), (self.days, "D"))
        dates = "".join(f"{number}{unit}" for number, unit in numbers if number)
        times = "".join(f"{n}{unit}" for n, unit in ((self.hours, "H"), (self.minutes, "M")) if n)
        if self.microseconds:
            times += f"{self.seconds}.{self.microseconds:06d}".rstrip("0") + "S"
        elif self.seconds:
            times += f"{self.seconds}S"
        body = dates + ("T" + times if times else "")
        return ("-" if self.sign < 0 else "") + "P" + (body or "0D")


@lru_cache(maxsize=1024)
def parse_duration(text: str) -> CalendarDuration:
    """Read an ISO 8601 duration: years, months, weeks, days, hours, minutes, seconds, sign.

    Weeks may stand beside other units (ISO 8601-2). Only seconds may have a fraction; digits
    past the microsecond are cut off. Raises `InvalidDuration`.
    """
    match = _PATTERN.fullmatch(text.strip())
    if match is None:
        raise InvalidDuration(text)
    found = match.groupdict()
    if found["time"] == "T" or not any(found[unit] for unit in _DATE_UNITS + _TIME_UNITS):
        raise InvalidDuration(text)
    units = {unit: int(found[unit] or 0) for unit in _DATE_UNITS + _TIME_UNITS}
    return CalendarDuration(
        **units,
        microseconds=int((found["fraction"] or "").ljust(6, "0")[:6]),
        sign=-1 if found["sign"] == "-" else 1,
    )


def as_duration(value: str | CalendarDuration) -> CalendarDuration:
    """A duration from its text, or the duration itself. Raises `InvalidDuration`."""
    return parse_duration(value) if isinstance(value, str) else value


def add_to_date(day: dt.date, duration: CalendarDuration) -> dt.date:
    """`day` moved by the duration, months first, then days.

    A day that the target month does not have becomes its last day: P1M from 31 January is the
    last of February (European Convention on the Calculation of Time-Limits, Basel 1972, art. 4).
    Raises `UnitNotUsable` for a time part and `DateOutOfRange` outside the years 1 to 9999.
    """
    if duration.has_time_part:
        raise UnitNotUsable(str(duration), "jaren, maanden, weken en dagen")
    return shift_date(day, duration)


def shift_date(day: dt.date, duration: CalendarDuration) -> dt.date:
    """Like `add_to_date`, but only looks at the date part. Raises `DateOutOfRange`."""
    try:
        return _add_months(day, duration.total_months) + dt.timedelta(duration.total_days)
    except (OverflowError, ValueError):
        raise DateOutOfRange(day, str(duration)) from None


def _add_months(day: dt.date, months: int) -> dt.date:
    if not months:
        return day
    year, month0 = divmod(day.year * 12 + day.month - 1 + months, 12)
    if not dt.MINYEAR <= year <= dt.MAXYEAR:
        raise OverflowError
    last = calendar.monthrange(year, month0 + 1)[1]
    return day.replace(year=year, month=month0 + 1, day=min(day.day, last))
