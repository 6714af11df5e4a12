"""Who does a deed, and on what: people, tasks, buttons and completed forms by their names."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from engine.dialect import BUTTON_ROLE, FOUR_EYES
from engine.models import Case, FormRecord, MessageSubscription, TermChange, UserTask
from engine.steps.parties import Participation
from engine.steps.rows import Ledger
from tasks.access import Viewer
from tasks.scenarios.outcome import Failed
from tasks.scenarios.script import Deed
from tasks.scenarios.stage import Stage
from tasks.taskpage import task_page

"""The property of a message event that says who may press its button."""


@dataclass(frozen=True)
class Cast:
    """The people of a stage. Everything here raises Failed or NobodyThere."""

    stage: Stage

    def person(self, by: str | None, role: str, organisation_id: int | None) -> Viewer:
        """``by`` as a user name or a role; None: the first who has ``role`` there."""
        roles = self.stage.route.config.roles
        if by is None or by in roles:
            return self.stage.candidates(by or role, organisation_id)[0]
        return self.stage.viewer(by)

    def starter(self, by: str | None) -> Viewer:
        """Who starts a case."""
        return self.person(by, self.stage.route.config.start_role, None)

    def ender(self, by: str | None) -> Viewer:
        """Who may end this case: someone of the organisation that started it, as it is now."""
        config = self.stage.route.config
        return self.person(by, config.start_role, self._party(config.start_party))

    def worker(self, deed: Deed, task: UserTask) -> Viewer:
        """Who does it: as the step says, else who has it, else the first who may."""
        if deed.by is not None:
            return self.person(deed.by, task.role, task.organisation_id)
        people = self.stage.candidates(task.role, task.organisation_id)
        for viewer in people:
            if viewer.person_id == task.assignee_id:
                return viewer
        if FOUR_EYES not in self.stage.route.diagrams.elements[task.element_id].properties:
            return people[0]
        with self.stage.database.reading() as session:
            for viewer in people:
                if task_page(session, task.id, viewer, self.stage.now).may_claim:
                    return viewer
        return people[0]

    def presser(self, by: str | None, button: MessageSubscription) -> Viewer:
        """Who presses a button."""
        return self.person(by, button.role or "", self._of_role(button.role or ""))

    def corrector(self, by: str | None, record: FormRecord) -> Viewer:
        """Who corrects facts: someone with the role in which they were recorded."""
        with self.stage.database.reading() as session:
            role = session.scalar(select(UserTask.role).where(UserTask.id == record.user_task_id))
        element = self.stage.route.diagrams.elements[record.element_id]
        role = role or element.properties.get(BUTTON_ROLE) or self.stage.route.config.start_role
        return self.person(by, role, record.organisation_id)

    def term_keeper(self, by: str | None, term_id: str) -> Viewer:
        """Who pauses or extends a term: the first with one of its roles that takes part."""
        term = self.stage.route.config.terms.get(term_id)
        if term is None or not term.roles:
            raise Failed(f"niemand kan de termijn '{term_id}' stilzetten of verlengen.")
        return self.person(by, term.roles[0], self._of_role(term.roles[0]))

    def latest_change(self, term_id: str) -> int:
        """The latest pause or extension of a term of this case."""
        with self.stage.database.reading() as session:
            found = session.scalar(
                select(TermChange.id)
                .join(Case, Case.id == TermChange.case_id)
                .where(Case.number == self.stage.number, TermChange.term == term_id)
                .where(TermChange.withdrawn_at.is_(None))
                .order_by(TermChange.id.desc())
                .limit(1)
            )
        if found is None:
            raise Failed(f"de termijn '{term_id}' heeft geen pauze of verlenging.")
        return found

    def waiting_task(self, element_id: str) -> UserTask:
        """The oldest open user task of this element."""
        waiting = self.stage.waiting(element_id)
        if not waiting:
            names = [task.element_id for task in self.stage.waiting_tasks()]
            there = ", ".join(names) or "niets"
            raise Failed(f"de taak '{element_id}' wacht niet. Er wacht: {there}.")
        return waiting[0]

    def button(self, message: str) -> MessageSubscription:
        """The button of this message."""
        with self.stage.database.reading() as session:
            found = session.scalar(
                select(MessageSubscription)
                .join(Case, Case.id == MessageSubscription.case_id)
                .where(Case.number == self.stage.number, MessageSubscription.message == message)
                .where(MessageSubscription.button.is_not(None))
            )
        if found is None:
            raise Failed(f"er is nu geen knop voor '{message}'.")
        return found

    def record(self, element_id: str) -> FormRecord:
        """The form that was last completed at this element; corrections are not that."""
        with self.stage.database.reading() as session:
            rows = session.scalars(
                select(FormRecord)
                .join(Case, Case.id == FormRecord.case_id)
                .where(Case.number == self.stage.number, FormRecord.element_id == element_id)
                .order_by(FormRecord.user_task_id.desc().nulls_last(), FormRecord.id)
            ).all()
        if not rows:
            raise Failed(f"'{element_id}' is nog niet ingevuld.")
        return rows[0]

    def _of_role(self, role: str) -> int | None:
        found = self.stage.route.config.roles.get(role)
        return None if found is None else self._party(found.party)

    def _party(self, party: str) -> int | None:
        with self.stage.database.reading() as session:
            case = session.scalars(select(Case).where(Case.number == self.stage.number)).one()
            current = Participation.load(Ledger(session), self.stage.route.key, case.id).current()
        found = current.get(party)
        return None if found is None else found.id
