"""Where APScheduler's jobs run: a daemon thread a run.

APScheduler's own thread pool makes a clean end impossible: ``shutdown(wait=True)`` waits without
limit for a job that hangs on the network, and with ``wait=False`` the interpreter still joins the
pool's threads when it exits (its issues 157 and 567). A job of ours may be cut off at any point,
as by a power failure: a step rolls back, a letter is sent again when its claim runs out.
"""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Sequence
from datetime import datetime

from apscheduler.executors.base import BaseExecutor, run_job
from apscheduler.job import Job


class DaemonExecutor(BaseExecutor):  # type: ignore[misc]  # APScheduler has no types
    """Runs each job in a daemon thread; waits at most ``patience`` seconds for them at the end."""

    def __init__(self, patience: float) -> None:
        super().__init__()
        self._patience = patience
        self._running: set[threading.Thread] = set()

    def shutdown(self, wait: bool = True) -> None:
        end = time.monotonic() + self._patience
        for thread in list(self._running) if wait else []:
            thread.join(max(0.0, end - time.monotonic()))

    def is_busy(self) -> bool:
        """Whether a job still runs."""
        return any(thread.is_alive() for thread in list(self._running))

    def _do_submit_job(self, job: Job, run_times: Sequence[datetime]) -> None:
        thread = threading.Thread(
            target=self._work, args=(job, run_times), name=f"planner-{job.id}", daemon=True
        )
        self._running.add(thread)
        thread.start()

    def _work(self, job: Job, run_times: Sequence[datetime]) -> None:
        try:
            events = run_job(job, job._jobstore_alias, run_times, self._logger.name)
        except BaseException:
            self._run_job_error(job.id, *sys.exc_info()[1:])
        else:
            self._run_job_success(job.id, events)
        finally:
            self._running.discard(threading.current_thread())
