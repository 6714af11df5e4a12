"""What a person chooses about the own reminders."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from engine.calendar import local_date
from engine.dialect import is_address
from engine.models import Person
from engine.terms import decree_days
from tasks.access import Viewer
from tasks.refusals import Invalid
from tasks.reminders.digests import first_digest, next_digest

HOURS = range(6, 21)
"""The hours of the day (Amsterdam) that can be chosen: never one that a clock change skips."""


@dataclass(frozen=True)
class Preferences:
    """``next_at`` is None as long as no digest was planned."""

    hour: int
    next_at: datetime | None
    has_address: bool


def preferences(session: Session, viewer: Viewer) -> Preferences:
    """The viewer's own choice."""
    person = session.get_one(Person, viewer.person_id)
    return Preferences(person.digest_hour, person.digest_at, is_address(person.email))


def change_hour(session: Session, viewer: Viewer, hour: int | None, now: datetime) -> None:
    """Another hour for the digest. Who had today's gets the next on the next working day.

    Raises Invalid.
    """
    if hour is None or hour not in HOURS:
        raise Invalid("uur", f"Kies een heel uur van {HOURS[0]} tot en met {HOURS[-1]}.")
    person = session.get_one(Person, viewer.person_id, with_for_update=True)
    person.digest_hour = hour
    had_todays = person.digested_at is not None and local_date(person.digested_at) >= local_date(
        now
    )
    following = next_digest if had_todays else first_digest
    person.digest_at = following(hour, now, decree_days(session))
