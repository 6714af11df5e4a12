"""Whether activities say what they do, for what, and how often."""

from __future__ import annotations

from collections.abc import Iterator

from engine.spiff.elements import Diagrams, Element, ElementKind, EventKind
from engine.spiff.outside import Found
from engine.spiff.timing import due_problem

_K = ElementKind


def one_start(diagrams: Diagrams, process_id: str, parent_id: str | None) -> Iterator[Found]:
    starts = diagrams.start_events(process_id, parent_id)
    if len(starts) != 1:
        yield (
            parent_id or process_id,
            "een-start",
            f"Hier zijn {len(starts)} startgebeurtenissen. Teken er precies één.",
        )


def activity(diagrams: Diagrams, element: Element) -> Iterator[Found]:
    if element.kind is _K.SUBPROCESS:
        yield from one_start(diagrams, element.process_id, element.id)
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
    if element.kind is _K.SCRIPT_TASK and element.script and not element.script.startswith("="):
        yield element.id, "script-geen-feel", "Het script is geen FEEL. FEEL begint met =."
    if element.due_date and due_problem(element.due_date) is not None:
        yield (
            element.id,
            "einddatum",
            "De einddatum is geen FEEL en geen datum. FEEL begint met =. "
            "Een vaste datum is bijvoorbeeld 2026-05-18.",
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


def repetition(diagrams: Diagrams, element: Element) -> Iterator[Found]:
    multi, loop = element.multi_instance, element.loop
    if multi is not None and not multi.input_collection:
        yield element.id, "herhaling-leeg", "Vul in voor welke lijst dit herhaald wordt."
    if multi is not None and (multi.output_collection is None) != (multi.output_element is None):
        yield element.id, "herhaling-uitvoer", "Vul bij de herhaling beide uitvoervelden in."
    if multi is not None and any(
        text and not text.startswith("=")
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


def call_circles(diagrams: Diagrams) -> Iterator[Found]:
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
