"""People and their roles: adding, changing, disabling, resetting."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.audit import record
from engine.errors import NotFound
from engine.models import Membership, Organisation, Person, RouteOrganisation, UserTask
from tasks import people as accounts
from tasks.access import Viewer, row_by_id
from tasks.administration.checks import (
    clean_email,
    clean_name,
    clean_username,
    config_of,
    configs_of,
    require_administrator,
)
from tasks.claims import give_back
from tasks.refusals import Invalid


@dataclass(frozen=True)
class MembershipRow:
    id: int
    organisation_id: int
    organisation: str
    route_key: str
    route: str
    role: str
    role_name: str


@dataclass(frozen=True)
class PersonRow:
    id: int
    username: str
    name: str
    email: str
    is_administrator: bool
    disabled: bool
    has_password: bool
    memberships: tuple[MembershipRow, ...]


@dataclass(frozen=True)
class NewPerson:
    """``secret`` goes into the one-time link with which the person sets a password."""

    person_id: int
    secret: str


def people(session: Session, viewer: Viewer) -> tuple[PersonRow, ...]:
    """Everybody, by name."""
    require_administrator(viewer)
    found = session.scalars(select(Person).order_by(Person.name, Person.id)).all()
    memberships = session.execute(
        select(Membership, Organisation.name)
        .join(Organisation, Organisation.id == Membership.organisation_id)
        .order_by(Organisation.name, Membership.route_key, Membership.role)
    ).all()
    return _person_rows(session, found, [(row, name) for row, name in memberships])


def person(session: Session, viewer: Viewer, person_id: int) -> PersonRow:
    """One person. Raises NotFound."""
    require_administrator(viewer)
    found = row_by_id(session, Person, person_id)
    if found is None:
        raise NotFound
    memberships = session.execute(
        select(Membership, Organisation.name)
        .join(Organisation, Organisation.id == Membership.organisation_id)
        .where(Membership.person_id == person_id)
        .order_by(Organisation.name, Membership.route_key, Membership.role)
    ).all()
    return _person_rows(session, [found], [(row, name) for row, name in memberships])[0]


def _person_rows(
    session: Session, found: Iterable[Person], memberships: Iterable[tuple[Membership, str]]
) -> tuple[PersonRow, ...]:
    configs = configs_of(session)
    by_person: dict[int, list[MembershipRow]] = {}
    for row, organisation in memberships:
        config = configs.get(row.route_key)
        role = None if config is None else config.roles.get(row.role)
        by_person.setdefault(row.person_id, []).append(
            MembershipRow(
                row.id,
                row.organisation_id,
                organisation,
                row.route_key,
                row.route_key if config is None else config.name,
                row.role,
                row.role if role is None else role.name,
            )
        )
    return tuple(
        PersonRow(
            one.id,
            one.username,
            one.name,
            one.email,
            one.is_administrator,
            one.disabled_at is not None,
            one.password_hash is not None,
            tuple(by_person.get(one.id, ())),
        )
        for one in found
    )


def add_person(
    session: Session, viewer: Viewer, username: str, name: str, email: str, now: datetime
) -> NewPerson:
    """A person with a one-time link to set a password. Raises Invalid."""
    require_administrator(viewer)
    username = clean_username(session, username)
    new = accounts.new_person(session, username, clean_name(name), clean_email(email), now)
    record(session, None, "person_added", viewer.actor(None), now, person=new.id)
    return NewPerson(new.id, accounts.issue_link(session, new.id, now))


def change_person(
    session: Session, viewer: Viewer, person_id: int, name: str, email: str, now: datetime
) -> None:
    """Another name or e-mail address. Raises Invalid, NotFound."""
    found = _person(session, viewer, person_id)
    found.name, found.email = clean_name(name), clean_email(email)
    record(session, None, "person_changed", viewer.actor(None), now, person=person_id)


def make_administrator(session: Session, viewer: Viewer, person_id: int, now: datetime) -> None:
    """From now on this person manages people too."""
    _person(session, viewer, person_id).is_administrator = True
    record(session, None, "administrator_made", viewer.actor(None), now, person=person_id)


def remove_administrator(session: Session, viewer: Viewer, person_id: int, now: datetime) -> None:
    """Raises Invalid for oneself: so there always is an administrator."""
    found = _person(session, viewer, person_id)
    _not_oneself(viewer, person_id, "U kunt uzelf niet het beheer afnemen.")
    found.is_administrator = False
    record(session, None, "administrator_removed", viewer.actor(None), now, person=person_id)


def disable(session: Session, viewer: Viewer, person_id: int, now: datetime) -> None:
    """The person cannot sign in any more; open sessions end, tasks go back to the group."""
    found = _person(session, viewer, person_id)
    _not_oneself(viewer, person_id, "U kunt uw eigen account niet uitzetten.")
    found.disabled_at = now
    found.session_epoch += 1
    give_back(session, UserTask.assignee_id == person_id)
    record(session, None, "person_disabled", viewer.actor(None), now, person=person_id)


def enable(session: Session, viewer: Viewer, person_id: int, now: datetime) -> None:
    """The person can sign in again."""
    _person(session, viewer, person_id).disabled_at = None
    record(session, None, "person_enabled", viewer.actor(None), now, person=person_id)


def reset(session: Session, viewer: Viewer, person_id: int, now: datetime) -> str:
    """The password is gone, sessions end; gives the secret of a link to set a new one."""
    found = _person(session, viewer, person_id)
    found.password_hash = None
    found.session_epoch += 1
    record(session, None, "password_reset", viewer.actor(None), now, person=person_id)
    return accounts.issue_link(session, person_id, now)


def _person(session: Session, viewer: Viewer, person_id: int) -> Person:
    require_administrator(viewer)
    found = row_by_id(session, Person, person_id)
    if found is None:
        raise NotFound
    return found


def _not_oneself(viewer: Viewer, person_id: int, text: str) -> None:
    if viewer.person_id == person_id:
        raise Invalid("person", text)


def add_membership(
    session: Session,
    viewer: Viewer,
    person_id: int,
    organisation_id: int,
    route_key: str,
    role: str,
    now: datetime,
) -> None:
    """The person gets this role. Raises Invalid when the organisation cannot have it."""
    _person(session, viewer, person_id)
    config = config_of(session, route_key)
    if role not in config.roles:
        raise Invalid("role", "Deze rol bestaat niet op deze route. Kies een andere rol.")
    party = config.roles[role].party
    if row_by_id(session, Organisation, organisation_id) is None:
        raise NotFound
    can_be = session.scalar(
        select(RouteOrganisation.id).where(
            RouteOrganisation.route_key == route_key,
            RouteOrganisation.party == party,
            RouteOrganisation.organisation_id == organisation_id,
        )
    )
    if can_be is None:
        raise Invalid(
            "organisation",
            f"Deze organisatie is op deze route geen {config.parties[party].name.lower()}. "
            "Voeg dat eerst toe bij de organisatie.",
        )
    same = select(Membership.id).where(
        Membership.person_id == person_id,
        Membership.organisation_id == organisation_id,
        Membership.route_key == route_key,
        Membership.role == role,
    )
    if session.scalar(same) is not None:
        raise Invalid("role", "Deze persoon heeft deze rol al.")
    session.add(
        Membership(
            person_id=person_id, organisation_id=organisation_id, route_key=route_key, role=role
        )
    )
    record(
        session,
        None,
        "role_given",
        viewer.actor(None),
        now,
        person=person_id,
        organisation=organisation_id,
        route=route_key,
        role=role,
    )


def remove_membership(session: Session, viewer: Viewer, membership_id: int, now: datetime) -> None:
    """The person loses this role from the next request on; its tasks go back to the group.

    Raises NotFound.
    """
    require_administrator(viewer)
    found = row_by_id(session, Membership, membership_id)
    if found is None:
        raise NotFound
    record(
        session,
        None,
        "role_taken",
        viewer.actor(None),
        now,
        person=found.person_id,
        organisation=found.organisation_id,
        route=found.route_key,
        role=found.role,
    )
    give_back(
        session,
        UserTask.assignee_id == found.person_id,
        UserTask.organisation_id == found.organisation_id,
        UserTask.route_key == found.route_key,
        UserTask.role == found.role,
    )
    session.delete(found)
