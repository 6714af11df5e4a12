"""A case must be able to end at every wait: what to try on a copy of the stage, and what is wrong.

A wait is what waits in all cases of the scenario together. The same wait is tried once.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from sqlalchemy import select

from engine import timers
from engine.models import (
    CaseStatus,
    MessageSubscription,
    OutboxMessage,
    OutboxStatus,
    Timer,
    TimerStatus,
    UserTask,
    UserTaskStatus,
)
from engine.routes import Ending
from tasks import ending
from tasks.scenarios.casting import Cast
from tasks.scenarios.stage import Stage

Wait = tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]
"""Elements of the open tasks, the waiting timers and the messages, each sorted."""


@dataclass
class Endings:
    """Tries every reason of the route at every new wait. ``faults`` are per reason."""

    waits: set[Wait] = field(default_factory=set)
    faults: dict[str, list[str]] = field(default_factory=dict)

    def try_here(self, stage: Stage, main_number: str, scenario: str) -> None:
        """End a copy of the main case for each reason, when this wait was not met before."""
        wait = wait_of(stage)
        if wait in self.waits or not any(wait):
            return
        self.waits.add(wait)
        for reason in stage.route.config.endings.values():
            with stage.copy() as copy:
                copy.number = main_number
                if copy.case().status is CaseStatus.OPEN:
                    found = self.faults.setdefault(reason.id, [])
                    found += [f"{scenario} {wait}: {text}" for text in faults_after(copy, reason)]


def wait_of(stage: Stage) -> Wait:
    """What waits now, in all cases."""
    with stage.database.reading() as session:
        tasks = session.scalars(
            select(UserTask.element_id).where(UserTask.status == UserTaskStatus.OPEN)
        )
        armed = session.scalars(select(Timer.element_id).where(Timer.status == TimerStatus.WAITING))
        messages = session.scalars(select(MessageSubscription.element_id))
        return tuple(sorted(tasks)), tuple(sorted(armed)), tuple(sorted(messages))


def faults_after(stage: Stage, reason: Ending) -> Iterator[str]:
    """End the case of the stage; what is then not as it must be."""
    with stage.database.reading() as session:
        before = set(session.scalars(select(OutboxMessage.id)))
    ending.end(
        stage.database,
        stage.number,
        reason.id,
        "Zo staat het in de proef.",
        Cast(stage).ender(None),
        stage.now,
    )
    if any(wait_of(stage)):
        yield f"er wacht nog iets: {wait_of(stage)}"
    case = stage.case()
    if (case.status, case.outcome_id) != (CaseStatus.CLOSED, reason.id):
        yield f"de zaak is {case.status} met uitkomst {case.outcome_id}"
    if any(one.status is CaseStatus.OPEN for one in stage.cases):
        yield "een gekoppelde zaak is nog open"
    yield from _faults_of_letters(stage, reason, before)
    with stage.database.reading() as session:
        if timers.next_due(session) is not None:
            yield "er gaat nog een timer af"


def _faults_of_letters(stage: Stage, reason: Ending, before: set[int]) -> Iterator[str]:
    with stage.database.reading() as session:
        rows = session.scalars(select(OutboxMessage)).all()
    left = [row.letter_id for row in rows if row.id in before and row.status != _CANCELLED]
    if left:
        yield f"deze brieven gaan nog weg: {left}"
    written = [(row.letter_id, row.audience) for row in rows if row.id not in before]
    wanted = {(letter.letter, letter.to) for letter in reason.letters}
    if not set(written) <= wanted:
        yield f"brieven {written}, terwijl route.toml zegt {sorted(wanted)}"
    must = {(letter, to) for letter, to in wanted if to == "client"}
    if not must <= set(written):
        yield f"de cliënt krijgt geen brief: {written}"
    if reason.client_mail_stops and any(to == "client" for _, to in written):
        yield "er gaat nog post naar de cliënt"


_CANCELLED = OutboxStatus.CANCELLED
