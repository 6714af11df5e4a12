"""Where in a route a fault stands, in words of who draws it: file, element, place and names read.

Of the variables only the names: their values are of the client, and none of an administrator's.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from engine.checks.expressions import place_in_words
from engine.expressions import ExpressionFault, parsed
from engine.routes import Route

FORM = "formulier"
"""How the place of a fault in a form begins; after it come the component and the place in it."""
_MAPPING = "mapping"


@dataclass(frozen=True)
class Whereabouts:
    """``file`` is empty when nobody knows; ``name`` as the diagram calls the element."""

    file: str
    name: str
    place: str


def whereabouts(route: Route, element_id: str, place: str) -> Whereabouts:
    """The place of a fault in this version of the route."""
    flow = route.diagrams.flows.get(element_id)
    element = route.diagrams.elements.get(element_id if flow is None else flow.source)
    process_id = element_id if element is None else element.process_id
    process = route.diagrams.processes.get(process_id)
    if element is not None and element.name:
        name = element.name
    else:
        name = process.name if element is None and process is not None else element_id
    if flow is not None and flow.name:
        name = f"{name}, {flow.name}"
    words = place if place.startswith(FORM) else place_in_words(place)
    return Whereabouts("" if process is None else process.file, name, words)


def names_read(route: Route, element_id: str, place: str) -> tuple[str, ...]:
    """The names of what the faulty expression reads, in order; none when it cannot be told."""
    found: set[str] = set()
    for text in _texts(route, element_id, place):
        try:
            found.update(".".join(path) for path in parsed(text).paths)
        except ExpressionFault:
            continue
    element = route.diagrams.elements.get(element_id)
    if place == "decision" and element is not None and element.decision_id:
        model = route.decisions.get(element.decision_id)
        found.update(() if model is None else model.inputs(element.decision_id))
    return tuple(sorted(found))


def _texts(route: Route, element_id: str, place: str) -> Iterator[str]:
    if place.startswith(FORM):
        # "formulier, <component>, <place>", cut off where the database has no more room.
        parts = [part.strip() for part in place.split(",")]
        for form in route.forms.values():
            for item in form.expressions():
                if len(parts) > 1 and item.component_id == parts[1]:
                    yield item.text
        return
    uses = [use for use in route.diagrams.expressions() if use.element_id == element_id]
    yield from _at(place, ((use.place, use.text) for use in uses))


def _at(place: str, uses: Iterable[tuple[str, str]]) -> Iterator[str]:
    wanted = ("input", "output") if place == _MAPPING else (place,)
    for where, text in uses:
        if where.partition(":")[0] in wanted or where in wanted:
            yield text
