"""Drafts: what a person typed in a user task that is not completed yet."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import bindparam, delete
from sqlalchemy.orm import Session

from engine.models import TaskDraft
from tasks.forms import Typed
from tasks.upsert import make_if_absent

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
    draft = session.get(TaskDraft, (task_id, person_id))
    if draft is None:
        return None
    try:
        return Typed.load(draft.values), draft.saved_at
    except ValueError:
        # Kept by the engine after a fault or by an older version in another shape: start afresh.
        return None


def drop_drafts(session: Session, task_id: int) -> None:
    """Nobody's draft of this task is needed any more."""
    session.execute(_DROP, {"task": task_id})
