"""Attachments: taken in at once (so a later error loses nothing), tied to the completed form.

Until then they belong to the user task; what the completed form does not hold is thrown away.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from engine.models import Attachment
from engine.steps.rows import AnyUserTask
from tasks.access import Viewer
from tasks.forms import StoredFile
from tasks.media import ALLOWED_IN_WORDS, clean_filename, media_type_of
from tasks.submission import Upload

MAX_FILE_BYTES = 10 * 1024 * 1024
MAX_FILES_PER_TASK = 30


@dataclass(frozen=True)
class FileRefused:
    """Why one file was not taken, as a Dutch sentence."""

    filename: str
    text: str


def store(
    session: Session, task: AnyUserTask, control: str, upload: Upload, viewer: Viewer, now: datetime
) -> int | FileRefused:
    """Keep one file for a user task; gives its id, or why not."""
    name = upload.filename[:100]
    if len(upload.content) > MAX_FILE_BYTES:
        limit = MAX_FILE_BYTES // (1024 * 1024)
        return FileRefused(name, f"Dit bestand is te groot. Het mag hoogstens {limit} MB zijn.")
    media_type = media_type_of(upload.content)
    if media_type is None:
        return FileRefused(name, f"Dit soort bestand kan niet. Gebruik {ALLOWED_IN_WORDS}.")
    held = session.scalar(select(func.count()).where(Attachment.user_task_id == task.id)) or 0
    if held >= MAX_FILES_PER_TASK:
        return FileRefused(
            name, f"Er zijn al {held} bestanden. Verwijder er eerst een, en probeer het opnieuw."
        )
    attachment = Attachment(
        case_id=task.case_id,
        user_task_id=task.id,
        organisation_id=task.organisation_id,
        field=control[:200],
        filename=clean_filename(upload.filename, media_type),
        media_type=media_type,
        size=len(upload.content),
        sha256=hashlib.sha256(upload.content).hexdigest(),
        uploaded_by_id=viewer.person_id,
        uploaded_at=now,
        content=upload.content,
    )
    session.add(attachment)
    session.flush()
    return attachment.id


def files_of_task(session: Session, task: AnyUserTask) -> Mapping[int, StoredFile]:
    """The files that were handed over in this user task and not thrown away, by id.

    Those of the organisation whose task it is: what a former one handed over stays its own.
    """
    found = session.execute(
        select(Attachment.id, Attachment.filename, Attachment.size).where(
            Attachment.user_task_id == task.id,
            Attachment.organisation_id == task.organisation_id,
        )
    )
    return {one: StoredFile(one, name, size) for one, name, size in found}


def held_by(session: Session, task_id: int, values: Mapping[str, object]) -> Mapping[int, str]:
    """Which files of a user task these answers hold, with the control each was given in."""
    found = session.execute(
        select(Attachment.id, Attachment.field).where(Attachment.user_task_id == task_id)
    )
    held = set(_ids_in(values))
    return {one: control for one, control in found if one in held}


def _ids_in(value: object) -> Iterator[int]:
    """Every whole ``id`` in an answer."""
    if isinstance(value, Mapping):
        if isinstance(found_id := value.get("id"), int | Decimal):
            yield int(found_id)
        yield from (found for item in value.values() for found in _ids_in(item))
    elif isinstance(value, list):
        yield from (found for item in value for found in _ids_in(item))


def throw_away(session: Session, task_id: int, attachment_id: int) -> None:
    """Without this file of an uncompleted user task; of a completed form nothing goes."""
    session.execute(
        delete(Attachment).where(
            Attachment.id == attachment_id,
            Attachment.user_task_id == task_id,
            Attachment.form_record_id.is_(None),
        )
    )


def settle(session: Session, task_id: int, form_record_id: int, files: Mapping[int, str]) -> None:
    """Tie the files of a completed form to its record; throw away what it does not hold."""
    for attachment_id, control in files.items():
        session.execute(
            update(Attachment)
            .where(Attachment.id == attachment_id, Attachment.user_task_id == task_id)
            .values(form_record_id=form_record_id, field=control[:200])
        )
    session.execute(
        delete(Attachment).where(
            Attachment.user_task_id == task_id, Attachment.form_record_id.is_(None)
        )
    )
