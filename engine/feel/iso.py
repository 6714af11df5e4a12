"""Reading dates, times and durations from text (DMN 1.5, 10.3.4.1, after XML Schema part 2)."""

from __future__ import annotations

import re
from functools import lru_cache

from .civil import days_from_civil
from .temporal import (
    DAY_NANOS,
    MAX_YEAR,
    NANOS,
    Date,
    DateTime,
    DaysAndTimeDuration,
    Duration,
    Time,
)
from .temporal import YearsAndMonthsDuration as YearsMonths
from .zones import Zone, zone_info

_DATE = r"(-?(?:[1-9][0-9]{4,8}|[0-9]{4}))-([0-9]{2})-([0-9]{2})"
_TIME = (
    r"([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.([0-9]+))?"
    r"(Z|z|[+-][0-9]{2}:[0-9]{2}(?::[0-9]{2})?|@[A-Za-z][A-Za-z0-9_+/-]*)?"
)
_DAYS = r"(-?)P(?:([0-9]+)D)?(?:T(?:([0-9]+)H)?(?:([0-9]+)M)?(?:([0-9]+)(?:\.([0-9]*))?S)?)?"
_MONTHS = r"(-?)P(?:([0-9]+)Y)?(?:([0-9]+)M)?"
_MAX_OFFSET = 14 * 3600
_MAX_TEXT = 60
_LAST_DAY = days_from_civil(MAX_YEAR, 12, 31)


@lru_cache(maxsize=4)
def _matcher(pattern: str) -> re.Pattern[str]:
    """Compiled when first used: importing FEEL stays light."""
    return re.compile(pattern)


def parse_date(text: str) -> Date | None:
    """The date that the text is, or null."""
    match = _matcher(_DATE).fullmatch(text) if len(text) <= _MAX_TEXT else None
    if match is None:
        return None
    year, month, day = match.groups()
    try:
        return Date(int(year), int(month), int(day))
    except ValueError:
        return None


def parse_zone(text: str) -> Zone:
    """The zone behind a time; raises ValueError when there is no such zone."""
    if text in {"Z", "z"}:
        return 0
    if text[0] == "@":
        if zone_info(text[1:]) is None:
            raise ValueError(text)
        return text[1:]
    hours, minutes, seconds = int(text[1:3]), int(text[4:6]), int(text[7:9] or 0)
    offset = hours * 3600 + minutes * 60 + seconds
    if minutes > 59 or seconds > 59 or offset > _MAX_OFFSET:
        raise ValueError(text)
    return -offset if text[0] == "-" else offset


def parse_time(text: str) -> Time | None:
    """The time of day that the text is, or null."""
    match = _matcher(_TIME).fullmatch(text) if len(text) <= _MAX_TEXT else None
    if match is None:
        return None
    hour, minute, second, fraction, zone = match.groups()
    nano = int((fraction or "")[:9].ljust(9, "0"))
    try:
        return Time(int(hour), int(minute), int(second), nano, parse_zone(zone) if zone else None)
    except ValueError:
        return None


def parse_date_time(text: str) -> DateTime | None:
    """The date and time that the text is, or null. A date alone is its midnight."""
    day, separator, clock = text.partition("T")
    date = parse_date(day)
    if date is None:
        return None
    if not separator:
        return DateTime(date, Time(0, 0, 0))
    if clock.startswith("24:00:00"):
        # The end of a day is the begin of the next one (XML Schema part 2, 3.2.7).
        time = parse_time("00" + clock[2:])
        if time is not None and time.nanos == 0 and date.days < _LAST_DAY:
            return DateTime(Date.of_days(date.days + 1), time)
        return None
    time = parse_time(clock)
    return None if time is None else DateTime(date, time)


def parse_duration(text: str) -> Duration | None:
    """The duration that the text is, or null."""
    if len(text) > _MAX_TEXT or text[-1:] in {"P", "T", ""}:
        return None
    match = _matcher(_MONTHS).fullmatch(text)
    if match is not None:
        sign, years, months = match.groups()
        total = int(years or 0) * 12 + int(months or 0)
        return YearsMonths(-total if sign else total)
    match = _matcher(_DAYS).fullmatch(text)
    if match is None:
        return None
    sign, days, hours, minutes, seconds, fraction = match.groups()
    nanos = (int(hours or 0) * 3600 + int(minutes or 0) * 60 + int(seconds or 0)) * NANOS
    nanos += int(days or 0) * DAY_NANOS + int((fraction or "")[:9].ljust(9, "0"))
    return DaysAndTimeDuration(-nanos if sign else nanos)


def parse_at(text: str) -> Date | Time | DateTime | Duration | None:
    """The value of an at-literal `@"..."`: whichever of the five the text is, or null."""
    if text[:1] in {"P", "-"} and (duration := parse_duration(text)) is not None:
        return duration
    if "T" in text and text[:1] != "T":
        moment = parse_date_time(text)
        if moment is not None:
            return moment
    return parse_date(text) or parse_time(text)
