"""List functions (DMN 1.5, 10.3.4.4, table 69), `sort` and boolean `not` included."""

from __future__ import annotations

from decimal import Decimal
from functools import cmp_to_key

from .. import comparison
from ..run import Run
from ..scope import call
from ..values import Callable
from .common import as_list, function, whole, wrong

_LIST = "a list"


def _same(left: object, right: object, run: Run) -> bool:
    """Equal and of one kind, without a diagnostic when the kinds differ."""
    return type(left) is type(right) and comparison.equal(left, right, run) is True


def list_contains(run: Run, items: object, element: object) -> object:
    items = as_list(items)
    if items is None:
        return wrong(run, _LIST, items)
    run.meter.step(len(items))
    return any(_same(item, element, run) for item in items)


def count(run: Run, items: object) -> object:
    items = as_list(items)
    return wrong(run, _LIST, items) if items is None else Decimal(len(items))


def sublist(run: Run, items: object, start: object, length: object = None) -> object:
    items, first, size = as_list(items), whole(start), whole(length)
    if items is None or first is None or (length is not None and size is None):
        return wrong(run, "a list and whole numbers", items, start, length)
    if not 1 <= abs(first) <= len(items):
        return run.null("index", "the position lies outside the list")
    begin = first - 1 if first > 0 else len(items) + first
    if size is None:
        return _built(run, items[begin:])
    if size < 1 or begin + size > len(items):
        return run.null("index", "the length lies outside the list")
    return _built(run, items[begin : begin + size])


def _built(run: Run, items: list[object]) -> list[object]:
    run.meter.step(len(items))
    run.meter.take(56 + 8 * len(items))
    return items


def append(run: Run, items: object, added: list[object]) -> object:
    found = [] if items is None else as_list(items) or []
    run.meter.take(8 * (len(found) + len(added)))
    return _built(run, [*found, *added])


def concatenate(run: Run, lists: list[object]) -> object:
    parts = [as_list(part) for part in lists]
    if any(part is None for part in parts):
        return wrong(run, "lists", *lists[:3])
    run.meter.take(8 * sum(len(part or ()) for part in parts))
    return _built(run, [item for part in parts for item in part or ()])


def insert_before(run: Run, items: object, position: object, new_item: object) -> object:
    items, place = as_list(items), whole(position)
    if items is None or place is None or not 1 <= abs(place) <= len(items) + (place > 0):
        return wrong(run, "a list and a position in it", items, position)
    if not 1 <= abs(place) <= len(items):
        return run.null("index", "the position lies outside the list")
    index = place - 1 if place > 0 else len(items) + place
    return _built(run, [*items[:index], new_item, *items[index:]])


def remove(run: Run, items: object, position: object) -> object:
    items, place = as_list(items), whole(position)
    if items is None or place is None or not 1 <= abs(place) <= len(items):
        return wrong(run, "a list and a position in it", items, position)
    index = place - 1 if place > 0 else len(items) + place
    return _built(run, [*items[:index], *items[index + 1 :]])


def list_replace(run: Run, items: object, position: object, new_item: object) -> object:
    """Replace the item at a position, or every item that a function says to."""
    items = as_list(items)
    if items is None:
        return wrong(run, _LIST, items)
    if isinstance(position, Callable):
        return _replaced(run, items, position, new_item)
    place = whole(position)
    if place is None or not 1 <= abs(place) <= len(items):
        return wrong(run, "a position in the list", position)
    index = place - 1 if place > 0 else len(items) + place
    return _built(run, [*items[:index], new_item, *items[index + 1 :]])


def _replaced(run: Run, items: list[object], chosen: Callable, new_item: object) -> object:
    found: list[object] = []
    for item in items:
        outcome = chosen.call([item, new_item], run)
        if not isinstance(outcome, bool):
            return run.null("types", "the match function gives neither true nor false")
        found.append(new_item if outcome else item)
    return _built(run, found)


def reverse(run: Run, items: object) -> object:
    items = as_list(items)
    return wrong(run, _LIST, items) if items is None else _built(run, items[::-1])


def index_of(run: Run, items: object, match: object) -> object:
    items = as_list(items)
    if items is None:
        return wrong(run, _LIST, items)
    run.meter.step(len(items))
    return [Decimal(place) for place, item in enumerate(items, 1) if _same(item, match, run)]


def distinct(run: Run, items: object) -> object:
    items = as_list(items)
    return wrong(run, _LIST, items) if items is None else _distinct(run, items)


def union(run: Run, lists: list[object]) -> object:
    joined = concatenate(run, lists)
    return _distinct(run, joined) if isinstance(joined, list) else None


def _distinct(run: Run, items: list[object]) -> list[object]:
    """Without repetitions; numbers, strings and dates through a set, the rest one by one."""
    seen: set[object] = set()
    others: list[object] = []
    kept: list[object] = []
    run.meter.step(len(items))
    for item in items:
        if isinstance(item, (list, dict)) or type(item).__name__ == "Range":
            run.meter.step(len(others))
            if any(_same(item, other, run) for other in others):
                continue
            others.append(item)
        else:
            key = (type(item), item)
            if key in seen:
                continue
            seen.add(key)
        kept.append(item)
    return _built(run, kept)


def flatten(run: Run, items: object) -> object:
    items = as_list(items)
    if items is None:
        return wrong(run, _LIST, items)
    found: list[object] = []
    _flatten(run, items, found)
    return found


def _flatten(run: Run, items: list[object], found: list[object]) -> None:
    run.meter.enter()
    run.meter.step(len(items))
    run.meter.take(8 * len(items))
    for item in items:
        if isinstance(item, list):
            _flatten(run, item, found)
        else:
            found.append(item)
    run.meter.leave()


class _Unsortable(Exception):
    pass


def sort(run: Run, items: object, precedes: object = None) -> object:
    """Sorted, stable; `precedes(a, b)` says whether a comes first, by default a < b."""
    items = as_list(items)
    if items is None:
        return wrong(run, _LIST, items)

    def before(left: object, right: object) -> bool:
        run.meter.step()
        if precedes is None:
            if comparison.ordered(left, right) is None:
                raise _Unsortable
            return comparison.less(left, right, run) is True
        outcome = call(precedes, [left, right], run)
        if not isinstance(outcome, bool):
            raise _Unsortable
        return outcome

    def order(left: object, right: object) -> int:
        if before(left, right):
            return -1
        return 1 if before(right, left) else 0

    try:
        return _built(run, sorted(items, key=cmp_to_key(order)))
    except _Unsortable:
        return run.null("types", "the items cannot be put in order")


def negation(run: Run, negand: object) -> object:
    """`not`: true for false, false for true, null for anything else."""
    return not negand if isinstance(negand, bool) else wrong(run, "true or false", negand)


def identical(run: Run, left: object, right: object = None) -> object:
    """`is`: the same kind and the same in every part, zones included (10.3.4.6)."""
    if type(left) is not type(right):
        return False
    same = getattr(left, "same", None)
    if same is not None:
        return bool(same(right))
    return comparison.equal(left, right, run)


FUNCTIONS = {
    "list contains": function("list, element", list_contains),
    "count": function("list", count),
    "sublist": function("list, start position, length", sublist, optional=1),
    "append": function("list, item", append, variadic=True),
    "concatenate": function("list", concatenate, variadic=True),
    "insert before": function("list, position, newItem", insert_before),
    "remove": function("list, position", remove),
    "list replace": function(
        "list, position, newItem", list_replace, signatures=["list, match, newItem"]
    ),
    "reverse": function("list", reverse),
    "index of": function("list, match", index_of),
    "union": function("list", union, variadic=True),
    "distinct values": function("list", distinct),
    "flatten": function("list", flatten),
    "sort": function("list, precedes", sort, optional=1),
    "not": function("negand", negation),
    "is": function("value1, value2", identical, signatures=["value1", "value2"]),
}
