"""Many cases at once: copies of one that the engine made, written straight into the tables.

Only so can ten thousand cases stand ready within seconds. A copy is what the engine would have
written, but for its ids and number.
"""

from __future__ import annotations

from sqlalchemy import Table, insert, select
from sqlalchemy.orm import Session

from engine.models import Base, Case

_AT_ONCE = 1_000


def copy_case(session: Session, case_id: int, number: int) -> None:
    """``number`` copies of a case, with all rows that belong to it alone."""
    cases: Table = Case.__table__  # type: ignore[assignment]
    (case,) = _rows(session, cases, "id", case_id)
    owned = [
        (table, _rows(session, table, "case_id", case_id))
        for table in Base.metadata.sorted_tables
        if "case_id" in table.c
    ]
    for begin in range(0, number, _AT_ONCE):
        copies = [
            {**_without_id(case), "number": f"{case['number']}-{one}"}
            for one in range(begin, min(begin + _AT_ONCE, number))
        ]
        ids = session.scalars(insert(cases).returning(cases.c.id), copies).all()
        for table, rows in owned:
            made = [{**_without_id(row), "case_id": new} for new in ids for row in rows]
            if made:
                session.execute(insert(table), made)


def _without_id(row: dict[str, object]) -> dict[str, object]:
    """A row that gets a key of its own from the database."""
    return {name: value for name, value in row.items() if name != "id"}


def _rows(session: Session, table: Table, key: str, value: int) -> list[dict[str, object]]:
    found = session.execute(select(table).where(table.c[key] == value))
    return [dict(row._mapping) for row in found]
