"""Dates, times and lengths as people say them, in plain Dutch.

Written out here and not taken from the system's locale, which a server may not have.
"""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from engine.calendar.duration import CalendarDuration
from engine.calendar.instants import AMSTERDAM, local_date, to_local

_WEEKDAYS = ("maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag", "zondag")
_MONTHS = (
    "januari",
    "februari",
    "maart",
    "april",
    "mei",
    "juni",
    "juli",
    "augustus",
    "september",
    "oktober",
    "november",
    "december",
)
_NEAR = {0: "vandaag", 1: "morgen", 2: "overmorgen"}
_DAYS_UNTIL_WEEKS = 21
_DAYS_UNTIL_MONTHS = 70
_DAYS_UNTIL_YEARS = 730


def format_date(day: dt.date) -> str:
    """`maandag 18 mei 2026`."""
    return f"{_WEEKDAYS[day.weekday()]} {day.day} {_MONTHS[day.month - 1]} {day.year}"


def format_time(time: dt.time) -> str:
    """`8.30 uur`. Seconds are left out."""
    return f"{time.hour}.{time.minute:02d} uur"


def format_instant(moment: dt.datetime, zone: ZoneInfo = AMSTERDAM) -> str:
    """`maandag 18 mei 2026 om 8.30 uur`, on the local clock. Raises `NaiveMoment`."""
    local = to_local(moment, zone)
    return f"{format_date(local)} om {format_time(local.time())}"


def format_duration(duration: CalendarDuration) -> str:
    """`8 weken`, `1 jaar en 2 maanden`; the sign is not told. A zero duration is `0 dagen`."""
    parts = [
        counted(number, one, many)
        for number, one, many in (
            (duration.years, "jaar", "jaar"),
            (duration.months, "maand", "maanden"),
            (duration.weeks, "week", "weken"),
            (duration.days, "dag", "dagen"),
            (duration.hours, "uur", "uur"),
            (duration.minutes, "minuut", "minuten"),
            (duration.seconds, "seconde", "seconden"),
        )
        if number
    ]
    return join_names(parts) if parts else "0 dagen"


def counted(number: int, one: str, many: str) -> str:
    """`1 dag`, `2 dagen`."""
    return f"{number} {one if number == 1 else many}"


def join_names(names: list[str]) -> str:
    """`a`, `a en b`, `a, b en c`."""
    return " en ".join(([", ".join(names[:-1])] if names[1:] else []) + names[-1:])


def days_left(due: dt.date, now: dt.datetime, zone: ZoneInfo = AMSTERDAM) -> int:
    """Calendar days from the local day of `now` to the (local) day of `due`; negative when past.

    `due` is a last day, or an aware instant. Raises `NaiveMoment`.
    """
    day = local_date(due, zone) if isinstance(due, dt.datetime) else due
    return (day - local_date(now, zone)).days


def is_late(due: dt.date, now: dt.datetime, zone: ZoneInfo = AMSTERDAM) -> bool:
    """Whether `due` has passed: an instant at that instant, a last day when that day is over."""
    if isinstance(due, dt.datetime):
        return to_local(now, zone) >= to_local(due, zone)
    return local_date(now, zone) > due


def relative_deadline(due: dt.date, now: dt.datetime, zone: ZoneInfo = AMSTERDAM) -> str:
    """How far away a deadline is: `morgen`, `over 3 dagen`, `2 dagen te laat`.

    `due` is the last day (a date: the whole day still counts) or an aware instant, which near
    by is told with its time: `vandaag om 15.00 uur`, `20 minuten te laat`. For a term that
    fires at 00:00, pass its last day. Always show the exact date beside it. Raises `NaiveMoment`.
    """
    left = days_left(due, now, zone)
    if isinstance(due, dt.datetime):
        if left == 0 and is_late(due, now, zone):
            return _late_today(now - due)
        if left in _NEAR:
            return f"{_NEAR[left]} om {format_time(to_local(due, zone).time())}"
    if left in _NEAR:
        return _NEAR[left]
    return f"over {_days_in_words(left)}" if left > 0 else f"{_days_in_words(-left)} te laat"


def _late_today(late: dt.timedelta) -> str:
    minutes = int(late.total_seconds()) // 60
    if minutes < 1:
        return "nu te laat"
    if minutes < 60:
        return f"{counted(minutes, 'minuut', 'minuten')} te laat"
    return f"{minutes // 60} uur te laat"


def _days_in_words(days: int) -> str:
    """Rounded down: weeks of 7 days, months as twelfths of 365 days, years of 365 days."""
    if days < _DAYS_UNTIL_WEEKS:
        return counted(days, "dag", "dagen")
    if days < _DAYS_UNTIL_MONTHS:
        return f"{days // 7} weken"
    if days < _DAYS_UNTIL_YEARS:
        return f"{days * 12 // 365} maanden"
    return f"{days // 365} jaar"
