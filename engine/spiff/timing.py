"""Moments of timers and due dates: from FEEL values and ISO texts to instants.

SpiffWorkflow adds durations in UTC and reads the clock itself (fault 17); here durations follow the
local calendar (`engine.calendar.add_local`), and the present is an argument.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from engine import feel
from engine.calendar import (
    AMSTERDAM,
    CalendarDuration,
    CalendarError,
    add_local,
    end_of_day,
    parse_duration,
    start_of_day,
)
from engine.spiff.elements import TimerKind, TimerText
from engine.spiff.seam import Moment

_CYCLE = re.compile(r"R(?P<times>[0-9]{0,6})(?:/(?P<start>[^/P][^/]*))?/(?P<interval>[^/]+)")
_UNITS = ("years", "months", "weeks", "days", "hours", "minutes", "seconds", "microseconds")
_LITERAL = feel.parse('if matches(x, "T") then date and time(x) else date(x)')


class NoMoment(ValueError):
    """The value cannot be read as a moment. The message is Dutch, without the value."""


@dataclass(frozen=True, slots=True)
class Cycle:
    """A repeating timer: ``times`` firings (None: without end), each ``interval`` after the other.

    Each is counted from ``base``, so P1M from 31 January does not creep to the 28th. ``ahead`` is 1
    when the first firing comes an interval after the base, 0 when it is the base itself.
    """

    base: datetime
    ahead: int
    interval: CalendarDuration
    times: int | None

    def firing(self, number: int) -> datetime:
        """The instant of a firing; the first has number 0. `NoMoment` past the calendar."""
        length = number + self.ahead
        return after(self.base, _times(self.interval, length)).at if length else self.base

    def next_after(self, number: int, now: datetime) -> int | None:
        """The number of the first firing after ``number`` that lies in the future, or None.

        What was missed (downtime) is skipped: the firing that is due now stood for all of it.
        """
        low, high = number + 1, number + 2
        while self.firing(high) <= now:
            low, high = high, high * 2 - number
        while low < high:
            middle = (low + high) // 2
            if self.firing(middle) <= now:
                low = middle + 1
            else:
                high = middle
        return None if self.times is not None and low >= self.times else low


# What a value is, for who reads that it is no moment.
_KINDS = {
    "null": "leeg",
    "number": "een getal",
    "string": "een tekst",
    "boolean": "ja of nee",
    "time": "een tijd zonder datum",
    "days and time duration": "een duur",
    "years and months duration": "een duur",
    "list": "een lijst",
    "context": "een groep gegevens",
    "range": "een bereik",
    "function": "een functie",
}


def whole_days(value: object) -> Moment:
    """When ``value`` is over: of a date the end of that day, else that instant. `NoMoment`.

    Text is read as ISO 8601, because that is what Camunda 8 asks of a due date.
    """
    value = literal(value) if isinstance(value, str) else value
    if isinstance(value, feel.Date):
        day = feel.to_python_date(value)
        if day is not None:
            try:
                return Moment(end_of_day(day), day)
            except CalendarError:
                raise NoMoment("De datum ligt buiten de kalender.") from None
    return _instant(value)


def from_day(value: object) -> Moment:
    """When ``value`` begins: of a date the start of that day, else that instant. `NoMoment`."""
    value = literal(value) if isinstance(value, str) else value
    if isinstance(value, feel.Date):
        day = feel.to_python_date(value)
        if day is not None:
            try:
                return Moment(start_of_day(day), day)
            except CalendarError:
                raise NoMoment("De datum ligt buiten de kalender.") from None
    return _instant(value)


def _instant(value: object) -> Moment:
    at = feel.to_instant(value, AMSTERDAM) if isinstance(value, feel.DateTime) else None
    if at is None:
        kind = feel.type_name(value)
        raise NoMoment(f"Dit is geen datum of tijdstip maar {_KINDS.get(kind, kind)}.")
    return Moment(at)


def literal(text: str) -> object:
    """The FEEL date, or date and time, of a plain ISO text. `NoMoment`."""
    value = _LITERAL.evaluate({"x": text}).value
    if value is None:
        raise NoMoment("Dit is geen datum of tijdstip zoals 2026-05-18 of 2026-05-18T09:00:00.")
    return value


def duration_of(value: object) -> CalendarDuration:
    """The length of an ISO text or a FEEL duration. `NoMoment`."""
    if isinstance(value, str | feel.DaysAndTimeDuration | feel.YearsAndMonthsDuration):
        try:
            return parse_duration(str(value))
        except CalendarError:
            pass
    raise NoMoment("Dit is geen duur zoals P1D, P3W of PT2H.")


def after(start: datetime, length: CalendarDuration) -> Moment:
    """``start`` moved along the local calendar. `NoMoment` when that leaves the calendar."""
    try:
        return Moment(add_local(start, length))
    except CalendarError:
        raise NoMoment("Deze duur is te lang.") from None


def cycle_of(value: object, start: datetime) -> Cycle:
    """A repeating timer (``R3/P1D``, ``R/2026-01-01T09:00:00/P1W``) from ``start``. `NoMoment`."""
    match = _CYCLE.fullmatch(value.strip()) if isinstance(value, str) else None
    if match is None:
        raise NoMoment("Dit is geen herhaling zoals R/P1D of R3/PT1H.")
    interval = duration_of(match["interval"])
    if not _lasts(interval):
        raise NoMoment("De tijd tussen twee herhalingen moet langer zijn dan nul.")
    times = int(match["times"]) if match["times"] else None
    if times == 0:
        raise NoMoment("Deze timer gaat nul keer af.")
    if match["start"]:
        return Cycle(_instant(literal(match["start"])).at, 0, interval, times)
    return Cycle(start, 1, interval, times)


def due_problem(text: str) -> str | None:
    """What is wrong with a due date that is no FEEL, in Dutch; None when nothing is."""
    if text.startswith("="):
        return None
    try:
        literal(text)
    except NoMoment as problem:
        return str(problem)
    return None


def literal_problem(timer: TimerText) -> str | None:
    """What is wrong with a timer that is no FEEL, in Dutch; None when nothing is."""
    if timer.text.startswith("="):
        return None
    try:
        if timer.kind is TimerKind.DATE:
            literal(timer.text)
        elif timer.kind is TimerKind.DURATION:
            length = duration_of(timer.text)
            if not _lasts(length):
                return "Een timer moet langer zijn dan nul."
        else:
            cycle_of(timer.text, datetime.fromisoformat("2000-01-01T00:00:00+00:00"))
    except NoMoment as problem:
        return str(problem)
    return None


def _lasts(length: CalendarDuration) -> bool:
    return length.sign > 0 and (length.has_date_part or length.has_time_part)


def _times(length: CalendarDuration, number: int) -> CalendarDuration:
    return CalendarDuration(
        **{unit: getattr(length, unit) * number for unit in _UNITS}, sign=length.sign
    )
