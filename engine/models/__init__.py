"""The tables, one noun a module. Nothing here decides; services do.

Instants are stored in UTC and come back aware; local dates are dates; ordered JSON is text
(PostgreSQL's ``jsonb`` reorders keys, and the order of saved tasks matters).
"""

from engine.models.audit import AuditEvent
from engine.models.base import Base
from engine.models.cases import Case, CaseParty, CaseState, CaseStatus, Note, SentStart
from engine.models.definitions import ProcessDefinition, RouteFile
from engine.models.documents import Attachment, FormDraft, FormRecord, TaskDraft
from engine.models.incidents import Incident, IncidentStatus
from engine.models.outbox import Channel, OutboxMessage, OutboxStatus
from engine.models.people import (
    CalendarFeed,
    LoginThrottle,
    Membership,
    OneTimeLink,
    Organisation,
    Person,
    RouteOrganisation,
)
from engine.models.terms import DecreeDay, TermChange, TermChangeKind
from engine.models.timers import Timer, TimerStatus
from engine.models.waiting import IS_OPEN, MessageSubscription, UserTask, UserTaskStatus

__all__ = [
    "IS_OPEN",
    "Attachment",
    "AuditEvent",
    "Base",
    "CalendarFeed",
    "Case",
    "CaseParty",
    "CaseState",
    "CaseStatus",
    "Channel",
    "DecreeDay",
    "FormDraft",
    "FormRecord",
    "Incident",
    "IncidentStatus",
    "LoginThrottle",
    "Membership",
    "MessageSubscription",
    "Note",
    "OneTimeLink",
    "Organisation",
    "OutboxMessage",
    "OutboxStatus",
    "Person",
    "ProcessDefinition",
    "RouteFile",
    "RouteOrganisation",
    "SentStart",
    "TaskDraft",
    "TermChange",
    "TermChangeKind",
    "Timer",
    "TimerStatus",
    "UserTask",
    "UserTaskStatus",
]
