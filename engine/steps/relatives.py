"""Linked cases: a case that starts another, and the messages between them.

Messages are delivered after the sender is saved, so no case is ever stepped on while it runs.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from sqlalchemy import select

from engine.audit import AuditKind
from engine.errors import RouteFault
from engine.models import Case, CaseStatus
from engine.routes import LINKED_CASES, MAIN_CASE
from engine.spiff import Element
from engine.steps.locking import lock_case
from engine.steps.numbers import open_case
from engine.steps.work import LinkedMessage, StepDone

if TYPE_CHECKING:
    from engine.steps.step import Step


class Relatives:
    """The main case and the linked cases of one case within one step."""

    def __init__(self, step: Step) -> None:
        self._step = step

    def start(self, element: Element, process_id: str, variables: Mapping[str, object]) -> str:
        """Start a case that is linked to this one; gives its number.

        The organisations of this case are known in it, and see it from their first task there.
        """
        main = self._step
        if process_id not in main.route.diagrams.processes:
            raise RouteFault(
                element.id, "header:proces", f"Het proces '{process_id}' bestaat niet."
            )
        main.work.count(element.id)
        step = main.beside(
            open_case(main.session, main.route, process_id, main.actor, main.now, main.case)
        )
        for party, organisation in main.participation.current().items():
            step.participation.appoint_organisation(party, organisation, step.now)
        step.begin(variables)
        step.record(
            AuditKind.CASE_STARTED,
            element_id=process_id,
            main_case=main.case.number,
            path=step.path(),
        )
        step.finish()
        step.work.others.append(StepDone(step.case, step.happenings))
        main.record(AuditKind.LINKED_CASE_STARTED, element_id=element.id, number=step.case.number)
        return step.case.number

    def send(self, element: Element, name: str, to: str, values: Mapping[str, object]) -> None:
        """Put a message on its way to the main case, or to every open case linked to this one."""
        for case_id in self._receivers(element, to):
            self._step.work.pending.append(LinkedMessage(case_id, element.id, name, values))

    def _receivers(self, element: Element, to: str) -> list[int]:
        case = self._step.case
        if to == MAIN_CASE:
            return [] if case.parent_id is None else [case.parent_id]
        if to == LINKED_CASES:
            return self.open_linked()
        raise RouteFault(
            element.id, "header:naar", f"'naar' is {MAIN_CASE} of {LINKED_CASES}, niet '{to}'."
        )

    def open_linked(self) -> list[int]:
        """Ids of the open cases that are linked to this one, the oldest first."""
        return list(
            self._step.session.scalars(
                select(Case.id)
                .where(Case.parent_id == self._step.case.id, Case.status == CaseStatus.OPEN)
                .order_by(Case.id)
            )
        )

    def deliver(self) -> None:
        """Deliver what cases sent to each other in this work, until nothing is on its way."""
        work = self._step.work
        while work.pending:
            message = work.pending.popleft()
            work.count(message.element_id)
            locked = lock_case(work.session, message.case_id)
            if locked is not None and locked.case.status is CaseStatus.OPEN:
                work.others.append(_receive(self._step.beside(locked), message))


def _receive(step: Step, message: LinkedMessage) -> StepDone:
    begun = step.load()
    waiting = next(
        (item for item in (step.execution.messages if begun else ()) if item.name == message.name),
        None,
    )
    if waiting is None:
        step.record(AuditKind.MESSAGE_UNHEARD, message=message.name)
        step.write()
        return StepDone(step.case)
    step.execution.deliver(message.name, message.values)
    step.record(
        AuditKind.MESSAGE_RECEIVED,
        element_id=waiting.element_id,
        message=message.name,
        path=step.path(),
    )
    step.finish()
    return StepDone(step.case, step.happenings)
