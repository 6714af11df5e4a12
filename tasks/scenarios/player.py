"""Playing a scenario: one deed after the other, with the services that the web uses."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from engine.calendar import add_local, parse_duration
from engine.clock import AMSTERDAM
from engine.context import case_context
from engine.errors import Refusal
from engine.expressions import evaluate
from engine.models import (
    Case,
    CaseStatus,
    FormRecord,
    Incident,
    IncidentStatus,
    MessageSubscription,
    OutboxMessage,
    Timer,
    TimerStatus,
    UserTask,
)
from engine.parties import Participation
from tasks import buttons, cases, claims, completion, ending, facts
from tasks.access import Viewer
from tasks.forms import ActionName, Button, FieldError, FormView
from tasks.scenarios.filling import UnknownAnswer, fill_in, plain
from tasks.scenarios.reading import text_of
from tasks.scenarios.script import Deed, Expectation, Script
from tasks.scenarios.stage import NobodyThere, Stage, TimeStandsStill
from tasks.submission import Submission
from tasks.taskpage import task_page, typed_page

STATUS_WORDS = {
    CaseStatus.OPEN: "open",
    CaseStatus.COMPLETED: "afgerond",
    CaseStatus.CLOSED: "beeindigd",
}


class Failed(Exception):
    """The scenario and the route do not agree; ``text`` says how, in Dutch."""

    def __init__(self, text: str, deed: Deed | None = None) -> None:
        super().__init__(text)
        self.text = text if deed is None else f"stap {deed.number}: {text}"


@dataclass
class _Outcome:
    """What came of a deed: errors at fields, or a refusal, or neither (done)."""

    errors: tuple[FieldError, ...] = ()
    refusal: Refusal | None = None


@dataclass
class Player:
    """Plays ``script`` on ``stage``. ``after`` is called with each deed that was done."""

    script: Script
    stage: Stage
    after: Callable[[Deed], None] = lambda _deed: None
    main_number: str = ""
    letters_seen: int = 0
    _deeds: Mapping[str, Callable[[Deed], _Outcome]] = field(init=False)

    def __post_init__(self) -> None:
        self._deeds = {
            "taak": self._do_task,
            "wijs_toe": self._assign,
            "spring": self._jump,
            "naar": self._jump_to,
            "knop": self._press,
            "corrigeer": self._correct,
            "beeindig": self._end,
            "zaak": self._switch,
            "kijk": lambda _deed: _Outcome(),
        }

    def play(self) -> None:
        """Play it all. Raises Failed at the first thing that is not as the script says."""
        self._start()
        for deed in self.script.deeds:
            try:
                outcome = self._deeds[deed.kind](deed)
                self._check_outcome(deed, outcome)
                if deed.expected is not None:
                    self._check(deed.expected)
            except Failed as failed:
                raise Failed(failed.text, deed) from failed
            except (NobodyThere, Refusal) as wrong:
                text = wrong.text if isinstance(wrong, Refusal) else str(wrong)
                raise Failed(text, deed) from wrong
            except UnknownAnswer as wrong:
                raise Failed(f"het formulier vroeg niet naar: {wrong}", deed) from wrong
            except TimeStandsStill as wrong:
                raise Failed("er komt geen eind aan de timers.", deed) from wrong
            self.after(deed)

    # -- deeds -------------------------------------------------------------------------------

    def _start(self) -> None:
        config = self.stage.route.config
        viewer = self._person(self.script.by, config.start_role, None)
        page: FormView | None = None

        def send(submission: Submission) -> object:
            return cases.start(
                self.stage.database, config.id, None, submission, viewer, self.stage.now
            )

        def show(submission: Submission) -> FormView:
            again = send(submission)
            if not isinstance(again, cases.UnfinishedStart):
                raise Failed(f"de zaak begint niet: {again}")
            return again.page.form

        with self.stage.database.reading() as session:
            page = cases.start_page(session, config.id, viewer, self.stage.now).form
        usual = self.script.usual.get(config.start_form, {})
        try:
            started = send(
                fill_in(page, self._resolved(usual), self._resolved(self.script.start), show)
            )
        except UnknownAnswer as wrong:
            raise Failed(f"begin: het formulier vroeg niet naar: {wrong}") from wrong
        if isinstance(started, cases.UnfinishedStart):
            texts = "; ".join(error.text for error in started.page.form.errors)
            raise Failed(f"begin: de zaak begint niet: {texts}")
        if isinstance(started, cases.RefusedStart):
            raise Failed(f"begin: de zaak begint niet: {started.refusal.text}")
        if not isinstance(started, cases.Started):
            raise TypeError(started)
        self.stage.number = self.main_number = started.case_number
        self.stage.settle()

    def _do_task(self, deed: Deed) -> _Outcome:
        task = self._waiting_task(deed.what)
        viewer = self._worker(deed, task)
        database, now = self.stage.database, self.stage.now
        if task.assignee_id != viewer.person_id:
            try:
                with database.transaction() as session:
                    claims.claim(session, task.id, viewer, now)
            except Refusal as refused:
                return _Outcome(refusal=refused)

        def show(submission: Submission) -> FormView:
            with database.reading() as session:
                return _form_of(typed_page(session, task.id, submission.typed, viewer, now).form)

        with database.reading() as session:
            page = _form_of(task_page(session, task.id, viewer, now).form)
        self._check_page(deed.shown, page)
        usual = self.script.usual.get(task.form_id, {})
        submission = fill_in(page, self._resolved(usual), self._resolved(deed.answers), show)
        done = completion.submit(database, task.id, submission, viewer, now)
        self.stage.settle()
        match done:
            case completion.Unfinished(page=again):
                return _Outcome(errors=_form_of(again.form).errors)
            case completion.Refused(refusal=refusal):
                return _Outcome(refusal=refusal)
        return _Outcome()

    def _assign(self, deed: Deed) -> _Outcome:
        task = self._waiting_task(deed.what)
        if deed.to is None:
            raise Failed("'aan' ontbreekt: wie krijgt de taak?")
        to = self.stage.viewer(deed.to).person_id
        viewer = self._person(deed.by, task.role, task.organisation_id)
        try:
            with self.stage.database.transaction() as session:
                claims.assign(session, task.id, to, viewer, self.stage.now)
        except Refusal as refused:
            return _Outcome(refusal=refused)
        return _Outcome()

    def _press(self, deed: Deed) -> _Outcome:
        subscription = self._subscription(deed.what)
        viewer = self._person(deed.by, subscription.role or "", self._organisation(subscription))
        database, now, number = self.stage.database, self.stage.now, self.stage.number

        def send(submission: Submission) -> object:
            return buttons.press(database, number, subscription.token, submission, viewer, now)

        def show(submission: Submission) -> FormView:
            again = send(submission)
            if not isinstance(again, buttons.UnfinishedButton):
                raise Failed(f"de knop '{deed.what}' werkt niet.")
            return _form_of(again.page.form)

        with database.reading() as session:
            page = buttons.button_page(session, number, subscription.token, viewer, now).form
        if page is None:
            submission = Submission({ActionName.BUTTON: (Button.COMPLETE,)})
        else:
            usual = self.script.usual.get(subscription.form_id or "", {})
            submission = fill_in(page, self._resolved(usual), self._resolved(deed.answers), show)
        done = send(submission)
        self.stage.settle()
        match done:
            case buttons.UnfinishedButton(page=again):
                return _Outcome(errors=_form_of(again.form).errors)
            case buttons.RefusedButton(refusal=refusal):
                return _Outcome(refusal=refusal)
        return _Outcome()

    def _correct(self, deed: Deed) -> _Outcome:
        record, role, organisation_id = self._record(deed.what)
        viewer = self._person(deed.by, role, organisation_id)
        database, now, number = self.stage.database, self.stage.now, self.stage.number

        def send(submission: Submission) -> object:
            fields = {**submission.fields, facts.REASON: (deed.reason,)}
            sent = Submission(fields, submission.uploads)
            return facts.correct(database, number, record.id, sent, viewer, now)

        def show(submission: Submission) -> FormView:
            again = send(submission)
            if not isinstance(again, facts.UnfinishedCorrection):
                raise Failed(f"'{deed.what}' is niet te verbeteren.")
            return again.page.form

        with database.reading() as session:
            page = facts.fact_page(session, number, record.id, viewer, now).form
        done = send(fill_in(page, {}, self._resolved(deed.answers), show))
        self.stage.settle()
        match done:
            case facts.UnfinishedCorrection(page=again):
                return _Outcome(errors=again.form.errors)
            case facts.RefusedCorrection(refusal=refusal):
                return _Outcome(refusal=refusal)
        return _Outcome()

    def _end(self, deed: Deed) -> _Outcome:
        viewer = self.ender(deed.by)
        try:
            ending.end(
                self.stage.database,
                self.stage.number,
                deed.what,
                deed.reason,
                viewer,
                self.stage.now,
            )
        except Refusal as refusal:
            return _Outcome(refusal=refusal)
        return _Outcome()

    def _jump(self, deed: Deed) -> _Outcome:
        self.stage.turn_to(add_local(self.stage.now, parse_duration(deed.what)))
        return _Outcome()

    def _jump_to(self, deed: Deed) -> _Outcome:
        moment = _instant(deed.what)
        if moment < self.stage.now:
            raise Failed("de tijd kan niet terug.")
        self.stage.turn_to(moment)
        return _Outcome()

    def _switch(self, deed: Deed) -> _Outcome:
        if deed.what == "hoofdzaak":
            self.stage.number = self.main_number
            return _Outcome()
        with self.stage.database.reading() as session:
            main = session.scalars(select(Case).where(Case.number == self.main_number)).one()
            linked = session.scalars(
                select(Case.number).where(Case.parent_id == main.id).order_by(Case.id)
            ).all()
        if not linked:
            raise Failed("er is geen gekoppelde zaak.")
        self.stage.number = linked[-1]
        return _Outcome()

    # -- who ---------------------------------------------------------------------------------

    def ender(self, by: str | None) -> Viewer:
        """Who may end this case: someone of the organisation that started it."""
        config = self.stage.route.config
        with self.stage.database.reading() as session:
            organisation_id = session.scalar(
                select(FormRecord.organisation_id)
                .join(Case, Case.id == FormRecord.case_id)
                .where(Case.number == self.main_number)
                .order_by(FormRecord.id)
                .limit(1)
            )
        return self._person(by, config.start_role, organisation_id)

    def _person(self, by: str | None, role: str, organisation_id: int | None) -> Viewer:
        roles = self.stage.route.config.roles
        if by is None or by in roles:
            return self.stage.candidates(by or role, organisation_id)[0]
        return self.stage.viewer(by)

    def _worker(self, deed: Deed, task: UserTask) -> Viewer:
        """Who does it: as the step says, else who has it, else the first who may."""
        if deed.by is not None:
            return self._person(deed.by, task.role, task.organisation_id)
        people = self.stage.candidates(task.role, task.organisation_id)
        for viewer in people:
            if viewer.person_id == task.assignee_id:
                return viewer
        with self.stage.database.reading() as session:
            for viewer in people:
                if task_page(session, task.id, viewer, self.stage.now).may_claim:
                    return viewer
        return people[0]

    # -- finding -----------------------------------------------------------------------------

    def _waiting_task(self, element_id: str) -> UserTask:
        waiting = self.stage.waiting(element_id)
        if not waiting:
            raise Failed(f"de taak '{element_id}' wacht niet. Er wacht: {self._waiting_words()}.")
        return waiting[0]

    def _subscription(self, message: str) -> MessageSubscription:
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

    def _organisation(self, subscription: MessageSubscription) -> int | None:
        role = self.stage.route.config.roles.get(subscription.role or "")
        return None if role is None else self._party(role.party)

    def _party(self, party: str) -> int | None:
        with self.stage.database.reading() as session:
            case = session.scalars(select(Case).where(Case.number == self.stage.number)).one()
            current = Participation.load(session, self.stage.route.key, case.id).current()
        found = current.get(party)
        return None if found is None else found.id

    def _record(self, element_id: str) -> tuple[FormRecord, str, int | None]:
        with self.stage.database.reading() as session:
            row = session.execute(
                select(FormRecord, UserTask.role)
                .join(Case, Case.id == FormRecord.case_id)
                .join(UserTask, UserTask.id == FormRecord.user_task_id, isouter=True)
                .where(Case.number == self.stage.number, FormRecord.element_id == element_id)
                .where(FormRecord.user_task_id.is_not(None))
                .order_by(FormRecord.id.desc())
                .limit(1)
            ).first()
        if row is None:
            raise Failed(f"'{element_id}' is nog niet ingevuld.")
        return row[0], row[1] or self.stage.route.config.start_role, row[0].organisation_id

    # -- checking ----------------------------------------------------------------------------

    def _check_outcome(self, deed: Deed, outcome: _Outcome) -> None:
        if outcome.refusal is not None:
            text = outcome.refusal.text
            if deed.refused is None or deed.refused.casefold() not in text.casefold():
                raise Failed(f"geweigerd: {text} {self._incident_words()}".rstrip())
        elif deed.refused is not None:
            raise Failed(f"had geweigerd moeten worden met: {deed.refused}")
        wrong = {error.target.removeprefix("v-").split("-")[0] for error in outcome.errors}
        if wrong != set(deed.errors):
            texts = "; ".join(error.text for error in outcome.errors) or "geen"
            raise Failed(f"fouten in het formulier: {texts}")

    def _check(self, expected: Expectation) -> None:
        if expected.tasks is not None:
            self._same("taken", dict(expected.tasks), self.tasks_now())
        if expected.timers is not None:
            self._same("timers", dict(expected.timers), self.timers_now())
        if expected.letters is not None:
            self._same("brieven", list(expected.letters), self.letters_now())
        for letter_id, text in expected.letter_texts.items():
            self._check_letter(letter_id, text)
        for condition in expected.conditions:
            if self._evaluate(condition) is not True:
                raise Failed(f"dit is niet waar: {condition}")
        case = self.stage.case()
        if expected.status is not None:
            self._same("status", expected.status, STATUS_WORDS[case.status])
        if expected.end is not None:
            self._same("einde", expected.end, case.outcome_id)

    @staticmethod
    def _check_page(texts: tuple[str, ...], page: FormView) -> None:
        shown = text_of(page)
        for text in texts:
            if text not in shown:
                raise Failed(f"de pagina toont niet: {text}. Zij toont: {shown}")

    def _check_letter(self, letter_id: str, text: str) -> None:
        with self.stage.database.reading() as session:
            body = session.scalar(
                select(OutboxMessage.body_text)
                .where(OutboxMessage.letter_id == letter_id)
                .order_by(OutboxMessage.id.desc())
                .limit(1)
            )
        if body is None or text not in " ".join(body.split()):
            raise Failed(f"brief '{letter_id}': er staat niet: {text}. Er staat: {body}")

    @staticmethod
    def _same(what: str, expected: Any, found: Any) -> None:  # noqa: ANN401 - any TOML value
        if expected != found:
            raise Failed(f"{what}: verwacht {_words(expected)}, maar het is {_words(found)}.")

    def tasks_now(self) -> dict[str, date | datetime | None]:
        """What waits: element to last day, else local moment. Several of one element: ``#2``."""
        found: dict[str, date | datetime | None] = {}
        for task in self.stage.waiting_tasks():
            name, number = task.element_id, 2
            while name in found:
                name, number = f"{task.element_id}#{number}", number + 1
            found[name] = task.due_day or _local(task.due_at)
        return found

    def timers_now(self) -> dict[str, date | datetime]:
        """Waiting timers: element to last day, else local moment."""
        with self.stage.database.reading() as session:
            rows = session.scalars(
                select(Timer)
                .join(Case, Case.id == Timer.case_id)
                .where(Case.number == self.stage.number, Timer.status == TimerStatus.WAITING)
                .order_by(Timer.id)
            ).all()
        return {
            row.element_id: row.last_day or _local(row.fires_at) or row.fires_at for row in rows
        }

    def letters_now(self) -> list[str]:
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

    def _resolved(self, answers: Mapping[str, Any]) -> dict[str, Any]:
        """The answers, with every text that begins with ``=`` evaluated."""
        return {name: self._resolve(value) for name, value in answers.items()}

    def _resolve(self, value: Any) -> Any:  # noqa: ANN401 - any TOML value
        if isinstance(value, str) and value.startswith("="):
            return plain(self._evaluate(value))
        if isinstance(value, list):
            return [self._resolve(one) for one in value]
        return self._resolved(value) if isinstance(value, Mapping) else value

    def _evaluate(self, condition: str) -> object:
        if not self.stage.number:
            return evaluate(condition, {}, self.stage.now)
        with self.stage.database.reading() as session:
            case = session.scalars(select(Case).where(Case.number == self.stage.number)).one()
            context = case_context(session, self.stage.route, case, self.stage.now)
        return evaluate(condition, context, self.stage.now)

    def _waiting_words(self) -> str:
        return ", ".join(self.tasks_now()) or "niets"

    def _incident_words(self) -> str:
        with self.stage.database.reading() as session:
            found = session.scalars(
                select(Incident).where(Incident.status == IncidentStatus.OPEN)
            ).all()
        return " ".join(f"[{one.element_id} {one.place}: {one.message}]" for one in found)


def _form_of(form: FormView | None) -> FormView:
    if form is None:
        raise Failed("er is geen formulier om in te vullen.")
    return form


def _local(instant: datetime | None) -> datetime | None:
    return None if instant is None else instant.astimezone(AMSTERDAM).replace(tzinfo=None)


def _instant(moment: date | datetime) -> datetime:
    if isinstance(moment, datetime):
        return moment.replace(tzinfo=AMSTERDAM)
    return datetime(moment.year, moment.month, moment.day, tzinfo=AMSTERDAM)


def _words(value: Any) -> str:  # noqa: ANN401 - any TOML value
    if isinstance(value, Mapping):
        inside = ", ".join(f"{key} {_words(value[key])}" for key in sorted(value))
        return f"{{{inside}}}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_words, value)) + "]"
    return "zonder datum" if value is None else str(value)
