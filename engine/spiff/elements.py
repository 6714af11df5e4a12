"""What a diagram says, as frozen data: processes, elements, sequence flows, expressions.

Nothing here knows how it is run or how it was written in XML. Texts that start with ``=`` are FEEL.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from types import MappingProxyType

MAX_NAME = 300
"""The longest name of an element."""
MAX_MESSAGE = 200
"""The longest name of a message or signal."""


def _none() -> Mapping[str, str]:
    return MappingProxyType({})


class ElementKind(StrEnum):
    """The kinds of element that can be run (BPMN 2.0, chapter 10)."""

    START_EVENT = "startEvent"
    END_EVENT = "endEvent"
    CATCH_EVENT = "intermediateCatchEvent"
    THROW_EVENT = "intermediateThrowEvent"
    BOUNDARY_EVENT = "boundaryEvent"
    TASK = "task"
    MANUAL_TASK = "manualTask"
    USER_TASK = "userTask"
    SCRIPT_TASK = "scriptTask"
    SERVICE_TASK = "serviceTask"
    SEND_TASK = "sendTask"
    RECEIVE_TASK = "receiveTask"
    BUSINESS_RULE_TASK = "businessRuleTask"
    CALL_ACTIVITY = "callActivity"
    SUBPROCESS = "subProcess"
    EXCLUSIVE_GATEWAY = "exclusiveGateway"
    PARALLEL_GATEWAY = "parallelGateway"
    INCLUSIVE_GATEWAY = "inclusiveGateway"
    EVENT_BASED_GATEWAY = "eventBasedGateway"


GATEWAYS = frozenset(
    {
        ElementKind.EXCLUSIVE_GATEWAY,
        ElementKind.PARALLEL_GATEWAY,
        ElementKind.INCLUSIVE_GATEWAY,
        ElementKind.EVENT_BASED_GATEWAY,
    }
)
EVENTS = frozenset(
    {
        ElementKind.START_EVENT,
        ElementKind.END_EVENT,
        ElementKind.CATCH_EVENT,
        ElementKind.THROW_EVENT,
        ElementKind.BOUNDARY_EVENT,
    }
)
ACTIVITIES = frozenset(ElementKind) - GATEWAYS - EVENTS


class EventKind(StrEnum):
    """What an event catches or throws; an element that is a plain event has none."""

    TIMER = "timer"
    MESSAGE = "message"
    SIGNAL = "signal"
    ERROR = "error"
    TERMINATE = "terminate"


class TimerKind(StrEnum):
    """timeDate, timeDuration and timeCycle of BPMN."""

    DATE = "date"
    DURATION = "duration"
    CYCLE = "cycle"


@dataclass(frozen=True, slots=True)
class TimerText:
    """A timer as drawn: ``text`` is FEEL (``=...``) or a plain ISO 8601 literal."""

    kind: TimerKind
    text: str


@dataclass(frozen=True, slots=True)
class Mapping_:
    """One line of an ioMapping: ``target`` (dots make nested contexts) becomes ``source``."""

    source: str
    target: str


@dataclass(frozen=True, slots=True)
class MultiInstance:
    """Once for each item of ``input_collection`` (Camunda 8 loopCharacteristics)."""

    sequential: bool
    input_collection: str
    input_element: str | None = None
    output_collection: str | None = None
    output_element: str | None = None
    completion_condition: str | None = None


COMPLETION_NAMES = (
    "numberOfInstances",
    "numberOfActiveInstances",
    "numberOfCompletedInstances",
    "numberOfTerminatedInstances",
)
"""The names that a completion condition can read beside the variables (Camunda 8)."""


@dataclass(frozen=True, slots=True)
class Loop:
    """Again as long as ``condition`` holds, at most ``maximum`` times (BPMN standard loop)."""

    condition: str | None
    maximum: int | None
    test_before: bool


@dataclass(frozen=True, slots=True)
class Flow:
    """A sequence flow. ``condition`` is FEEL text, or None."""

    id: str
    source: str
    target: str
    name: str = ""
    condition: str | None = None


@dataclass(frozen=True, slots=True)
class Element:
    """One node of a diagram. ``parent_id`` is the subprocess that holds it, if any.

    ``incoming`` and ``outgoing`` are flow ids in the order of the diagram.
    """

    id: str
    process_id: str
    kind: ElementKind
    parent_id: str | None = None
    name: str = ""
    documentation: str = ""
    lane: str | None = None
    event: EventKind | None = None
    form_id: str | None = None
    assignee: str | None = None
    candidate_groups: str | None = None
    due_date: str | None = None
    follow_up_date: str | None = None
    priority: str | None = None
    decision_id: str | None = None
    result_variable: str | None = None
    script: str | None = None
    task_type: str | None = None
    task_headers: Mapping[str, str] = field(default_factory=_none, hash=False)
    properties: Mapping[str, str] = field(default_factory=_none, hash=False)
    timer: TimerText | None = None
    message_name: str | None = None
    correlation_key: str | None = None
    signal_name: str | None = None
    error_code: str | None = None
    attached_to: str | None = None
    interrupting: bool = True
    inputs: tuple[Mapping_, ...] = ()
    outputs: tuple[Mapping_, ...] = ()
    called_process_id: str | None = None
    propagate_all_child_variables: bool = True
    propagate_all_parent_variables: bool = True
    multi_instance: MultiInstance | None = None
    loop: Loop | None = None
    incoming: tuple[str, ...] = ()
    outgoing: tuple[str, ...] = ()
    default_flow: str | None = None


@dataclass(frozen=True, slots=True)
class Process:
    """One process of the deployment; ``lanes`` are the lane names from top to bottom."""

    id: str
    name: str
    file: str
    lanes: tuple[str, ...] = ()
    documentation: str = ""


@dataclass(frozen=True, slots=True)
class ExpressionUse:
    """Where a FEEL text stands: ``place`` as in an Incident ("condition", "dueDate", ...)."""

    element_id: str
    place: str
    text: str


@dataclass(frozen=True, eq=False)
class Diagrams:
    """All diagrams of one deployment. Immutable: shared by every case of that version.

    Two are equal only when they are the same object; that is what caches go by.
    """

    processes: Mapping[str, Process]
    elements: Mapping[str, Element]
    flows: Mapping[str, Flow]

    def expressions(self) -> Iterator[ExpressionUse]:
        """Every FEEL text (with its ``=``) that running these diagrams can evaluate."""
        for element in self.elements.values():
            for place, text in _texts(element):
                if text is not None and text.lstrip().startswith("="):
                    yield ExpressionUse(element.id, place, text)
        for flow in self.flows.values():
            if flow.condition is not None:
                yield ExpressionUse(flow.id, "condition", flow.condition)

    def start_event(self, process_id: str, parent_id: str | None = None) -> Element:
        """The one start event of a process or (with ``parent_id``) of a subprocess in it."""
        return self.start_events(process_id, parent_id)[0]

    def start_events(self, process_id: str, parent_id: str | None) -> Sequence[Element]:
        """All start events there; what was read without findings has exactly one."""
        return self._starts.get((process_id, parent_id), ())

    def on_edge_of(self, element_id: str) -> Sequence[Element]:
        """The boundary events of an element, in the order of the diagram."""
        return self._edges.get(element_id, ())

    @cached_property
    def _starts(self) -> Mapping[tuple[str, str | None], Sequence[Element]]:
        found: dict[tuple[str, str | None], list[Element]] = {}
        for element in self.elements.values():
            if element.kind is ElementKind.START_EVENT:
                found.setdefault((element.process_id, element.parent_id), []).append(element)
        return found

    @cached_property
    def _edges(self) -> Mapping[str, Sequence[Element]]:
        found: dict[str, list[Element]] = {}
        for element in self.elements.values():
            if element.attached_to:
                found.setdefault(element.attached_to, []).append(element)
        return found


def _texts(element: Element) -> Iterator[tuple[str, str | None]]:
    yield "assignee", element.assignee
    yield "candidateGroups", element.candidate_groups
    yield "dueDate", element.due_date
    yield "followUpDate", element.follow_up_date
    yield "priority", element.priority
    yield "script", element.script
    yield "timer", element.timer.text if element.timer else None
    yield "messageName", element.message_name
    yield "correlationKey", element.correlation_key
    yield "signalName", element.signal_name
    yield "errorCode", element.error_code
    for line in element.inputs:
        yield f"input:{line.target}", line.source
    for line in element.outputs:
        yield f"output:{line.target}", line.source
    for name, value in element.task_headers.items():
        yield f"header:{name}", value
    for name, value in element.properties.items():
        yield f"property:{name}", value
    if element.multi_instance is not None:
        yield "inputCollection", element.multi_instance.input_collection
        yield "outputElement", element.multi_instance.output_element
        yield "completionCondition", element.multi_instance.completion_condition
    if element.loop is not None:
        yield "loopCondition", element.loop.condition
