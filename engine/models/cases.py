"""Case: one running instance of a route for one client, and the parties that take part in it."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from engine.models.base import Base, EnumText, PrimaryKey


class CaseStatus(StrEnum):
    """OPEN until the main process ends (COMPLETED) or a person ends the case (CLOSED)."""

    OPEN = "open"
    COMPLETED = "completed"
    CLOSED = "closed"


class Case(Base):
    """What people see of a case in lists. Most steps change nothing of it.

    A linked case (an objection) names its main case as ``parent_id``; the id of a main case is
    always lower than that of its linked cases.
    """

    __tablename__ = "cases"
    # Autoincrement: the case number is made of the key, so a key must never be given out again.
    __table_args__ = (
        Index(None, "status", "id"),
        Index(None, "client_name_folded"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[PrimaryKey]
    number: Mapped[str] = mapped_column(String(32), unique=True)
    definition_id: Mapped[int] = mapped_column(ForeignKey("process_definitions.id"), index=True)
    process_id: Mapped[str] = mapped_column(String(100))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"), index=True)
    status: Mapped[CaseStatus] = mapped_column(EnumText(CaseStatus))
    client_name: Mapped[str] = mapped_column(String(200), default="")
    client_name_folded: Mapped[str] = mapped_column(String(200), default="")
    client_email: Mapped[str] = mapped_column(String(254), default="")
    client_mail_allowed: Mapped[bool] = mapped_column(default=False)
    client_mail_stopped: Mapped[bool] = mapped_column(default=False)
    started_at: Mapped[datetime]
    started_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    ended_at: Mapped[datetime | None]
    outcome_id: Mapped[str | None] = mapped_column(String(100))
    outcome: Mapped[str | None] = mapped_column(String(300))


class SentStart(Base):
    """A start form that a person sent. ``sending`` is of the page: sent again, it is the same.

    ``answers`` is the SHA-256 of what was answered. ``case_id`` is null only within the transaction
    that starts the case.
    """

    __tablename__ = "sent_starts"

    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True)
    sending: Mapped[str] = mapped_column(String(64), primary_key=True)
    answers: Mapped[str] = mapped_column(String(64))
    case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"))


class CaseState(Base):
    """What the engine needs to go on: ordered JSON text, never read by lists.

    ``execution`` is empty for an ended case (its tree is gone); ``variables`` stay as end data.
    ``revision`` grows with every step: what the row lock does not catch becomes a StaleCase.
    """

    __tablename__ = "case_states"

    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    execution: Mapped[str] = mapped_column(Text)
    variables: Mapped[str] = mapped_column(Text)
    revision: Mapped[int]


class CaseParty(Base):
    """Which organisation is ``party`` in this case, and from when till when it takes part.

    ``since`` is null as long as the organisation is only known by name: it sees nothing yet.
    """

    __tablename__ = "case_parties"
    __table_args__ = (
        Index(None, "organisation_id", "case_id"),
        UniqueConstraint("case_id", "party", "organisation_id"),
    )

    id: Mapped[PrimaryKey]
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    party: Mapped[str] = mapped_column(String(64))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    since: Mapped[datetime | None]
    until: Mapped[datetime | None]


class Note(Base):
    """A remark on a case; only the author's own organisation reads it."""

    __tablename__ = "notes"

    id: Mapped[PrimaryKey]
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"))
    author_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    at: Mapped[datetime]
    text: Mapped[str] = mapped_column(Text)
