"""Claim, release and assign: who has a user task. Never a lock on the case, one changed row.

A lost race shows in the number of rows that changed, and becomes a refusal with the name of the
person who was first. A step of the case locks that one row too: what it did is seen here after it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.engine import CursorResult
from sqlalchemy.orm import Session

from engine.audit import record
from engine.definitions import load
from engine.errors import NotFound
from engine.models import IS_OPEN, Case, Membership, Person, UserTask, UserTaskStatus
from engine.routes import Route
from engine.steps.rows import AnyCase, AnyUserTask
from tasks.access import LARGEST_ID, Viewer, may_see_case
from tasks.choices import Choice
from tasks.four_eyes import excluded_person, require_other_person
from tasks.refusals import NotACandidate, NotTheAssignee, TaskAlreadyClaimed, TaskGone


@dataclass(frozen=True)
class Sight:
    """A user task that the viewer may see, with its case and route."""

    task: AnyUserTask
    case: AnyCase
    route: Route

    def is_candidate(self, viewer: Viewer) -> bool:
        """Whether the viewer has the role of this task in the organisation whose task it is."""
        return self.task.organisation_id in viewer.organisations_with(
            self.route.key, self.task.role
        )


def sight(session: Session, task_id: int, viewer: Viewer, now: datetime) -> Sight:
    """The user task, open or not. Raises NotFound, also when its case may not be seen.

    Who has a task keeps seeing it as long as the own organisation takes part in the case.
    """
    if not 0 <= task_id <= LARGEST_ID:
        raise NotFound
    found = session.execute(
        select(UserTask, Case)
        .join(Case, Case.id == UserTask.case_id)
        .where(UserTask.id == task_id, may_see_case(viewer, now))
    ).first()
    if found is None:
        raise NotFound
    task, case = found
    return Sight(task, case, load(session, case.definition_id))


def claim(session: Session, task_id: int, viewer: Viewer, now: datetime) -> None:
    """Put the task on the viewer's name. Again by the same person changes nothing.

    Raises TaskGone, TaskAlreadyClaimed, NotACandidate, FourEyes, NotFound.
    """
    seen = sight(session, task_id, viewer, now)
    require_candidate(session, seen, viewer)
    if seen.task.assignee_id == viewer.person_id and seen.task.status is UserTaskStatus.OPEN:
        return
    if not _put_on_name(session, seen, None, viewer.person_id, now):
        raise _who_was_first(session, seen)
    _record(session, "task_claimed", seen, viewer, now)


def release(session: Session, task_id: int, viewer: Viewer, now: datetime) -> None:
    """Back to the group. Raises TaskGone, NotTheAssignee, NotFound."""
    seen = sight(session, task_id, viewer, now)
    _require_open(seen.task)
    if seen.task.assignee_id != viewer.person_id:
        raise NotTheAssignee(task_id)
    if not _put_on_name(session, seen, viewer.person_id, None, now):
        raise _who_was_first(session, seen)
    _record(session, "task_released", seen, viewer, now)


def assign(session: Session, task_id: int, person_id: int, viewer: Viewer, now: datetime) -> None:
    """Put the task on a colleague's name, or take it over from one who is away.

    By whoever has the role; the timeline says who did it. Raises TaskGone, TaskAlreadyClaimed (it
    went to somebody else meanwhile), NotACandidate (of either), FourEyes, NotFound.
    """
    seen = sight(session, task_id, viewer, now)
    _require_open(seen.task)
    if not seen.is_candidate(viewer):
        raise NotACandidate(task_id)
    if str(person_id) not in {choice.value for choice in assignable(session, seen)}:
        require_other_person(session, seen.route, seen.task, person_id)
        raise NotACandidate(task_id)
    if not _put_on_name(session, seen, seen.task.assignee_id, person_id, now):
        raise _who_was_first(session, seen)
    _record(session, "task_assigned", seen, viewer, now, to=person_id)


def give_back(session: Session, *which: ColumnElement[bool]) -> None:
    """Open tasks of someone who cannot do them any more are free again for the group.

    Their rows are locked in the order in which a step locks those of its case.
    """
    these = select(UserTask.id).where(IS_OPEN, *which)
    ids = session.scalars(these.order_by(UserTask.id).with_for_update(key_share=True)).all()
    session.execute(
        update(UserTask)
        .where(UserTask.id.in_(ids))
        .values(assignee_id=None, claimed_at=None)
        .execution_options(synchronize_session=False)
    )


def assignable(session: Session, seen: Sight) -> tuple[Choice, ...]:
    """Whom the task can be given: enabled people with its role.

    Not who has it already, and not who may not do it for four eyes.
    """
    excluded = excluded_person(session, seen.route, seen.task)
    found = session.execute(
        select(Person.id, Person.name)
        .join(Membership, Membership.person_id == Person.id)
        .where(
            Membership.organisation_id == seen.task.organisation_id,
            Membership.route_key == seen.route.key,
            Membership.role == seen.task.role,
            Person.disabled_at.is_(None),
        )
        .order_by(Person.name, Person.id)
    )
    return tuple(
        Choice(str(person_id), name)
        for person_id, name in found
        if person_id != seen.task.assignee_id and (excluded is None or person_id != excluded[0])
    )


def require_candidate(session: Session, seen: Sight, viewer: Viewer) -> None:
    """Raises TaskGone, NotACandidate or FourEyes when the viewer may not have the task."""
    _require_open(seen.task)
    if not seen.is_candidate(viewer):
        raise NotACandidate(seen.task.id)
    require_other_person(session, seen.route, seen.task, viewer.person_id)


def _require_open(task: AnyUserTask) -> None:
    if task.status is not UserTaskStatus.OPEN:
        raise TaskGone(task.id)


def _put_on_name(
    session: Session, seen: Sight, before: int | None, after: int | None, now: datetime
) -> bool:
    """Whether the task was open, still of the organisation that was seen, and on ``before``'s
    name; now it is on ``after``'s."""
    result = session.execute(
        update(UserTask)
        .where(
            UserTask.id == seen.task.id,
            IS_OPEN,
            UserTask.organisation_id == seen.task.organisation_id,
            UserTask.assignee_id.is_(None) if before is None else UserTask.assignee_id == before,
        )
        .values(assignee_id=after, claimed_at=None if after is None else now)
        .execution_options(synchronize_session="fetch")
    )
    return isinstance(result, CursorResult) and result.rowcount == 1


def _who_was_first(session: Session, seen: Sight) -> TaskAlreadyClaimed | TaskGone | NotACandidate:
    task_id = seen.task.id
    found = session.execute(
        select(UserTask.status, UserTask.organisation_id, Person.name)
        .outerjoin(Person, Person.id == UserTask.assignee_id)
        .where(UserTask.id == task_id)
    ).first()
    if found is None or found.status is not UserTaskStatus.OPEN:
        return TaskGone(task_id)
    if found.organisation_id != seen.task.organisation_id:
        return NotACandidate(task_id)
    if found.name is None:
        return TaskGone(task_id)
    return TaskAlreadyClaimed(task_id, found.name)


def _record(
    session: Session, kind: str, seen: Sight, viewer: Viewer, now: datetime, **facts: object
) -> None:
    record(
        session,
        seen.case.id,
        kind,
        viewer.actor(seen.task.organisation_id),
        now,
        element_id=seen.task.element_id,
        party=seen.task.party,
        name=seen.task.name,
        **facts,
    )
