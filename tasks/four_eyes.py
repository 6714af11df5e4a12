"""Four eyes: a user task that checks another one, and who may therefore not do it.

The diagram says so with the property ``vierOgen`` (the element id of the task that is checked).
Whoever completed that task last in this case may not claim, get or complete the check.
"""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.dialect import FOUR_EYES
from engine.models import UserTask, UserTaskStatus
from engine.routes import Route
from engine.steps.rows import AnyUserTask
from tasks.refusals import FourEyes


def excluded_person(session: Session, route: Route, task: AnyUserTask) -> tuple[int, str] | None:
    """Who may not do ``task`` (person id), and the name of the task it checks; None: nobody."""
    element = route.diagrams.elements.get(task.element_id)
    checked = None if element is None else element.properties.get(FOUR_EYES)
    if not checked:
        return None
    latest = session.execute(
        select(UserTask.completed_by_id, UserTask.name)
        .where(
            UserTask.case_id == task.case_id,
            UserTask.element_id == checked.strip(),
            UserTask.status == UserTaskStatus.COMPLETED,
        )
        .order_by(UserTask.ended_at.desc(), UserTask.id.desc())
        .limit(1)
    ).first()
    if latest is None or latest.completed_by_id is None:
        return None
    return latest.completed_by_id, latest.name


def require_other_person(session: Session, route: Route, task: AnyUserTask, person_id: int) -> None:
    """Raises FourEyes when this person did what the task is to check."""
    excluded = excluded_person(session, route, task)
    if excluded is not None and excluded[0] == person_id:
        raise FourEyes(task.id, excluded[1])
