"""Linked cases: a case that starts another, the messages between them, and what follows along.

What one does to another is done after the first is saved, so no case is stepped on while it runs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING

from sqlalchemy import select

from engine.audit import AuditKind
from engine.dialect import FOLLOWS, parties_in
from engine.errors import RouteFault
from engine.expressions import source
from engine.models import Case, CaseStatus
from engine.routes import LINKED_CASES, MAIN_CASE, TASK_START_CASE
from engine.spiff import Element
from engine.steps.locking import lock_case
from engine.steps.numbers import open_case
from engine.steps.work import LinkedDeed, StepDone

if TYPE_CHECKING:
    from engine.steps.parties import PartyOrganisation
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
            self._later(case_id, element.id, lambda step: _receive(step, name, values))

    def follow_facts(
        self, before: Mapping[str, object], corrected: Mapping[str, object], reason: str
    ) -> None:
        """Correct the copies that open linked cases have of facts that were corrected here.

        Only where the start of that case says so (header ``volgt``), and only a copy that is still
        what this case had: after a second decision the first objection keeps its own date.
        """
        copies = _copies(self._step.route.diagrams.elements.values(), corrected)
        if not copies:
            return
        for case_id in self.open_linked():
            self._later(
                case_id,
                self._step.case.process_id,
                lambda step: _follow(step, copies, before, corrected, reason),
            )

    def follow_party(self, party: str, former: PartyOrganisation, slug: str) -> None:
        """Another organisation is ``party`` here: so it is in open linked cases that had it too."""
        for case_id in self.open_linked():
            self._later(case_id, party, lambda step: _change_party(step, party, former, slug))

    def _later(self, case_id: int, element_id: str, act: Callable[[Step], StepDone]) -> None:
        self._step.work.pending.append(LinkedDeed(case_id, element_id, act))

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
            deed = work.pending.popleft()
            work.count(deed.element_id)
            locked = lock_case(work.session, deed.case_id)
            if locked is not None and locked.case.status is CaseStatus.OPEN:
                work.others.append(deed.act(self._step.beside(locked)))


def _receive(step: Step, name: str, values: Mapping[str, object]) -> StepDone:
    begun = step.load()
    waiting = next(
        (item for item in (step.execution.messages if begun else ()) if item.name == name),
        None,
    )
    if waiting is None:
        step.record(AuditKind.MESSAGE_UNHEARD, message=name)
        step.write()
        return StepDone(step.case)
    step.execution.deliver(name, values)
    step.record(
        AuditKind.MESSAGE_RECEIVED,
        element_id=waiting.element_id,
        message=name,
        path=step.path(),
    )
    step.finish()
    return StepDone(step.case, step.happenings)


def _copies(
    elements: Iterable[Element], corrected: Mapping[str, object]
) -> dict[tuple[str, str], str]:
    """By process and variable there the corrected fact that it is a copy of."""
    return {
        (element.task_headers.get("proces", "").strip(), line.target): source(line.source)
        for element in elements
        if element.task_type == TASK_START_CASE
        for line in element.inputs
        if line.target in parties_in(element.task_headers.get(FOLLOWS, ""))
        and source(line.source) in corrected
    }


def _follow(
    step: Step,
    copies: Mapping[tuple[str, str], str],
    before: Mapping[str, object],
    corrected: Mapping[str, object],
    reason: str,
) -> StepDone:
    if not step.load():
        return StepDone(step.case)
    known = step.execution.variables()
    changed = {
        name: fact
        for (process_id, name), fact in copies.items()
        if process_id == step.case.process_id and name in known and known[name] == before.get(fact)
    }
    if not changed:
        return StepDone(step.case)
    step.execution.correct({name: corrected[fact] for name, fact in changed.items()})
    forms = step.route.forms.values()
    labels = {name: label for form in forms for name, label in form.labels.items()}
    step.record(
        AuditKind.FACT_CORRECTED,
        # As in the main case: the reason is read by the party that corrects, and by no other.
        party=step.participation.party_of(step.actor.organisation_id),
        facts=[labels.get(fact) or fact for fact in changed.values()],
        reason=reason,
        path=step.path(),
    )
    step.finish()
    return StepDone(step.case, step.happenings)


def _change_party(step: Step, party: str, former: PartyOrganisation, slug: str) -> StepDone:
    now_there = step.participation.organisation(party)
    if now_there is None or now_there.id != former.id or not step.load():
        return StepDone(step.case)
    definition = step.route.config.parties[party]
    if definition.variable and definition.variable in step.execution.variables():
        # The variable that names the party, else this step would undo the change.
        step.execution.correct({definition.variable: slug})
    step.appoint(step.case.process_id, party, slug)
    step.finish()
    return StepDone(step.case, step.happenings)
