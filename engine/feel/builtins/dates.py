"""Making dates, times and durations, and asking about them (DMN 1.5, 10.3.4.1 and 10.3.4.7/8)."""

from __future__ import annotations

from decimal import Decimal

from .. import iso
from ..civil import days_from_civil
from ..run import Run
from ..temporal import NANOS, Date, DateTime, DaysAndTimeDuration, Time, YearsAndMonthsDuration
from ..values import from_python
from .common import single, whole, wrong

_DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
_MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]


def date(run: Run, *parts: object) -> object:
    if len(parts) == 3:
        year, month, day = (whole(part) for part in parts)
        if year is None or month is None or day is None:
            return wrong(run, "three whole numbers", *parts)
        try:
            return Date(year, month, day)
        except ValueError:
            return run.null("date", "there is no such date")
    source = parts[0]
    if isinstance(source, DateTime):
        return source.date
    if isinstance(source, Date):
        return source
    if not isinstance(source, str):
        return wrong(run, "a string, a date or a date and time", source)
    return iso.parse_date(source) or run.null("date", "the text is no date")


def time(run: Run, *parts: object) -> object:
    if len(parts) >= 3:
        return _time_of_parts(run, *parts)
    source = parts[0]
    if isinstance(source, DateTime):
        return source.time
    if isinstance(source, Date):
        return Time(0, 0, 0, 0, 0)
    if isinstance(source, Time):
        return source
    if not isinstance(source, str):
        return wrong(run, "a string, a time or a date and time", source)
    text = source[1:] if source[:1] == "T" else source
    return iso.parse_time(text) or run.null("time", "the text is no time")


def _time_of_parts(
    run: Run, hour: object, minute: object, second: object, offset: object = None
) -> object:
    hours, minutes = whole(hour), whole(minute)
    if hours is None or minutes is None or not isinstance(second, Decimal):
        return wrong(run, "numbers", hour, minute, second)
    zone = None
    if isinstance(offset, DaysAndTimeDuration):
        zone = offset.nanos // NANOS
        if abs(zone) > 18 * 3600:
            return wrong(run, "an offset of at most 18 hours", offset)
    elif offset is not None:
        return wrong(run, "an offset as a days and time duration", offset)
    if not 0 <= second < 60:
        return run.null("time", "there is no such time")
    try:
        return Time(hours, minutes, int(second), int(second % 1 * NANOS), zone)
    except ValueError:
        return run.null("time", "there is no such time")


def date_and_time(run: Run, *parts: object) -> object:
    if len(parts) == 2:
        day, clock = parts
        if isinstance(day, DateTime):
            day = day.date
        if not isinstance(day, Date) or not isinstance(clock, Time):
            return wrong(run, "a date and a time", *parts)
        return DateTime(day, clock)
    source = parts[0]
    if isinstance(source, DateTime):
        return source
    if isinstance(source, Date):
        return DateTime(source, Time(0, 0, 0, 0, 0))
    if not isinstance(source, str):
        return wrong(run, "a string", source)
    return iso.parse_date_time(source) or run.null("date", "the text is no date and time")


def duration(run: Run, source: object) -> object:
    if isinstance(source, (DaysAndTimeDuration, YearsAndMonthsDuration)):
        return source
    if not isinstance(source, str):
        return wrong(run, "a string", source)
    found = iso.parse_duration(source)
    return run.null("duration", "the text is no duration") if found is None else found


def months_between(run: Run, start: object, end: object) -> object:
    """Whole months from start to end, cut off towards zero; times of day do not count."""
    if not isinstance(start, (Date, DateTime)) or not isinstance(end, (Date, DateTime)):
        return wrong(run, "two dates", start, end)
    first = start.date if isinstance(start, DateTime) else start
    last = end.date if isinstance(end, DateTime) else end
    months = (last.year - first.year) * 12 + last.month - first.month
    if months > 0 and last.day < first.day:
        months -= 1
    elif months < 0 and last.day > first.day:
        months += 1
    return YearsAndMonthsDuration(months)


def now(run: Run) -> object:
    if run.now is None:
        return run.null("function", "now() has no clock here")
    return from_python(run.now)


def today(run: Run) -> object:
    if run.now is None:
        return run.null("function", "today() has no clock here")
    return from_python(run.now.date())


def _day(value: object) -> Date | None:
    if isinstance(value, DateTime):
        return value.date
    return value if isinstance(value, Date) else None


def day_of_year(run: Run, value: object) -> object:
    day = _day(value)
    if day is None:
        return wrong(run, "a date", value)
    return Decimal(day.days - days_from_civil(day.year, 1, 1) + 1)


def day_of_week(run: Run, value: object) -> object:
    day = _day(value)
    return wrong(run, "a date", value) if day is None else _DAYS[day.weekday - 1]


def month_of_year(run: Run, value: object) -> object:
    day = _day(value)
    return wrong(run, "a date", value) if day is None else _MONTHS[day.month - 1]


def week_of_year(run: Run, value: object) -> object:
    """The week by ISO 8601: of the year that its Thursday lies in."""
    day = _day(value)
    if day is None:
        return wrong(run, "a date", value)
    thursday = day.days - day.weekday + 4
    first = days_from_civil(Date.of_days(thursday).year, 1, 1)
    return Decimal((thursday - first) // 7 + 1)


FUNCTIONS = {
    "date": single("from", date, signatures=["year, month, day"]),
    "time": single(
        "from", time, signatures=["hour, minute, second", "hour, minute, second, offset"]
    ),
    "date and time": single("from", date_and_time, signatures=["date, time"]),
    "duration": single("from", duration),
    "years and months duration": single("from, to", months_between),
    "now": single("", now),
    "today": single("", today),
    "day of year": single("date", day_of_year),
    "day of week": single("date", day_of_week),
    "month of year": single("date", month_of_year),
    "week of year": single("date", week_of_year),
}
