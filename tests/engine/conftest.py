"""Both databases with organisations and people of a small route."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from engine.actors import Actor
from engine.db import Database
from engine.models import Membership, Organisation, Person, RouteOrganisation
from tests.conftest import DatabaseWith
from tests.engine.sample import KEY
from tests.engine.world import World

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@pytest.fixture
def world(database_with: DatabaseWith) -> World:
    return of_people(database_with(furnish))


@pytest.fixture
def postgres_world(postgres_with: DatabaseWith) -> World:
    return of_people(postgres_with(furnish))


def furnished(database: Database) -> World:
    """The same in a database that a test has already."""
    furnish(database)
    return of_people(database)


def of_people(database: Database) -> World:
    """The world of a database that was furnished."""
    with database.reading() as session:
        rows = session.execute(
            select(Person.id, Person.username, Person.name, Membership.organisation_id).join(
                Membership, Membership.person_id == Person.id
            )
        )
        actors = {row.username: Actor(row.id, row.organisation_id, row.name) for row in rows}
    return World(database, actors, NOW)


def furnish(database: Database) -> None:
    """Two organisations of each party and a person for each role in the first of them."""
    with database.transaction() as session:
        rows = {
            slug: Organisation(slug=slug, name=name, email=f"post@{slug}.example.org")
            for slug, name in (
                ("de-brug", "De Brug"),
                ("het-anker", "Het Anker"),
                ("dorp", "Gemeente Dorp"),
                ("stad", "Gemeente Stad"),
            )
        }
        session.add_all(rows.values())
        session.flush()
        for slug, party, role, person in (
            ("de-brug", "zorg", "begeleider", "sanne"),
            ("het-anker", "zorg", "begeleider", "piet"),
            ("dorp", "gemeente", "beoordelaar", "fatima"),
            ("stad", "gemeente", "beoordelaar", "joost"),
        ):
            organisation = rows[slug]
            session.add(
                RouteOrganisation(route_key=KEY, party=party, organisation_id=organisation.id)
            )
            row = Person(
                username=person,
                name=person.title(),
                email=f"{person}@example.org",
                created_at=NOW,
            )
            session.add(row)
            session.flush()
            session.add(
                Membership(
                    person_id=row.id, organisation_id=organisation.id, route_key=KEY, role=role
                )
            )
