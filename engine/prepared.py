"""Statements of every step: written and compiled by SQLAlchemy once, then given to the driver as is.

SQLAlchemy's ``Connection.execute`` makes an execution context and a result object each time. For a
step of ten small statements that costs more than the database (``make bench ARGS="--only
completing"``). The text, the types, the connection and the transaction remain SQLAlchemy's; only
the way in between is shorter. Everything that is not asked at every step goes by the session.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import StrEnum
from typing import Any, NoReturn

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Delete,
    Insert,
    Select,
    Update,
    literal,
    literal_column,
)
from sqlalchemy.engine import Dialect
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.types import TypeEngine

Statement = Select[*tuple[Any, ...]] | Insert | Update | Delete
_Convert = Callable[[Any], Any]


class Prepared:
    """One statement, to be executed on a connection that is in a transaction (``engine.db``).

    A state that never varies belongs in the text (``fixed``): SQLite plans a statement anew at each
    execution when a bound value could decide about a partial index.
    ``columns``: those that an insert or update sets, when the statement does not say so itself;
    ``key``: the column of an insert that the database fills in. Python-side defaults of columns are not made: give every value. Driver errors come as
    SQLAlchemy's, and a connection that is lost leaves the pool.
    """

    def __init__(
        self,
        statement: Statement,
        columns: Sequence[str] | None = None,
        key: Column[Any] | None = None,
    ) -> None:
        self.statement = statement
        self._columns = columns
        self._key = key
        self._texts: dict[str, _Text] = {}

    def rows(self, connection: Connection, values: Mapping[str, object]) -> list[Sequence[Any]]:
        """All rows, each in the order of the columns."""
        text = self._text(connection.dialect)
        return text.read(text.run(connection, text.bound(values), list))

    def row(self, connection: Connection, values: Mapping[str, object]) -> Sequence[Any] | None:
        """The first row, None when there is none."""
        found = self.rows(connection, values)
        return found[0] if found else None

    def key(self, connection: Connection, values: Mapping[str, object]) -> int:
        """Insert one row; gives the key that the database gave it."""
        text = self._text(connection.dialect)
        return text.run(connection, text.bound(values), text.take_key)

    def change(self, connection: Connection, values: Mapping[str, object]) -> int:
        """Insert, update or delete; gives how many rows that were."""
        text = self._text(connection.dialect)
        return text.run(connection, text.bound(values), _count)

    def each(self, connection: Connection, rows: Iterable[Mapping[str, object]]) -> None:
        """Insert, update or delete for each of these."""
        text = self._text(connection.dialect)
        for row in rows:
            text.run(connection, text.bound(row), _count)

    def _text(self, dialect: Dialect) -> _Text:
        text = self._texts.get(dialect.name)
        if text is None:
            text = self._texts[dialect.name] = self._translated(dialect)
        return text

    def _translated(self, dialect: Dialect) -> _Text:
        statement = self.statement
        if self._key is not None and not dialect.postfetch_lastrowid:
            assert isinstance(statement, Insert)
            statement = statement.returning(self._key)
        return _Text(statement, self._columns, dialect)


def fixed(state: StrEnum) -> ColumnElement[str]:
    """A state as part of a statement's text."""
    quoted = literal(state.value).compile(compile_kwargs={"literal_binds": True})
    return literal_column(str(quoted))


def connection_of(session: Session) -> Connection:
    """The connection of a session's transaction."""
    bind = session.bind
    return bind if isinstance(bind, Connection) else session.connection()


class _Text:
    """A statement in the words of one dialect, with how values go in and come out."""

    def __init__(
        self, statement: Statement, columns: Sequence[str] | None, dialect: Dialect
    ) -> None:
        compiled = statement.compile(dialect=dialect, column_keys=columns)
        assert isinstance(compiled, SQLCompiler)
        self._sql = str(compiled)
        self._is_positional = compiled.positional
        self.take_key = _last_row if dialect.postfetch_lastrowid else _returned
        self._names = tuple(compiled.positiontup or compiled.binds)
        self._ins = _with_places(
            _going_in(compiled.binds[name].type, dialect) for name in self._names
        )
        self._outs = _with_places(
            _coming_out(column.type, dialect) for column in statement.exported_columns
        )

    def bound(self, values: Mapping[str, object]) -> Any:
        """The values as the driver wants them."""
        given = _converted([values[name] for name in self._names], self._ins)
        return given if self._is_positional else dict(zip(self._names, given, strict=True))

    def run(self, connection: Connection, values: Any, take: Callable[[Any], Any]) -> Any:
        """Execute, and ``take`` from the cursor what is wanted."""
        sql = self._sql
        cursor = connection.connection.cursor()
        try:
            for told in connection.dispatch.before_cursor_execute:
                sql, values = told(connection, cursor, sql, values, None, False)
            cursor.execute(sql, values)
            return take(cursor)
        except connection.dialect.loaded_dbapi.Error as error:
            _fail(connection, cursor, sql, error)
        finally:
            cursor.close()

    def read(self, rows: list[Sequence[Any]]) -> list[Sequence[Any]]:
        """The rows with Python's values."""
        return [_converted(list(row), self._outs) for row in rows] if self._outs else rows


def _with_places(converts: Iterable[_Convert | None]) -> tuple[tuple[int, _Convert], ...]:
    return tuple((place, convert) for place, convert in enumerate(converts) if convert)


def _converted(values: list[Any], converts: Iterable[tuple[int, _Convert]]) -> list[Any]:
    for place, convert in converts:
        value = values[place]
        if value is not None:
            values[place] = convert(value)
    return values


def _last_row(cursor: Any) -> int:
    return int(cursor.lastrowid)


def _returned(cursor: Any) -> int:
    return int(cursor.fetchone()[0])


def _count(cursor: Any) -> int:
    return int(cursor.rowcount)


def _going_in(kind: TypeEngine[Any], dialect: Dialect) -> _Convert | None:
    return kind.dialect_impl(dialect).bind_processor(dialect)


def _coming_out(kind: TypeEngine[Any], dialect: Dialect) -> _Convert | None:
    return kind.dialect_impl(dialect).result_processor(dialect, None)


def _fail(connection: Connection, cursor: Any, sql: str, error: Exception) -> NoReturn:
    dialect = connection.dialect
    is_lost = dialect.is_disconnect(error, connection.connection, cursor)  # type: ignore[arg-type]
    if is_lost:
        connection.invalidate(error)
    raise DBAPIError.instance(
        sql,
        None,
        error,
        dialect.loaded_dbapi.Error,
        hide_parameters=True,
        connection_invalidated=is_lost,
        dialect=dialect,
    ) from error
