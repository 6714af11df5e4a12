"""Recording pauses and extensions of terms in one step, whoever asked for them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy import select

from engine.audit import AuditKind
from engine.calendar import CalendarError, Suspension, format_date
from engine.errors import NotFound
from engine.expressions import TERM_CHANGE, ExpressionFault
from engine.feel import from_python
from engine.models import TermChange, TermChangeKind
from engine.routes.terms import Term, TermAction
from engine.terms.changes import Pause
from engine.terms.refusals import DateWrong, NotChangeable, TooManyChanges
from engine.terms.state import TermState, extension_of

if TYPE_CHECKING:
    from engine.steps.step import Step

MAX_CHANGES = 100
MAX_TEXT = 2000
_EXTENDED = "verlenging"


class TermRecorder:
    """Writes down what is done to the terms of one case; they count it from then on.

    ``variables`` are the facts as they are seen where the deed is done.
    """

    def __init__(self, step: Step, variables: Mapping[str, object]) -> None:
        self._step = step
        self._variables = variables

    def pause(self, term: Term, pause: Pause, text: str) -> None:
        """Record a pause. Raises `DateWrong` when its dates cannot be."""
        suspension = suspended(pause)
        self._add(
            term,
            TermChangeKind.PAUSE,
            ground=pause.ground.value,
            told_on=pause.told_on,
            until=pause.until,
            ended_on=pause.ended_on,
            text=text.strip()[:MAX_TEXT],
        )
        self._step.record(
            AuditKind.TERM_PAUSED,
            term=term.name,
            ground=pause.ground.in_law.value,
            first=format_date(suspension.first_day),
            until=format_date(pause.until),
            last_day=self.last_day_in_words(term),
        )

    def resume(self, row: TermChange, term: Term, ended_on: date) -> None:
        """Record from when the term runs again."""
        row.ended_on = ended_on
        self.counted_again()
        self._step.record(
            AuditKind.TERM_RESUMED,
            term=term.name,
            ended=format_date(ended_on),
            last_day=self.last_day_in_words(term),
        )

    def extend(self, term: Term, told_on: date, until: date | None, text: str) -> None:
        """Record an extension; without ``until`` by the length that the route gives."""
        length = None
        if until is None:
            try:
                length = extension_of(term, self._evaluate)
            except (ValueError, ExpressionFault) as wrong:
                raise NotChangeable(term.name) from wrong
        self._add(
            term,
            TermChangeKind.EXTENSION,
            told_on=told_on,
            until=until,
            duration=length,
            text=text.strip()[:MAX_TEXT],
        )
        self._step.record(
            AuditKind.TERM_EXTENDED, term=term.name, last_day=self.last_day_in_words(term)
        )

    def open_pause(self, term: Term) -> TermChange | None:
        """The latest pause of the term that nobody ended yet."""
        found = [
            row
            for row in self.rows()
            if row.term == term.id
            and row.kind is TermChangeKind.PAUSE
            and row.withdrawn_at is None
            and row.ended_on is None
        ]
        return found[-1] if found else None

    def term(self, term_id: str) -> Term:
        term = self._step.route.config.terms.get(term_id)
        if term is None:
            raise NotFound
        return term

    def state(self, term: Term) -> TermState:
        return self._step.platform.terms.state(term.id, self._step.platform.over(self._variables))

    def last_day(self, term_id: str) -> date | None:
        """The last day of a term with the facts of the case now."""
        end = self.state(self.term(term_id)).end
        return end.last_day if end else None

    def last_day_in_words(self, term: Term) -> str:
        end = self.state(term).end
        return format_date(end.last_day) if end else "nog niet bekend"

    def rows(self) -> list[TermChange]:
        found = select(TermChange).where(TermChange.case_id == self._step.case.id)
        return list(self._step.session.scalars(found.order_by(TermChange.id)))

    def counted_again(self) -> None:
        self._step.session.flush()
        self._step.platform.terms_changed()

    def letter(self, term: Term, action: TermAction, pause: Pause | None, text: str) -> None:
        letter_id = term.letters.get(action)
        if letter_id is None:
            return
        step = self._step
        change = {
            "termijn": term.name,
            "grond": pause.ground.value if pause else _EXTENDED,
            "reden": pause.ground.in_law.value if pause else _EXTENDED,
            "vanaf": pause.suspension().first_day if pause else None,
            "tot": pause.until if pause else self.last_day(term.id),
            "laatsteDag": self.last_day(term.id),
            "tekst": text,
        }
        variables = {**self._variables, TERM_CHANGE: from_python(change)}
        party = step.participation.party_of(step.actor.organisation_id)
        step.letters.write(
            element_id=f"termijn:{term.id}",
            letter_id=letter_id,
            to=term.addressee,
            variables=variables,
            evaluate=step.environment.evaluate,
            sender_party=party or step.route.config.start_party,
        )

    def _evaluate(self, text: str) -> object:
        return self._step.environment.evaluate(text, self._variables)

    def _add(self, term: Term, kind: TermChangeKind, **columns: object) -> None:
        step = self._step
        if sum(row.withdrawn_at is None for row in self.rows()) >= MAX_CHANGES:
            raise TooManyChanges
        step.session.add(
            TermChange(
                case_id=step.case.id,
                term=term.id,
                kind=kind,
                recorded_at=step.now,
                recorded_by_id=step.actor.person_id,
                organisation_id=step.actor.organisation_id,
                **columns,
            )
        )
        self.counted_again()


def suspended(pause: Pause) -> Suspension:
    """The days of a pause. Raises `DateWrong` when its dates cannot be."""
    try:
        suspension = pause.suspension()
    except CalendarError as wrong:
        raise DateWrong("tot", str(wrong)) from None
    if pause.until < pause.told_on:
        raise DateWrong("tot", f"Kies {format_date(pause.told_on)} of later.")
    return suspension
