"""The tokens of one case: SpiffWorkflow's `Workflow`, `Task` and states, kept small and current.

A `Task` of SpiffWorkflow is one token. The tree says only which token lives inside which activity
(the case, a subprocess, an instance); finished tasks leave it at once. So compaction is not a pass
over the tree after a verb, it is how the tree is, after every single task:

* what is finished has no use: no data is inherited (`scopes`), a join counts the tokens that wait
  in front of it (not who came by), and a start split is no task. Nothing stale is left to trip over
  (faults 1, 2 and 3), and no loop makes the tree deeper (fault 13);
* what may come is not there: nothing is predicted (fault 6);
* what is unfinished stays where it is, in order, below the activity that it lives in; its parent is
  unfinished too, so no task ever needs a new parent (an event that fires moves next to its host);
* an activity that ends or is cancelled takes all that waits inside it along: there is no second
  register of events or subprocesses in which something could stay behind (fault 4).

SpiffWorkflow stamps each change of state with the time of the machine; nothing reads that stamp.
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState
from SpiffWorkflow.workflow import Workflow

from engine.errors import RouteFault
from engine.expressions import ExpressionFault
from engine.spiff.scopes import ROOT, Scopes, View
from engine.spiff.seam import Environment, Happening, HappeningKind
from engine.spiff.values import NotStorable

if TYPE_CHECKING:
    from engine.spiff.elements import Flow
    from engine.spiff.specs.base import ElementSpec, RouteSpec

MAX_STEPS = 20_000
"""Elements that one verb may pass: a loop without a wait is a fault of the route, not a hang."""

MAX_TOKENS = 5_000
"""Tokens of one case at once: a fork that feeds itself, or a list of lists that is too long, is a
fault of the route too. Repetitions have a limit of their own (`MAX_INSTANCES`)."""

# SpiffWorkflow logs every change of state with the data of the task: personal data, and slow.
for _name in ("spiff.task", "spiff.workflow"):
    logging.getLogger(_name).setLevel(logging.WARNING)


class CaseWorkflow(Workflow):  # type: ignore[misc]
    """The tokens, scopes and happenings of one case while one verb runs."""

    spec: RouteSpec
    tasks: dict[str, Task]

    def __init__(self, spec: RouteSpec, env: Environment) -> None:
        super().__init__(spec, deserializing=True)
        self.env = env
        self.scopes = Scopes()
        self.happenings: list[Happening] = []
        self.results: dict[str, Mapping[str, object]] = {}
        self.ended = False
        self.end_element_id: str | None = None
        self.last_number = 0
        self.at_once = 0  # timers that fired one after the other without waiting
        self._ready: deque[Task] = deque()
        self._steps = 0
        self.task_tree = Task(self, spec.start, state=TaskState.STARTED, id=ROOT)

    # --- tokens

    def new(self, spec: ElementSpec, parent: Task, state: int = TaskState.FUTURE) -> Task:
        """A token at an element, inside ``parent``. Its name stays the same over save and load."""
        if len(self.tasks) > MAX_TOKENS:
            raise RouteFault(spec.element.id, "loop", "Deze zaak wacht op te veel dingen tegelijk.")
        self.last_number += 1
        return Task(self, spec, parent=parent, state=state, id=str(self.last_number))

    def place(self, spec: ElementSpec, parent: Task, flow: Flow | None = None) -> None:
        """A token arrives at an element."""
        task = self.new(spec, parent)
        if flow is not None:
            self.note(HappeningKind.FLOW_TAKEN, flow.id, flow.id)
            if spec.joins:
                task.internal_data["f"] = flow.id
        spec._update(task)

    def make_ready(self, task: Task) -> None:
        """Called by SpiffWorkflow's life cycle when a task that needs nobody is READY."""
        self._ready.append(task)

    def lift(self, task: Task, parent: Task) -> None:
        """Move a token to another activity: an event leaves its host or gateway when it fires."""
        task.parent._children.remove(task.id)
        task.parent = parent
        parent._children.append(task.id)

    def consume(self, task: Task) -> None:
        """Take a token away without a trace: joined with another, or no longer waited for."""
        task.cancel()
        self._remove_task(task.id)

    def cancel_token(self, task: Task) -> None:
        """Cancel a token with all that lives inside it, innermost first."""
        order, todo = [], [task]
        while todo:  # not by recursion: calls may lie deeper than Python's stack
            order.append(todo.pop())
            todo += order[-1].children
        for each in reversed(order):
            each.cancel()
            self._remove_task(each.id)
            if each.task_spec.is_place and "g" not in each.internal_data:
                iteration = each.internal_data.get("i")
                self.note(HappeningKind.CANCELLED, each.task_spec.element.id, iteration, each.id)

    def _task_completed_notify(self, task: Task) -> None:
        """SpiffWorkflow tells that a task completed: it leaves the tree, its activity looks on."""
        parent = task.parent
        if parent is None:
            return
        self._remove_task(task.id)
        parent.task_spec.child_done(parent, task)

    def _task_removed_notify(self, task: Task) -> None:
        self.scopes.close(task.id)
        self.results.pop(task.id, None)

    def all_tokens(self) -> list[Task]:
        """Every token but the case itself, in the order of the tree, outer before inner."""
        found: list[Task] = []
        todo = self.task_tree.children[::-1]
        while todo:
            task = todo.pop()
            found.append(task)
            if task._children:
                todo += task.children[::-1]
        return found

    # --- running

    def begin_verb(self) -> None:
        """What is told from here on belongs to a new verb."""
        self.happenings.clear()
        self._steps = 0

    def run(self) -> None:
        """Go on until everything waits. Looks at each state again (fault 10: terminate)."""
        while True:
            while self._ready:
                task: Task = self._ready.popleft()
                if task.state == TaskState.READY and task.id in self.tasks:
                    self._count(task)
                    self.run_task(task)
            if not self.spec.release_inclusive(self):
                return

    def run_task(self, task: Task) -> None:
        """Run one token. Raises `RouteFault`, also for a result that cannot be kept."""
        try:
            task.run()
        except NotStorable as problem:
            raise RouteFault(
                task.task_spec.element.id,
                "mapping",
                f"De waarde van {problem.name} is een functie.",
            ) from problem

    def _count(self, task: Task) -> None:
        self._steps += 1
        if self._steps > MAX_STEPS:
            raise RouteFault(
                task.task_spec.element.id,
                "loop",
                "De route blijft rondgaan zonder ergens te wachten.",
            )

    # --- data

    def owner(self, task: Task) -> str:
        """The scope in which a token lives: its own, or that of the nearest activity around it."""
        while task.id not in self.scopes:
            task = task.parent
        return str(task.id)

    def seen(self, task: Task) -> Mapping[str, object]:
        """The variables that a token sees."""
        return self.scopes.seen_from(self.owner(task))

    def evaluate(
        self,
        task: Task,
        text: str,
        place: str,
        *,
        element_id: str | None = None,
        extra: Mapping[str, object] | None = None,
        now: datetime | None = None,
    ) -> object:
        """The value of FEEL as a token sees it. Raises `RouteFault` at this element."""
        variables = self.seen(task)
        if extra is not None:
            variables = View(extra, variables)
        try:
            return self.env.evaluate(text, variables, now)
        except ExpressionFault as fault:
            raise RouteFault(
                element_id or task.task_spec.element.id, place, fault.message
            ) from fault

    def text_or_feel(
        self, task: Task, text: str, place: str, extra: Mapping[str, object] | None = None
    ) -> object:
        """FEEL when the text starts with ``=``, else the text itself."""
        return self.evaluate(task, text, place, extra=extra) if text.startswith("=") else text

    def note(
        self,
        kind: HappeningKind,
        element_id: str,
        detail: object = None,
        token: str | None = None,
    ) -> None:
        """Tell that something happened."""
        self.happenings.append(Happening(kind, element_id, detail, token))
