"""From one XML node to one `Element`: attributes, event definitions and zeebe extensions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from lxml import etree

from engine.spiff.elements import (
    ACTIVITIES,
    Element,
    ElementKind,
    EventKind,
    Loop,
    Mapping_,
    MultiInstance,
    TimerKind,
    TimerText,
)
from engine.spiff.names import attribute, bpmn, first_bpmn, is_bpmn, local, text_of, zeebe
from engine.spiff.outside import LOOP_MAXIMUM

KINDS = {kind.value: kind for kind in ElementKind}
_EVENTS = {f"{kind.value}EventDefinition": kind for kind in EventKind}
_TIMERS = {
    "timeDate": TimerKind.DATE,
    "timeDuration": TimerKind.DURATION,
    "timeCycle": TimerKind.CYCLE,
}


@dataclass(frozen=True, slots=True)
class References:
    """What the definitions of one file name: id -> name or code (None when it has none)."""

    messages: Mapping[str, tuple[str | None, str | None]]  # name, correlation key
    signals: Mapping[str, str | None]
    errors: Mapping[str, str | None]


def read_references(root: etree._Element) -> References:
    """The messages, signals and errors that a file defines."""
    messages = {}
    for message in bpmn(root, "message"):
        subscription = zeebe(message, "subscription")
        name, key = attribute(message, "name"), attribute(subscription, "correlationKey")
        messages[message.get("id", "")] = (name, key)
    return References(
        messages,
        {each.get("id", ""): attribute(each, "name") for each in bpmn(root, "signal")},
        {each.get("id", ""): attribute(each, "errorCode") for each in bpmn(root, "error")},
    )


def read_element(
    node: etree._Element,
    process_id: str,
    parent_id: str | None,
    lane: str | None,
    references: References,
) -> Element:
    """The element that a node of the subset describes. Flows are tied to it later."""
    kind = KINDS[local(node)]
    event, definition = _event(node)
    message, key = references.messages.get(_ref(node, definition, "messageRef"), (None, None))
    assignment, schedule = zeebe(node, "assignmentDefinition"), zeebe(node, "taskSchedule")
    decision, script = zeebe(node, "calledDecision"), zeebe(node, "script")
    called = zeebe(node, "calledElement")
    task = zeebe(node, "taskDefinition")
    if task is None and definition is not None:
        task = zeebe(definition, "taskDefinition")
    return Element(
        id=node.get("id", ""),
        process_id=process_id,
        kind=kind,
        parent_id=parent_id,
        name=(node.get("name") or "").strip(),
        documentation=text_of(first_bpmn(node, "documentation")) or "",
        lane=lane,
        event=event,
        form_id=attribute(zeebe(node, "formDefinition"), "formId"),
        assignee=attribute(assignment, "assignee"),
        candidate_groups=attribute(assignment, "candidateGroups"),
        due_date=attribute(schedule, "dueDate"),
        follow_up_date=attribute(schedule, "followUpDate"),
        priority=attribute(zeebe(node, "priorityDefinition"), "priority"),
        decision_id=attribute(decision, "decisionId"),
        result_variable=attribute(decision, "resultVariable")
        or attribute(script, "resultVariable"),
        script=attribute(script, "expression"),
        task_type=attribute(task, "type"),
        task_headers=_pairs(zeebe(node, "taskHeaders"), "key"),
        properties=_pairs(zeebe(node, "properties"), "name"),
        timer=_timer(definition),
        message_name=message,
        correlation_key=key,
        signal_name=references.signals.get(_ref(node, definition, "signalRef")),
        error_code=references.errors.get(_ref(node, definition, "errorRef")),
        attached_to=attribute(node, "attachedToRef"),
        interrupting=node.get("cancelActivity", "true") != "false",
        inputs=_mappings(node, "input"),
        outputs=_mappings(node, "output"),
        called_process_id=attribute(called, "processId"),
        propagate_all_child_variables=attribute(called, "propagateAllChildVariables") != "false",
        propagate_all_parent_variables=attribute(called, "propagateAllParentVariables") != "false",
        multi_instance=_multi_instance(node) if kind in ACTIVITIES else None,
        loop=_loop(node) if kind in ACTIVITIES else None,
        default_flow=attribute(node, "default"),
    )


def _event(node: etree._Element) -> tuple[EventKind | None, etree._Element | None]:
    if local(node) == "receiveTask":
        return EventKind.MESSAGE, None
    for child in node.iterchildren(etree.Element):
        if is_bpmn(child) and local(child) in _EVENTS:
            return _EVENTS[local(child)], child
    return None, None


def _ref(node: etree._Element, definition: etree._Element | None, name: str) -> str:
    holder = node if definition is None else definition
    return (holder.get(name) or "").rpartition(":")[2]


def _pairs(holder: etree._Element | None, key: str) -> Mapping[str, str]:
    found = {}
    if holder is not None:
        for child in holder.iterchildren(etree.Element):
            if name := attribute(child, key):
                found[name] = (child.get("value") or "").strip()
    return MappingProxyType(found)


def _mappings(node: etree._Element, tag: str) -> tuple[Mapping_, ...]:
    holder = zeebe(node, "ioMapping")
    if holder is None:
        return ()
    lines = (each for each in holder.iterchildren(etree.Element) if local(each) == tag)
    return tuple(
        Mapping_(attribute(line, "source") or "", attribute(line, "target") or "") for line in lines
    )


def _timer(definition: etree._Element | None) -> TimerText | None:
    if definition is None or local(definition) != "timerEventDefinition":
        return None
    for child in definition.iterchildren(etree.Element):
        if local(child) in _TIMERS and (text := text_of(child)):
            return TimerText(_TIMERS[local(child)], text)
    return None


def _multi_instance(node: etree._Element) -> MultiInstance | None:
    loop = first_bpmn(node, "multiInstanceLoopCharacteristics")
    if loop is None:
        return None
    extra = zeebe(loop, "loopCharacteristics")
    return MultiInstance(
        sequential=loop.get("isSequential") == "true",
        input_collection=attribute(extra, "inputCollection") or "",
        input_element=attribute(extra, "inputElement"),
        output_collection=attribute(extra, "outputCollection"),
        output_element=attribute(extra, "outputElement"),
        completion_condition=text_of(first_bpmn(loop, "completionCondition")),
    )


def _loop(node: etree._Element) -> Loop | None:
    loop = first_bpmn(node, "standardLoopCharacteristics")
    if loop is None:
        return None
    maximum = loop.get("loopMaximum", "")
    return Loop(
        condition=text_of(first_bpmn(loop, "loopCondition")),
        maximum=int(maximum) if LOOP_MAXIMUM.fullmatch(maximum) else None,
        test_before=loop.get("testBefore") == "true",
    )
