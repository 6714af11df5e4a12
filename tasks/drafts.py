"""Drafts: what a person typed in a form that is not completed yet."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import and_, bindparam, delete, select
from sqlalchemy.orm import Session

from engine.models import FormDraft, TaskDraft
from engine.prepared import Prepared, connection_of
from engine.triggers import BUTTON_SHEET, SheetTrigger
from engine.upsert import make_if_absent
from tasks.forms import Typed
from tasks.submission import Fields

_DRAFTS = TaskDraft.metadata.tables[TaskDraft.__tablename__]
_OF_TASK = Prepared(
    select(_DRAFTS.c.person_id, _DRAFTS.c["values"], _DRAFTS.c.saved_at).where(
        _DRAFTS.c.user_task_id == bindparam("task")
    )
)
_DROP = delete(TaskDraft).where(TaskDraft.user_task_id == bindparam("task"))


def save_draft(session: Session, task_id: int, person_id: int, typed: Typed, now: datetime) -> None:
    """Keep what was typed, in the place of what this person typed here before."""
    key = {"user_task_id": task_id, "person_id": person_id}
    make_if_absent(session, TaskDraft, **key, values="", saved_at=now)
    draft = session.get_one(TaskDraft, key, with_for_update=True, populate_existing=True)
    draft.values = typed.dump()
    draft.saved_at = now


def load_draft(session: Session, task_id: int, person_id: int) -> tuple[Typed, datetime] | None:
    """What this person typed here, and when; None when nothing."""
    return drafts_of(session, task_id).get(person_id)


def drafts_of(session: Session, task_id: int) -> Mapping[int, tuple[Typed, datetime] | None]:
    """By person who typed here: what, and when. None for what cannot be read any more."""
    session.flush()
    rows = _OF_TASK.rows(connection_of(session), {"task": task_id})
    return {person_id: _read(values, saved_at) for person_id, values, saved_at in rows}


def _read(values: str, saved_at: datetime) -> tuple[Typed, datetime] | None:
    try:
        return Typed.load(values), saved_at
    except ValueError:
        # Kept by the engine after a fault or by an older version in another shape: start afresh.
        return None


def drop_drafts(session: Session, task_id: int) -> None:
    """Nobody's draft of this task is needed any more."""
    session.execute(_DROP, {"task": task_id})


# -- forms outside user tasks: kept only when the form has a fault ----------------------------


def save_form_draft(
    session: Session, form: SheetTrigger, person_id: int, fields: Fields, now: datetime
) -> None:
    """Keep what was sent in a form outside user tasks."""
    key = {"person_id": person_id, "place": _place(form)}
    make_if_absent(session, FormDraft, **key, values="", saved_at=now)
    draft = session.get_one(FormDraft, key, with_for_update=True, populate_existing=True)
    draft.values = json.dumps({name: list(texts) for name, texts in fields.items()})
    draft.saved_at = now


def load_form_draft(session: Session, form: SheetTrigger, person_id: int) -> Fields | None:
    """What this person sent in that form; None when nothing."""
    draft = session.get(FormDraft, (person_id, _place(form)))
    if draft is None:
        return None
    return {name: tuple(texts) for name, texts in json.loads(draft.values).items()}


def drop_form_drafts(session: Session, form: SheetTrigger, person_id: int) -> None:
    """This person's draft is used; behind a button nobody's is needed any more."""
    where = FormDraft.place == _place(form)
    if not form.place.startswith(BUTTON_SHEET):
        where = and_(where, FormDraft.person_id == person_id)
    session.execute(delete(FormDraft).where(where))


def _place(form: SheetTrigger) -> str:
    return f"{form.case_id or ''}:{form.place}"
