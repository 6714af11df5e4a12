"""List functions that sum a list up in one value (DMN 1.5, 10.3.4.4, table 69)."""

from __future__ import annotations

from decimal import Decimal

from .. import arithmetic, comparison, decimals
from ..run import Run
from .common import as_list, function, wrong

CONTEXT = decimals.CONTEXT
_LIST = "a list"


def _spread(items: object) -> list[object] | None:
    """The items of `f(list)` as well as of `f(item, item)`; None for `f(null)`."""
    if isinstance(items, list) and len(items) == 1:
        return as_list(items[0])
    return as_list(items)


def least(run: Run, items: object) -> object:
    return _extreme(run, items, True)


def greatest(run: Run, items: object) -> object:
    return _extreme(run, items, False)


def _extreme(run: Run, items: object, smaller: bool) -> object:
    items = _spread(items)
    if not items or any(item is None for item in items):
        return wrong(run, "a list with values of one kind", items)
    run.meter.step(len(items))
    best = items[0]
    if comparison.ordered(best, best) is None:
        return wrong(run, "values that have an order", best)
    for item in items[1:]:
        if comparison.ordered(item, best) is None:
            return wrong(run, "values of one kind", best, item)
        if comparison.less(item, best, run) if smaller else comparison.less(best, item, run):
            best = item
    return best


def total(run: Run, items: object) -> object:
    """The sum of numbers or of durations; null for an empty list."""
    items = _spread(items)
    if not items:
        return wrong(run, "a list with numbers", items)
    run.meter.step(len(items))
    if any(item is None or isinstance(item, str) for item in items):
        return wrong(run, "a list with numbers", items)
    found: object = items[0]
    if not isinstance(found, Decimal) and arithmetic.add(found, found, run) is None:
        return None
    for item in items[1:]:
        if type(item) is not type(found):
            return wrong(run, "a list with numbers", item)
        found = arithmetic.add(found, item, run)
    return found


def _numbers(run: Run, items: object) -> list[Decimal] | None:
    """The list as numbers; null when it is empty or holds anything else."""
    items = _spread(items)
    if not items:
        return wrong(run, "a list with numbers", items)
    run.meter.step(len(items))
    found = [item for item in items if isinstance(item, Decimal)]
    return found if len(found) == len(items) else wrong(run, "only numbers", *items[:3])


def mean(run: Run, items: object) -> object:
    found = total(run, items)
    if found is None:
        return None
    return arithmetic.divide(found, Decimal(len(_spread(items) or ())), run)


def product(run: Run, items: object) -> object:
    numbers = _numbers(run, items)
    if numbers is None:
        return None
    found = decimals.ONE
    for number in numbers:
        found = CONTEXT.multiply(found, number)
    return found


def median(run: Run, items: object) -> object:
    if _spread(items) == []:
        return None
    numbers = _numbers(run, items)
    if numbers is None:
        return None
    numbers.sort()
    middle = len(numbers) // 2
    if len(numbers) % 2:
        return numbers[middle]
    return CONTEXT.divide(CONTEXT.add(numbers[middle - 1], numbers[middle]), Decimal(2))


def standard_deviation(run: Run, items: object) -> object:
    """Of a sample; null for fewer than two numbers."""
    numbers = _numbers(run, items)
    if numbers is None or len(numbers) < 2:
        return wrong(run, "at least two numbers", items)
    size = Decimal(len(numbers))
    add, multiply = CONTEXT.add, CONTEXT.multiply
    sum_all = decimals.ZERO
    for number in numbers:
        sum_all = add(sum_all, number)
    average = CONTEXT.divide(sum_all, size)
    squares = decimals.ZERO
    for number in numbers:
        gap = CONTEXT.subtract(number, average)
        squares = add(squares, multiply(gap, gap))
    return CONTEXT.sqrt(CONTEXT.divide(squares, size - 1))


def mode(run: Run, items: object) -> object:
    """The most frequent numbers, in order; an empty list for an empty list."""
    if _spread(items) == []:
        return []
    numbers = _numbers(run, items)
    if numbers is None:
        return None
    counts: dict[Decimal, int] = {}
    for number in numbers:
        counts[number] = counts.get(number, 0) + 1
    most = max(counts.values())
    return sorted(number for number, times in counts.items() if times == most)


def every_true(run: Run, items: object) -> object:
    """`all`: false when one is false, else null when one is no boolean, else true."""
    return _logic(run, items, False)


def any_true(run: Run, items: object) -> object:
    """`any`: true when one is true, else null when one is no boolean, else false."""
    return _logic(run, items, True)


def _logic(run: Run, items: object, decisive: bool) -> object:
    items = _spread(items)
    if items is None:
        return wrong(run, _LIST, items)
    run.meter.step(len(items))
    if any(item is decisive for item in items):
        return decisive
    unclear = [item for item in items if not isinstance(item, bool)]
    return wrong(run, "only true and false", *unclear[:3]) if unclear else not decisive


FUNCTIONS = {
    "min": function("list", least, variadic=True),
    "max": function("list", greatest, variadic=True),
    "sum": function("list", total, variadic=True),
    "mean": function("list", mean, variadic=True),
    "product": function("list", product, variadic=True),
    "median": function("list", median, variadic=True),
    "stddev": function("list", standard_deviation, variadic=True),
    "mode": function("list", mode, variadic=True),
    "all": function("list", every_true, variadic=True),
    "any": function("list", any_true, variadic=True),
}
