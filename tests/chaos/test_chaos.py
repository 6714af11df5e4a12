"""Nothing is lost and nothing is done twice, whatever falls; and the judge of that has eyes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from engine.actors import Actor
from engine.checks import check
from engine.clock import TurnedClock
from engine.db import Database
from engine.definitions import latest
from engine.models import (
    AuditEvent,
    Case,
    FormRecord,
    OutboxMessage,
    OutboxStatus,
    Person,
    Timer,
    UserTask,
    UserTaskStatus,
)
from engine.steps import complete_user_task, start_case
from engine.timers import fire_due
from tests.chaos import route
from tests.chaos.__main__ import DATABASES, storm_on
from tests.chaos.clients import Ledger
from tests.chaos.judging import judge
from tests.chaos.storm import FEWEST_BLOWS, prepare

SECONDS, SEED = 8, 4


@pytest.mark.parametrize("kind", DATABASES)
def test_all_that_was_acknowledged_is_there_once_after_everything_fell(
    kind: str, tmp_path: Path
) -> None:
    report = storm_on(kind, tmp_path, SECONDS, SEED)
    told = "\n".join(report.lines())
    assert report.verdict.wrong == (), told
    # It was a storm, and there was work in it.
    assert sum(report.blows.values()) >= FEWEST_BLOWS, told
    assert min(report.acknowledged, report.verdict.timers, report.verdict.letters) >= 5, told


def test_the_route_of_the_storm_passes_the_gate() -> None:
    assert check(route.files()) == ()


Spoil = Callable[[Session], object]
_SPOILS: dict[str, Spoil] = {
    "completion ans-2 was acknowledged and is gone": lambda session: session.execute(
        delete(FormRecord).where(FormRecord.values.contains("ans-2"))
    ),
    "completion ans-2 is there 2 times": lambda session: session.execute(
        update(FormRecord)
        .where(FormRecord.user_task_id.is_not(None))
        .values(values='{"merk":"ans-2"}')
    ),
    "completed tasks and forms differ": lambda session: session.execute(
        update(UserTask).values(status=UserTaskStatus.CANCELLED)
    ),
    "completed tasks and history differ": lambda session: session.execute(
        delete(AuditEvent).where(AuditEvent.kind == "task_completed")
    ),
    "start ans-1 was acknowledged and is gone": lambda session: session.execute(
        update(Case).values(client_name="iemand")
    ),
    "fired timers and history differ": lambda session: session.execute(
        delete(AuditEvent).where(AuditEvent.kind == "timer_fired")
    ),
    "and has not fired": lambda session: session.execute(
        update(Timer).values(status="waiting", fires_at=Timer.created_at)
    ),
    "fired before its time": lambda session: session.execute(
        update(Timer).values(ended_at=Timer.created_at)
    ),
    "gewacht is": lambda session: session.execute(
        delete(AuditEvent).where(AuditEvent.kind == "timer_fired")
    ),
    "letters BerichtSturen after": lambda session: session.execute(delete(OutboxMessage)),
    "letter 1 is failed": lambda session: session.execute(
        update(OutboxMessage).values(status=OutboxStatus.FAILED)
    ),
    "letter 1 never arrived": lambda session: session.execute(
        update(OutboxMessage).where(OutboxMessage.id == 1).values(message_id="<x@example.org>")
    ),
    "arrived, and nobody wrote it": lambda session: session.execute(
        update(OutboxMessage).where(OutboxMessage.id == 1).values(message_id="<x@example.org>")
    ),
    "tasks without row": lambda session: session.execute(
        delete(UserTask).where(UserTask.status == UserTaskStatus.OPEN)
    ),
    "timers without row": lambda session: session.execute(
        delete(Timer).where(Timer.status == "waiting")
    ),
}


@pytest.mark.parametrize("expected", ["", *_SPOILS])
def test_the_judge_sees_what_is_wrong_and_nothing_else(
    sqlite: Database, clock: TurnedClock, expected: str
) -> None:
    prepare(sqlite)
    ledger = Ledger(tried={"ans-2", "ans-3"}, kept={"ans-2"}, cases={"ans-1"})
    with sqlite.transaction() as session:
        person = session.scalars(select(Person).where(Person.username == "ans")).one()
        actor = Actor(person.id, 1, person.name)
        definition = latest(session, route.KEY)
        start_case(session, definition, {"clientNaam": "ans-1"}, actor, clock.now())
    clock.turn_by(timedelta(seconds=2))
    assert fire_due(sqlite, clock.now()).fired == 2
    for mark in ("ans-2", "ans-3"):
        with sqlite.transaction() as session:
            task_id = session.scalars(
                select(UserTask.id)
                .where(UserTask.status == UserTaskStatus.OPEN)
                .order_by(UserTask.element_id)
            ).first()
            assert task_id is not None
            complete_user_task(session, task_id, {"merk": mark}, actor, clock.now())
    with sqlite.transaction() as session:
        session.execute(update(OutboxMessage).values(status=OutboxStatus.SENT))
        received = [_arrived(one) for one in session.scalars(select(OutboxMessage))]
    if expected:
        with sqlite.transaction() as session:
            _SPOILS[expected](session)
    now = clock.now() + timedelta(seconds=1 if not expected else 10)
    wrong = judge(sqlite, ledger, received, now).wrong
    if expected:
        assert any(expected in line for line in wrong), wrong
    else:
        assert wrong == ()


def _arrived(letter: OutboxMessage) -> EmailMessage:
    message = EmailMessage()
    message["Message-ID"] = letter.message_id
    message["Subject"] = letter.subject
    message.set_content(letter.body_text)
    return message
