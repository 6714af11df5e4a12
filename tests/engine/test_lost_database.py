"""The database goes away in the middle of a step, or its disk is full: whole or not at all."""

from __future__ import annotations

import sqlite3

import pytest
from sqlalchemy import event, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from engine import edge
from engine.db import Database
from engine.incidents import run_trigger
from engine.models import Case, CaseStatus, FormRecord, Incident
from engine.timers import fire_due
from engine.triggers import CompleteTrigger
from tests.engine.conftest import furnished
from tests.engine.world import INTAKE, World


def test_a_connection_that_breaks_before_the_commit_leaves_nothing(postgres_world: World) -> None:
    world = postgres_world
    case = world.start()
    task = world.task(case, "Intake")
    records = len(world.all(FormRecord))
    trigger = CompleteTrigger(task.id, INTAKE, world.actors["sanne"])

    def cut_off(session: Session) -> object:
        done = run_trigger(session, trigger, world.now)
        backend = session.scalar(text("SELECT pg_backend_pid()"))
        with world.database.transaction() as other:
            other.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": backend})
        return done

    with pytest.raises(OperationalError):
        edge.run_step(world.database, cut_off, trigger=trigger, now=world.now)
    assert list(world.tasks(case)) == ["Intake"]
    assert len(world.all(FormRecord)) == records
    assert world.all(Incident) == []
    world.run(trigger)
    assert list(world.tasks(case)) == ["Beoordelen"]


def test_connections_that_broke_while_they_slept_are_replaced(postgres_world: World) -> None:
    world = postgres_world
    case = world.start()
    with world.database.transaction() as session:
        session.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        )
    world.complete(case, "Intake", **INTAKE)
    assert list(world.tasks(case)) == ["Beoordelen"]


def fill_the_disk(world: World) -> None:
    for _ in range(200):
        world.start()


def test_a_full_disk_refuses_the_step_whole_and_it_goes_on_when_there_is_room(
    sqlite: Database,
) -> None:
    world = furnished(sqlite)
    case = world.start()
    engine = world.database.engine
    engine.dispose()

    def limit(connection: sqlite3.Connection, _record: object) -> None:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count={pages}")

    event.listen(engine, "connect", limit)
    trigger = CompleteTrigger(world.task(case, "Intake").id, INTAKE, world.actors["sanne"])
    with pytest.raises(OperationalError, match="full"):
        fill_the_disk(world)
    cases = [one for one in world.all(Case) if isinstance(one, Case)]
    assert all(list(world.tasks(one)) == ["Intake"] for one in cases), "a case came half"
    with pytest.raises(OperationalError, match="full"):
        fill_the_disk(world)
    event.remove(engine, "connect", limit)
    engine.dispose()
    world.run(trigger)
    assert list(world.tasks(case)) == ["Beoordelen"]


def test_a_database_that_may_only_be_read_can_be_looked_at(sqlite: Database) -> None:
    world = furnished(sqlite)
    case = world.assessed()
    engine = world.database.engine
    engine.dispose()

    def readonly(connection: sqlite3.Connection, _record: object) -> None:
        connection.execute("PRAGMA query_only=ON")

    event.listen(engine, "connect", readonly)
    assert world.case(case).status is CaseStatus.OPEN
    with pytest.raises(OperationalError):
        world.complete(case, "Beoordelen", "fatima", akkoord=True)
    with pytest.raises(OperationalError):
        fire_due(world.database, world.now.replace(year=2027))
    event.remove(engine, "connect", readonly)
    engine.dispose()
    assert world.all(Incident) == []
    world.complete(case, "Beoordelen", "fatima", akkoord=True)
    assert world.case(case).status is CaseStatus.COMPLETED
