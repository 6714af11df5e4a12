"""Equality, order and membership (DMN 1.5, 10.3.2.11 and 10.3.2.12, tables 50 to 55).

Every function takes FEEL values and gives true, false or null. A diagnostic names the types of both
operands, never their content: it may be about people.
"""

from __future__ import annotations

from decimal import Decimal

from .run import Run, shown
from .temporal import Date, DateTime, DaysAndTimeDuration, Time, YearsAndMonthsDuration
from .values import Range

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
