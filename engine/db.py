"""The database: opening it, and the two kinds of transaction an edge may open.

SQLite: WAL, ``synchronous=FULL``, ``BEGIN IMMEDIATE`` for a step (a deferred one could fail half
way on a lock). PostgreSQL: row locks by ``FOR UPDATE``; a session that sleeps in a transaction is
ended by the server, because row locks never expire by themselves; a statement that takes too long,
a wait for a lock and (from PostgreSQL 17) a transaction without end are ended too. Nothing else of
a session is relied on, so that a pooler in transaction mode may stand in between
(`engine.config.DatabaseOptions`).

This is the only module that commits: below the edge everything takes the session.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    RootTransaction,
    case,
    create_engine,
    event,
    func,
    select,
)
from sqlalchemy.engine import URL, make_url
from sqlalchemy.orm import Session
from sqlalchemy.pool import PoolProxiedConnection

from engine.config import DatabaseOptions

if TYPE_CHECKING:
    import psycopg

BUSY_TIMEOUT_MS = 10_000
IDLE_IN_TRANSACTION_MS = 30_000
TRANSACTION_MS = 300_000
"""For who stands still when the server does not call that idle: half way a large statement."""
_STANDARD = DatabaseOptions()
# Kept open when nobody asks; above it connections are opened, and closed again after use.
_KEPT_CONNECTIONS = 5
# Without these a server that vanished (no answer, no refusal) holds a thread for many minutes.
_NETWORK = {
    "connect_timeout": 5,
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "tcp_user_timeout": 30_000,
}

_BEGIN = ContextVar("_BEGIN", default="BEGIN")
"""How the next transaction on SQLite begins."""
_AFTER_COMMIT: list[Callable[[Session], None]] = []


@dataclass(frozen=True)
class Database:
    """An open database with its connection pool."""

    engine: Engine

    @property
    def is_sqlite(self) -> bool:
        return self.engine.dialect.name == "sqlite"

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """One step: commits at the end, rolls back on any exception, which goes on upward."""
        with self.engine.connect() as connection, _begun_at_once(connection):
            session = _session(connection, autoflush=True)
            try:
                yield session
                if session.in_transaction():
                    session.commit()
            finally:
                # Most steps never use it: what the session did not begin it need not close.
                if session.in_transaction():
                    session.close()
        for told in _AFTER_COMMIT:
            told(session)

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A consistent look without any change: always rolled back."""
        # A connection that is given back without a commit is rolled back.
        with self.engine.connect() as connection:
            connection.begin()
            with _session(connection, autoflush=False) as session:
                try:
                    yield session
                finally:
                    # What was read stays readable; a rollback would make it ask the database again.
                    session.expunge_all()

    def close(self) -> None:
        self.engine.dispose()


def after_commit(told: Callable[[Session], None]) -> Callable[[Session], None]:
    """Decorates what is told the session of every transaction that was committed."""
    _AFTER_COMMIT.append(told)
    return told


def _session(connection: Connection, *, autoflush: bool) -> Session:
    """A session that joins the transaction of its connection, and leaves the commit to it."""
    return Session(
        connection,
        autoflush=autoflush,
        expire_on_commit=False,
        join_transaction_mode="rollback_only",
    )


def _begun_at_once(connection: Connection) -> RootTransaction:
    begin = _BEGIN.set("BEGIN IMMEDIATE")
    try:
        return connection.begin()
    finally:
        _BEGIN.reset(begin)


def open_database(url: str | URL, options: DatabaseOptions = _STANDARD) -> Database:
    """Open ``url`` (``sqlite:///var/thuisroute.db``, ``postgresql://...``).

    The folder of an SQLite file is made when it does not exist. ``options`` are for PostgreSQL.
    """
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        return Database(_sqlite(parsed))
    if parsed.drivername in ("postgresql", "postgres"):
        parsed = parsed.set(drivername="postgresql+psycopg")
    return Database(_postgresql(parsed, options))


def _sqlite(url: URL) -> Engine:
    if url.database and url.database != ":memory:":
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(
        url, hide_parameters=True, connect_args={"timeout": BUSY_TIMEOUT_MS / 1000}
    )

    @event.listens_for(engine, "connect")
    def _prepare(connection: sqlite3.Connection, _record: object) -> None:
        # The driver must not open transactions of its own: we say BEGIN, and which.
        connection.isolation_level = None
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            f"busy_timeout={BUSY_TIMEOUT_MS}",
        ):
            connection.execute(f"PRAGMA {pragma}")

    # Not by the event "begin": an engine with events looks for them at every statement.
    engine.dialect.do_begin = _begin  # type: ignore[method-assign, assignment]
    return engine


def _begin(connection: PoolProxiedConnection) -> None:
    connection.cursor().execute(_BEGIN.get())


def _postgresql(url: URL, options: DatabaseOptions) -> Engine:
    # Here: who works on SQLite need not load the driver.
    from engine.patience import AskingCursor
    from engine.pgtext import without_nul

    kept = min(_KEPT_CONNECTIONS, options.connections)
    limits = {
        "idle_in_transaction_session_timeout": str(IDLE_IN_TRANSACTION_MS),
        "statement_timeout": f"{options.statement_timeout}s",
        "lock_timeout": f"{options.lock_timeout}s",
    }
    ours: dict[str, object] = {
        "options": " ".join(f"-c {name}={value}" for name, value in limits.items())
        + " -c timezone=UTC"
    }
    engine = create_engine(
        url,
        pool_pre_ping=True,
        pool_size=kept,
        max_overflow=options.connections - kept,
        pool_timeout=options.pool_timeout,
        # What people typed does not belong in the text of an error.
        hide_parameters=True,
        connect_args={
            **_NETWORK,
            "cursor_factory": AskingCursor,
            **({"prepare_threshold": None} if options.pooler else ours),
        },
    )
    event.listen(engine, "connect", without_nul)
    # A transaction of one statement may take as long as that may.
    longest = max(TRANSACTION_MS, 2_000 * options.statement_timeout)
    if options.pooler:
        _limit_each_transaction(engine, limits, longest)
    else:
        _limit_transactions(engine, longest)
    return engine


def transaction_limit(milliseconds: int, *, local: bool) -> ColumnElement[str | None]:
    """Sets how long a transaction may last, on a server that knows of it (PostgreSQL 17).

    ``local``: for this transaction only.
    """
    name = "transaction_timeout"
    is_known = func.current_setting(name, True).is_not(None)
    return case((is_known, func.set_config(name, str(milliseconds), local)))


def _limit_transactions(engine: Engine, milliseconds: int) -> None:
    """For each connection of our own. In ``options`` an older server would refuse it."""
    limit = select(transaction_limit(milliseconds, local=False))
    sql = str(limit.compile(engine, compile_kwargs={"literal_binds": True}))

    @event.listens_for(engine, "connect")
    def _limit(connection: psycopg.Connection[Any], _record: object) -> None:
        connection.autocommit = True
        connection.execute(sql)
        connection.autocommit = False


def _limit_each_transaction(engine: Engine, limits: Mapping[str, str], milliseconds: int) -> None:
    """Behind a pooler the next transaction may come to another session: set the limits in each.

    Costs one statement. A pooler refuses ``options`` at the start of a connection, and what is set
    for a session would stay behind for another program.
    """
    setting = select(
        *(func.set_config(name, value, True) for name, value in limits.items()),
        transaction_limit(milliseconds, local=True),
    )

    @event.listens_for(engine, "begin")
    def _limit(connection: Connection) -> None:
        connection.execute(setting)
