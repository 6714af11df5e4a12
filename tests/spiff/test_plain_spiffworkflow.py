"""Why the seam is as it is: the same diagrams on plain SpiffWorkflow 3.2.0.

Each test has a twin elsewhere in this folder that shows the right outcome. When one of these fails,
SpiffWorkflow was mended there.
"""

from __future__ import annotations

from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnParser
from SpiffWorkflow.bpmn.specs.event_definitions.message import MessageEventDefinition
from SpiffWorkflow.bpmn.util.event import BpmnEvent
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.util.task import TaskState

from tests.spiff.drawing import (
    boundary,
    end,
    exclusive,
    flow,
    flows,
    on_error,
    on_message,
    parallel,
    process,
    start,
    user,
)
from tests.spiff.test_data import FORK
from tests.spiff.test_events import ERRORS, failing, on_task
from tests.spiff.test_gateways import LOOP_AROUND_FORK


class Plain:
    """A case on SpiffWorkflow's own parser, task specs and task data."""

    def __init__(self, xml: bytes, **variables: object) -> None:
        parser = BpmnParser()
        parser.add_bpmn_str(xml)
        self.workflow = BpmnWorkflow(parser.get_spec("p"), parser.get_subprocess_specs("p"))
        self.workflow.get_next_task(spec_name="Start").set_data(**variables)
        self.workflow.do_engine_steps()

    @property
    def waits(self) -> list[str]:
        ready = self.workflow.get_tasks(state=TaskState.READY, manual=True)
        return sorted(task.task_spec.name for task in ready)

    def complete(self, name: str, **values: object) -> None:
        ready = self.workflow.get_tasks(state=TaskState.READY, manual=True)
        task = next(task for task in ready if task.task_spec.name == name)
        task.set_data(**values)
        task.run()
        self.workflow.do_engine_steps()


def test_a_branch_that_ends_late_undoes_what_another_wrote() -> None:
    """Fault 5."""
    case = Plain(FORK, x=1)
    case.complete("a", x=2)
    case.complete("b")
    assert case.workflow.get_next_task(spec_name="c").data == {"x": 1}


def test_a_join_in_a_loop_fires_with_a_branch_open_in_round_two() -> None:
    """Fault 1."""
    case = Plain(LOOP_AROUND_FORK.replace(b"=klaar = true", b"klaar == True"))
    case.complete("a")
    case.complete("b")
    case.complete("c", klaar=False)
    case.complete("b")
    assert case.waits == ["a", "c"]


def test_an_error_in_one_subprocess_fires_the_boundary_of_another() -> None:
    """Fault 8."""
    case = Plain(
        process(
            "p", start(), parallel("split"), failing("A"), failing("B"),
            boundary("rA", "A", on_error("E")), boundary("rB", "B", on_error("E")),
            user("na_A"), user("na_B"), *(end(f"x{n}") for n in range(4)),
            flows("start split A x0", "split B x1", "rA na_A x2", "rB na_B x3"), rest=ERRORS,
        )
    )  # fmt: skip
    case.complete("a_A")
    assert case.waits == ["na_A", "na_B"]


def test_after_333_rounds_a_case_calls_itself_completed_with_a_task_open() -> None:
    """Fault 13."""
    case = Plain(
        process(
            "p", start(), exclusive("terug"), user("a"), exclusive("k", default="k_terug"), end(),
            flows("start terug a k terug"), flow("k", "end", "stop"),
        )
    )  # fmt: skip
    for _ in range(333):
        case.complete("a", stop=False)
    assert case.workflow.is_completed()
    assert any(task.state == TaskState.READY for task in case.workflow.tasks.values())


def test_a_message_on_the_edge_fires_once_only() -> None:
    """Fault 14."""
    case = Plain(on_task(on_message("M"), interrupting=False))
    message = BpmnEvent(MessageEventDefinition("ingebreke"), {})
    case.workflow.send_event(message)
    case.workflow.do_engine_steps()
    assert case.waits == ["a", "zij"]
    assert case.workflow.waiting_events() == []
