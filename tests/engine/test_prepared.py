"""Prepared statements give and take what SQLAlchemy's own execution gives and takes."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import Connection, bindparam, delete, event, insert, select, text, update
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session

from engine.db import Database
from engine.models import Case, Organisation, TermChange, UserTask, UserTaskStatus
from engine.prepared import Prepared, connection_of, fixed
from tests.engine.world import INTAKE, World

_ORGANISATIONS = Organisation.metadata.tables[Organisation.__tablename__]
_ADD = Prepared(insert(_ORGANISATIONS), key=_ORGANISATIONS.c.id)
_SELECT = select(_ORGANISATIONS).where(_ORGANISATIONS.c.slug == bindparam("slug_"))
_UPDATE = update(_ORGANISATIONS).where(_ORGANISATIONS.c.slug == bindparam("slug_"))
_BY_SLUG = Prepared(_SELECT)
_RENAME = Prepared(_UPDATE, ["name"])
_DROP = Prepared(delete(_ORGANISATIONS).where(_ORGANISATIONS.c.slug == bindparam("slug_")))
HOME = {"slug": "thuis", "name": "Thuis", "email": "post@thuis.example"}


def test_a_row_goes_in_changes_and_goes_out(database: Database) -> None:
    with database.transaction() as session:
        connection = connection_of(session)
        first = _ADD.insert(connection, HOME)
        second = _ADD.insert(connection, {**HOME, "slug": "elders"})
        assert second > first
        assert _RENAME.change(connection, {"slug_": "thuis", "name": "Huis"}) == 1
        assert _RENAME.change(connection, {"slug_": "nergens", "name": "Huis"}) == 0
    with database.transaction() as session:
        assert session.get_one(Organisation, first).name == "Huis"
        assert _DROP.change(connection_of(session), {"slug_": "elders"}) == 1
        assert _BY_SLUG.row(connection_of(session), {"slug_": "elders"}) is None


def test_many_rows_go_in_at_once(database: Database) -> None:
    with database.transaction() as session:
        rows = [{**HOME, "slug": f"huis-{number}"} for number in range(3)]
        _ADD.change_each(connection_of(session), rows)
    with database.reading() as session:
        assert len(session.scalars(select(Organisation)).all()) == 3


@pytest.mark.parametrize("model", [Case, UserTask, TermChange])
def test_what_is_read_is_what_the_session_reads(world: World, model: type[Case]) -> None:
    case = world.start()
    world.complete(case, "Intake", **INTAKE)
    columns = model.__table__.columns
    statement = select(*columns).order_by(columns.id)
    with world.database.reading() as session:
        found = Prepared(statement).rows(connection_of(session), {})
        assert [tuple(row) for row in found] == [tuple(row) for row in session.execute(statement)]


def test_a_fixed_state_stands_in_the_text(world: World) -> None:
    case = world.start()
    world.complete(case, "Intake", **INTAKE)
    tasks = UserTask.__table__.c
    is_open = tasks.status == fixed(UserTaskStatus.OPEN)
    statement = select(tasks.name, tasks.status).where(tasks.case_id == bindparam("case"), is_open)
    assert "'open'" in str(statement)
    with world.database.reading() as session:
        (row,) = Prepared(statement).rows(connection_of(session), {"case": case.id})
    assert tuple(row) == ("Aanvraag beoordelen", UserTaskStatus.OPEN)


def test_a_naive_moment_is_refused(world: World) -> None:
    cases = Case.__table__
    ending = Prepared(update(cases).where(cases.c.id == bindparam("id_")), ["ended_at"])
    with world.database.transaction() as session, pytest.raises(ValueError, match="naive"):
        ending.change(
            connection_of(session), {"id_": 1, "ended_at": world.now.replace(tzinfo=None)}
        )


def test_an_error_is_one_of_sqlalchemy_and_does_not_tell_what_was_typed(database: Database) -> None:
    def twice() -> None:
        with database.transaction() as session:
            for _ in range(2):
                _ADD.insert(connection_of(session), {**HOME, "name": "Zoë Bakker"})

    with pytest.raises(IntegrityError) as failed:
        twice()
    assert "Zoë" not in str(failed.value.args)
    assert failed.value.params is None
    with database.reading() as session:
        assert session.scalars(select(Organisation)).all() == []


def test_a_connection_that_is_lost_is_replaced(postgres: Database) -> None:
    def backend() -> int:
        with postgres.transaction() as session:
            _BY_SLUG.row(connection_of(session), {"slug_": "thuis"})
            return int(session.execute(text("SELECT pg_backend_pid()")).scalar_one())

    def cut_off() -> None:
        with postgres.transaction() as session, postgres.transaction() as other:
            pid = session.scalar(text("SELECT pg_backend_pid()"))
            other.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": pid})
            _BY_SLUG.row(connection_of(session), {"slug_": "thuis"})

    first = backend()
    with pytest.raises(DBAPIError) as failed:
        cut_off()
    assert failed.value.connection_invalidated
    assert backend() != first


def test_who_listens_to_statements_hears_of_them(database: Database) -> None:
    heard: list[str] = []

    def hear(_connection: Connection, _cursor: object, sql: str, *_rest: object) -> None:
        heard.append(sql)

    event.listen(database.engine, "before_cursor_execute", hear)
    with database.transaction() as session:
        _ADD.insert(connection_of(session), HOME)
        _ADD.change_each(connection_of(session), [{**HOME, "slug": "elders"}])
    event.remove(database.engine, "before_cursor_execute", hear)
    assert [sql.split()[0] for sql in heard if "organisations" in sql] == ["INSERT", "INSERT"]


def test_who_listens_can_tell_one_from_many_as_with_sqlalchemy(database: Database) -> None:
    heard: list[tuple[bool, bool]] = []

    def hear(
        _connection: Connection, _cursor: object, sql: str, given: object, _: object, many: bool
    ) -> None:
        if "organisations" in sql:
            heard.append((isinstance(given, list), many))

    def ask(by_itself: Callable[[Connection], None]) -> list[tuple[bool, bool]]:
        heard.clear()
        with database.transaction() as session:
            by_itself(connection_of(session))
        return list(heard)

    def prepared(connection: Connection) -> None:
        _BY_SLUG.row(connection, {"slug_": "thuis"})
        _RENAME.change_each(connection, [{"slug_": slug, "name": "Huis"} for slug in "ab"])

    def plain(connection: Connection) -> None:
        connection.execute(_SELECT, {"slug_": "thuis"})
        connection.execute(_UPDATE, [{"slug_": slug, "name": "Huis"} for slug in "ab"])

    event.listen(database.engine, "before_cursor_execute", hear)
    assert ask(prepared) == ask(plain) == [(False, False), (True, True)]
    event.remove(database.engine, "before_cursor_execute", hear)


def test_a_session_of_its_own_has_its_own_connection(database: Database) -> None:
    with Session(database.engine) as session:
        assert connection_of(session) is session.connection()
