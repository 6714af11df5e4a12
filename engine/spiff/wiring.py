"""Whether the elements are tied together so that they can run, element by element.

Knows only whether something *can* be run. Whether forms, roles, names and decisions exist is for
the deploy gate.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator

from engine.spiff.elements import (
    ACTIVITIES,
    Diagrams,
    Element,
    ElementKind,
    EventKind,
    Flow,
    TimerKind,
)
from engine.spiff.outside import Found
from engine.spiff.timing import literal_problem

_K = ElementKind
_CATCHES = {EventKind.TIMER, EventKind.MESSAGE, EventKind.SIGNAL}
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
        yield from _one_start(diagrams, process.id, None)
    for element in diagrams.elements.values():
        for rule in _RULES:
            yield from rule(diagrams, element)
    yield from _call_circles(diagrams)


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


def _one_start(diagrams: Diagrams, process_id: str, parent_id: str | None) -> Iterator[Found]:
    starts = [
        e
        for e in diagrams.elements.values()
        if e.kind is _K.START_EVENT and (e.process_id, e.parent_id) == (process_id, parent_id)
    ]
    if len(starts) != 1:
        yield (
            parent_id or process_id,
            "een-start",
            f"Hier zijn {len(starts)} startgebeurtenissen. Teken er precies één.",
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


def _event(diagrams: Diagrams, element: Element) -> Iterator[Found]:
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


def _boundary(diagrams: Diagrams, element: Element) -> Iterator[Found]:
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
    if element.event is EventKind.ERROR and not element.interrupting:
        yield (
            element.id,
            "rand",
            "Een fout op de rand breekt altijd af. Maak de rand ononderbroken.",
        )
    if element.event is EventKind.ERROR:
        twins = [
            e
            for e in diagrams.elements.values()
            if e.attached_to == host.id
            and e.event is EventKind.ERROR
            and e.error_code == element.error_code
        ]
        if len(twins) > 1:
            yield element.id, "dubbele-fout", "Deze fout staat twee keer op dezelfde rand."


def _event_gateway(diagrams: Diagrams, element: Element) -> Iterator[Found]:
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
        elif target is not None and any(
            e.attached_to == target.id for e in diagrams.elements.values()
        ):
            yield target.id, "gebeurtenis-gateway", "Hier kan geen gebeurtenis op de rand."
    if len(element.outgoing) < 2:
        yield element.id, "gebeurtenis-gateway", "Deze gateway heeft twee of meer pijlen nodig."


def _activity(diagrams: Diagrams, element: Element) -> Iterator[Found]:
    if element.kind is _K.SUBPROCESS:
        yield from _one_start(diagrams, element.process_id, element.id)
    if element.kind is _K.CALL_ACTIVITY and element.called_process_id not in diagrams.processes:
        yield (
            element.id,
            "aanroep",
            f"Het proces {element.called_process_id or '(leeg)'} bestaat niet in deze route.",
        )
    if element.kind is _K.SCRIPT_TASK and not (element.script and element.result_variable):
        yield (
            element.id,
            "script-leeg",
            "Deze scripttaak heeft een FEEL-expressie en een resultaatvariabele nodig.",
        )
    if element.kind is _K.BUSINESS_RULE_TASK and not (
        element.decision_id and element.result_variable
    ):
        yield element.id, "beslissing-leeg", "Kies een beslissing en een resultaatvariabele."
    if element.decision_id is not None and element.decision_id.startswith("="):
        yield element.id, "beslissing-feel", "De naam van de beslissing mag geen FEEL zijn."
    yield from _does_something(element)


def _does_something(element: Element) -> Iterator[Found]:
    sends = element.kind in {_K.SEND_TASK, _K.SERVICE_TASK} or (
        element.kind in {_K.THROW_EVENT, _K.END_EVENT} and element.event is EventKind.MESSAGE
    )
    if sends and (not element.task_type or element.task_type.startswith("=")):
        yield (
            element.id,
            "taak-zonder-soort",
            "Deze taak zegt niet wat zij doet. Kies een sjabloon, bijvoorbeeld een brief.",
        )
    pure = element.kind in {_K.BUSINESS_RULE_TASK, _K.SCRIPT_TASK, _K.USER_TASK}
    if pure and element.task_type:
        yield (
            element.id,
            "taak-met-worker",
            "Een job worker kan hier niet. Kies FEEL, DMN of een formulier.",
        )


def _repetition(diagrams: Diagrams, element: Element) -> Iterator[Found]:
    multi, loop = element.multi_instance, element.loop
    if multi is not None and not multi.input_collection:
        yield element.id, "herhaling-leeg", "Vul in voor welke lijst dit herhaald wordt."
    if multi is not None and (multi.output_collection is None) != (multi.output_element is None):
        yield element.id, "herhaling-uitvoer", "Vul bij de herhaling beide uitvoervelden in."
    if multi is not None and any(
        text is not None and not text.startswith("=")
        for text in (multi.input_collection, multi.output_element, multi.completion_condition)
    ):
        yield element.id, "herhaling-geen-feel", "De herhaling moet FEEL zijn, met een =-teken."
    if loop is not None and loop.condition is None and loop.maximum is None:
        yield (
            element.id,
            "lus-zonder-einde",
            "Deze lus houdt nooit op. Geef een voorwaarde of maximum.",
        )
    if loop is not None and loop.condition is not None and not loop.condition.startswith("="):
        yield element.id, "lus-geen-feel", "De voorwaarde van de lus moet FEEL zijn."
    for line in (*element.inputs, *element.outputs):
        if not line.target or not line.source:
            yield element.id, "koppeling-leeg", "Een in- of uitvoerkoppeling is niet ingevuld."


def _call_circles(diagrams: Diagrams) -> Iterator[Found]:
    calls: dict[str, set[str]] = {}
    for element in diagrams.elements.values():
        if element.kind is _K.CALL_ACTIVITY and element.called_process_id:
            calls.setdefault(element.process_id, set()).add(element.called_process_id)
    for element in diagrams.elements.values():
        if element.kind is not _K.CALL_ACTIVITY or not element.called_process_id:
            continue
        seen, todo = set(), [element.called_process_id]
        while todo:
            process = todo.pop()
            if process not in seen:
                seen.add(process)
                todo += calls.get(process, ())
        if element.process_id in seen:
            yield (
                element.id,
                "aanroep-in-kring",
                "Dit proces roept zichzelf aan. Teken de herhaling met een pijl terug.",
            )


_RULES: tuple[Callable[[Diagrams, Element], Iterator[Found]], ...] = (
    _ends,
    _event,
    _boundary,
    _event_gateway,
    _activity,
    _repetition,
)
