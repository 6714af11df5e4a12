"""Incident: a fault of the route that stops a step until a person resolves it."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from engine.models.base import Base, EnumText, PrimaryKey


class IncidentStatus(StrEnum):
    """OPEN until a retry goes well or the case ends (RESOLVED)."""

    OPEN = "open"
    RESOLVED = "resolved"


_OPEN = text("status = 'open'")


class Incident(Base):
    """``trigger`` is what was tried, as JSON text: enough to try it again from the case page.

    ``trigger_key`` says which wait of the case it concerns ("complete:12", "timer:7"): a second
    fault of the same wait is another attempt, not another incident. ``case_id`` is None for the
    start form of a route (``definition_id``): there is no case yet. ``names`` are the names, never
    the values, that the faulty expression reads: a comma list.
    """

    __tablename__ = "incidents"
    __table_args__ = (
        Index(None, "case_id", "status"),
        Index(None, "definition_id", "status"),
        Index("ix_incidents_open", "id", sqlite_where=_OPEN, postgresql_where=_OPEN),
    )

    id: Mapped[PrimaryKey]
    case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"))
    definition_id: Mapped[int | None] = mapped_column(ForeignKey("process_definitions.id"))
    status: Mapped[IncidentStatus] = mapped_column(EnumText(IncidentStatus))
    element_id: Mapped[str] = mapped_column(String(100))
    place: Mapped[str] = mapped_column(String(60))
    message: Mapped[str] = mapped_column(Text)
    names: Mapped[str] = mapped_column(Text, default="", server_default="")
    trigger_key: Mapped[str] = mapped_column(String(160), default="")
    trigger: Mapped[str] = mapped_column(Text)
    opened_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=1)
    resolved_at: Mapped[datetime | None]
    resolved_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
