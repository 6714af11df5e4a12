"""Decision tables (DMN 1.5, chapter 8)."""

from __future__ import annotations

from engine.feel.run import Frame
from engine.feel.scope import Code

from .columns import Column
from .hit_policies import POLICIES, Hit, Outputs, Policy
from .items import fitted, type_of
from .trace import FiredRule
from .xml import Element

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .source import Source


class _Input:
    """One input column: its expression, what it may be, and the tests of all rules."""

    __slots__ = ("allowed", "code", "column", "kind", "label")

    def __init__(self, element: Element, texts: list[str], source: Source) -> None:
        inner = element.first("inputExpression")
        text = inner.text_of("text") if inner is not None else ""
        self.label = element.get("label") or text
        self.code = source.expression(text)
        self.kind = type_of(inner.get("typeRef") if inner is not None else "", source)
        values = element.first("inputValues")
        allowed = values.text_of("text") if values is not None else ""
        self.allowed = source.tests(allowed) if allowed else None
        self.column = Column(texts, source)


class _Table:
    """A table ready to be evaluated."""

    def __init__(self, element: Element, source: Source) -> None:
        self.element = element
        self.name = element.get("outputLabel") or element.get("id")
        rules = list(element.all("rule"))
        cells = [[entry.text_of("text") for entry in rule.all("inputEntry")] for rule in rules]
        inputs = list(element.all("input"))
        self.all_rules = (1 << len(rules)) - 1
        self.inputs = [
            _Input(item, [row[place] if place < len(row) else "-" for row in cells], source)
            for place, item in enumerate(inputs)
        ]
        self.outputs = Outputs(list(element.all("output")), source)
        self.entries = [
            [source.expression(entry.text_of("text")) for entry in rule.all("outputEntry")]
            for rule in rules
        ]
        self.fired = _describe(rules, element, self.name)
        key = element.get("hitPolicy") or "UNIQUE"
        self.policy: Policy | None = POLICIES.get((key, element.get("aggregation")))

    def evaluate(self, frame: Frame) -> object:
        run = frame.run
        policy = self.policy
        if policy is None:
            return run.null("structure", "there is no such hit policy")
        matching = self.all_rules
        for part in self.inputs:
            value = part.code(frame)
            if part.kind is not None and value is not None:
                fit = fitted(value, part.kind, run, part.label, "input")
                if fit is None:
                    return None
                value = fit
            inside = Frame({"?": value}, frame, run)
            if part.allowed is not None and value is not None and part.allowed(inside) is not True:
                return run.null(
                    "input", f"{part.label} is not one of the allowed values", name=part.label
                )
            if matching:
                matching = part.column.matching(value, inside, matching)
        return self.decide(matching, frame, policy)

    def decide(self, matching: int, frame: Frame, policy: Policy) -> object:
        """The outcome when the rules whose bits are set match."""
        hits: list[Hit] = []
        while matching:
            lowest = matching & -matching
            place = lowest.bit_length() - 1
            matching ^= lowest
            frame.run.meter.step()
            hits.append(Hit(place, self.outputs.value(self.entries[place], frame)))
        if not hits:
            return self.outputs.default(frame, policy.many)
        value, used = policy.choose(hits, self.outputs, frame.run)
        fired = getattr(frame.run, "fired", None)
        if fired is not None:
            chosen = {hit.place for hit in used}
            for hit in hits:
                rule = self.fired[hit.place]
                fired.append(rule if hit.place in chosen else _passed_over(rule))
        return value


def _describe(rules: list[Element], element: Element, name: str) -> list[FiredRule]:
    columns = [item.get("name") for item in element.all("annotation")]
    found = []
    for index, rule in enumerate(rules, 1):
        texts = [entry.text_of("text") for entry in rule.all("annotationEntry")]
        remarks = {
            (columns[place] if place < len(columns) else "") or f"annotation {place + 1}": text
            for place, text in enumerate(texts)
            if text
        }
        found.append(FiredRule(index, rule.get("id"), rule.text_of("description"), remarks, name))
    return found


def _passed_over(rule: FiredRule) -> FiredRule:
    return FiredRule(
        rule.index, rule.id, rule.description, rule.annotations, rule.table, used=False
    )


def compile_table(element: Element, source: Source) -> Code:
    """The code of a decision table."""
    return _Table(element, source).evaluate
