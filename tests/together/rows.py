"""Every row of a database, and the rows that belong to some cases, to compare before and after."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from sqlalchemy import Table, select

from engine.db import Database
from engine.models import Base, Case

Rows = Mapping[str, Mapping[object, tuple[object, ...]]]
"""By table, and by primary key within it."""


def all_rows(database: Database) -> Rows:
    """Every row of every table."""
    with database.reading() as session:
        return {
            table.name: {
                tuple(getattr(row, key.name) for key in table.primary_key): tuple(row)
                for row in session.execute(select(table))
            }
            for table in Base.metadata.sorted_tables
        }


def rows_of(database: Database, cases: Collection[int]) -> Rows:
    """The rows of these cases and, along every foreign key, whatever hangs from them."""
    found: dict[str, dict[object, tuple[object, ...]]] = {}
    everything = all_rows(database)
    for table in Base.metadata.sorted_tables:  # what is pointed at comes first
        if table.name == Case.__tablename__:
            mine = {(case,) for case in cases}
            found[table.name] = {
                key: row for key, row in everything[table.name].items() if key in mine
            }
            continue
        hanging = {
            key: row for key, row in everything[table.name].items() if _hangs(table, row, found)
        }
        if hanging:
            found[table.name] = hanging
    return found


def _hangs(table: Table, row: tuple[object, ...], found: Rows) -> bool:
    for place, column in enumerate(table.columns):
        for key in column.foreign_keys:
            target = key.column.table.name
            if target != table.name and (row[place],) in found.get(target, {}):
                return True
    return False
