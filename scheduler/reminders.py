"""Writes the reminders that are due: digests of people, and urgent ones at once.

One transaction a person or task. What cannot be written is tried again after a while, and holds up
nobody else.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Event

import structlog
from sqlalchemy.orm import Session

from engine.clock import Clock
from engine.db import Database
from engine.lost import is_lost_database, took_too_long
from engine.server.vitals import no_one
from tasks import reminders

log = structlog.get_logger(__name__)

AT_ONCE = 50
REST_AFTER_FAULT = timedelta(hours=1)

_Find = Callable[[Session, datetime, int, Sequence[int]], list[int]]
_Send = Callable[[Session, int, str, datetime], int | None]


@dataclass
class ReminderRound:
    """One look at what is due, until nothing is. ``site`` is the address of the website."""

    database: Database
    site: str
    clock: Clock
    stopping: Event
    progress: Callable[[], None] = no_one
    _resting: dict[tuple[str, int], datetime] = field(default_factory=dict)

    def run(self) -> int:
        """Returns how many people and tasks were dealt with."""
        self._plan()
        done = self._all("person", reminders.due_people, reminders.send_digest)
        return done + self._all("task", reminders.due_tasks, reminders.send_urgent)

    def _plan(self) -> None:
        while not self.stopping.is_set():
            # Looking first costs no write lock; nearly every round finds nobody.
            with self.database.reading() as session:
                if not reminders.unplanned(session, self.clock.now(), 1):
                    return
            with self.database.transaction() as session:
                if not reminders.plan_new_people(session, self.clock.now(), AT_ONCE):
                    return

    def _all(self, kind: str, find: _Find, send: _Send) -> int:
        done = 0
        while not self.stopping.is_set():
            now = self.clock.now()
            with self.database.reading() as session:
                found = find(session, now, AT_ONCE, self._at_rest(kind, now))
            dealt_with = sum(self._one(kind, one, send) for one in found)
            done += dealt_with
            self.progress()
            # Those that another scheduler is busy with come back at the next tick.
            if len(found) < AT_ONCE or not dealt_with:
                break
        return done

    def _one(self, kind: str, row_id: int, send: _Send) -> bool:
        if self.stopping.is_set():
            return False
        now = self.clock.now()
        try:
            with self.database.transaction() as session:
                return send(session, row_id, self.site, now) is not None
        except Exception as error:
            if is_lost_database(error) and not took_too_long(error):
                raise
            log.error("reminder_failed", of=kind, id=row_id, exc_info=error)
            self._resting[kind, row_id] = now + REST_AFTER_FAULT
            return False

    def _at_rest(self, kind: str, now: datetime) -> list[int]:
        """Those that failed not long ago. A clock that was set back must not keep them so."""
        for key, until in list(self._resting.items()):
            if not now < until <= now + REST_AFTER_FAULT:
                del self._resting[key]
        return [row_id for of, row_id in self._resting if of == kind]
