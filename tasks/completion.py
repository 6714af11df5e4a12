"""Completing a user task, from the press of a button on.

``submit`` is an edge helper: it opens its own transactions. What was typed is never lost: a wrong
answer keeps a draft, a refusal (a second worker, four eyes, a stale page) gives the page back with
what was typed, and a fault of the route keeps a draft too, beside its Incident.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from engine.db import Database
from engine.edge import note_fault, run_step
from engine.errors import NotFound, Refusal, RouteFault
from engine.models import Person, UserTaskStatus
from engine.refusals import StepFailed
from engine.steps import TakenUp, taken_up
from engine.steps.rows import AnyUserTask
from engine.triggers import CompleteTrigger, FormTrigger, Trigger
from tasks import attachments
from tasks.access import Viewer, takes_part_in
from tasks.attachments import files_of_task
from tasks.claims import Sight, require_candidate, sight
from tasks.drafting import keep, take_in
from tasks.drafts import drafts_of, drop_drafts, save_draft
from tasks.forms import (
    Answers,
    Button,
    FieldError,
    Setting,
    Typed,
    fill,
    judge,
)
from tasks.refusals import TaskAlreadyClaimed, TaskGone
from tasks.submission import Submission, Uploads
from tasks.taskpage import (
    TaskPage,
    initial_of,
    task_page,
    typed_page,
)

__all__ = ["Completed", "Refused", "TaskPage", "Unfinished", "Why", "look", "submit", "task_page"]


class Why(StrEnum):
    """Why the form is shown again."""

    ERRORS = "errors"
    SAVED = "saved"
    UPDATED = "updated"


@dataclass(frozen=True)
class Completed:
    """The task is done."""

    task_name: str
    case_number: str


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
    typed, uploads = submission.typed, submission.uploads
    try:
        if submission.button == Button.COMPLETE and not uploads:
            return _complete(database, task_id, typed, viewer, now)
        with database.transaction() as session:
            typed, errors = _take_in(session, task_id, submission, viewer, now)
            if submission.button != Button.COMPLETE or errors:
                return _again(session, task_id, typed, submission, errors, viewer, now)
        uploads = {}  # they are stored
        return _complete(database, task_id, typed, viewer, now)
    except NotFound:
        raise
    except RouteFault as fault:
        # The form itself is broken: no page can show it, but the draft waits until it is mended.
        with database.transaction() as session:
            _keep(session, task_id, typed, uploads, viewer, now)
        return Refused(_form_failed(database, task_id, fault, viewer, now), None)
    except Refusal as refusal:
        return _refused(database, task_id, typed, uploads, refusal, viewer, now)
    except DBAPIError:
        raise  # there is no database to keep anything in
    except Exception:
        # Something that nobody foresaw: whoever asked tells and logs it; what was typed stays.
        with database.transaction() as session:
            _keep(session, task_id, typed, uploads, viewer, now)
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
    seen = sight(session, task_id, viewer, now)
    require_candidate(session, seen, viewer)
    if seen.task.assignee_id not in (None, viewer.person_id):
        raise _taken(session, seen.task)
    return take_in(session, seen, submission, viewer, now)


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


@dataclass
class _Completion:
    """One press of the button, in one transaction; ``trigger`` says how far it came."""

    task_id: int
    typed: Typed
    viewer: Viewer
    now: datetime
    trigger: Trigger

    def run(self, session: Session) -> Completed | Unfinished:
        """Take up the task, judge the form by the state that is locked now, and complete it."""
        with taken_up(session, self.task_id, self.now) as taken:
            drafts = drafts_of(session, self.task_id)
            earlier = drafts.get(self.viewer.person_id)
            typed = self.typed.over(None if earlier is None else earlier[0])
            answers = self._judge(session, taken, typed)
            if not answers.errors:
                return self._finish(session, taken, answers, has_drafts=bool(drafts))
        save_draft(session, self.task_id, self.viewer.person_id, typed, self.now)
        session.flush()
        page = typed_page(session, self.task_id, typed, self.viewer, self.now, answers.errors)
        return Unfinished(page, Why.ERRORS)

    def _judge(self, session: Session, taken: TakenUp, typed: Typed) -> Answers:
        seen = Sight(taken.task, taken.case, taken.route)
        if not takes_part_in(self.viewer, seen.route.key, taken.participation, self.now):
            raise NotFound
        require_candidate(session, seen, self.viewer)
        if taken.task.assignee_id not in (None, self.viewer.person_id):
            raise _taken(session, taken.task)
        files = files_of_task(session, taken.task) if taken.form.has_files else {}
        setting = Setting(taken.context(), self.now, taken.task.element_id, files, initial_of(seen))
        return judge(fill(taken.form, typed, setting))

    def _finish(
        self, session: Session, taken: TakenUp, answers: Answers, *, has_drafts: bool
    ) -> Completed:
        actor = self.viewer.actor(taken.task.organisation_id)
        self.trigger = CompleteTrigger(self.task_id, answers.values, actor)
        done = taken.complete(answers.values, actor)
        if done.form_record_id is not None and taken.form.has_files:
            attachments.settle(session, self.task_id, done.form_record_id, answers.files)
        if has_drafts:
            drop_drafts(session, self.task_id)
        return Completed(taken.task.name, done.case.number)


def _complete(
    database: Database, task_id: int, typed: Typed, viewer: Viewer, now: datetime
) -> Completed | Unfinished:
    trigger = FormTrigger(task_id, viewer.actor(None))
    completion = _Completion(task_id, typed, viewer, now, trigger)
    try:
        return run_step(database, completion.run, trigger=None, now=now)
    except RouteFault as fault:
        raise note_fault(database, completion.trigger, fault, now) from fault
    except TaskGone:
        with database.reading() as session:
            sight(session, task_id, viewer, now)  # whoever may not see it learns nothing of it
        raise


def _taken(session: Session, task: AnyUserTask) -> Refusal:
    person = None if task.assignee_id is None else session.get(Person, task.assignee_id)
    return TaskAlreadyClaimed(task.id, "Een collega" if person is None else person.name)


def _refused(
    database: Database,
    task_id: int,
    typed: Typed,
    uploads: Uploads,
    refusal: Refusal,
    viewer: Viewer,
    now: datetime,
) -> Refused:
    with database.transaction() as session:
        kept = _keep(session, task_id, typed, uploads, viewer, now)
        if kept is None:
            return Refused(refusal, None)
        try:
            return Refused(refusal, typed_page(session, task_id, kept, viewer, now))
        except RouteFault:
            return Refused(refusal, None)


def _keep(
    session: Session, task_id: int, typed: Typed, uploads: Uploads, viewer: Viewer, now: datetime
) -> Typed | None:
    """What was typed, kept as a draft with its files for who could still complete the task.

    None when the task may not be seen.
    """
    try:
        seen = sight(session, task_id, viewer, now)
    except Refusal:
        return None
    if seen.task.status is not UserTaskStatus.OPEN or not seen.is_candidate(viewer):
        return typed
    kept = keep(session, seen, typed, uploads, viewer, now)
    session.flush()
    return kept
