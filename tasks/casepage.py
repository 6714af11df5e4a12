"""All there is to know about one case, as far as the viewer may: the page, and what hangs on it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from engine.audit import record as record_event
from engine.context import active_elements
from engine.definitions import load
from engine.errors import NotAllowed, NotFound, RouteFault
from engine.expressions import RESERVED_NAMES
from engine.incidents import open_incidents
from engine.models import (
    Case,
    CaseParty,
    Channel,
    FormRecord,
    Organisation,
    OutboxMessage,
    OutboxStatus,
    Person,
    Timer,
    TimerStatus,
    UserTask,
    UserTaskStatus,
)
from engine.outbox import mark_sent
from engine.routes import Route
from engine.values import load_values
from tasks.access import (
    Standing,
    Viewer,
    cases_visible_to,
    is_own_record,
    letters_visible,
    standing,
    visible_case,
)
from tasks.buttons import ButtonRow, buttons_of
from tasks.choices import Choice
from tasks.due import Due, due_of
from tasks.ending import endings_of, may_end
from tasks.facts import FactRow, facts_of
from tasks.forms import PrintedForm, Setting, print_form
from tasks.notes import NoteRow, notes_of
from tasks.position import DiagramPosition, position
from tasks.sharing import Reader, readable_attachment, readable_record
from tasks.taskpage import CaseHead, head_of
from tasks.timeline import TimelineEntry, timeline

_STATUS_TEXTS = {
    (Channel.EMAIL, OutboxStatus.PENDING): "Wordt verstuurd",
    (Channel.EMAIL, OutboxStatus.SENT): "Verstuurd",
    (Channel.PRINT, OutboxStatus.PENDING): "Nog te printen en te posten",
    (Channel.PRINT, OutboxStatus.SENT): "Op de post gedaan",
}
_OTHER_STATUS_TEXTS = {
    OutboxStatus.FAILED: "Niet aangekomen: versturen is mislukt",
    OutboxStatus.CANCELLED: "Niet verstuurd: de zaak is eerder beëindigd",
}


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
class LetterRow:
    id: int
    title: str
    to: str
    at: datetime
    channel: Channel
    status: OutboxStatus
    status_text: str


@dataclass(frozen=True)
class IncidentHere:
    id: int
    element: str
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
    revision: int
    parties: tuple[PartyRow, ...]
    now_waiting: tuple[WaitingNow, ...]
    timers: tuple[WaitingTimer, ...]
    position: tuple[DiagramPosition, ...]
    position_words: tuple[str, ...]
    timeline: tuple[TimelineEntry, ...]
    records: tuple[RecordRow, ...]
    attachments: tuple[AttachmentRow, ...]
    letters: tuple[LetterRow, ...]
    notes: tuple[NoteRow, ...]
    buttons: tuple[ButtonRow, ...]
    endings: tuple[Choice, ...]
    may_end: bool
    facts: tuple[FactRow, ...]
    incidents: tuple[IncidentHere, ...]


@dataclass(frozen=True)
class RecordPage:
    head: CaseHead
    title: str
    at: datetime
    person: str
    organisation: str
    printed: PrintedForm


@dataclass(frozen=True)
class LetterPage:
    head: CaseHead
    title: str
    subject: str
    html: str
    text: str
    to: str
    at: datetime
    channel: Channel
    status_text: str
    attempts: int
    may_mark_printed: bool


@dataclass(frozen=True)
class File:
    """To be served as a download only."""

    name: str
    media_type: str
    content: bytes


def case_page(session: Session, number: str, viewer: Viewer, now: datetime) -> CasePage:
    """The page of a case. Raises NotFound."""
    case = visible_case(session, number, viewer, now)
    here = standing(session, case, viewer, now)
    look = Reader(session, case, here, now)
    records = look.records()
    diagrams, words = position(case, here.route, active_elements(session, here.route, case, now))
    return CasePage(
        head=head_of(case, here.route),
        version=here.route.version or 0,
        started_at=case.started_at,
        started_by=_person_name(session, case.started_by_id),
        ended_at=case.ended_at,
        outcome=case.outcome,
        parent=_parent(session, case, viewer, now),
        linked=_linked(session, case, viewer, now),
        revision=case.revision,
        parties=_parties(session, case, here.route),
        now_waiting=_waiting(session, case, here, viewer, now),
        timers=_timers(session, case, here.route, now),
        position=diagrams,
        position_words=words,
        timeline=timeline(session, case, here),
        records=_record_rows(session, records),
        attachments=_attachment_rows(session, look, records),
        letters=tuple(
            _letter_row(letter, here.route)
            for letter in session.scalars(
                letters_visible(case.id, here).order_by(OutboxMessage.id.desc())
            )
        ),
        notes=notes_of(session, case.id, here),
        buttons=buttons_of(session, case, here, viewer),
        endings=endings_of(here),
        may_end=may_end(case, here),
        facts=facts_of(session, case, here, viewer, now),
        incidents=_incidents(session, case, here.route),
    )


def _person_name(session: Session, person_id: int | None) -> str:
    person = None if person_id is None else session.get(Person, person_id)
    return "" if person is None else person.name


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
        PartyRow(_party_name(route, row.party), name, row.since, row.until) for row, name in found
    )


def _party_name(route: Route, party: str) -> str:
    known = route.config.parties.get(party)
    return party if known is None else known.name


def _role_name(route: Route, role: str) -> str:
    known = route.config.roles.get(role)
    return role if known is None else known.name


def _why(route: Route, element_id: str) -> str:
    element = route.diagrams.elements.get(element_id)
    return "" if element is None else element.documentation


def _waiting(
    session: Session, case: Case, here: Standing, viewer: Viewer, now: datetime
) -> tuple[WaitingNow, ...]:
    assignee = aliased(Person)
    found = session.execute(
        select(UserTask, Organisation.name, assignee.name)
        .outerjoin(Organisation, Organisation.id == UserTask.organisation_id)
        .outerjoin(assignee, assignee.id == UserTask.assignee_id)
        .where(UserTask.case_id == case.id, UserTask.status == UserTaskStatus.OPEN)
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
    role = _role_name(route, task.role)
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
    people, organisations = _names(session, records)
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


def _names(
    session: Session, records: tuple[FormRecord, ...]
) -> tuple[Mapping[int, str], Mapping[int, str]]:
    people = sorted({one.person_id for one in records if one.person_id is not None})
    places = sorted({one.organisation_id for one in records if one.organisation_id is not None})
    return (
        _name_by_id(session, Person.id, Person.name, people),
        _name_by_id(session, Organisation.id, Organisation.name, places),
    )


def _name_by_id(
    session: Session,
    key: InstrumentedAttribute[int],
    name: InstrumentedAttribute[str],
    ids: list[int],
) -> dict[int, str]:
    found = session.execute(select(key, name).where(key.in_(ids)))
    return {row[0]: row[1] for row in found}


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
            _person_name(session, one.uploaded_by_id),
            titles.get(one.form_record_id or 0, ""),
        )
        for one in look.attachments(records)
    )


def _letter_row(letter: OutboxMessage, route: Route) -> LetterRow:
    return LetterRow(
        letter.id,
        letter.title,
        _addressee(letter, route),
        letter.created_at,
        letter.channel,
        letter.status,
        _status_text(letter),
    )


def _addressee(letter: OutboxMessage, route: Route) -> str:
    kind, _, name = letter.audience.partition(":")
    if kind == "client":
        return "Cliënt"
    if kind == "party":
        return _party_name(route, name)
    return _role_name(route, name) if kind == "role" else "E-mailadres van de route"


def _status_text(letter: OutboxMessage) -> str:
    other = _OTHER_STATUS_TEXTS.get(letter.status)
    return other or _STATUS_TEXTS[letter.channel, letter.status]


def _incidents(session: Session, case: Case, route: Route) -> tuple[IncidentHere, ...]:
    found = session.scalars(open_incidents(case.id))
    return tuple(
        IncidentHere(
            one.id,
            _element_name(route, one.element_id),
            one.message,
            one.opened_at,
            one.attempts,
        )
        for one in found
    )


def _element_name(route: Route, element_id: str) -> str:
    element = route.diagrams.elements.get(element_id)
    return element_id if element is None or not element.name else element.name


def diagram(session: Session, number: str, file: str, viewer: Viewer, now: datetime) -> bytes:
    """A diagram of the case's own version. Raises NotFound."""
    case = visible_case(session, number, viewer, now)
    route = load(session, case.definition_id)
    if not file.endswith(".bpmn") or file not in route.files:
        raise NotFound
    return route.files[file]


def record(session: Session, record_id: int, viewer: Viewer, now: datetime) -> RecordPage:
    """A completed form, to read or to print. Raises NotFound."""
    found, look = readable_record(session, record_id, viewer, now)
    route = look.here.route
    form = route.forms.get(found.form_id)
    if form is None:
        raise NotFound
    element = route.diagrams.elements.get(found.element_id)
    values = load_values(found.values)
    if found.user_task_id is None and element is not None and element.form_id == found.form_id:
        # A correction of facts: only what was corrected, not the rest of the form.
        form = form.only(values)
    own = is_own_record(found, look.here)
    variables = look.context if own else values_seen_from_outside(look)
    try:
        printed = print_form(form, values, Setting(variables, now, found.element_id))
    except RouteFault as fault:
        raise NotFound from fault
    people, organisations = _names(session, (found,))
    return RecordPage(
        head_of(look.case, route),
        found.title,
        found.at,
        people.get(found.person_id or 0, ""),
        organisations.get(found.organisation_id or 0, ""),
        printed,
    )


def values_seen_from_outside(look: Reader) -> Mapping[str, object]:
    """What a shared form may read besides its own answers: only the platform's names.

    A field that merely shows a variable of the case would tell another party what was never
    shared with it.
    """
    return {name: look.context.get(name) for name in RESERVED_NAMES}


def _letter(
    session: Session, letter_id: int, viewer: Viewer, now: datetime
) -> tuple[OutboxMessage, Case, Standing]:
    letter = session.get(OutboxMessage, letter_id)
    if letter is None or letter.case_id is None:
        raise NotFound
    case = session.scalar(cases_visible_to(viewer, now).where(Case.id == letter.case_id))
    if case is None:
        raise NotFound
    here = standing(session, case, viewer, now)
    visible = letters_visible(case.id, here).where(OutboxMessage.id == letter_id)
    if session.scalar(visible) is None:
        raise NotFound
    return letter, case, here


def letter(session: Session, letter_id: int, viewer: Viewer, now: datetime) -> LetterPage:
    """A letter, to read or to print. Raises NotFound."""
    found, case, here = _letter(session, letter_id, viewer, now)
    return LetterPage(
        head_of(case, here.route),
        found.title,
        found.subject,
        found.body_html,
        found.body_text,
        _addressee(found, here.route),
        found.created_at,
        found.channel,
        _status_text(found),
        found.attempts,
        _may_post(found, here),
    )


def _may_post(found: OutboxMessage, here: Standing) -> bool:
    return (
        found.channel is Channel.PRINT
        and found.status is OutboxStatus.PENDING
        and found.sender_organisation_id in here.organisation_ids
    )


def mark_printed(session: Session, letter_id: int, viewer: Viewer, now: datetime) -> None:
    """The letter was printed and posted; again changes nothing. Raises NotFound, NotAllowed."""
    found, case, here = _letter(session, letter_id, viewer, now)
    if found.channel is not Channel.PRINT or found.sender_organisation_id not in (
        here.organisation_ids
    ):
        raise NotAllowed
    if found.status is not OutboxStatus.PENDING:
        return
    mark_sent(session, found, now)
    record_event(
        session,
        case.id,
        "letter_posted",
        viewer.actor(found.sender_organisation_id),
        now,
        title=found.letter_id,
    )


def attachment(session: Session, attachment_id: int, viewer: Viewer, now: datetime) -> File:
    """A file to download. Raises NotFound."""
    found = readable_attachment(session, attachment_id, viewer, now)
    return File(found.filename, found.media_type, found.content)
