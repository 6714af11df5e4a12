"""Urgent reminders: mailed at once, not in the digest."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.calendar import local_date
from engine.definitions import load
from engine.letters import Rendered
from engine.models import IS_OPEN, Case, Person, UserTask
from engine.reminders import Schedule
from engine.terms import decree_days
from tasks.reminders import wording
from tasks.reminders.plans import URGENT_TIME, became_due, next_moment, plan_of
from tasks.reminders.posting import message_id, post
from tasks.reminders.reading import line_of
from tasks.reminders.recipients import leads_for, mailbox_for, people_for


def due_tasks(
    session: Session, now: datetime, limit: int, without: Sequence[int] = ()
) -> list[int]:
    """Ids of up to ``limit`` urgent user tasks to look at, the longest due first."""
    query = (
        select(UserTask.id)
        .where(
            IS_OPEN,
            UserTask.urgent_at.is_not(None),
            UserTask.urgent_at <= now,
            UserTask.id.not_in(without),
        )
        .order_by(UserTask.urgent_at, UserTask.id)
        .limit(limit)
    )
    return list(session.scalars(query))


def send_urgent(session: Session, task_id: int, site: str, now: datetime) -> int | None:
    """Write the mail that is due about one task, and when to look again; returns how many.

    None when it is not due (any more), or when another scheduler is busy with it.
    """
    task = session.scalar(
        select(UserTask)
        .where(
            UserTask.id == task_id,
            IS_OPEN,
            UserTask.urgent_at <= now,
        )
        .with_for_update(skip_locked=True, key_share=True)
    )
    if task is None or task.urgent_at is None:
        return None
    if task.follow_up_at is not None and task.follow_up_at > now:
        task.urgent_at = task.follow_up_at  # hidden until then, also from the worklist
        return 0
    case = session.get_one(Case, task.case_id)
    route = load(session, case.definition_id)
    plan, line = plan_of(route, task.element_id), line_of(route, task, case.number)
    free = decree_days(session)
    told: set[int] = set()
    if _is_due(plan.own, task, now, free):
        mail, people = wording.urgent(line, (), site, now), people_for(session, route, task)
        told |= _post(session, people, mail, task, site, now)
        _post_to_mailbox(session, people, line, task, site, now)
    if _is_due(plan.lead, task, now, free):
        mail = wording.urgent(line, (wording.FOR_THE_LEAD,), site, now)
        leads = [one for one in leads_for(session, task) if one.id not in told]
        told |= _post(session, leads, mail, task, site, now)
    coming = (next_moment(one, task, now, free, URGENT_TIME) for one in (plan.own, plan.lead))
    task.urgent_at = min((at for at in coming if at is not None), default=None)
    return len(told)


def _is_due(schedule: Schedule, task: UserTask, now: datetime, free: Collection[date]) -> bool:
    """Whether this schedule is why we look: ``urgent_at`` is its moment, or the deadline is new."""
    since = became_due(schedule, task, now, free, URGENT_TIME)
    return since is not None and task.urgent_at is not None and since >= task.urgent_at


def _post(
    session: Session,
    people: Sequence[Person],
    mail: Rendered,
    task: UserTask,
    site: str,
    now: datetime,
) -> set[int]:
    written = set()
    for person in people:
        facts = (site, "urgent", task.id, person.id, task.due_at, local_date(now))
        if post(session, person, mail, message_id(*facts), now):
            written.add(person.id)
    return written


def _post_to_mailbox(
    session: Session,
    people: Sequence[Person],
    line: wording.Line,
    task: UserTask,
    site: str,
    now: datetime,
) -> None:
    mailbox = mailbox_for(session, task, people)
    if mailbox is not None:
        mail = wording.urgent(line, (wording.FOR_THE_MAILBOX,), site, now)
        facts = (site, "urgent", task.id, "mailbox", task.due_at, local_date(now))
        post(session, mailbox, mail, message_id(*facts), now)
