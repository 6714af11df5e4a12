"""The loop: APScheduler wakes us, and what is due is read from the database.

APScheduler 3.11 keeps its jobs in memory. What it does with them, and how we live with it:

- A run that is more than a second late is dropped (``misfire_grace_time``): we set it to None.
- Runs missed while the machine slept are all listed, in memory, before they are merged
  (``coalesce``; its issues 526 and 1066): our trigger counts from now, so at most one is missed.
- A clock that is set back stops a job until the old time comes round again (issues 351 and 752):
  a watch puts the job back to now.
- A job still running when its time comes is skipped with a warning (``max_instances``): that is
  what we want, so the log does not show it.
- A job submitted while it shuts down gives an error (issue 285): jobs are taken away first.
- Jobs that hang keep it from ending (issues 157 and 567): see `scheduler.executor`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Event, Thread
from typing import Any

import structlog
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.base import BaseTrigger

from engine import timers
from engine.clock import AMSTERDAM, Clock, SystemClock
from engine.db import Database
from scheduler.executor import DaemonExecutor
from scheduler.letters import LetterRound
from scheduler.reminders import ReminderRound
from scheduler.transports import Transport
from scheduler.trouble import Trouble

log = structlog.get_logger(__name__)

# A timer fires within 2 seconds of its time, so the loop looks every second.
TIMER_INTERVAL = timedelta(seconds=1)
LETTER_INTERVAL = timedelta(seconds=1)
# "At once" for an urgent reminder; a digest is for a whole hour.
REMINDER_INTERVAL = timedelta(seconds=5)
WATCH_INTERVAL = timedelta(seconds=5)
TIMERS_AT_ONCE = 50
MOST_TIMERS_AT_ONCE = 1000
PATIENCE_SECONDS = 2.0


class Every(BaseTrigger):  # type: ignore[misc]  # APScheduler has no types
    """Every ``interval``, counted from now and not from the run before: nothing to catch up."""

    def __init__(self, interval: timedelta) -> None:
        self.interval = interval

    def get_next_fire_time(self, _previous: datetime | None, now: datetime) -> datetime:
        return now + self.interval


@dataclass
class TimerRound:
    """Fires what is due, one transaction a timer, in bounded batches until nothing is left."""

    database: Database
    clock: Clock
    stopping: Event

    def run(self) -> int:
        """Returns how many timers fired. One that fails is set aside with an Incident."""
        fired, limit = 0, TIMERS_AT_ONCE
        while not self.stopping.is_set():
            done = timers.fire_due(self.database, self.clock.now(), limit)
            fired += done.fired
            if done.failed:
                log.error("timers_failed", failed=done.failed)
            # Timers of cases that others are busy with come back at the next tick, not in a tight
            # circle; but when they fill a batch, we look past them.
            full = done.fired + done.failed + done.skipped >= limit
            limit = TIMERS_AT_ONCE + done.skipped
            if not done.more and not (full and limit <= MOST_TIMERS_AT_ONCE):
                break
        if fired:
            log.info("timers_fired", fired=fired)
        return fired


class Loop:
    """Three jobs on one APScheduler: timers, letters, reminders. None waits for another.

    ``site`` is the address of the website, for in a reminder; empty when there is none.
    """

    def __init__(
        self,
        database: Database,
        transport: Transport,
        mail_from: str,
        clock: Clock,
        site: str = "",
    ) -> None:
        self._stopping = Event()
        self._executor = DaemonExecutor(PATIENCE_SECONDS)
        self._scheduler: Any = BackgroundScheduler(
            timezone=AMSTERDAM,
            executors={"default": self._executor},
            job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
        )
        self._rounds = {
            "timers": (TIMER_INTERVAL, TimerRound(database, clock, self._stopping).run),
            "letters": (
                LETTER_INTERVAL,
                LetterRound(database, transport, mail_from, clock, self._stopping).run,
            ),
            "reminders": (
                REMINDER_INTERVAL,
                ReminderRound(database, site, clock, self._stopping).run,
            ),
        }

    def start(self) -> None:
        """Begin at once: what became due while nobody looked fires now."""
        for name, (interval, work) in self._rounds.items():
            self._scheduler.add_job(
                _guarded(work, Trouble(name)),
                trigger=Every(interval),
                id=name,
                next_run_time=_machine_time(),
            )
        self._scheduler.start()
        Thread(target=self._watch, name="planner-watch", daemon=True).start()
        log.info("scheduler_started")

    def stop(self) -> None:
        """End after the timer or letter that is under way, or without it after 2 seconds."""
        self._stopping.set()
        self._scheduler.remove_all_jobs()
        self._scheduler.shutdown(wait=True)
        log.info("scheduler_stopped", unfinished=self._executor.is_busy())

    def _watch(self) -> None:
        while not self._stopping.wait(WATCH_INTERVAL.total_seconds()):
            now = _machine_time()
            for job in self._scheduler.get_jobs():
                if job.next_run_time > now + 2 * job.trigger.interval:
                    log.warning("clock_set_back", job=job.id)
                    job.modify(next_run_time=now)


def _guarded(work: Callable[[], int], trouble: Trouble) -> Callable[[], None]:
    """A job that never raises: what goes wrong is told once, and the next tick tries again."""

    def job() -> None:
        try:
            work()
        except Exception as error:
            trouble.met(error)
        else:
            trouble.over()

    return job


def _machine_time() -> datetime:
    # APScheduler lives on the machine's clock, whatever clock the cases live on.
    return SystemClock().now().astimezone(AMSTERDAM)
