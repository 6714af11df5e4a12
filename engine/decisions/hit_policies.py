"""Hit policies and aggregation (DMN 1.5, 8.2.10 and 8.2.11)."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from engine.feel import comparison
from engine.feel.builtins import aggregates, lists
from engine.feel.run import Frame, Run
from engine.feel.scope import Code

from .items import fitted, type_of
from .xml import Element

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .source import Source


class Hit(NamedTuple):
    """A rule that matched: its place in the table, from 0, and its output."""

    place: int
    value: object


class Outputs:
    """The output columns of a table."""

    def __init__(self, elements: list[Element], source: Source) -> None:
        self.names = [element.get("name") for element in elements]
        self.kinds = [type_of(element.get("typeRef"), source) for element in elements]
        self.allowed = [_texts(element, "outputValues") for element in elements]
        self.orders = [source.each_test(texts) if texts else [] for texts in self.allowed]
        defaults = [_texts(element, "defaultOutputEntry") for element in elements]
        self.defaults: list[Code] | None = None
        if any(defaults):
            self.defaults = [source.expression(text or "null") for text in defaults]

    def value(self, codes: list[Code], frame: Frame) -> object:
        """One rule's output: a value, or a context when the table has several outputs."""
        run = frame.run
        values: list[object] = []
        for place, code in enumerate(codes):
            value = code(frame)
            if value is not None and place < len(self.kinds):
                value = fitted(value, self.kinds[place], run, "the output", "types")
                if value is not None and self.orders[place]:
                    inside = Frame({"?": value}, frame, run)
                    if not any(test(inside) is True for test in self.orders[place]):
                        value = run.null("output", "the output is not one of the allowed values")
            values.append(value)
        if len(self.names) == 1:
            return values[0] if values else None
        return dict(zip(self.names, values, strict=False))

    def default(self, frame: Frame, many: bool) -> object:
        """The outcome when no rule matches."""
        if self.defaults is None:
            return [] if many else None
        return self.value(self.defaults, frame)

    def rank(self, value: object, run: Run) -> tuple[int, ...]:
        """The priority of an output: the place of each value among the allowed values."""
        values = [value] if len(self.names) == 1 else list(_entries(value))
        ranks = []
        for order, item in zip(self.orders, values, strict=False):
            inside = Frame({"?": item}, None, run)
            place = next((at for at, test in enumerate(order) if test(inside) is True), len(order))
            ranks.append(place)
        return tuple(ranks)


def _entries(value: object) -> list[object]:
    return list(value.values()) if isinstance(value, dict) else []


def _texts(element: Element, tag: str) -> str:
    found = element.first(tag)
    return found.text_of("text") if found is not None else ""


class Policy(NamedTuple):
    """`choose` gives the outcome and the hits it used; `many` when the outcome is a list."""

    choose: Callable[[list[Hit], Outputs, Run], tuple[object, list[Hit]]]
    many: bool = False


def _unique(hits: list[Hit], outputs: Outputs, run: Run) -> tuple[object, list[Hit]]:
    if len(hits) > 1:
        rules = ", ".join(str(hit.place + 1) for hit in hits[:10])
        return run.null("hit-policy", f"only one rule may match, but {rules} do"), []
    return hits[0].value, hits


def _any(hits: list[Hit], outputs: Outputs, run: Run) -> tuple[object, list[Hit]]:
    first = hits[0].value
    for hit in hits[1:]:
        if comparison.equal(first, hit.value, run) is not True:
            return run.null("hit-policy", "rules that match give different outputs"), []
    return first, hits


def _first(hits: list[Hit], outputs: Outputs, run: Run) -> tuple[object, list[Hit]]:
    return hits[0].value, hits[:1]


def _priority(hits: list[Hit], outputs: Outputs, run: Run) -> tuple[object, list[Hit]]:
    best = min(hits, key=lambda hit: outputs.rank(hit.value, run))
    return best.value, [best]


def _rule_order(hits: list[Hit], outputs: Outputs, run: Run) -> tuple[object, list[Hit]]:
    return [hit.value for hit in hits], hits


def _output_order(hits: list[Hit], outputs: Outputs, run: Run) -> tuple[object, list[Hit]]:
    ordered = sorted(hits, key=lambda hit: outputs.rank(hit.value, run))
    return [hit.value for hit in ordered], hits


def _aggregate(
    built_in: Callable[[Run, object], object],
) -> Callable[[list[Hit], Outputs, Run], tuple[object, list[Hit]]]:
    def aggregated(hits: list[Hit], outputs: Outputs, run: Run) -> tuple[object, list[Hit]]:
        if len(outputs.names) > 1:
            columns = [
                [_entries(hit.value)[at] for hit in hits] for at in range(len(outputs.names))
            ]
            values = [built_in(run, [column]) for column in columns]
            return dict(zip(outputs.names, values, strict=True)), hits
        return built_in(run, [[hit.value for hit in hits]]), hits

    return aggregated


def _count(run: Run, values: object) -> object:
    """The number of rules that matched."""
    return lists.count(run, values[0]) if isinstance(values, list) else None


POLICIES: dict[tuple[str, str], Policy] = {
    ("UNIQUE", ""): Policy(_unique),
    ("ANY", ""): Policy(_any),
    ("FIRST", ""): Policy(_first),
    ("PRIORITY", ""): Policy(_priority),
    ("RULE ORDER", ""): Policy(_rule_order, many=True),
    ("OUTPUT ORDER", ""): Policy(_output_order, many=True),
    ("COLLECT", ""): Policy(_rule_order, many=True),
    ("COLLECT", "LIST"): Policy(_rule_order, many=True),
    ("COLLECT", "SUM"): Policy(_aggregate(aggregates.total)),
    ("COLLECT", "MIN"): Policy(_aggregate(aggregates.least)),
    ("COLLECT", "MAX"): Policy(_aggregate(aggregates.greatest)),
    ("COLLECT", "COUNT"): Policy(_aggregate(_count)),
}
