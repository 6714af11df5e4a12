"""A database that is slow, full, read-only, or lost at the worst moment: a clear page that does not
lie, true answers to machines, and a return without a restart."""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from threading import Event

import pytest
from sqlalchemy import event, func, select, text
from werkzeug.test import TestResponse

from engine import db
from engine.clock import TurnedClock
from engine.config import DatabaseOptions
from engine.db import Database, open_database
from engine.models import AuditEvent, Case, FormRecord, Incident
from engine.server.health import KEPT_SECONDS, Health, Verdict
from engine.server.vitals import Vitals
from scheduler.loop import TimerRound
from tests.scheduler.conftest import Cases
from tests.server.test_status import assert_clear_page, ready, site_over_a_wire
from tests.waiting import ends_soon, until
from tests.webui.site import START, TALK, Site, make_site


def completions(database: Database) -> int:
    with database.reading() as session:
        told = select(func.count(AuditEvent.id)).where(AuditEvent.kind == "task_completed")
        forms = select(func.count(FormRecord.id)).where(FormRecord.user_task_id.is_not(None))
        number = session.scalar(told)
        assert session.scalar(forms) == number
    return number or 0


def numbers(database: Database) -> list[str]:
    with database.reading() as session:
        return list(session.scalars(select(Case.number).order_by(Case.id)))


def alive(site: Site) -> int:
    return site.visitor().get("/healthz").status_code


def url_of(database: Database) -> str:
    return database.engine.url.render_as_string(hide_password=False)


# --- lost at the worst moment ---------------------------------------------------------------------


def test_a_completion_whose_commit_was_not_answered_is_not_called_lost_and_is_there_once(
    postgres: Database, clock: TurnedClock, tmp_path: Path
) -> None:
    with site_over_a_wire(url_of(postgres), clock, tmp_path) as (site, wire):
        task = site.task(site.start_case(), "Gesprek")
        sanne = site.signed_in("sanne")
        sanne.token()
        wire.cut_after(b"COMMIT")
        answer = sanne.post(f"/taken/{task}", TALK)
        assert_clear_page(answer)
        wire.mend()
        until(lambda: ready(site) == 200)
        assert completions(postgres) == 1
        again = sanne.post(f"/taken/{task}", TALK)
        assert again.status_code in (409, 410), again.text
        assert completions(postgres) == 1


# --- slow -----------------------------------------------------------------------------------------


@contextmanager
def held(database: Database) -> Iterator[None]:
    """Somebody else holds the tables (PostgreSQL) or the file (SQLite) while this lasts."""
    if database.is_sqlite:
        with database.transaction():
            yield
    else:
        with database.transaction() as session:
            session.execute(text("LOCK TABLE cases, user_tasks IN ACCESS EXCLUSIVE MODE"))
            yield


def test_a_database_that_is_too_slow_gives_a_clear_page_and_works_when_it_is_fast_again(
    database: Database,
    clock: TurnedClock,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(db, "BUSY_TIMEOUT_MS", 300)
    impatient = open_database(database.engine.url, DatabaseOptions(statement_timeout=1))
    site = make_site(impatient, clock, tmp_path / "var")
    number = site.start_case()
    path = f"/taken/{site.task(number, 'Gesprek')}"
    sanne = site.signed_in("sanne")
    sanne.token()
    with held(database):
        assert_clear_page(sanne.post(path, TALK))
        if not database.is_sqlite:  # there a reader waits for no writer
            assert_clear_page(sanne.get(f"/zaken/{number}"))
        assert alive(site) == 200
    assert completions(database) == 0
    assert ready(site) == 200
    assert sanne.get(f"/zaken/{number}").status_code == 200
    assert sanne.post(path, TALK).status_code == 302
    assert completions(database) == 1
    impatient.close()


def test_who_asks_whether_it_is_ready_hears_no_when_the_answer_takes_too_long(
    postgres: Database, clock: TurnedClock, tmp_path: Path
) -> None:
    site = make_site(postgres, clock, tmp_path / "var")
    with postgres.transaction() as session:
        session.execute(text("LOCK TABLE alembic_version IN ACCESS EXCLUSIVE MODE"))
        with ends_soon():
            assert ready(site) == 503
        assert alive(site) == 200
    until(lambda: ready(site) == 200)


# --- full, or read-only ---------------------------------------------------------------------------


def test_a_full_disk_gives_a_clear_page_with_nothing_half_and_works_when_there_is_room(
    sqlite: Database, clock: TurnedClock, tmp_path: Path
) -> None:
    most = ["1000000"]

    @event.listens_for(sqlite.engine, "checkout")
    def _room(connection: object, *_: object) -> None:
        connection.execute(f"PRAGMA max_page_count={most[0]}")  # type: ignore[attr-defined]

    site = make_site(sqlite, clock, tmp_path / "var")
    number = site.start_case()
    sanne = site.signed_in("sanne")
    sanne.token()
    most[0] = "1"  # no more than there are now

    def start() -> TestResponse:
        return sanne.post("/zaken/nieuw/proefroute", START)

    answers = list(itertools.takewhile(lambda one: one.status_code == 302, iter(start, None)))
    assert_clear_page(start())
    assert numbers(sqlite) == [number, *(one.location.rsplit("/", 1)[-1] for one in answers)]
    assert alive(site) == 200
    assert sanne.get(f"/zaken/{number}").status_code == 200
    most[0] = "1000000"
    assert start().status_code == 302


@pytest.fixture
def read_only(postgres: Database) -> Iterator[Database]:
    """As a server that became the second one, or of which a supplier saw that its disk is full."""
    url = postgres.engine.url
    with postgres.engine.connect() as connection:
        alone = connection.execution_options(isolation_level="AUTOCOMMIT")
        alone.execute(text(f"ALTER DATABASE {url.database} SET default_transaction_read_only = on"))
    yield postgres
    postgres.engine.dispose()


def let_write(database: Database) -> None:
    with database.engine.connect() as connection:
        alone = connection.execution_options(isolation_level="AUTOCOMMIT")
        alone.execute(text("SET default_transaction_read_only = off"))
        name = database.engine.url.database
        alone.execute(text(f"ALTER DATABASE {name} RESET default_transaction_read_only"))
    database.engine.dispose()


def test_a_database_in_which_nothing_can_be_written_is_not_ready_and_gives_a_clear_page(
    postgres: Database, clock: TurnedClock, tmp_path: Path, read_only: Database
) -> None:
    site = make_site(postgres, clock, tmp_path / "var")
    number = site.start_case()
    path = f"/taken/{site.task(number, 'Gesprek')}"
    sanne = site.signed_in("sanne")
    sanne.token()
    postgres.engine.dispose()
    assert Health(postgres, Vitals()).ready().parts == {"database": Verdict.READ_ONLY}
    assert alive(site) == 200
    assert_clear_page(sanne.post(path, TALK))
    assert sanne.get(f"/zaken/{number}").status_code == 200
    let_write(read_only)
    time.sleep(KEPT_SECONDS)
    until(lambda: ready(site) == 200)
    assert sanne.post(path, TALK).status_code == 302
    assert completions(postgres) == 1


def test_a_timer_that_cannot_be_written_down_waits_and_is_nobodys_fault(
    postgres: Database, clock: TurnedClock, read_only: Database
) -> None:
    Cases(postgres).begin_many(2)
    clock.turn_by(timedelta(hours=1))
    postgres.engine.dispose()
    one_round = TimerRound(postgres, clock, Event())
    with pytest.raises(Exception, match="read-only"):
        one_round.run()
    let_write(read_only)
    assert one_round.run() == 2
    with postgres.reading() as session:
        assert session.scalar(select(func.count(Incident.id))) == 0
