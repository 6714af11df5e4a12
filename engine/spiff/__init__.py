"""The seam: everything that runs a diagram, and the only place that imports SpiffWorkflow.

Pure: no database, no clock, no Flask. A diagram comes in as bytes, a case as two JSON texts; what
crosses the seam is frozen.

    reading       safexml (harmless XML) -> outside (what is refused, and what to draw instead)
                  -> nodes (one XML node -> one Element) -> wiring (can it run?) -> reader
                  names (namespaces), findings (what is wrong, in Dutch)
    data          elements (Diagrams, Element, Flow ...), seam (what crosses: waits, happenings,
                  Environment), scopes and values (case data), timing (moments), stored (as JSON)
    running       building (Diagrams -> RouteSpec, once a version), tokens (the case's tokens on
                  SpiffWorkflow's Workflow and Task), specs/ (one module a kind of element)
    using         execution (start, complete, fire, deliver, correct), saving (JSON and back)

How SpiffWorkflow is used: its Workflow, Task, TaskSpec and their states carry the tokens; its
BPMN layer and its parser are not used, because nearly all faults that were measured sit there. What
takes their place are the specs in `specs/`, which are small because they differ in two ways:

* nothing is predicted and nothing finished is kept, so the tree is the present and only that
  (compaction after every task; a join counts waiting tokens, never history);
* task data stays empty: a value lives in one scope of `scopes`.
"""

from engine.spiff.elements import (
    COMPLETION_NAMES,
    Diagrams,
    Element,
    ElementKind,
    EventKind,
    ExpressionUse,
    Flow,
    Loop,
    Mapping_,
    MultiInstance,
    Process,
    TimerKind,
    TimerText,
)
from engine.spiff.execution import Execution
from engine.spiff.findings import DiagramRefused, Finding
from engine.spiff.reader import read_diagrams
from engine.spiff.saving import StateUnreadable
from engine.spiff.seam import (
    DecisionOutcome,
    Environment,
    Happening,
    HappeningKind,
    Moment,
    NotDue,
    NotWaiting,
    SavedExecution,
    WaitingMessage,
    WaitingTimer,
    WaitingUserTask,
)

__all__ = [
    "COMPLETION_NAMES",
    "DecisionOutcome",
    "DiagramRefused",
    "Diagrams",
    "Element",
    "ElementKind",
    "Environment",
    "EventKind",
    "Execution",
    "ExpressionUse",
    "Finding",
    "Flow",
    "Happening",
    "HappeningKind",
    "Loop",
    "Mapping_",
    "Moment",
    "MultiInstance",
    "NotDue",
    "NotWaiting",
    "Process",
    "SavedExecution",
    "StateUnreadable",
    "TimerKind",
    "TimerText",
    "WaitingMessage",
    "WaitingTimer",
    "WaitingUserTask",
    "read_diagrams",
]
