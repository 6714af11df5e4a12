"""The verbs that move a case. Each is one step in the caller's transaction; none commits.

Every verb locks the case first, so that two people (or a person and the clock) come one after the
other, and the second sees what the first did. A ``Refusal`` or a ``RouteFault`` means that nothing
may be kept: the edge rolls back (``engine.edge.run_step``).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from engine import definitions
from engine.actors import Actor
from engine.audit import AuditKind
from engine.dialect import BUTTON, BUTTON_FORM
from engine.errors import NotFound
from engine.forms import Form
from engine.models import CaseStatus, ProcessDefinition, Timer, UserTask
from engine.refusals import (
    MessageNotAwaited,
    NotAFact,
    ReasonMissing,
    StarterWithoutOrganisation,
    TaskGone,
)
from engine.routes import Route
from engine.steps.ending import MAX_REASON, end_case
from engine.steps.facts import fact_elements, recorded_facts
from engine.steps.locking import LockedCase, Patience, lock_case_of, lock_open_case, open_one
from engine.steps.moving import move_timer
from engine.steps.numbers import open_case
from engine.steps.parties import Participation
from engine.steps.platform import TASK, task_value
from engine.steps.records import add_record, own_values
from engine.steps.rows import CaseRow, UserTaskRow
from engine.steps.step import Step
from engine.steps.termdeeds import deed_of
from engine.steps.terms import change_term, recount_terms
from engine.steps.work import StepDone, Work
from engine.triggers import TriggerVerb, trigger_key
from engine.values import feel_values

__all__ = [
    "StepDone",
    "TakenUp",
    "begin_case",
    "change_term",
    "complete_user_task",
    "correct_fact",
    "deed_of",
    "deliver_message",
    "end_case",
    "enrol_starter",
    "fire_timer",
    "move_timer",
    "recount_terms",
    "start_case",
    "taken_up",
]


def start_case(
    session: Session,
    definition: ProcessDefinition,
    values: Mapping[str, object],
    starter: Actor,
    now: datetime,
) -> StepDone:
    """Start a case with the answers of the start form, for the organisation of ``starter``."""
    route = definitions.load(session, definition.id)
    own_values(route, route.config.start_form, values)
    with Work(session, starter, now) as work:
        locked = open_case(session, route, route.config.process, starter, now)
        return _begin(work, locked, values)


def begin_case(
    session: Session, case_id: int, values: Mapping[str, object], starter: Actor, now: datetime
) -> StepDone:
    """Start a case that stands open but never began, because its start failed before."""
    with Work(session, starter, now) as work:
        locked = lock_open_case(session, case_id)
        if locked.state.execution:
            raise TaskGone(case_id)
        return _begin(work, locked, values)


def _begin(work: Work, locked: LockedCase, values: Mapping[str, object]) -> StepDone:
    step = Step(work, locked)
    config = step.route.config
    answers = own_values(step.route, config.start_form, values)
    enrol_starter(step)
    start = step.route.diagrams.start_event(step.case.process_id)
    record = add_record(step, start, config.start_form, start.name or config.name, answers)
    step.begin(answers)
    step.waits.handled(trigger_key(TriggerVerb.START))
    step.record(AuditKind.CASE_STARTED, element_id=start.id, path=step.path())
    return _finish(step, record)


def enrol_starter(step: Step) -> None:
    """The organisation of whoever starts a case takes part from the start."""
    party = step.route.config.start_party
    if step.actor.organisation_id is None:
        raise StarterWithoutOrganisation
    organisation = step.participation.known(step.actor.organisation_id)
    if organisation is None:
        raise NotFound
    step.participation.appoint_organisation(party, organisation, step.now)
    step.participation.join(party, step.now)


def complete_user_task(
    session: Session,
    user_task_id: int,
    values: Mapping[str, object],
    actor: Actor,
    now: datetime,
) -> StepDone:
    """Complete a user task with the answers of its form.

    Who may do so is decided by ``tasks`` in the same transaction. Raises TaskGone when it was done
    or cancelled meanwhile, UnknownAnswers, CaseEnded.
    """
    with taken_up(session, user_task_id, now) as taken:
        return taken.complete(values, actor)


@dataclass(frozen=True)
class TakenUp:
    """An open user task of a case that is locked and loaded, before it is completed."""

    step: Step
    task: UserTaskRow

    @property
    def case(self) -> CaseRow:
        return self.step.case

    @property
    def route(self) -> Route:
        return self.step.route

    @property
    def form(self) -> Form:
        """The form of the task, in the version of its case."""
        return self.step.route.forms[self.task.form_id]

    @property
    def participation(self) -> Participation:
        return self.step.participation

    def context(self) -> Mapping[str, object]:
        """Everything an expression of its form can see (``engine.context.case_context``)."""
        variables = self.step.execution.variables(self.task.token)
        return self.step.platform.over({**variables, TASK: task_value(self.task)})

    def complete(self, values: Mapping[str, object], actor: Actor) -> StepDone:
        """Complete it with the answers of its form. Raises UnknownAnswers."""
        step, row = self.step, self.task
        step.work.actor = actor
        answers = own_values(step.route, row.form_id, values)
        element = step.route.diagrams.elements[row.element_id]
        step.waits.completed(row, actor.person_id)
        record_id = add_record(step, element, row.form_id, row.name, answers, row.id)
        step.execution.complete(row.token, answers)
        step.record(
            AuditKind.TASK_COMPLETED, element_id=row.element_id, name=row.name, path=step.path()
        )
        return _finish(step, record_id)


@contextmanager
def taken_up(session: Session, user_task_id: int, now: datetime) -> Iterator[TakenUp]:
    """Lock the case of a user task, first of all rows, and take it up where it stopped.

    So that who completes it can be asked and its form be judged by the very state in which it is
    completed. Raises NotFound, and TaskGone when it was done or cancelled meanwhile.
    """
    with Work(session, Actor.system(), now) as work:
        gone = TaskGone(user_task_id)
        step = Step(work, open_one(lock_case_of(session, UserTask, user_task_id), gone))
        row = next((row for row in step.waits.tasks.values() if row.id == user_task_id), None)
        if row is None or not step.load():
            raise gone
        yield TakenUp(step, row)


def fire_timer(session: Session, timer_id: int, now: datetime) -> StepDone | None:
    """Fire a timer that is due.

    None when it is not due (any more), or when somebody is busy with the case: then it is still
    due, and the clock comes back. A failed timer fires too: that is how it is tried again.
    """
    with Work(session, Actor.system(), now) as work:
        locked = lock_case_of(session, Timer, timer_id, Patience.SKIP)
        if locked is None or locked.case.status is not CaseStatus.OPEN:
            return None
        return _fire(Step(work, locked), timer_id)


def _fire(step: Step, timer_id: int) -> StepDone | None:
    row = next((row for row in step.waits.timers.values() if row.id == timer_id), None)
    if row is None or row.fires_at > step.now or not step.load():
        return None
    step.waits.fired(row)
    step.execution.fire(row.token)
    step.record(AuditKind.TIMER_FIRED, element_id=row.element_id, name=row.name, path=step.path())
    return _finish(step)


def deliver_message(
    session: Session,
    case_id: int,
    name: str,
    values: Mapping[str, object],
    actor: Actor,
    now: datetime,
    token: str | None = None,
) -> StepDone:
    """Give a message to a case, at the place ``token`` when several wait for it.

    With a form (``formulier``) the values are its answers and are stored as a FormRecord.
    Raises MessageNotAwaited, UnknownAnswers, CaseEnded.
    """
    with Work(session, actor, now) as work:
        return _deliver(Step(work, lock_open_case(session, case_id)), name, values, token)


def _deliver(step: Step, name: str, values: Mapping[str, object], token: str | None) -> StepDone:
    refusal = MessageNotAwaited(step.case.number, name)
    if not step.load():
        raise refusal
    waiting = next(
        (
            item
            for item in step.execution.messages
            if item.name == name and token in (None, item.token)
        ),
        None,
    )
    if waiting is None:
        raise refusal
    element = step.route.diagrams.elements[waiting.element_id]
    form_id = element.properties.get(BUTTON_FORM)
    answers = own_values(step.route, form_id, values) if form_id else feel_values(values)
    record = None
    if form_id:
        title = element.properties.get(BUTTON) or element.name or name
        record = add_record(step, element, form_id, title, answers)
    step.execution.deliver(name, answers, waiting.token)
    step.waits.handled(trigger_key(TriggerVerb.MESSAGE, token or name))
    step.record(
        AuditKind.MESSAGE_RECEIVED, element_id=waiting.element_id, message=name, path=step.path()
    )
    return _finish(step, record)


def correct_fact(
    session: Session,
    case_id: int,
    values: Mapping[str, object],
    reason: str,
    actor: Actor,
    now: datetime,
) -> StepDone:
    """Correct recorded facts, with a reason; timers and due dates that count from them move.

    Raises NotAFact, ReasonMissing, CaseEnded.
    """
    if not reason.strip():
        raise ReasonMissing
    with Work(session, actor, now) as work:
        return _correct(Step(work, lock_open_case(session, case_id)), values, reason)


def _correct(step: Step, values: Mapping[str, object], reason: str) -> StepDone:
    if not values or not step.load():
        raise NotAFact(tuple(values))
    before = step.execution.variables()
    recorded = {fact.name: fact for fact in recorded_facts(step.route, before)}
    unknown = tuple(name for name in values if name not in recorded)
    if unknown:
        raise NotAFact(unknown)
    answers = feel_values(values)
    step.execution.correct(answers)
    elements = fact_elements(step.route)
    record = None
    for name, value in answers.items():
        fact = recorded[name]
        title = f"Verbetering: {fact.label}"
        record = add_record(step, elements[name], fact.form_id, title, {name: value})
    step.waits.handled(trigger_key(TriggerVerb.CORRECT, ",".join(sorted(values))))
    step.record(
        AuditKind.FACT_CORRECTED,
        party=step.participation.party_of(step.actor.organisation_id),
        facts=[recorded[name].label for name in answers],
        reason=reason.strip()[:MAX_REASON],
        path=step.path(),
    )
    step.relatives.follow_facts(before, answers, reason.strip()[:MAX_REASON])
    return _finish(step, record)


def _finish(step: Step, record_id: int | None = None) -> StepDone:
    step.finish()
    step.relatives.deliver()
    return StepDone(step.case, step.happenings, record_id, tuple(step.work.others))
