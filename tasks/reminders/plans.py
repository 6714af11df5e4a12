"""When a user task is told of: what the diagram says, or the route, or else the usual schedule."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time

from engine.calendar import AMSTERDAM, local_date
from engine.dialect import REMIND, REMIND_LEAD, is_urgent
from engine.models import UserTask
from engine.reminders import Schedule, read_lead, read_schedule
from engine.routes import Route

URGENT_TIME = time(8)
"""On the day of an urgent reminder it leaves at this time (Amsterdam)."""


@dataclass(frozen=True)
class Plan:
    """``own`` for who does the task, ``lead`` for the team lead of that party."""

    own: Schedule
    lead: Schedule
    urgent: bool


def plan_of(route: Route, element_id: str) -> Plan:
    """The reminders of a user task, in the version of its case."""
    element = route.diagrams.elements.get(element_id)
    properties = {} if element is None else element.properties
    usual = route.config.reminders
    lead = read_lead(properties.get(REMIND_LEAD, usual.lead))
    return Plan(
        read_schedule(properties.get(REMIND, usual.schedule)),
        Schedule() if lead is None else Schedule(after=(lead,)),
        is_urgent(properties),
    )


def last_day(task: UserTask) -> date | None:
    """The day of the deadline; None for a task without one."""
    if task.due_at is None:
        return None
    return task.due_day or local_date(task.due_at)


def became_due(
    schedule: Schedule,
    task: UserTask,
    now: datetime,
    decree_days: Collection[date],
    at: time = time.min,
) -> datetime | None:
    """Since when the latest reminder of this deadline is to be sent; None when there is none yet.

    A reminder counts from ``at`` on its day (Amsterdam), but never from before the deadline was
    set or the task came in sight: all that would have been sent by then is one reminder now.
    """
    due = last_day(task)
    if due is None:
        return None
    day = schedule.latest(due, local_date(now), decree_days)
    if day is not None and moment(day, at) > now:
        day = schedule.latest(due, day - day.resolution, decree_days)
    if day is None:
        return None
    begin = (moment(day, at), task.due_set_at, task.follow_up_at)
    return max(one for one in begin if one is not None)


def next_moment(
    schedule: Schedule, task: UserTask, now: datetime, decree_days: Collection[date], at: time
) -> datetime | None:
    """When the next reminder after ``now`` is to be sent; None when there is none any more."""
    due = last_day(task)
    if due is None:
        return None
    today = local_date(now)
    before = today if moment(today, at) <= now else today - today.resolution
    day = schedule.following(due, before, decree_days)
    return None if day is None else moment(day, at)


def moment(day: date, at: time) -> datetime:
    """That time on that day in Amsterdam."""
    return datetime.combine(day, at, AMSTERDAM)
