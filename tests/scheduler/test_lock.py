"""One scheduler on one SQLite file; any number on PostgreSQL."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from engine.db import Database, open_database
from scheduler.lock import SchedulerLock, SecondScheduler

HOLDER = """
import sys, time
from engine.db import open_database
from scheduler.lock import SchedulerLock
lock = SchedulerLock(open_database(sys.argv[1]))
lock.acquire()
print("held", flush=True)
time.sleep(60)
"""


def test_a_second_scheduler_on_one_sqlite_file_is_refused_in_plain_words(sqlite: Database) -> None:
    first, second = SchedulerLock(sqlite), SchedulerLock(sqlite)
    first.acquire()
    with pytest.raises(SecondScheduler) as refusal:
        second.acquire()
    assert "draait al een planner" in refusal.value.text
    assert f"proces {os.getpid()}" in refusal.value.text
    first.release()
    second.acquire()
    second.release()


def test_a_scheduler_that_was_killed_holds_nothing_up(sqlite: Database) -> None:
    url = sqlite.engine.url.render_as_string()
    holder = subprocess.Popen([sys.executable, "-c", HOLDER, url], stdout=subprocess.PIPE)
    try:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        lock = SchedulerLock(sqlite)
        with pytest.raises(SecondScheduler) as refusal:
            lock.acquire()
        assert refusal.value.process == str(holder.pid)
    finally:
        holder.kill()
        holder.wait()
    lock.acquire()
    lock.release()


def test_schedulers_share_a_postgresql(postgres: Database) -> None:
    first, second = SchedulerLock(postgres), SchedulerLock(postgres)
    first.acquire()
    second.acquire()


def test_a_database_in_memory_has_no_lock() -> None:
    SchedulerLock(open_database("sqlite://")).acquire()
