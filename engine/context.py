"""FEEL contexts outside a step: for showing a form, sharing a record, reading a condition."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from engine import definitions
from engine.actors import Actor
from engine.routes import Route
from engine.spiff import Execution, SavedExecution
from engine.steps.casedata import stored_variables
from engine.steps.locking import look_at
from engine.steps.platform import TASK, PlatformNames, task_value
from engine.steps.rows import AnyCase, AnyUserTask
from engine.steps.step import Step
from engine.steps.work import Work
from engine.terms.state import TermState


def case_context(
    session: Session,
    route: Route,
    case: AnyCase,
    now: datetime,
    *,
    token: str | None = None,
    task: AnyUserTask | None = None,
) -> Mapping[str, object]:
    """Everything an expression about this case can see: variables and the platform's names.

    With ``token`` (or the token of ``task``) as seen from that place, else the case's own
    variables. With ``task`` also ``taak``. Changes nothing.
    A name of the platform is made when it is read, so read it while the session is open.
    """
    return _seen(_looking(session, route, case, now), token, task)


def due_context(
    session: Session, route: Route, case: AnyCase, now: datetime, task: AnyUserTask
) -> tuple[Mapping[str, object], Callable[[], tuple[TermState, ...]]]:
    """What a user task sees (``case_context``), and every named term as it is seen from there."""
    step = _looking(session, route, case, now)
    seen = _seen(step, None, task)
    return seen, lambda: step.platform.terms.states(seen)


def _seen(step: Step, token: str | None, task: AnyUserTask | None) -> Mapping[str, object]:
    place = token or (task.token if task else None)
    if place is None or not step.state.execution:
        context = dict(stored_variables(step.state.variables))
    else:
        context = dict(_execution(step).variables(place))
    context[TASK] = task_value(task) if task else None
    return step.platform.over(context)


def active_elements(
    session: Session, route: Route, case: AnyCase, now: datetime
) -> tuple[str, ...]:
    """The elements that hold a token now, with the activities around them; empty when ended."""
    step = _looking(session, route, case, now)
    return _execution(step).active_elements if step.state.execution else ()


def case_terms(session: Session, case: AnyCase, now: datetime) -> tuple[TermState, ...]:
    """Every named term of the case as it stands, with its reasons; in the order of route.toml."""
    step = _looking(session, definitions.load(session, case.definition_id), case, now)
    seen = step.platform.over(dict(stored_variables(step.state.variables)))
    return step.platform.terms.states(seen)


def _looking(session: Session, route: Route, case: AnyCase, now: datetime) -> Step:
    """A step that will do nothing: what it knows of the case is only read."""
    return Step(Work(session, Actor.system(), now), look_at(session, case.id))


def _execution(step: Step) -> Execution:
    saved = SavedExecution(step.state.execution, step.state.variables)
    return Execution.load(step.route.diagrams, saved, step.environment)


def start_context(session: Session, route: Route, actor: Actor, now: datetime) -> dict[str, object]:
    """What the start form can see: settings and organisations, but no case yet."""
    platform = PlatformNames(session, route, now)
    return {**platform.all(), TASK: {"naam": route.config.name, "uiterlijk": None}}
