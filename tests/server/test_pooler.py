"""Limits on what a statement may take, and PostgreSQL behind a pooler in transaction mode."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError

from engine import db
from engine.config import DatabaseOptions
from engine.db import Database, open_database
from engine.migrate import Standing, migrate, standing
from engine.models import CaseStatus
from tests.engine.conftest import furnished
from tests.engine.world import INTAKE
from tests.server.wire import pooler_to, wire_to

LIMITS = (
    "statement_timeout",
    "lock_timeout",
    "idle_in_transaction_session_timeout",
    "transaction_timeout",
)
SHORT = DatabaseOptions(statement_timeout=1, lock_timeout=1)
BEHIND_A_POOLER = DatabaseOptions(pooler=True)


def limits(database: Database) -> list[str]:
    with database.reading() as session:
        return [session.execute(text(f"SHOW {name}")).scalar_one() for name in LIMITS]


def test_a_statement_a_lock_a_sleep_in_a_transaction_and_a_transaction_have_their_limits(
    postgres_url: str,
) -> None:
    database = open_database(postgres_url)
    assert limits(database) == ["1min", "40s", "30s", "5min"]
    database.close()


def test_a_statement_that_takes_too_long_is_ended_and_the_next_goes_well(postgres_url: str) -> None:
    database = open_database(postgres_url, SHORT)
    with pytest.raises(OperationalError, match="statement timeout"), database.reading() as session:
        session.execute(text("SELECT pg_sleep(5)"))
    with database.reading() as session:
        assert session.scalar(text("SELECT 1")) == 1
    database.close()


def test_making_tables_may_take_as_long_as_it_needs(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A second server waits for the migration of the first, longer than for any lock."""
    monkeypatch.setattr(db, "TRANSACTION_MS", 1_000)
    second = open_database(postgres_url, SHORT)
    monkeypatch.undo()
    holder = open_database(postgres_url)
    with ThreadPoolExecutor(1) as pool:
        with holder.transaction() as session:
            session.execute(text("SELECT pg_advisory_xact_lock(7402026)"))
            waiting = pool.submit(migrate, second)
            session.execute(text("SELECT pg_sleep(2.5)"))
            assert not waiting.done()
        waiting.result(30)
    assert standing(second) is Standing.PRESENT
    holder.close()
    second.close()


def test_a_process_never_opens_more_connections_than_it_may(postgres_url: str) -> None:
    options = DatabaseOptions(connections=2, pool_timeout=1)
    database = open_database(postgres_url, options)

    def sleep(_number: int) -> str:
        try:
            with database.reading() as session:
                session.execute(text("SELECT pg_sleep(1.5)"))
        except Exception as error:
            return type(error).__name__
        return "done"

    with ThreadPoolExecutor(3) as pool:
        assert sorted(pool.map(sleep, range(3))) == ["TimeoutError", "done", "done"]
    database.close()


@pytest.fixture
def migrated_url(postgres: Database) -> str:
    return postgres.engine.url.render_as_string(hide_password=False)


def test_a_pooler_refuses_a_program_that_sets_its_sessions(migrated_url: str) -> None:
    with pooler_to(migrated_url) as (url, pooler):
        database = open_database(url)
        with pytest.raises(OperationalError, match="startup parameter"), database.reading() as look:
            look.execute(text("SELECT 1"))
        assert pooler.refused > 0
        database.close()


def test_behind_a_pooler_each_transaction_has_its_limits_and_leaves_nothing_behind(
    migrated_url: str,
) -> None:
    with pooler_to(migrated_url, sessions=2) as (url, _pooler):
        database = open_database(url, BEHIND_A_POOLER)
        for _ in range(4):
            assert limits(database) == ["1min", "40s", "30s", "5min"]
        database.close()
        other = open_database(url, DatabaseOptions(pooler=True, statement_timeout=7))
        assert limits(other)[0] == "7s"
        patient = open_database(url, DatabaseOptions(pooler=True, statement_timeout=600))
        assert limits(patient)[3] == "20min"
        patient.close()
        with other.engine.connect() as connection:
            autocommit = connection.execution_options(isolation_level="AUTOCOMMIT")
            assert (
                autocommit.execute(text("SELECT count(*) FROM pg_prepared_statements")).scalar()
                == 0
            )
        other.close()


def test_behind_a_pooler_many_hands_do_what_they_do_without_one(migrated_url: str) -> None:
    with pooler_to(migrated_url, sessions=3) as (url, pooler):
        database = open_database(url, BEHIND_A_POOLER)
        migrate(database)
        world = furnished(database)

        world.deploy()

        def whole(_number: int) -> CaseStatus:
            case = world.start()
            world.complete(case, "Intake", **INTAKE)
            world.complete(case, "Beoordelen", "fatima", akkoord=True)
            return world.case(case).status

        with ThreadPoolExecutor(4) as pool:
            assert set(pool.map(whole, range(8))) == {CaseStatus.COMPLETED}
        assert pooler.transactions >= 8 * 4
        database.close()


def test_another_server_takes_over_when_the_first_is_gone(migrated_url: str) -> None:
    """One address with two servers, as the manual for administrators writes it."""
    with wire_to(migrated_url) as (one, first), wire_to(migrated_url) as (two, _second):
        hosts = [make_url(address).query["host"] for address in (one, two)]
        both = make_url(one).update_query_string(
            f"host={hosts[0]}&host={hosts[1]}&target_session_attrs=read-write"
        )
        database = open_database(both)
        assert standing(database) is Standing.PRESENT
        first.cut()
        assert standing(database) is Standing.PRESENT, "the pool looks before it gives a connection"
        database.close()
