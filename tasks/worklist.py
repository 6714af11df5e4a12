"""The worklist: which open user tasks a person sees, in three queues, page by page.

Named Selects that never walk over a growing table: each queue is cut into *lanes*, one for every
(organisation, role) of the viewer and for tasks with and without a deadline. A lane is read in the
order of an index from a place on (keyset paging), and the lanes are merged. So the last page of a
long queue costs what the first one does.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select, tuple_
from sqlalchemy.orm import Session, aliased

from engine.definitions import load
from engine.models import IS_OPEN, Case, Organisation, Person, UserTask
from engine.routes import RouteConfig
from engine.steps.rows import AnyCase, AnyUserTask
from engine.text import fold
from tasks.access import LARGEST_ID, Seat, Viewer, storable
from tasks.choices import Choice
from tasks.due import Due, due_of

PAGE_SIZE = 50
_MAX_SEARCH = 100
_ASSIGNEE = aliased(Person)
_ROWS = (
    select(UserTask, Case, Organisation.name, _ASSIGNEE.name)
    .join(Case, Case.id == UserTask.case_id)
    .outerjoin(Organisation, Organisation.id == UserTask.organisation_id)
    .outerjoin(_ASSIGNEE, _ASSIGNEE.id == UserTask.assignee_id)
    .order_by(UserTask.id)
)


class Queue(StrEnum):
    """MINE: on my name. GROUPS: for one of my roles and on nobody's name. OVERDUE: late ones of
    both, and those of colleagues in my roles."""

    MINE = "mijn"
    GROUPS = "groepen"
    OVERDUE = "te-laat"


@dataclass(frozen=True)
class Filter:
    """``step`` is the name of a step, ``search`` (part of) a case number or client's name."""

    step: str = ""
    organisation_id: int | None = None
    search: str = ""


@dataclass(frozen=True)
class TaskRow:
    """One line of the worklist."""

    id: int
    name: str
    case_number: str
    client_name: str
    route: str
    organisation: str
    role: str
    assignee: str | None
    is_mine: bool
    due: Due | None
    priority: int
    created_at: datetime


@dataclass(frozen=True)
class Page:
    """``next`` is the cursor of the next page, None on the last one."""

    rows: tuple[TaskRow, ...]
    next: str | None


@dataclass(frozen=True)
class Counts:
    mine: int
    groups: int
    overdue: int


@dataclass(frozen=True)
class FilterChoices:
    """What can be filtered on: the steps and organisations that occur in the queue."""

    steps: tuple[str, ...]
    organisations: tuple[Choice, ...]


@dataclass(frozen=True)
class _Place:
    """Where a page begins: after this deadline (None: among those without) and id."""

    due_at: datetime | None
    id: int


def page(
    session: Session,
    viewer: Viewer,
    queue: Queue,
    choice: Filter,
    cursor: str | None,
    now: datetime,
    size: int = PAGE_SIZE,
) -> Page:
    """A page of a queue: most urgent deadline first, those without at the end.

    A cursor that is not ours starts at the beginning.
    """
    selects = list(lanes(viewer, queue, choice, _read_cursor(cursor), now, size + 1))
    found = [row for lane in selects for row in session.execute(lane)]
    found.sort(key=lambda row: (row.due_at is None, row.due_at or now, row.id))
    shown = found[:size]
    rows = rows_of(session, viewer, [row.id for row in shown], now)
    more = len(found) > size
    return Page(rows, _cursor(_Place(shown[-1].due_at, shown[-1].id)) if more else None)


def lanes(
    viewer: Viewer, queue: Queue, choice: Filter, after: _Place | None, now: datetime, limit: int
) -> Iterator[Select[int, datetime | None]]:
    """The queue as Selects of (id, due_at), each in the order of an index and limited."""
    for owner in _owners(viewer, queue, choice):
        base = (
            select(UserTask.id, UserTask.due_at)
            .where(owner, IS_OPEN, *_narrowed(choice, now))
            .limit(limit)
        )
        if after is None or after.due_at is not None:
            dated = base.where(UserTask.due_at.is_not(None))
            if queue is Queue.OVERDUE:
                dated = dated.where(UserTask.due_at <= now)
            if after is not None:
                dated = dated.where(
                    tuple_(UserTask.due_at, UserTask.id) > tuple_(after.due_at, after.id)
                )
            yield dated.order_by(UserTask.due_at, UserTask.id)
        if queue is Queue.OVERDUE:
            continue
        undated = base.where(UserTask.due_at.is_(None))
        if after is not None and after.due_at is None:
            undated = undated.where(UserTask.id > after.id)
        yield undated.order_by(UserTask.due_at, UserTask.id)


def _owners(viewer: Viewer, queue: Queue, choice: Filter) -> Iterator[ColumnElement[bool]]:
    """Conditions that do not overlap, each one range of an index."""
    if choice.organisation_id is not None and choice.organisation_id not in viewer.organisations:
        return
    mine = and_(UserTask.assignee_id == viewer.person_id, of_seats(viewer))
    if queue is not Queue.GROUPS:
        wanted = choice.organisation_id
        yield mine if wanted is None else and_(mine, UserTask.organisation_id == wanted)
    if queue is Queue.MINE:
        return
    for seat in sorted(viewer.seats, key=_seat_order):
        if choice.organisation_id not in (None, seat.organisation_id):
            continue
        if queue is Queue.GROUPS:
            yield and_(of_seat(seat), UserTask.assignee_id.is_(None))
        else:
            others = or_(UserTask.assignee_id.is_(None), UserTask.assignee_id != viewer.person_id)
            yield and_(of_seat(seat), others)


def of_seats(viewer: Viewer) -> ColumnElement[bool]:
    """Condition on UserTask: for one of the viewer's roles. Who lost a role lost its tasks too."""
    return or_(false(), *(of_seat(seat) for seat in sorted(viewer.seats, key=_seat_order)))


def _seat_order(seat: Seat) -> tuple[int, str, str]:
    return (seat.organisation_id, seat.role, seat.route_key)


def of_seat(seat: Seat) -> ColumnElement[bool]:
    """Condition on UserTask: for this role, in this organisation, on this route."""
    return and_(
        UserTask.organisation_id == seat.organisation_id,
        UserTask.route_key == seat.route_key,
        UserTask.role == seat.role,
    )


def _narrowed(choice: Filter, now: datetime) -> Iterator[ColumnElement[bool]]:
    yield or_(UserTask.follow_up_at.is_(None), UserTask.follow_up_at <= now)
    if choice.step:
        yield UserTask.name == storable(choice.step)
    if choice.search.strip():
        yield _case_matches(choice.search)


def _case_matches(search: str) -> ColumnElement[bool]:
    """Looked up for each task of the queue by the case's key. As EXISTS, PostgreSQL would rather
    walk over all cases: many more than the queue has tasks."""
    return (
        select(matches(search))
        .where(Case.id == UserTask.case_id)
        .correlate(UserTask)
        .scalar_subquery()
    )


def matches(search: str) -> ColumnElement[bool]:
    """Condition on Case: number or client's name holds ``search``, accents and case aside."""
    words = " ".join(storable(search).split())[:_MAX_SEARCH]
    return or_(
        Case.number.contains(words.upper(), autoescape=True),
        Case.client_name_folded.contains(fold(words), autoescape=True),
    )


def rows_of(
    session: Session, viewer: Viewer, task_ids: Sequence[int], now: datetime
) -> tuple[TaskRow, ...]:
    """The lines of these user tasks, in the order given. The caller decides who may see them."""
    if not task_ids:
        return ()
    by_id = {row.id: row for row in rows_where(session, viewer, now, UserTask.id.in_(task_ids))}
    return tuple(by_id[task_id] for task_id in task_ids if task_id in by_id)


def rows_where(
    session: Session, viewer: Viewer, now: datetime, *which: ColumnElement[bool]
) -> tuple[TaskRow, ...]:
    """The lines of the user tasks with these conditions, the oldest first; as ``rows_of``."""
    found = session.execute(_ROWS.where(*which))
    return tuple(
        row_of(
            load(session, case.definition_id).config,
            viewer,
            task,
            case,
            organisation or "",
            name,
            now,
        )
        for task, case, organisation, name in found
    )


def row_of(
    config: RouteConfig,
    viewer: Viewer,
    task: AnyUserTask,
    case: AnyCase,
    organisation: str,
    assignee: str | None,
    now: datetime,
) -> TaskRow:
    """The line of one user task."""
    role = config.roles.get(task.role)
    return TaskRow(
        task.id,
        task.name,
        case.number,
        case.client_name,
        config.name,
        organisation,
        task.role if role is None else role.name,
        assignee,
        task.assignee_id == viewer.person_id,
        due_of(task.due_at, task.due_day, now),
        task.priority,
        task.created_at,
    )


def counts(session: Session, viewer: Viewer, now: datetime) -> Counts:
    """How many tasks each queue holds, without filters."""
    return Counts(*(_count(session, viewer, queue, now) for queue in Queue))


def _count(session: Session, viewer: Viewer, queue: Queue, now: datetime) -> int:
    total = 0
    for owner in _owners(viewer, queue, Filter()):
        counted = select(func.count()).where(owner, IS_OPEN, *_narrowed(Filter(), now))
        if queue is Queue.OVERDUE:
            counted = counted.where(UserTask.due_at <= now)
        total += session.scalar(counted) or 0
    return total


def choices(session: Session, viewer: Viewer, queue: Queue, now: datetime) -> FilterChoices:
    """Steps and organisations that occur in the queue, each once, by name."""
    found: set[tuple[str, int | None]] = set()
    for owner in _owners(viewer, queue, Filter()):
        kinds = (
            select(UserTask.name, UserTask.organisation_id)
            .where(owner, IS_OPEN, *_narrowed(Filter(), now))
            .distinct()
        )
        if queue is Queue.OVERDUE:
            kinds = kinds.where(UserTask.due_at <= now)
        found.update((name, organisation_id) for name, organisation_id in session.execute(kinds))
    ids = {organisation_id for _, organisation_id in found if organisation_id is not None}
    names = session.execute(
        select(Organisation.id, Organisation.name)
        .where(Organisation.id.in_(sorted(ids)))
        .order_by(Organisation.name)
    )
    return FilterChoices(
        tuple(sorted({name for name, _ in found})),
        tuple(Choice(str(one), name) for one, name in names),
    )


def _cursor(place: _Place) -> str:
    due = None if place.due_at is None else place.due_at.astimezone(UTC).isoformat()
    return base64.urlsafe_b64encode(json.dumps([due, place.id]).encode()).decode()


def _read_cursor(cursor: str | None) -> _Place | None:
    if not cursor or len(cursor) > 200:
        return None
    try:
        due, task_id = json.loads(base64.urlsafe_b64decode(cursor.encode()))
        at = None if due is None else datetime.fromisoformat(due)
        place = _Place(at, int(task_id))
        if not 0 <= place.id <= LARGEST_ID:
            return None
    except (ValueError, TypeError, binascii.Error):
        return None
    return None if at is not None and at.tzinfo is None else place
