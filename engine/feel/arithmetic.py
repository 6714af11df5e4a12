"""Arithmetic (DMN 1.5, 10.3.2.13, tables 56 to 58).

Every function takes FEEL values and gives a FEEL value; what the standard leaves undefined is null
with a diagnostic.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from . import decimals
from .run import Run, shown
from .temporal import (
    DAY_NANOS,
    MAX_YEAR,
    Date,
    DateTime,
    DaysAndTimeDuration,
    Time,
    YearsAndMonthsDuration,
)

CONTEXT = decimals.CONTEXT
_CALENDAR_STEPS = 4  # what a sum of dates costs beside a sum of numbers


def _number(
    operation: Callable[[Decimal, Decimal], Decimal], left: Decimal, right: Decimal, run: Run
) -> Decimal | None:
    try:
        return operation(left, right)
    except decimals.NumberError:
        return run.null("number", "the outcome is no number that decimal128 can hold")


def add(left: object, right: object, run: Run) -> object:
    """`left + right` (table 57)."""
    if type(left) is Decimal and type(right) is Decimal:
        return _number(CONTEXT.add, left, right, run)
    if isinstance(left, str) and isinstance(right, str):
        run.meter.take(2 * (len(left) + len(right)))
        return left + right
    if left is not None and right is not None:
        run.meter.step(_CALENDAR_STEPS)
        try:
            found = _add_temporal(left, right)
            if found is None:
                found = _add_temporal(right, left)
            if found is not None:
                return found
        except ValueError:
            return run.null("date", "the outcome is no date that FEEL can hold")
    return run.null("types", f"cannot add {shown(left)} and {shown(right)}")


def _add_temporal(left: object, right: object) -> object:
    if isinstance(right, DaysAndTimeDuration):
        if isinstance(left, DateTime):
            _guard(right)
            return left.add(right.nanos)
        if isinstance(left, Date):
            _guard(right)
            return Date.of_days((left.days * DAY_NANOS + right.nanos) // DAY_NANOS)
        if isinstance(left, Time):
            return Time.of_nanos(left.nanos + right.nanos, left.zone)
        if isinstance(left, DaysAndTimeDuration):
            return DaysAndTimeDuration(left.nanos + right.nanos)
    elif isinstance(right, YearsAndMonthsDuration):
        if isinstance(left, (Date, DateTime)):
            return left.add_months(right.months)
        if isinstance(left, YearsAndMonthsDuration):
            return YearsAndMonthsDuration(left.months + right.months)
    return None


def _guard(duration: DaysAndTimeDuration) -> None:
    if abs(duration.nanos) > 2 * MAX_YEAR * 366 * DAY_NANOS:
        raise ValueError("beyond every date")


def subtract(left: object, right: object, run: Run) -> object:
    """`left - right` (table 57)."""
    if type(left) is Decimal and type(right) is Decimal:
        return _number(CONTEXT.subtract, left, right, run)
    if isinstance(right, (DaysAndTimeDuration, YearsAndMonthsDuration)):
        if left is not None and not isinstance(left, str):
            return add(left, _negated(right), run)
    elif isinstance(left, Time) and isinstance(right, Time):
        if (left.zone is None) == (right.zone is None):
            return DaysAndTimeDuration(left.utc_nanos - right.utc_nanos)
    elif isinstance(left, (Date, DateTime)) and isinstance(right, (Date, DateTime)):
        return _between_moments(left, right, run)
    return run.null("types", f"cannot subtract {shown(right)} from {shown(left)}")


def moment(value: Date | DateTime) -> DateTime:
    """A date as its midnight in UTC (10.3.2.3.5); a date and time as itself."""
    return value if isinstance(value, DateTime) else DateTime(value, Time(0, 0, 0, 0, 0))


def _between_moments(left: Date | DateTime, right: Date | DateTime, run: Run) -> object:
    start, end = moment(right), moment(left)
    if (start.zone is None) != (end.zone is None):
        return run.null("types", "cannot subtract a time with a zone and one without")
    return DaysAndTimeDuration(end.utc_nanos - start.utc_nanos)


def _negated(
    duration: DaysAndTimeDuration | YearsAndMonthsDuration,
) -> DaysAndTimeDuration | YearsAndMonthsDuration:
    if isinstance(duration, DaysAndTimeDuration):
        return DaysAndTimeDuration(-duration.nanos)
    return YearsAndMonthsDuration(-duration.months)


def _whole(number: Decimal) -> int:
    """Cut off to a whole number; raises ArithmeticError for what no duration can hold."""
    if number.adjusted() > 40:
        raise OverflowError("too large")
    return int(number)


def _scaled(duration: object, factor: Decimal, divide: bool) -> object:
    operation = CONTEXT.divide if divide else CONTEXT.multiply
    if isinstance(duration, DaysAndTimeDuration):
        return DaysAndTimeDuration(_whole(operation(Decimal(duration.nanos), factor)))
    if isinstance(duration, YearsAndMonthsDuration):
        return YearsAndMonthsDuration(_whole(operation(Decimal(duration.months), factor)))
    return None


def multiply(left: object, right: object, run: Run) -> object:
    """`left * right` (table 57)."""
    if type(left) is Decimal and type(right) is Decimal:
        return _number(CONTEXT.multiply, left, right, run)
    run.meter.step()
    try:
        found = None
        if isinstance(right, Decimal):
            found = _scaled(left, right, False)
        elif isinstance(left, Decimal):
            found = _scaled(right, left, False)
    except ArithmeticError:
        return run.null("number", "the duration is too long")
    if found is None:
        return run.null("types", f"cannot multiply {shown(left)} and {shown(right)}")
    return found


def divide(left: object, right: object, run: Run) -> object:
    """`left / right` (table 57); division by zero is null."""
    if type(left) is Decimal and type(right) is Decimal:
        if not right:
            return run.null("number", "division by zero")
        return _number(CONTEXT.divide, left, right, run)
    try:
        if isinstance(right, Decimal):
            found = _scaled(left, right, True)
            if found is not None:
                return found
        elif isinstance(left, DaysAndTimeDuration) and isinstance(right, DaysAndTimeDuration):
            return CONTEXT.divide(Decimal(left.nanos), Decimal(right.nanos))
        elif isinstance(left, YearsAndMonthsDuration) and isinstance(right, YearsAndMonthsDuration):
            return CONTEXT.divide(Decimal(left.months), Decimal(right.months))
    except ArithmeticError:
        return run.null("number", "division by zero, or the outcome is too large")
    return run.null("types", f"cannot divide {shown(left)} by {shown(right)}")


def power(left: object, right: object, run: Run) -> object:
    """`left ** right`, numbers only."""
    if type(left) is Decimal and type(right) is Decimal:
        if not left and not right:
            return decimals.ONE
        run.meter.step(decimals.DEAR)
        return _number(CONTEXT.power, left, right, run)
    return run.null("types", f"cannot raise {shown(left)} to {shown(right)}")


def negate(value: object, run: Run) -> object:
    """`-value`, for numbers and durations."""
    if isinstance(value, Decimal):
        return CONTEXT.minus(value)
    if isinstance(value, (DaysAndTimeDuration, YearsAndMonthsDuration)):
        return _negated(value)
    return run.null("types", f"cannot negate {shown(value)}")
