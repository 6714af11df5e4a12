"""A transaction is kept wholly or not at all, whatever fails, and gives its connection back."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from sqlalchemy import bindparam, event, insert, select, text, update
from sqlalchemy.exc import DBAPIError, IntegrityError, InvalidRequestError, OperationalError
from sqlalchemy.orm import Session
from sqlalchemy.pool import QueuePool

from engine import db
from engine.config import DatabaseOptions
from engine.db import Database, open_database
from engine.edge import run_step
from engine.errors import StaleCase
from engine.lost import is_lost_database
from engine.models import Organisation
from engine.prepared import Prepared, connection_of
from tests.conftest import MONDAY_MORNING, DatabaseWith

_ORGANISATIONS = Organisation.metadata.tables[Organisation.__tablename__]
_NAMES = ("slug", "name", "email")
_ADD = Prepared(insert(_ORGANISATIONS), _NAMES, key=_ORGANISATIONS.c.id)
_ALL = Prepared(select(_ORGANISATIONS.c.slug).order_by(_ORGANISATIONS.c.slug))
_RENAME = Prepared(
    update(_ORGANISATIONS).where(_ORGANISATIONS.c.slug == bindparam("slug_")), ["name"]
)


def _values(slug: str) -> dict[str, object]:
    return {"slug": slug, "name": "Thuis", "email": "post@thuis.example"}


def _slugs(database: Database) -> list[str]:
    with database.reading() as session:
        return [slug for (slug,) in _ALL.rows(connection_of(session), {})]


def _step(database: Database, body: Callable[[Session], object]) -> None:
    with database.transaction() as session:
        body(session)


def _look(database: Database, body: Callable[[Session], object]) -> None:
    with database.reading() as session:
        body(session)


def _in_use(database: Database) -> int:
    pool = database.engine.pool
    assert isinstance(pool, QueuePool)
    return pool.checkedout()


def test_what_the_session_only_took_up_is_kept(database: Database) -> None:
    with database.transaction() as session:
        session.add(Organisation(**_values("huis")))
    assert _slugs(database) == ["huis"]
    assert _in_use(database) == 0


def test_what_changes_in_an_object_after_the_last_statement_is_kept(database: Database) -> None:
    with database.transaction() as session:
        _ADD.insert(connection_of(session), _values("huis"))
        found = session.scalars(select(Organisation)).one()
        found.slug = "thuis"
    assert _slugs(database) == ["thuis"]


def _add_one(session: Session) -> None:
    _ADD.insert(connection_of(session), _values("een"))


def _with_one(database: Database) -> None:
    _step(database, _add_one)


def _fails(session: Session) -> None:
    session.add(Organisation(**_values("een")))
    session.flush()
    _ADD.insert(connection_of(session), _values("twee"))
    raise RuntimeError


def _refused_at_the_end(session: Session) -> None:
    _ADD.insert(connection_of(session), _values("een"))
    session.add(Organisation(**_values("een")))


def _refused_half_way(session: Session) -> None:
    _ADD.insert(connection_of(session), _values("een"))
    _ADD.insert(connection_of(session), _values("een"))


def _refused_in_many(session: Session) -> None:
    _ADD.change_each(connection_of(session), [_values("een"), _values("een")])


def _written_after_a_refusal(session: Session) -> None:
    _ADD.insert(connection_of(session), _values("een"))
    session.add(Organisation(**_values("een")))
    with pytest.raises(IntegrityError):
        session.flush()
    _ADD.insert(connection_of(session), _values("twee"))


def _each_written_after_a_refusal(session: Session) -> None:
    _ADD.insert(connection_of(session), _values("een"))
    session.add(Organisation(**_values("een")))
    with pytest.raises(IntegrityError):
        session.flush()
    _ADD.change_each(connection_of(session), [_values("twee")])


def _changed_after_a_way_back(session: Session) -> None:
    session.scalars(select(Organisation)).all()
    session.rollback()
    _ADD.change(connection_of(session), _values("twee"))


@pytest.mark.parametrize(
    "body",
    [
        _fails,
        _refused_at_the_end,
        _refused_half_way,
        _refused_in_many,
        _written_after_a_refusal,
        _each_written_after_a_refusal,
        _changed_after_a_way_back,
    ],
)
def test_nothing_is_kept_of_what_failed(
    database: Database, body: Callable[[Session], None]
) -> None:
    with pytest.raises((RuntimeError, IntegrityError, InvalidRequestError)):
        _step(database, body)
    assert _slugs(database) == []
    assert _in_use(database) == 0


def test_a_commit_that_fails_gives_its_connection_back(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[Session] = []
    monkeypatch.setattr(db, "_AFTER_COMMIT", [told.append])
    driver = database.engine.dialect.loaded_dbapi

    def refused(_connection: object) -> None:
        raise driver.OperationalError("disk full")

    with monkeypatch.context() as broken:
        broken.setattr(database.engine.dialect, "do_commit", refused)
        with pytest.raises(OperationalError) as caught:
            _step(database, _add_one)
    assert is_lost_database(caught.value)
    assert told == []
    assert _slugs(database) == []
    assert _in_use(database) == 0


def test_who_is_told_of_a_commit_cannot_undo_it(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_session: Session) -> None:
        raise RuntimeError

    monkeypatch.setattr(db, "_AFTER_COMMIT", [broken])
    with pytest.raises(RuntimeError), database.transaction() as session:
        _ADD.insert(connection_of(session), _values("een"))
    assert _slugs(database) == ["een"]
    assert _in_use(database) == 0


def test_a_session_is_of_no_use_after_its_end(database: Database) -> None:
    with database.transaction() as changing:
        changing.scalars(select(Organisation)).all()
    with database.reading() as looking:
        looking.scalars(select(Organisation)).all()
    for session in (changing, looking):
        with pytest.raises(InvalidRequestError):
            _ADD.insert(connection_of(session), _values("een"))
        with pytest.raises(InvalidRequestError):
            session.scalars(select(Organisation)).all()
    assert _slugs(database) == []
    assert _in_use(database) == 0


def test_a_look_changes_nothing(database: Database) -> None:
    with database.reading() as session:
        _ADD.insert(connection_of(session), _values("een"))
        session.add(Organisation(**_values("twee")))
        session.flush()
    assert _slugs(database) == []
    with pytest.raises(RuntimeError):
        _look(database, _fails)
    assert _slugs(database) == []
    assert _in_use(database) == 0


def test_a_savepoint_that_fails_takes_nothing_else_along(database: Database) -> None:
    with database.transaction() as session:
        _ADD.insert(connection_of(session), _values("een"))
        savepoint = session.begin_nested()
        session.add(Organisation(**_values("een")))
        with pytest.raises(IntegrityError):
            session.flush()
        savepoint.rollback()
        _ADD.insert(connection_of(session), _values("twee"))
        with session.begin_nested():
            session.add(Organisation(**_values("vier")))
        session.add(Organisation(**_values("drie")))
    assert _slugs(database) == ["drie", "een", "twee", "vier"]


def test_a_connection_that_somebody_closed_is_a_lost_database(postgres: Database) -> None:
    def work(session: Session) -> None:
        wire = connection_of(session).connection.dbapi_connection
        assert wire is not None
        wire.close()
        _add_one(session)

    with pytest.raises(DBAPIError) as caught:
        _step(postgres, work)
    assert is_lost_database(caught.value)
    assert _slugs(postgres) == []
    assert _in_use(postgres) == 0


def test_a_connection_that_the_server_ended_is_a_lost_database(postgres: Database) -> None:
    def work(session: Session) -> None:
        own = session.scalar(text("select pg_backend_pid()"))
        with postgres.transaction() as other:
            other.execute(text("select pg_terminate_backend(:pid)"), {"pid": own})
        _ADD.change_each(connection_of(session), [_values("een"), _values("twee")])

    with pytest.raises(DBAPIError) as caught:
        _step(postgres, work)
    assert caught.value.connection_invalidated
    assert _slugs(postgres) == []


def _rename_one(session: Session) -> None:
    _RENAME.change(connection_of(session), {"slug_": "een", "name": "Huis"})


def _add_many(session: Session) -> None:
    _ADD.change_each(connection_of(session), [_values("twee"), _values("drie")])


@pytest.mark.parametrize("pooler", [False, True])
@pytest.mark.parametrize("work", [_rename_one, _add_many])
def test_who_waits_too_long_for_a_lock_has_lost_the_race(
    postgres_with: DatabaseWith, work: Callable[[Session], None], *, pooler: bool
) -> None:
    first = postgres_with(_with_one)
    second = open_database(first.engine.url, DatabaseOptions(lock_timeout=1, pooler=pooler))
    try:
        with first.transaction() as session:
            work(session)
            with pytest.raises(StaleCase):
                run_step(second, work, trigger=None, now=MONDAY_MORNING)
    finally:
        second.close()


def test_who_is_chosen_in_a_deadlock_has_lost_the_race(postgres: Database) -> None:
    with postgres.transaction() as session:
        _ADD.change_each(connection_of(session), [_values("een"), _values("twee")])
    both = threading.Barrier(2)
    ended: list[str] = []

    def crossing(first: str, then: str) -> None:
        def work(session: Session) -> None:
            _RENAME.change(connection_of(session), {"slug_": first, "name": "Huis"})
            both.wait(10)
            _RENAME.change(connection_of(session), {"slug_": then, "name": "Huis"})

        try:
            run_step(postgres, work, trigger=None, now=MONDAY_MORNING)
            ended.append("done")
        except StaleCase:
            ended.append("stale")

    threads = [
        threading.Thread(target=crossing, args=pair) for pair in (("een", "twee"), ("twee", "een"))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(ended) == ["done", "stale"]


def test_a_second_writer_of_sqlite_that_waits_too_long_is_told_of_a_lost_database(
    sqlite: Database,
) -> None:
    @event.listens_for(sqlite.engine, "checkout")
    def _impatient(connection: object, _record: object, _proxy: object) -> None:
        connection.execute("PRAGMA busy_timeout=50")  # type: ignore[attr-defined]

    with sqlite.transaction(), pytest.raises(OperationalError) as caught:
        _step(sqlite, _add_one)
    assert is_lost_database(caught.value)
    assert _in_use(sqlite) == 0


def test_a_statement_that_sqlite_refuses_to_write_is_a_lost_database(sqlite: Database) -> None:
    def work(session: Session) -> None:
        session.execute(text("PRAGMA query_only=ON"))
        try:
            _add_one(session)
        finally:
            session.execute(text("PRAGMA query_only=OFF"))

    with pytest.raises(OperationalError) as caught:
        _step(sqlite, work)
    assert is_lost_database(caught.value)
    assert _slugs(sqlite) == []


def test_a_server_that_only_reads_is_a_lost_database(postgres: Database) -> None:
    def work(session: Session) -> None:
        session.execute(text("SET TRANSACTION READ ONLY"))
        _add_one(session)

    with pytest.raises(DBAPIError) as caught:
        _step(postgres, work)
    assert is_lost_database(caught.value)
