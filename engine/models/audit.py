"""AuditEvent: what happened, past tense, append-only."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from engine.models.base import Base, PrimaryKey


class AuditEvent(Base):
    """``kind`` is past tense ("task_completed"); ``data`` small JSON text of facts, no form values.

    ``party`` limits who reads it on the timeline: null is everyone who takes part at that time.
    """

    __tablename__ = "audit_events"
    __table_args__ = (Index(None, "case_id", "id"),)

    id: Mapped[PrimaryKey]
    case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"))
    at: Mapped[datetime]
    kind: Mapped[str] = mapped_column(String(40))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"))
    party: Mapped[str | None] = mapped_column(String(64))
    element_id: Mapped[str | None] = mapped_column(String(100))
    data: Mapped[str] = mapped_column(Text, default="{}")
