"""What happened, past tense: the only place where AuditEvents are made."""

from __future__ import annotations

import json
from datetime import datetime
from enum import StrEnum

from sqlalchemy.orm import Session

from engine.actors import Actor
from engine.models import AuditEvent


class AuditKind(StrEnum):
    """What the engine itself records; ``tasks`` adds kinds of its own as plain text."""

    CASE_STARTED = "case_started"
    TASK_COMPLETED = "task_completed"
    TASK_CANCELLED = "task_cancelled"
    TASK_REASSIGNED = "task_reassigned"
    TIMER_FIRED = "timer_fired"
    MESSAGE_RECEIVED = "message_received"
    MESSAGE_UNHEARD = "message_unheard"
    DECISION_TAKEN = "decision_taken"
    LETTER_WRITTEN = "letter_written"
    LETTER_WITHHELD = "letter_withheld"
    PARTY_JOINED = "party_joined"
    PARTY_LEFT = "party_left"
    FACT_CORRECTED = "fact_corrected"
    INCIDENT_OPENED = "incident_opened"
    INCIDENT_RESOLVED = "incident_resolved"
    LINKED_CASE_STARTED = "linked_case_started"
    CASE_COMPLETED = "case_completed"
    CASE_CLOSED = "case_closed"


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
    """Add one event to the transaction. ``facts`` are small JSON values, never what a form held."""
    event = AuditEvent(
        case_id=case_id,
        at=now,
        kind=str(kind),
        person_id=actor.person_id,
        organisation_id=actor.organisation_id,
        party=party,
        element_id=element_id,
        data=json.dumps(facts, ensure_ascii=False, separators=(",", ":")),
    )
    session.add(event)
    return event
