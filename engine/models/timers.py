"""Timer: a BPMN timer that moves the token at ``fires_at``. Found by index, never by walking."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from engine.models.base import Base, EnumText, PrimaryKey


class TimerStatus(StrEnum):
    """WAITING until FIRED, CANCELLED by the route, or FAILED (an Incident is open)."""

    WAITING = "waiting"
    FIRED = "fired"
    CANCELLED = "cancelled"
    FAILED = "failed"


_WAITING = text("status = 'waiting'")
_FAILED = text("status = 'failed'")
_FIRED = text("status = 'fired'")


class Timer(Base):
    """``last_day`` is set when the term is in whole days: it fires at 00:00 of the next day."""

    __tablename__ = "timers"
    __table_args__ = (
        # Partial: only what can still fire, so a million fired timers cost a tick nothing.
        Index(
            "ix_timers_waiting",
            "fires_at",
            "id",
            sqlite_where=_WAITING,
            postgresql_where=_WAITING,
        ),
        # For the administrator: what failed, and what fired last.
        Index(
            "ix_timers_failed",
            *("fires_at", "id"),
            sqlite_where=_FAILED,
            postgresql_where=_FAILED,
        ),
        Index(
            "ix_timers_fired",
            *("ended_at", "id"),
            sqlite_where=_FIRED,
            postgresql_where=_FIRED,
        ),
        Index(None, "case_id", "status"),
    )

    id: Mapped[PrimaryKey]
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    token: Mapped[str] = mapped_column(String(80))
    element_id: Mapped[str] = mapped_column(String(100))
    name: Mapped[str] = mapped_column(String(300))
    status: Mapped[TimerStatus] = mapped_column(EnumText(TimerStatus))
    created_at: Mapped[datetime]
    fires_at: Mapped[datetime]
    last_day: Mapped[date | None]
    ended_at: Mapped[datetime | None]
