"""Forms outside user tasks: the start of a case, the questions of a button, a correction.

The three have one shape. ``look`` shows the form and ``answer`` takes what was sent. A form that
itself has a fault opens an Incident; what was typed comes back in plain words at once, is kept as
a draft, and stands in the form again as soon as the form can be worked out.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from sqlalchemy.orm import Session

from engine.db import Database
from engine.edge import note_fault, run_step
from engine.errors import NotAllowed, NotFound, Refusal, RouteFault
from engine.forms import Form
from engine.incidents import resolve_sheet
from engine.triggers import SheetTrigger, Trigger
from tasks.access import Viewer
from tasks.drafts import drop_form_drafts, load_form_draft, save_form_draft
from tasks.forms import (
    Answers,
    Button,
    FieldError,
    FormView,
    Setting,
    Typed,
    add_row,
    fill,
    judge,
    remove_row,
    show,
)
from tasks.forms.plain import PlainAnswer, in_plain_words
from tasks.submission import Fields, Submission

Page = TypeVar("Page")
Done = TypeVar("Done")


@dataclass(frozen=True)
class Again(Generic[Page]):
    """Nothing is done: wrong answers, or a button in the form. ``page`` holds what was typed."""

    page: Page


@dataclass(frozen=True)
class Kept:
    """What was typed in a form that cannot be shown: to read, and (``fields``) to send again."""

    title: str
    items: tuple[PlainAnswer, ...]
    fields: Fields


@dataclass(frozen=True)
class Refused(Generic[Page]):
    """Not possible. What was typed is in ``page``, or in ``kept`` when the form has a fault."""

    refusal: Refusal
    page: Page | None = None
    kept: Kept | None = None


@dataclass(frozen=True)
class Asking(ABC, Generic[Page, Done]):
    """One form outside user tasks, found for a viewer who may fill it in.

    ``form`` is None when there is nothing to ask. ``place`` tells the form from all others.
    """

    title: str
    form: Form | None
    setting: Setting
    place: SheetTrigger

    @abstractmethod
    def page(self, form: FormView | None, fields: Fields) -> Page:
        """The page around the form; ``fields`` are what was sent, also outside the form."""

    def errors(self, answers: Answers, fields: Fields) -> tuple[FieldError, ...]:
        """What is wrong, also in questions outside the form."""
        return answers.errors

    @abstractmethod
    def trigger(self, answers: Answers, fields: Fields) -> Trigger | None:
        """What these answers set off; None when they change nothing."""

    @abstractmethod
    def work(self, session: Session, trigger: Trigger, now: datetime) -> Done:
        """Do it, in the caller's transaction."""

    @abstractmethod
    def unchanged(self) -> Done:
        """The answer to answers that change nothing."""


Find = Callable[[Session], Asking[Page, Done]]


def page_of(session: Session, asking: Asking[Page, Done], viewer: Viewer) -> Page:
    """The page with the form as it opens, or with what this viewer typed before a fault."""
    if asking.form is None:
        return asking.page(None, {})
    draft = load_form_draft(session, asking.place, viewer.person_id)
    typed = None if draft is None else Typed.of(draft)
    return asking.page(show(fill(asking.form, typed, asking.setting)), draft or {})


def look(database: Database, find: Find[Page, Done], viewer: Viewer, now: datetime) -> Page:
    """The page, in its own transaction.

    Raises what ``find`` raises, and StepFailed when the form has a fault: an Incident is open.
    """
    with database.reading() as session:
        asking = find(session)
        try:
            return page_of(session, asking, viewer)
        except RouteFault as found:
            fault = found
    raise note_fault(database, asking.place, fault, now) from fault


def answer(
    database: Database,
    find: Find[Page, Done],
    submission: Submission,
    viewer: Viewer,
    now: datetime,
) -> Done | Again[Page] | Refused[Page]:
    """Do what the pressed button says, in its own transactions. Raises NotFound, NotAllowed."""
    try:
        with database.reading() as session:
            asking = find(session)
            try:
                page, answers, errors = _judged(asking, submission)
            except RouteFault as found:
                fault: RouteFault | None = found
            else:
                fault = None
    except (NotFound, NotAllowed):
        raise
    except Refusal as refusal:
        return Refused(refusal)
    if fault is not None:
        return _form_failed(database, asking, submission, fault, viewer, now)
    if submission.button != Button.COMPLETE or errors:
        return Again(page)
    trigger = asking.trigger(answers, submission.fields)
    if trigger is None:
        return asking.unchanged()
    try:
        return run_step(
            database,
            lambda session: _work(session, asking, trigger, viewer, now),
            trigger=trigger,
            now=now,
        )
    except (NotFound, NotAllowed):
        raise
    except Refusal as refusal:
        return Refused(refusal, page)


def _judged(
    asking: Asking[Page, Done], submission: Submission
) -> tuple[Page, Answers, tuple[FieldError, ...]]:
    if asking.form is None:
        return asking.page(None, submission.fields), Answers({}, (), {}), ()
    sheet = fill(asking.form, _pressed_in_form(submission), asking.setting)
    answers = judge(sheet)
    completing = submission.button == Button.COMPLETE
    errors = asking.errors(answers, submission.fields) if completing else ()
    return asking.page(show(sheet, errors), submission.fields), answers, errors


def _work(
    session: Session, asking: Asking[Page, Done], trigger: Trigger, viewer: Viewer, now: datetime
) -> Done:
    done = asking.work(session, trigger, now)
    drop_form_drafts(session, asking.place, viewer.person_id)
    resolve_sheet(session, asking.place, asking.place.actor, now)
    return done


def _form_failed(
    database: Database,
    asking: Asking[Page, Done],
    submission: Submission,
    fault: RouteFault,
    viewer: Viewer,
    now: datetime,
) -> Refused[Page]:
    """The form itself is broken: no page can show it, but what was typed is not lost."""
    fields = submission.to_send_again
    with database.transaction() as session:
        save_form_draft(session, asking.place, viewer.person_id, fields, now)
    failed = note_fault(database, asking.place, fault, now)
    items = () if asking.form is None else in_plain_words(asking.form, Typed.of(fields))
    return Refused(failed, kept=Kept(asking.title, items, fields))


def work_out(session: Session, form: Form, setting: Setting, trigger: SheetTrigger) -> None:
    """Fill in a form with what the person of ``trigger`` typed; RouteFault when it has a fault."""
    person_id = trigger.actor.person_id
    draft = None if person_id is None else load_form_draft(session, trigger, person_id)
    sheet = fill(form, None if draft is None else Typed.of(draft), setting)
    judge(sheet)
    show(sheet)


def _pressed_in_form(submission: Submission) -> Typed:
    """What was typed, after the buttons that only change the form itself."""
    typed = submission.typed
    match submission.button:
        case Button.ADD_ROW:
            return add_row(typed, submission.button_about)
        case Button.REMOVE_ROW:
            return remove_row(typed, submission.button_about)
        case _:
            return typed


__all__ = ["Again", "Asking", "Kept", "Refused", "answer", "look", "page_of", "work_out"]
