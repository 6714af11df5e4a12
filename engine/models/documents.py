"""What people filled in and handed over: completed forms, drafts and attachments."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from engine.models.base import Base, PrimaryKey


class FormRecord(Base):
    """A completed form as it was answered, and which parties may read it.

    ``shared_with`` is a comma list of parties besides the own organisation; ``share_condition`` a
    FEEL condition that is evaluated when somebody looks, so withdrawn consent withholds at once.
    """

    __tablename__ = "form_records"
    __table_args__ = (Index(None, "case_id", "id"),)

    id: Mapped[PrimaryKey]
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    user_task_id: Mapped[int | None] = mapped_column(ForeignKey("user_tasks.id"))
    element_id: Mapped[str] = mapped_column(String(100))
    title: Mapped[str] = mapped_column(String(300))
    form_id: Mapped[str] = mapped_column(String(100))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"))
    at: Mapped[datetime]
    values: Mapped[str] = mapped_column(Text)
    shared_with: Mapped[str] = mapped_column(String(300), default="")
    share_condition: Mapped[str] = mapped_column(Text, default="")


class TaskDraft(Base):
    """What a person typed in a user task that is not completed (yet)."""

    __tablename__ = "task_drafts"

    user_task_id: Mapped[int] = mapped_column(ForeignKey("user_tasks.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True)
    values: Mapped[str] = mapped_column(Text)
    saved_at: Mapped[datetime]


class FormDraft(Base):
    """What a person typed in a form outside user tasks that could not be worked out.

    ``place`` says which form: the start of a route, a button of a case, a correction.
    """

    __tablename__ = "form_drafts"

    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True)
    place: Mapped[str] = mapped_column(String(160), primary_key=True)
    values: Mapped[str] = mapped_column(Text)
    saved_at: Mapped[datetime]


class Attachment(Base):
    """A file handed over in a form. Until ``form_record_id`` is set it belongs to a draft."""

    __tablename__ = "attachments"
    __table_args__ = (Index(None, "case_id", "id"),)

    id: Mapped[PrimaryKey]
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    user_task_id: Mapped[int | None] = mapped_column(ForeignKey("user_tasks.id"), index=True)
    form_record_id: Mapped[int | None] = mapped_column(ForeignKey("form_records.id"))
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"))
    field: Mapped[str] = mapped_column(String(200))
    filename: Mapped[str] = mapped_column(String(200))
    media_type: Mapped[str] = mapped_column(String(100))
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    uploaded_by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    uploaded_at: Mapped[datetime]
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
