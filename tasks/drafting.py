"""What is pressed inside a form before the task is completed: files, rows, saving as a draft."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from engine.errors import RouteFault
from engine.forms import Field, FieldKind
from tasks import attachments
from tasks.access import Viewer
from tasks.claims import Sight
from tasks.drafts import load_draft, save_draft
from tasks.forms import (
    Button,
    FieldError,
    Typed,
    add_file,
    add_row,
    fill,
    remove_file,
    remove_row,
)
from tasks.forms.cells import Cell, walk_cells
from tasks.forms.controls import control_name, number_in
from tasks.submission import Submission, Uploads
from tasks.taskpage import form_of, setting_of


def take_in(
    session: Session, seen: Sight, submission: Submission, viewer: Viewer, now: datetime
) -> tuple[Typed, tuple[FieldError, ...]]:
    """Store files, do what a button inside the form asks, and keep it all as a draft.

    The caller decides who may. RouteFault when the form itself is broken.
    """
    typed = _with_earlier(session, seen, submission.typed, viewer)
    places = _places(session, seen, typed, now)
    typed, errors = _with_files(session, seen, typed, submission.uploads, places, viewer, now)
    about = submission.button_about
    match submission.button:
        case Button.ADD_ROW:
            typed = add_row(typed, about)
        case Button.REMOVE_ROW:
            typed = remove_row(typed, about)
        case Button.REMOVE_FILE if (file_id := number_in(about)) is not None:
            typed = remove_file(typed, file_id, places)
            attachments.throw_away(session, seen.task.id, file_id)
    save_draft(session, seen.task.id, viewer.person_id, typed, now)
    return typed, errors


def keep(
    session: Session, seen: Sight, typed: Typed, uploads: Uploads, viewer: Viewer, now: datetime
) -> Typed:
    """Keep as a draft what was sent with a press that was refused, files too; gives all of it."""
    typed = _with_earlier(session, seen, typed, viewer)
    try:
        places = _places(session, seen, typed, now)
        typed, _ = _with_files(session, seen, typed, uploads, places, viewer, now)
    except RouteFault:
        pass  # a broken form has no places for files; what was typed waits until it is mended
    save_draft(session, seen.task.id, viewer.person_id, typed, now)
    return typed


def _places(session: Session, seen: Sight, typed: Typed, now: datetime) -> dict[str, Cell]:
    """The questions for files that can be answered now, by control name."""
    if not form_of(seen).has_files:
        return {}
    sheet = fill(form_of(seen), typed, setting_of(session, seen, now))
    return {control_name(cell.place): cell for cell in walk_cells(sheet.cells) if _is_open(cell)}


def _with_files(
    session: Session,
    seen: Sight,
    typed: Typed,
    uploads: Uploads,
    places: Mapping[str, Cell],
    viewer: Viewer,
    now: datetime,
) -> tuple[Typed, tuple[FieldError, ...]]:
    """What was typed with the files that came along, stored; and why others were not taken."""
    errors: list[FieldError] = []
    for control, files in uploads.items():
        cell = places.get(control)
        if cell is None or not isinstance(cell.component, Field):
            continue
        for upload in files:
            stored = attachments.store(session, seen.task, control, upload, viewer, now)
            if isinstance(stored, attachments.FileRefused):
                text = f"“{cell.label}”, {stored.filename}: {stored.text}"
                target = control.replace("v.", "v-", 1).replace(".", "-")
                errors.append(FieldError(target, cell.label, text))
            else:
                many = cell.component.multiple_files
                typed = add_file(typed, control, stored, others=many)
    return typed, tuple(errors)


def _is_open(cell: Cell) -> bool:
    item = cell.component
    return isinstance(item, Field) and item.kind is FieldKind.FILES and not cell.readonly


def _with_earlier(session: Session, seen: Sight, typed: Typed, viewer: Viewer) -> Typed:
    """What was typed now, over what this person's draft holds."""
    earlier = load_draft(session, seen.task.id, viewer.person_id)
    return typed.over(None if earlier is None else earlier[0])
