"""Equality, order and arithmetic (DMN 1.5, 10.3.2.11 to 10.3.2.13, tables 50 to 58).

Every function takes FEEL values and gives a FEEL value; what the standard leaves undefined is null
with a diagnostic that names both operands' types (never their content: it may be about people).
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
from .values import Range

CONTEXT = decimals.CONTEXT
_PLAIN = frozenset([Decimal, str])


def equal(left: object, right: object, run: Run) -> bool | None:
    """`left = right`: null when the two are of different kinds and neither is null."""
    kind = type(left)
    if kind is not type(right):
        if left is None or right is None:
            return False
        return run.null("types", f"cannot compare {shown(left)} with {shown(right)}")
    if kind in _PLAIN:
        return left == right
    if kind is list or kind is dict:
        run.meter.enter()
        try:
            if kind is list:
                return _equal_lists(left, right, run)  # type: ignore[arg-type]
            return _equal_contexts(left, right, run)  # type: ignore[arg-type]
        finally:
            run.meter.leave()
    if kind is Range:
        return _equal_ranges(left, right, run)  # type: ignore[arg-type]
    return left == right


def _equal_lists(left: list[object], right: list[object], run: Run) -> bool | None:
    if len(left) != len(right):
        return False
    run.meter.step(len(left))
    return all(equal(one, other, run) for one, other in zip(left, right, strict=True))


def _equal_contexts(left: dict[str, object], right: dict[str, object], run: Run) -> bool | None:
    if left.keys() != right.keys():
        return False
    run.meter.step(len(left))
    return all(equal(item, right[key], run) for key, item in left.items())


def _equal_ranges(left: Range, right: Range, run: Run) -> bool | None:
    return (
        left.comparison == right.comparison
        and left.low_closed == right.low_closed
        and left.high_closed == right.high_closed
        and equal(left.low, right.low, run) is True
        and equal(left.high, right.high, run) is True
    )


def ordered(left: object, right: object) -> tuple[object, object] | None:
    """The two as Python values that can be ordered, or None when FEEL has no order for them."""
    kind = type(left)
    if kind is not type(right):
        return None
    if kind is Decimal or kind is str or kind is Date:
        return left, right
    if isinstance(left, DateTime) and isinstance(right, DateTime):
        if (left.zone is None) != (right.zone is None):
            return None
        return left.utc_nanos, right.utc_nanos
    if isinstance(left, Time) and isinstance(right, Time):
        if (left.zone is None) != (right.zone is None):
            return None
        return left.utc_nanos, right.utc_nanos
    if isinstance(left, DaysAndTimeDuration) and isinstance(right, DaysAndTimeDuration):
        return left.nanos, right.nanos
    if isinstance(left, YearsAndMonthsDuration) and isinstance(right, YearsAndMonthsDuration):
        return left.months, right.months
    return None


def less(left: object, right: object, run: Run) -> bool | None:
    """`left < right`, null when they cannot be ordered."""
    if type(left) is Decimal and type(right) is Decimal:
        return left < right
    pair = ordered(left, right)
    if pair is None:
        return run.null("types", f"cannot order {shown(left)} and {shown(right)}")
    return pair[0] < pair[1]  # type: ignore[operator,no-any-return]


def less_or_equal(left: object, right: object, run: Run) -> bool | None:
    """`left <= right`, null when they cannot be ordered."""
    if type(left) is Decimal and type(right) is Decimal:
        return left <= right
    pair = ordered(left, right)
    if pair is None:
        return run.null("types", f"cannot order {shown(left)} and {shown(right)}")
    return pair[0] <= pair[1]  # type: ignore[operator,no-any-return]


def greater(left: object, right: object, run: Run) -> bool | None:
    return less(right, left, run)


def greater_or_equal(left: object, right: object, run: Run) -> bool | None:
    return less_or_equal(right, left, run)


def unequal(left: object, right: object, run: Run) -> bool | None:
    same = equal(left, right, run)
    return None if same is None else not same


def includes(span: Range, value: object, run: Run) -> bool | None:
    """Whether the value lies in the range, null when it cannot be ordered with its ends."""
    if value is None or (not span.comparison and (span.low is None or span.high is None)):
        return run.null("types", f"cannot place {shown(value)} in a range")
    if span.low is not None:
        above = (less_or_equal if span.low_closed else less)(span.low, value, run)
        if not above:
            return above
    if span.high is not None:
        return (less_or_equal if span.high_closed else less)(value, span.high, run)
    return True


def matches_test(value: object, test: object, run: Run) -> bool | None:
    """Whether a value meets a test's value: in a range, in a list, or equal (table 55)."""
    if isinstance(test, Range):
        if isinstance(value, Range):
            return equal(value, test, run)
        return includes(test, value, run)
    if isinstance(test, list):
        if isinstance(value, list) and equal(value, test, run):
            return True
        run.meter.step(len(test))
        for item in test:
            if type(item) is Range:
                if matches_test(value, item, run):
                    return True
            elif type(item) is type(value) and equal(value, item, run):
                return True
        return False
    return equal(value, test, run)


# Arithmetic


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
        return _number(CONTEXT.power, left, right, run)
    return run.null("types", f"cannot raise {shown(left)} to {shown(right)}")


def negate(value: object, run: Run) -> object:
    """`-value`, for numbers and durations."""
    if isinstance(value, Decimal):
        return CONTEXT.minus(value)
    if isinstance(value, (DaysAndTimeDuration, YearsAndMonthsDuration)):
        return _negated(value)
    return run.null("types", f"cannot negate {shown(value)}")
