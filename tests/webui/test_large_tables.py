"""Whatever is asked of the site or done by the clock: no statement walks over a growing table.

All statements are caught while every page is looked at and every kind of work is done, beside a
hundred thousand cases of others; each is then explained. On PostgreSQL the rows that it looked at
are counted, on SQLite the steps of its virtual machine: a plan can name an index and still walk.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from threading import Event
from typing import Any

import psycopg
from sqlalchemy import event, select

from engine.clock import TurnedClock
from engine.db import Database
from engine.models import (
    Attachment,
    AuditEvent,
    Base,
    Case,
    CaseParty,
    CaseState,
    FormRecord,
    Incident,
    IncidentStatus,
    MessageSubscription,
    Organisation,
    OutboxMessage,
    OutboxStatus,
    Person,
    SentStart,
    TermChange,
    TermChangeKind,
    Timer,
    TimerStatus,
    UserTask,
)
from engine.terms.changes import PauseGround
from scheduler.letters import LetterRound
from scheduler.loop import TimerRound
from scheduler.reminders import ReminderRound
from scheduler.transports import FolderTransport
from tests.bench import crowd
from tests.webui.everything import addresses, case_with_everything
from tests.webui.site import DECISION, START, Site, Visitor, make_site

MANY = 100_000
SENDING = "de-bladzijde"
"""The page that started the case that is looked at."""
PLACES = 20
FIRST_ID = 1_000
# A page has fifty lines, and some statements join a few tables for each.
MOST_ROWS = 2_000
MOST_STEPS = 60_000
PER_CASE: tuple[type[Base], ...] = (
    UserTask,
    CaseState,
    CaseParty,
    AuditEvent,
    FormRecord,
    OutboxMessage,
    Timer,
    MessageSubscription,
    Incident,
    Attachment,
    TermChange,
    SentStart,
)
# The one number that is counted anew each time: the cases that run on each route, for an
# administrator who looks at the routes.
COUNTED = re.compile(r"count\(\*\).* GROUP BY process_definitions", re.DOTALL)
# Partial indexes hold few rows, except these: all that is open, a queue beside a queue.
QUEUES = {"ix_user_tasks_free", "ix_user_tasks_group", "ix_user_tasks_mine"}
SMALL = {
    index.name
    for table in Base.metadata.tables.values()
    for index in table.indexes
    if index.dialect_options["sqlite"]["where"] is not None
} - QUEUES
GROWING = {"cases", *(model.__tablename__ for model in PER_CASE)}


@dataclass
class Caught:
    """Every statement that was executed, with what it was asked with the first and last time."""

    asked: dict[str, list[object]] = field(default_factory=dict)

    def note(self, _c: object, _cursor: object, text: str, values: object, *_: object) -> None:
        asks = text.startswith(("SELECT", "UPDATE", "DELETE", "WITH")) and not COUNTED.search(text)
        if asks and not isinstance(values, list):
            known = self.asked.setdefault(text, [])
            known[1:] = [values]

    def __iter__(self) -> Iterator[tuple[str, object]]:
        for text, some in self.asked.items():
            for values in some:
                yield text, values


@contextmanager
def catching(database: Database) -> Iterator[Caught]:
    caught = Caught()
    event.listen(database.engine, "before_cursor_execute", caught.note)
    try:
        yield caught
    finally:
        event.remove(database.engine, "before_cursor_execute", caught.note)


def surround(site: Site, number: str) -> None:
    """A hundred thousand cases like this one, of other organisations."""
    others = range(FIRST_ID, FIRST_ID + MANY)
    soon = site.clock.now() + timedelta(days=30)
    with site.database.transaction() as session:
        crowd.in_a_hurry(session)
        case = session.scalars(select(Case).where(Case.number == number)).one()
        here = session.scalars(select(Organisation).limit(1)).one()
        day = site.clock.now().date()
        session.add(
            TermChange(
                case_id=case.id,
                term="t",
                kind=TermChangeKind.PAUSE,
                ground=PauseGround.INCOMPLETE.value,
                told_on=day,
                until=day,
                recorded_at=site.clock.now(),
            )
        )
        starter = session.scalars(select(Person).where(Person.username == "sanne")).one()
        session.add(SentStart(person_id=starter.id, sending=SENDING, answers="", case_id=case.id))
        session.flush()
        places = crowd.organisations(session, here, PLACES)
        somebody = session.scalars(select(Person).limit(1)).one()
        crowd.multiply(session, somebody, range(1_000), {"username": crowd.named("mens-")})
        crowd.cases(session, case, others)
        for model in PER_CASE:
            row = session.scalars(
                select(model).where(model.__table__.c.case_id == case.id).limit(1)
            ).one()
            for turn, part in enumerate(crowd.spread(others, PLACES)):
                changed = {**_changed(model, places[turn]), **_state(model, turn, soon)}
                known = {name: make for name, make in changed.items() if name in _columns(model)}
                crowd.multiply(session, row, part, known)
    crowd.analyze(site.database)


def _columns(model: type[Base]) -> set[str]:
    return set(model.__table__.columns.keys())


def _changed(model: type[Base], place: int) -> Mapping[str, Any]:
    changed: dict[str, Any] = {
        "case_id": lambda n: n,
        "organisation_id": lambda _n: place,
        "sender_organisation_id": lambda _n: place,
        "user_task_id": lambda n: n,
        "form_record_id": lambda _n: None,
        "token": crowd.named("k"),
        "sending": crowd.named("z"),
        "message_id": crowd.named("<m"),
        "trigger_key": crowd.named("t"),
    }
    if model is UserTask:
        changed["id"] = lambda n: n
    return changed


def _state(model: type[Base], turn: int, soon: datetime) -> Mapping[str, Any]:
    """Some of them wait and most are done, as in a table that has grown for years."""
    at = soon + timedelta(hours=turn)
    if model is Timer:
        status = TimerStatus.WAITING if turn % 4 == 0 else TimerStatus.FIRED
        return {"status": lambda _n: status, "fires_at": lambda _n: at}
    if model is OutboxMessage:
        status_of_mail = OutboxStatus.PENDING if turn % 4 == 0 else OutboxStatus.SENT
        return {"status": lambda _n: status_of_mail, "next_attempt_at": lambda _n: at}
    if model is TermChange:
        until, ended = soon.date(), soon.date() if turn % 4 else None
        return {"until": lambda _n: until, "ended_on": lambda _n: ended}
    if model is Incident:
        return {"status": lambda _n: IncidentStatus.RESOLVED}
    if model is UserTask:
        return {"due_at": lambda _n: at}
    return {}


def look_at_everything(site: Site, values: dict[str, object]) -> None:
    """Every page as each kind of person; then work, by people and by the clock."""
    searches = ("/taken/mijn/zoeken", "/taken/groepen/zoeken", "/taken/te-laat/zoeken")
    for name in ("sanne", "karim", "beheer"):
        visitor: Visitor = site.signed_in(name)
        for _endpoint, method, path in addresses(site, values):
            if method == "GET":
                visitor.get(path)
        for path in (*searches, "/zaken/zoeken"):
            visitor.post(path, {"zoek": "boer"})
            visitor.get(path.removesuffix("/zoeken"))
    again = site.signed_in("sanne").post(
        "/zaken/nieuw/proefroute", {**START, "_verzending": SENDING}
    )
    assert str(values["number"]) in again.text
    number = site.case_with_the_municipality()
    karim = site.signed_in("karim")
    task_id = site.task(number, "Besluiten")
    karim.post(f"/taken/{task_id}/oppakken")
    karim.post(f"/taken/{task_id}", {**DECISION, "_knop": "bewaren"})
    karim.post(f"/taken/{task_id}", {**DECISION, "_knop": "afronden"})
    site.clock.turn_by(timedelta(hours=1))


def let_the_clock_work(site: Site, folder: Path) -> None:
    """A look of each round; what is due is done."""
    transport = FolderTransport(folder / "mail")
    TimerRound(site.database, site.clock, Event()).run()
    LetterRound(site.database, transport, "a@example.org", site.clock, Event()).run()
    reminders = ReminderRound(site.database, "http://localhost", site.clock, Event())
    reminders.run()  # plans the first digest of everybody
    task_id = site.task(site.start_case(), "Gesprek")
    with site.database.transaction() as session:
        session.get_one(UserTask, task_id).urgent_at = site.clock.now()
    site.clock.turn_by(timedelta(days=8))
    reminders.run()


def test_no_statement_walks_over_a_growing_table(
    database: Database, clock: TurnedClock, tmp_path: Path
) -> None:
    site = make_site(database, clock, tmp_path / "var")
    values = defaultdict(lambda: "1", case_with_everything(site))
    surround(site, str(values["number"]))
    with catching(database) as caught:
        look_at_everything(site, values)
        let_the_clock_work(site, tmp_path)
    assert len(caught.asked) > 50
    explain = _steps_on_sqlite if database.is_sqlite else _rows_on_postgres
    wrong = [found for text, asked in caught for found in explain(database, text, asked)]
    assert wrong == [], "\n\n".join(dict.fromkeys(wrong))


def _rows_on_postgres(database: Database, text: str, values: object) -> Iterator[str]:
    url = database.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(url, cursor_factory=psycopg.ClientCursor) as connection:
        cursor = connection.execute(
            f"EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) {text}",  # type: ignore[arg-type]
            values,  # type: ignore[arg-type]
        )
        ((plan,),) = cursor.fetchone()  # type: ignore[misc]
        connection.rollback()
    nodes = list(_nodes(plan["Plan"]))
    rows = sum(_looked_at(node) for node in nodes)
    walked = [
        str(node["Relation Name"])
        for node in nodes
        if node["Node Type"] == "Seq Scan" and node["Relation Name"] in GROWING
    ]
    if walked or rows > MOST_ROWS:
        yield f"{rows:.0f} rows, walks over {walked}: {text}\n{json.dumps(plan['Plan'])[:1500]}"


def _nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for part in plan.get("Plans", ()):
        yield from _nodes(part)


def _looked_at(node: dict[str, Any]) -> float:
    if "Scan" not in node["Node Type"]:
        return 0
    removed = node.get("Rows Removed by Filter", 0) + node.get("Rows Removed by Index Recheck", 0)
    return float((node["Actual Rows"] + removed) * node["Actual Loops"])


def _steps_on_sqlite(database: Database, text: str, values: object) -> Iterator[str]:
    each, steps = 100, 0

    def count() -> None:
        nonlocal steps
        steps += each

    assert database.engine.url.database
    connection = sqlite3.connect(database.engine.url.database, isolation_level=None)
    plan = [row[-1] for row in connection.execute(f"EXPLAIN QUERY PLAN {text}", values)]
    connection.execute("BEGIN")
    connection.set_progress_handler(count, each)
    connection.execute(text, values).fetchall()
    connection.set_progress_handler(None, 0)
    connection.execute("ROLLBACK")
    connection.close()
    # An index of few rows (those that wait, that failed) may be read from its beginning.
    walked = [
        line
        for line in plan
        if re.match(rf"SCAN ({'|'.join(GROWING)})\b", line) and line.split()[-1] not in SMALL
    ]
    if walked or steps > MOST_STEPS:
        yield f"{steps} steps, {walked}: {text}\n{plan}"
