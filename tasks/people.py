"""People signing in: passwords, sessions, one-time links.

A session of a browser holds the person's id and ``session_epoch``; a higher epoch in the database
ends it. A one-time link holds a secret of which only the hash is kept.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from engine.errors import NotFound
from engine.models import OneTimeLink, Person
from tasks import throttle
from tasks.access import storable
from tasks.passwords import MIN_PASSWORD_LENGTH, hash_password, is_right
from tasks.refusals import (
    LinkInvalid,
    PasswordRefused,
    SignInRefused,
    SignInThrottled,
    WrongPassword,
)

__all__ = [
    "LINK_LIFETIME",
    "MIN_PASSWORD_LENGTH",
    "LinkInvalid",
    "LinkedPerson",
    "PasswordRefused",
    "SignInRefused",
    "SignInThrottled",
    "SignedIn",
    "WrongPassword",
    "change_password",
    "find_person",
    "first_administrator",
    "issue_link",
    "link_person",
    "new_person",
    "sign_in",
    "use_link",
]

LINK_LIFETIME = timedelta(hours=24)
_SECRET_BYTES = 32


@dataclass(frozen=True)
class SignedIn:
    """What a browser's session keeps."""

    person_id: int
    session_epoch: int


@dataclass(frozen=True)
class LinkedPerson:
    """Whose one-time link it is."""

    person_id: int
    name: str
    username: str


def sign_in(
    session: Session, username: str, password: str, address: str, now: datetime
) -> SignedIn | SignInRefused | SignInThrottled:
    """Try a password. A refusal is returned, not raised: the count of failures must be kept."""
    # Counted under the name that is looked up: else each other way to type it is a fresh start.
    username = normal_username(username)
    until = throttle.blocked_until(session, username, address, now)
    if until is not None:
        return SignInThrottled(until)
    person = find_person(session, username)
    right = is_right(None if person is None else person.password_hash, password)
    if person is None or not right or person.disabled_at is not None:
        throttle.failed(session, username, address, now)
        return SignInRefused()
    throttle.succeeded(session, username, address)
    return SignedIn(person.id, person.session_epoch)


def sign_out(session: Session, person_id: int) -> None:
    """End every session of this person: also a cookie that somebody copied works no longer."""
    person = session.get(Person, person_id, with_for_update=True)
    if person is not None:
        person.session_epoch += 1


def find_person(session: Session, username: str) -> Person | None:
    """The person with this user name, in whatever case it is typed."""
    return session.scalar(select(Person).where(Person.username == normal_username(username)))


def normal_username(username: str) -> str:
    return storable(username).strip().casefold()


def change_password(
    session: Session, person_id: int, old: str, new: str, now: datetime
) -> SignedIn:
    """A new password; every other session ends. Raises WrongPassword, PasswordRefused."""
    person = _locked(session, person_id)
    if not is_right(person.password_hash, old):
        raise WrongPassword
    return _set_password(session, person, new)


def _set_password(session: Session, person: Person, password: str) -> SignedIn:
    person.password_hash = hash_password(password, person.username)
    person.session_epoch += 1
    session.execute(delete(OneTimeLink).where(OneTimeLink.person_id == person.id))
    session.flush()
    return SignedIn(person.id, person.session_epoch)


def _locked(session: Session, person_id: int) -> Person:
    person = session.get(Person, person_id, with_for_update=True)
    if person is None or person.disabled_at is not None:
        raise NotFound
    return person


def issue_link(session: Session, person_id: int, now: datetime) -> str:
    """A secret with which the person sets a password, once, within ``LINK_LIFETIME``.

    Earlier links of the person stop working.
    """
    session.execute(delete(OneTimeLink).where(OneTimeLink.person_id == person_id))
    secret = secrets.token_urlsafe(_SECRET_BYTES)
    session.add(
        OneTimeLink(
            secret_sha256=_hash(secret),
            person_id=person_id,
            created_at=now,
            expires_at=now + LINK_LIFETIME,
        )
    )
    session.flush()
    return secret


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


def link_person(session: Session, secret: str, now: datetime) -> LinkedPerson:
    """Whose link it is. Raises LinkInvalid (used, too old, unknown, or the person is disabled)."""
    link = session.get(OneTimeLink, _hash(secret))
    if link is None or link.used_at is not None or link.expires_at <= now:
        raise LinkInvalid
    person = session.get(Person, link.person_id)
    if person is None or person.disabled_at is not None:
        raise LinkInvalid
    return LinkedPerson(person.id, person.name, person.username)


def use_link(session: Session, secret: str, password: str, now: datetime) -> SignedIn:
    """Set the password with a one-time link. Raises LinkInvalid, PasswordRefused."""
    link = session.get(OneTimeLink, _hash(secret), with_for_update=True)
    found = link_person(session, secret, now)
    if link is None:
        raise LinkInvalid
    return _set_password(session, _locked(session, found.person_id), password)


def new_person(session: Session, username: str, name: str, email: str, now: datetime) -> Person:
    """A person without a password yet. The caller has checked the user name."""
    person = Person(
        username=normal_username(username),
        name=name,
        email=email,
        is_administrator=False,
        session_epoch=0,
        created_at=now,
    )
    session.add(person)
    session.flush()
    return person


FIRST_ADMINISTRATOR = "beheerder"


def first_administrator(session: Session, now: datetime) -> str | None:
    """The secret of a one-time link for the first administrator; None when there is one.

    An administrator without a password does not count: a lost link is simply issued anew.
    """
    ready = select(func.count()).where(
        Person.is_administrator, Person.password_hash.is_not(None), Person.disabled_at.is_(None)
    )
    if session.scalar(ready):
        return None
    person = find_person(session, FIRST_ADMINISTRATOR)
    if person is None:
        person = new_person(session, FIRST_ADMINISTRATOR, "Beheerder", "", now)
    person.is_administrator = True
    person.disabled_at = None
    return issue_link(session, person.id, now)
