"""Ending a wait for a PostgreSQL that no longer answers.

The server itself ends a statement that takes too long, and the network ends a connection to a
machine that is gone. A server that stands still, on a machine that lives, does neither: whoever
asked it something would wait for ever, and so would everybody after him once all threads wait. So
a connection that has had no answer for longer than a statement may take is cut through: who waits
gets the error of a lost database, and the next one a new connection.
"""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from threading import Event, Lock, Thread
from typing import Any, cast
from weakref import WeakSet

import structlog
from psycopg import Connection, Cursor, NotSupportedError
from psycopg.abc import Params, Query
from psycopg.pq import TransactionStatus
from sqlalchemy import Engine, event

log = structlog.get_logger(__name__)

LOOK_INTERVAL = timedelta(seconds=2)
# After the server should have ended the statement by itself.
GRACE = timedelta(seconds=10)


class AskingCursor(Cursor[Any]):
    """A cursor that notes on its connection when something was asked last."""

    def execute(
        self,
        query: Query,
        params: Params | None = None,
        *,
        prepare: bool | None = None,
        binary: bool | None = None,
    ) -> AskingCursor:
        self._conn.asked_at = time.monotonic()  # type: ignore[attr-defined]
        # psycopg writes its overloads for kinds of query; all of them go on as they came.
        super().execute(query, params, prepare=prepare, binary=binary)  # type: ignore[arg-type, misc]
        return self

    def executemany(
        self, query: Query, params_seq: Iterable[Params], *, returning: bool = False
    ) -> None:
        """One by one, and not as the pipeline that psycopg makes of it.

        A program that stands still within a pipeline keeps its locks for as long as it does:
        ``idle_in_transaction_session_timeout`` does not run then (decision 24).
        """
        if returning:
            raise NotSupportedError("many statements give no rows")
        changed = 0
        for params in params_seq:
            self.execute(query, params)
            changed += self.rowcount
        self._rowcount = changed


@dataclass(frozen=True)
class _Wait:
    connection: Connection[Any]
    since: float


class PatienceWatch:
    """A service: cuts through what has waited longer than ``patience`` for the server."""

    def __init__(self, engine: Engine, patience: timedelta) -> None:
        self._patience = patience.total_seconds()
        self._connections: WeakSet[Connection[Any]] = WeakSet()
        self._lock = Lock()
        self._stopping = Event()
        event.listen(engine, "connect", self._opened)

    def start(self) -> None:
        Thread(target=self._watch, name="patience", daemon=True).start()

    def stop(self) -> None:
        self._stopping.set()

    def _opened(self, connection: object, _record: object) -> None:
        with self._lock:
            self._connections.add(cast(Connection[Any], connection))

    def _watch(self) -> None:
        while not self._stopping.wait(LOOK_INTERVAL.total_seconds()):
            for wait in self._too_long():
                log.error("database_silent", seconds=round(time.monotonic() - wait.since))
                _cut(wait.connection)

    def _too_long(self) -> Iterator[_Wait]:
        limit = time.monotonic() - self._patience
        with self._lock:
            open_now = list(self._connections)
        for one in open_now:
            # What is asked stands still as long as the server is at it; looking asks nothing.
            asked = getattr(one, "asked_at", None)
            if asked is None or asked > limit or one.closed:
                continue
            if one.info.transaction_status is TransactionStatus.ACTIVE:
                yield _Wait(one, asked)


def _cut(connection: Connection[Any]) -> None:
    """Break it from outside: the thread that waits for it wakes up with an error."""
    with suppress(OSError), socket.socket(fileno=os.dup(connection.fileno())) as wire:
        wire.shutdown(socket.SHUT_RDWR)
