"""Organisations and people for a demonstration, from ``[demo]`` of a route; only when asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.models import Membership, Organisation, Person, RouteOrganisation
from engine.routes import DemoPerson, RouteConfig
from tasks.passwords import hash_as_given
from tasks.people import find_person, new_person

DEMO_PASSWORD = "demonstratie"  # noqa: S105 - printed at the start; for made-up people only
DEMO_ADMINISTRATOR = "beheer"


@dataclass(frozen=True)
class DemoAccount:
    """Someone who can sign in with ``DEMO_PASSWORD``. ``roles`` are names that people read."""

    name: str
    username: str
    roles: tuple[str, ...]
    organisation: str


def create_demo(session: Session, config: RouteConfig, now: datetime) -> tuple[DemoAccount, ...]:
    """Make what is not there yet; doing it again changes nothing. Gives all accounts.

    An administrator comes with them. Nothing is made for a route without ``[demo]``.
    """
    if not config.demo.people:
        return ()
    organisations = {
        one.id: _organisation(session, config.id, one.id, one.name, one.email, one.party)
        for one in config.demo.organisations
    }
    accounts = [_account(session, config, one, organisations, now) for one in config.demo.people]
    administrator = _person(session, DEMO_ADMINISTRATOR, "Beheerder", now)
    administrator.is_administrator = True
    session.flush()
    return (
        *accounts,
        DemoAccount(administrator.name, administrator.username, ("Beheerder",), ""),
    )


def _organisation(
    session: Session, route_key: str, slug: str, name: str, email: str, party: str
) -> Organisation:
    found = session.scalar(select(Organisation).where(Organisation.slug == slug))
    if found is None:
        found = Organisation(slug=slug, name=name, email=email)
        session.add(found)
        session.flush()
    same = select(RouteOrganisation.id).where(
        RouteOrganisation.route_key == route_key,
        RouteOrganisation.party == party,
        RouteOrganisation.organisation_id == found.id,
    )
    if session.scalar(same) is None:
        session.add(RouteOrganisation(route_key=route_key, party=party, organisation_id=found.id))
    return found


def _account(
    session: Session,
    config: RouteConfig,
    one: DemoPerson,
    organisations: Mapping[str, Organisation],
    now: datetime,
) -> DemoAccount:
    organisation = organisations[one.organisation]
    person = _person(session, one.user, one.name, now)
    for role in one.roles:
        same = select(Membership.id).where(
            Membership.person_id == person.id,
            Membership.organisation_id == organisation.id,
            Membership.route_key == config.id,
            Membership.role == role,
        )
        if session.scalar(same) is None:
            session.add(
                Membership(
                    person_id=person.id,
                    organisation_id=organisation.id,
                    route_key=config.id,
                    role=role,
                )
            )
    names = tuple(config.roles[role].name for role in one.roles)
    return DemoAccount(one.name, person.username, names, organisation.name)


def _person(session: Session, username: str, name: str, now: datetime) -> Person:
    found = find_person(session, username)
    if found is None:
        email = f"{username}@example.org"
        found = new_person(session, username, name, email, now)
        found.password_hash = hash_as_given(DEMO_PASSWORD)
        session.flush()
    return found
