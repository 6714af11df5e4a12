"""Message buttons on the case page: somebody tells what happened, and the case goes on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.actors import Actor
from engine.context import case_context
from engine.db import Database
from engine.definitions import load
from engine.errors import NotAllowed
from engine.forms import Form
from engine.models import Case, MessageSubscription
from engine.routes import Route
from engine.steps import deliver_message
from engine.triggers import BUTTON_SHEET, MessageTrigger, SheetTrigger, Trigger
from tasks import asking
from tasks.access import Standing, Viewer, standing, storable, visible_case
from tasks.asking import Again, Asking, Refused
from tasks.forms import Answers, FormView, Setting
from tasks.refusals import TaskGone
from tasks.submission import Fields, Submission
from tasks.taskpage import CaseHead, head_of


@dataclass(frozen=True)
class ButtonRow:
    token: str
    label: str
    has_form: bool


@dataclass(frozen=True)
class ButtonPage:
    head: CaseHead
    token: str
    label: str
    form: FormView | None


@dataclass(frozen=True)
class Pressed:
    label: str


@dataclass(frozen=True)
class _Button(Asking[ButtonPage, Pressed]):
    """A button that the viewer may press, with the case it is on."""

    head: CaseHead
    case_id: int
    token: str
    message: str
    actor: Actor

    def page(self, form: FormView | None, fields: Fields) -> ButtonPage:
        return ButtonPage(self.head, self.token, self.title, form)

    def trigger(self, answers: Answers, fields: Fields) -> Trigger:
        return MessageTrigger(self.case_id, self.message, answers.values, self.actor, self.token)

    def work(self, session: Session, trigger: Trigger, now: datetime) -> Pressed:
        if not isinstance(trigger, MessageTrigger):
            raise TypeError(trigger)
        deliver_message(
            session,
            self.case_id,
            self.message,
            trigger.values,
            self.actor,
            now,
            token=self.token,
        )
        return Pressed(self.title)

    def unchanged(self) -> Pressed:
        return Pressed(self.title)


def buttons_of(
    session: Session, case: Case, here: Standing, viewer: Viewer
) -> tuple[ButtonRow, ...]:
    """The buttons that the viewer may press now."""
    roles = here.roles(viewer)
    found = session.scalars(
        select(MessageSubscription)
        .where(MessageSubscription.case_id == case.id, MessageSubscription.button.is_not(None))
        .order_by(MessageSubscription.id)
    )
    return tuple(
        ButtonRow(one.token, one.button or "", bool(one.form_id))
        for one in found
        if one.role in roles
    )


def button_page(
    session: Session, number: str, token: str, viewer: Viewer, now: datetime
) -> ButtonPage:
    """What is asked before the button works. Raises NotFound, NotAllowed, TaskGone."""
    return asking.page_of(session, _find(session, number, token, viewer, now), viewer)


def look(database: Database, number: str, token: str, viewer: Viewer, now: datetime) -> ButtonPage:
    """``button_page`` in its own transaction; StepFailed when the form has a fault."""
    return asking.look(
        database, lambda session: _find(session, number, token, viewer, now), viewer, now
    )


def press(
    database: Database,
    number: str,
    token: str,
    submission: Submission,
    viewer: Viewer,
    now: datetime,
) -> Pressed | Again[ButtonPage] | Refused[ButtonPage]:
    """Deliver the message, in its own transactions. Raises NotFound, NotAllowed."""
    return asking.answer(
        database,
        lambda session: _find(session, number, token, viewer, now),
        submission,
        viewer,
        now,
    )


def work_out(session: Session, trigger: SheetTrigger, now: datetime) -> None:
    """The form behind a button once more, after a fault; RouteFault when it still has one."""
    case = session.get(Case, trigger.case_id)
    token = trigger.place.removeprefix(BUTTON_SHEET)
    found = None if case is None else _subscription(session, case, token)
    if case is None or found is None:
        return
    route = load(session, case.definition_id)
    form = _form(route, found)
    if form is not None:
        asking.work_out(session, form, _setting(session, route, case, found, now), trigger)


def _find(session: Session, number: str, token: str, viewer: Viewer, now: datetime) -> _Button:
    case = visible_case(session, number, viewer, now)
    here = standing(session, case, viewer, now)
    found = _subscription(session, case, token)
    if found is None or found.button is None:
        raise TaskGone(0)
    organisation_id = here.acting_organisation(viewer, [found.role or ""])
    if organisation_id is None:
        raise NotAllowed
    actor = viewer.actor(organisation_id)
    return _Button(
        title=found.button or found.message,
        form=_form(here.route, found),
        setting=_setting(session, here.route, case, found, now),
        place=SheetTrigger(f"{BUTTON_SHEET}{found.token}", case.definition_id, actor, case.id),
        head=head_of(case, here.route),
        case_id=case.id,
        token=found.token,
        message=found.message,
        actor=actor,
    )


def _subscription(session: Session, case: Case, token: str) -> MessageSubscription | None:
    return session.scalar(
        select(MessageSubscription).where(
            MessageSubscription.case_id == case.id, MessageSubscription.token == storable(token)
        )
    )


def _form(route: Route, found: MessageSubscription) -> Form | None:
    return route.forms[found.form_id] if found.form_id else None


def _setting(
    session: Session, route: Route, case: Case, found: MessageSubscription, now: datetime
) -> Setting:
    if not found.form_id:
        return Setting({}, now, found.element_id)
    return Setting(
        case_context(session, route, case, now, token=found.token), now, found.element_id
    )
