"""Says once that something went wrong, and once that it is over, however many ticks lie between."""

from __future__ import annotations

import structlog

from engine.lost import is_lost_database
from engine.server.logging import error_type

log = structlog.get_logger(__name__)


class Trouble:
    """The present trouble of one job. Not shared between threads: a job runs once at a time."""

    def __init__(self, job: str) -> None:
        self._job = job
        self._present: str | None = None

    def met(self, error: Exception) -> None:
        """The job failed with ``error``; the same trouble as before is not told again."""
        kind = "database" if is_lost_database(error) else error_type(error)
        if kind == self._present:
            return
        self._present = kind
        if kind == "database":
            log.error("database_unavailable", job=self._job, next="tries again every tick")
        else:
            log.error("job_failed", job=self._job, exc_info=error)

    def over(self) -> None:
        """The job went well."""
        if self._present is not None:
            log.info("recovered", job=self._job, was=self._present)
            self._present = None
