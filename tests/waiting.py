"""Waiting for what other threads and processes do, on a machine that others may want too.

A test never measures speed; it only tells what ends from what hangs. So all waits are far longer
than anything takes, and what is to hang hangs far longer than ``SOON``.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sqlalchemy import text

from engine.db import Database

PATIENCE = 90.0
SOON = 15.0
"""In seconds: a second or two when nobody else wants the machine."""


def until(holds: Callable[[], bool], seconds: float = PATIENCE) -> None:
    """Wait until ``holds``; a test that waits in vain fails."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.02)


def somebody_waits_for_a_lock(database: Database) -> bool:
    """Whether a session of this database does (PostgreSQL)."""
    waiting = text(
        "SELECT count(*) FROM pg_stat_activity"
        " WHERE wait_event_type = 'Lock' AND datname = current_database()"
    )
    with database.reading() as session:
        return bool(session.scalar(waiting))


@contextmanager
def ends_soon() -> Iterator[None]:
    """What is done here does not hang."""
    begin = time.monotonic()
    yield
    assert time.monotonic() - begin < SOON
