"""Facts: fields that a route lets people correct afterwards, with a reason.

The property ``feit`` of a user task, a message event or a start event names them. Terms count
from facts, so a correction moves the timers and due dates that count from it, in the same
transaction.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from engine.dialect import BUTTON_FORM, FACT, parties_in
from engine.routes import Route
from engine.spiff import Element


@dataclass(frozen=True)
class Fact:
    """A fact of a case: ``value`` as it is recorded now, ``form_id`` the form that asked it."""

    name: str
    label: str
    element_id: str
    form_id: str
    value: object


def form_of(route: Route, element: Element, name: str) -> str | None:
    """The form that asks for a fact: that of its element, else any that has such a field.

    A fact need not be asked where it becomes one: a linked case is started with values.
    """
    own = element.form_id or element.properties.get(BUTTON_FORM) or route.config.start_form
    for form_id in (own, *route.forms):
        form = route.forms.get(form_id)
        if form is not None and name in form.fields:
            return form_id
    return None


def fact_elements(route: Route) -> dict[str, Element]:
    """Of every fact of a route the element that records it: a task, a button, a start."""
    found: dict[str, Element] = {}
    for element in route.diagrams.elements.values():
        for name in parties_in(element.properties.get(FACT, "")):
            found.setdefault(name, element)
    return found


def recorded_facts(route: Route, variables: Mapping[str, object]) -> tuple[Fact, ...]:
    """The facts that are recorded in a case, and can therefore be corrected."""
    facts = []
    for name, element in fact_elements(route).items():
        form_id = form_of(route, element, name)
        if form_id is not None and variables.get(name) is not None:
            label = route.forms[form_id].labels.get(name) or name
            facts.append(Fact(name, label, element.id, form_id, variables[name]))
    return tuple(facts)
