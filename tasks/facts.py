"""Correcting recorded facts with a reason: dates and the like that terms count from.

Which answers are facts, the diagram says (property ``feit`` of a user task, button or start). A
correction goes through the fields of the form in which the fact was recorded, so the same rules
hold.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.context import case_context
from engine.db import Database
from engine.dialect import BUTTON_ROLE
from engine.edge import run_step
from engine.errors import CaseEnded, NotAllowed, NotFound, Refusal, RouteFault
from engine.forms import Form
from engine.models import Case, CaseStatus, FormRecord, UserTask
from engine.routes import Route
from engine.steps import correct_fact
from engine.triggers import CorrectTrigger
from tasks.access import Standing, Viewer, row_by_id, standing, visible_case
from tasks.cases import pressed_in_form
from tasks.forms import (
    Answers,
    Button,
    FieldError,
    FormView,
    Setting,
    fill,
    judge,
    print_form,
    show,
)
from tasks.forms.views import PrintedItem
from tasks.submission import Submission
from tasks.taskpage import CaseHead, head_of

PROPERTY = "feit"
REASON = "reden"
"""The control in which the reason is typed."""
MAX_REASON = 1_000


@dataclass(frozen=True)
class FactRow:
    """The facts of one completed form, in words; ``record_id`` leads to their correction."""

    record_id: int
    title: str
    at: datetime
    items: tuple[PrintedItem, ...]
    may_correct: bool


@dataclass(frozen=True)
class FactPage:
    """The facts of one form to correct. The reason goes in a control called ``reden``."""

    head: CaseHead
    record_id: int
    title: str
    form: FormView
    reason: str


@dataclass(frozen=True)
class Corrected:
    case_number: str


@dataclass(frozen=True)
class UnfinishedCorrection:
    page: FactPage


@dataclass(frozen=True)
class RefusedCorrection:
    refusal: Refusal
    page: FactPage | None


def facts_of(
    session: Session, case: Case, here: Standing, viewer: Viewer, now: datetime
) -> tuple[FactRow, ...]:
    """The facts that the viewer's organisations recorded in this case, as they are now."""
    rows: list[FactRow] = []
    setting: Setting | None = None
    for record in _latest_records(session, case, here):
        form = _fact_form(here.route, record)
        if form is None:
            continue
        if setting is None:
            setting = Setting(case_context(session, here.route, case, now), now)
        try:
            items = print_form(form, {}, setting).items
            may_correct = _may_correct(session, case, record, here, viewer)
        except RouteFault:
            # The page of the case must stand: it is where incidents are tried again.
            items, may_correct = (), False
        rows.append(FactRow(record.id, record.title, record.at, items, may_correct))
    return tuple(rows)


def _latest_records(session: Session, case: Case, here: Standing) -> list[FormRecord]:
    """Of each element only the last form counts: an earlier round's facts are history."""
    found = session.scalars(
        select(FormRecord)
        .where(
            FormRecord.case_id == case.id,
            FormRecord.organisation_id.in_(sorted(here.organisation_ids)),
        )
        .order_by(FormRecord.id)
    )
    latest: dict[str, FormRecord] = {}
    for record in found:
        # A correction has a record too; the form that it corrects stays the one to start from.
        if record.user_task_id is not None or record.element_id not in latest:
            latest[record.element_id] = record
    return sorted(latest.values(), key=lambda record: record.id)


def _fact_form(route: Route, record: FormRecord) -> Form | None:
    element = route.diagrams.elements.get(record.element_id)
    text = "" if element is None else element.properties.get(PROPERTY, "")
    names = {name.strip() for name in text.split(",") if name.strip()}
    form = route.forms.get(record.form_id)
    if form is None or not names:
        return None
    facts = form.only(names)
    return facts if facts.components else None


def _may_correct(
    session: Session, case: Case, record: FormRecord, here: Standing, viewer: Viewer
) -> bool:
    return case.status is CaseStatus.OPEN and _role_of(session, record, here) in here.roles(viewer)


def _role_of(session: Session, record: FormRecord, here: Standing) -> str:
    """Who has the role of the task, button or start that recorded the fact may correct it."""
    task = None if record.user_task_id is None else session.get(UserTask, record.user_task_id)
    if task is not None:
        return task.role
    element = here.route.diagrams.elements.get(record.element_id)
    if element is None or element.message_name is None:
        return here.route.config.start_role
    lane = here.route.config.lanes.get(element.lane or "")
    return element.properties.get(BUTTON_ROLE) or lane or here.route.config.start_role


@dataclass(frozen=True)
class _Found:
    case: Case
    here: Standing
    record: FormRecord
    form: Form
    setting: Setting


def _find(session: Session, number: str, record_id: int, viewer: Viewer, now: datetime) -> _Found:
    case = visible_case(session, number, viewer, now)
    here = standing(session, case, viewer, now)
    record = row_by_id(session, FormRecord, record_id)
    if record is None or record.case_id != case.id:
        raise NotFound
    if record.id not in {one.id for one in _latest_records(session, case, here)}:
        raise NotFound
    form = _fact_form(here.route, record)
    if form is None:
        raise NotFound
    if case.status is not CaseStatus.OPEN:
        raise CaseEnded(case.number)
    if not _may_correct(session, case, record, here, viewer):
        raise NotAllowed
    setting = Setting(case_context(session, here.route, case, now), now, record.element_id)
    return _Found(case, here, record, form, setting)


def fact_page(
    session: Session, number: str, record_id: int, viewer: Viewer, now: datetime
) -> FactPage:
    """The facts as they are now, to correct. Raises NotFound, CaseEnded, NotAllowed."""
    found = _find(session, number, record_id, viewer, now)
    return _page(found, show(fill(found.form, None, found.setting)), "")


def correct(
    database: Database,
    number: str,
    record_id: int,
    submission: Submission,
    viewer: Viewer,
    now: datetime,
) -> Corrected | UnfinishedCorrection | RefusedCorrection:
    """Correct the facts that changed, in its own transactions. Raises NotFound, NotAllowed.

    The terms that count from a fact move in the same transaction.
    """
    reason = " ".join(" ".join(submission.fields.get(REASON, ())).split())
    with database.reading() as session:
        found = _find(session, number, record_id, viewer, now)
        sheet = fill(found.form, pressed_in_form(submission), found.setting)
        answers = judge(sheet)
        completing = submission.button == Button.COMPLETE
        errors = _with_reason(answers, reason) if completing else ()
        page = _page(found, show(sheet, errors), reason)
        organisation_id = found.record.organisation_id
        case_id = found.case.id
    if not completing or errors:
        return UnfinishedCorrection(page)
    now_known = found.setting.variables
    changed = {
        name: value for name, value in answers.values.items() if value != now_known.get(name)
    }
    if not changed:
        return Corrected(number)
    actor = viewer.actor(organisation_id)
    try:
        run_step(
            database,
            lambda session: correct_fact(session, case_id, changed, reason, actor, now),
            trigger=CorrectTrigger(case_id, changed, reason, actor),
            now=now,
        )
    except Refusal as refusal:
        return RefusedCorrection(refusal, page)
    return Corrected(number)


def _with_reason(answers: Answers, reason: str) -> tuple[FieldError, ...]:
    if reason and len(reason) <= MAX_REASON and reason.isprintable():
        return answers.errors
    text = "Schrijf op waarom u dit verbetert."
    if reason:
        text = f"De reden is te lang. Gebruik hoogstens {MAX_REASON} tekens."
    return (*answers.errors, FieldError(REASON, "Reden", text))


def _page(found: _Found, form: FormView, reason: str) -> FactPage:
    head = head_of(found.case, found.here.route)
    return FactPage(head, found.record.id, found.record.title, form, reason)
