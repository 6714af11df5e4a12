"""What the scenarios of a route never took: sequence flows, decision rules, outcomes of an ``if``.

Flows and rules are read from the audit events of the cases that were played; the outcomes of an
``if`` are told by FEEL itself while it evaluates. An ``if`` counts by its text: the same text at
two places is one thing to test.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum

from sqlalchemy import select

from engine.audit import AuditKind
from engine.db import Database
from engine.expressions import parsed
from engine.feel import Branch, Expression, watching
from engine.letters import file_of
from engine.models import AuditEvent
from engine.routes import Route, read_parts
from engine.spiff import Flow


class Kind(StrEnum):
    """What can be taken."""

    FLOW = "pad"
    RULE = "regel"
    BRANCH = "als"


@dataclass(frozen=True)
class Goal:
    """One thing that some scenario has to take: ``id`` is that of the element it stands in."""

    file: str
    kind: Kind
    id: str
    words: str
    key: str | Branch


@dataclass(frozen=True)
class FileCoverage:
    """Of one file and one kind: how many goals there are, and which were never taken."""

    file: str
    kind: Kind
    total: int
    missing: tuple[Goal, ...]


@dataclass
class Coverage:
    """Collects over many scenarios what was taken of one route."""

    goals: tuple[Goal, ...]
    _taken: set[str | Branch] = field(default_factory=set)

    @classmethod
    def of(cls, route: Route) -> Coverage:
        """Nothing taken yet."""
        return cls((*_flows(route), *_rules(route), *_branches(route)))

    @contextmanager
    def watch(self) -> Iterator[None]:
        """See the outcomes of every ``if`` that is evaluated meanwhile in this thread."""
        with watching(self._taken.add):
            yield

    def add(self, database: Database) -> None:
        """Take in what happened to all cases of a stage."""
        with database.reading() as session:
            rows = session.execute(select(AuditEvent.kind, AuditEvent.data)).all()
        for kind, data in rows:
            facts = json.loads(data)
            self._taken.update(facts.get("path", ()))
            if kind == AuditKind.DECISION_TAKEN:
                self._taken.update(facts["rules"])

    def files(self) -> tuple[FileCoverage, ...]:
        """Per file and kind what was taken, in the order of the goals."""
        grouped: dict[tuple[str, Kind], list[Goal]] = {}
        for goal in self.goals:
            grouped.setdefault((goal.file, goal.kind), []).append(goal)
        return tuple(
            FileCoverage(
                file,
                kind,
                len(goals),
                tuple(goal for goal in goals if goal.key not in self._taken),
            )
            for (file, kind), goals in sorted(grouped.items())
        )

    @property
    def missing(self) -> tuple[Goal, ...]:
        return tuple(goal for part in self.files() for goal in part.missing)


def _flows(route: Route) -> Iterator[Goal]:
    for flow in route.diagrams.flows.values():
        element = route.diagrams.elements[flow.source]
        file = route.diagrams.processes[element.process_id].file
        yield Goal(file, Kind.FLOW, flow.id, _flow_words(route, flow), flow.id)


def _flow_words(route: Route, flow: Flow) -> str:
    elements = route.diagrams.elements
    source, target = (elements[one].name or elements[one].id for one in (flow.source, flow.target))
    label = f" ({flow.name})" if flow.name else ""
    return f"van '{source}' naar '{target}'{label}"


def _rules(route: Route) -> Iterator[Goal]:
    sources = read_parts(route.files).sources
    seen: set[int] = set()
    for decision_id, model in route.decisions.items():
        if id(model) in seen:
            continue
        seen.add(id(model))
        for rule in model.rules:
            words = f"regel {rule.number} van '{rule.table}' {rule.description}".rstrip()
            yield Goal(sources[f"dmn:{decision_id}"], Kind.RULE, rule.id, words, rule.id)


def _branches(route: Route) -> Iterator[Goal]:
    seen: set[tuple[str, Branch]] = set()
    for file, element_id, expression in _expressions(route):
        for branch in expression.branches:
            if (file, branch) not in seen:
                seen.add((file, branch))
                words = f"{'ja' if branch.outcome else 'nee'} van: {_excerpt(branch)}"
                yield Goal(file, Kind.BRANCH, element_id, words, branch)


def _excerpt(branch: Branch) -> str:
    text = " ".join(branch.text[branch.offset :].split())
    return text if len(text) <= 80 else text[:77] + "..."


def _expressions(route: Route) -> Iterator[tuple[str, str, Expression]]:
    """Every expression of a deployment with its file and element."""
    diagrams = route.diagrams
    for use in diagrams.expressions():
        flow = diagrams.flows.get(use.element_id)
        element = diagrams.elements[flow.source if flow else use.element_id]
        yield diagrams.processes[element.process_id].file, use.element_id, parsed(use.text)
    sources = read_parts(route.files).sources
    for form in route.forms.values():
        for item in form.expressions():
            yield sources[form.id], item.component_id, parsed(item.text)
    for letter in route.letters.values():
        for place, text in letter.expressions():
            yield file_of(letter.id), place, parsed(text)
    seen: set[int] = set()
    for decision_id, model in route.decisions.items():
        if id(model) not in seen:
            seen.add(id(model))
            for owner, expression in model.expressions():
                yield sources[f"dmn:{decision_id}"], owner, expression
