"""Which names a deployment provides: only these can ever have a value in an expression."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from engine.dialect import (
    CASE_FIELDS,
    PARTY_FIELDS,
    RESERVED,
    TASK_FIELDS,
    TERM_CHANGE_FIELDS,
    TERM_FIELDS,
)
from engine.expressions import TERM_CHANGE, TERMS
from engine.routes import TASK_START_CASE, Parts, RouteConfig
from engine.spiff import COMPLETION_NAMES, Diagrams, Element

LOOP_COUNTER = "loopCounter"


def provided_names(parts: Parts, config: RouteConfig, diagrams: Diagrams) -> frozenset[str]:
    """Variables: form fields, results, mappings, items of repetitions, names of parties."""
    names = set(RESERVED)
    for form in parts.forms.values():
        names.update(form.fields)
    for element in diagrams.elements.values():
        names.update(name for _, name in written_by(element))
    names.update(party.variable for party in config.parties.values() if party.variable)
    return frozenset(names)


def written_by(element: Element) -> Iterator[tuple[str, str]]:
    """The names that an element can set, each with the place where the diagram says so."""
    if element.result_variable:
        yield "resultVariable", element.result_variable
    result = element.task_headers.get("resultaat")
    if element.task_type == TASK_START_CASE and result:
        yield "header:resultaat", result
    for line in element.inputs:
        yield f"input:{line.target}", _root(line.target)
    for line in element.outputs:
        yield f"output:{line.target}", _root(line.target)
    multi = element.multi_instance
    if multi is not None:
        if multi.input_element:
            yield "inputElement", multi.input_element
        if multi.output_collection:
            yield "outputCollection", multi.output_collection
        if multi.completion_condition:
            yield from (("completionCondition", name) for name in COMPLETION_NAMES)
    if multi is not None or element.loop is not None:
        yield LOOP_COUNTER, LOOP_COUNTER


def _root(target: str) -> str:
    return target.split(".")[0]


def unknown_platform_path(path: tuple[str, ...], config: RouteConfig) -> str | None:
    """What is wrong with a read such as ``instellingen.termijn``; None when nothing is."""
    root, *rest = path
    if not rest:
        return None
    name = rest[0]
    if root == "instellingen":
        if name not in {setting.name for setting in config.settings}:
            return f"De instelling '{name}' staat niet in route.toml."
    elif root in ("partijen", "organisaties"):
        if name not in config.parties:
            return f"De partij '{name}' staat niet in route.toml."
        if root == "partijen" and len(rest) > 1 and rest[1] not in PARTY_FIELDS:
            return f"Van een partij is '{rest[1]}' niet bekend, wel: {_listed(PARTY_FIELDS)}."
    elif root == "zaak":
        if name not in CASE_FIELDS:
            return f"Van de zaak is '{name}' niet bekend, wel: {_listed(CASE_FIELDS)}."
        if len(rest) > 1 and rest[1] not in CASE_FIELDS[name]:
            return f"'zaak.{name}.{rest[1]}' bestaat niet."
    elif root == TERMS:
        if name not in config.terms:
            return f"De termijn '{name}' staat niet onder [termijnen] in route.toml."
        if len(rest) > 1 and rest[1] not in TERM_FIELDS:
            return f"Van een termijn is '{rest[1]}' niet bekend, wel: {_listed(TERM_FIELDS)}."
    elif root == TERM_CHANGE and name not in TERM_CHANGE_FIELDS:
        return f"Van de wijziging is '{name}' niet bekend, wel: {_listed(TERM_CHANGE_FIELDS)}."
    elif root == "taak" and name not in TASK_FIELDS:
        return f"Van de taak is '{name}' niet bekend, wel: {_listed(TASK_FIELDS)}."
    return None


def _listed(names: Iterable[str]) -> str:
    return ", ".join(sorted(names))
