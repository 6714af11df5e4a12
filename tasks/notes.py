"""Notes on a case: only the author's own organisation reads them."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.audit import record
from engine.models import Note, Person
from tasks.access import Standing, Viewer, standing, visible_case
from tasks.refusals import Invalid

MAX_NOTE = 5_000


@dataclass(frozen=True)
class NoteRow:
    at: datetime
    author: str
    text: str


def add_note(
    session: Session,
    number: str,
    text: str,
    viewer: Viewer,
    now: datetime,
    organisation_id: int | None = None,
) -> None:
    """Write a note for the own organisation. Raises Invalid, NotFound."""
    case = visible_case(session, number, viewer, now)
    here = standing(session, case, viewer, now)
    if organisation_id not in here.organisation_ids:
        organisation_id = min(here.organisation_ids)
    text = text.replace("\r\n", "\n").strip()
    if not text:
        raise Invalid("notitie", "Schrijf eerst uw notitie.")
    if len(text) > MAX_NOTE:
        raise Invalid("notitie", f"Uw notitie is te lang. Gebruik hoogstens {MAX_NOTE} tekens.")
    if any(unicodedata.category(char) in ("Cc", "Cs") and char not in "\n\t" for char in text):
        raise Invalid("notitie", "Uw notitie heeft een teken dat niet mag. Typ hem opnieuw.")
    session.add(
        Note(
            case_id=case.id,
            organisation_id=organisation_id,
            author_id=viewer.person_id,
            at=now,
            text=text,
        )
    )
    party = min(here.parties) if len(here.parties) == 1 else None
    record(session, case.id, "note_written", viewer.actor(organisation_id), now, party=party)


def notes_of(session: Session, case_id: int, here: Standing) -> tuple[NoteRow, ...]:
    """The notes that the viewer's organisations wrote, newest first."""
    found = session.execute(
        select(Note, Person.name)
        .join(Person, Person.id == Note.author_id)
        .where(Note.case_id == case_id, Note.organisation_id.in_(sorted(here.organisation_ids)))
        .order_by(Note.id.desc())
    )
    return tuple(NoteRow(note.at, author, note.text) for note, author in found)
