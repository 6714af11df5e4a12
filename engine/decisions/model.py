"""A decision model that can be asked: which decisions, which inputs, which value and why."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from engine.feel import (
    DEFAULT,
    STANDARD,
    Expression,
    FeelLimitExceeded,
    FeelSyntaxError,
    Library,
    Limits,
    Problem,
)

from .checks import expressions_of, names_needed, places_of, problems_of
from .errors import ModelRefused, UnknownDecision
from .graph import Graph, Session
from .source import Resolve, Source, walk
from .trace import DecisionResult, ModelRun
from .xml import Element

_MAX_IMPORTS = 50


class DecisionName(NamedTuple):
    """A decision or decision service by id and name."""

    id: str
    name: str


class ModelProblem(NamedTuple):
    """What a static check found.

    `element` is the id of the cell, or of the nearest element around it that has one; `decision`
    the name of the decision (or knowledge model) and `row` the rule of its table, 0 when it is in
    none. `syntax` is the error of a text that is no FEEL.
    """

    element: str
    text: str
    problem: Problem
    decision: str = ""
    row: int = 0
    syntax: FeelSyntaxError | None = None


class RuleName(NamedTuple):
    """A rule of a decision table: `table` is the decision's name, `number` counts from 1."""

    id: str
    table: str
    number: int
    description: str


class Model:
    """One DMN file. Safe to share between threads and evaluations."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._graph = Graph(source)
        self._libraries: dict[int, tuple[Library, Library]] = {}

    @property
    def name(self) -> str:
        return self._source.name

    @property
    def namespace(self) -> str:
        return self._source.namespace

    @property
    def decisions(self) -> tuple[DecisionName, ...]:
        """Every decision of the file, in its order."""
        return self._named("decision")

    @property
    def services(self) -> tuple[DecisionName, ...]:
        """Every decision service of the file, in its order."""
        return self._named("decisionService")

    def _named(self, tag: str) -> tuple[DecisionName, ...]:
        return tuple(
            DecisionName(key, element.get("name"))
            for key, element in self._source.by_id.items()
            if element.tag == tag
        )

    def _find(self, wanted: str, tag: str) -> Element:
        element = self._source.by_id.get(wanted)
        if element is not None and element.tag == tag:
            return element
        for element in self._source.root.all(tag):
            if element.get("name") == wanted:
                return element
        known = tuple(found.id or found.name for found in self._named(tag))
        raise UnknownDecision(wanted, known)

    def inputs(self, decision: str) -> frozenset[str]:
        """The names that have to be given to decide: inputs, and variables that are only read.

        Raises UnknownDecision.
        """
        return names_needed(self._graph, self._find(decision, "decision"))

    def problems(self, library: Library = STANDARD) -> list[ModelProblem]:
        """What is wrong in any cell, or in how the decisions require each other.

        Codes: syntax, unknown-function, arguments; unknown-reference, cycle, no-logic, hit-policy.
        """
        return [
            ModelProblem(cell.element, cell.text, problem, cell.owner, cell.row, syntax)
            for cell, problem, syntax in problems_of(self._graph, library)
        ]

    def reads(self, name: str) -> list[ModelProblem]:
        """Where cells read a name, for a name that nothing outside the model provides."""
        return [
            ModelProblem(
                cell.element,
                cell.text,
                Problem("unknown-name", f"there is no {name}", line, column, name),
                cell.owner,
                cell.row,
            )
            for cell, line, column in places_of(self._graph, name)
        ]

    @property
    def rules(self) -> tuple[RuleName, ...]:
        """Every rule of every decision table of the file, in its order."""
        return tuple(
            RuleName(rule.get("id"), owner.get("name"), index, rule.text_of("description"))
            for owner in self._source.root.children
            for table in walk(owner)
            if table.tag == "decisionTable"
            for index, rule in enumerate(table.all("rule"), 1)
        )

    def expressions(self) -> Iterator[tuple[str, Expression]]:
        """Every text that is FEEL, with the id of the decision or knowledge model it is of."""
        return expressions_of(self._graph)

    def evaluate(
        self,
        decision: str,
        context: Mapping[str, object],
        *,
        now: datetime.datetime | None = None,
        library: Library = STANDARD,
        limits: Limits = DEFAULT,
    ) -> DecisionResult:
        """The value of a decision, by id or name, with what it requires.

        `now` is aware. Raises UnknownDecision and FeelLimitExceeded. A given value of a wrong
        type or not among the allowed values leaves a diagnostic with the code `input`.
        """
        element = self._find(decision, "decision")
        session = self._session(context, now, library, limits)
        return self._outcome(session, lambda: self._graph.value(element, self._source, session))

    def evaluate_service(
        self,
        service: str,
        context: Mapping[str, object],
        *,
        now: datetime.datetime | None = None,
        library: Library = STANDARD,
        limits: Limits = DEFAULT,
    ) -> DecisionResult:
        """The value of a decision service, by id or name; its inputs are given in `context`."""
        element = self._find(service, "decisionService")
        session = self._session(context, now, library, limits)
        return self._outcome(
            session,
            lambda: self._graph.service_from(element, self._source, session),
        )

    def _session(
        self,
        context: Mapping[str, object],
        now: datetime.datetime | None,
        library: Library,
        limits: Limits,
    ) -> Session:
        kept = self._libraries.get(id(library))
        if kept is None or kept[0] is not library:
            kept = (library, self._graph.library(library))
            self._libraries = {id(library): kept}
        run = ModelRun(kept[1], limits, now)
        run.fired, run.trace = [], []
        return Session(context, run)

    @staticmethod
    def _outcome(session: Session, work: Work) -> DecisionResult:
        run = session.run
        try:
            value = work()
        except RecursionError:
            raise FeelLimitExceeded("depth", run.meter.limits.depth) from None
        return DecisionResult(value, tuple(run.diagnostics), tuple(run.trace))


TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    Work = Callable[[], object]


def load(xml: bytes, resolve: Resolve | None = None) -> Model:
    """The model that the bytes of a DMN 1.3, 1.4 or 1.5 file are.

    `resolve(namespace, location)` gives the bytes of an imported file, or None. Raises
    ModelRefused for anything hostile, broken or of another standard.
    """
    loading: dict[str, Source] = {}
    return Model(_load(xml, resolve, loading))


def _load(xml: bytes, resolve: Resolve | None, loading: dict[str, Source]) -> Source:
    source = Source.parse(xml)
    loading[source.namespace] = source
    if len(loading) > _MAX_IMPORTS:
        raise ModelRefused("too-large", f"more than {_MAX_IMPORTS} imported files")
    for element in source.root.all("import"):
        if "DMN" not in element.get("importType"):
            continue
        other = loading.get(element.get("namespace"))
        if other is source:
            other = None
        if other is None and resolve is not None:
            found = resolve(element.get("namespace"), element.get("locationURI"))
            other = _load(found, resolve, loading) if found is not None else None
        if other is not None:
            source.adopt(element.get("name"), other)
    return source
