"""All there is to know about one case, as far as the viewer may: the page, and what hangs on it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from engine.definitions import load
from engine.incidents import open_incidents
from engine.models import (
    IS_OPEN,
    Case,
    CaseParty,
    FormRecord,
    Organisation,
    OutboxMessage,
    Person,
    Timer,
    TimerStatus,
    UserTask,
)
from engine.routes import Route
from engine.whereabouts import Whereabouts, whereabouts
from tasks.access import (
    Standing,
    Viewer,
    cases_visible_to,
    letters_visible,
    standing,
    visible_case,
)
from tasks.buttons import ButtonRow, buttons_of
from tasks.choices import Choice
from tasks.documents import (
    File,
    LetterPage,
    RecordPage,
    attachment,
    diagram,
    letter,
    mark_printed,
    record,
)
from tasks.due import Due, due_of
from tasks.ending import endings_of, may_end
from tasks.facts import FactRow, facts_of
from tasks.naming import element_name, names_of, party_name, person_name, role_name
from tasks.notes import NoteRow, notes_of
from tasks.position import DiagramPosition, position
from tasks.posted import LetterRow, letter_row
from tasks.sharing import Reader
from tasks.taskpage import CaseHead, explanation, head_of
from tasks.terms import TermRow, terms_of
from tasks.timeline import Timeline, timeline

__all__ = [
    "CasePage",
    "File",
    "LetterPage",
    "RecordPage",
    "attachment",
    "case_page",
    "diagram",
    "letter",
    "mark_printed",
    "record",
]


@dataclass(frozen=True)
class PartyRow:
    party: str
    organisation: str
    since: datetime | None
    until: datetime | None


@dataclass(frozen=True)
class WaitingNow:
    """``task_id`` is set when the viewer has the task's role and can open it."""

    text: str
    task_id: int | None
    who: str
    due: Due | None
    why: str


@dataclass(frozen=True)
class WaitingTimer:
    name: str
    due: Due
    why: str


@dataclass(frozen=True)
class RecordRow:
    id: int
    title: str
    at: datetime
    person: str
    organisation: str


@dataclass(frozen=True)
class AttachmentRow:
    id: int
    name: str
    size: int
    media_type: str
    at: datetime
    by: str
    title: str


@dataclass(frozen=True)
class IncidentHere:
    """``names`` are the names, never the values, of what the faulty expression reads."""

    id: int
    element: str
    where: Whereabouts
    names: str
    message: str
    opened_at: datetime
    attempts: int


@dataclass(frozen=True)
class CasePage:
    """Everything on the page of one case. ``linked`` are (number, route) the viewer may see."""

    head: CaseHead
    version: int
    started_at: datetime
    started_by: str
    ended_at: datetime | None
    outcome: str | None
    parent: str | None
    linked: tuple[tuple[str, str], ...]
    parties: tuple[PartyRow, ...]
    now_waiting: tuple[WaitingNow, ...]
    timers: tuple[WaitingTimer, ...]
    position: tuple[DiagramPosition, ...]
    position_words: tuple[str, ...]
    timeline: Timeline
    records: tuple[RecordRow, ...]
    attachments: tuple[AttachmentRow, ...]
    letters: tuple[LetterRow, ...]
    notes: tuple[NoteRow, ...]
    buttons: tuple[ButtonRow, ...]
    endings: tuple[Choice, ...]
    may_end: bool
    facts: tuple[FactRow, ...]
    terms: tuple[TermRow, ...]
    incidents: tuple[IncidentHere, ...]


def case_page(session: Session, number: str, viewer: Viewer, now: datetime) -> CasePage:
    """The page of a case. Raises NotFound."""
    case = visible_case(session, number, viewer, now)
    here = standing(session, case, viewer, now)
    look = Reader(session, case, here, now)
    records = look.records()
    diagrams, words = position(case, here.route, look.seen.active_elements)
    return CasePage(
        head=head_of(case, here.route),
        version=here.route.version or 0,
        started_at=case.started_at,
        started_by=person_name(session, case.started_by_id),
        ended_at=case.ended_at,
        outcome=case.outcome,
        parent=_parent(session, case, viewer, now),
        linked=_linked(session, case, viewer, now),
        parties=_parties(session, case, here.route),
        now_waiting=_waiting(session, case, here, viewer, now),
        timers=_timers(session, case, here.route, now),
        position=diagrams,
        position_words=words,
        timeline=timeline(session, case, here),
        records=_record_rows(session, records),
        attachments=_attachment_rows(session, look, records),
        letters=tuple(
            letter_row(letter, here.route)
            for letter in session.scalars(
                letters_visible(case.id, here).order_by(OutboxMessage.id.desc())
            )
        ),
        notes=notes_of(session, case.id, here),
        buttons=buttons_of(session, case, here, viewer),
        endings=endings_of(here),
        may_end=may_end(case, here),
        facts=facts_of(look, viewer),
        terms=terms_of(look, viewer),
        incidents=_incidents(session, case, here.route),
    )


def _parent(session: Session, case: Case, viewer: Viewer, now: datetime) -> str | None:
    if case.parent_id is None:
        return None
    parent = session.scalar(cases_visible_to(viewer, now).where(Case.id == case.parent_id))
    return None if parent is None else parent.number


def _linked(
    session: Session, case: Case, viewer: Viewer, now: datetime
) -> tuple[tuple[str, str], ...]:
    found = session.scalars(
        cases_visible_to(viewer, now).where(Case.parent_id == case.id).order_by(Case.id)
    )
    return tuple((one.number, _process_name(session, one)) for one in found)


def _process_name(session: Session, case: Case) -> str:
    route = load(session, case.definition_id)
    process = route.diagrams.processes.get(case.process_id)
    return route.config.name if process is None or not process.name else process.name


def _parties(session: Session, case: Case, route: Route) -> tuple[PartyRow, ...]:
    found = session.execute(
        select(CaseParty, Organisation.name)
        .join(Organisation, Organisation.id == CaseParty.organisation_id)
        .where(CaseParty.case_id == case.id)
        .order_by(CaseParty.id)
    )
    return tuple(
        PartyRow(party_name(route, row.party), name, row.since, row.until) for row, name in found
    )


def _why(route: Route, element_id: str) -> str:
    element = route.diagrams.elements.get(element_id)
    return "" if element is None else explanation(element)


def _waiting(
    session: Session, case: Case, here: Standing, viewer: Viewer, now: datetime
) -> tuple[WaitingNow, ...]:
    assignee = aliased(Person)
    found = session.execute(
        select(UserTask, Organisation.name, assignee.name)
        .outerjoin(Organisation, Organisation.id == UserTask.organisation_id)
        .outerjoin(assignee, assignee.id == UserTask.assignee_id)
        .where(UserTask.case_id == case.id, IS_OPEN)
        .order_by(UserTask.id)
    )
    route = here.route
    return tuple(
        WaitingNow(
            task.name,
            task.id
            if task.organisation_id in viewer.organisations_with(route.key, task.role)
            else None,
            _who(route, task, organisation, person),
            due_of(task.due_at, task.due_day, now),
            _why(route, task.element_id),
        )
        for task, organisation, person in found
    )


def _who(route: Route, task: UserTask, organisation: str | None, person: str | None) -> str:
    role = role_name(route, task.role)
    place = f"{role} bij {organisation}" if organisation else role
    return f"{person}, {place}" if person else place


def _timers(session: Session, case: Case, route: Route, now: datetime) -> tuple[WaitingTimer, ...]:
    found = session.scalars(
        select(Timer)
        .where(Timer.case_id == case.id, Timer.status == TimerStatus.WAITING)
        .order_by(Timer.fires_at, Timer.id)
    )
    timers = []
    for timer in found:
        due = due_of(timer.fires_at, timer.last_day, now)
        if due is not None:
            name = timer.name or timer.element_id
            timers.append(WaitingTimer(name, due, _why(route, timer.element_id)))
    return tuple(timers)


def _record_rows(session: Session, records: tuple[FormRecord, ...]) -> tuple[RecordRow, ...]:
    people, organisations = names_of(session, records)
    return tuple(
        RecordRow(
            record.id,
            record.title,
            record.at,
            people.get(record.person_id or 0, ""),
            organisations.get(record.organisation_id or 0, ""),
        )
        for record in records
    )


def _attachment_rows(
    session: Session, look: Reader, records: tuple[FormRecord, ...]
) -> tuple[AttachmentRow, ...]:
    titles = {record.id: record.title for record in records}
    return tuple(
        AttachmentRow(
            one.id,
            one.filename,
            one.size,
            one.media_type,
            one.uploaded_at,
            person_name(session, one.uploaded_by_id),
            titles.get(one.form_record_id or 0, ""),
        )
        for one in look.attachments(records)
    )


def _incidents(session: Session, case: Case, route: Route) -> tuple[IncidentHere, ...]:
    found = session.scalars(open_incidents(case.id))
    return tuple(
        IncidentHere(
            one.id,
            element_name(route, one.element_id),
            whereabouts(route, one.element_id, one.place),
            one.names,
            one.message,
            one.opened_at,
            one.attempts,
        )
        for one in found
    )
