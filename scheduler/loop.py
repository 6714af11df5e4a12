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

from engine import recounting, timers
from engine.clock import AMSTERDAM, Clock, SystemClock
from engine.db import Database
from engine.server import metrics
from engine.server.vitals import PROCESS, Pulse, no_one
from scheduler.executor import DaemonExecutor
from scheduler.letters import LetterRound
from scheduler.reminders import ReminderRound
from scheduler.transports import Transport
from scheduler.trouble import Trouble

log = structlog.get_logger(__name__)

# A timer fires within 2 seconds of its time, so the loop looks every second.
# "At once" for an urgent reminder; a digest is for a whole hour.
INTERVALS = {
    "timers": timedelta(seconds=1),
    "letters": timedelta(seconds=1),
    "reminders": timedelta(seconds=5),
}
# How long a job may be without progress before others are told. One letter to a mail server that
# hardly answers takes a minute and a half.
PATIENCE_OF_OTHERS = timedelta(minutes=2)
WATCH_INTERVAL = timedelta(seconds=5)
TIMERS_AT_ONCE = 50
RECOUNTS_AT_ONCE = 100
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
    progress: Callable[[], None] = no_one

    def run(self) -> int:
        """Returns how many timers fired. One that fails is set aside with an Incident."""
        # First: a day that was made free moves terms that would otherwise fire now.
        recounting.recount_due(self.database, self.clock.now(), RECOUNTS_AT_ONCE)
        fired, limit = 0, TIMERS_AT_ONCE
        while not self.stopping.is_set():
            done = timers.fire_due(self.database, self.clock.now(), limit, self._fired)
            fired += done.fired
            self.progress()
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

    def _fired(self, at: datetime) -> None:
        metrics.timer_fired(self.clock.now() - at)


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
        self._pulses = {name: Pulse(name, PATIENCE_OF_OTHERS) for name in INTERVALS}
        beats = {name: pulse.beat for name, pulse in self._pulses.items()}
        common = (clock, self._stopping)
        self._rounds: dict[str, Callable[[], int]] = {
            "timers": TimerRound(database, *common, beats["timers"]).run,
            "letters": LetterRound(database, transport, mail_from, *common, beats["letters"]).run,
            "reminders": ReminderRound(database, site, *common, beats["reminders"]).run,
        }

    def start(self) -> None:
        """Begin at once: what became due while nobody looked fires now."""
        PROCESS.watch(*self._pulses.values())
        for name, work in self._rounds.items():
            self._scheduler.add_job(
                _guarded(work, Trouble(name), self._pulses[name]),
                trigger=Every(INTERVALS[name]),
                id=name,
                next_run_time=_machine_time(),
            )
        self._scheduler.start()
        Thread(target=self._watch, name="planner-watch", daemon=True).start()
        log.info("scheduler_started")

    def stop(self) -> None:
        """End after the timer or letter that is under way, or without it after 2 seconds."""
        self._stopping.set()
        PROCESS.forget(*self._pulses.values())
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


def _guarded(work: Callable[[], int], trouble: Trouble, pulse: Pulse) -> Callable[[], None]:
    """A job that never raises: what goes wrong is told once, and the next tick tries again."""

    def job() -> None:
        try:
            work()
        except Exception as error:
            trouble.met(error)
            pulse.stumble()
        else:
            trouble.over()
            pulse.beat()

    return job


def _machine_time() -> datetime:
    # APScheduler lives on the machine's clock, whatever clock the cases live on.
    return SystemClock().now().astimezone(AMSTERDAM)
