"""What every test may ask for: a clock that stands still, and databases of both kinds.

``database`` runs a test twice, on SQLite and on a real PostgreSQL, with all tables in place.
``database_url`` does so with an empty one; ``postgres_url`` and ``sqlite_url`` give one kind only.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from engine.clock import TurnedClock
from engine.db import Database, open_database
from tests import databases

MONDAY_MORNING = datetime(2026, 5, 18, 6, 30, tzinfo=UTC)  # 8.30 in Amsterdam


@pytest.fixture
def clock() -> TurnedClock:
    """A clock that says Monday 18 May 2026, 8.30 in Amsterdam, until it is turned."""
    return TurnedClock(MONDAY_MORNING)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[databases.PostgresServer]:
    server = databases.PostgresServer()
    yield server
    server.close()


@pytest.fixture(scope="session")
def sqlite_folder(tmp_path_factory: pytest.TempPathFactory) -> databases.SqliteFolder:
    return databases.SqliteFolder(tmp_path_factory.mktemp("sqlite"))


@pytest.fixture
def postgres_url(postgres_server: databases.PostgresServer) -> Iterator[str]:
    """An empty PostgreSQL database of one's own."""
    with postgres_server.empty() as url:
        yield url


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """An SQLite file that does not exist yet."""
    return databases.sqlite_url(tmp_path / "empty.db")


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest) -> str:
    """An empty database, once of each kind."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture
def sqlite(tmp_path: Path, sqlite_folder: databases.SqliteFolder) -> Iterator[Database]:
    """An open SQLite database with all tables."""
    opened = open_database(sqlite_folder.migrated(tmp_path))
    yield opened
    opened.close()


@pytest.fixture
def postgres(postgres_server: databases.PostgresServer) -> Iterator[Database]:
    """An open PostgreSQL database with all tables."""
    with postgres_server.migrated() as url:
        opened = open_database(url)
        yield opened
        opened.close()


@pytest.fixture(params=["sqlite", "postgres"])
def database(request: pytest.FixtureRequest) -> Database:
    """An open database with all tables, once of each kind."""
    opened: Database = request.getfixturevalue(request.param)
    return opened
