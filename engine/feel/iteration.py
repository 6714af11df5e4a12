"""`for`, `some` and `every` (DMN 1.5, 10.3.2.14 and grammar rules 46 to 49)."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from .comparison import less_or_equal, ordered
from .decimals import CONTEXT, ONE
from .run import Frame, Run, shown
from .scope import Code
from .temporal import Date
from .values import Range

_TURN_BYTES = 96  # a place in the list and a small value in it

Source = tuple[str, Code, Code | None]


def steps(low: object, high: object, run: Run) -> Iterator[object] | None:
    """The values from low to high, both included, up or down; None when there is no next."""
    if isinstance(low, Decimal) and isinstance(high, Decimal):
        return _numbers(low, high)
    if isinstance(low, Date) and isinstance(high, Date):
        first, last = low.days, high.days
        way = 1 if first <= last else -1
        return (Date.of_days(days) for days in range(first, last + way, way))
    return run.null("types", f"cannot step from {shown(low)} to {shown(high)}")


def _numbers(low: Decimal, high: Decimal) -> Iterator[object]:
    way = ONE if low <= high else ONE.copy_negate()
    value = low
    while (value <= high) if way > 0 else (value >= high):
        yield value
        following = CONTEXT.add(value, way)
        if following == value:
            return
        value = following


def iterate_range(span: Range, run: Run) -> Iterator[object] | None:
    """The values of a range of whole numbers or dates, in the order of its ends."""
    low, high = span.low, span.high
    if ordered(low, high) is not None and not less_or_equal(low, high, run):
        return run.null("range", "the range runs downwards")
    values = steps(low, high, run)
    if values is None:
        return None
    return (
        value
        for value in values
        if (span.low_closed or value != low) and (span.high_closed or value != high)
    )


def domain(source: Source, frame: Frame) -> Iterator[object] | None:
    """What one `name in source` goes through; None when it is nothing that can be gone through."""
    _, start, end = source
    value = start(frame)
    if end is not None:
        return steps(value, end(frame), frame.run)
    if type(value) is list:
        return iter(value)
    if isinstance(value, Range):
        return iterate_range(value, frame.run)
    if value is None:
        return frame.run.null("types", "cannot go through null")
    return iter((value,))


class _NoDomain(Exception):
    pass


def bindings(sources: list[Source], frame: Frame) -> Iterator[Frame]:
    """A frame for every combination of the sources' values, the last source fastest."""
    name = sources[0][0]
    values = domain(sources[0], frame)
    if values is None:
        raise _NoDomain
    step = frame.run.meter.step
    rest = sources[1:]
    for value in values:
        step()
        inner = Frame({name: value}, frame, frame.run)
        if rest:
            yield from bindings(rest, inner)
        else:
            yield inner


def compile_for(sources: list[Source], body: Code, uses_partial: bool) -> Code:
    """`for ... return body`; `partial` is the list of results so far."""

    def loop(frame: Frame) -> object:
        results: list[object] = []
        take = frame.run.meter.take
        try:
            for inner in bindings(sources, frame):
                if uses_partial:
                    take(8 * len(results))
                    inner = Frame({"partial": results.copy()}, inner, frame.run)
                take(_TURN_BYTES)
                results.append(body(inner))
        except _NoDomain:
            return None
        return results

    return loop


def compile_quantified(sources: list[Source], body: Code, decisive: bool) -> Code:
    """`some` (decisive: true) or `every` (decisive: false), with three-valued logic."""

    def quantified(frame: Frame) -> object:
        unknown = False
        try:
            for inner in bindings(sources, frame):
                outcome = body(inner)
                if outcome is decisive:
                    return decisive
                if not isinstance(outcome, bool):
                    unknown = True
                    if outcome is not None:
                        return frame.run.null("types", f"{shown(outcome)} is no true or false")
        except _NoDomain:
            return None
        return None if unknown else not decisive

    return quantified
