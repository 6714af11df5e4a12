"""From `Diagrams` to the spec that SpiffWorkflow runs: made once for each version, then shared."""

from __future__ import annotations

from weakref import WeakKeyDictionary

from engine.spiff.elements import Diagrams, Element, ElementKind, EventKind
from engine.spiff.specs.activities import CallSpec, SubprocessSpec
from engine.spiff.specs.base import ElementSpec, RouteSpec
from engine.spiff.specs.events import (
    BoundarySpec,
    CatchSpec,
    EndSpec,
    ErrorEndSpec,
    SignalEndSpec,
    SignalThrowSpec,
    TerminateEndSpec,
)
from engine.spiff.specs.gateways import EventGatewaySpec, ExclusiveSpec, InclusiveSpec, ParallelSpec
from engine.spiff.specs.repeated import LoopSpec, MultiInstanceSpec, RepeatedSpec
from engine.spiff.specs.tasks import DecisionSpec, PerformSpec, ScriptSpec, UserTaskSpec

INSTANCE = " instance"
"""Follows the id in the name of a repeated element's instance; an id holds no space."""

_K = ElementKind
_BY_KIND: dict[ElementKind, type[ElementSpec]] = {
    _K.START_EVENT: ElementSpec,
    _K.CATCH_EVENT: CatchSpec,
    _K.RECEIVE_TASK: CatchSpec,
    _K.BOUNDARY_EVENT: BoundarySpec,
    _K.TASK: ElementSpec,
    _K.MANUAL_TASK: ElementSpec,
    _K.USER_TASK: UserTaskSpec,
    _K.SCRIPT_TASK: ScriptSpec,
    _K.SERVICE_TASK: PerformSpec,
    _K.SEND_TASK: PerformSpec,
    _K.BUSINESS_RULE_TASK: DecisionSpec,
    _K.CALL_ACTIVITY: CallSpec,
    _K.SUBPROCESS: SubprocessSpec,
    _K.EXCLUSIVE_GATEWAY: ExclusiveSpec,
    _K.PARALLEL_GATEWAY: ParallelSpec,
    _K.INCLUSIVE_GATEWAY: InclusiveSpec,
    _K.EVENT_BASED_GATEWAY: EventGatewaySpec,
}


class _MessageEndSpec(PerformSpec, EndSpec):
    """Sends and ends."""


_THROWS: dict[EventKind | None, type[ElementSpec]] = {
    None: ElementSpec,
    EventKind.MESSAGE: PerformSpec,
    EventKind.SIGNAL: SignalThrowSpec,
}
_ENDS: dict[EventKind | None, type[ElementSpec]] = {
    None: EndSpec,
    EventKind.MESSAGE: _MessageEndSpec,
    EventKind.SIGNAL: SignalEndSpec,
    EventKind.ERROR: ErrorEndSpec,
    EventKind.TERMINATE: TerminateEndSpec,
}

_built: WeakKeyDictionary[Diagrams, RouteSpec] = WeakKeyDictionary()


def spec_of(diagrams: Diagrams) -> RouteSpec:
    """The spec of these diagrams. Two threads may both build it; either result is the same."""
    spec = _built.get(diagrams)
    if spec is None:
        spec = _built[diagrams] = _build(diagrams)
    return spec


def _build(diagrams: Diagrams) -> RouteSpec:
    route = RouteSpec()
    outer = {element.id: _specs(route, element) for element in diagrams.elements.values()}
    for element in diagrams.elements.values():
        spec = outer[element.id]
        spec.out = tuple(
            (diagrams.flows[flow], outer[diagrams.flows[flow].target]) for flow in element.outgoing
        )
        spec.boundaries = tuple(outer[edge.id] for edge in diagrams.on_edge_of(element.id))
        inner = spec.instance if isinstance(spec, RepeatedSpec) else spec
        if isinstance(inner, CallSpec):
            start = diagrams.start_event(element.called_process_id or "")
            inner.inside = outer[start.id]
        elif isinstance(inner, SubprocessSpec):
            inner.inside = outer[diagrams.start_event(element.process_id, element.id).id]
        if isinstance(spec, ParallelSpec | InclusiveSpec):
            spec.joins = len(element.incoming) > 1
        if isinstance(spec, InclusiveSpec) and spec.joins:
            spec.reaches = {flow: _reach(diagrams, element, flow) for flow in element.incoming}
            route.inclusive_joins[element.id] = spec.release
    return route


def _specs(route: RouteSpec, element: Element) -> ElementSpec:
    """The spec of an element; of a repeated one its body, which knows the spec of an instance."""
    kind = _class(element)
    if element.multi_instance is None and element.loop is None:
        return kind(route, element, element.id, None)
    repeated = LoopSpec if element.multi_instance is None else MultiInstanceSpec
    body = repeated(route, element, element.id, None)
    body.instance = kind(route, element, element.id + INSTANCE, body)
    return body


def _class(element: Element) -> type[ElementSpec]:
    if element.kind is _K.THROW_EVENT:
        return _THROWS[element.event]
    if element.kind is _K.END_EVENT:
        return _ENDS[element.event]
    return _BY_KIND[element.kind]


def _reach(diagrams: Diagrams, gateway: Element, flow_id: str) -> frozenset[str]:
    """The elements from which a token can come by this flow without passing the gateway.

    It may be interrupted on its way, at a later element. The events on the edge where
    it is now are not counted here, because they change while it is there.
    """
    elements, flows = diagrams.elements, diagrams.flows
    found: set[str] = set()  # by its own arrows
    passed: set[str] = set()  # or by an event that interrupts it
    todo = [flows[flow_id].source]
    while todo:
        here = todo.pop()
        if here == gateway.id:
            continue
        found.add(here)
        for each in (here, *_interrupted_by(elements[here])):
            if each not in passed:
                passed.add(each)
                todo += [flows[flow].source for flow in elements[each].incoming]
    return frozenset(found)


def _interrupted_by(element: Element) -> tuple[str, ...]:
    """The host of an event that interrupts."""
    host = element.attached_to if element.interrupting else None
    return (host,) if host else ()
