"""One installation with every shipped route in it, as a start makes it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.actors import Actor
from engine.clock import AMSTERDAM, TurnedClock
from engine.db import Database
from engine.definitions import deploy, latest, load
from engine.models import Case, Membership, Organisation, Person, RouteOrganisation
from engine.routes import Route, read_folder
from engine.server.preparing import SHIPPED_ROUTES
from tasks.demo import create_demo
from tasks.scenarios.player import Player
from tasks.scenarios.script import Deed, Script, read_script, scripts_of
from tasks.scenarios.stage import Stage
from tests.conftest import DatabaseWith

FIRST, SECOND = "drechtsteden", "amsterdam"
NOW = datetime(2026, 11, 23, 10, tzinfo=AMSTERDAM)
IN_BOTH = "beide"
"""Somebody who starts cases on both routes, in one organisation that takes part in both."""


@dataclass(frozen=True)
class House:
    """The installation: its database, its clock, and the routes in use."""

    database: Database
    clock: TurnedClock
    routes: Mapping[str, Route]

    def begin(
        self,
        key: str,
        by: str | None = None,
        deeds: int = 99,
        after: Callable[[], object] = lambda: None,
    ) -> Case:
        """A case of that route, brought so far as people only do tasks (at most ``deeds``).

        ``after`` is called when each of them was done.
        """
        stage = Stage(self.database, self.clock, self.routes[key])
        player = Player(_of_tasks_only(SHIPPED_ROUTES / key, deeds, by), stage)

        def done(_deed: Deed) -> None:
            after()

        player.after = done
        player.play()
        return stage.case()

    def deploy(self, files: Mapping[str, bytes]) -> int:
        """Put a version into use as a process owner does; gives its number."""
        with self.database.transaction() as session:
            return deploy(session, files, self.clock.now(), Actor.system()).version


def _of_tasks_only(folder: Path, deeds: int, by: str | None) -> Script:
    """The scenario that gets furthest with tasks alone, up to where it does anything else."""

    def beginning(script: Script) -> Script:
        other = (n for n, deed in enumerate(script.deeds) if deed.kind not in ("taak", "kijk"))
        plain = script.deeds[: next(other, len(script.deeds))][:deeds]
        # What a scenario expects is for its own test; here it may be another day.
        unjudged = tuple(replace(deed, expected=None) for deed in plain)
        return replace(script, deeds=unjudged, by=by or script.by)

    begun = [beginning(read_script(path)) for path in scripts_of(folder)]
    return max(begun, key=lambda script: len(script.deeds))


@pytest.fixture
def house(sqlite_with: DatabaseWith) -> House:
    """Both routes deployed, with their people."""
    return _house(sqlite_with(furnish))


@pytest.fixture
def any_house(database_with: DatabaseWith) -> House:
    """The same on each kind of database."""
    return _house(database_with(furnish))


def _house(database: Database) -> House:
    with database.reading() as session:
        routes = {key: load(session, latest(session, key).id) for key in (FIRST, SECOND)}
    return House(database, TurnedClock(NOW), routes)


def furnish(database: Database) -> None:
    """Put both routes into use, make their people, and somebody who works in both."""
    routes = {}
    for key in (FIRST, SECOND):
        with database.transaction() as session:
            done = deploy(session, read_folder(SHIPPED_ROUTES / key), NOW, Actor.system())
            routes[key] = load(session, done.id)
            create_demo(session, routes[key].config, NOW)
    with database.transaction() as session:
        _person_in_both(session, routes)


def _person_in_both(session: Session, routes: Mapping[str, Route]) -> None:
    """An organisation of the first route joins the second, and one of its people works in both."""
    config = routes[FIRST].config
    shared = next(one for one in config.demo.organisations if one.party == config.start_party)
    organisation = session.scalars(select(Organisation).where(Organisation.slug == shared.id)).one()
    second = routes[SECOND].config
    session.add(
        RouteOrganisation(
            route_key=SECOND, party=second.start_party, organisation_id=organisation.id
        )
    )
    person = Person(username=IN_BOTH, name="Bo Beide", email="", created_at=NOW)
    session.add(person)
    session.flush()
    session.add_all(
        Membership(
            person_id=person.id,
            organisation_id=organisation.id,
            route_key=key,
            role=routes[key].config.start_role,
        )
        for key in (FIRST, SECOND)
    )
