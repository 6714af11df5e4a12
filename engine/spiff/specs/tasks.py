"""Tasks: for people, for FEEL, for decisions, and for the world outside (letters, linked cases)."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from SpiffWorkflow.task import Task

from engine.expressions import ExpressionFault
from engine.spiff.seam import HappeningKind, Moment
from engine.spiff.specs.base import ElementSpec
from engine.spiff.stored import stored_moment
from engine.spiff.timing import NoMoment, from_day, whole_days

if TYPE_CHECKING:
    from engine.spiff.tokens import CaseWorkflow

DEFAULT_PRIORITY = 50


class UserTaskSpec(ElementSpec):
    """Waits READY for a person. Who and how urgent are settled when the token arrives; due and
    follow-up dates follow the facts (`refresh`)."""

    waits = True

    def __init__(self, *args: object) -> None:
        super().__init__(*args)  # type: ignore[arg-type]
        self.manual = True

    def arrive(self, task: Task) -> bool:
        workflow: CaseWorkflow = task.workflow
        element, stored = self.element, task.internal_data
        stored["at"] = workflow.env.now.isoformat()
        if element.assignee is not None:
            assignee = workflow.text_or_feel(task, element.assignee, "assignee")
            if assignee is not None and not isinstance(assignee, str):
                raise self.fault("assignee", "De toegewezen persoon is geen tekst.")
            stored["who"] = assignee
        if element.candidate_groups is not None:
            stored["groups"] = self._groups(task, element.candidate_groups)
        if element.priority is not None:
            stored["priority"] = self._priority(task, element.priority)
        self.refresh(task)
        return True

    def refresh(self, task: Task) -> None:
        """Evaluate the due and follow-up date again: a fact may have moved them."""
        element, stored = self.element, task.internal_data
        for key, text, place, read in (
            ("due", element.due_date, "dueDate", whole_days),
            ("follow", element.follow_up_date, "followUpDate", from_day),
        ):
            if text is None:
                continue
            try:
                value = self._value(task, text, place)
                moment: Moment | None = None if value is None else read(value)
            except NoMoment as problem:
                raise self.fault(place, str(problem)) from None
            if moment is None and key == "due":
                # A deadline is drawn or not; one that silently is not there would be missed.
                raise self.fault(place, "De uiterste datum van deze taak is niet bekend.")
            stored[key] = stored_moment(moment)

    def _value(self, task: Task, text: str, place: str) -> object:
        if not text.startswith("="):
            return text
        arrived = datetime.fromisoformat(task.internal_data["at"])
        return task.workflow.evaluate(task, text, place, now=arrived)

    def _groups(self, task: Task, text: str) -> list[str]:
        value = task.workflow.text_or_feel(task, text, "candidateGroups")
        if isinstance(value, str):
            return [group.strip() for group in value.split(",") if group.strip()]
        if isinstance(value, list) and all(isinstance(group, str) for group in value):
            return list(value)
        raise self.fault("candidateGroups", "De kandidaatgroepen zijn geen tekst of lijst.")

    def _priority(self, task: Task, text: str) -> int:
        value = task.workflow.text_or_feel(task, text, "priority")
        if isinstance(value, str) and value.isascii() and value.isdecimal():
            value = Decimal(value)
        if isinstance(value, Decimal) and value == value.to_integral_value() and abs(value) < 10**9:
            return int(value)
        raise self.fault("priority", "De prioriteit is geen heel getal.")


class ScriptSpec(ElementSpec):
    """A FEEL expression into the result variable."""

    def _run_hook(self, my_task: Task) -> bool:
        workflow: CaseWorkflow = my_task.workflow
        value = workflow.evaluate(my_task, self.element.script or "null", "script")
        workflow.results[my_task.id] = {self.element.result_variable or "": value}
        return True


class DecisionSpec(ElementSpec):
    """A decision (DMN) into the result variable."""

    def _run_hook(self, my_task: Task) -> bool:
        workflow: CaseWorkflow = my_task.workflow
        element = self.element
        try:
            outcome = workflow.env.decide(element.decision_id or "", workflow.seen(my_task))
        except ExpressionFault as fault:
            raise self.fault("decision", fault.message) from fault
        workflow.note(HappeningKind.DECIDED, element.id, outcome.trace, my_task.id)
        workflow.results[my_task.id] = {element.result_variable or "": outcome.value}
        return True


class PerformSpec(ElementSpec):
    """A send task, service task or message throw: the environment does it."""

    def _run_hook(self, my_task: Task) -> bool:
        workflow: CaseWorkflow = my_task.workflow
        try:
            returned = workflow.env.perform(self.element, workflow.seen(my_task))
        except ExpressionFault as fault:
            raise self.fault("task", fault.message) from fault
        workflow.results[my_task.id] = dict(returned)
        return True
