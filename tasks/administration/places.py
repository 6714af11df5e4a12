"""Organisations, and what they can be on which route."""

from __future__ import annotations

import re
from dataclasses import dataclass

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from engine.errors import NotFound
from engine.models import Organisation, RouteOrganisation
from tasks.access import Viewer, row_by_id
from tasks.administration.checks import (
    clean_email,
    clean_name,
    config_of,
    configs_of,
    require_administrator,
)
from tasks.refusals import Invalid

SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")


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


def organisations(session: Session, viewer: Viewer) -> tuple[OrganisationRow, ...]:
    """Every organisation, by name, with what it can be on which route."""
    require_administrator(viewer)
    configs = configs_of(session)
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
    require_administrator(viewer)
    slug = slug.strip().lower()
    if not SLUG.fullmatch(slug):
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
    require_administrator(viewer)
    found = row_by_id(session, Organisation, organisation_id)
    if found is None:
        raise NotFound
    found.name, found.email = clean_name(name), clean_email(email)


def add_party(
    session: Session, viewer: Viewer, organisation_id: int, route_key: str, party: str
) -> None:
    """From now on this organisation can be ``party`` on the route. Raises Invalid, NotFound."""
    require_administrator(viewer)
    if row_by_id(session, Organisation, organisation_id) is None:
        raise NotFound
    if party not in config_of(session, route_key).parties:
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
    require_administrator(viewer)
    session.execute(delete(RouteOrganisation).where(RouteOrganisation.id == route_organisation_id))
