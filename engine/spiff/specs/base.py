"""What every element shares: arriving, mapping data in, running, mapping data out, going on.

A spec is made once for each deployed version and never changes while cases run (faults 9 and 11).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from SpiffWorkflow.specs.base import TaskSpec
from SpiffWorkflow.specs.WorkflowSpec import WorkflowSpec
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from engine.errors import RouteFault
from engine.spiff.elements import Element, Flow
from engine.spiff.scopes import View, put
from engine.spiff.seam import HappeningKind

if TYPE_CHECKING:
    from engine.spiff.specs.repeated import RepeatedSpec
    from engine.spiff.tokens import CaseWorkflow

ROOT_NAME = " case"
"""Has a space, so that no id of a diagram can be the same (fault 16: ids Start, End, Root)."""


class RouteSpec(WorkflowSpec):  # type: ignore[misc]
    """All elements of one deployment. Ids are unique in it, so one flat spec holds them all."""

    def __init__(self) -> None:
        super().__init__(name="route")
        self.start = RootSpec(self, ROOT_NAME)
        self.inclusive_joins: dict[str, Callable[[CaseWorkflow], bool]] = {}

    def release_inclusive(self, workflow: CaseWorkflow) -> bool:
        """Let one inclusive join go on that need not wait; whether there was one."""
        return any(release(workflow) for release in self.inclusive_joins.values())


def waits_on_edge(task: Task) -> bool:
    """Whether the task is a boundary event that waits on its host, so not a token in the path."""
    return bool(task.task_spec.is_boundary and task.state == TaskState.WAITING)


class Holder(TaskSpec):  # type: ignore[misc]
    """A spec whose task can hold tokens: it is told when one of them is done."""

    is_place = False
    joins = False
    is_boundary = False

    def test(self) -> None:
        """The reader has checked the wiring; SpiffWorkflow would ask for inputs here."""

    def child_done(self, task: Task, child: Task) -> None:
        """A token inside ``task`` completed and has left the tree."""
        raise NotImplementedError

    @staticmethod
    def is_empty(task: Task) -> bool:
        """Whether no token is left inside; events that wait on its edge do not count."""
        tasks = task.workflow.tasks
        return all(waits_on_edge(tasks[child]) for child in task._children)


class RootSpec(Holder):
    """The case itself: ends when its last token does."""

    def child_done(self, task: Task, child: Task) -> None:
        if self.is_empty(task):
            task.workflow.ended = True
            task._set_state(TaskState.COMPLETED)


class ElementSpec(Holder):
    """A plain element: passes the token on. Other elements override what they do otherwise."""

    is_place = True  # people see it on the diagram when a token is here
    waits = False  # whether a token can stay here, so that boundary events make sense

    def __init__(
        self, wf_spec: RouteSpec, element: Element, name: str, body: RepeatedSpec | None
    ) -> None:
        super().__init__(wf_spec, name)
        self.element = element
        self.body = body  # the loop or multi-instance of which this is one instance
        self.boundaries: tuple[Any, ...] = ()
        self.out: tuple[tuple[Flow, ElementSpec], ...] = ()

    # --- SpiffWorkflow's hooks

    def _predict(self, my_task: Task, *_args: object, **_kwargs: object) -> None:
        """Nothing is predicted: the tree holds what is, not what may be (fault 6)."""

    def _update_hook(self, my_task: Task) -> bool:
        workflow: CaseWorkflow = my_task.workflow
        iteration = my_task.internal_data.get("i")
        workflow.note(HappeningKind.ENTERED, self.element.id, iteration, my_task.id)
        self.map_in(my_task)
        ready = self.arrive(my_task)
        if self.waits:
            for boundary in self.boundaries:
                boundary.arm(my_task)
        return ready

    def _on_ready_hook(self, my_task: Task) -> None:
        if not self.manual:
            my_task.workflow.make_ready(my_task)

    def _on_complete_hook(self, my_task: Task) -> None:
        workflow: CaseWorkflow = my_task.workflow
        self.map_out(my_task)
        iteration = my_task.internal_data.get("i")
        workflow.note(HappeningKind.COMPLETED, self.element.id, iteration, my_task.id)
        for child in my_task.children:
            workflow.consume(child)
        if self.body is not None:
            self.body.instance_completed(my_task.parent, my_task)
        else:
            for flow, target in self.flows_out(my_task):
                workflow.place(target, my_task.parent, flow)

    # --- what elements differ in

    def arrive(self, task: Task) -> bool:
        """Whether the token can run at once; else it waits in the state that was set here."""
        return True

    def flows_out(self, task: Task) -> Iterable[tuple[Flow, ElementSpec]]:
        """The flows that the token takes when it is done."""
        return self.out

    def child_done(self, task: Task, child: Task) -> None:
        if self.is_empty(task) and task.state == TaskState.STARTED:
            task.complete()

    # --- data (Camunda 8 ioMapping)

    def scope_marks(self) -> dict[str, bool] | None:
        """How the element's own scope is marked; None when it has one only for mapped names."""
        return None

    def map_in(self, task: Task) -> None:
        """Open the element's own scope, if it has one, and fill it from the input mappings."""
        workflow: CaseWorkflow = task.workflow
        marks = self.scope_marks()
        if not self.element.inputs and marks is None:
            return
        values: dict[str, object] = {}
        for line in self.element.inputs:
            place = f"input:{line.target}"
            value = workflow.text_or_feel(task, line.source, place, extra=values)
            name, whole = put(values, line.target, value)
            values[name] = whole
        if task.id not in workflow.scopes:
            workflow.scopes.open(task.id, workflow.owner(task.parent))
        if marks is not None:
            workflow.scopes.mark(task.id, **marks)
        for name, value in values.items():
            workflow.scopes.set_local(task.id, name, value)

    def map_out(self, task: Task) -> None:
        """Write the results: through the output mappings when there are any, else as they are."""
        workflow: CaseWorkflow = task.workflow
        results = workflow.results.pop(task.id, {})
        scopes = workflow.scopes
        if not self.element.outputs:
            owner = workflow.owner(task)
            for name, value in results.items():
                scopes.write(owner, name, value)
            return
        if task.id not in scopes:
            scopes.open(task.id, workflow.owner(task))
        for name, value in results.items():
            scopes.set_local(task.id, name, value)
        start = self.body.outputs_from(task) if self.body else workflow.owner(task.parent)
        there, mapped = scopes.seen_from(start), dict[str, object]()
        for line in self.element.outputs:
            place = f"output:{line.target}"
            value = workflow.text_or_feel(task, line.source, place, extra=mapped)
            name, whole = put(View(mapped, there), line.target, value)
            mapped[name] = whole
        for name, value in mapped.items():
            scopes.write(start, name, value)

    def fault(self, place: str, message: str) -> RouteFault:
        """A fault of the route at this element."""
        return RouteFault(self.element.id, place, message)
