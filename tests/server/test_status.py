"""What a process says of itself, to machines that ask: the truth, and nothing personal."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from http.client import HTTPConnection
from pathlib import Path

import pytest
from sqlalchemy import text
from werkzeug.test import TestResponse

from engine.clock import SystemClock, TurnedClock
from engine.config import Settings
from engine.db import Database, open_database
from engine.server.health import Health, Verdict
from engine.server.runtime import address_refused
from engine.server.services import ServiceRefused
from engine.server.status import StatusDesk, StatusListener, with_helpers
from engine.server.vitals import PROCESS, Pulse, Vitals
from scheduler.service import SchedulerService
from tests.server.wire import Wire, wire_to
from tests.waiting import ends_soon, until
from tests.webui.site import Site, make_site, settings
from webui.app import create_app

LONG = timedelta(minutes=1)
PATIENCE = 5.0


@pytest.fixture
def site(database: Database, clock: TurnedClock, tmp_path: Path) -> Site:
    return make_site(database, clock, tmp_path / "var")


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_a_machine_asks_without_signing_in_and_gets_no_cookie(site: Site, path: str) -> None:
    for visitor in (site.visitor(), site.signed_in("sanne")):
        site.clock.turn_by(timedelta(minutes=5))
        answer = visitor.get(path, headers={"Host": "10.0.3.7:8000"})
        assert answer.status_code == 200
        assert answer.json is not None
        assert answer.json["ok"] is True
        assert "Set-Cookie" not in answer.headers
        assert answer.headers["Cache-Control"] == "no-store"
        assert "sanne" not in answer.text.lower()


def test_only_looking_is_possible(site: Site) -> None:
    assert site.visitor().client.post("/readyz").status_code == 405
    assert site.visitor().client.head("/healthz").data == b""


def test_asking_whether_it_lives_asks_the_database_nothing(site: Site) -> None:
    site.database.engine.dispose()
    before = site.database.engine.pool.checkedin()  # type: ignore[attr-defined]
    assert site.visitor().get("/healthz").status_code == 200
    assert site.database.engine.pool.checkedin() == before == 0  # type: ignore[attr-defined]


def test_it_is_not_ready_before_the_tables_are_there(database_url: str) -> None:
    database = open_database(database_url)
    health = Health(database, Vitals())
    assert health.ready().parts == {"database": Verdict.OLD}
    assert health.alive().is_good
    database.close()


@pytest.mark.parametrize(("revision", "verdict"), [("0001", Verdict.OLD), ("9999", Verdict.NEW)])
def test_it_is_not_ready_on_tables_of_another_program(
    database: Database, revision: str, verdict: Verdict
) -> None:
    with database.transaction() as session:
        session.execute(text("UPDATE alembic_version SET version_num = :it"), {"it": revision})
    assert Health(database, Vitals()).ready().parts == {"database": verdict}


@contextmanager
def site_over_a_wire(url: str, clock: TurnedClock, folder: Path) -> Iterator[tuple[Site, Wire]]:
    with wire_to(url) as (address, wire):
        database = open_database(address)
        yield make_site(database, clock, folder / "var"), wire
        wire.mend()
        database.close()


def ready(site: Site) -> int:
    return site.visitor().get("/readyz").status_code


def assert_clear_page(answer: TestResponse) -> None:
    assert answer.status_code == 503
    assert "Thuisroute is even niet bereikbaar" in answer.text
    # Whether a commit that was not answered came through, nobody knows.
    assert "niet zeker of het is opgeslagen" in answer.text
    assert "is niet opgeslagen" not in answer.text


def test_a_lost_database_gives_a_clear_page_and_all_is_well_when_it_is_back(
    postgres: Database, clock: TurnedClock, tmp_path: Path
) -> None:
    url = postgres.engine.url.render_as_string(hide_password=False)
    with site_over_a_wire(url, clock, tmp_path) as (site, wire):
        number = site.start_case()
        visitor = site.signed_in("sanne")
        assert ready(site) == 200
        wire.cut()
        until(lambda: ready(site) == 503)
        assert site.visitor().get("/healthz").status_code == 200
        assert_clear_page(visitor.get(f"/zaken/{number}"))
        assert_clear_page(visitor.get("/taken/mijn"))
        wire.mend()
        until(lambda: ready(site) == 200)
        assert visitor.get(f"/zaken/{number}").status_code == 200
        assert site.start_case() != number


def test_a_database_that_does_not_answer_is_not_waited_for(
    postgres: Database, clock: TurnedClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.server.health.PATIENCE_SECONDS", PATIENCE)
    url = postgres.engine.url.render_as_string(hide_password=False)
    with site_over_a_wire(url, clock, tmp_path) as (site, wire):
        assert ready(site) == 200
        wire.hold()
        time.sleep(1.1)  # longer than an answer is kept
        with ends_soon():
            assert ready(site) == 503
        again = time.monotonic()
        assert ready(site) == 503
        assert time.monotonic() - again < PATIENCE, "one look hangs already: no second is begun"
        wire.mend()
        until(lambda: ready(site) == 200)


def test_a_scheduler_is_ready_as_long_as_its_rounds_go_well(
    database: Database, clock: TurnedClock, tmp_path: Path
) -> None:
    service = SchedulerService(settings(tmp_path), database, clock)
    health = Health(database, PROCESS)
    assert set(health.ready().parts) == {"database"}
    service.start()
    try:
        jobs = {"timers", "letters"}
        assert jobs <= set(health.ready().parts)
        assert health.ready().is_good
        pulse = next(one for one in PROCESS.pulses if one.job == "timers")
        until(lambda: pulse.since_beat() < timedelta(seconds=0.5))
        time.sleep(1.5)
        until(lambda: pulse.since_beat() < timedelta(seconds=0.5))
    finally:
        service.stop()
    assert set(health.ready().parts) == {"database"}


def test_a_job_that_only_fails_is_alive_and_not_ready(sqlite: Database) -> None:
    vitals, seconds = Vitals(), [0.0]
    pulse = Pulse("timers", timedelta(minutes=2), lambda: seconds[0])
    vitals.watch(pulse)
    health = Health(sqlite, vitals)
    assert health.ready().is_good
    seconds[0] = 121
    pulse.stumble()
    assert health.ready().parts["timers"] is Verdict.SILENT
    assert health.alive().is_good
    seconds[0] = 121 + 599
    assert health.alive().is_good
    seconds[0] = 121 + 601
    assert health.alive().parts == {"timers": Verdict.SILENT}, "it hangs: a restart would help"
    pulse.beat()
    assert health.ready().is_good
    assert health.alive().is_good


def ask(port: int, path: str) -> tuple[int, str]:
    connection = HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("GET", path)
    answer = connection.getresponse()
    found = answer.status, answer.read().decode()
    connection.close()
    return found


def test_a_process_answers_on_a_port_of_its_own(database: Database) -> None:
    listener = StatusListener(StatusDesk(database, SystemClock()), "127.0.0.1", 0)
    listener.start()
    try:
        assert ask(listener.port, "/healthz")[0] == 200
        status, body = ask(listener.port, "/readyz")
        assert (status, json.loads(body)["parts"]["database"]) == (200, "ok")
        assert "thuisroute_incidents_open 0.0" in ask(listener.port, "/metrics")[1]
        assert ask(listener.port, "/taken/mijn")[0] == 404
        with pytest.raises(ServiceRefused, match=str(listener.port)):
            StatusListener(StatusDesk(database, SystemClock()), "127.0.0.1", listener.port)
    finally:
        listener.stop()
    assert address_refused(OSError(), "a", 1) is not None


def test_there_is_no_such_port_unless_it_is_asked_for(sqlite: Database) -> None:
    assert with_helpers([], Settings.from_environment({}), sqlite, SystemClock()) == []


def test_figures_on_the_port_of_the_pages_want_the_token(
    sqlite: Database, clock: TurnedClock, tmp_path: Path
) -> None:
    base = {"THUISROUTE_VAR": str(tmp_path)}
    closed = create_app(Settings.from_environment(base), sqlite, clock).test_client()
    for headers in ({}, {"Authorization": "Bearer "}, {"Authorization": "Bearer None"}):
        assert closed.get("/metrics", headers=headers).status_code == 404
    token = Settings.from_environment({**base, "METRICS_TOKEN": "sesam"})
    client = create_app(token, sqlite, clock).test_client()
    assert client.get("/metrics").status_code == 404
    assert client.get("/metrics", headers={"Authorization": "Bearer sesan"}).status_code == 404
    answer = client.get("/metrics", headers={"Authorization": "Bearer sesam"})
    assert answer.status_code == 200
    assert answer.content_type.startswith("text/plain")
    assert "sesam" not in repr(token)
