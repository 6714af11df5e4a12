"""One input column of a decision table, as an index from a value to the rules it meets.

Rules are bits of one whole number. Cells that hold only literals and ranges of numbers are looked
up, whatever their number; only cells with real expressions are run one by one. The outcome
is the same as running every cell: an index answers for numbers, strings, booleans and dates, and
anything else goes through the cells.
"""

from __future__ import annotations

from bisect import bisect_left
from decimal import Decimal

from engine.feel import nodes
from engine.feel.run import Frame
from engine.feel.scope import Code
from engine.feel.temporal import Date

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from .source import Source

_INDEXED = frozenset([Decimal, str, bool, Date])
_ORDERED = frozenset([Decimal, Date])


class Column:
    """The cells of one input, in the order of the rules."""

    def __init__(self, texts: list[str], source: Source) -> None:
        self.always = 0
        self.equal: dict[tuple[type, object], int] = {}
        self.spans: dict[type, _Spans] = {}
        self.rest: list[tuple[int, Code]] = []
        self.cells: list[tuple[int, Code]] = []
        for place, text in enumerate(texts):
            self._add(1 << place, text or "-", source)

    def _add(self, bit: int, text: str, source: Source) -> None:
        if text == "-":
            self.always |= bit
            return
        node, code = source.cell(text)
        self.cells.append((bit, code))
        if not (isinstance(node, nodes.UnaryTests) and self._index(node, bit)):
            self.rest.append((bit, code))

    def _index(self, node: nodes.UnaryTests, bit: int) -> bool:
        """Put a cell into the index; false when it holds more than literals."""
        if node.negated:
            return False
        parts = [_part(test) for test in node.tests]
        if any(part is None for part in parts):
            return False
        for part in parts:
            if isinstance(part, tuple):
                kind = type(part[0] if part[0] is not None else part[1])
                self.spans.setdefault(kind, _Spans()).add(bit, *part)
            else:
                value = part.value if part is not None else None
                key = (type(value), value)
                self.equal[key] = self.equal.get(key, 0) | bit
        return True

    def matching(self, value: object, frame: Frame, candidates: int) -> int:
        """The rules among `candidates` whose cell the value meets; `frame` holds it as `?`."""
        kind = type(value)
        found = self.always
        if kind in _INDEXED:
            found |= self.equal.get((kind, value), 0)
            spans = self.spans.get(kind)
            if spans is not None:
                found |= spans.at(value)
            cells = self.rest
        else:
            cells = self.cells
        step = frame.run.meter.step
        for bit, code in cells:
            if candidates & bit:
                step()
                if code(frame) is True:
                    found |= bit
        return found & candidates


_Span = tuple[object, object, bool, bool]


def _part(node: nodes.Node) -> nodes.Literal | _Span | None:
    """A test as a literal or as the ends of a span of numbers or dates; None when it is neither."""
    if isinstance(node, nodes.Literal):
        return node if type(node.value) in _INDEXED else None
    if isinstance(node, nodes.OpenRange):
        end = node.end
        if not isinstance(end, nodes.Literal) or type(end.value) not in _ORDERED:
            return None
        if node.operator in {"<", "<="}:
            return (None, end.value, False, node.operator == "<=")
        if node.operator in {">", ">="}:
            return (end.value, None, node.operator == ">=", False)
        return end if node.operator == "=" else None
    if isinstance(node, nodes.Interval):
        low, high = node.low, node.high
        if (
            isinstance(low, nodes.Literal)
            and isinstance(high, nodes.Literal)
            and type(low.value) is type(high.value)
            and type(low.value) in _ORDERED
        ):
            return (low.value, high.value, node.low_closed, node.high_closed)
    return None


class _Spans:
    """Spans over one ordered kind of value; finds all that hold a value by bisection.

    The line is cut at every end: `masks[2i]` are the rules that hold strictly between the ends
    before and after, `masks[2i + 1]` those that hold at end i.
    """

    __slots__ = ("ends", "masks", "spans")

    def __init__(self) -> None:
        self.spans: list[tuple[int, object, object, bool, bool]] = []
        self.ends: list[Any] = []
        self.masks: list[int] | None = None

    def add(self, bit: int, low: object, high: object, low_in: bool, high_in: bool) -> None:
        self.spans.append((bit, low, high, low_in, high_in))
        self.masks = None

    def at(self, value: object) -> int:
        masks = self.masks if self.masks is not None else self._build()
        place = bisect_left(self.ends, value)
        if place < len(self.ends) and self.ends[place] == value:
            return masks[2 * place + 1]
        return masks[2 * place]

    def _build(self) -> list[int]:
        ends: set[Any] = set()
        for _, low, high, *_ in self.spans:
            ends |= {low, high} - {None}
        self.ends = sorted(ends)
        places = {end: 2 * at + 1 for at, end in enumerate(self.ends)}
        size = 2 * len(self.ends) + 1
        opened: list[list[int]] = [[] for _ in range(size)]
        closed: list[list[int]] = [[] for _ in range(size + 1)]
        for bit, low, high, low_in, high_in in self.spans:
            first = 0 if low is None else places[low] + (not low_in)
            last = size - 1 if high is None else places[high] - (not high_in)
            if first <= last:
                opened[first].append(bit)
                closed[last + 1].append(bit)
        masks: list[int] = []
        counts: dict[int, int] = {}
        current = 0
        for at in range(size):
            for bit in closed[at]:
                counts[bit] -= 1
                if not counts[bit]:
                    current &= ~bit
            for bit in opened[at]:
                counts[bit] = counts.get(bit, 0) + 1
                current |= bit
            masks.append(current)
        self.masks = masks
        return masks
