"""Whether the elements are tied together so that they can run, element by element.

Knows only whether something *can* be run. Whether forms, roles, names and decisions exist is for
the deploy gate.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator

from engine.spiff.elements import Diagrams, Element, ElementKind, Flow
from engine.spiff.outside import Found
from engine.spiff.wiring.activities import activity, call_circles, one_start, repetition
from engine.spiff.wiring.events import boundary, event, event_gateway
from engine.spiff.wiring.naming import variable_names

_K = ElementKind
_CONDITIONAL = {_K.EXCLUSIVE_GATEWAY, _K.INCLUSIVE_GATEWAY}
_SPLITS = {*_CONDITIONAL, _K.PARALLEL_GATEWAY, _K.EVENT_BASED_GATEWAY}


def check(diagrams: Diagrams, known: Collection[str]) -> Iterator[Found]:
    """All that is tied together wrongly. ``known`` are all ids, those of refused nodes too."""
    for flow in diagrams.flows.values():
        if flow.source in diagrams.elements and flow.target in diagrams.elements:
            yield from _flow(diagrams, flow)
        elif flow.source not in known or flow.target not in known:
            yield flow.id, "losse-pijl", "Deze pijl begint of eindigt nergens. Trek hem opnieuw."
    for process in diagrams.processes.values():
        yield from one_start(diagrams, process.id, None)
    for element in diagrams.elements.values():
        for rule in _RULES:
            yield from rule(diagrams, element)
    yield from call_circles(diagrams)
    yield from _never_reached(diagrams)


def _flow(diagrams: Diagrams, flow: Flow) -> Iterator[Found]:
    source, target = diagrams.elements[flow.source], diagrams.elements[flow.target]
    if (source.process_id, source.parent_id) != (target.process_id, target.parent_id):
        yield (
            flow.id,
            "pijl-over-rand",
            "Deze pijl gaat over de rand van een proces of subproces. Dat kan niet.",
        )
    conditional = source.kind in _CONDITIONAL
    if flow.condition is not None and not conditional:
        yield (
            flow.id,
            "voorwaarde-op-pijl",
            "Een voorwaarde kan alleen na een exclusieve of inclusieve gateway staan.",
        )
    needs = conditional and len(source.outgoing) > 1 and flow.id != source.default_flow
    if needs and flow.condition is None:
        yield (
            flow.id,
            "pijl-zonder-voorwaarde",
            "Deze pijl heeft geen voorwaarde. Geef er een, of maak dit de standaardpijl.",
        )
    if flow.condition is not None and not flow.condition.startswith("="):
        yield (
            flow.id,
            "voorwaarde-geen-feel",
            "De voorwaarde moet FEEL zijn en beginnen met een =-teken.",
        )


def _ends(diagrams: Diagrams, element: Element) -> Iterator[Found]:
    no_entry = element.kind in {_K.START_EVENT, _K.BOUNDARY_EVENT}
    if no_entry and element.incoming:
        yield element.id, "pijl-naar-begin", "Naar deze gebeurtenis mag geen pijl lopen."
    if not no_entry and not element.incoming:
        yield element.id, "niet-bereikbaar", "Naar dit onderdeel loopt geen pijl. Trek er een."
    if element.kind is _K.END_EVENT and element.outgoing:
        yield element.id, "pijl-na-einde", "Na een eindgebeurtenis mag geen pijl komen."
    if element.kind is not _K.END_EVENT and not element.outgoing:
        yield (
            element.id,
            "zonder-vervolg",
            "Na dit onderdeel komt niets. Trek een pijl naar het vervolg of naar een einde.",
        )
    if element.kind not in _SPLITS and len(element.outgoing) > 1:
        yield (
            element.id,
            "stille-splitsing",
            "Uit dit onderdeel komen meer pijlen. Teken er een gateway achter.",
        )
    if element.default_flow is not None and element.default_flow not in element.outgoing:
        yield element.id, "standaardpijl", "De standaardpijl hoort niet bij dit onderdeel."


def _never_reached(diagrams: Diagrams) -> Iterator[Found]:
    """Elements on a path of their own, apart from the start. Every process can be started."""
    todo = [start.id for start in diagrams.elements.values() if start.kind is _K.START_EVENT]
    seen = set(todo)
    while todo:
        here = diagrams.elements[todo.pop()]
        ahead = [diagrams.flows[flow].target for flow in here.outgoing]
        ahead += [edge.id for edge in diagrams.on_edge_of(here.id)]
        for element_id in ahead:
            if element_id in diagrams.elements and element_id not in seen:
                seen.add(element_id)
                todo.append(element_id)
    for element in diagrams.elements.values():
        # What has no arrow at all, or sits on such an edge, was told of already.
        if element.incoming and element.id not in seen:
            yield (
                element.id,
                "niet-bereikbaar",
                "Vanaf het begin loopt geen weg naar dit onderdeel. Trek er een pijl heen.",
            )


_RULES: tuple[Callable[[Diagrams, Element], Iterator[Found]], ...] = (
    _ends,
    event,
    boundary,
    event_gateway,
    activity,
    repetition,
    variable_names,
)
