"""Pausing and extending a term from the page of its case, and putting right what was recorded.

Each is one step in its own transactions. What was typed is judged here; whether the term can have
it, the engine judges behind the lock.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from sqlalchemy.orm import Session

from engine.db import Database
from engine.edge import run_step
from engine.steps import change_term
from engine.steps.locking import lock_case
from engine.steps.termdeeds import (
    CorrectPause,
    EndPause,
    ExtendTerm,
    PauseTerm,
    TermDeed,
    WithdrawChange,
    values_of,
)
from engine.steps.work import StepDone
from engine.terms import PauseGround
from engine.triggers import TermTrigger
from tasks.access import Viewer
from tasks.refusals import Invalid
from tasks.terms import find_change, find_term

MAX_TEXT = 2_000
Typed = Mapping[str, str]
"""What was typed, by the name of the control: grond, op, tot, einde, tekst, reden."""


def pause(
    database: Database, number: str, term_id: str, typed: Typed, viewer: Viewer, now: datetime
) -> None:
    """Pause the term. Raises Invalid or a TermRefusal with the field that is wrong."""
    ground = typed.get("grond", "")
    if ground not in list(PauseGround):
        raise Invalid("grond", "Kies waarom de termijn stilstaat.")
    told_on = _day(typed, "op")
    until = _optional_day(typed, "tot")
    deed = PauseTerm(term_id, PauseGround(ground), told_on, until, _text(typed, "tekst"))
    _do(database, number, term_id, deed, viewer, now)


def extend(
    database: Database, number: str, term_id: str, typed: Typed, viewer: Viewer, now: datetime
) -> None:
    """Extend the term. Raises Invalid or a TermRefusal with the field that is wrong."""
    deed = ExtendTerm(
        term_id, _day(typed, "op"), _optional_day(typed, "tot"), _text(typed, "tekst")
    )
    _do(database, number, term_id, deed, viewer, now)


def end_pause(
    database: Database, number: str, change_id: int, typed: Typed, viewer: Viewer, now: datetime
) -> None:
    """The pause is over. Raises Invalid or a TermRefusal with the field that is wrong."""
    deed = EndPause(change_id, _day(typed, "op"))
    _do_change(database, number, change_id, deed, viewer, now)


def correct(
    database: Database, number: str, change_id: int, typed: Typed, viewer: Viewer, now: datetime
) -> None:
    """Put the dates of a pause right. Raises Invalid or a TermRefusal."""
    deed = CorrectPause(
        change_id,
        _day(typed, "op"),
        _optional_day(typed, "tot"),
        _optional_day(typed, "einde"),
        _text(typed, "reden", "Schrijf op waarom u dit verbetert."),
    )
    _do_change(database, number, change_id, deed, viewer, now)


def withdraw(
    database: Database, number: str, change_id: int, typed: Typed, viewer: Viewer, now: datetime
) -> None:
    """It should never have been recorded. Raises Invalid."""
    deed = WithdrawChange(change_id, _text(typed, "reden", "Schrijf op waarom u dit intrekt."))
    _do_change(database, number, change_id, deed, viewer, now)


def _do_change(
    database: Database, number: str, change_id: int, deed: TermDeed, viewer: Viewer, now: datetime
) -> None:
    with database.reading() as session:
        term_id = find_change(session, number, change_id, viewer, now)[1].term
    _do(database, number, term_id, deed, viewer, now)


def _do(
    database: Database, number: str, term_id: str, deed: TermDeed, viewer: Viewer, now: datetime
) -> None:
    with database.reading() as session:
        found = find_term(session, number, term_id, viewer, now)
        case_id, organisation_id = found.case.id, found.organisation_id
    actor = viewer.actor(organisation_id)

    def work(session: Session) -> StepDone:
        # Behind the lock once more: another organisation may have come in the place of ours.
        lock_case(session, case_id)
        find_term(session, number, term_id, viewer, now)
        return change_term(session, case_id, deed, actor, now)

    run_step(
        database,
        work,
        trigger=TermTrigger(case_id, type(deed).__name__, values_of(deed), actor),
        now=now,
    )


def _optional_day(typed: Typed, name: str) -> date | None:
    text = typed.get(name, "").strip()
    if not text:
        return None
    for form in ("%Y-%m-%d", "%d-%m-%Y"):
        try:
            return datetime.strptime(text, form).date()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            continue
    raise Invalid(name, "Vul een datum in, zoals 31-12-2026.")


def _day(typed: Typed, name: str) -> date:
    day = _optional_day(typed, name)
    if day is None:
        raise Invalid(name, "Vul de datum in.")
    return day


def _text(typed: Typed, name: str, missing: str = "") -> str:
    text = " ".join(typed.get(name, "").split())
    if missing and not text:
        raise Invalid(name, missing)
    if len(text) > MAX_TEXT or not text.isprintable():
        raise Invalid(name, f"Gebruik hoogstens {MAX_TEXT} gewone tekens.")
    return text
