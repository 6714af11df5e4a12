"""The digest: what a person is to be reminded of, once a working day, read when it is due."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.calendar import add_working_days, is_free_day, local_date
from engine.dialect import is_address
from engine.models import Organisation, Person, UserTask
from engine.reminders import LONGEST
from engine.routes import Route
from engine.terms import decree_days
from tasks.four_eyes import excluded_person
from tasks.reminders import wording
from tasks.reminders.plans import Plan, became_due, moment, plan_of
from tasks.reminders.posting import message_id, post
from tasks.reminders.reading import in_order, lanes, line_of, open_tasks
from tasks.reminders.recipients import led_seats, mailbox_for, people_for, seats_of
from tasks.reminders.wording import Line
from tasks.worklist import of_seat

FARTHEST = timedelta(days=14)
"""No next working day is farther away than this."""
SETTLED = timedelta(minutes=5)
"""A step has committed by then, counted from its own ``now`` (waiting for a case ends after 40
seconds), also when the clock of its machine is somewhat behind."""


def unplanned(session: Session, now: datetime, limit: int) -> list[int]:
    """Ids of up to ``limit`` people who have no digest planned.

    Or one too far away: then the clock was ahead for a while, and whoever got a digest in that time
    would hear nothing until the real time has caught up.
    """
    enabled = select(Person.id).where(Person.disabled_at.is_(None)).limit(limit)
    new = session.scalars(enabled.where(Person.digest_at.is_(None))).all()
    far = session.scalars(enabled.where(Person.digest_at > now + FARTHEST)).all()
    return [*new, *far][:limit]


def plan_new_people(session: Session, now: datetime, limit: int) -> int:
    """Give up to ``limit`` of those the first digest to come; returns how many."""
    free = decree_days(session)
    found = session.scalars(
        select(Person)
        .where(Person.id.in_(unplanned(session, now, limit)))
        .with_for_update(skip_locked=True, key_share=True)
        .execution_options(populate_existing=True)
    ).all()
    for person in found:
        if person.digest_at is None or person.digest_at > now + FARTHEST:
            person.digest_at = first_digest(person.digest_hour, now, free)
            person.digested_at = None
    return len(found)


def first_digest(hour: int, now: datetime, free: Collection[date]) -> datetime:
    """The first instant from ``now`` on at which a digest may leave; ``free`` by decree."""
    today = local_date(now)
    if is_free_day(today, free) is None and moment(today, time(hour)) >= now:
        return moment(today, time(hour))
    return next_digest(hour, now, free)


def next_digest(hour: int, now: datetime, free: Collection[date]) -> datetime:
    """When the digest after that of today leaves: the next working day."""
    return moment(add_working_days(local_date(now), 1, free), time(hour))


def due_people(
    session: Session, now: datetime, limit: int, without: Sequence[int] = ()
) -> list[int]:
    """Ids of up to ``limit`` people whose digest is due, the longest due first."""
    query = (
        select(Person.id)
        .where(Person.disabled_at.is_(None), Person.digest_at <= now, Person.id.not_in(without))
        .order_by(Person.digest_at, Person.id)
        .limit(limit)
    )
    return list(session.scalars(query))


def send_digest(session: Session, person_id: int, site: str, now: datetime) -> bool | None:
    """Write the digest of one person and plan the next; False when there is nothing to say.

    None when it is not due (any more), or when another scheduler is busy with this person.
    """
    person = session.scalar(
        select(Person)
        .where(Person.id == person_id, Person.disabled_at.is_(None), Person.digest_at <= now)
        .with_for_update(skip_locked=True, key_share=True)
    )
    if person is None:
        return None
    own, led = _told(session, person, now)
    written = False
    if not is_address(person.email):
        written = _post_to_mailboxes(session, own, site, now)
    elif own or led:
        identity = message_id(site, "digest", person.id, local_date(now))
        lines = [one.line for one in own]
        written = post(session, person, wording.digest(lines, led, site, now), identity, now)
    person.digested_at = now
    person.digest_at = next_digest(person.digest_hour, now, decree_days(session))
    return written


@dataclass(frozen=True)
class _Told:
    """A task of which somebody is told."""

    task: UserTask
    route: Route
    line: Line


def _post_to_mailboxes(session: Session, told: Sequence[_Told], site: str, now: datetime) -> bool:
    """Tell their organisation of those tasks of which nobody else hears; whether there were any.

    Colleagues who have no address either find the same mail written.
    """
    unheard: defaultdict[Organisation, list[_Told]] = defaultdict(list)
    for one in told:
        mailbox = mailbox_for(session, one.task, people_for(session, one.route, one.task))
        if mailbox is not None:
            unheard[mailbox].append(one)
    written = False
    for mailbox, those in unheard.items():
        tasks = sorted(one.task.id for one in those)
        identity = message_id(site, "digest of mailbox", mailbox.id, tasks, local_date(now))
        mail = wording.digest_for_mailbox([one.line for one in those], site, now)
        written |= post(session, mailbox, mail, identity, now)
    return written


def _told(session: Session, person: Person, now: datetime) -> tuple[list[_Told], list[Line]]:
    """What became due since the last digest: for the person, and of the team that he leads."""
    seats = seats_of(session, person.id)
    if not seats:
        return [], []
    free = decree_days(session)
    own: dict[int, _Told] = {}
    horizon = now + LONGEST + timedelta(days=7)  # a free day can put a reminder forward
    for lane in lanes(person.id, seats):
        for task, number, route in open_tasks(session, lane, horizon, now):
            plan = plan_of(route, task.element_id)
            if not _is_new(plan, became_due(plan.own, task, now, free), task, person, now):
                continue
            if task.assignee_id is None and _excluded(session, route, task, person):
                continue
            own[task.id] = _Told(task, route, line_of(route, task, number))
    led: dict[int, Line] = {}
    for seat in in_order(led_seats(session, seats)):
        for task, number, route in open_tasks(session, of_seat(seat), now, now):
            plan = plan_of(route, task.element_id)
            since = became_due(plan.lead, task, now, free)
            if task.id not in own and _is_new(plan, since, task, person, now):
                led[task.id] = line_of(route, task, number)
    return list(own.values()), list(led.values())


def _is_new(
    plan: Plan, since: datetime | None, task: UserTask, person: Person, now: datetime
) -> bool:
    """Whether this digest is to tell of it. Urgent tasks have mail of their own.

    A step that began before a digest can commit after it: a deadline is told of by the first digest
    by which the step that set it has surely committed. So none is missed, and none told of twice.
    """
    if plan.urgent or since is None:
        return False
    if task.due_set_at is not None:
        since = max(since, task.due_set_at + SETTLED)
    return since <= now and (person.digested_at is None or since > person.digested_at)


def _excluded(session: Session, route: Route, task: UserTask, person: Person) -> bool:
    excluded = excluded_person(session, route, task)
    return excluded is not None and excluded[0] == person.id
