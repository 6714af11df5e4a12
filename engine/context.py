"""FEEL contexts outside a step: for showing a form, sharing a record, reading a condition."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import cached_property

from sqlalchemy.orm import Session

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


class CaseLook:
    """One case as it is now, for all who ask within one page: its state is read at most once.

    Changes nothing. What the platform gives (``zaak``, ``termijnen``, ...) is made when it is
    read, so read it while the session is open.
    """

    def __init__(self, session: Session, route: Route, case: AnyCase, now: datetime) -> None:
        self.session = session
        self.route = route
        self.now = now
        self._case_id = case.id

    @cached_property
    def _step(self) -> Step:
        """A step that will do nothing: what it knows of the case is only read."""
        found = look_at(self.session, self._case_id)
        return Step(Work(self.session, Actor.system(), self.now), found)

    @cached_property
    def _execution(self) -> Execution | None:
        """None of a case that has ended, or that never began."""
        state = self._step.state
        if not state.execution:
            return None
        saved = SavedExecution(state.execution, state.variables)
        return Execution.load(self.route.diagrams, saved, self._step.environment)

    def context(
        self, *, token: str | None = None, task: AnyUserTask | None = None
    ) -> Mapping[str, object]:
        """Everything an expression about this case can see: variables and the platform's names.

        With ``token`` (or the token of ``task``) as seen from that place, else the case's own
        variables. With ``task`` also ``taak``.
        """
        place = token or (task.token if task else None)
        execution = None if place is None else self._execution
        if execution is None:
            variables = dict(stored_variables(self._step.state.variables))
        else:
            variables = dict(execution.variables(place))
        variables[TASK] = task_value(task) if task else None
        return self._step.platform.over(variables)

    @property
    def active_elements(self) -> tuple[str, ...]:
        """The elements that hold a token now, with the activities around them; else empty."""
        return () if self._execution is None else self._execution.active_elements

    def terms(self, seen: Mapping[str, object] | None = None) -> tuple[TermState, ...]:
        """Every named term with its reasons, in the order of route.toml: as the case has it, or
        as it is ``seen`` from a place (a ``context``)."""
        return self._step.platform.terms.states(self.context() if seen is None else seen)


def case_context(
    session: Session,
    route: Route,
    case: AnyCase,
    now: datetime,
    *,
    token: str | None = None,
    task: AnyUserTask | None = None,
) -> Mapping[str, object]:
    """``CaseLook.context`` for who asks nothing else of the case."""
    return CaseLook(session, route, case, now).context(token=token, task=task)


def start_context(session: Session, route: Route, actor: Actor, now: datetime) -> dict[str, object]:
    """What the start form can see: settings and organisations, but no case yet."""
    platform = PlatformNames(session, route, now)
    return {**platform.all(), TASK: {"naam": route.config.name, "uiterlijk": None}}
