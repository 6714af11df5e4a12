"""How a process is: whether it lives, and whether it can do its work now.

Both are asked every few seconds by what stands in front (a proxy, a container platform), so they
cost next to nothing and always answer in time, also when the database does not answer at all.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from threading import Event, Lock, Thread

from sqlalchemy.exc import SQLAlchemyError

from engine.db import Database
from engine.migrate import Standing, standing
from engine.server.vitals import Pulse, Vitals

PATIENCE_SECONDS = 3.0
KEPT_SECONDS = 1.0


class Verdict(StrEnum):
    """What was found of one part. OLD and NEW: the tables do not fit this program."""

    OK = "ok"
    UNREACHABLE = "unreachable"
    OLD = "needs thuisroute prepare"
    NEW = "made by a newer program"
    READ_ONLY = "read-only"
    SILENT = "silent"


_OF_TABLES = {
    Standing.PRESENT: Verdict.OK,
    Standing.OLD: Verdict.OLD,
    Standing.NEW: Verdict.NEW,
    Standing.READ_ONLY: Verdict.READ_ONLY,
}


@dataclass(frozen=True)
class Findings:
    """Part -> verdict. Parts are "database" and, where the scheduler runs, its jobs."""

    parts: Mapping[str, Verdict]

    @property
    def is_good(self) -> bool:
        return all(verdict is Verdict.OK for verdict in self.parts.values())


class Health:
    """Asked from any thread; at most one look at the database is under way."""

    def __init__(self, database: Database, vitals: Vitals) -> None:
        self._database = database
        self._vitals = vitals
        self._lock = Lock()
        self._look: _Look | None = None

    def alive(self) -> Findings:
        """Whether this process lives. Nothing of the database: a restart here would not mend that.

        A job that hangs for good is not alive: a restart does help.
        """
        return Findings(
            {one.job: Verdict.SILENT if one.is_hanging() else Verdict.OK for one in self._jobs()}
        )

    def ready(self) -> Findings:
        """Whether work may be sent here now; answers within ``PATIENCE_SECONDS``."""
        found = {"database": self._database_verdict()}
        for one in self._jobs():
            found[one.job] = Verdict.SILENT if one.is_silent() else Verdict.OK
        return Findings(found)

    def _jobs(self) -> tuple[Pulse, ...]:
        return self._vitals.pulses

    def _database_verdict(self) -> Verdict:
        with self._lock:
            if self._look is None or self._look.is_old():
                self._look = _Look(self._database)
            look = self._look
        return look.verdict()


class _Look:
    """One look at the database in a thread of its own, which may hang as long as it likes."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._begun = time.monotonic()
        self._done = Event()
        self._verdict = Verdict.UNREACHABLE
        Thread(target=self._run, name="health", daemon=True).start()

    def is_old(self) -> bool:
        """Whether a new look is needed. One that still hangs is enough: it is not ready."""
        return self._done.is_set() and time.monotonic() - self._begun > KEPT_SECONDS

    def verdict(self) -> Verdict:
        self._done.wait(max(0.0, self._begun + PATIENCE_SECONDS - time.monotonic()))
        return self._verdict

    def _run(self) -> None:
        try:
            self._verdict = _OF_TABLES[standing(self._database)]
        except (SQLAlchemyError, OSError):
            # Not told in the log: this is asked every few seconds, and the answer says it.
            self._verdict = Verdict.UNREACHABLE
        finally:
            self._done.set()
