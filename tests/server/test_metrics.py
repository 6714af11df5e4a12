"""Figures for an operator: they count what was committed, and reading them stays cheap."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from threading import Event

import pytest
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import event, text

from engine.clock import TurnedClock
from engine.db import Database
from engine.figures import Figures, figures
from engine.models import Incident, IncidentStatus, OutboxMessage, OutboxStatus
from engine.server.health import Health
from engine.server.metrics import Metrics
from engine.server.vitals import Vitals
from scheduler.letters import LetterRound
from scheduler.loop import TimerRound
from scheduler.transports import FolderTransport
from tests.scheduler.conftest import MONDAY, Cases, letter
from tests.scheduler.conftest import cases as cases
from tests.webui.site import TALK, make_site


class Scraper:
    """Reads the figures as Prometheus does; a figure is asked as in a query of it."""

    def __init__(self, database: Database, clock: TurnedClock) -> None:
        self._metrics = Metrics(database, clock, Health(database, Vitals()))

    def figure(self, name: str, **labels: str) -> float:
        for family in text_string_to_metric_families(self._metrics.text().decode()):
            for sample in family.samples:
                if sample.name == f"thuisroute_{name}" and sample.labels == labels:
                    return float(sample.value)
        raise AssertionError(f"no figure {name} {labels}")


@pytest.fixture
def scraper(database: Database, clock: TurnedClock) -> Scraper:
    return Scraper(database, clock)


def test_a_completed_task_counts_once_and_a_refused_or_failed_one_does_not(
    database: Database, clock: TurnedClock, scraper: Scraper, tmp_path: Path
) -> None:
    site = make_site(database, clock, tmp_path)

    def completed() -> float:
        return scraper.figure("events_total", kind="task_completed")

    before = completed()
    number = site.start_case()
    task = site.task(number, "Gesprek")
    sanne = site.signed_in("sanne")
    assert sanne.post(f"/taken/{task}", {**TALK, "v.verslag": ""}).status_code == 422
    assert completed() == before
    # Without this answer the letter of the route cannot be written: a fault, rolled back.
    faulty = {name: value for name, value in TALK.items() if name != "v.plaats"}
    assert sanne.post(f"/taken/{task}", faulty).status_code >= 400
    assert completed() == before
    assert sanne.post(f"/taken/{task}", TALK).status_code == 302
    assert completed() == before + 1
    assert sanne.post(f"/taken/{task}", TALK).status_code >= 400
    assert completed() == before + 1


def test_requests_count_by_view_and_status_never_by_address(
    sqlite: Database, clock: TurnedClock, tmp_path: Path
) -> None:
    site = make_site(sqlite, clock, tmp_path)
    scraper = Scraper(sqlite, clock)
    number = site.start_case()
    visitor = site.signed_in("sanne")

    def shown(status: str) -> float:
        return scraper.figure(
            "http_requests_total", endpoint="cases.show", method="GET", status=status
        )

    visitor.get(f"/zaken/{number}")
    before = shown("200")
    visitor.get(f"/zaken/{number}")
    assert shown("200") == before + 1
    visitor.get("/zaken/W-2026-99999")
    assert shown("404") >= 1
    visitor.get("/wp-admin/jan-de-boer.php?naam=Jan")
    site.visitor().client.open("/inloggen", method="BREW")
    text_ = Metrics(sqlite, clock, Health(sqlite, Vitals())).text().decode()
    assert number not in text_
    assert "jan" not in text_.lower()
    assert "BREW" not in text_
    assert scraper.figure("http_request_seconds_count", endpoint="cases.show") >= 3


def test_timers_due_and_fired_with_their_delay(
    database: Database, clock: TurnedClock, cases: Cases, scraper: Scraper
) -> None:
    cases.begin_many(3)
    assert scraper.figure("timers_due") == 0
    fired = scraper.figure("timer_delay_seconds_count")
    late = scraper.figure("timer_delay_seconds_sum")
    clock.turn_by(timedelta(hours=1, seconds=30))
    fresh = Scraper(database, clock)
    assert fresh.figure("timers_due") == 3
    assert fresh.figure("timers_oldest_due_seconds") == 30
    assert TimerRound(database, clock, Event()).run() == 3
    assert scraper.figure("timer_delay_seconds_count") == fired + 3
    assert scraper.figure("timer_delay_seconds_sum") == pytest.approx(late + 90)
    assert Scraper(database, clock).figure("timers_due") == 0


def test_the_age_of_the_outbox_counts_from_when_the_letter_was_written(
    database: Database, clock: TurnedClock, tmp_path: Path
) -> None:
    waits = letter(at=MONDAY)
    waits.created_at = MONDAY - timedelta(hours=2)
    tried = letter(at=MONDAY)
    tried.created_at, tried.next_attempt_at = MONDAY - timedelta(days=1), MONDAY + timedelta(1)
    with database.transaction() as session:
        session.add_all([waits, tried])
    before = Scraper(database, clock)
    assert before.figure("letters_waiting") == 2
    assert before.figure("letters_oldest_seconds") == 86_400
    sent = before.figure("letters_total", result="sent")
    LetterRound(database, FolderTransport(tmp_path), "a@example.org", clock, Event()).run()
    after = Scraper(database, clock)
    assert after.figure("letters_waiting") == 1
    assert after.figure("letters_total", result="sent") == sent + 1


def test_what_is_in_trouble_is_counted(database: Database, clock: TurnedClock) -> None:
    failed = letter()
    failed.status = OutboxStatus.FAILED
    with database.transaction() as session:
        session.add(failed)
        for status in (IncidentStatus.OPEN, IncidentStatus.OPEN, IncidentStatus.RESOLVED):
            session.add(_incident(status))
    scraper = Scraper(database, clock)
    assert scraper.figure("incidents_open") == 2
    assert scraper.figure("letters_given_up") == 1
    assert scraper.figure("ready") == 1


def _incident(status: IncidentStatus) -> Incident:
    return Incident(
        status=status,
        element_id="Brief",
        place="letter",
        message="Er is geen antwoord.",
        trigger_key="",
        trigger="{}",
        opened_at=MONDAY,
    )


def test_an_empty_database_has_nothing_to_tell(database: Database) -> None:
    with database.reading() as session:
        assert figures(session, MONDAY) == Figures(0, None, 0, None, 0, 0)


def test_figures_are_read_from_the_database_once_in_some_seconds(
    sqlite: Database, clock: TurnedClock
) -> None:
    scraper = Scraper(sqlite, clock)
    scraper.figure("timers_due")
    asked: list[str] = []

    @event.listens_for(sqlite.engine, "before_cursor_execute")
    def _note(_c: object, _cursor: object, statement: str, *_rest: object) -> None:
        asked.append(statement)

    for _ in range(5):
        scraper.figure("timers_due")
    assert asked == []


def test_without_a_database_the_process_still_tells_its_own_figures(
    postgres: Database, clock: TurnedClock
) -> None:
    scraper = Scraper(postgres, clock)
    with postgres.transaction() as session:
        session.execute(text("DROP TABLE alembic_version"))
    assert scraper.figure("ready") == 0
    assert scraper.figure("events_total", kind="task_completed") >= 0
    with pytest.raises(AssertionError, match="no figure timers_due"):
        scraper.figure("timers_due")


def _fill(database: Database) -> None:
    """Many rows of long ago: sent letters, and resolved incidents."""
    with database.transaction() as session:
        sent = letter()
        sent.status = OutboxStatus.SENT
        session.add_all([sent, _incident(IncidentStatus.RESOLVED)])
        session.flush()
        for model, unique in ((OutboxMessage, "message_id"), (Incident, "trigger_key")):
            table = model.__table__
            columns = [c.name for c in table.columns if c.name not in ("id", unique)]
            numbers = (
                "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000) "
            )
            listed = ", ".join(f'"{name}"' for name in columns)
            session.execute(
                text(
                    f'INSERT INTO {table.name} ("{unique}", {listed}) '  # noqa: S608
                    f"{numbers} SELECT 'copy-' || n.i, {listed} FROM {table.name}, n"
                )
            )
    with database.engine.connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT").execute(text("ANALYZE"))


def test_no_figure_scans_a_growing_table(database: Database) -> None:
    _fill(database)
    plans: list[str] = []
    explain = "EXPLAIN QUERY PLAN " if database.is_sqlite else "EXPLAIN "

    @event.listens_for(database.engine, "before_cursor_execute", retval=True)
    def _explain(
        _c: object, cursor: object, statement: str, parameters: object, *_rest: object
    ) -> tuple[str, object]:
        if statement.startswith("SELECT"):
            cursor.execute(explain + statement, parameters)  # type: ignore[attr-defined]
            plans.extend(str(row) for row in cursor.fetchall())  # type: ignore[attr-defined]
        return statement, parameters

    with database.reading() as session:
        figures(session, MONDAY)
    text_ = "\n".join(plans)
    for index in (
        "ix_timers_waiting",
        "ix_outbox_pending",
        "ix_outbox_failed",
        "ix_incidents_open",
    ):
        assert index in text_ or (index == "ix_timers_waiting" and not database.is_sqlite), text_
    assert "Seq Scan on outbox" not in text_
    assert "Seq Scan on incidents" not in text_
