"""Range functions (DMN 1.5, 10.3.4.10, table 76) and `range` from text."""

from __future__ import annotations

from collections.abc import Callable

from .. import comparison
from ..run import Run
from ..values import Range
from .common import function, wrong

Relation = Callable[["_Span", "_Span"], bool]


class _Unordered(Exception):
    pass


class _Span:
    """A point or range with both ends, compared through FEEL's order."""

    __slots__ = ("high", "high_closed", "is_range", "low", "low_closed", "run")

    def __init__(self, value: object, run: Run) -> None:
        if isinstance(value, Range):
            if value.low is None or value.high is None:
                raise _Unordered
            self.low, self.high = value.low, value.high
            self.low_closed, self.high_closed = value.low_closed, value.high_closed
        else:
            self.low = self.high = value
            self.low_closed = self.high_closed = True
        self.is_range = isinstance(value, Range)
        self.run = run

    def less(self, left: object, right: object) -> bool:
        if comparison.ordered(left, right) is None:
            raise _Unordered
        return comparison.less(left, right, self.run) is True

    def same(self, left: object, right: object) -> bool:
        if comparison.ordered(left, right) is None:
            raise _Unordered
        return comparison.equal(left, right, self.run) is True


def _before(a: _Span, b: _Span) -> bool:
    if a.same(a.high, b.low):
        return not (a.high_closed and b.low_closed)
    return a.less(a.high, b.low)


def _meets(a: _Span, b: _Span) -> bool:
    return a.high_closed and b.low_closed and a.same(a.high, b.low)


def _overlaps(a: _Span, b: _Span) -> bool:
    return not _before(a, b) and not _before(b, a)


def _starts_earlier(a: _Span, b: _Span) -> bool:
    if a.same(a.low, b.low):
        return a.low_closed and not b.low_closed
    return a.less(a.low, b.low)


def _ends_earlier(a: _Span, b: _Span) -> bool:
    if a.same(a.high, b.high):
        return b.high_closed and not a.high_closed
    return a.less(a.high, b.high)


def _overlaps_before(a: _Span, b: _Span) -> bool:
    return _starts_earlier(a, b) and _overlaps(a, b) and not _ends_earlier(b, a)


def _same_end(a: _Span, b: _Span) -> bool:
    return a.same(a.high, b.high) and a.high_closed == b.high_closed


def _same_start(a: _Span, b: _Span) -> bool:
    return a.same(a.low, b.low) and a.low_closed == b.low_closed


def _finishes(a: _Span, b: _Span) -> bool:
    if not a.is_range:
        return b.high_closed and a.same(a.low, b.high)
    return _same_end(a, b) and not _starts_earlier(a, b)


def _starts(a: _Span, b: _Span) -> bool:
    if not a.is_range:
        return b.low_closed and a.same(a.low, b.low)
    return _same_start(a, b) and not _ends_earlier(b, a)


def _includes(a: _Span, b: _Span) -> bool:
    return not _starts_earlier(b, a) and not _ends_earlier(a, b)


def _coincides(a: _Span, b: _Span) -> bool:
    return _same_start(a, b) and _same_end(a, b)


_ANY, _RANGE = (False, True), (True,)


def _relation(
    relation: Relation,
    first: tuple[bool, ...] = _RANGE,
    second: tuple[bool, ...] = _RANGE,
    swapped: bool = False,
) -> Callable[..., object]:
    """A built-in from a relation; `first` and `second` say whether ranges or points may come."""

    def related(run: Run, left: object, right: object) -> object:
        if (
            left is None
            or right is None
            or isinstance(left, Range) not in first
            or isinstance(right, Range) not in second
        ):
            return wrong(run, "two ranges or a point and a range", left, right)
        try:
            one, other = _Span(left, run), _Span(right, run)
            return relation(other, one) if swapped else relation(one, other)
        except _Unordered:
            return wrong(run, "points and ranges of one kind", left, right)

    return related


def make_range(run: Run, text: object) -> object:
    """`range("[1..2]")`: a range whose ends are literals."""
    if not isinstance(text, str):
        return wrong(run, "a string", text)
    from ..range_text import parse_range

    return parse_range(text) or run.null("range", "the text is no range")


_POINT_RANGE = ["point, range", "range, point", "range1, range2", "point1, point2"]


FUNCTIONS = {
    "before": function("point1, point2", _relation(_before, _ANY, _ANY), signatures=_POINT_RANGE),
    "after": function(
        "point1, point2", _relation(_before, _ANY, _ANY, swapped=True), signatures=_POINT_RANGE
    ),
    "meets": function("range1, range2", _relation(_meets)),
    "met by": function("range1, range2", _relation(_meets, swapped=True)),
    "overlaps": function("range1, range2", _relation(_overlaps)),
    "overlaps before": function("range1, range2", _relation(_overlaps_before)),
    "overlaps after": function("range1, range2", _relation(_overlaps_before, swapped=True)),
    "finishes": function("point, range", _relation(_finishes, _ANY), signatures=["range1, range2"]),
    "finished by": function(
        "range, point",
        _relation(_finishes, _RANGE, _ANY, swapped=True),
        signatures=["range1, range2"],
    ),
    "includes": function(
        "range, point", _relation(_includes, _RANGE, _ANY), signatures=["range1, range2"]
    ),
    "during": function(
        "point, range",
        _relation(_includes, _ANY, _RANGE, swapped=True),
        signatures=["range1, range2"],
    ),
    "starts": function("point, range", _relation(_starts, _ANY), signatures=["range1, range2"]),
    "started by": function(
        "range, point",
        _relation(_starts, _RANGE, _ANY, swapped=True),
        signatures=["range1, range2"],
    ),
    "coincides": function(
        "point1, point2", _relation(_coincides, _ANY, _ANY), signatures=["range1, range2"]
    ),
    "range": function("from", make_range),
}
