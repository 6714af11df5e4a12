"""Dates, times and durations (DMN 1.5, 10.3.2.3.4 to 10.3.2.3.8).

Own classes, because FEEL's years run from -999,999,999 to 999,999,999, seconds have nine digits,
and a time can carry a zone name, which Python's classes cannot hold. All of them are immutable.
"""

from __future__ import annotations

from .civil import (
    DAY_NANOS,
    MAX_YEAR,
    NANOS,
    Fixed,
    civil_from_days,
    days_from_civil,
    days_in_month,
    set_field,
)
from .durations import DaysAndTimeDuration, Duration, YearsAndMonthsDuration
from .zones import Zone, offset_at_instant, offset_at_wall

__all__ = [
    "DAY_NANOS",
    "MAX_YEAR",
    "NANOS",
    "Date",
    "DateTime",
    "DaysAndTimeDuration",
    "Duration",
    "Time",
    "YearsAndMonthsDuration",
]


class Date(Fixed):
    """A calendar day. Ordered; equal when the same day."""

    __slots__ = ("day", "month", "year")
    year: int
    month: int
    day: int

    def __init__(self, year: int, month: int, day: int) -> None:
        if not (
            -MAX_YEAR <= year <= MAX_YEAR
            and 1 <= month <= 12
            and 1 <= day <= (28 if day <= 28 else days_in_month(year, month))
        ):
            raise ValueError(f"no such date: {year}-{month}-{day}")
        set_field(self, "year", year)
        set_field(self, "month", month)
        set_field(self, "day", day)

    @property
    def days(self) -> int:
        """Days since 1970-01-01."""
        return days_from_civil(self.year, self.month, self.day)

    @classmethod
    def of_days(cls, days: int) -> Date:
        return cls(*civil_from_days(days))

    @property
    def weekday(self) -> int:
        """1 is Monday, 7 is Sunday."""
        return (self.days + 3) % 7 + 1

    def add_months(self, months: int) -> Date:
        """The same day of another month, or its last day when that month is shorter."""
        total = self.year * 12 + self.month - 1 + months
        year, month = total // 12, total % 12 + 1
        return Date(year, month, min(self.day, days_in_month(year, month)))

    def _key(self) -> tuple[int, int, int]:
        return (self.year, self.month, self.day)

    def __eq__(self, other: object) -> bool:
        return type(other) is Date and self._key() == other._key()

    def __hash__(self) -> int:
        return hash(self._key())

    def __lt__(self, other: Date) -> bool:
        return self._key() < other._key()

    def __le__(self, other: Date) -> bool:
        return self._key() <= other._key()

    def __gt__(self, other: Date) -> bool:
        return self._key() > other._key()

    def __ge__(self, other: Date) -> bool:
        return self._key() >= other._key()

    def __str__(self) -> str:
        sign, year = ("-", -self.year) if self.year < 0 else ("", self.year)
        return f"{sign}{year:04d}-{self.month:02d}-{self.day:02d}"

    def __repr__(self) -> str:
        return f"Date({self})"


class Time(Fixed):
    """A time of day; `zone` is None, seconds east of UTC, or an IANA name."""

    __slots__ = ("hour", "minute", "nano", "second", "zone")
    hour: int
    minute: int
    second: int
    nano: int
    zone: Zone

    def __init__(
        self, hour: int, minute: int, second: int, nano: int = 0, zone: Zone = None
    ) -> None:
        if not (0 <= hour <= 23 and 0 <= minute <= 59 and 0 <= second <= 59 and 0 <= nano < NANOS):
            raise ValueError(f"no such time: {hour}:{minute}:{second}")
        set_field(self, "hour", hour)
        set_field(self, "minute", minute)
        set_field(self, "second", second)
        set_field(self, "nano", nano)
        set_field(self, "zone", zone)

    @classmethod
    def of_nanos(cls, nanos: int, zone: Zone = None) -> Time:
        seconds, nano = divmod(nanos % DAY_NANOS, NANOS)
        return cls(seconds // 3600, seconds // 60 % 60, seconds % 60, nano, zone)

    @property
    def nanos(self) -> int:
        """Nanoseconds since midnight on the clock."""
        return (self.hour * 3600 + self.minute * 60 + self.second) * NANOS + self.nano

    @property
    def offset(self) -> int | None:
        """Seconds east of UTC; a named zone without a date is taken at its winter rules of 1970."""
        if isinstance(self.zone, str):
            return offset_at_wall(self.zone, (1970, 1, 1, self.hour, self.minute, self.second))
        return self.zone

    @property
    def utc_nanos(self) -> int:
        return self.nanos - (self.offset or 0) * NANOS

    def same(self, other: Time) -> bool:
        """Identical in every part, the `is()` of the standard."""
        return self.nanos == other.nanos and self.zone == other.zone

    def __eq__(self, other: object) -> bool:
        return (
            type(other) is Time
            and (self.zone is None) == (other.zone is None)
            and self.utc_nanos == other.utc_nanos
        )

    def __hash__(self) -> int:
        return hash((self.utc_nanos, self.zone is None))

    def __str__(self) -> str:
        return f"{self.clock}{zone_text(self.zone)}"

    @property
    def clock(self) -> str:
        fraction = f".{self.nano:09d}".rstrip("0") if self.nano else ""
        return f"{self.hour:02d}:{self.minute:02d}:{self.second:02d}{fraction}"

    def __repr__(self) -> str:
        return f"Time({self})"


def zone_text(zone: Zone) -> str:
    """The zone as it stands behind a time: nothing, Z, +01:00 or @Europe/Amsterdam."""
    if zone is None:
        return ""
    if isinstance(zone, str):
        return f"@{zone}"
    if zone == 0:
        return "Z"
    sign, rest = ("-", -zone) if zone < 0 else ("+", zone)
    seconds = f":{rest % 60:02d}" if rest % 60 else ""
    return f"{sign}{rest // 3600:02d}:{rest // 60 % 60:02d}{seconds}"


class DateTime(Fixed):
    """A date and time. `fold` is 1 for the second pass of the hour that summer time's end repeats.

    Without a zone it is a clock reading, with a zone an instant. Two are equal when both are
    readings and the same, or both are instants and the same.
    """

    __slots__ = ("date", "fold", "time")
    date: Date
    time: Time
    fold: int

    def __init__(self, date: Date, time: Time, fold: int = 0) -> None:
        set_field(self, "date", date)
        set_field(self, "time", time)
        set_field(self, "fold", fold)

    @property
    def zone(self) -> Zone:
        return self.time.zone

    @property
    def local_nanos(self) -> int:
        """Nanoseconds since 1970-01-01T00:00:00 as the clock shows, whatever the zone."""
        return self.date.days * DAY_NANOS + self.time.nanos

    @property
    def offset(self) -> int | None:
        """Seconds east of UTC, None without a zone."""
        zone = self.time.zone
        if isinstance(zone, str):
            date, time = self.date, self.time
            fields = (date.year, date.month, date.day, time.hour, time.minute, time.second)
            return offset_at_wall(zone, fields, self.fold)
        return zone

    @property
    def utc_nanos(self) -> int:
        """Nanoseconds since the epoch; a reading without zone counts as UTC."""
        return self.local_nanos - (self.offset or 0) * NANOS

    @classmethod
    def of_local(cls, nanos: int, zone: Zone = None, fold: int = 0) -> DateTime:
        days, rest = divmod(nanos, DAY_NANOS)
        return cls(Date.of_days(days), Time.of_nanos(rest, zone), fold)

    @classmethod
    def of_instant(cls, nanos: int, zone: Zone) -> DateTime:
        """The clock reading in `zone` at that many nanoseconds since the epoch."""
        if isinstance(zone, str):
            utc = cls.of_local(nanos)
            date, time = utc.date, utc.time
            offset, fold = offset_at_instant(
                zone, (date.year, date.month, date.day, time.hour, time.minute, time.second)
            )
            return cls.of_local(nanos + offset * NANOS, zone, fold)
        return cls.of_local(nanos + (zone or 0) * NANOS, zone)

    def add(self, nanos: int) -> DateTime:
        """Later by a days and time duration.

        In a named zone whole days keep the clock reading, over a change to or from summer time
        as well, and only the rest is counted in hours: a term of a day is a day for people.
        """
        zone = self.time.zone
        if not isinstance(zone, str):
            return DateTime.of_local(self.local_nanos + nanos, zone)
        days = abs(nanos) // DAY_NANOS * (1 if nanos >= 0 else -1)
        start = self
        if days:
            start = DateTime.of_local(self.local_nanos + days * DAY_NANOS, zone)
        return DateTime.of_instant(start.utc_nanos + nanos - days * DAY_NANOS, zone)

    def add_months(self, months: int) -> DateTime:
        moved = DateTime(self.date.add_months(months), self.time)
        if isinstance(self.time.zone, str):
            return DateTime.of_instant(moved.utc_nanos, self.time.zone)
        return moved

    def same(self, other: DateTime) -> bool:
        """Identical in every part, the `is()` of the standard."""
        return self.date == other.date and self.time.same(other.time) and self.fold == other.fold

    def __eq__(self, other: object) -> bool:
        return (
            type(other) is DateTime
            and (self.zone is None) == (other.zone is None)
            and self.utc_nanos == other.utc_nanos
        )

    def __hash__(self) -> int:
        return hash((self.utc_nanos, self.zone is None))

    def __str__(self) -> str:
        return f"{self.date}T{self.time}"

    def __repr__(self) -> str:
        return f"DateTime({self})"
