"""Facts: fields that a route lets people correct afterwards, with a reason.

The property ``feit`` of a user task names them. Terms count from facts, so a correction moves the
timers and due dates that count from it, in the same transaction.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from engine.records import parties_in
from engine.routes import Route
from engine.spiff import Element

FACT = "feit"


@dataclass(frozen=True)
class Fact:
    """A fact of a case: ``value`` as it is recorded now, ``form_id`` the form that asked it."""

    name: str
    label: str
    element_id: str
    form_id: str
    value: object


def fact_elements(route: Route) -> dict[str, Element]:
    """Of every fact of a route the user task that records it."""
    found: dict[str, Element] = {}
    for element in route.diagrams.elements.values():
        for name in parties_in(element.properties.get(FACT, "")):
            found.setdefault(name, element)
    return found


def recorded_facts(route: Route, variables: Mapping[str, object]) -> tuple[Fact, ...]:
    """The facts that are recorded in a case, and can therefore be corrected."""
    facts = []
    for name, element in fact_elements(route).items():
        form = route.forms.get(element.form_id or "")
        if form is not None and variables.get(name) is not None:
            label = form.labels.get(name) or name
            facts.append(Fact(name, label, element.id, element.form_id or "", variables[name]))
    return tuple(facts)
