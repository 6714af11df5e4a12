"""Decision requirement graphs to code (DMN 1.5, chapters 6 and 10.4).

Every element of the graph becomes a function from the evaluation's values to a value. A decision
sees what it requires, and names that the model does not define at all: diagrams as the modeller
writes them read process variables without declaring them.
"""

from __future__ import annotations

from collections.abc import Mapping

from engine.feel.expression import measure
from engine.feel.library import Library
from engine.feel.run import Frame
from engine.feel.scope import MISSING, Closure, Code, Root
from engine.feel.types import Type
from engine.feel.values import from_python

from .boxed import compile_child, compile_function
from .items import fitted, type_of
from .source import Source
from .trace import DecisionTrace, ModelRun
from .xml import Element

_REQUIREMENTS = ("requiredInput", "requiredDecision", "requiredKnowledge")
Ref = tuple[Source, Element]


class Session:
    """One evaluation of a model: the given values and those that are known already."""

    def __init__(self, context: Mapping[str, object], run: ModelRun) -> None:
        self.context = context
        self.run = run
        self.known: dict[int, object] = {}


class Graph:
    """A model file with its imports, compiled element by element when first needed."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self._codes: dict[int, Code] = {}
        self.defined = frozenset(element.get("name") for element in source.by_id.values())

    # Finding elements

    def referred(self, href: str, source: Source) -> Ref | None:
        """The element that an href points at, here or in an import."""
        namespace, _, key = href.rpartition("#")
        if namespace in {"", source.namespace} and key in source.by_id:
            return source, source.by_id[key]
        for other in source.imports.values():
            if namespace in {"", other.namespace} and key in other.by_id:
                return other, other.by_id[key]
        return None

    def requirements(self, element: Element, source: Source) -> list[Ref]:
        """What an element requires directly."""
        found = []
        for group in element.children:
            if group.tag.endswith("Requirement"):
                for tag in _REQUIREMENTS:
                    required = group.first(tag)
                    ref = self.referred(required.get("href"), source) if required else None
                    if ref is not None:
                        found.append(ref)
        return found

    def prefix(self, source: Source, other: Source) -> str:
        """The import name under which `other` is known in `source`; empty for itself."""
        if other is source:
            return ""
        return next((name for name, found in source.imports.items() if found is other), "")

    # Values

    def scope(self, element: Element, source: Source, session: Session) -> dict[str, object]:
        """The variables of an element: everything it requires, by name."""
        variables: dict[str, object] = {}
        for other, required in self.requirements(element, source):
            value = self.value(required, other, session)
            prefix = self.prefix(source, other)
            if prefix:
                inner = variables.setdefault(prefix, {})
                if isinstance(inner, dict):
                    inner[required.get("name")] = value
            else:
                variables[required.get("name")] = value
        return variables

    def value(self, element: Element, source: Source, session: Session) -> object:
        """The value of an element of the graph, worked out once in an evaluation."""
        known = session.known.get(id(element), MISSING)
        if known is not MISSING:
            return known
        session.run.meter.step()
        session.run.meter.enter()
        try:
            if element.tag == "inputData":
                value = self.input(element, source, session)
            elif element.tag == "decision":
                value = self.decision(element, source, session)
            elif element.tag == "businessKnowledgeModel":
                value = self.knowledge(element, source, session)
            else:
                value = self.service_function(element, source, session)
        finally:
            session.run.meter.leave()
        session.known[id(element)] = value
        return value

    def input(self, element: Element, source: Source, session: Session) -> object:
        """A given value, checked against the type of the input."""
        name = element.get("name")
        value: object = MISSING
        prefix = self.prefix(self.source, source)
        if prefix:
            inner = session.context.get(prefix)
            if isinstance(inner, Mapping):
                value = inner.get(name, MISSING)
        if value is MISSING:
            value = session.context.get(name, MISSING)
        if value is MISSING:
            return session.run.null("name", f"there is no {name}")
        kind = _variable_type(element, source)
        return fitted(from_python(value), kind, session.run, name, "input")

    def decision(self, element: Element, source: Source, session: Session) -> object:
        run = session.run
        variables = self.scope(element, source, session)
        outer, run.fired = run.fired, []
        name = element.get("name")
        value = self.code(element, source)(self.frame(variables, session))
        value = fitted(value, _variable_type(element, source), run, name, "types")
        measure(value, run)
        shown = {key: item for key, item in variables.items() if not hasattr(item, "call")}
        run.trace.append(
            DecisionTrace(element.get("id") or name, name, shown, value, tuple(run.fired))
        )
        run.fired = outer
        return value

    def frame(self, variables: dict[str, object], session: Session) -> Frame:
        """A scope of these variables, with whatever the model does not define behind them."""
        hidden = {key: value for key, value in session.context.items() if key not in self.defined}
        return Frame(variables, Root(hidden, session.run), session.run)

    def code(self, element: Element, source: Source) -> Code:
        found = self._codes.get(id(element))
        if found is None:
            if element.tag == "businessKnowledgeModel":
                logic = element.first("encapsulatedLogic")
                found = compile_function(logic, source) if logic else compile_child(None, source)
            else:
                found = compile_child(element, source)
            self._codes[id(element)] = found
        return found

    def knowledge(self, element: Element, source: Source, session: Session) -> object:
        """A business knowledge model as a function; it may call itself."""
        variables = self.scope(element, source, session)
        function = self.code(element, source)(self.frame(variables, session))
        variables[element.get("name")] = function
        return function

    # Decision services

    def service_function(self, element: Element, source: Source, session: Session) -> object:
        """A decision service as a function of its inputs and input decisions."""
        params, types = [], []
        for other, given in self.service_inputs(element, source):
            params.append(given.get("name"))
            types.append(_variable_type(given, other))

        def body(frame: Frame) -> object:
            values = {name: frame.vars[name] for name in params}
            return self.service(element, source, values, session)

        kinds: tuple[Type | None, ...] = tuple(types)
        return Closure(tuple(params), kinds, body, Frame({}, None, session.run))

    def service_inputs(self, element: Element, source: Source) -> list[Ref]:
        """The parameters of a service, in the order of the standard: inputs, then decisions."""
        return self.members(element, source, "inputData") + self.members(
            element, source, "inputDecision"
        )

    def members(self, element: Element, source: Source, tag: str) -> list[Ref]:
        found = (self.referred(member.get("href"), source) for member in element.all(tag))
        return [ref for ref in found if ref is not None]

    def service(
        self, element: Element, source: Source, values: Mapping[str, object], session: Session
    ) -> object:
        """The outcome of a service: one decision's value, or a context of several."""
        inner = Session(values, session.run)
        for _, given in self.members(element, source, "inputDecision"):
            inner.known[id(given)] = values.get(given.get("name"))
        outcome: dict[str, object] = {}
        for other, decision in self.members(element, source, "outputDecision"):
            outcome[decision.get("name")] = self.value(decision, other, inner)
        result: object = outcome
        if len(outcome) == 1:
            result = next(iter(outcome.values()))
        return fitted(
            result, _variable_type(element, source), session.run, element.get("name"), "types"
        )

    def service_from(self, element: Element, source: Source, session: Session) -> object:
        """The outcome of a service whose inputs and input decisions are given by name."""
        values: dict[str, object] = {}
        for other, given in self.service_inputs(element, source):
            name = given.get("name")
            value = session.context.get(name, MISSING)
            if value is MISSING:
                session.run.null("name", f"there is no {name}")
                continue
            kind = _variable_type(given, other)
            values[name] = fitted(from_python(value), kind, session.run, name, "input")
        return self.service(element, source, values, session)

    def library(self, library: Library) -> Library:
        """The functions with the model's types."""
        types = self.source.all_types()
        return library.with_types(types) if types else library


def _variable_type(element: Element, source: Source) -> Type | None:
    variable = element.first("variable")
    if variable is None or element.tag == "businessKnowledgeModel":
        return None
    return type_of(variable.get("typeRef"), source)
