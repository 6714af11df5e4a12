"""FEEL contexts outside a step: for showing a form, sharing a record, reading a condition."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from engine.actors import Actor
from engine.casedata import stored_variables
from engine.clock import AMSTERDAM
from engine.environment import CaseEnvironment
from engine.feel import from_python
from engine.locking import LockedCase
from engine.models import Case, CaseState, UserTask
from engine.parties import Participation
from engine.platform import TASK, PlatformNames
from engine.routes import Route
from engine.spiff import Execution, SavedExecution
from engine.stepping import Step
from engine.work import Work


def case_context(
    session: Session,
    route: Route,
    case: Case,
    now: datetime,
    *,
    token: str | None = None,
    task: UserTask | None = None,
) -> dict[str, object]:
    """Everything an expression about this case can see: variables and the platform's names.

    With ``token`` (or the token of ``task``) as seen from that place, else the case's own
    variables. With ``task`` also ``taak``. Changes nothing.
    """
    participation = Participation.load(session, route.key, case.id)
    platform = PlatformNames(session, route, now, case, participation)
    place = token or (task.token if task else None)
    context = _variables(session, route, case, now, place)
    context.update(platform.all())
    context[TASK] = task_value(task) if task else None
    return context


def _variables(
    session: Session, route: Route, case: Case, now: datetime, token: str | None
) -> dict[str, object]:
    state = session.get_one(CaseState, case.id)
    if token is None or not state.execution:
        return dict(stored_variables(state.variables))
    return dict(_execution(session, route, case, state, now).variables(token))


def active_elements(session: Session, route: Route, case: Case, now: datetime) -> tuple[str, ...]:
    """The elements that hold a token now, with the activities around them; empty when ended."""
    state = session.get_one(CaseState, case.id)
    if not state.execution:
        return ()
    return _execution(session, route, case, state, now).active_elements


def _execution(
    session: Session, route: Route, case: Case, state: CaseState, now: datetime
) -> Execution:
    step = Step(Work(session, Actor.system(), now), LockedCase(case, state, route, 0))
    saved = SavedExecution(state.execution, state.variables)
    return Execution.load(route.diagrams, saved, CaseEnvironment(step))


def start_context(session: Session, route: Route, actor: Actor, now: datetime) -> dict[str, object]:
    """What the start form can see: settings and organisations, but no case yet."""
    platform = PlatformNames(session, route, now)
    return {**platform.all(), TASK: {"naam": route.config.name, "uiterlijk": None}}


def task_value(task: UserTask) -> object:
    """``taak``: its name, and until when (a date for a term in days, else a local instant)."""
    until = task.due_day or (task.due_at.astimezone(AMSTERDAM) if task.due_at else None)
    return from_python({"naam": task.name, "uiterlijk": until})
