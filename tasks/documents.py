"""What hangs on a case and is looked at alone: forms, letters, attachments, diagrams."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from engine.audit import record as record_event
from engine.definitions import load
from engine.errors import NotAllowed, NotFound, RouteFault
from engine.expressions import RESERVED_NAMES
from engine.models import Case, Channel, OutboxMessage, OutboxStatus
from engine.outbox import mark_sent
from engine.values import load_values
from tasks.access import (
    Standing,
    Viewer,
    cases_visible_to,
    letters_visible,
    row_by_id,
    standing,
    visible_case,
)
from tasks.forms import PrintedForm, Setting, print_form
from tasks.naming import names_of
from tasks.posted import addressee_of, status_text_of
from tasks.sharing import Reader, readable_attachment, readable_record
from tasks.taskpage import CaseHead, head_of


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
    own = look.may_read_as_own(found)
    variables = look.context if own else values_seen_from_outside(look)
    try:
        printed = print_form(form, values, Setting(variables, now, found.element_id))
    except RouteFault as fault:
        raise NotFound from fault
    people, organisations = names_of(session, (found,))
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
    letter = row_by_id(session, OutboxMessage, letter_id)
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
        addressee_of(found, here.route),
        found.created_at,
        found.channel,
        status_text_of(found),
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
