"""Compiled statements that short-lived databases share.

SQLAlchemy compiles every statement anew for every database that is opened, which costs more than
running it on a small one. A server opens one and is done; who opens a fresh copy for each scenario
or each test spends a third of the time on it.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy.engine import Dialect

from engine.db import Database

_Key = tuple[Dialect, *tuple[Any, ...]]
"""What SQLAlchemy keeps a compiled statement by; the dialect is the opened database's own."""


class _Statements:
    """Compiled statements by kind of database; as much of a mapping as SQLAlchemy asks for."""

    def __init__(self) -> None:
        self._compiled: dict[tuple[object, ...], object] = {}

    def get(self, key: _Key) -> object | None:
        return self._compiled.get(_by_kind(key))

    def __setitem__(self, key: _Key, compiled: object) -> None:
        self._compiled[_by_kind(key)] = compiled


def _by_kind(key: _Key) -> tuple[object, ...]:
    return (key[0].name, *key[1:])


_statements = _Statements()


def share_statements(database: Database) -> Database:
    """The same database, that takes compiled statements over from earlier ones of its kind.

    Only for databases of one server, opened with the same options; nothing is ever forgotten.
    """
    database.engine.update_execution_options(compiled_cache=_statements)
    return database
