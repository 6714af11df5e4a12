"""The terms of a case on its page: where each stands, why, and what the viewer may do to it.

Pausing and extending (Awb 4:14 and 4:15) is for whoever has one of the term's roles in an
organisation that takes part. Everybody in the case reads the last day and its reasons; what was
asked, in words, only the parties of those roles.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.calendar import end_of_day, format_date
from engine.clock import AMSTERDAM
from engine.context import CaseLook
from engine.errors import CaseEnded, NotAllowed, NotFound
from engine.models import Case, CaseStatus, TermChange, TermChangeKind
from engine.routes import Term
from engine.terms import Pause, PauseGround, TermState, change_of
from tasks.access import Standing, Viewer, row_by_id, standing, visible_case
from tasks.choices import Choice
from tasks.due import Due, due_of
from tasks.naming import person_name
from tasks.sharing import Reader
from tasks.taskpage import CaseHead, head_of

GROUNDS: Mapping[PauseGround, str] = {
    PauseGround.INCOMPLETE: "De aanvraag is niet compleet",
    PauseGround.FOREIGN: "Wij wachten op informatie uit het buitenland",
    PauseGround.CONSENT: "De aanvrager vindt uitstel goed (op papier of per mail)",
    PauseGround.ATTRIBUTABLE: "De aanvrager zorgt voor vertraging",
    PauseGround.FORCE_MAJEURE: "Overmacht",
}
"""The grounds of Awb 4:15, in the order of the article."""


@dataclass(frozen=True)
class ChangeRow:
    """A pause or extension in words. ``text`` is empty for who may not read it."""

    id: int
    what: str
    text: str
    by: str
    at: datetime
    is_pause: bool
    is_open: bool


@dataclass(frozen=True)
class TermRow:
    """A term on the case page. ``last_day`` is None when it cannot be counted: ``problem``."""

    id: str
    name: str
    last_day: Due | None
    problem: str
    paused: bool
    done: bool
    source: str
    reasons: tuple[str, ...]
    changes: tuple[ChangeRow, ...]
    may_pause: bool
    may_extend: bool
    may_correct: bool


@dataclass(frozen=True)
class TermPage:
    """What is asked before a term is paused or extended; ``names_day`` with a new last day."""

    head: CaseHead
    term: TermRow
    grounds: tuple[Choice, ...]
    names_day: bool
    today: date


@dataclass(frozen=True)
class ChangePage:
    """What is asked before a pause is ended or put right, or anything is withdrawn."""

    head: CaseHead
    term: TermRow
    change: ChangeRow
    told_on: date
    until: date | None
    ended_on: date | None
    incomplete: bool


def terms_of(look: Reader, viewer: Viewer) -> tuple[TermRow, ...]:
    """The terms that have begun, what still runs first. Of an ended case none."""
    case, here = look.case, look.here
    if case.status is not CaseStatus.OPEN or not here.route.config.terms:
        return ()
    begun = [state for state in look.seen.terms() if state.start is not None]
    rows = [_term_row(look.session, case, here, viewer, state, look.now) for state in begun]
    return tuple(sorted(rows, key=lambda row: row.done))


def _term_row(
    session: Session,
    case: Case,
    here: Standing,
    viewer: Viewer,
    state: TermState,
    now: datetime,
) -> TermRow:
    term, end = state.term, state.end
    last_day = None if end is None else due_of(end_of_day(end.last_day), end.last_day, now)
    acts = here.acting_organisation(viewer, term.roles) is not None
    reads = bool(here.parties & _parties(here, term))
    return TermRow(
        term.id,
        term.name,
        last_day,
        state.problem,
        state.paused and not state.done,
        state.done,
        term.source,
        end.reasons if end else (),
        tuple(
            _change_row(session, row, reads, now) for row in _changes(session, case.id, term)
        ) if term.may_change else (),
        may_pause=acts and term.pausable and state.runs,
        may_extend=acts and term.extension is not None and state.runs,
        may_correct=acts,
    )  # fmt: skip


def _parties(here: Standing, term: Term) -> frozenset[str]:
    roles = here.route.config.roles
    return frozenset(roles[role].party for role in term.roles if role in roles)


def _changes(session: Session, case_id: int, term: Term) -> list[TermChange]:
    found = select(TermChange).where(
        TermChange.case_id == case_id,
        TermChange.term == term.id,
        TermChange.withdrawn_at.is_(None),
    )
    return list(session.scalars(found.order_by(TermChange.id)))


def _change_row(session: Session, row: TermChange, reads: bool, now: datetime) -> ChangeRow:
    is_pause = row.kind is TermChangeKind.PAUSE
    return ChangeRow(
        row.id,
        _what(row, now.astimezone(AMSTERDAM).date()),
        row.text if reads else "",
        person_name(session, row.recorded_by_id),
        row.recorded_at,
        is_pause,
        is_pause and row.ended_on is None,
    )


def _what(row: TermChange, today: date) -> str:
    change = change_of(row)
    if isinstance(change, Pause):
        days = change.suspension()
        ground = GROUNDS[change.ground]
        if not days.days:
            return f"{ground}. De termijn stond geen dag stil."
        again = f" Vanaf {format_date(change.ended_on)} loopt zij weer." if change.ended_on else ""
        stands = "Stond stil" if change.ended_on or days.last_day < today else "Staat stil"
        return (
            f"{ground}. {stands} van {format_date(days.first_day)} "
            f"tot en met {format_date(days.last_day)}.{again}"
        )
    new = f" De nieuwe laatste dag is {format_date(change.until)}." if change.until else ""
    return f"Verlengd op {format_date(change.told_on)}.{new}"


@dataclass(frozen=True)
class FoundTerm:
    """A term that the viewer may change, for ``organisation_id``."""

    case: Case
    here: Standing
    term: Term
    row: TermRow
    organisation_id: int

    @property
    def head(self) -> CaseHead:
        return head_of(self.case, self.here.route)


def find_term(
    session: Session, number: str, term_id: str, viewer: Viewer, now: datetime
) -> FoundTerm:
    """A term that the viewer may change. Raises NotFound, NotAllowed, CaseEnded."""
    case = visible_case(session, number, viewer, now)
    here = standing(session, case, viewer, now)
    term = here.route.config.terms.get(term_id)
    if term is None or not term.may_change:
        raise NotFound
    if case.status is not CaseStatus.OPEN:
        raise CaseEnded(case.number)
    organisation_id = here.acting_organisation(viewer, term.roles)
    if organisation_id is None:
        raise NotAllowed
    terms = CaseLook(session, here.route, case, now).terms()
    state = next(one for one in terms if one.term.id == term_id)
    row = _term_row(session, case, here, viewer, state, now)
    return FoundTerm(case, here, term, row, organisation_id)


def term_page(
    session: Session, number: str, term_id: str, viewer: Viewer, now: datetime
) -> TermPage:
    """What to fill in to pause or extend. Raises NotFound, NotAllowed, CaseEnded."""
    found = find_term(session, number, term_id, viewer, now)
    grounds = tuple(Choice(ground.value, words) for ground, words in GROUNDS.items())
    today = now.astimezone(AMSTERDAM).date()
    return TermPage(found.head, found.row, grounds, found.term.extension == "", today)


def change_page(
    session: Session, number: str, change_id: int, viewer: Viewer, now: datetime
) -> ChangePage:
    """What to fill in to end, correct or withdraw. Raises NotFound, NotAllowed, CaseEnded."""
    found, row = find_change(session, number, change_id, viewer, now)
    return ChangePage(
        found.head,
        found.row,
        _change_row(session, row, reads=True, now=now),
        row.told_on,
        row.until,
        row.ended_on,
        row.ground == PauseGround.INCOMPLETE,
    )


def find_change(
    session: Session, number: str, change_id: int, viewer: Viewer, now: datetime
) -> tuple[FoundTerm, TermChange]:
    """A pause or extension that stands, with its term, for who may change it. Raises as that."""
    case = visible_case(session, number, viewer, now)
    row = row_by_id(session, TermChange, change_id)
    if row is None or row.case_id != case.id or row.withdrawn_at is not None:
        raise NotFound
    return find_term(session, number, row.term, viewer, now), row
