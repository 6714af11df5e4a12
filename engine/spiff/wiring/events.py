"""Whether events wait for something that can come, at a place where they can."""

from __future__ import annotations

from collections.abc import Iterator

from engine.spiff.elements import (
    ACTIVITIES,
    MAX_MESSAGE,
    Diagrams,
    Element,
    ElementKind,
    EventKind,
    TimerKind,
)
from engine.spiff.outside import Found
from engine.spiff.timing import literal_problem

_K = ElementKind
_CATCHES = {EventKind.TIMER, EventKind.MESSAGE, EventKind.SIGNAL}
_NEVER_WAIT = {
    _K.TASK,
    _K.MANUAL_TASK,
    _K.SCRIPT_TASK,
    _K.SERVICE_TASK,
    _K.SEND_TASK,
    _K.BUSINESS_RULE_TASK,
}
_ALLOWED_EVENTS: dict[ElementKind, set[EventKind | None]] = {
    _K.START_EVENT: {None},
    _K.END_EVENT: {
        None,
        EventKind.MESSAGE,
        EventKind.SIGNAL,
        EventKind.ERROR,
        EventKind.TERMINATE,
    },
    _K.CATCH_EVENT: {*_CATCHES},
    _K.THROW_EVENT: {None, EventKind.MESSAGE, EventKind.SIGNAL},
    _K.BOUNDARY_EVENT: {*_CATCHES, EventKind.ERROR},
    _K.RECEIVE_TASK: {EventKind.MESSAGE},
}


def event(diagrams: Diagrams, element: Element) -> Iterator[Found]:
    allowed = _ALLOWED_EVENTS.get(element.kind)
    if allowed is not None and element.event not in allowed:
        yield (
            element.id,
            "gebeurtenis",
            "Deze soort gebeurtenis kan hier niet. Een route begint met een gewone start; wachten "
            "kan op een timer, een bericht of een signaal.",
        )
        return
    catches = element.kind in {_K.CATCH_EVENT, _K.BOUNDARY_EVENT, _K.RECEIVE_TASK}
    if element.event is EventKind.MESSAGE and catches and not element.message_name:
        yield element.id, "bericht-zonder-naam", "Dit bericht heeft geen naam. Kies een bericht."
    if catches and len(element.message_name or "") > MAX_MESSAGE:
        message = f"De naam van dit bericht is te lang. Gebruik hoogstens {MAX_MESSAGE} tekens."
        yield element.id, "naam-te-lang", message
    if element.event is EventKind.SIGNAL and not element.signal_name:
        yield element.id, "signaal-zonder-naam", "Dit signaal heeft geen naam. Kies een signaal."
    if element.event is EventKind.ERROR and element.kind is _K.END_EVENT and not element.error_code:
        yield element.id, "fout-zonder-code", "Deze fout heeft geen code. Geef de fout een code."
    if element.event is EventKind.TIMER:
        yield from _timer(element)


def _timer(element: Element) -> Iterator[Found]:
    if element.timer is None:
        yield element.id, "timer-leeg", "Deze timer heeft geen tijd. Vul een datum of duur in."
        return
    repeats = element.timer.kind is TimerKind.CYCLE
    if repeats and (element.kind is not _K.BOUNDARY_EVENT or element.interrupting):
        yield (
            element.id,
            "timer-herhaalt",
            "Een timer die herhaalt, kan alleen op de rand van een taak of subproces, met een "
            "gestippelde rand.",
        )
    problem = literal_problem(element.timer)
    if problem is not None:
        yield element.id, "timer-tekst", problem


def boundary(diagrams: Diagrams, element: Element) -> Iterator[Found]:
    if element.kind is not _K.BOUNDARY_EVENT:
        return
    host = diagrams.elements.get(element.attached_to or "")
    same = host is not None and (host.process_id, host.parent_id) == (
        element.process_id,
        element.parent_id,
    )
    if host is None or not same or host.kind not in ACTIVITIES:
        yield element.id, "rand", "Deze gebeurtenis hoort op de rand van een taak of subproces."
        return
    if host.kind in _NEVER_WAIT:
        yield (
            element.id,
            "rand-wacht-niet",
            "Dit onderdeel is meteen klaar, dus een gebeurtenis op de rand komt nooit. Haal haar "
            "weg, of zet haar op de rand van een taak die wacht.",
        )
    if (element.error_code or "").startswith("="):
        yield element.id, "fout-feel", "De code van een fout op de rand mag geen FEEL zijn."
    if element.event is EventKind.ERROR and not element.interrupting:
        yield (
            element.id,
            "rand",
            "Een fout op de rand breekt altijd af. Maak de rand ononderbroken.",
        )
    if element.event is EventKind.ERROR:
        twin = next(
            e
            for e in diagrams.on_edge_of(host.id)
            if e.event is EventKind.ERROR and e.error_code == element.error_code
        )
        if twin is not element:
            yield element.id, "dubbele-fout", "Deze fout staat twee keer op dezelfde rand."


def event_gateway(diagrams: Diagrams, element: Element) -> Iterator[Found]:
    if element.kind is not _K.EVENT_BASED_GATEWAY:
        return
    for flow_id in element.outgoing:
        target = diagrams.elements.get(diagrams.flows[flow_id].target)
        waits = target is not None and target.kind in {_K.CATCH_EVENT, _K.RECEIVE_TASK}
        if target is not None and (not waits or len(target.incoming) != 1):
            yield (
                element.id,
                "gebeurtenis-gateway",
                "Na een gateway met gebeurtenissen komen alleen gebeurtenissen die wachten, elk "
                "met één pijl.",
            )
        elif target is not None and diagrams.on_edge_of(target.id):
            yield target.id, "gebeurtenis-gateway", "Hier kan geen gebeurtenis op de rand."
        elif target is not None and (target.multi_instance or target.loop):
            yield target.id, "gebeurtenis-gateway", "Dit wachten kan hier niet herhaald worden."
    if len(element.outgoing) < 2:
        yield element.id, "gebeurtenis-gateway", "Deze gateway heeft twee of meer pijlen nodig."
