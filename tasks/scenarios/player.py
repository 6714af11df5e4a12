"""Playing a scenario: one deed after the other, with the services that the web uses."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from engine.calendar import add_local, parse_duration
from engine.clock import AMSTERDAM
from engine.errors import Refusal
from engine.models import Case
from tasks import buttons, claims, completion, ending, facts, starting
from tasks.asking import Again, Refused
from tasks.forms import ActionName, Button, FormView
from tasks.scenarios.casting import Cast
from tasks.scenarios.checking import check, check_outcome, check_page
from tasks.scenarios.filling import UnknownAnswer, fill_in
from tasks.scenarios.looking import Look
from tasks.scenarios.outcome import Failed, Outcome, form_of
from tasks.scenarios.script import Deed, Script
from tasks.scenarios.stage import NobodyThere, Stage, TimeStandsStill
from tasks.scenarios.terming import TERM_DEEDS, do_term
from tasks.submission import Submission
from tasks.taskpage import task_page, typed_page


@dataclass
class Player:
    """Plays ``script`` on ``stage``. ``after`` is called with each deed that was done."""

    script: Script
    stage: Stage
    after: Callable[[Deed], None] = lambda _deed: None
    main_number: str = ""
    look: Look = field(init=False)
    cast: Cast = field(init=False)
    _deeds: Mapping[str, Callable[[Deed], Outcome]] = field(init=False)

    def __post_init__(self) -> None:
        self.look = Look(self.stage)
        self.cast = Cast(self.stage)
        self._deeds = {
            "taak": self._do_task,
            "wijs_toe": self._assign,
            "spring": self._jump,
            "naar": self._jump_to,
            "knop": self._press,
            "corrigeer": self._correct,
            "beeindig": self._end,
            "zaak": self._switch,
            **dict.fromkeys(TERM_DEEDS, lambda deed: do_term(deed, self.cast, self.look)),
            "kijk": lambda _deed: Outcome(),
        }

    def play(self) -> None:
        """Play it all. Raises Failed at the first thing that is not as the script says."""
        self._start()
        for deed in self.script.deeds:
            try:
                outcome = self._deeds[deed.kind](deed)
                check_outcome(deed, outcome, self.look)
                if deed.expected is not None:
                    check(deed.expected, self.look)
            except Failed as failed:
                raise Failed(failed.text, deed.number) from failed
            except (NobodyThere, Refusal) as wrong:
                text = wrong.text if isinstance(wrong, Refusal) else str(wrong)
                raise Failed(text, deed.number) from wrong
            except UnknownAnswer as wrong:
                raise Failed(f"het formulier vroeg niet naar: {wrong}", deed.number) from wrong
            except TimeStandsStill as wrong:
                raise Failed("er komt geen eind aan de timers.", deed.number) from wrong
            self.after(deed)

    # -- deeds -------------------------------------------------------------------------------

    def _start(self) -> None:
        config = self.stage.route.config
        viewer = self.cast.starter(self.script.by)

        def send(submission: Submission) -> object:
            return starting.start(
                self.stage.database, config.id, None, submission, viewer, self.stage.now
            )

        with self.stage.database.reading() as session:
            page = starting.start_page(session, config.id, viewer, self.stage.now).form
        try:
            started = self._answer(
                send, page, config.start_form, self.script.start, "begin: de zaak begint niet."
            )
        except UnknownAnswer as wrong:
            raise Failed(f"begin: het formulier vroeg niet naar: {wrong}") from wrong
        if isinstance(started, Again):
            texts = "; ".join(error.text for error in started.page.form.errors)
            raise Failed(f"begin: de zaak begint niet: {texts}")
        if isinstance(started, Refused):
            raise Failed(f"begin: de zaak begint niet: {started.refusal.text}")
        if not isinstance(started, starting.Started):
            raise TypeError(started)
        self.stage.number = self.main_number = started.case_number
        self.stage.settle()

    def _do_task(self, deed: Deed) -> Outcome:
        task = self.cast.waiting_task(deed.what)
        viewer = self.cast.worker(deed, task)
        database, now = self.stage.database, self.stage.now
        if task.assignee_id != viewer.person_id:
            try:
                with database.transaction() as session:
                    claims.claim(session, task.id, viewer, now)
            except Refusal as refused:
                return Outcome(refusal=refused)

        def show(submission: Submission) -> FormView:
            with database.reading() as session:
                return form_of(typed_page(session, task.id, submission.typed, viewer, now).form)

        with database.reading() as session:
            page = form_of(task_page(session, task.id, viewer, now).form)
        check_page(deed.shown, page)
        usual = self.script.usual.get(task.form_id, {})
        submission = fill_in(
            page, self.look.resolved(usual), self.look.resolved(deed.answers), show
        )
        done = completion.submit(database, task.id, submission, viewer, now)
        self.stage.settle()
        match done:
            case completion.Unfinished(page=again):
                return Outcome(errors=form_of(again.form).errors)
            case completion.Refused(refusal=refusal):
                return Outcome(refusal=refusal)
        return Outcome()

    def _assign(self, deed: Deed) -> Outcome:
        task = self.cast.waiting_task(deed.what)
        if deed.to is None:
            raise Failed("'aan' ontbreekt: wie krijgt de taak?")
        to = self.stage.viewer(deed.to).person_id
        viewer = self.cast.person(deed.by, task.role, task.organisation_id)
        try:
            with self.stage.database.transaction() as session:
                claims.assign(session, task.id, to, viewer, self.stage.now)
        except Refusal as refused:
            return Outcome(refusal=refused)
        return Outcome()

    def _press(self, deed: Deed) -> Outcome:
        button = self.cast.button(deed.what)
        viewer = self.cast.presser(deed.by, button)
        database, now, number = self.stage.database, self.stage.now, self.stage.number

        def send(submission: Submission) -> object:
            return buttons.press(database, number, button.token, submission, viewer, now)

        with database.reading() as session:
            page = buttons.button_page(session, number, button.token, viewer, now).form
        if page is None:
            done = send(Submission({ActionName.BUTTON: (Button.COMPLETE,)}))
        else:
            stuck = f"de knop '{deed.what}' werkt niet."
            done = self._answer(send, page, button.form_id or "", deed.answers, stuck)
        self.stage.settle()
        return _outcome_of(done)

    def _correct(self, deed: Deed) -> Outcome:
        record = self.cast.record(deed.what)
        viewer = self.cast.corrector(deed.by, record)
        database, now, number = self.stage.database, self.stage.now, self.stage.number

        def send(submission: Submission) -> object:
            fields = {**submission.fields, facts.REASON: (deed.reason,)}
            sent = Submission(fields, submission.uploads)
            return facts.correct(database, number, record.id, sent, viewer, now)

        with database.reading() as session:
            page = facts.fact_page(session, number, record.id, viewer, now).form
        stuck = f"'{deed.what}' is niet te verbeteren."
        done = self._answer(send, page, "", deed.answers, stuck)
        self.stage.settle()
        return _outcome_of(done)

    def _answer(
        self,
        send: Callable[[Submission], object],
        page: FormView,
        form_id: str,
        answers: Mapping[str, Any],
        stuck: str,
    ) -> object:
        """Fill in a form outside user tasks, with the usual answers under these, and send it.

        While it is filled in, it is sent too, to see which questions come. Raises Failed with
        ``stuck`` when it does not come back then.
        """

        def show(submission: Submission) -> FormView:
            again = send(submission)
            if isinstance(again, Again):
                return form_of(again.page.form)
            raise Failed(
                f"{stuck} {again.refusal.text if isinstance(again, Refused) else ''}".strip()
            )

        usual = self.script.usual.get(form_id, {})
        return send(fill_in(page, self.look.resolved(usual), self.look.resolved(answers), show))

    def _end(self, deed: Deed) -> Outcome:
        viewer = self.cast.ender(deed.by)
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
            return Outcome(refusal=refusal)
        return Outcome()

    def _jump(self, deed: Deed) -> Outcome:
        self.stage.turn_to(add_local(self.stage.now, parse_duration(deed.what)))
        return Outcome()

    def _jump_to(self, deed: Deed) -> Outcome:
        moment = _instant(deed.what)
        if moment < self.stage.now:
            raise Failed("de tijd kan niet terug.")
        self.stage.turn_to(moment)
        return Outcome()

    def _switch(self, deed: Deed) -> Outcome:
        if deed.what == "hoofdzaak":
            self.stage.number = self.main_number
            return Outcome()
        with self.stage.database.reading() as session:
            main = session.scalars(select(Case).where(Case.number == self.main_number)).one()
            linked = session.scalars(
                select(Case.number).where(Case.parent_id == main.id).order_by(Case.id)
            ).all()
        if not linked:
            raise Failed("er is geen gekoppelde zaak.")
        self.stage.number = linked[-1]
        return Outcome()


def _outcome_of(done: object) -> Outcome:
    match done:
        case Again(page=again):
            return Outcome(errors=form_of(again.form).errors)
        case Refused(refusal=refusal):
            return Outcome(refusal=refusal)
    return Outcome()


def _instant(moment: date | datetime) -> datetime:
    if isinstance(moment, datetime):
        return moment.replace(tzinfo=AMSTERDAM)
    return datetime(moment.year, moment.month, moment.day, tzinfo=AMSTERDAM)
