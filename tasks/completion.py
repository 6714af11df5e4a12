"""Completing a user task, from the press of a button on.

``submit`` is an edge helper: it opens its own transactions. What was typed is never lost: a wrong
answer keeps a draft, a refusal (a second worker, four eyes, a stale page) gives the page back with
what was typed, and a fault of the route keeps a draft too, beside its Incident.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import or_
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from engine.db import Database
from engine.edge import note_fault, run_step
from engine.errors import NotFound, Refusal, RouteFault, StaleCase
from engine.forms import Field, FieldKind
from engine.models import Person, UserTask, UserTaskStatus
from engine.refusals import StepFailed
from engine.steps import complete_user_task
from engine.steps.locking import find
from engine.triggers import CompleteTrigger, FormTrigger
from tasks import attachments
from tasks.access import Viewer
from tasks.claims import require_candidate, sight
from tasks.drafts import drop_drafts, load_draft, save_draft
from tasks.forms import (
    Answers,
    Button,
    FieldError,
    Typed,
    add_file,
    add_row,
    fill,
    judge,
    remove_file,
    remove_row,
)
from tasks.forms.cells import Cell, walk_cells
from tasks.forms.controls import control_name, number_in
from tasks.refusals import TaskAlreadyClaimed, TaskGone
from tasks.submission import Submission
from tasks.taskpage import TaskPage, form_of, setting_of, task_page, typed_page
from tasks.worklist import TaskRow, of_seats, rows_where

__all__ = ["Completed", "Refused", "TaskPage", "Unfinished", "Why", "look", "submit", "task_page"]


class Why(StrEnum):
    """Why the form is shown again."""

    ERRORS = "errors"
    SAVED = "saved"
    UPDATED = "updated"


@dataclass(frozen=True)
class Completed:
    """The task is done. ``mine``: tasks of this case that the viewer could go on with."""

    task_name: str
    case_number: str
    mine: tuple[TaskRow, ...]


@dataclass(frozen=True)
class Unfinished:
    """Nothing is completed; ``page`` holds what was typed (and, with ERRORS, what is wrong)."""

    page: TaskPage
    kind: Why


@dataclass(frozen=True)
class Refused:
    """Not allowed, not possible any more, or stopped by a fault; ``page`` holds what was typed."""

    refusal: Refusal
    page: TaskPage | None


def submit(
    database: Database, task_id: int, submission: Submission, viewer: Viewer, now: datetime
) -> Completed | Unfinished | Refused:
    """Do what the pressed button says. Raises NotFound when the viewer may not see the case."""
    typed = submission.typed
    try:
        if submission.button == Button.COMPLETE and not submission.uploads:
            return _complete(database, task_id, typed, viewer, now)
        with database.transaction() as session:
            typed, errors = _take_in(session, task_id, submission, viewer, now)
            if submission.button != Button.COMPLETE or errors:
                return _again(session, task_id, typed, submission, errors, viewer, now)
        return _complete(database, task_id, typed, viewer, now)
    except NotFound:
        raise
    except RouteFault as fault:
        # The form itself is broken: no page can show it, but the draft waits until it is mended.
        with database.transaction() as session:
            _keep(session, task_id, typed, viewer, now)
        return Refused(_form_failed(database, task_id, fault, viewer, now), None)
    except Refusal as refusal:
        return _refused(database, task_id, typed, refusal, viewer, now)
    except DBAPIError:
        raise  # there is no database to keep anything in
    except Exception:
        # Something that nobody foresaw: whoever asked tells and logs it; what was typed stays.
        with database.transaction() as session:
            _keep(session, task_id, typed, viewer, now)
        raise


def look(database: Database, task_id: int, viewer: Viewer, now: datetime) -> TaskPage:
    """The page of a user task (``task_page``), in its own transaction.

    Raises NotFound, and StepFailed when the form itself is broken: then an Incident is open.
    """
    try:
        with database.reading() as session:
            return task_page(session, task_id, viewer, now)
    except RouteFault as fault:
        raise _form_failed(database, task_id, fault, viewer, now) from fault


def _form_failed(
    database: Database, task_id: int, fault: RouteFault, viewer: Viewer, now: datetime
) -> StepFailed:
    return note_fault(database, FormTrigger(task_id, viewer.actor(None)), fault, now)


def _take_in(
    session: Session, task_id: int, submission: Submission, viewer: Viewer, now: datetime
) -> tuple[Typed, tuple[FieldError, ...]]:
    """Store files, do what a button inside the form asks, and keep it all as a draft."""
    seen = sight(session, task_id, viewer, now)
    require_candidate(session, seen, viewer)
    if seen.task.assignee_id not in (None, viewer.person_id):
        raise _taken(session, seen.task)
    typed = _with_earlier(session, task_id, submission.typed, viewer)
    sheet = fill(form_of(seen), typed, setting_of(session, seen, now))
    files = {control_name(cell.place): cell for cell in walk_cells(sheet.cells) if _is_open(cell)}
    errors: list[FieldError] = []
    for control, uploads in submission.uploads.items():
        cell = files.get(control)
        if cell is None or not isinstance(cell.component, Field):
            continue
        for upload in uploads:
            stored = attachments.store(session, seen.task, control, upload, viewer, now)
            if isinstance(stored, attachments.FileRefused):
                text = f"“{cell.label}”, {stored.filename}: {stored.text}"
                target = control.replace("v.", "v-", 1).replace(".", "-")
                errors.append(FieldError(target, cell.label, text))
            else:
                many = cell.component.multiple_files
                typed = add_file(typed, control, stored, others=many)
    about = submission.button_about
    match submission.button:
        case Button.ADD_ROW:
            typed = add_row(typed, about)
        case Button.REMOVE_ROW:
            typed = remove_row(typed, about)
        case Button.REMOVE_FILE if (file_id := number_in(about)) is not None:
            typed = remove_file(typed, file_id, files)
            attachments.throw_away(session, task_id, file_id)
    save_draft(session, task_id, viewer.person_id, typed, now)
    return typed, tuple(errors)


def _is_open(cell: Cell) -> bool:
    item = cell.component
    return isinstance(item, Field) and item.kind is FieldKind.FILES and not cell.readonly


def _with_earlier(session: Session, task_id: int, typed: Typed, viewer: Viewer) -> Typed:
    earlier = load_draft(session, task_id, viewer.person_id)
    return typed.over(None if earlier is None else earlier[0])


def _again(
    session: Session,
    task_id: int,
    typed: Typed,
    submission: Submission,
    errors: tuple[FieldError, ...],
    viewer: Viewer,
    now: datetime,
) -> Unfinished:
    session.flush()
    page = typed_page(session, task_id, typed, viewer, now, errors)
    if errors:
        return Unfinished(page, Why.ERRORS)
    saved = submission.button in (Button.SAVE, Button.COMPLETE)
    return Unfinished(page, Why.SAVED if saved else Why.UPDATED)


@dataclass(frozen=True)
class _Ready:
    """Right answers, and the state of the case in which they were judged."""

    answers: Answers
    task_name: str
    revision: int
    organisation_id: int | None
    has_files: bool


def _complete(
    database: Database, task_id: int, typed: Typed, viewer: Viewer, now: datetime
) -> Completed | Unfinished:
    with database.reading() as session:
        typed = _with_earlier(session, task_id, typed, viewer)
        ready = _judge(session, task_id, typed, viewer, now)
    if ready.answers.errors:
        with database.transaction() as session:
            save_draft(session, task_id, viewer.person_id, typed, now)
            session.flush()
            page = typed_page(session, task_id, typed, viewer, now, ready.answers.errors)
        return Unfinished(page, Why.ERRORS)
    actor = viewer.actor(ready.organisation_id)
    return run_step(
        database,
        lambda session: _finish(session, task_id, ready, viewer, now),
        trigger=CompleteTrigger(task_id, ready.answers.values, actor),
        now=now,
    )


def _judge(session: Session, task_id: int, typed: Typed, viewer: Viewer, now: datetime) -> _Ready:
    seen = sight(session, task_id, viewer, now)
    require_candidate(session, seen, viewer)
    if seen.task.assignee_id not in (None, viewer.person_id):
        raise _taken(session, seen.task)
    sheet = fill(form_of(seen), typed, setting_of(session, seen, now))
    return _Ready(
        judge(sheet),
        seen.task.name,
        seen.case.revision,
        seen.task.organisation_id,
        form_of(seen).has_files,
    )


def _finish(
    session: Session, task_id: int, ready: _Ready, viewer: Viewer, now: datetime
) -> Completed:
    """The one transaction of a completion.

    The case is locked by the engine's verb, first of all rows (another order could deadlock);
    who may is therefore looked at again behind it, and a refusal then undoes everything.
    """
    found = find(session, UserTask, task_id)
    if found is None:
        raise TaskGone(task_id)
    before, case = found
    if before.status is not UserTaskStatus.OPEN:
        raise TaskGone(task_id)
    if before.assignee_id not in (None, viewer.person_id):
        raise _taken(session, before)
    if case.revision != ready.revision:
        raise StaleCase
    done = complete_user_task(
        session, task_id, ready.answers.values, viewer.actor(ready.organisation_id), now
    )
    task = session.get_one(UserTask, task_id)
    if task.assignee_id not in (None, viewer.person_id):
        raise _taken(session, task)
    if done.form_record_id is not None and ready.has_files:
        session.flush()
        attachments.settle(session, task_id, done.form_record_id, ready.answers.files)
    drop_drafts(session, task_id)
    mine = tasks_to_go_on_with(session, done.case.id, viewer, now)
    return Completed(ready.task_name, done.case.number, mine)


def _taken(session: Session, task: UserTask) -> Refusal:
    person = None if task.assignee_id is None else session.get(Person, task.assignee_id)
    return TaskAlreadyClaimed(task.id, "Een collega" if person is None else person.name)


def tasks_to_go_on_with(
    session: Session, case_id: int, viewer: Viewer, now: datetime
) -> tuple[TaskRow, ...]:
    """Open tasks of the case that are on the viewer's name or free for one of the own roles."""
    return rows_where(
        session,
        viewer,
        now,
        UserTask.case_id == case_id,
        UserTask.status == UserTaskStatus.OPEN,
        of_seats(viewer),
        or_(UserTask.assignee_id.is_(None), UserTask.assignee_id == viewer.person_id),
        or_(UserTask.follow_up_at.is_(None), UserTask.follow_up_at <= now),
    )


def _refused(
    database: Database,
    task_id: int,
    typed: Typed,
    refusal: Refusal,
    viewer: Viewer,
    now: datetime,
) -> Refused:
    with database.transaction() as session:
        if not _keep(session, task_id, typed, viewer, now):
            return Refused(refusal, None)
        try:
            return Refused(refusal, typed_page(session, task_id, typed, viewer, now))
        except RouteFault:
            return Refused(refusal, None)


def _keep(session: Session, task_id: int, typed: Typed, viewer: Viewer, now: datetime) -> bool:
    """Keep a draft for who could still complete the task. False when the task may not be seen."""
    try:
        seen = sight(session, task_id, viewer, now)
    except Refusal:
        return False
    if seen.task.status is UserTaskStatus.OPEN and seen.is_candidate(viewer):
        save_draft(session, task_id, viewer.person_id, typed, now)
        session.flush()
    return True
