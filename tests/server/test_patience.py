"""A server that stands still is not waited for without end, and needs no restart of ours."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import timedelta

import psycopg
import pytest
from sqlalchemy import bindparam, select, text, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from engine import db, edge, patience
from engine.config import DatabaseOptions
from engine.db import Database, open_database
from engine.errors import StaleCase
from engine.incidents import run_trigger
from engine.models import Organisation
from engine.patience import PatienceWatch
from engine.triggers import CompleteTrigger
from tests.engine.conftest import furnished
from tests.engine.world import INTAKE
from tests.server.wire import Wire, wire_to
from tests.waiting import ends_soon

PATIENCE = timedelta(seconds=1)


@pytest.fixture
def wired(postgres: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Database, Wire]]:
    """A database over a wire, watched by somebody with little patience."""
    monkeypatch.setattr(patience, "LOOK_INTERVAL", timedelta(seconds=0.2))
    url = postgres.engine.url.render_as_string(hide_password=False)
    with wire_to(url) as (address, wire):
        database = open_database(address)
        watch = PatienceWatch(database.engine, PATIENCE)
        watch.start()
        yield database, wire
        watch.stop()
        wire.mend()
        database.close()


def ask(database: Database) -> int | None:
    with database.reading() as session:
        return session.scalar(text("SELECT 1"))


def test_who_waits_for_a_server_that_stands_still_is_told_in_time(
    wired: tuple[Database, Wire],
) -> None:
    database, wire = wired
    assert ask(database) == 1
    wire.hold()
    # The connection of the pool, and then a new one: five seconds to be made.
    with ends_soon(), pytest.raises(OperationalError):
        ask(database)
    wire.mend()
    assert ask(database) == 1


def test_a_step_in_which_the_server_stands_still_is_not_done(
    wired: tuple[Database, Wire],
) -> None:
    database, wire = wired
    world = furnished(database)
    case = world.start()
    trigger = CompleteTrigger(world.task(case, "Intake").id, INTAKE, world.actors["sanne"])

    def stand_still(session: Session) -> object:
        done = run_trigger(session, trigger, world.now)
        wire.hold()
        return done

    with pytest.raises(OperationalError):
        edge.run_step(database, stand_still, trigger=trigger, now=world.now)
    assert database.engine.pool.checkedout() == 0  # type: ignore[attr-defined]
    wire.cut()
    wire.mend()
    world.run(trigger)
    assert list(world.tasks(case)) == ["Beoordelen"]


def test_a_connection_that_works_or_rests_is_left_alone(wired: tuple[Database, Wire]) -> None:
    database, _wire = wired
    with database.reading() as session:
        assert session.scalar(text("SELECT 1")) == 1
        time.sleep(1.6)  # asks nothing, longer than the patience
        assert session.scalar(text("SELECT 2")) == 2
        for _ in range(8):
            session.execute(text("SELECT pg_sleep(0.25)"))
    time.sleep(1.6)
    before = database.engine.pool.checkedin()  # type: ignore[attr-defined]
    assert before == 1
    assert ask(database) == 1


def test_who_stands_still_half_way_a_row_of_statements_keeps_no_lock(
    postgres: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """To the server it is at work then, so the limit of an idle session does not end it."""
    furnished(postgres)
    rename = update(Organisation).values(name="Anders")
    monkeypatch.setattr(db, "TRANSACTION_MS", 1_000)
    still = open_database(postgres.engine.url, DatabaseOptions(statement_timeout=1))
    with still.engine.connect() as connection:
        assert connection.execute(rename).rowcount > 1
        wire = connection.connection.dbapi_connection.pgconn  # type: ignore[union-attr]
        wire.enter_pipeline_mode()
        wire.send_query_params(b"SELECT 1", None)
        wire.send_flush_request()
        wire.flush()
        with postgres.transaction() as session:
            session.execute(rename)
        connection.invalidate()
    still.close()


def test_rows_go_to_the_server_one_by_one_and_are_counted(
    postgres: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(_self: object) -> None:
        raise AssertionError("a pipeline")

    furnished(postgres)
    monkeypatch.setattr(psycopg.Connection, "pipeline", refused)
    renamed = update(Organisation.metadata.tables["organisations"]).values(name="Anders")
    with postgres.transaction() as session:
        slugs = session.scalars(select(Organisation.slug)).all()
        which = [{"which": slug} for slug in [*slugs, "nergens"]]
        found = session.connection().execute(
            renamed.where(Organisation.slug == bindparam("which")), which
        )
        assert found.rowcount == len(slugs) > 1


def test_a_lock_that_is_held_too_long_is_a_lost_race_and_not_a_lost_database(
    postgres: Database,
) -> None:
    url = postgres.engine.url.render_as_string(hide_password=False)
    impatient = open_database(url, DatabaseOptions(lock_timeout=1))
    world = furnished(impatient)
    case = world.start()
    trigger = CompleteTrigger(world.task(case, "Intake").id, INTAKE, world.actors["sanne"])
    with postgres.transaction() as holder:
        holder.execute(text("SELECT id FROM cases FOR UPDATE"))
        with pytest.raises(StaleCase):
            world.run(trigger)
    world.run(trigger)
    assert list(world.tasks(case)) == ["Beoordelen"]
    impatient.close()
