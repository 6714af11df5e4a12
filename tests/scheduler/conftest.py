"""Databases, letters, and mail servers that behave well or badly."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from engine.actors import Actor
from engine.db import Database
from engine.definitions import deploy
from engine.models import (
    Channel,
    Organisation,
    OutboxMessage,
    OutboxStatus,
    Person,
    RouteOrganisation,
)
from engine.routes import read_folder
from engine.steps import start_case
from tests.bench.copies import copy_case
from tests.conftest import MONDAY_MORNING

MONDAY = MONDAY_MORNING
ROUTES = Path(__file__).parent / "routes"


_numbers = itertools.count(1)


WriteLetter = Callable[..., int]


@pytest.fixture
def write_letter(database: Database) -> WriteLetter:
    """Writes a letter into the outbox, as a step does; gives its id."""

    def write(
        recipients: str = "jan@example.org",
        at: datetime = MONDAY,
        channel: Channel = Channel.EMAIL,
    ) -> int:
        row = letter(recipients=recipients, at=at)
        row.channel = channel
        with database.transaction() as session:
            session.add(row)
            session.flush()
            return row.id

    return write


def letter(
    recipients: str = "jan@example.org",
    subject: str = "Uw woning",
    message_id: str | None = None,
    at: datetime = MONDAY,
) -> OutboxMessage:
    return OutboxMessage(
        case_id=None,
        message_id=message_id or f"<brief-{next(_numbers)}@thuisroute.example.org>",
        letter_id="aanbod",
        element_id="StuurAanbod",
        title="Aanbod",
        audience="client",
        channel=Channel.EMAIL,
        recipients=recipients,
        subject=subject,
        body_text="Beste Jan,\n\nEr is een woning voor u: € 700 per maand.\n",
        body_html="<p>Beste Jan,</p><p>Er is een woning voor u: € 700 per maand.</p>",
        status=OutboxStatus.PENDING,
        created_at=at,
        next_attempt_at=at,
    )


def read_letter(database: Database, letter_id: int) -> OutboxMessage:
    with database.reading() as session:
        row = session.get_one(OutboxMessage, letter_id)
        session.expunge(row)
        return row


class Cases:
    """Begins cases of the route "termijn", which wait an hour and then send a letter."""

    def __init__(self, database: Database) -> None:
        self._database = database
        with database.transaction() as session:
            self._definition = deploy(
                session, read_folder(ROUTES / "termijn"), MONDAY, Actor.system()
            )
            brug = Organisation(slug="de-brug", name="De Brug", email="post@de-brug.example.org")
            sanne = Person(username="sanne", name="Sanne", email="", created_at=MONDAY)
            session.add_all([brug, sanne])
            session.flush()
            session.add(
                RouteOrganisation(
                    route_key=self._definition.key, party="zorgaanbieder", organisation_id=brug.id
                )
            )
            self._starter = Actor(sanne.id, brug.id, sanne.name)

    def begin(self, at: datetime = MONDAY, goed: bool | None = True) -> int:
        """Gives the id. ``goed`` is what the gateway asks after the hour; None is a fault."""
        with self._database.transaction() as session:
            return self._start(session, at, goed)

    def begin_together(self, number: int, at: datetime) -> None:
        """So many cases in one transaction: they are there all at one moment."""
        with self._database.transaction() as session:
            copy_case(session, self._start(session, at, True), number - 1)

    def _start(self, session: Session, at: datetime, goed: bool | None) -> int:
        values = {"clientNaam": "Zoë Bakker", "goed": goed}
        return start_case(session, self._definition, values, self._starter, at).case.id

    def begin_many(self, number: int) -> list[int]:
        return [self.begin() for _ in range(number)]


@pytest.fixture
def cases(database: Database) -> Cases:
    return Cases(database)
