"""What happened, past tense: the only place where AuditEvents are made."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from sqlalchemy import insert
from sqlalchemy.orm import Session

from engine.actors import Actor
from engine.models import AuditEvent
from engine.prepared import Prepared, connection_of
from engine.text import to_json

# Not by way of the mapping: that leaves out what is null, and so makes several statements.
_TABLE = AuditEvent.metadata.tables[AuditEvent.__tablename__]
_INSERT = Prepared(insert(_TABLE), key=_TABLE.c.id)


class AuditKind(StrEnum):
    """What the engine itself records; ``tasks`` adds kinds of its own as plain text."""

    CASE_STARTED = "case_started"
    TASK_COMPLETED = "task_completed"
    TASK_CANCELLED = "task_cancelled"
    TASK_REASSIGNED = "task_reassigned"
    TIMER_FIRED = "timer_fired"
    TIMER_MOVED = "timer_moved"
    MESSAGE_RECEIVED = "message_received"
    MESSAGE_UNHEARD = "message_unheard"
    DECISION_TAKEN = "decision_taken"
    LETTER_WRITTEN = "letter_written"
    LETTER_WITHHELD = "letter_withheld"
    PARTY_JOINED = "party_joined"
    PARTY_LEFT = "party_left"
    FACT_CORRECTED = "fact_corrected"
    TERM_PAUSED = "term_paused"
    TERM_RESUMED = "term_resumed"
    TERM_EXTENDED = "term_extended"
    TERM_CORRECTED = "term_corrected"
    TERM_WITHDRAWN = "term_withdrawn"
    TERMS_RECOUNTED = "terms_recounted"
    INCIDENT_OPENED = "incident_opened"
    INCIDENT_RESOLVED = "incident_resolved"
    LINKED_CASE_STARTED = "linked_case_started"
    CASE_COMPLETED = "case_completed"
    CASE_CLOSED = "case_closed"


_TALLY = "thuisroute.happened"


def tally(session: Session) -> Counter[str]:
    """How many events of each kind this transaction wrote: they happened once it commits."""
    counted: Counter[str] | None = session.info.get(_TALLY)
    if counted is None:
        counted = session.info[_TALLY] = Counter()
    return counted


def event_row(
    case_id: int | None,
    kind: AuditKind | str,
    actor: Actor,
    now: datetime,
    *,
    element_id: str | None = None,
    party: str | None = None,
    facts: Mapping[str, object] = MappingProxyType({}),
) -> dict[str, object]:
    """One event as column values. ``facts`` are small JSON values, never what a form held."""
    return {
        "case_id": case_id,
        "at": now,
        "kind": str(kind),
        "person_id": actor.person_id,
        "organisation_id": actor.organisation_id,
        "party": party,
        "element_id": element_id,
        "data": to_json(dict(facts)),
    }


def record(
    session: Session,
    case_id: int | None,
    kind: AuditKind | str,
    actor: Actor,
    now: datetime,
    *,
    element_id: str | None = None,
    party: str | None = None,
    **facts: object,
) -> AuditEvent:
    """Add one event to the transaction; see ``event_row``."""
    event = AuditEvent(
        **event_row(case_id, kind, actor, now, element_id=element_id, party=party, facts=facts)
    )
    session.add(event)
    tally(session)[event.kind] += 1
    return event


def write_events(session: Session, rows: list[dict[str, object]]) -> None:
    """Write the events of a step in one statement, in order."""
    if rows:
        _INSERT.change_each(connection_of(session), rows)
        tally(session).update(str(row["kind"]) for row in rows)
