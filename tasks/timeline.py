"""What happened in a case, in Dutch sentences, as far as the viewer may know it.

An organisation reads what happened from the moment it takes part; an event of one party is read
by that party only.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from engine.audit import AuditKind
from engine.models import AuditEvent, Case, Organisation, Person
from engine.routes import Route
from tasks.access import Standing, Viewer, standing, visible_case
from tasks.naming import element_name
from tasks.paging import cursor_of, row_of_cursor
from tasks.taskpage import CaseHead, head_of

NEWEST = 15
"""As many are on the page of the case; the others are on pages of their own."""
PAGE_SIZE = 50


@dataclass(frozen=True)
class TimelineEntry:
    """``who`` is empty when the clock did it."""

    at: datetime
    text: str
    who: str
    organisation: str


@dataclass(frozen=True)
class Timeline:
    """Newest first; ``next`` is the cursor of what happened before, None at the beginning."""

    entries: tuple[TimelineEntry, ...]
    next: str | None


@dataclass(frozen=True)
class TimelinePage:
    """A page of all that happened in a case."""

    head: CaseHead
    timeline: Timeline


Facts = Mapping[str, object]
_Sentence = Callable[[Facts, str], str]


def _said(text: str) -> _Sentence:
    """A sentence with ``{element}`` and the facts of the event filled in."""

    def sentence(facts: Facts, element: str) -> str:
        known = {name: _plain(value) for name, value in facts.items()}
        try:
            return text.format_map({**known, "element": element})
        except (KeyError, IndexError):
            return element or text.split("{", maxsplit=1)[0].strip()

    return sentence


def _plain(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return "" if value is None else str(value)


_TWO_MARKS = re.compile(r"([.?!])\.$")
_SENTENCES: Mapping[str, _Sentence] = {
    AuditKind.CASE_STARTED: _said("De zaak is gestart."),
    AuditKind.TASK_COMPLETED: _said("Taak “{name}” is gedaan."),
    AuditKind.TASK_CANCELLED: _said("Taak “{name}” is niet meer nodig."),
    AuditKind.TASK_REASSIGNED: _said("Taak “{name}” ging over naar {organisation}."),
    AuditKind.TIMER_FIRED: _said("De termijn “{name}” is voorbij."),
    AuditKind.TIMER_MOVED: _said(
        "Het beheer verzette de termijn “{name}” naar {after}. Reden: {reason}"
    ),
    "timer_retried": _said("Het beheer probeerde de termijn “{name}” opnieuw. Reden: {reason}"),
    AuditKind.MESSAGE_RECEIVED: _said("Bericht ontvangen: {element}."),
    AuditKind.MESSAGE_UNHEARD: _said(
        "Er kwam een bericht waar de zaak niet op wachtte: {message}."
    ),
    AuditKind.DECISION_TAKEN: _said("Er is volgens de regels beslist: {element}."),
    AuditKind.LETTER_WRITTEN: _said("De brief “{title}” is geschreven."),
    AuditKind.LETTER_WITHHELD: _said(
        "Er is een brief niet geschreven: de cliënt krijgt geen post."
    ),
    AuditKind.PARTY_JOINED: _said("{organisation} doet nu mee."),
    AuditKind.PARTY_LEFT: _said("{organisation} doet niet meer mee."),
    AuditKind.FACT_CORRECTED: _said("Verbeterd: {facts}. Reden: {reason}"),
    AuditKind.TERM_PAUSED: _said(
        "{term}: de termijn staat stil van {first} tot en met {until}. Reden: {ground}. "
        "De laatste dag is nu {last_day}."
    ),
    AuditKind.TERM_RESUMED: _said(
        "{term}: de termijn loopt weer vanaf {ended}. De laatste dag is nu {last_day}."
    ),
    AuditKind.TERM_EXTENDED: _said(
        "{term}: de termijn is verlengd. De laatste dag is nu {last_day}."
    ),
    AuditKind.TERM_CORRECTED: _said(
        "{term}: een pauze is verbeterd. Eerst: {before}. Nu: {after}. "
        "De laatste dag is nu {last_day}. Reden: {reason}"
    ),
    AuditKind.TERM_WITHDRAWN: _said(
        "{term}: {what} is ingetrokken. De laatste dag is nu {last_day}. Reden: {reason}"
    ),
    AuditKind.TERMS_RECOUNTED: _said(
        "Termijnen zijn opnieuw geteld: er kwam een vrije dag bij, of er ging een af."
    ),
    AuditKind.INCIDENT_OPENED: _said("Er is een storing bij “{element}”."),
    AuditKind.INCIDENT_RESOLVED: _said("De storing bij “{element}” is opgelost."),
    AuditKind.LINKED_CASE_STARTED: _said("Gekoppelde zaak {number} is gestart."),
    AuditKind.CASE_COMPLETED: _said("De zaak is afgerond: {outcome}."),
    AuditKind.CASE_CLOSED: _said("De zaak is beëindigd: {reason}. {text}"),
    "task_claimed": _said("Taak “{name}” is opgepakt."),
    "task_released": _said("Taak “{name}” is teruggegeven."),
    "task_assigned": _said("Taak “{name}” is aan een collega gegeven."),
    "note_written": _said("Er is een notitie geschreven."),
    "letter_posted": _said("De brief “{title}” is op de post gedaan."),
}


def timeline(
    session: Session, case: Case, here: Standing, cursor: str | None = None, size: int = NEWEST
) -> Timeline:
    """The newest events that the viewer's organisations may read, or those before ``cursor``."""
    query = (
        select(AuditEvent, Person.name, Organisation.name)
        .outerjoin(Person, Person.id == AuditEvent.person_id)
        .outerjoin(Organisation, Organisation.id == AuditEvent.organisation_id)
        .where(
            AuditEvent.case_id == case.id,
            AuditEvent.at >= here.since,
            or_(AuditEvent.party.is_(None), AuditEvent.party.in_(sorted(here.parties))),
        )
        .order_by(AuditEvent.id.desc())
        .limit(size + 1)
    )
    before = row_of_cursor(cursor)
    found = session.execute(query if before is None else query.where(AuditEvent.id < before)).all()
    shown = found[:size]
    return Timeline(
        tuple(
            TimelineEntry(event.at, text_of(event, here.route), person or "", organisation or "")
            for event, person, organisation in shown
        ),
        cursor_of(shown[-1][0].id) if len(found) > size else None,
    )


def timeline_page(
    session: Session, number: str, cursor: str | None, viewer: Viewer, now: datetime
) -> TimelinePage:
    """All that happened in a case, page by page. Raises NotFound."""
    case = visible_case(session, number, viewer, now)
    here = standing(session, case, viewer, now)
    return TimelinePage(head_of(case, here.route), timeline(session, case, here, cursor, PAGE_SIZE))


def text_of(event: AuditEvent, route: Route) -> str:
    """The event as a Dutch sentence."""
    name = element_name(route, event.element_id or "")
    facts = json.loads(event.data)
    sentence = _SENTENCES.get(event.kind, _said("{element}"))
    text = " ".join(sentence(facts, name).split())
    # A name may end in a mark of its own: "Is de route hervat?"
    return _TWO_MARKS.sub(r"\1", text) or event.kind
