"""One scheduler on one SQLite file: SQLite drops SKIP LOCKED, so two would do the same work.

The lock is an ``flock`` on a file beside the database. The kernel lets go of it when the process
ends in whatever way, so no stale lock ever needs to be cleaned up.
"""

from __future__ import annotations

import fcntl
import os
from pathlib import Path
from typing import TextIO

from engine.db import Database
from engine.server.services import ServiceRefused


class SecondScheduler(ServiceRefused):
    """Another scheduler already works on this SQLite file; ``process`` is its id when known."""

    def __init__(self, database_file: Path, process: str) -> None:
        super().__init__(database_file, process)
        self.database_file = database_file
        self.process = process

    @property
    def text(self) -> str:
        which = f" (proces {self.process})" if self.process else ""
        return (
            f"Op het databasebestand {self.database_file} draait al een planner{which}. "
            "Bij SQLite kan er maar één planner zijn. "
            "Stop de andere eerst, of gebruik PostgreSQL (DATABASE_URL)."
        )


class SchedulerLock:
    """Held from ``acquire`` to ``release``. On PostgreSQL and in memory it holds nothing."""

    def __init__(self, database: Database) -> None:
        name = database.engine.url.database if database.is_sqlite else None
        self._database_file = Path(name) if name and name != ":memory:" else None
        self._file: TextIO | None = None

    def acquire(self) -> None:
        """Take the lock; raises SecondScheduler when another process (or loop) has it."""
        if self._database_file is None:
            return
        path = self._database_file.with_name(self._database_file.name + ".scheduler.lock")
        # Mode "a+": the file of another holder must not be emptied before we have the lock.
        file = path.open("a+", encoding="ascii")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            holder = file.read(20).strip()
            file.close()
            raise SecondScheduler(self._database_file, holder) from None
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        self._file = file

    def release(self) -> None:
        """Let go of the lock. The file stays: removing it would let two holders have it."""
        if self._file is not None:
            self._file.close()
            self._file = None
