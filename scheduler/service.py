"""The scheduler as a service: alone on its SQLite file, or one of many on PostgreSQL."""

from __future__ import annotations

from engine.clock import Clock
from engine.config import Settings
from engine.db import Database
from scheduler.lock import SchedulerLock
from scheduler.loop import Loop
from scheduler.transports import transport_for


class SchedulerService:
    """Holds the lock (SQLite) for as long as the loop runs."""

    def __init__(self, settings: Settings, database: Database, clock: Clock) -> None:
        self._lock = SchedulerLock(database)
        transport = transport_for(settings)
        self._loop = Loop(database, transport, settings.mail_from, clock, settings.public_url)

    def start(self) -> None:
        """Raises SecondScheduler when another one works on this SQLite file."""
        self._lock.acquire()
        self._loop.start()

    def stop(self) -> None:
        """Within 3 seconds."""
        self._loop.stop()
        self._lock.release()


def scheduler_service(settings: Settings, database: Database, clock: Clock) -> SchedulerService:
    """Entry point ``thuisroute.services: scheduler``."""
    return SchedulerService(settings, database, clock)
