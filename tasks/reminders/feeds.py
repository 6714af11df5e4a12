"""The private calendar of a person: a secret address, of which only a hash is kept.

Whoever has the address sees case numbers, steps and dates; nothing of any client. It works without
signing in (calendars cannot), until it is revoked or replaced, or the person is disabled.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from engine.audit import record
from engine.errors import NotFound
from engine.models import CalendarFeed, Person
from tasks.access import Viewer
from tasks.reminders.calendarfile import Entry, calendar_file
from tasks.reminders.reading import lanes, line_of, open_tasks
from tasks.reminders.recipients import seats_of

_SECRET_BYTES = 32
FARTHEST = timedelta(days=3 * 366)


def make_feed(session: Session, viewer: Viewer, now: datetime) -> str:
    """A new secret for the address of the own calendar. An earlier address stops working."""
    _forget(session, viewer)
    secret = secrets.token_urlsafe(_SECRET_BYTES)
    session.add(
        CalendarFeed(person_id=viewer.person_id, secret_sha256=_hash(secret), created_at=now)
    )
    record(session, None, "feed_made", viewer.actor(None), now, person=viewer.person_id)
    return secret


def revoke_feed(session: Session, viewer: Viewer, now: datetime) -> None:
    """The address stops working; again changes nothing."""
    _forget(session, viewer)
    record(session, None, "feed_revoked", viewer.actor(None), now, person=viewer.person_id)


def feed_since(session: Session, viewer: Viewer) -> datetime | None:
    """Since when the viewer has a calendar address; None without one."""
    return session.scalar(
        select(CalendarFeed.created_at).where(CalendarFeed.person_id == viewer.person_id)
    )


def feed(session: Session, secret: str, now: datetime) -> bytes:
    """The calendar file at this address. Raises NotFound."""
    person_id = session.scalar(
        select(Person.id)
        .join(CalendarFeed, CalendarFeed.person_id == Person.id)
        .where(CalendarFeed.secret_sha256 == _hash(secret), Person.disabled_at.is_(None))
    )
    if person_id is None:
        raise NotFound
    found = []
    for lane in lanes(person_id, seats_of(session, person_id)):
        for task, number, route in open_tasks(session, lane, now + FARTHEST, now):
            line = line_of(route, task, number)
            since = task.due_set_at or task.created_at
            summary = f"{line.case_number}: {line.step}"
            found.append((line.at, Entry(f"taak-{task.id}@thuisroute", summary, line.due, since)))
    found.sort(key=lambda one: (one[0], one[1].uid))
    return calendar_file(entry for _, entry in found)


def _forget(session: Session, viewer: Viewer) -> None:
    session.execute(delete(CalendarFeed).where(CalendarFeed.person_id == viewer.person_id))


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()
