"""The migrated schema is the schema of the models, on both databases."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, text

from engine.db import Database, open_database
from engine.migrate import config, migrate
from engine.models import Base
from tests.engine.world import INTAKE, World


def test_the_migrated_schema_is_that_of_the_models(database: Database) -> None:
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_partial_indexes_are_partial_on_both_databases(database: Database) -> None:
    found = {
        index["name"]: index["dialect_options"]
        for table in ("timers", "outbox")
        for index in inspect(database.engine).get_indexes(table)
    }
    kind = "sqlite" if database.is_sqlite else "postgresql"
    assert f"{kind}_where" in found["ix_timers_waiting"]
    assert f"{kind}_where" in found["ix_outbox_pending"]


def test_migrating_again_changes_nothing(database: Database) -> None:
    migrate(database)
    migrate(database)
    assert "cases" in inspect(database.engine).get_table_names()


def test_the_revision_of_a_case_moves_beside_its_state_and_back(world: World) -> None:
    case = world.start()
    before = world.state(case).revision
    assert before > 0
    move_to(world.database, "0008")
    with world.database.reading() as session:
        assert session.scalar(text("SELECT revision FROM cases")) == before
    migrate(world.database)
    assert world.state(case).revision == before
    world.complete(case, "Intake", **INTAKE)


def test_two_servers_may_migrate_at_once(postgres_url: str) -> None:
    empty_postgres = open_database(postgres_url)
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(migrate, [empty_postgres, empty_postgres]))
    assert "cases" in inspect(empty_postgres.engine).get_table_names()
    empty_postgres.close()


def move_to(database: Database, revision: str) -> None:
    settings = config()
    with database.transaction() as session:
        settings.attributes["connection"] = session.connection()
        command.downgrade(settings, revision)
