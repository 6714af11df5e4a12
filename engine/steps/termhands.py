"""A person pauses or extends a term: what may be recorded, and what is put right."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from engine.audit import AuditKind
from engine.calendar import format_date
from engine.clock import AMSTERDAM
from engine.errors import NotFound
from engine.models import TermChange, TermChangeKind
from engine.refusals import ReasonMissing
from engine.routes.terms import Term, TermAction
from engine.steps.ending import MAX_REASON
from engine.steps.termdeeds import (
    CorrectPause,
    EndPause,
    ExtendTerm,
    PauseTerm,
    TermDeed,
    WithdrawChange,
)
from engine.steps.termrecords import TermRecorder, suspended
from engine.terms.changes import Change, Extension, Pause, PauseGround, change_of
from engine.terms.refusals import (
    AlreadyRecorded,
    ChangeGone,
    DateWrong,
    NotChangeable,
    TermOver,
    TermStill,
    TextMissing,
)
from engine.terms.state import TermState

if TYPE_CHECKING:
    from engine.steps.step import Step

_LONGEST = timedelta(days=5 * 366)


class Hands:
    """What a person does to the terms of one case in one step."""

    def __init__(self, step: Step) -> None:
        self._step = step
        self._book = TermRecorder(step, step.execution.variables())
        self._today = step.now.astimezone(AMSTERDAM).date()

    def do(self, deed: TermDeed) -> None:
        """Do what a person asked, when it is right."""
        match deed:
            case PauseTerm():
                self._pause_by_hand(deed)
            case EndPause():
                self._end_by_hand(deed)
            case ExtendTerm():
                self._extend_by_hand(deed)
            case CorrectPause():
                self._correct(deed)
            case WithdrawChange():
                self._withdraw(deed)

    def _pause_by_hand(self, deed: PauseTerm) -> None:
        term = self._book.term(deed.term)
        if not term.pausable:
            raise NotChangeable(term.name)
        if not deed.tekst.strip():
            raise TextMissing
        state = self._running(term)
        pause = self._checked(deed.grond, deed.op, deed.tot, None, state)
        if state.end is not None and suspended(pause).first_day > state.end.last_day:
            raise TermOver(term.name, state.end.last_day)
        self._refuse_twice(term, pause)
        self._book.pause(term, pause, deed.tekst)
        self._book.letter(term, TermAction.PAUSE, pause, deed.tekst)

    def _end_by_hand(self, deed: EndPause) -> None:
        row, term = self._row(deed.change_id, TermChangeKind.PAUSE)
        if row.ended_on is not None:
            raise ChangeGone
        pause = change_of(row)
        if not isinstance(pause, Pause):
            raise ChangeGone
        self._check_end(pause, deed.op)
        self._book.resume(row, term, deed.op)
        self._book.letter(term, TermAction.RESUME, replace(pause, ended_on=deed.op), row.text)

    def _extend_by_hand(self, deed: ExtendTerm) -> None:
        term = self._book.term(deed.term)
        if term.extension is None:
            raise NotChangeable(term.name)
        if not deed.tekst.strip():
            raise TextMissing
        state = self._running(term)
        last_day = state.end.last_day if state.end else deed.op
        if deed.op > self._today:
            raise DateWrong("op", "De brief is nog niet verstuurd: kies vandaag of eerder.")
        if state.start is not None and deed.op < state.start:
            raise DateWrong("op", f"De termijn begon pas op {format_date(state.start)}.")
        if deed.op > last_day:
            raise TermOver(term.name, last_day)
        tot = None
        if not term.extension:
            tot = self._new_last_day(deed.tot, last_day)
        if tot is None:  # else it is no later than the last day that the first one named
            self._refuse_twice(term, Extension(deed.op))
        self._book.extend(term, deed.op, tot, deed.tekst)
        self._book.letter(term, TermAction.EXTEND, None, deed.tekst)

    def _new_last_day(self, tot: date | None, last_day: date) -> date:
        if tot is None:
            raise DateWrong("tot", "Vul de nieuwe laatste dag in.")
        if tot <= last_day:
            raise DateWrong(
                "tot", f"Kies een dag na {format_date(last_day)}: dat is nu de laatste dag."
            )
        if tot - last_day > _LONGEST:
            raise DateWrong("tot", "Die dag ligt meer dan vijf jaar verder. Klopt het jaar?")
        return tot

    def _correct(self, deed: CorrectPause) -> None:
        reason = _reason(deed.reden)
        row, term = self._row(deed.change_id, TermChangeKind.PAUSE)
        before = change_of(row)
        if not isinstance(before, Pause):
            raise ChangeGone
        state = self._running(term)
        pause = self._checked(before.ground, deed.op, deed.tot, deed.einde, state)
        row.told_on, row.until, row.ended_on = pause.told_on, pause.until, pause.ended_on
        self._book.counted_again()
        end, days = self._book.state(term).end, suspended(pause)
        if days.days and end is not None and end.last_day < days.first_day:
            raise TermOver(term.name, end.last_day)
        self._step.record(
            AuditKind.TERM_CORRECTED,
            party=self._step.participation.party_of(self._step.actor.organisation_id),
            term=term.name,
            before=_days_of(before),
            after=_days_of(pause),
            last_day=self._book.last_day_in_words(term),
            reason=reason,
        )

    def _withdraw(self, deed: WithdrawChange) -> None:
        reason = _reason(deed.reden)
        row, term = self._row(deed.change_id, None)
        row.withdrawn_at = self._step.now
        self._book.counted_again()
        self._step.record(
            AuditKind.TERM_WITHDRAWN,
            party=self._step.participation.party_of(self._step.actor.organisation_id),
            term=term.name,
            what=_what(row),
            last_day=self._book.last_day_in_words(term),
            reason=reason,
        )

    def _refuse_twice(self, term: Term, change: Change) -> None:
        """Refuse what stands there already: its letter would go out again, and a pause that
        somebody ends would go on under the name of the other."""
        for row in self._book.rows():
            if row.term != term.id or row.withdrawn_at is not None:
                continue
            found = change_of(row)
            if isinstance(found, Extension) and isinstance(change, Extension):
                same = found.told_on == change.told_on and found.until is None
            else:
                same = replace(found, id=None) == change
            if same:
                raise AlreadyRecorded(term.name)

    def _running(self, term: Term) -> TermState:
        state = self._book.state(term)
        if not state.runs:
            raise TermStill(term.name, done=state.done)
        return state

    def _checked(
        self,
        ground: PauseGround,
        told_on: date,
        until: date | None,
        ended_on: date | None,
        state: TermState,
    ) -> Pause:
        """The pause with these dates, when a person may record them today."""
        if until is None:
            text = "Vul in tot en met welke dag de termijn stilstaat."
            if ground is PauseGround.INCOMPLETE:
                text = (
                    "Vul in tot wanneer de aanvrager kan aanvullen. "
                    "Zonder die datum staat de termijn niet stil."
                )
            raise DateWrong("tot", text)
        if told_on > self._today and ground is not PauseGround.CONSENT:
            raise DateWrong("op", "Deze dag moet nog komen. Kies vandaag of eerder.")
        if state.start is not None and told_on < state.start:
            raise DateWrong("op", f"De termijn begon pas op {format_date(state.start)}.")
        if until - told_on > _LONGEST:
            raise DateWrong("tot", "Deze pauze duurt meer dan vijf jaar. Klopt het jaar?")
        pause = Pause(ground, told_on, until)
        suspended(pause)
        if ended_on is not None:
            self._check_end(pause, ended_on, "einde")
            pause = replace(pause, ended_on=ended_on)
        return pause

    def _check_end(self, pause: Pause, ended_on: date, field: str = "op") -> None:
        if ended_on > self._today:
            raise DateWrong(field, "Deze dag moet nog komen. Kies vandaag of eerder.")
        if ended_on < pause.told_on:
            raise DateWrong(
                field, f"De pauze begon op {format_date(pause.told_on)}. Kies die dag of later."
            )

    def _row(self, change_id: int, kind: TermChangeKind | None) -> tuple[TermChange, Term]:
        row = next((one for one in self._book.rows() if one.id == change_id), None)
        if row is None:
            raise NotFound
        if row.withdrawn_at is not None or kind not in (None, row.kind):
            raise ChangeGone
        return row, self._book.term(row.term)


def _reason(text: str) -> str:
    if not text.strip():
        raise ReasonMissing
    return text.strip()[:MAX_REASON]


def _days_of(pause: Pause) -> str:
    ended = f", loopt weer vanaf {format_date(pause.ended_on)}" if pause.ended_on else ""
    return f"{format_date(pause.told_on)} tot en met {format_date(pause.until)}{ended}"


def _what(row: TermChange) -> str:
    change: Change = change_of(row)
    if isinstance(change, Pause):
        return f"de pauze van {_days_of(change)}"
    return f"de verlenging van {format_date(change.told_on)}"
