"""What an administrator does: people, organisations, roles. No case content comes by here.

Every function refuses with NotAllowed when the viewer is no administrator.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from engine.audit import record
from engine.definitions import latest, latest_all, load
from engine.errors import NotAllowed, NotFound
from engine.models import (
    Case,
    CaseStatus,
    Incident,
    IncidentStatus,
    Membership,
    Organisation,
    Person,
    ProcessDefinition,
    RouteOrganisation,
)
from engine.routes import RouteConfig
from tasks import people as accounts
from tasks.access import Viewer
from tasks.choices import Choice
from tasks.refusals import Invalid

__all__ = ["Invalid"]

_USERNAME = re.compile(r"[a-z0-9][a-z0-9._@+-]{1,99}")
_SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_MAX_NAME = 200
_MAX_EMAIL = 254
_INCIDENTS_SHOWN = 200


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


@dataclass(frozen=True)
class OrganisationPartyRow:
    id: int
    route_key: str
    route: str
    party: str
    party_name: str


@dataclass(frozen=True)
class OrganisationRow:
    id: int
    slug: str
    name: str
    email: str
    parties: tuple[OrganisationPartyRow, ...]


@dataclass(frozen=True)
class RouteRow:
    key: str
    name: str
    version: int
    deployed_at: datetime
    deployed_by: str
    open_cases: int
    roles: tuple[Choice, ...]
    parties: tuple[Choice, ...]


@dataclass(frozen=True)
class IncidentRow:
    id: int
    case_number: str
    element_id: str
    place: str
    message: str
    opened_at: datetime
    attempts: int


def _require_administrator(viewer: Viewer) -> None:
    if not viewer.is_administrator:
        raise NotAllowed


def _configs(session: Session) -> dict[str, RouteConfig]:
    return {found.key: load(session, found.id).config for found in latest_all(session)}


def people(session: Session, viewer: Viewer) -> tuple[PersonRow, ...]:
    """Everybody, by name."""
    _require_administrator(viewer)
    found = session.scalars(select(Person).order_by(Person.name, Person.id)).all()
    memberships = session.execute(
        select(Membership, Organisation.name)
        .join(Organisation, Organisation.id == Membership.organisation_id)
        .order_by(Organisation.name, Membership.route_key, Membership.role)
    ).all()
    return _person_rows(session, found, [(row, name) for row, name in memberships])


def person(session: Session, viewer: Viewer, person_id: int) -> PersonRow:
    """One person. Raises NotFound."""
    _require_administrator(viewer)
    found = session.get(Person, person_id)
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
    configs = _configs(session)
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
    _require_administrator(viewer)
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
    """The person cannot sign in any more; open sessions end. Tasks stay as they are."""
    found = _person(session, viewer, person_id)
    _not_oneself(viewer, person_id, "U kunt uw eigen account niet uitzetten.")
    found.disabled_at = now
    found.session_epoch += 1
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
    _require_administrator(viewer)
    found = session.get(Person, person_id, with_for_update=True)
    if found is None:
        raise NotFound
    return found


def _not_oneself(viewer: Viewer, person_id: int, text: str) -> None:
    if viewer.person_id == person_id:
        raise Invalid("person", text)


def clean_username(session: Session, username: str) -> str:
    """The user name as it is stored. Raises Invalid when it cannot be, or is taken."""
    username = accounts.normal_username(username)
    if not _USERNAME.fullmatch(username):
        raise Invalid(
            "username",
            "Kies een gebruikersnaam van 2 tot 100 tekens: kleine letters, cijfers en . _ - @ +",
        )
    if accounts.find_person(session, username) is not None:
        raise Invalid("username", "Deze gebruikersnaam bestaat al. Kies een andere.")
    return username


def clean_name(name: str) -> str:
    """The name as it is stored. Raises Invalid."""
    name = " ".join(name.split())
    if not name or len(name) > _MAX_NAME or not name.isprintable():
        raise Invalid("name", f"Vul een naam in van hoogstens {_MAX_NAME} tekens.")
    return name


def clean_email(email: str) -> str:
    """The address as it is stored; may be empty. Raises Invalid."""
    email = email.strip()
    if email and (len(email) > _MAX_EMAIL or not _EMAIL.fullmatch(email)):
        raise Invalid("email", "Vul een e-mailadres in, bijvoorbeeld naam@voorbeeld.nl.")
    return email


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
    config = _config(session, route_key)
    if role not in config.roles:
        raise Invalid("role", "Deze rol bestaat niet op deze route. Kies een andere rol.")
    party = config.roles[role].party
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
    """The person loses this role; it holds from the next request on. Raises NotFound."""
    _require_administrator(viewer)
    found = session.get(Membership, membership_id)
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
    session.delete(found)


def _config(session: Session, route_key: str) -> RouteConfig:
    return load(session, latest(session, route_key).id).config


def organisations(session: Session, viewer: Viewer) -> tuple[OrganisationRow, ...]:
    """Every organisation, by name, with what it can be on which route."""
    _require_administrator(viewer)
    configs = _configs(session)
    parties: dict[int, list[OrganisationPartyRow]] = {}
    for row in session.scalars(
        select(RouteOrganisation).order_by(RouteOrganisation.route_key, RouteOrganisation.party)
    ):
        config = configs.get(row.route_key)
        party = None if config is None else config.parties.get(row.party)
        parties.setdefault(row.organisation_id, []).append(
            OrganisationPartyRow(
                row.id,
                row.route_key,
                row.route_key if config is None else config.name,
                row.party,
                row.party if party is None else party.name,
            )
        )
    return tuple(
        OrganisationRow(one.id, one.slug, one.name, one.email, tuple(parties.get(one.id, ())))
        for one in session.scalars(select(Organisation).order_by(Organisation.name))
    )


def add_organisation(session: Session, viewer: Viewer, slug: str, name: str, email: str) -> int:
    """Gives the new id. Raises Invalid."""
    _require_administrator(viewer)
    slug = slug.strip().lower()
    if not _SLUG.fullmatch(slug):
        raise Invalid(
            "slug", "Kies een korte naam van hoogstens 64 tekens: kleine letters, cijfers en -"
        )
    if session.scalar(select(Organisation.id).where(Organisation.slug == slug)) is not None:
        raise Invalid("slug", "Deze korte naam bestaat al. Kies een andere.")
    organisation = Organisation(slug=slug, name=clean_name(name), email=clean_email(email))
    session.add(organisation)
    session.flush()
    return organisation.id


def change_organisation(
    session: Session, viewer: Viewer, organisation_id: int, name: str, email: str
) -> None:
    """Another name or e-mail address. Raises Invalid, NotFound."""
    _require_administrator(viewer)
    found = session.get(Organisation, organisation_id)
    if found is None:
        raise NotFound
    found.name, found.email = clean_name(name), clean_email(email)


def add_party(
    session: Session, viewer: Viewer, organisation_id: int, route_key: str, party: str
) -> None:
    """From now on this organisation can be ``party`` on the route. Raises Invalid, NotFound."""
    _require_administrator(viewer)
    if session.get(Organisation, organisation_id) is None:
        raise NotFound
    if party not in _config(session, route_key).parties:
        raise Invalid("party", "Deze partij bestaat niet op deze route. Kies een andere.")
    same = select(RouteOrganisation.id).where(
        RouteOrganisation.route_key == route_key,
        RouteOrganisation.party == party,
        RouteOrganisation.organisation_id == organisation_id,
    )
    if session.scalar(same) is not None:
        raise Invalid("party", "Deze organisatie is dat al.")
    session.add(
        RouteOrganisation(route_key=route_key, party=party, organisation_id=organisation_id)
    )


def remove_party(session: Session, viewer: Viewer, route_organisation_id: int) -> None:
    """New cases cannot choose it any more; running cases keep it."""
    _require_administrator(viewer)
    session.execute(delete(RouteOrganisation).where(RouteOrganisation.id == route_organisation_id))


def routes(session: Session, viewer: Viewer) -> tuple[RouteRow, ...]:
    """The routes in use, newest version each."""
    _require_administrator(viewer)
    counted = session.execute(
        select(ProcessDefinition.key, func.count())
        .join(Case, Case.definition_id == ProcessDefinition.id)
        .where(Case.status == CaseStatus.OPEN)
        .group_by(ProcessDefinition.key)
    ).all()
    open_cases = {row[0]: row[1] for row in counted}
    configs = _configs(session)
    return tuple(
        RouteRow(
            one.key,
            one.name,
            one.version,
            one.deployed_at,
            one.deployed_by,
            open_cases.get(one.key, 0),
            tuple(Choice(role.id, role.name) for role in configs[one.key].roles.values()),
            tuple(Choice(party.id, party.name) for party in configs[one.key].parties.values()),
        )
        for one in latest_all(session)
    )


def incidents(session: Session, viewer: Viewer) -> tuple[IncidentRow, ...]:
    """Open incidents of all cases, oldest first: number and place, nothing of the case."""
    _require_administrator(viewer)
    found = session.execute(
        select(Incident, Case.number)
        .join(Case, Case.id == Incident.case_id)
        .where(Incident.status == IncidentStatus.OPEN)
        .order_by(Incident.id)
        .limit(_INCIDENTS_SHOWN)
    )
    return tuple(
        IncidentRow(
            row.id, number, row.element_id, row.place, row.message, row.opened_at, row.attempts
        )
        for row, number in found
    )
