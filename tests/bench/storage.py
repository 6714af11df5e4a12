"""Section: what a finished case of three user tasks leaves in the database, indexes included."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path

from sqlalchemy import text

from engine.models import CaseState
from tests.bench import routes
from tests.bench.board import Figure
from tests.bench.completing import durable_postgres
from tests.bench.ours import Ours
from tests.databases import sqlite_url

MOST_BYTES = 8 * 1024
_PAGES = {
    "sqlite": "SELECT name, sum(pgsize) FROM dbstat GROUP BY name",
    # Every fork of every table, index and what is stored apart; also what is free inside.
    "postgresql": "SELECT relname, pg_table_size(oid) FROM pg_class "
    "WHERE relkind IN ('r', 'i') AND relnamespace = 'public'::regnamespace",
}


def storage(folder: Path, cases: int) -> list[Figure]:
    """``cases`` are done by people, beside as many that were there before."""
    with ExitStack() as stack:
        found: list[Figure] = []
        for place, url in (
            ("SQLite", sqlite_url(folder / "ours.db")),
            ("PostgreSQL", stack.enter_context(durable_postgres())),
        ):
            ours = Ours(url, synced=place != "SQLite")
            stack.callback(ours.close)
            found += _measured(ours, place, cases)
        return found


def _measured(ours: Ours, place: str, cases: int) -> list[Figure]:
    _finish(ours, cases)
    before = _sizes(ours)
    last = _finish(ours, cases)
    after = _sizes(ours)
    grown = {name: (size - before.get(name, 0)) / cases for name, size in after.items()}
    with ours.database.reading() as session:
        state = session.get_one(CaseState, last)
        assert state.execution == "", "a finished case keeps no tree"
        data = len(state.variables.encode())
    largest = sorted(grown, key=grown.__getitem__, reverse=True)[:3]
    return [
        Figure(
            f"a finished case of three tasks, {place}",
            sum(grown.values()),
            "bytes",
            goal=MOST_BYTES,
            note="most in " + ", ".join(f"{name} {grown[name]:.0f}" for name in largest),
        ),
        Figure(f"of which its end data, {place}", data, "bytes"),
    ]


def _finish(ours: Ours, cases: int) -> int:
    """So many cases from start to end, each step as a person does it; gives the last one."""
    for _ in range(cases):
        case_id = ours.begin()
        for _task in routes.TASKS:
            ours.submit(ours.waiting(case_id))
    return case_id


def _sizes(ours: Ours) -> Mapping[str, int]:
    with ours.database.engine.connect() as connection:
        connection = connection.execution_options(isolation_level="AUTOCOMMIT")
        if ours.database.is_sqlite:
            connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
        else:
            connection.execute(text("VACUUM"))  # what autovacuum does
        rows = connection.execute(text(_PAGES[connection.dialect.name]))
        return {name: int(size) for name, size in rows}
