"""`source.name` and `source[condition]` (DMN 1.5, 10.3.2.5, 10.3.2.14 and tables 53 and 54)."""

from __future__ import annotations

from decimal import Decimal

from .decimals import CONTEXT
from .run import Frame, Run, shown
from .scope import MISSING, Code
from .temporal import (
    DAY_NANOS,
    NANOS,
    Date,
    DateTime,
    DaysAndTimeDuration,
    Time,
    YearsAndMonthsDuration,
)
from .values import Range

_EMPTY: dict[str, object] = {}


def member(value: object, name: str, run: Run, where: tuple[int, int]) -> object:
    """The entry or property `name` of a value; over a list, that of every item."""
    if type(value) is dict:
        found = value.get(name, MISSING)
        if found is MISSING:
            return run.null("name", f"the context has no entry {name}", where)
        return found
    if type(value) is list:
        run.meter.step(len(value))
        run.meter.take(8 * len(value))
        return [member(item, name, run, where) for item in value]
    found = temporal_property(value, name)
    if found is MISSING:
        return run.null("name", f"{shown(value)} has no property {name}", where)
    return Decimal(found) if type(found) is int else found


def temporal_property(value: object, name: str) -> object:
    """A property of a date, time, duration or range, whole numbers as int; MISSING if none."""
    if isinstance(value, DateTime):
        if name in {"year", "month", "day", "weekday"}:
            return _date_property(value.date, name)
        if name == "time offset":
            return _offset(value.offset)
        return _time_property(value.time, name)
    if isinstance(value, Date):
        return _date_property(value, name)
    if isinstance(value, Time):
        return _time_property(value, name)
    if isinstance(value, DaysAndTimeDuration):
        return _days_property(value, name)
    if isinstance(value, YearsAndMonthsDuration):
        return _months_property(value, name)
    return _range_property(value, name) if isinstance(value, Range) else MISSING


def _date_property(date: Date, name: str) -> object:
    if name in {"year", "month", "day", "weekday"}:
        return getattr(date, name)
    return MISSING


def _offset(seconds: int | None) -> DaysAndTimeDuration | None:
    return None if seconds is None else DaysAndTimeDuration(seconds * NANOS)


def _time_property(time: Time, name: str) -> object:
    if name in {"hour", "minute"}:
        return getattr(time, name)
    if name == "second":
        return CONTEXT.add(Decimal(time.second), Decimal(time.nano).scaleb(-9))
    if name == "time offset":
        return _offset(time.offset)
    if name == "timezone":
        return time.zone if isinstance(time.zone, str) else None
    return MISSING


def _days_property(duration: DaysAndTimeDuration, name: str) -> object:
    nanos = abs(duration.nanos)
    seconds = nanos // NANOS
    parts = {
        "days": nanos // DAY_NANOS,
        "hours": seconds // 3600 % 24,
        "minutes": seconds // 60 % 60,
        "seconds": seconds % 60,
    }
    part = parts.get(name)
    if part is None:
        return MISSING
    found = Decimal(part)
    if name == "seconds":
        found = CONTEXT.add(found, Decimal(nanos % NANOS).scaleb(-9))
    return found.copy_negate() if duration.nanos < 0 and found else found


def _months_property(duration: YearsAndMonthsDuration, name: str) -> object:
    sign = -1 if duration.months < 0 else 1
    if name == "years":
        return sign * (abs(duration.months) // 12)
    if name == "months":
        return sign * (abs(duration.months) % 12)
    return MISSING


def _range_property(span: Range, name: str) -> object:
    found = {
        "start": span.low,
        "end": span.high,
        "start included": span.low_closed,
        "end included": span.high_closed,
    }
    return found.get(name, MISSING)


def compile_filter(source: Code, condition: Code, where: tuple[int, int]) -> Code:
    """`source[condition]`: an index when the condition is a number, else a filter."""

    def filtered(frame: Frame) -> object:
        value = source(frame)
        run = frame.run
        if type(value) is list:
            items: list[object] = value
        else:
            items = [] if value is None else [value]
        if not items:
            outcome = condition(Frame({"item": None}, frame, run))
            return None if type(outcome) is Decimal else []
        kept: list[object] = []
        step = run.meter.step
        first = True
        for item in items:
            step()
            inside = Frame({"item": item}, frame, run)
            if type(item) is dict:
                inside = Frame(item, inside, run)
            outcome = condition(inside)
            if outcome is True:
                kept.append(item)
            elif type(outcome) is Decimal:
                if first:
                    return _at(items, outcome, run, where)
            elif outcome is not False and outcome is not None:
                run.null("types", "a filter needs true or false", where)
                return None
            first = False
        run.meter.take(16 * len(kept))
        return kept

    return filtered


def _at(items: list[object], index: Decimal, run: Run, where: tuple[int, int]) -> object:
    size = len(items)
    if index == index.to_integral_value() and 1 <= abs(index) <= size:
        place = int(index)
        return items[place - 1 if place > 0 else place]
    return run.null("index", f"a list of {size} items has no item {index:.10g}", where)
