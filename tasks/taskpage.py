"""What the page of one user task shows: the form, and what this viewer may do with the task."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from engine.calendar.wording import format_instant
from engine.context import CaseLook
from engine.definitions import load
from engine.dialect import BEGINS_EMPTY
from engine.errors import Refusal
from engine.explaining import reasons_of_due
from engine.forms import Form
from engine.models import Case, CaseStatus, Organisation, Person, UserTask, UserTaskStatus
from engine.routes import Route
from engine.spiff import Element
from engine.steps.rows import AnyCase, AnyUserTask
from tasks.access import Viewer
from tasks.attachments import files_of_task
from tasks.choices import Choice
from tasks.claims import Sight, assignable, require_candidate, sight
from tasks.drafts import load_draft
from tasks.due import Due, due_of
from tasks.forms import FieldError, FormView, Setting, Typed, fill, judge, show

STATUS_TEXTS = {
    CaseStatus.OPEN: "Loopt",
    CaseStatus.COMPLETED: "Afgerond",
    CaseStatus.CLOSED: "Beëindigd",
}


@dataclass(frozen=True)
class CaseHead:
    """The heading of everything about one case."""

    number: str
    route: str
    client_name: str
    status: CaseStatus
    status_text: str


@dataclass(frozen=True)
class TaskPage:
    """``obstacle`` says in Dutch why the viewer cannot complete the task, when so;
    ``due_reasons`` step by step why it is due when it is.

    ``form`` is None when the task is done and nothing was typed just now.
    """

    task_id: int
    name: str
    description: str
    case: CaseHead
    due: Due | None
    due_reasons: tuple[str, ...]
    role: str
    organisation: str
    is_open: bool
    assignee: str | None
    is_mine: bool
    may_claim: bool
    may_release: bool
    may_complete: bool
    obstacle: str | None
    assignees: tuple[Choice, ...]
    form: FormView | None
    draft_saved_at: datetime | None
    ended_text: str | None


@dataclass(frozen=True)
class DuePage:
    """A deadline with its reasons, step by step."""

    task_id: int
    name: str
    case: CaseHead
    due: Due | None
    reasons: tuple[str, ...]


# Process owners begin the documentation with the requirement it answers: "D7, F: ...", or "D7".
_REQUIREMENT = r"[A-Z]\d{0,2}[a-z]?"
_REQUIREMENTS = re.compile(
    rf"^{_REQUIREMENT}(?:(?:,\s*|\s+en\s+){_REQUIREMENT})*(?:\s*\([^)]*\))?(?:[.:]\s*|$)"
)


def explanation(element: Element) -> str:
    """The documentation of an element for who does the work, without requirement ids."""
    text = _REQUIREMENTS.sub("", element.documentation or "")
    return text[:1].upper() + text[1:]


def head_of(case: AnyCase, route: Route) -> CaseHead:
    """The heading of a case that the viewer may see."""
    return CaseHead(
        case.number, route.config.name, case.client_name, case.status, STATUS_TEXTS[case.status]
    )


def task_page(session: Session, task_id: int, viewer: Viewer, now: datetime) -> TaskPage:
    """The page of a user task, with the viewer's draft in its form. Raises NotFound.

    Also for a task that is done: then it says so and there is no form.
    """
    seen = sight(session, task_id, viewer, now)
    look = _look(session, seen, now)
    if seen.task.status is not UserTaskStatus.OPEN or not may_read_form(seen, viewer):
        return _page(look, seen, viewer, None, None)
    draft = load_draft(session, task_id, viewer.person_id)
    typed, saved_at = draft if draft is not None else (None, None)
    sheet = fill(form_of(seen), typed, _setting(look, seen))
    return _page(look, seen, viewer, show(sheet), saved_at)


def due_page(session: Session, task_id: int, viewer: Viewer, now: datetime) -> DuePage:
    """Why a user task is due when it is. Raises NotFound."""
    seen = sight(session, task_id, viewer, now)
    task = seen.task
    return DuePage(
        task.id,
        task.name,
        head_of(seen.case, seen.route),
        due_of(task.due_at, task.due_day, now),
        reasons_of_due(_look(session, seen, now), task),
    )


def typed_page(
    session: Session,
    task_id: int,
    typed: Typed,
    viewer: Viewer,
    now: datetime,
    errors: tuple[FieldError, ...] = (),
) -> TaskPage:
    """The page with what was just typed in its form, also when the task is done by now."""
    seen = sight(session, task_id, viewer, now)
    look = _look(session, seen, now)
    if not may_read_form(seen, viewer):
        return _page(look, seen, viewer, None, None)
    sheet = fill(form_of(seen), typed, _setting(look, seen))
    draft = load_draft(session, task_id, viewer.person_id)
    return _page(look, seen, viewer, show(sheet, errors), None if draft is None else draft[1])


def may_read_form(seen: Sight, viewer: Viewer) -> bool:
    """An open form shows the case's data: for who has the task's role, or the task itself."""
    return seen.is_candidate(viewer) or (
        seen.task.assignee_id == viewer.person_id and seen.task.status is UserTaskStatus.OPEN
    )


def form_of(seen: Sight) -> Form:
    """The form of the task, in the version of its case."""
    return seen.route.forms[seen.task.form_id]


def setting_of(session: Session, seen: Sight, now: datetime) -> Setting:
    """Where the form is filled in: the case's data as seen from this task, and its files."""
    return _setting(_look(session, seen, now), seen)


def _look(session: Session, seen: Sight, now: datetime) -> CaseLook:
    return CaseLook(session, seen.route, seen.case, now)


def _setting(look: CaseLook, seen: Sight) -> Setting:
    # A task that is done has no place of its own in the case any more: then the case's data.
    waiting = seen.task if seen.task.status is UserTaskStatus.OPEN else None
    variables = look.context(task=waiting)
    files = files_of_task(look.session, seen.task) if form_of(seen).has_files else {}
    return Setting(variables, look.now, seen.task.element_id, files, initial_of(seen))


def initial_of(seen: Sight) -> Mapping[str, object] | None:
    """Nothing for a task that begins empty each time, so that an answer of an earlier round (an
    old date, an old choice) is never confirmed by a single click."""
    element = seen.route.diagrams.elements.get(seen.task.element_id)
    return {} if element is not None and BEGINS_EMPTY in element.properties else None


def work_out_form(session: Session, task_id: int, person_id: int | None, now: datetime) -> None:
    """Fill the form of an open user task with this person's draft; RouteFault when it cannot."""
    task = session.get(UserTask, task_id)
    if task is None or task.status is not UserTaskStatus.OPEN:
        return
    case = session.get_one(Case, task.case_id)
    seen = Sight(task, case, load(session, case.definition_id))
    draft = None if person_id is None else load_draft(session, task_id, person_id)
    sheet = fill(form_of(seen), None if draft is None else draft[0], setting_of(session, seen, now))
    judge(sheet)
    show(sheet)


def obstacle_of(session: Session, seen: Sight, viewer: Viewer) -> Refusal | None:
    """Why the viewer cannot have the task, when so."""
    try:
        require_candidate(session, seen, viewer)
    except Refusal as refusal:
        return refusal
    return None


def _page(
    look: CaseLook,
    seen: Sight,
    viewer: Viewer,
    form: FormView | None,
    draft_saved_at: datetime | None,
) -> TaskPage:
    """Put the page together. The viewer may see the case: ``seen`` says so."""
    session, task, config = look.session, seen.task, seen.route.config
    obstacle = obstacle_of(session, seen, viewer)
    is_open = task.status is UserTaskStatus.OPEN
    is_mine = is_open and task.assignee_id == viewer.person_id
    is_free = is_open and task.assignee_id is None
    assignee = None if task.assignee_id is None else session.get(Person, task.assignee_id)
    taken = is_open and not is_mine and assignee is not None
    organisation = (
        None if task.organisation_id is None else session.get(Organisation, task.organisation_id)
    )
    role = config.roles.get(task.role)
    element = seen.route.diagrams.elements.get(task.element_id)
    return TaskPage(
        task_id=task.id,
        name=task.name,
        description="" if element is None else explanation(element),
        case=head_of(seen.case, seen.route),
        due=due_of(task.due_at, task.due_day, look.now),
        due_reasons=reasons_of_due(look, task),
        role=task.role if role is None else role.name,
        organisation="" if organisation is None else organisation.name,
        is_open=is_open,
        assignee=None if assignee is None else assignee.name,
        is_mine=is_mine,
        may_claim=obstacle is None and is_free,
        may_release=is_mine,
        may_complete=obstacle is None and (is_mine or is_free),
        obstacle=_obstacle_text(obstacle, assignee.name if taken and assignee else None),
        assignees=assignable(session, seen) if obstacle is None else (),
        form=form,
        draft_saved_at=draft_saved_at,
        ended_text=_ended_text(session, task),
    )


def _obstacle_text(obstacle: Refusal | None, taken_by: str | None) -> str | None:
    if obstacle is not None:
        return obstacle.text
    return None if taken_by is None else f"{taken_by} heeft deze taak."


def _ended_text(session: Session, task: AnyUserTask) -> str | None:
    if task.status is UserTaskStatus.OPEN or task.ended_at is None:
        return None
    when = format_instant(task.ended_at)
    if task.status is UserTaskStatus.CANCELLED:
        return f"Deze taak is niet meer nodig sinds {when}."
    person = None if task.completed_by_id is None else session.get(Person, task.completed_by_id)
    return f"{'Iemand' if person is None else person.name} deed deze taak op {when}."
