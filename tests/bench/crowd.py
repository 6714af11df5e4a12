"""A crowd: rows by the hundred thousand, made inside the database from one that the engine wrote.

Every column that is not given anew is that of the model, so that a row looks like a real one also
when tables change. They serve for queries alone: such a case cannot go on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta

from sqlalchemy import (
    CTE,
    ColumnElement,
    Integer,
    String,
    cast,
    func,
    insert,
    literal,
    select,
    text,
)
from sqlalchemy.orm import Session

from engine.db import Database
from engine.models import Base, Case, CaseParty, Organisation, Timer, UserTask

Counter = ColumnElement[int]
Changed = Mapping[str, Callable[[Counter], object]]
"""What differs from the model, by column: made of the number of the row."""


def multiply(session: Session, model: Base, numbers: range, changed: Changed) -> None:
    """A row like ``model`` for each of ``numbers``; its own key when ``changed`` names none."""
    table = type(model).__table__
    counted = _counted(numbers)
    columns = {
        column.name: (
            _value(changed[column.name](counted.c.n), column.type)
            if column.name in changed
            else column
        )
        for column in table.columns
        if column.name in changed or column.name != "id"
    }
    rows = select(*columns.values()).select_from(table.join(counted, literal(1) == 1))
    keys = model.__mapper__.primary_key_from_instance(model)
    for column, key in zip(table.primary_key, keys, strict=True):
        rows = rows.where(column == key)
    session.execute(insert(table).from_select(list(columns), rows))


def is_postgres(session: Session) -> bool:
    return session.get_bind().dialect.name == "postgresql"


def in_a_hurry(session: Session) -> None:
    """Rows of this transaction point to rows that exist: on PostgreSQL nobody looks whether."""
    if is_postgres(session):
        session.execute(text("SET LOCAL session_replication_role = replica"))


def _counted(numbers: range) -> CTE:
    first = select(literal(numbers.start, Integer).label("n")).cte("counted", recursive=True)
    return first.union_all(select(first.c.n + 1).where(first.c.n < numbers.stop - 1))


def _value(value: object, kind: object) -> ColumnElement[object]:
    return value if isinstance(value, ColumnElement) else literal(value, kind)  # type: ignore[call-overload,no-any-return]


def named(prefix: str) -> Callable[[Counter], ColumnElement[str]]:
    """``prefix`` with the number behind it."""
    return lambda n: literal(prefix).concat(cast(n, String))


def cases(session: Session, model: Case, numbers: range) -> None:
    """Cases with these ids, each of a client of its own."""
    multiply(
        session,
        model,
        numbers,
        {
            "id": lambda n: n,
            "number": named("XX-"),
            "client_name": named("Naam "),
            "client_name_folded": named("naam "),
        },
    )
    if is_postgres(session):
        # Given keys do not move the sequence along.
        session.execute(text("SELECT setval('cases_id_seq', (SELECT max(id) FROM cases))"))


def organisations(session: Session, model: Organisation, number: int) -> list[int]:
    """So many organisations more; gives their ids."""
    last = session.scalar(select(func.max(Organisation.id))) or 0
    multiply(session, model, range(number), {"slug": named("plaats-"), "name": named("Plaats ")})
    return list(session.scalars(select(Organisation.id).where(Organisation.id > last)))


def user_tasks(
    session: Session,
    model: UserTask,
    numbers: range,
    due: datetime | None,
    **fixed: object,
) -> None:
    """An open task, due at ``due``, in each of the cases with these ids."""
    changed: dict[str, Callable[[Counter], object]] = {
        name: lambda _n, value=value: value for name, value in fixed.items()
    }
    multiply(
        session,
        model,
        numbers,
        {"case_id": lambda n: n, "token": named("k"), "due_at": lambda _n: due, **changed},
    )


def participation(session: Session, model: CaseParty, numbers: range, organisation: int) -> None:
    """An organisation that takes part in each of the cases with these ids."""
    multiply(
        session,
        model,
        numbers,
        {"case_id": lambda n: n, "organisation_id": lambda _n: organisation},
    )


def timers(session: Session, model: Timer, numbers: range, fires_at: datetime) -> None:
    """A timer that fires at ``fires_at`` in each of the cases with these ids."""
    multiply(
        session,
        model,
        numbers,
        {"case_id": lambda n: n, "token": named("k"), "fires_at": lambda _n: fires_at},
    )


def spread(numbers: range, parts: int) -> Iterable[range]:
    """``numbers`` in at most so many ranges."""
    size = max(1, -(-len(numbers) // parts))
    return (
        range(begin, min(begin + size, numbers.stop))
        for begin in range(numbers.start, numbers.stop, size)
    )


def days_after(start: datetime, number: int) -> datetime:
    """A moment of its own for each number."""
    return start + timedelta(days=number % 365, minutes=number)


def analyze(database: Database) -> None:
    """What autovacuum does on PostgreSQL by itself, now."""
    with database.engine.connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT").execute(text("ANALYZE"))
