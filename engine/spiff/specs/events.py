"""Events: catching (also on the edge of an activity), throwing and ending."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from engine.spiff.elements import MAX_MESSAGE, ElementKind, EventKind, TimerKind
from engine.spiff.seam import HappeningKind, Moment
from engine.spiff.specs.base import ElementSpec, waits_on_edge
from engine.spiff.stored import moment_of, stored_moment
from engine.spiff.timing import (
    Cycle,
    NoMoment,
    after,
    cycle_of,
    duration_of,
    whole_days,
)

if TYPE_CHECKING:
    from engine.spiff.tokens import CaseWorkflow


class CatchSpec(ElementSpec):
    """Waits for a timer, message or signal: in the path, behind an event-based gateway, or (the
    subclass) on the edge of an activity. Only `fire` of the case makes it go on."""

    def __init__(self, *args: object) -> None:
        super().__init__(*args)  # type: ignore[arg-type]
        self.waits = self.element.kind is ElementKind.RECEIVE_TASK

    def arrive(self, task: Task) -> bool:
        self.listen(task)
        return False

    def listen(self, task: Task) -> None:
        """Start waiting."""
        workflow: CaseWorkflow = task.workflow
        element, stored = self.element, task.internal_data
        task._set_state(TaskState.WAITING)
        if element.event is EventKind.TIMER:
            stored["at"] = workflow.env.now.isoformat()
            self._set_timer(task)
        for text, place in (
            (element.message_name, "messageName"),
            (element.signal_name, "signalName"),
        ):
            if text is not None and text.startswith("="):
                name = workflow.evaluate(task, text, place)
                if not isinstance(name, str) or len(name) > MAX_MESSAGE:
                    raise self.fault(place, "De naam is geen tekst, of hij is te lang.")
                stored["name"] = name

    def name_of(self, task: Task) -> str | None:
        """The message or signal that a waiting token listens for."""
        name: str | None = task.internal_data.get("name")
        return name or self.element.message_name or self.element.signal_name

    def fire(self, task: Task, values: Mapping[str, object]) -> None:
        """What was waited for came: the token runs, with the values of the message."""
        workflow: CaseWorkflow = task.workflow
        gateway_flow = task.internal_data.pop("g", None)
        if gateway_flow is not None:
            gateway = task.parent
            workflow.lift(task, gateway.parent)
            for other in gateway.children:
                workflow.consume(other)
            workflow.note(HappeningKind.COMPLETED, gateway.task_spec.element.id, token=gateway.id)
            workflow.consume(gateway)
            workflow.note(HappeningKind.FLOW_TAKEN, gateway_flow, gateway_flow)
            workflow.note(HappeningKind.ENTERED, self.element.id, token=task.id)
            self.map_in(task)
        self.start(task, values)

    def start(self, task: Task, values: Mapping[str, object]) -> None:
        """Make the token ready with its result."""
        if values:
            task.workflow.results[task.id] = dict(values)
        task._ready()

    # --- timers

    def refresh(self, task: Task) -> None:
        """Evaluate a timer's date again: a fact may have moved it. Durations count from arrival."""
        timer = self.element.timer
        if timer is not None and timer.kind is TimerKind.DATE and timer.text.startswith("="):
            self._set_timer(task)

    def moment(self, task: Task) -> Moment | None:
        """When the timer fires; None for what waits for something else."""
        stored = task.internal_data
        return moment_of(stored.get("moved") or stored.get("due"))

    def move(self, task: Task, moment: Moment) -> None:
        """Let a timer fire at another moment than the diagram says, until a fact moves it."""
        task.internal_data["moved"] = stored_moment(moment)

    def cycle(self, task: Task) -> Cycle | None:
        """The repetition of a waiting timer, None when it fires once."""
        text = task.internal_data.get("cycle")
        if text is None:
            return None
        return cycle_of(text, datetime.fromisoformat(task.internal_data["at"]))

    def _set_timer(self, task: Task) -> None:
        stored = task.internal_data
        arrived = datetime.fromisoformat(stored["at"])
        try:
            moment = self._first_moment(task, arrived)
        except NoMoment as problem:
            raise self.fault("timer", str(problem)) from None
        if moment is None:
            # Never a silently missing term: the fact must be recorded before the timer is reached.
            raise self.fault("timer", "Het moment van deze timer is niet bekend.")
        due = stored_moment(moment)
        if due != stored.get("due"):
            stored.pop("moved", None)
        stored["due"] = due

    def _first_moment(self, task: Task, arrived: datetime) -> Moment | None:
        timer = self.element.timer
        assert timer is not None  # noqa: S101 - the reader refuses a timer without text
        value: object = timer.text
        if timer.text.startswith("="):
            value = task.workflow.evaluate(task, timer.text, "timer", now=arrived)
        if value is None:
            return None
        if timer.kind is TimerKind.DATE:
            return whole_days(value)
        if timer.kind is TimerKind.DURATION:
            return after(arrived, duration_of(value))
        task.internal_data["cycle"] = value
        return Moment(cycle_of(value, arrived).firing(0))


class BoundarySpec(CatchSpec):
    """Waits inside the task of its host; fires into the path beside it."""

    is_place = False
    is_boundary = True

    def arm(self, host: Task) -> None:
        """Start waiting on the edge of an activity that was just entered."""
        task = host.workflow.new(self, host)
        if self.element.event is EventKind.ERROR:
            task._set_state(TaskState.WAITING)
        else:
            self.listen(task)

    def fire(self, task: Task, values: Mapping[str, object]) -> None:
        workflow: CaseWorkflow = task.workflow
        host = task.parent
        if self.element.interrupting:
            workflow.lift(task, host.parent)
            workflow.cancel_token(host)
            running = task
        else:
            running = workflow.new(self, host.parent)
            if self.element.event is EventKind.TIMER and not self._wind(task):
                workflow.consume(task)
        workflow.note(HappeningKind.ENTERED, self.element.id, token=running.id)
        self.start(running, values)

    def _wind(self, task: Task) -> bool:
        """Set a repeating timer for its next firing in the future; whether there is one."""
        cycle, stored = self.cycle(task), task.internal_data
        if cycle is None:
            return False
        try:
            number = cycle.next_after(stored.get("n", 0), task.workflow.env.now)
        except NoMoment:  # past the end of the calendar
            return False
        if number is None:
            return False
        stored["n"] = number
        stored.pop("moved", None)
        stored["due"] = stored_moment(Moment(cycle.firing(number)))
        return True


class SignalThrowSpec(ElementSpec):
    """Tells everything in this case that waits for the signal; other cases do not hear it."""

    def _run_hook(self, my_task: Task) -> bool | None:
        return throw_signal(self, my_task)


def throw_signal(spec: ElementSpec, task: Task) -> bool | None:
    """Fire every token that waits for the signal now; what starts to wait later missed it.

    True when the token that threw it can go on; None (SpiffWorkflow: do not complete) when it was
    cancelled by its own signal, because that interrupted an activity around it.
    """
    workflow: CaseWorkflow = task.workflow
    name = workflow.text_or_feel(task, spec.element.signal_name or "", "signalName")
    waiting = [
        other
        for other in workflow.all_tokens()
        if isinstance(other.task_spec, CatchSpec)
        and other.task_spec.element.event is EventKind.SIGNAL
        and other.state == TaskState.WAITING
        and other.task_spec.name_of(other) == name
    ]
    for other in waiting:
        if other.state == TaskState.WAITING and other.id in workflow.tasks:
            other.task_spec.fire(other, {})
    return True if task.id in workflow.tasks else None


class EndSpec(ElementSpec):
    """The token ends here."""

    def _on_complete_hook(self, my_task: Task) -> None:
        super()._on_complete_hook(my_task)
        workflow: CaseWorkflow = my_task.workflow
        if my_task.parent is workflow.task_tree:
            workflow.end_element_id = self.element.id


class TerminateEndSpec(EndSpec):
    """Ends everything in the process or subprocess that it is drawn in."""

    def _on_complete_hook(self, my_task: Task) -> None:
        for other in my_task.parent.children:
            if other is not my_task and not waits_on_edge(other):
                my_task.workflow.cancel_token(other)
        super()._on_complete_hook(my_task)


class SignalEndSpec(EndSpec):
    """Throws a signal and ends."""

    def _run_hook(self, my_task: Task) -> bool | None:
        return throw_signal(self, my_task)


class ErrorEndSpec(EndSpec):
    """Throws an error to the nearest activity around it that catches it (fault 8)."""

    def _run_hook(self, my_task: Task) -> None:
        workflow: CaseWorkflow = my_task.workflow
        code = workflow.text_or_feel(my_task, self.element.error_code or "", "errorCode")
        host = my_task.parent
        while host is not workflow.task_tree:
            caught = self._catcher(host, code)
            if caught is not None:
                workflow.note(HappeningKind.COMPLETED, self.element.id, token=my_task.id)
                workflow.consume(my_task)
                caught.task_spec.fire(caught, {})
                return
            host = host.parent
        raise self.fault("error", "Deze fout wordt nergens opgevangen.")

    @staticmethod
    def _catcher(host: Task, code: object) -> Task | None:
        """The error event on the edge of ``host`` for the code; one without a code takes all."""
        catchers = [
            child
            for child in host.children
            if waits_on_edge(child) and child.task_spec.element.event is EventKind.ERROR
        ]
        for wanted in (code, None):
            for child in catchers:
                if child.task_spec.element.error_code == wanted:
                    return child
        return None
