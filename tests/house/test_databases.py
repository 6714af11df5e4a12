"""The databases that tests get are real, their own, and have what they say."""

from __future__ import annotations

import pytest
from sqlalchemy import inspect, text

from engine.db import Database, open_database
from engine.models import Base


def test_a_database_for_tests_has_all_tables_and_no_rows(database: Database) -> None:
    assert set(Base.metadata.tables) <= set(inspect(database.engine).get_table_names())
    with database.reading() as session:
        for table in Base.metadata.sorted_tables:
            assert session.execute(table.select().limit(1)).all() == [], table.name


@pytest.mark.parametrize("round_", [1, 2])
def test_what_one_test_writes_no_other_sees(database: Database, round_: int) -> None:
    with database.transaction() as session:
        session.execute(text(f"CREATE TABLE left_behind_{round_} (id INTEGER)"))
    assert f"left_behind_{3 - round_}" not in inspect(database.engine).get_table_names()


def test_an_empty_database_is_empty(database_url: str) -> None:
    opened = open_database(database_url)
    assert inspect(opened.engine).get_table_names() == []
    opened.close()


def test_postgresql_is_a_real_one(postgres: Database) -> None:
    with postgres.reading() as session:
        version = session.execute(text("SELECT version()")).scalar_one()
    assert version.startswith("PostgreSQL ")
