"""What is there now, in the words of a scenario: tasks, timers, letters, values, who sees what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from engine.clock import AMSTERDAM
from engine.context import case_context
from engine.errors import NotFound
from engine.expressions import evaluate
from engine.models import (
    Case,
    FormRecord,
    Incident,
    IncidentStatus,
    OutboxMessage,
    Timer,
    TimerStatus,
)
from tasks.casepage import case_page
from tasks.scenarios.filling import plain
from tasks.scenarios.stage import Stage

Waiting = dict[str, date | datetime | None]
"""Element to the last day, else the local moment, else None. Several of one element: ``#2``."""


@dataclass
class Look:
    """A look at the case that the stage is busy with. ``letters_seen``: those looked at before."""

    stage: Stage
    letters_seen: int = 0

    def tasks(self) -> Waiting:
        """Open user tasks with their due dates."""
        found: Waiting = {}
        for task in self.stage.waiting_tasks():
            found[_free(task.element_id, found)] = task.due_day or _local(task.due_at)
        return found

    def timers(self) -> Waiting:
        """Waiting timers with the day or moment at which they fire."""
        with self.stage.database.reading() as session:
            rows = session.scalars(
                select(Timer)
                .join(Case, Case.id == Timer.case_id)
                .where(Case.number == self.stage.number, Timer.status == TimerStatus.WAITING)
                .order_by(Timer.id)
            ).all()
        found: Waiting = {}
        for row in rows:
            found[_free(row.element_id, found)] = row.last_day or _local(row.fires_at)
        return found

    def letters(self) -> list[str]:
        """Letters written since the last look, of all cases of the scenario."""
        with self.stage.database.reading() as session:
            rows = session.execute(
                select(OutboxMessage.id, OutboxMessage.letter_id)
                .where(OutboxMessage.id > self.letters_seen)
                .order_by(OutboxMessage.id)
            ).all()
        if rows:
            self.letters_seen = rows[-1][0]
        return [row[1] for row in rows]

    def letter_text(self, letter_id: str) -> str | None:
        """The text of the latest letter of that name, with single spaces."""
        with self.stage.database.reading() as session:
            body = session.scalar(
                select(OutboxMessage.body_text)
                .where(OutboxMessage.letter_id == letter_id)
                .order_by(OutboxMessage.id.desc())
                .limit(1)
            )
        return None if body is None else " ".join(body.split())

    def records_seen_by(self, username: str) -> set[str]:
        """Elements whose completed forms this person sees on the case page. Raises NobodyThere."""
        viewer = self.stage.viewer(username)
        with self.stage.database.reading() as session:
            try:
                page = case_page(session, self.stage.number, viewer, self.stage.now)
            except NotFound:
                return set()
            ids = [row.id for row in page.records]
            return set(session.scalars(select(FormRecord.element_id).where(FormRecord.id.in_(ids))))

    def incidents(self) -> str:
        """Open incidents of all cases in words, empty when there are none."""
        with self.stage.database.reading() as session:
            found = session.scalars(
                select(Incident).where(Incident.status == IncidentStatus.OPEN)
            ).all()
        return " ".join(f"[{one.element_id} {one.place}: {one.message}]" for one in found)

    def evaluate(self, condition: str) -> object:
        """FEEL with the case's variables; before there is a case, with none."""
        return evaluate(condition, self.context(), self.stage.now)

    def resolved(self, answers: Mapping[str, Any]) -> dict[str, Any]:
        """The answers, with every text that begins with ``=`` evaluated."""
        return _Resolver(self).table(answers)

    def context(self) -> Mapping[str, object]:
        """The case's variables and the platform's names; empty before there is a case."""
        if not self.stage.number:
            return {}
        with self.stage.database.reading() as session:
            case = session.scalars(select(Case).where(Case.number == self.stage.number)).one()
            # As a dict: what the platform makes only when it is read, must be read in here.
            return dict(case_context(session, self.stage.route, case, self.stage.now))


class _Resolver:
    """Evaluates the FEEL among many answers; the case is read once, when one needs it."""

    def __init__(self, look: Look) -> None:
        self._look = look
        self._context: Mapping[str, object] | None = None

    def table(self, answers: Mapping[str, Any]) -> dict[str, Any]:
        return {name: self._value(value) for name, value in answers.items()}

    def _value(self, value: Any) -> Any:  # noqa: ANN401 - any TOML value
        if isinstance(value, str) and value.startswith("="):
            if self._context is None:
                self._context = self._look.context()
            return plain(evaluate(value, self._context, self._look.stage.now))
        if isinstance(value, list):
            return [self._value(one) for one in value]
        return self.table(value) if isinstance(value, Mapping) else value


def _free(element_id: str, taken: Mapping[str, object]) -> str:
    name, number = element_id, 2
    while name in taken:
        name, number = f"{element_id}#{number}", number + 1
    return name


def _local(instant: datetime | None) -> datetime | None:
    return None if instant is None else instant.astimezone(AMSTERDAM).replace(tzinfo=None)
