"""What must be true after the storm, checked row by row. Each check gives what it finds wrong."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.actors import Actor
from engine.db import Database
from engine.models import (
    AuditEvent,
    Case,
    CaseState,
    CaseStatus,
    FormRecord,
    Incident,
    MessageSubscription,
    OutboxMessage,
    OutboxStatus,
    Timer,
    TimerStatus,
    UserTask,
    UserTaskStatus,
)
from engine.steps.casedata import stored_variables
from engine.steps.locking import lock_case
from engine.steps.step import Step
from engine.steps.work import Work
from engine.values import load_values
from tests.chaos import route
from tests.chaos.clients import Ledger

Tally = Counter[tuple[int, str]]
"""How often something happened, by case and element."""


@dataclass(frozen=True)
class Verdict:
    """``wrong`` is empty when every promise was kept; the numbers say how much was at stake."""

    wrong: tuple[str, ...]
    cases: int
    completions: int
    timers: int
    letters: int
    repeats: int


def judge(
    database: Database, ledger: Ledger, received: Iterable[EmailMessage], now: datetime
) -> Verdict:
    """Look at everything, at rest. ``received`` is what the mail server took."""
    mail = list(received)
    with database.reading() as session:
        facts = _Facts(session)
        wrong = [
            *_completions(facts, ledger),
            *_starts(facts, ledger),
            *_timers(facts, now),
            *_counters(facts),
            *_letters(facts, mail),
            *(f"incident on case {one.case_id}: {one.message}" for one in facts.incidents),
            *(f"{times} times {defect}" for defect, times in ledger.defects.items()),
        ]
    wrong += waits_without_token(database, now)
    return Verdict(
        tuple(wrong),
        len(facts.cases),
        len(facts.records),
        sum(facts.fired.values()),
        len(facts.letters),
        len(mail) - len({one["Message-ID"] for one in mail}),
    )


class _Facts:
    """All rows, read at one moment."""

    def __init__(self, session: Session) -> None:
        self.cases = list(session.scalars(select(Case)))
        self.tasks = list(session.scalars(select(UserTask)))
        self.records = [one for one in session.scalars(select(FormRecord)) if one.user_task_id]
        self.timers = list(session.scalars(select(Timer)))
        self.letters = list(session.scalars(select(OutboxMessage)))
        self.incidents = list(session.scalars(select(Incident)))
        self.fired = self._told(session, "timer_fired")
        self.completed = self._told(session, "task_completed")
        self.variables = {
            one.case_id: stored_variables(one.variables)
            for one in session.scalars(select(CaseState))
        }

    @staticmethod
    def _told(session: Session, kind: str) -> Tally:
        events = select(AuditEvent.case_id, AuditEvent.element_id).where(AuditEvent.kind == kind)
        return Counter((one[0], one[1]) for one in session.execute(events))


def _completions(facts: _Facts, ledger: Ledger) -> Iterator[str]:
    marks = Counter(str(load_values(one.values).get("merk")) for one in facts.records)
    for mark in sorted(ledger.kept - marks.keys()):
        yield f"completion {mark} was acknowledged and is gone"
    for mark, times in marks.items():
        if times > 1:
            yield f"completion {mark} is there {times} times"
    for mark in sorted(marks.keys() - ledger.tried):
        yield f"completion {mark} was never sent"
    done = Counter(one.id for one in facts.tasks if one.status is UserTaskStatus.COMPLETED)
    kept = Counter(one.user_task_id for one in facts.records)
    if done != kept:
        yield f"completed tasks and forms differ: {_difference(done, kept)}"
    rows: Tally = Counter(
        (one.case_id, one.element_id)
        for one in facts.tasks
        if one.status is UserTaskStatus.COMPLETED
    )
    if rows != facts.completed:
        yield f"completed tasks and history differ: {_difference(rows, facts.completed)}"


def _starts(facts: _Facts, ledger: Ledger) -> Iterator[str]:
    marks = Counter(one.client_name for one in facts.cases)
    for mark in sorted(ledger.cases - marks.keys()):
        yield f"start {mark} was acknowledged and is gone"
    for mark, times in marks.items():
        if times > 1:
            yield f"case {mark} is there {times} times"


def _timers(facts: _Facts, now: datetime) -> Iterator[str]:
    rows: Tally = Counter(
        (one.case_id, one.element_id) for one in facts.timers if one.status is TimerStatus.FIRED
    )
    if rows != facts.fired:
        yield f"fired timers and history differ: {_difference(rows, facts.fired)}"
    for one in facts.timers:
        if one.status is TimerStatus.FAILED:
            yield f"timer {one.id} failed"
        if one.status is TimerStatus.WAITING and one.fires_at < now - timedelta(seconds=5):
            yield f"timer {one.id} was due at {one.fires_at} and has not fired"
        if one.status is TimerStatus.FIRED and one.ended_at and one.ended_at < one.fires_at:
            yield f"timer {one.id} fired before its time"


def _counters(facts: _Facts) -> Iterator[str]:
    """What the state of the engine counted is what the rows tell."""
    for names, tally in ((route.COUNTED, facts.completed), (route.TIMED, facts.fired)):
        for case in facts.cases:
            for element_id, variable in names.items():
                counted = facts.variables[case.id].get(variable)
                told = tally[case.id, element_id]
                if counted != told:
                    yield f"case {case.id}: {variable} is {counted}, history tells {told}"


def _letters(facts: _Facts, received: list[EmailMessage]) -> Iterator[str]:
    written: Tally = Counter((one.case_id or 0, one.element_id) for one in facts.letters)
    for element_id, timer_id in route.WRITTEN.items():
        for case in facts.cases:
            found, expected = written[case.id, element_id], facts.fired[case.id, timer_id]
            if found != expected:
                yield f"case {case.id}: {found} letters {element_id} after {expected} timers"
    for one in facts.letters:
        if one.status is not OutboxStatus.SENT:
            yield f"letter {one.id} is {one.status}"
    known = {one.message_id: one for one in facts.letters}
    arrived: dict[str, set[str]] = {}
    for message in received:
        text = f"{message['Subject']}\n{message.get_body().get_content()}"  # type: ignore[union-attr]
        arrived.setdefault(str(message["Message-ID"]), set()).add(text)
    for message_id in sorted(known.keys() - arrived.keys()):
        yield f"letter {known[message_id].id} never arrived"
    for message_id in sorted(arrived.keys() - known.keys()):
        yield f"{message_id} arrived, and nobody wrote it"
    for message_id, texts in arrived.items():
        if len(texts) > 1:
            yield f"{message_id} arrived with {len(texts)} texts"


def waits_without_token(database: Database, now: datetime) -> list[str]:
    """Rows of open cases whose token is gone, and tokens without their row."""
    with database.reading() as session:
        cases = session.scalars(select(Case.id).where(Case.status == CaseStatus.OPEN)).all()
    return [line for case_id in cases for line in _waits(database, case_id, now)]


def _waits(database: Database, case_id: int, now: datetime) -> Iterator[str]:
    with database.reading() as session:
        locked = lock_case(session, case_id)
        assert locked is not None
        step = Step(Work(session, Actor.system(), now), locked)
        if not step.load():
            yield f"case {case_id} has no state"
            return
        execution = step.execution
        pairs: Mapping[str, tuple[set[str], set[str]]] = {
            "tasks": ({one.token for one in execution.user_tasks}, set(step.waits.tasks)),
            "timers": ({one.token for one in execution.timers}, set(step.waits.timers)),
            "messages": (
                {one.token for one in execution.messages},
                set(
                    session.scalars(
                        select(MessageSubscription.token).where(
                            MessageSubscription.case_id == case_id
                        )
                    )
                ),
            ),
        }
        for name, (tokens, rows) in pairs.items():
            if tokens != rows:
                yield f"case {case_id}: {name} without row {tokens - rows}, token {rows - tokens}"


def _difference(left: Counter, right: Counter) -> str:  # type: ignore[type-arg]
    return f"{dict(left - right)} against {dict(right - left)}"
