"""What every test may ask for: a clock that stands still, and databases of both kinds.

``database`` runs a test twice, on SQLite and on a real PostgreSQL, with all tables in place.
``database_with`` does so too, and gives a database in which something was put beforehand, once for
all tests of a worker: ``database_with(furnish)``. ``database_url`` does so with an empty one.
What begins with ``sqlite`` or ``postgres`` gives one kind only.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

import pytest

from engine.clock import TurnedClock
from engine.db import Database, open_database
from engine.statements import share_statements
from tests import databases

MONDAY_MORNING = datetime(2026, 5, 18, 6, 30, tzinfo=UTC)  # 8.30 in Amsterdam

DatabaseWith = Callable[[databases.Fill], Database]
"""Opens the test's own database with all tables and what the fill puts in. Call it once."""


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


@pytest.fixture
def sqlite_with(tmp_path: Path, sqlite_folder: databases.SqliteFolder) -> Iterator[DatabaseWith]:
    with ExitStack() as stack:

        def opened(fill: databases.Fill) -> Database:
            database = share_statements(open_database(sqlite_folder.filled(tmp_path, fill)))
            stack.callback(database.close)
            return database

        yield opened


@pytest.fixture
def postgres_with(postgres_server: databases.PostgresServer) -> Iterator[DatabaseWith]:
    with ExitStack() as stack:

        def opened(fill: databases.Fill) -> Database:
            url = stack.enter_context(postgres_server.filled(fill))
            database = share_statements(open_database(url))
            stack.callback(database.close)
            return database

        yield opened


@pytest.fixture
def sqlite(sqlite_with: DatabaseWith) -> Database:
    """An open SQLite database with all tables."""
    return sqlite_with(databases.nothing)


@pytest.fixture
def postgres(postgres_with: DatabaseWith) -> Database:
    """An open PostgreSQL database with all tables."""
    return postgres_with(databases.nothing)


@pytest.fixture(params=["sqlite", "postgres"])
def kind(request: pytest.FixtureRequest) -> str:
    """Runs a test once on each kind of database."""
    name: str = request.param
    return name


@pytest.fixture
def database_url(request: pytest.FixtureRequest, kind: str) -> str:
    """An empty database, once of each kind."""
    url: str = request.getfixturevalue(f"{kind}_url")
    return url


@pytest.fixture
def database_with(request: pytest.FixtureRequest, kind: str) -> DatabaseWith:
    opener: DatabaseWith = request.getfixturevalue(f"{kind}_with")
    return opener


@pytest.fixture
def database(database_with: DatabaseWith) -> Database:
    """An open database with all tables, once of each kind."""
    return database_with(databases.nothing)
