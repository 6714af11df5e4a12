"""Where a case stands: on each diagram, and in words for who cannot see a diagram."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from engine.dialect import BUTTON, STEP
from engine.models import Case
from engine.routes import Route
from engine.spiff import Element, ElementKind


@dataclass(frozen=True)
class DiagramPosition:
    """One diagram with the ids of its elements where the case is."""

    file: str
    process_id: str
    name: str
    here: tuple[str, ...]


def position(
    case: Case, route: Route, active: Sequence[str]
) -> tuple[tuple[DiagramPosition, ...], tuple[str, ...]]:
    """Diagrams (the case's own first) and words. ``active`` are the elements with a token."""
    elements = [route.diagrams.elements[one] for one in active if one in route.diagrams.elements]
    return tuple(_diagrams(case, route, elements)), tuple(_words(case, route, elements))


def _diagrams(case: Case, route: Route, elements: list[Element]) -> list[DiagramPosition]:
    by_process: dict[str, list[str]] = {case.process_id: []}
    for element in elements:
        by_process.setdefault(element.process_id, []).append(element.id)
    return [
        DiagramPosition(process.file, process.id, process.name or process.id, tuple(here))
        for process_id, here in by_process.items()
        if (process := route.diagrams.processes.get(process_id)) is not None
    ]


def _words(case: Case, route: Route, elements: list[Element]) -> list[str]:
    """One line for each innermost place: what is around it, outermost first."""
    around = {element.id for element in elements if _holds_others(element, elements)}
    return [
        _sentence([_named(one) for one in _chain(element, elements, case)])
        for element in elements
        if element.id not in around and element.attached_to is None and _is_told(element)
    ]


def _sentence(names: list[str]) -> str:
    text = ", daarbinnen ".join(names)
    return text[:1].upper() + text[1:]


def _holds_others(element: Element, elements: list[Element]) -> bool:
    return any(
        other.parent_id == element.id
        or (element.called_process_id is not None and other.process_id == element.called_process_id)
        for other in elements
    )


def _chain(element: Element, elements: list[Element], case: Case) -> list[Element]:
    """The element with the activities around it, outermost first."""
    chain = [element]
    while len(chain) <= len(elements):
        inner = chain[0]
        outer = next((one for one in elements if one.id == inner.parent_id), None)
        if outer is None and inner.process_id != case.process_id:
            outer = next(
                (one for one in elements if one.called_process_id == inner.process_id), None
            )
        if outer is None:
            break
        chain.insert(0, outer)
    return chain


def _is_told(element: Element) -> bool:
    """A gateway or event without a name says nothing to a reader; a button is shown as a button."""
    if BUTTON in element.properties:
        return False
    return bool(element.name) or element.kind is ElementKind.USER_TASK


def _named(element: Element) -> str:
    step = element.properties.get(STEP, "").strip()
    name = element.name or element.id
    said = f"“{name}”"
    return f"stap {step}, {said}" if step else said
