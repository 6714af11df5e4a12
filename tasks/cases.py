"""Starting a case with the start form of a route, and the list of cases."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select
from sqlalchemy.orm import Session

from engine.actors import Actor
from engine.context import start_context
from engine.db import Database
from engine.definitions import latest, latest_all, load
from engine.edge import run_step
from engine.errors import NotAllowed, Refusal
from engine.models import Case, CaseStatus, ProcessDefinition
from engine.routes import Route
from engine.steps import start_case
from engine.steps.work import StepDone
from engine.triggers import StartTrigger
from tasks.access import LARGEST_ID, Viewer, cases_visible_to, storable
from tasks.choices import Choice
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
from tasks.submission import Submission
from tasks.taskpage import STATUS_TEXTS
from tasks.worklist import matches

PAGE_SIZE = 50
_STATUSES = {
    "open": (CaseStatus.OPEN,),
    "afgerond": (CaseStatus.COMPLETED, CaseStatus.CLOSED),
    "alle": tuple(CaseStatus),
}


@dataclass(frozen=True)
class StartableRoute:
    """A route that the viewer may start, in one of these organisations."""

    key: str
    name: str
    organisations: tuple[Choice, ...]


@dataclass(frozen=True)
class StartPage:
    """The start form. ``organisation_id`` is chosen when there is only one."""

    route_key: str
    route: str
    organisations: tuple[Choice, ...]
    organisation_id: int | None
    form: FormView


@dataclass(frozen=True)
class Started:
    case_number: str


@dataclass(frozen=True)
class UnfinishedStart:
    """No case yet: wrong answers, or a button inside the form."""

    page: StartPage


@dataclass(frozen=True)
class RefusedStart:
    """Not possible; ``page`` holds what was typed."""

    refusal: Refusal
    page: StartPage | None


@dataclass(frozen=True)
class CaseRow:
    """One line of the list of cases."""

    number: str
    route: str
    client_name: str
    status: CaseStatus
    status_text: str
    started_at: datetime
    ended_at: datetime | None
    outcome: str | None


@dataclass(frozen=True)
class CaseList:
    """A page of cases, newest first; ``next`` is the cursor of the next page."""

    rows: tuple[CaseRow, ...]
    next: str | None


def startable(session: Session, viewer: Viewer) -> tuple[StartableRoute, ...]:
    """Routes of which the viewer has the start role, by name."""
    found = []
    for definition in latest_all(session):
        route = load(session, definition.id)
        organisations = _organisations(route, viewer)
        if organisations:
            found.append(StartableRoute(route.key, route.config.name, organisations))
    return tuple(found)


def _organisations(route: Route, viewer: Viewer) -> tuple[Choice, ...]:
    ids = viewer.organisations_with(route.key, route.config.start_role)
    names = sorted((viewer.organisations[one], one) for one in ids)
    return tuple(Choice(str(one), name) for name, one in names)


@dataclass(frozen=True)
class _Starting:
    """A route about to be started by this viewer for one organisation."""

    definition_id: int
    route: Route
    organisations: tuple[Choice, ...]
    organisation_id: int | None
    setting: Setting
    actor: Actor

    def page(self, form: FormView) -> StartPage:
        return StartPage(
            self.route.key,
            self.route.config.name,
            self.organisations,
            self.organisation_id,
            form,
        )


def _starting(
    session: Session, route_key: str, organisation_id: int | None, viewer: Viewer, now: datetime
) -> _Starting:
    definition = latest(session, storable(route_key))
    route = load(session, definition.id)
    organisations = _organisations(route, viewer)
    if not organisations:
        raise NotAllowed
    allowed = [int(choice.value) for choice in organisations]
    if organisation_id not in allowed:
        organisation_id = allowed[0] if len(allowed) == 1 else None
    actor = viewer.actor(organisation_id)
    variables = start_context(session, route, actor, now)
    setting = Setting(variables, now, route.config.process)
    return _Starting(definition.id, route, organisations, organisation_id, setting, actor)


def start_page(
    session: Session,
    route_key: str,
    viewer: Viewer,
    now: datetime,
    organisation_id: int | None = None,
) -> StartPage:
    """The start form, empty. Raises NotFound, NotAllowed."""
    starting = _starting(session, route_key, organisation_id, viewer, now)
    form = starting.route.forms[starting.route.config.start_form]
    return starting.page(show(fill(form, None, starting.setting)))


def start(
    database: Database,
    route_key: str,
    organisation_id: int | None,
    submission: Submission,
    viewer: Viewer,
    now: datetime,
) -> Started | UnfinishedStart | RefusedStart:
    """Start a case, in its own transactions. Raises NotFound, NotAllowed.

    After a fault of the route the case stands open with its Incident: RefusedStart says so.
    """
    with database.reading() as session:
        starting = _starting(session, route_key, organisation_id, viewer, now)
        form = starting.route.forms[starting.route.config.start_form]
        typed = pressed_in_form(submission)
        sheet = fill(form, typed, starting.setting)
        answers = judge(sheet)
        completing = submission.button == Button.COMPLETE
        errors = _with_organisation(answers, starting) if completing else ()
        page = starting.page(show(sheet, errors))
    if not completing or errors:
        return UnfinishedStart(page)
    try:
        done = run_step(
            database,
            lambda session: _start(session, starting, answers, now),
            trigger=StartTrigger(starting.definition_id, answers.values, starting.actor),
            now=now,
        )
    except Refusal as refusal:
        return RefusedStart(refusal, page)
    return Started(done.case.number)


def _start(session: Session, starting: _Starting, answers: Answers, now: datetime) -> StepDone:
    definition = session.get_one(ProcessDefinition, starting.definition_id)
    return start_case(session, definition, answers.values, starting.actor, now)


def _with_organisation(answers: Answers, starting: _Starting) -> tuple[FieldError, ...]:
    if starting.organisation_id is not None:
        return answers.errors
    text = "Kies namens welke organisatie u de zaak start."
    return (FieldError("organisatie", "Organisatie", text), *answers.errors)


def pressed_in_form(submission: Submission) -> Typed:
    """What was typed, after the buttons that only change the form itself."""
    typed = submission.typed
    match submission.button:
        case Button.ADD_ROW:
            return add_row(typed, submission.button_about)
        case Button.REMOVE_ROW:
            return remove_row(typed, submission.button_about)
        case _:
            return typed


def case_list(
    session: Session,
    viewer: Viewer,
    status: str,
    search: str,
    cursor: str | None,
    now: datetime,
    size: int = PAGE_SIZE,
) -> CaseList:
    """A page of the cases that the viewer may see, newest first.

    ``status`` is "open", "afgerond" or "alle"; ``search`` a part of a number or client's name.
    """
    query = _listed(viewer, status, search, _read_cursor(cursor), now).limit(size + 1)
    found = session.scalars(query).all()
    rows = tuple(_row(session, case) for case in found[:size])
    return CaseList(rows, _cursor(found[size - 1].id) if len(found) > size else None)


def _listed(
    viewer: Viewer, status: str, search: str, before: int | None, now: datetime
) -> Select[Case]:
    query = cases_visible_to(viewer, now).order_by(Case.id.desc())
    wanted = _STATUSES.get(status, _STATUSES["open"])
    if len(wanted) < len(CaseStatus):
        query = query.where(Case.status.in_(wanted))
    if search.strip():
        query = query.where(matches(search))
    return query if before is None else query.where(Case.id < before)


def _row(session: Session, case: Case) -> CaseRow:
    config = load(session, case.definition_id).config
    return CaseRow(
        case.number,
        config.name,
        case.client_name,
        case.status,
        STATUS_TEXTS[case.status],
        case.started_at,
        case.ended_at,
        case.outcome,
    )


def _cursor(case_id: int) -> str:
    return base64.urlsafe_b64encode(str(case_id).encode()).decode()


def _read_cursor(cursor: str | None) -> int | None:
    if not cursor or len(cursor) > 50:
        return None
    try:
        text = base64.urlsafe_b64decode(cursor.encode()).decode()
    except (ValueError, binascii.Error):
        return None
    number = int(text) if text.isascii() and text.isdigit() else -1
    return number if 0 <= number <= LARGEST_ID else None


__all__ = [
    "CaseList",
    "CaseRow",
    "RefusedStart",
    "StartPage",
    "StartableRoute",
    "Started",
    "UnfinishedStart",
    "case_list",
    "start",
    "start_page",
    "startable",
]
