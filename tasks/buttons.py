"""Message buttons on the case page: somebody tells what happened, and the case goes on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.context import case_context
from engine.db import Database
from engine.edge import run_step
from engine.errors import NotAllowed, NotFound, Refusal
from engine.models import Case, MessageSubscription
from engine.steps import deliver_message
from engine.triggers import MessageTrigger
from tasks.access import Standing, Viewer, standing, storable, visible_case
from tasks.cases import pressed_in_form
from tasks.forms import Button, FormView, Setting, Typed, fill, judge, show
from tasks.refusals import TaskGone
from tasks.submission import Submission
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
class UnfinishedButton:
    page: ButtonPage


@dataclass(frozen=True)
class RefusedButton:
    refusal: Refusal
    page: ButtonPage | None


@dataclass(frozen=True)
class _Found:
    """A button that the viewer may press, with the case it is on."""

    case: Case
    here: Standing
    subscription: MessageSubscription
    organisation_id: int

    @property
    def label(self) -> str:
        return self.subscription.button or self.subscription.message


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
    found = _find(session, number, token, viewer, now)
    return _page(session, found, None, now)[0]


def press(
    database: Database,
    number: str,
    token: str,
    submission: Submission,
    viewer: Viewer,
    now: datetime,
) -> Pressed | UnfinishedButton | RefusedButton:
    """Deliver the message, in its own transactions. Raises NotFound, NotAllowed."""
    page: ButtonPage | None = None
    try:
        with database.reading() as session:
            found = _find(session, number, token, viewer, now)
            page, values = _page(session, found, submission, now)
            case_id, message, label = found.case.id, found.subscription.message, found.label
        errors = page.form.errors if page.form is not None else ()
        if submission.button != Button.COMPLETE or errors:
            return UnfinishedButton(page)
        actor = viewer.actor(found.organisation_id)
        run_step(
            database,
            lambda session: deliver_message(
                session, case_id, message, values, actor, now, token=token
            ),
            trigger=MessageTrigger(case_id, message, values, actor, token),
            now=now,
        )
    except (NotFound, NotAllowed):
        raise
    except Refusal as refusal:
        return RefusedButton(refusal, page)
    return Pressed(label)


def _find(session: Session, number: str, token: str, viewer: Viewer, now: datetime) -> _Found:
    case = visible_case(session, number, viewer, now)
    here = standing(session, case, viewer, now)
    subscription = session.scalar(
        select(MessageSubscription).where(
            MessageSubscription.case_id == case.id, MessageSubscription.token == storable(token)
        )
    )
    if subscription is None or subscription.button is None:
        raise TaskGone(0)
    organisation_id = here.acting_organisation(viewer, [subscription.role or ""])
    if organisation_id is None:
        raise NotAllowed
    return _Found(case, here, subscription, organisation_id)


def _page(
    session: Session, found: _Found, submission: Submission | None, now: datetime
) -> tuple[ButtonPage, Mapping[str, object]]:
    head = head_of(found.case, found.here.route)
    subscription = found.subscription
    if not subscription.form_id:
        return ButtonPage(head, subscription.token, found.label, None), {}
    variables = case_context(session, found.here.route, found.case, now, token=subscription.token)
    setting = Setting(variables, now, subscription.element_id)
    typed: Typed | None = None if submission is None else pressed_in_form(submission)
    sheet = fill(found.here.route.forms[subscription.form_id], typed, setting)
    completing = submission is not None and submission.button == Button.COMPLETE
    answers = judge(sheet)
    form = show(sheet, answers.errors if completing else ())
    return ButtonPage(head, subscription.token, found.label, form), answers.values
