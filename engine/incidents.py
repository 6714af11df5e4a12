"""Incidents: a fault of the route stopped a step. Opening one, and trying the step again."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from engine import audit, definitions, sendings, steps
from engine.actors import Actor
from engine.audit import AuditKind
from engine.errors import NotFound, RouteFault, StaleCase
from engine.models import (
    Case,
    CaseState,
    CaseStatus,
    Incident,
    IncidentStatus,
    ProcessDefinition,
    Timer,
    TimerStatus,
    UserTask,
)
from engine.refusals import MessageNotAwaited, TaskGone
from engine.routes import Route
from engine.steps.casedata import variables_to_store
from engine.steps.locking import lock_case
from engine.steps.numbers import open_case
from engine.steps.step import Step
from engine.steps.work import StepDone, Work
from engine.triggers import (
    CompleteTrigger,
    CorrectTrigger,
    EndTrigger,
    FormTrigger,
    MessageTrigger,
    RecountTrigger,
    SheetTrigger,
    StartTrigger,
    TermTrigger,
    TimerTrigger,
    Trigger,
    dump_trigger,
    load_trigger,
)
from engine.whereabouts import names_read

__all__ = [
    "CompleteTrigger",
    "CorrectTrigger",
    "EndTrigger",
    "FormTrigger",
    "MessageTrigger",
    "RecountTrigger",
    "SheetTrigger",
    "StartTrigger",
    "TermTrigger",
    "TimerTrigger",
    "Trigger",
    "load_trigger",
    "open_incident",
    "open_incidents",
    "retry_incident",
    "run_trigger",
]

MAX_ELEMENT = 100
MAX_PLACE = 60


def open_incidents(case_id: int) -> Select[Incident]:
    """The incidents of a case that wait for somebody, the oldest first."""
    return (
        select(Incident)
        .where(Incident.case_id == case_id, Incident.status == IncidentStatus.OPEN)
        .order_by(Incident.id)
    )


def open_incident(session: Session, trigger: Trigger, fault: RouteFault, now: datetime) -> Incident:
    """Write down a fault, after the failed step was rolled back.

    A second fault of the same wait is another attempt of the same incident. A case that could not
    start stands open from now, so that its start can be tried again. Raises NotFound when what
    failed does not exist any more.
    """
    actor = getattr(trigger, "actor", None) or Actor.system()
    if isinstance(trigger, StartTrigger) and trigger.case_id is None:
        trigger = trigger.of_case(_stand_open(session, trigger, now))
    case_id = _case_of(session, trigger)
    names = ", ".join(names_read(_route_of(session, case_id, trigger), *fault_place(fault)))
    incident = session.scalar(_open_with_key(case_id, trigger.key).limit(1))
    if incident is None:
        incident = Incident(
            case_id=case_id,
            definition_id=trigger.definition_id if isinstance(trigger, SheetTrigger) else None,
            status=IncidentStatus.OPEN,
            trigger_key=trigger.key,
            opened_at=now,
            attempts=0,
        )
        session.add(incident)
    incident.attempts += 1
    incident.element_id, incident.place = fault_place(fault)
    incident.message = fault.message
    incident.names = names
    incident.trigger = dump_trigger(trigger)
    session.flush()
    if incident.attempts == 1 and case_id is not None:
        audit.record(
            session,
            case_id,
            AuditKind.INCIDENT_OPENED,
            actor,
            now,
            element_id=incident.element_id,
            incident=incident.id,
        )
    return incident


def fault_place(fault: RouteFault) -> tuple[str, str]:
    """The element and the place of a fault, as an incident keeps them."""
    return fault.element_id[:MAX_ELEMENT], fault.place[:MAX_PLACE]


def _route_of(session: Session, case_id: int | None, trigger: Trigger) -> Route:
    """The version of the route in which the fault is."""
    if case_id is not None:
        return definitions.load(session, session.get_one(Case, case_id).definition_id)
    if isinstance(trigger, SheetTrigger):
        return definitions.load(session, trigger.definition_id)
    raise NotFound


def _open_with_key(case_id: int | None, key: str) -> Select[Incident]:
    """The open incident of one wait of a case, or (no case) of the start form of a route."""
    where = Incident.case_id.is_(None) if case_id is None else Incident.case_id == case_id
    return select(Incident).where(
        where, Incident.trigger_key == key, Incident.status == IncidentStatus.OPEN
    )


def resolve_sheet(session: Session, trigger: SheetTrigger, actor: Actor, now: datetime) -> None:
    """The form that had a fault was filled in well: its incident, when there is one, is over."""
    for incident in session.scalars(_open_with_key(trigger.case_id, trigger.key)):
        _resolve(session, incident, actor, now)


def _resolve(session: Session, incident: Incident, actor: Actor, now: datetime) -> None:
    incident.status = IncidentStatus.RESOLVED
    incident.resolved_at = now
    incident.resolved_by_id = actor.person_id
    if incident.case_id is not None:
        audit.record(
            session,
            incident.case_id,
            AuditKind.INCIDENT_RESOLVED,
            actor,
            now,
            element_id=incident.element_id,
            incident=incident.id,
        )


def _case_of(session: Session, trigger: Trigger) -> int | None:
    if isinstance(trigger, SheetTrigger):
        return trigger.case_id
    if isinstance(trigger, CompleteTrigger | FormTrigger):
        task = session.get(UserTask, trigger.user_task_id)
        if task is None:
            raise NotFound
        return task.case_id
    if isinstance(trigger, TimerTrigger):
        timer = session.get(Timer, trigger.timer_id)
        if timer is None:
            raise NotFound
        if timer.status is TimerStatus.WAITING:
            timer.status = TimerStatus.FAILED
        return timer.case_id
    if trigger.case_id is None:
        raise NotFound
    return trigger.case_id


def _stand_open(session: Session, trigger: StartTrigger, now: datetime) -> int:
    """The case whose start failed: open, of its starter's organisation, and not begun."""
    before = sendings.started_before(session, trigger)
    if before is not None:
        if session.get_one(CaseState, before.id).execution or before.status is not CaseStatus.OPEN:
            raise StaleCase  # the same page, sent twice: the other one went well
        return before.id
    route = definitions.load(session, trigger.definition_id)
    locked = open_case(session, route, route.config.process, trigger.actor, now)
    step = Step(Work(session, trigger.actor, now), locked)
    steps.enrol_starter(step)
    step.refresh_client(trigger.values)
    step.state.variables = variables_to_store(trigger.values)
    step.write()
    sendings.started(session, trigger, locked.case.id)
    return locked.case.id


def retry_incident(
    session: Session, incident_id: int, actor: Actor, now: datetime
) -> StepDone | None:
    """Try again what failed; the incident is resolved when it goes well.

    What a person had filled in stays his: ``actor`` only tries again. None when there was nothing
    to do any more (the wait is gone, or the timer was moved to later). Raises NotFound, and
    RouteFault when it fails again.
    """
    incident = session.get(Incident, incident_id)
    if incident is None:
        raise NotFound
    if incident.status is not IncidentStatus.OPEN:
        return None
    trigger = load_trigger(incident.trigger)
    if incident.case_id is not None and not isinstance(trigger, TimerTrigger):
        # Two people who try again at once: the second sees, behind the lock, that it went well. (A
        # timer fires only once by itself, and does not wait for who is busy with its case.)
        lock_case(session, incident.case_id)
        session.refresh(incident)
        if incident.status is not IncidentStatus.OPEN:
            return None
        trigger = load_trigger(incident.trigger)
    try:
        done = run_trigger(session, trigger, now)
    except (TaskGone, MessageNotAwaited):
        done = None
    if isinstance(trigger, TimerTrigger) and done is None and _is_failed(session, trigger):
        return None  # somebody is busy with the case just now: it stays as it was
    incident.resolved_by_id = actor.person_id
    if incident.status is IncidentStatus.OPEN:  # else the step itself settled it
        _resolve(session, incident, actor, now)
    return done


def _is_failed(session: Session, trigger: TimerTrigger) -> bool:
    timer = session.get(Timer, trigger.timer_id)
    return timer is not None and timer.status is TimerStatus.FAILED


def run_trigger(session: Session, trigger: Trigger, now: datetime) -> StepDone | None:
    """Do what a trigger says."""
    match trigger:
        case CompleteTrigger():
            return steps.complete_user_task(
                session, trigger.user_task_id, trigger.values, trigger.actor, now
            )
        case FormTrigger() | SheetTrigger():
            return None  # ``tasks`` worked out the form; it waits for its person
        case TimerTrigger():
            return steps.fire_timer(session, trigger.timer_id, now)
        case MessageTrigger():
            return steps.deliver_message(
                session,
                trigger.case_id,
                trigger.name,
                trigger.values,
                trigger.actor,
                now,
                trigger.token,
            )
        case CorrectTrigger():
            return steps.correct_fact(
                session, trigger.case_id, trigger.values, trigger.reason, trigger.actor, now
            )
        case EndTrigger():
            return steps.end_case(
                session, trigger.case_id, trigger.reason_id, trigger.text, trigger.actor, now
            )
        case TermTrigger():
            deed = steps.deed_of(trigger.deed, trigger.values)
            return steps.change_term(session, trigger.case_id, deed, trigger.actor, now)
        case RecountTrigger():
            return steps.recount_terms(session, trigger.case_id, now)
        case StartTrigger() if trigger.case_id is None:
            definition = session.get(ProcessDefinition, trigger.definition_id)
            if definition is None:
                raise NotFound
            return steps.start_case(session, definition, trigger.values, trigger.actor, now)
        case StartTrigger():
            return steps.begin_case(session, trigger.case_id, trigger.values, trigger.actor, now)
