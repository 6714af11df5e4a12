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

from engine.actors import Actor
from engine.context import case_context
from engine.db import Database
from engine.definitions import load
from engine.dialect import BUTTON_ROLE
from engine.errors import CaseEnded, NotAllowed, NotFound, RouteFault
from engine.forms import Form
from engine.models import Case, CaseStatus, FormRecord, UserTask
from engine.routes import Route
from engine.steps import correct_fact
from engine.triggers import CorrectTrigger, SheetTrigger, Trigger
from tasks import asking
from tasks.access import (
    Standing,
    Viewer,
    is_of_part,
    predecessors,
    row_by_id,
    standing,
    visible_case,
)
from tasks.asking import Again, Asking, Refused
from tasks.forms import Answers, FieldError, FormView, Setting, print_form
from tasks.forms.controls import number_in
from tasks.forms.views import PrintedItem
from tasks.sharing import Reader
from tasks.submission import Fields, Submission
from tasks.taskpage import CaseHead, head_of

FACT_SHEET = "feit:"
"""How the place of a correction begins; after it comes the record."""
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
class _Correction(Asking[FactPage, Corrected]):
    """The facts of one completed form that the viewer may correct."""

    head: CaseHead
    case_id: int
    record_id: int
    actor: Actor

    def page(self, form: FormView | None, fields: Fields) -> FactPage:
        if form is None:
            raise TypeError("a correction always has a form")
        return FactPage(self.head, self.record_id, self.title, form, _reason(fields))

    def errors(self, answers: Answers, fields: Fields) -> tuple[FieldError, ...]:
        return _with_reason(answers, _reason(fields))

    def trigger(self, answers: Answers, fields: Fields) -> Trigger | None:
        known = self.setting.variables
        changed = {
            name: value for name, value in answers.values.items() if value != known.get(name)
        }
        if not changed:
            return None
        return CorrectTrigger(self.case_id, changed, _reason(fields), self.actor)

    def work(self, session: Session, trigger: Trigger, now: datetime) -> Corrected:
        if not isinstance(trigger, CorrectTrigger):
            raise TypeError(trigger)
        correct_fact(session, self.case_id, trigger.values, trigger.reason, self.actor, now)
        return Corrected(self.head.number)

    def unchanged(self) -> Corrected:
        return Corrected(self.head.number)


def facts_of(look: Reader, viewer: Viewer) -> tuple[FactRow, ...]:
    """The facts that the viewer's organisations recorded in this case, as they are now.

    Facts stay with the party: also those of an organisation in whose place the viewer's came.
    """
    session, case, here = look.session, look.case, look.here
    rows: list[FactRow] = []
    for record in _latest_records(session, case, here):
        form = _fact_form(here.route, record)
        if form is None:
            continue
        try:
            items = print_form(form, {}, Setting(look.context, look.now)).items
        except RouteFault:
            # The page of the case must stand: it is where incidents are tried again.
            items = ()
        may_correct = _may_correct(session, case, record, here, viewer)
        rows.append(FactRow(record.id, record.title, record.at, items, may_correct))
    return tuple(rows)


def _latest_records(session: Session, case: Case, here: Standing) -> list[FormRecord]:
    """Of each element only the last form counts: an earlier round's facts are history."""
    before = predecessors(session, case, here)
    own = here.organisation_ids | before.keys()
    found = session.scalars(
        select(FormRecord)
        .where(FormRecord.case_id == case.id, FormRecord.organisation_id.in_(sorted(own)))
        .order_by(FormRecord.id)
    )
    latest: dict[str, FormRecord] = {}
    for record in found:
        parties = before.get(record.organisation_id or 0)
        if parties is not None and not is_of_part(session, record, parties):
            continue
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


def fact_page(
    session: Session, number: str, record_id: int, viewer: Viewer, now: datetime
) -> FactPage:
    """The facts as they are now, to correct. Raises NotFound, CaseEnded, NotAllowed."""
    return asking.page_of(session, _find(session, number, record_id, viewer, now), viewer)


def look(
    database: Database, number: str, record_id: int, viewer: Viewer, now: datetime
) -> FactPage:
    """``fact_page`` in its own transaction; StepFailed when the form has a fault."""
    return asking.look(
        database, lambda session: _find(session, number, record_id, viewer, now), viewer, now
    )


def correct(
    database: Database,
    number: str,
    record_id: int,
    submission: Submission,
    viewer: Viewer,
    now: datetime,
) -> Corrected | Again[FactPage] | Refused[FactPage]:
    """Correct the facts that changed, in its own transactions. Raises NotFound, NotAllowed.

    The terms that count from a fact move in the same transaction.
    """
    return asking.answer(
        database,
        lambda session: _find(session, number, record_id, viewer, now),
        submission,
        viewer,
        now,
    )


def work_out(session: Session, trigger: SheetTrigger, now: datetime) -> None:
    """The form of a correction once more, after a fault; RouteFault when it still has one."""
    record = session.get(FormRecord, number_in(trigger.place.removeprefix(FACT_SHEET)))
    if record is None:
        return
    case = session.get_one(Case, record.case_id)
    route = load(session, case.definition_id)
    form = _fact_form(route, record)
    if form is not None:
        setting = Setting(case_context(session, route, case, now), now, record.element_id)
        asking.work_out(session, form, setting, trigger)


def _find(
    session: Session, number: str, record_id: int, viewer: Viewer, now: datetime
) -> _Correction:
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
    role = _role_of(session, record, here)
    actor = viewer.actor(here.acting_organisation(viewer, [role]))
    return _Correction(
        title=record.title,
        form=form,
        setting=Setting(case_context(session, here.route, case, now), now, record.element_id),
        place=SheetTrigger(f"{FACT_SHEET}{record.id}", case.definition_id, actor, case.id),
        head=head_of(case, here.route),
        case_id=case.id,
        record_id=record.id,
        actor=actor,
    )


def _reason(fields: Fields) -> str:
    return " ".join(" ".join(fields.get(REASON, ())).split())


def _with_reason(answers: Answers, reason: str) -> tuple[FieldError, ...]:
    if reason and len(reason) <= MAX_REASON and reason.isprintable():
        return answers.errors
    text = "Schrijf op waarom u dit verbetert."
    if reason:
        text = f"De reden is te lang. Gebruik hoogstens {MAX_REASON} tekens."
    return (*answers.errors, FieldError(REASON, "Reden", text))
