"""A site with the small test route on it, and people who visit it as a browser does."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from jinja2.bccache import Bucket, BytecodeCache
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from engine.actors import Actor
from engine.clock import TurnedClock
from engine.config import Settings
from engine.db import Database
from engine.definitions import deploy, latest, load
from engine.models import Case, Membership, Organisation, Person, RouteOrganisation, UserTask
from engine.routes import RouteConfig, read_folder
from tests.conftest import MONDAY_MORNING
from webui.app import create_app

ROUTE = Path(__file__).parent / "route"
_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')

# Answers to the forms of the test route; controls of a route's form start with "v.".
START = {"v.clientNaam": "Jan de Boer", "v.clientEmail": "", "v.gemeente": "waterdorp"}
TALK = {
    "v.gesprekDatum": "2026-05-15",
    "v.verslag": "Goed gesprek.",
    "v.klaar": "ja",
    # Without an answer the letter cannot be written: that is this route's fault to test with.
    "v.plaats": "Waterdorp",
}
DECISION = {
    "v.besluitMoment.datum": "2026-05-18",
    "v.besluitMoment.tijd": "08:00",
    "v.besluit": "toekennen",
}


@dataclass
class Visitor:
    """A browser, perhaps with somebody signed in."""

    client: FlaskClient
    _token: str = field(default="", repr=False)

    def get(self, path: str, headers: Mapping[str, str] | None = None) -> TestResponse:
        return self.client.get(path, headers=headers)

    def post(self, path: str, data: Mapping[str, Any] | None = None) -> TestResponse:
        """Send a form with its CSRF token, as the page has it."""
        return self.client.post(path, data={"csrf_token": self.token(), **(data or {})})

    def token(self) -> str:
        if not self._token:
            for path in ("/account", "/inloggen"):
                found = _TOKEN.search(self.client.get(path).text)
                if found:
                    self._token = found.group(1)
                    break
        return self._token


@dataclass(frozen=True)
class Site:
    """The application on one database, with the route's demonstration people."""

    app: Flask
    database: Database
    clock: TurnedClock

    def visitor(self) -> Visitor:
        """Somebody who has not signed in."""
        return Visitor(self.app.test_client())

    def signed_in(self, username: str) -> Visitor:
        """A browser in which this person has signed in."""
        with self.database.reading() as session:
            person = session.execute(
                select(Person.id, Person.session_epoch).where(Person.username == username)
            ).one()
        visitor = self.visitor()
        stamp = self.clock.now().isoformat()
        with visitor.client.session_transaction() as kept:
            kept.update(person=person.id, epoch=person.session_epoch, since=stamp, seen=stamp)
        return visitor

    def start_case(self, username: str = "sanne", **answers: str) -> str:
        """A new case; gives its number."""
        answer = self.signed_in(username).post("/zaken/nieuw/proefroute", {**START, **answers})
        assert answer.status_code == 302, answer.text
        return answer.location.rsplit("/", 1)[-1].split("#")[0]

    def task(self, number: str, element_id: str) -> int:
        """The id of the newest user task of that element in that case."""
        with self.database.reading() as session:
            return session.scalars(
                select(UserTask.id)
                .join(Case, Case.id == UserTask.case_id)
                .where(Case.number == number, UserTask.element_id == element_id)
                .order_by(UserTask.id.desc())
            ).first()  # type: ignore[return-value]

    def case_with_the_municipality(self) -> str:
        """A case whose first task is done, so that the municipality takes part."""
        number = self.start_case()
        answer = self.signed_in("sanne").post(f"/taken/{self.task(number, 'Gesprek')}", TALK)
        assert answer.status_code == 302, answer.text
        return number


def settings(var: Path) -> Settings:
    """Settings of a default installation, with its files in `var`."""
    return Settings.from_environment({"THUISROUTE_VAR": str(var)})


def make_site(database: Database, clock: TurnedClock, var: Path) -> Site:
    """Deploy the test route, make its people and an administrator; the site of all that."""
    furnish(database)
    return site_of(database, clock, var)


def site_of(database: Database, clock: TurnedClock, var: Path) -> Site:
    """The site of a database that was furnished. Templates are compiled once for all sites."""
    app = create_app(settings(var), database, clock)
    app.jinja_env.bytecode_cache = _templates
    return Site(app, database, clock)


class _Templates(BytecodeCache):
    """Compiled templates in memory: an application of its own for every test compiles none."""

    def __init__(self) -> None:
        self._code: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        code = self._code.get(f"{bucket.key} {bucket.checksum}")
        if code is not None:
            bucket.bytecode_from_string(code)

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._code[f"{bucket.key} {bucket.checksum}"] = bucket.bytecode_to_string()


_templates = _Templates()


def furnish(database: Database) -> None:
    """Put the test route into use on Monday morning, with its people and an administrator."""
    with database.transaction() as session:
        deploy(session, read_folder(ROUTE), MONDAY_MORNING, Actor.system())
    with database.transaction() as session:
        config = load(session, latest(session, "proefroute").id).config
        _people(session, config, MONDAY_MORNING)


def _people(session: Session, config: RouteConfig, now: datetime) -> None:
    """The demonstration people, without passwords: hashing one takes as long as ten pages."""
    organisations = {}
    for one in config.demo.organisations:
        made = Organisation(slug=one.id, name=one.name, email=one.email)
        session.add(made)
        session.flush()
        organisations[one.id] = made.id
        session.add(
            RouteOrganisation(route_key=config.id, party=one.party, organisation_id=made.id)
        )
    for someone in config.demo.people:
        person = Person(username=someone.user, name=someone.name, email="", created_at=now)
        session.add(person)
        session.flush()
        for role in someone.roles:
            session.add(
                Membership(
                    person_id=person.id,
                    organisation_id=organisations[someone.organisation],
                    route_key=config.id,
                    role=role,
                )
            )
    session.add(
        Person(username="beheer", name="Bo Beheer", email="", created_at=now, is_administrator=True)
    )
