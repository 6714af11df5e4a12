"""What a test does with cases, in few words; every verb goes through the edge."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import ColumnElement, event, select
from sqlalchemy.orm import Session

from engine import definitions, edge
from engine.actors import Actor
from engine.db import Database
from engine.incidents import retry_incident, run_trigger
from engine.models import (
    AuditEvent,
    Base,
    Case,
    CaseParty,
    CaseState,
    Incident,
    Organisation,
    ProcessDefinition,
    UserTask,
    UserTaskStatus,
)
from engine.steps.work import StepDone
from engine.triggers import (
    CompleteTrigger,
    CorrectTrigger,
    EndTrigger,
    MessageTrigger,
    StartTrigger,
    Trigger,
    load_trigger,
)
from tests.engine import sample

CLIENT = {
    "clientNaam": "Zoë Bakker",
    "clientEmail": "zoe@example.org",
    "clientMailToegestaan": True,
}
INTAKE = {"gemeente": "dorp", "sleutelDatum": date(2026, 3, 9), "toestemming": True}


@dataclass
class World:
    """One database with people; ``now`` is turned by the tests."""

    database: Database
    actors: Mapping[str, Actor]
    now: datetime
    definition: ProcessDefinition | None = field(default=None)

    def deploy(self, files: Mapping[str, bytes] | None = None) -> ProcessDefinition:
        with self.database.transaction() as session:
            self.definition = definitions.deploy(
                session, files or sample.files(), self.now, Actor.system()
            )
        return self.definition

    def run(self, trigger: Trigger) -> StepDone:
        done = edge.run_step(
            self.database,
            lambda session: run_trigger(session, trigger, self.now),
            trigger=trigger,
            now=self.now,
        )
        assert done is not None
        return done

    def start(self, who: str = "sanne", /, **values: object) -> Case:
        definition = self.definition or self.deploy()
        return self.run(StartTrigger(definition.id, {**CLIENT, **values}, self.actors[who])).case

    def complete(
        self, case: Case, element_id: str, who: str = "sanne", /, **values: object
    ) -> StepDone:
        task = self.task(case, element_id)
        return self.run(CompleteTrigger(task.id, values, self.actors[who]))

    def assessed(self, **intake: object) -> Case:
        """A case that waits for the municipality."""
        case = self.start()
        self.complete(case, "Intake", **{**INTAKE, **intake})
        return case

    def message(self, case: Case, name: str, who: str = "fatima", /, **values: object) -> StepDone:
        return self.run(MessageTrigger(case.id, name, values, self.actors[who]))

    def correct(self, case: Case, who: str = "sanne", /, **values: object) -> StepDone:
        return self.run(CorrectTrigger(case.id, values, "verkeerd gelezen", self.actors[who]))

    def end(self, case: Case, reason: str, who: str = "sanne") -> StepDone:
        return self.run(EndTrigger(case.id, reason, "gesproken met de client", self.actors[who]))

    @contextmanager
    def looking(self) -> Iterator[Session]:
        with self.database.reading() as session:
            yield session
            session.expunge_all()  # the rows stay readable after the look

    def all(self, model: type[Base], *where: ColumnElement[bool]) -> list[object]:
        """Rows in the order in which they were made."""
        with self.looking() as session:
            query = select(model).where(*where).order_by(*model.__table__.primary_key)
            return list(session.scalars(query))

    def task(self, case: Case, element_id: str) -> UserTask:
        found = self.tasks(case)
        assert element_id in found, f"{element_id} waits not, but {sorted(found)}"
        return found[element_id]

    def tasks(self, case: Case) -> dict[str, UserTask]:
        with self.looking() as session:
            return {
                row.element_id: row
                for row in session.scalars(
                    select(UserTask).where(
                        UserTask.case_id == case.id, UserTask.status == UserTaskStatus.OPEN
                    )
                )
            }

    def case(self, case: Case) -> Case:
        with self.looking() as session:
            return session.get_one(Case, case.id)

    def state(self, case: Case) -> CaseState:
        with self.looking() as session:
            return session.get_one(CaseState, case.id)

    def kinds(self, case: Case) -> list[str]:
        with self.looking() as session:
            return list(
                session.scalars(
                    select(AuditEvent.kind)
                    .where(AuditEvent.case_id == case.id)
                    .order_by(AuditEvent.id)
                )
            )

    def parties(self, case: Case) -> dict[str, CaseParty]:
        """By organisation."""
        with self.looking() as session:
            rows = session.execute(
                select(Organisation.slug, CaseParty)
                .join(CaseParty, CaseParty.organisation_id == Organisation.id)
                .where(CaseParty.case_id == case.id)
            )
            return {slug: row for slug, row in rows.all()}  # noqa: C416 - rows are no pairs


@contextmanager
def counted(database: Database) -> Iterator[list[str]]:
    """The statements that are executed meanwhile, with BEGIN and COMMIT as such."""
    seen: list[str] = []

    def statement(_c: object, _u: object, text: str, *_rest: object) -> None:
        seen.append(text)

    def commit(_c: object) -> None:
        seen.append("COMMIT")

    engine = database.engine
    event.listen(engine, "before_cursor_execute", statement)
    event.listen(engine, "commit", commit)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", statement)
        event.remove(engine, "commit", commit)


def retry(database: Database, incident_id: int, actor: Actor, now: datetime) -> StepDone | None:
    """Try again what failed, through the edge; pages do the same with their own questions."""
    with database.reading() as session:
        trigger = load_trigger(session.get_one(Incident, incident_id).trigger)
    return edge.run_step(
        database,
        lambda session: retry_incident(session, incident_id, actor, now),
        trigger=trigger,
        now=now,
    )
