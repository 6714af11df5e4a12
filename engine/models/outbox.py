"""OutboxMessage: a letter that has been written in a step and leaves after its commit."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from engine.models.base import Base, EnumText, PrimaryKey


class Channel(StrEnum):
    """EMAIL leaves by mail; PRINT waits on the case page for someone to print and post it."""

    EMAIL = "email"
    PRINT = "print"


class OutboxStatus(StrEnum):
    """PENDING until SENT; FAILED after the last attempt; CANCELLED when the case stops first."""

    PENDING = "pending"
    SENT = "sent"
    FAILED = "failed"
    CANCELLED = "cancelled"


# Letters for paper may wait for ever: they must not lie in the way of those that can leave.
_PENDING = text("status = 'pending' AND channel = 'email'")
_FAILED = text("status = 'failed'")
_TO_POST = text("status = 'pending' AND channel = 'print'")
ORGANISATIONS = ("sender_organisation_id", "organisation_id")


class OutboxMessage(Base):
    """``message_id`` is made with the row and never changes: a receiver can drop repeats.

    ``audience`` is "client", "party:<party>", "role:<role>" or "address"; ``organisation_id`` who
    besides the sender's organisation may read it on the case page.
    """

    __tablename__ = "outbox"
    __table_args__ = (
        Index(
            "ix_outbox_pending",
            "next_attempt_at",
            "id",
            sqlite_where=_PENDING,
            postgresql_where=_PENDING,
        ),
        Index("ix_outbox_failed", "id", sqlite_where=_FAILED, postgresql_where=_FAILED),
        Index(None, "case_id", "id"),
        # The letters of an organisation, newest first: those it sent, and those it got.
        *(Index(None, column, "id") for column in ORGANISATIONS),
        *(
            Index(
                f"ix_outbox_to_post_{column}",
                column,
                "id",
                sqlite_where=_TO_POST,
                postgresql_where=_TO_POST,
            )
            for column in ORGANISATIONS
        ),
    )

    id: Mapped[PrimaryKey]
    case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"))
    message_id: Mapped[str] = mapped_column(String(200), unique=True)
    letter_id: Mapped[str] = mapped_column(String(100))
    element_id: Mapped[str] = mapped_column(String(100))
    title: Mapped[str] = mapped_column(String(300))
    audience: Mapped[str] = mapped_column(String(80))
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"))
    sender_organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"))
    channel: Mapped[Channel] = mapped_column(EnumText(Channel))
    recipients: Mapped[str] = mapped_column(Text)
    subject: Mapped[str] = mapped_column(String(300))
    body_text: Mapped[str] = mapped_column(Text)
    body_html: Mapped[str] = mapped_column(Text)
    status: Mapped[OutboxStatus] = mapped_column(EnumText(OutboxStatus))
    created_at: Mapped[datetime]
    next_attempt_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str | None] = mapped_column(String(300))
    sent_at: Mapped[datetime | None]
