"""`Execution`: one case as its services use it. Five verbs, and what it waits for between them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from engine.errors import RouteFault
from engine.spiff import saving
from engine.spiff.building import spec_of
from engine.spiff.elements import Diagrams, EventKind
from engine.spiff.scopes import ROOT
from engine.spiff.seam import (
    Environment,
    Happening,
    Moment,
    NotDue,
    NotWaiting,
    SavedExecution,
    WaitingMessage,
    WaitingTimer,
    WaitingUserTask,
)
from engine.spiff.specs.events import CatchSpec
from engine.spiff.specs.repeated import MultiInstanceSpec
from engine.spiff.specs.tasks import DEFAULT_PRIORITY, UserTaskSpec
from engine.spiff.stored import moment_of
from engine.spiff.tokens import CaseWorkflow

if TYPE_CHECKING:
    from collections.abc import Callable


MAX_AT_ONCE = 5_000
"""Timers that may fire one after the other, each due when it was set, with nothing else between.

As many as a case can have tokens (`tokens.MAX_TOKENS`); after that it is a loop around a date that
is past, which would keep the scheduler busy, and the audit trail growing, for ever.
"""


class Execution:
    """A running case.

    Every verb runs until nothing can go on without the world, and then evaluates again what facts
    may have moved. A verb that raises (`RouteFault`, `NotWaiting`) leaves the object half-done:
    throw it away and load again, as the rolled-back transaction does.
    """

    def __init__(self, workflow: CaseWorkflow) -> None:
        self._workflow = workflow

    # --- making

    @classmethod
    def start(
        cls,
        diagrams: Diagrams,
        process_id: str,
        variables: Mapping[str, object],
        env: Environment,
    ) -> Execution:
        """A new case, run to its first waits. Raises `RouteFault`; KeyError for the process."""
        if process_id not in diagrams.processes:
            raise KeyError(process_id)
        spec = spec_of(diagrams)
        workflow = CaseWorkflow(spec, env)
        for name, value in variables.items():
            workflow.scopes.set_local(ROOT, name, value)
        self = cls(workflow)
        first = spec.task_specs[diagrams.start_event(process_id).id]
        self._verb(lambda: workflow.place(first, workflow.task_tree))
        return self

    @classmethod
    def load(cls, diagrams: Diagrams, saved: SavedExecution, env: Environment) -> Execution:
        """The case as it was saved, exactly. Raises `saving.StateUnreadable`."""
        return cls(saving.load(spec_of(diagrams), saved, env))

    def save(self) -> SavedExecution:
        """The case at rest, without its definition."""
        return saving.save(self._workflow)

    # --- verbs

    def complete(self, token: str, values: Mapping[str, object]) -> None:
        """Complete a user task with the fields of its form. Raises `NotWaiting`, `RouteFault`."""
        task = self._waiting(token, UserTaskSpec)
        self._workflow.results[token] = dict(values)
        self._verb(lambda: self._workflow.run_task(task))

    def fire(self, token: str) -> None:
        """Fire a timer that is due. Raises `NotWaiting`, `NotDue`, `RouteFault`."""
        task = self._waiting(token, CatchSpec)
        moment = task.task_spec.moment(task)
        if task.task_spec.element.event is not EventKind.TIMER:
            raise NotWaiting(token)
        if moment is None or moment.at > self._workflow.env.now:
            raise NotDue(token)
        at_once = moment.at <= datetime.fromisoformat(task.internal_data["at"])
        number = self._workflow.at_once + 1 if at_once else 0
        if number > MAX_AT_ONCE:
            message = "Deze timer gaat steeds meteen weer af. Laat de route hier ergens op wachten."
            raise task.task_spec.fault("timer", message)
        self._verb(lambda: task.task_spec.fire(task, {}), at_once=number)

    def move_timer(self, token: str, moment: Moment) -> None:
        """Let a waiting timer fire at ``moment``. A fact that moves it later on moves it still.

        Raises `NotWaiting`, `RouteFault`.
        """
        task = self._waiting(token, CatchSpec)
        if task.task_spec.element.event is not EventKind.TIMER:
            raise NotWaiting(token)
        self._verb(lambda: task.task_spec.move(task, moment))

    def deliver(
        self, message_name: str, values: Mapping[str, object], token: str | None = None
    ) -> bool:
        """Give a message to the first place that waits for it, or to ``token``.

        False when nobody waits for that name; `NotWaiting` when ``token`` does not.
        """
        self._workflow.begin_verb()
        matching = (
            task
            for task in self._catching(EventKind.MESSAGE)
            if task.task_spec.name_of(task) == message_name and token in (None, task.id)
        )
        task = next(matching, None)
        if task is not None:
            self._verb(lambda: task.task_spec.fire(task, values))
            return True
        if token is not None:
            raise NotWaiting(token)
        return False

    def correct(self, values: Mapping[str, object]) -> None:
        """Correct facts; timers and due dates that count from them move. Raises `RouteFault`."""

        def write() -> None:
            for name, value in values.items():
                self._workflow.scopes.correct(name, value)

        self._verb(write)

    def _verb(self, work: Callable[[], object], *, at_once: int = 0) -> None:
        workflow = self._workflow
        workflow.at_once = at_once
        workflow.begin_verb()
        work()
        workflow.run()
        if not workflow.ended:
            self._refresh()
            self._refuse_standstill()

    def _refresh(self) -> None:
        for task in self._workflow.all_tokens():
            if isinstance(task.task_spec, UserTaskSpec) or (
                isinstance(task.task_spec, CatchSpec) and task.state == TaskState.WAITING
            ):
                task.task_spec.refresh(task)

    def _refuse_standstill(self) -> None:
        """A case that waits for nothing that can come will never end: say so at once."""
        stuck = ""
        for task in self._workflow.all_tokens():
            spec = task.task_spec
            if isinstance(spec, UserTaskSpec):
                return
            if isinstance(spec, CatchSpec) and spec.element.event in _FROM_OUTSIDE:
                return
            stuck = stuck or (spec.element.id if task.state == TaskState.WAITING else "")
        raise RouteFault(stuck, "join", "De zaak wacht hier op iets dat nooit meer komt.")

    def _waiting(self, token: str, kind: type[UserTaskSpec] | type[CatchSpec]) -> Task:
        task = self._workflow.tasks.get(token)
        if task is None or not isinstance(task.task_spec, kind) or task.id == ROOT:
            raise NotWaiting(token)
        if task.state not in (TaskState.READY, TaskState.WAITING):
            raise NotWaiting(token)
        return task

    # --- what it waits for

    @property
    def user_tasks(self) -> tuple[WaitingUserTask, ...]:
        """The user tasks that wait for a person, in the order of the tree."""
        return tuple(
            self._user_task(task)
            for task in self._workflow.all_tokens()
            if isinstance(task.task_spec, UserTaskSpec) and task.state == TaskState.READY
        )

    def _user_task(self, task: Task) -> WaitingUserTask:
        stored = task.internal_data
        item, iteration = self._repetition(task)
        return WaitingUserTask(
            token=task.id,
            element_id=task.task_spec.element.id,
            due=moment_of(stored.get("due")),
            follow_up=moment_of(stored.get("follow")),
            priority=stored.get("priority", DEFAULT_PRIORITY),
            assignee=stored.get("who"),
            candidate_groups=tuple(stored.get("groups", ())),
            item=item,
            iteration=iteration,
        )

    def _repetition(self, task: Task) -> tuple[object, int | None]:
        """Item and number of the nearest instance that the token is in."""
        while task.id != ROOT and "i" not in task.internal_data:
            task = task.parent
        if task.id == ROOT:
            return None, None
        body = task.task_spec.body
        name = body.multi.input_element if isinstance(body, MultiInstanceSpec) else None
        item = None if name is None else self._workflow.scopes.local(task.id).get(name)
        return item, task.internal_data["i"]

    def _catching(self, event: EventKind) -> Iterator[Task]:
        for task in self._workflow.all_tokens():
            spec = task.task_spec
            if (
                isinstance(spec, CatchSpec)
                and task.state == TaskState.WAITING
                and spec.element.event is event
            ):
                yield task

    @property
    def timers(self) -> tuple[WaitingTimer, ...]:
        """The timers that are set. One whose date is not known yet is not among them."""
        found = []
        for task in self._catching(EventKind.TIMER):
            moment, cycle = task.task_spec.moment(task), task.task_spec.cycle(task)
            if moment is None:
                continue
            interval = remaining = None
            if cycle is not None:
                interval = str(cycle.interval)
                if cycle.times is not None:
                    remaining = cycle.times - task.internal_data.get("n", 0)
            found.append(
                WaitingTimer(task.id, task.task_spec.element.id, moment, interval, remaining)
            )
        return tuple(found)

    @property
    def messages(self) -> tuple[WaitingMessage, ...]:
        """The places that wait for a message."""
        return tuple(
            WaitingMessage(task.id, task.task_spec.element.id, task.task_spec.name_of(task))
            for task in self._catching(EventKind.MESSAGE)
        )

    @property
    def active_elements(self) -> tuple[str, ...]:
        """The elements that hold a token, call activities and subprocesses around it too.

        Each once, outer before inner: where the case stands, for its diagrams.
        """
        found = (task.task_spec.element.id for task in self._workflow.all_tokens())
        return tuple(dict.fromkeys(found))

    @property
    def ended(self) -> bool:
        """Whether the case has ended: no token is left."""
        return self._workflow.ended

    @property
    def end_element_id(self) -> str | None:
        """The end event of the main process that ended the case; None while it runs."""
        return self._workflow.end_element_id if self.ended else None

    @property
    def happenings(self) -> tuple[Happening, ...]:
        """What happened in the last verb, in order."""
        return tuple(self._workflow.happenings)

    def variables(self, token: str | None = None) -> Mapping[str, object]:
        """The variables as seen from a token, or those of the case, as they are now.

        Of the case each value is read when it is looked at; later verbs do not show in it.
        """
        workflow = self._workflow
        if token is None:
            return workflow.scopes.local(ROOT).snapshot()
        task = workflow.tasks.get(token)
        if task is None:
            raise NotWaiting(token)
        return dict(workflow.seen(task))


_FROM_OUTSIDE = frozenset({EventKind.TIMER, EventKind.MESSAGE})
