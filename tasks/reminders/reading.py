"""The open user tasks with a deadline that a person has or can claim, lane by lane."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from engine.definitions import load
from engine.models import IS_OPEN, Case, UserTask
from engine.routes import Route
from tasks.access import Seat
from tasks.reminders.wording import Line
from tasks.worklist import of_seat

MOST_TASKS = 500
"""Of one lane: who has more open tasks than this needs no reminder of each."""


def lanes(person_id: int, seats: Iterable[Seat]) -> Iterator[ColumnElement[bool]]:
    """Conditions on UserTask that do not overlap, each one range of an index."""
    yield UserTask.assignee_id == person_id
    for seat in in_order(seats):
        yield and_(of_seat(seat), UserTask.assignee_id.is_(None))


def in_order(seats: Iterable[Seat]) -> Sequence[Seat]:
    """Each seat once, always in the same order."""
    return sorted(set(seats), key=lambda seat: (seat.organisation_id, seat.route_key, seat.role))


def open_tasks(
    session: Session, lane: ColumnElement[bool], until: datetime, now: datetime
) -> Iterator[tuple[UserTask, str, Route]]:
    """Open tasks of a lane with a deadline before ``until``, the latest deadlines first.

    Each with its case's number and route. What is hidden from the worklist is left out.
    """
    found = session.execute(
        select(UserTask, Case.number, Case.definition_id)
        .join(Case, Case.id == UserTask.case_id)
        .where(
            lane,
            IS_OPEN,
            UserTask.due_at <= until,
            or_(UserTask.follow_up_at.is_(None), UserTask.follow_up_at <= now),
        )
        .order_by(UserTask.due_at.desc())
        .limit(MOST_TASKS)
    )
    for task, number, definition_id in found:
        yield task, number, load(session, definition_id)


def line_of(route: Route, task: UserTask, number: str) -> Line:
    """A task with a deadline as the mail tells of it."""
    element = route.diagrams.elements.get(task.element_id)
    step = task.element_id if element is None or not element.name else element.name
    at = task.due_at or task.created_at
    return Line(number, step, at, task.due_day or at)
