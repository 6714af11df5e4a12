"""Statements of every step: compiled by SQLAlchemy once, then given to the driver as they are.

``Connection.execute`` makes an execution context and a result object each time. For a step of ten
small statements that costs more than the database itself (``make bench ARGS="--only completing"``).
The text, the types, the connection and the transaction remain SQLAlchemy's; only the way in between
is shorter. What is not asked at every step or request goes by the session, as everywhere.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar, cast

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
from sqlalchemy.engine.interfaces import DBAPICursor
from sqlalchemy.exc import DBAPIError, InvalidRequestError
from sqlalchemy.orm import Session
from sqlalchemy.types import TypeEngine

if TYPE_CHECKING:
    from sqlalchemy.engine.default import DefaultDialect

Statement = Select[*tuple[Any, ...]] | Insert | Update | Delete
Values = Mapping[str, object]
Found = Sequence[Any]
"""One row, its values in the order of the columns."""
T = TypeVar("T")
_Convert = Callable[[Any], Any]


class Prepared:
    """One statement, to be executed on a connection that is in a transaction (``engine.db``).

    ``columns``: those that an update sets, when the statement does not say so itself. An insert
    sets all, but for ``key``, which the database fills in. Python-side defaults of columns are not
    made: give every value. A state that never varies belongs in the text (``fixed``). Errors of the
    driver come as SQLAlchemy's, and a connection that is lost leaves the pool. Raises
    InvalidRequestError instead of writing outside a transaction.
    """

    def __init__(
        self,
        statement: Statement,
        columns: Sequence[str] | None = None,
        key: Column[Any] | None = None,
    ) -> None:
        self._statement = statement
        if columns is None and isinstance(statement, Insert):
            columns = [column.name for column in statement.table.columns if column is not key]
        self._columns = columns
        self._key = key
        self._texts: dict[str, _Text] = {}

    def rows(self, connection: Connection, values: Values) -> list[Found]:
        """All rows."""
        text = self._text(connection)
        return text.converted(text.run(connection, values, _all))

    def row(self, connection: Connection, values: Values) -> Found | None:
        """The first row, None when there is none."""
        found = self.rows(connection, values)
        return found[0] if found else None

    def change(self, connection: Connection, values: Values) -> int:
        """Insert, update or delete; gives how many rows that were."""
        return self._writing(connection).run(connection, values, _count)

    def change_each(self, connection: Connection, rows: Sequence[Values]) -> None:
        """``change`` with each of these."""
        self._writing(connection).run_each(connection, rows)

    def insert(self, connection: Connection, values: Values) -> int:
        """Insert one row; gives the ``key`` that the database gave it."""
        text = self._writing(connection)
        return text.run(connection, values, text.take_key)

    def _writing(self, connection: Connection) -> _Text:
        """As ``_text``, to write: SQLite would keep at once what is written outside a transaction,
        also when a refusal in the session has just rolled its transaction back."""
        if not connection.in_transaction():
            raise InvalidRequestError("nothing is written outside a transaction")
        return self._text(connection)

    def _text(self, connection: Connection) -> _Text:
        name = connection.dialect.name
        text = self._texts.get(name)
        if text is None:
            text = _Text(self._statement, self._columns, self._key, connection.dialect)
            self._texts[name] = text
        return text


def fixed(state: StrEnum) -> ColumnElement[str]:
    """A state as part of a statement's text.

    SQLite plans a statement anew at each execution when a bound value could decide about a partial
    index; that takes longer than the statement.
    """
    quoted = literal(state.value).compile(compile_kwargs={"literal_binds": True})
    return literal_column(str(quoted))


def connection_of(session: Session) -> Connection:
    """The connection of a session's transaction."""
    bind = session.bind
    return bind if isinstance(bind, Connection) else session.connection()


class _Text:
    """A statement in the words of one dialect, with how values go in and come out."""

    def __init__(
        self,
        statement: Statement,
        columns: Sequence[str] | None,
        key: Column[Any] | None,
        dialect: Dialect,
    ) -> None:
        driver_tells_key = cast("DefaultDialect", dialect).postfetch_lastrowid
        if isinstance(statement, Insert) and key is not None and not driver_tells_key:
            statement = statement.returning(key)
        self.take_key = _last_key if driver_tells_key else _returned_key
        compiled = statement.compile(dialect=dialect, column_keys=columns)
        self._sql = str(compiled)
        self._is_positional = compiled.positional
        self._names = tuple(compiled.positiontup or compiled.binds)
        kinds = [compiled.binds[name].type for name in self._names]
        self._ins = _placed(kind.dialect_impl(dialect).bind_processor(dialect) for kind in kinds)
        outs: list[TypeEngine[Any]] = [column.type for column in statement.exported_columns]
        self._outs = _placed(
            kind.dialect_impl(dialect).result_processor(dialect, None) for kind in outs
        )

    def run(self, connection: Connection, values: Values, take: Callable[[DBAPICursor], T]) -> T:
        """Execute, and ``take`` from the cursor what is wanted."""
        return self._execute(connection, self._given(values), take, many=False)

    def run_each(self, connection: Connection, rows: Sequence[Values]) -> None:
        """Execute for each of these."""
        self._execute(connection, [self._given(values) for values in rows], _count, many=True)

    def _given(self, values: Values) -> Any:  # noqa: ANN401 - what a driver takes
        given = _converted([values[name] for name in self._names], self._ins)
        return tuple(given) if self._is_positional else dict(zip(self._names, given, strict=True))

    def _execute(
        self,
        connection: Connection,
        given: Any,  # noqa: ANN401 - what a driver takes
        take: Callable[[DBAPICursor], T],
        *,
        many: bool,
    ) -> T:
        cursor = connection.connection.cursor()
        try:
            # Whoever listens to the engine's statements hears of this one too.
            if listeners := connection.engine.dispatch.before_cursor_execute:
                for told in listeners:
                    told(connection, cursor, self._sql, given, None, many)
            (cursor.executemany if many else cursor.execute)(self._sql, given)
            return take(cursor)
        except connection.dialect.loaded_dbapi.Error as error:
            _fail(connection, cursor, self._sql, error)
        finally:
            cursor.close()

    def converted(self, rows: list[Found]) -> list[Found]:
        """The rows with Python's values."""
        return [_converted(list(row), self._outs) for row in rows] if self._outs else rows


def _placed(converts: Iterable[_Convert | None]) -> tuple[tuple[int, _Convert], ...]:
    """Only what there is to do, by place."""
    return tuple((place, convert) for place, convert in enumerate(converts) if convert)


def _converted(values: list[Any], converts: Iterable[tuple[int, _Convert]]) -> list[Any]:
    for place, convert in converts:
        value = values[place]
        if value is not None:
            values[place] = convert(value)
    return values


def _all(cursor: DBAPICursor) -> list[Found]:
    return list(cursor.fetchall())


def _count(cursor: DBAPICursor) -> int:
    return cursor.rowcount


def _last_key(cursor: DBAPICursor) -> int:
    return cursor.lastrowid


def _returned_key(cursor: DBAPICursor) -> int:
    ((key,),) = cursor.fetchall()
    return int(key)


def _fail(connection: Connection, cursor: DBAPICursor, sql: str, error: Exception) -> NoReturn:
    """As ``Connection.execute`` does: an error of SQLAlchemy, without what people typed."""
    dialect = connection.dialect
    wire = connection.connection.dbapi_connection
    is_lost = dialect.is_disconnect(error, wire, cursor)  # type: ignore[arg-type]
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
