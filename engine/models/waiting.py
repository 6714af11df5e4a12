"""What a case waits for: user tasks and messages. Timers have a module of their own."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from engine.models.base import Base, EnumText, PrimaryKey
from engine.prepared import fixed


class UserTaskStatus(StrEnum):
    """OPEN (claimed when it has an assignee) until COMPLETED by a person, or CANCELLED."""

    OPEN = "open"
    COMPLETED = "completed"
    CANCELLED = "cancelled"


_OPEN = text("status = 'open'")
_FREE = text("status = 'open' AND assignee_id IS NULL")
_CLAIMED = text("status = 'open' AND assignee_id IS NOT NULL")
_URGENT = text("status = 'open' AND urgent_at IS NOT NULL")
_GROUP = ("organisation_id", "route_key", "role", "due_at", "id")


class UserTask(Base):
    """One piece of work for one person of ``role`` in ``organisation_id``.

    ``due_at`` is the instant from which it is late; ``due_day`` the last day when the term is in
    whole days (people read the day, the machine the instant). ``route_key`` repeats the case's
    route: a queue is then one range of an index, in its order. ``due_set_at`` is when it got this
    deadline: reminders before that moment were for another one. ``urgent_at`` is when the reminders
    of an urgent task are to be looked at next; those of other tasks are read at the digest.
    """

    __tablename__ = "user_tasks"
    __table_args__ = (
        UniqueConstraint("case_id", "token"),
        # Partial: a queue holds what is open, and the table what was done in years. For a group
        # what nobody has yet, and everything by its deadline; for a person what is on the name.
        Index("ix_user_tasks_free", *_GROUP, sqlite_where=_FREE, postgresql_where=_FREE),
        Index("ix_user_tasks_group", *_GROUP, sqlite_where=_OPEN, postgresql_where=_OPEN),
        Index(
            "ix_user_tasks_mine",
            *("assignee_id", "due_at", "id"),
            sqlite_where=_CLAIMED,
            postgresql_where=_CLAIMED,
        ),
        Index(None, "case_id", "status"),
        Index(None, "case_id", "element_id", "status"),
        # Partial: only urgent tasks that wait for a reminder, so nearly none.
        Index(
            "ix_user_tasks_urgent",
            *("urgent_at", "id"),
            sqlite_where=_URGENT,
            postgresql_where=_URGENT,
        ),
    )

    id: Mapped[PrimaryKey]
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    token: Mapped[str] = mapped_column(String(80))
    element_id: Mapped[str] = mapped_column(String(100))
    name: Mapped[str] = mapped_column(String(300))
    form_id: Mapped[str] = mapped_column(String(100))
    route_key: Mapped[str] = mapped_column(String(64))
    role: Mapped[str] = mapped_column(String(64))
    party: Mapped[str] = mapped_column(String(64))
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"))
    assignee_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    claimed_at: Mapped[datetime | None]
    status: Mapped[UserTaskStatus] = mapped_column(EnumText(UserTaskStatus))
    priority: Mapped[int] = mapped_column(default=50)
    created_at: Mapped[datetime]
    due_at: Mapped[datetime | None]
    due_day: Mapped[date | None]
    due_set_at: Mapped[datetime | None]
    urgent_at: Mapped[datetime | None]
    follow_up_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    completed_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))


IS_OPEN = UserTask.status == fixed(UserTaskStatus.OPEN)
"""Condition on UserTask, with the state in the text: so the partial indexes serve it."""


class MessageSubscription(Base):
    """A message the case waits for; with ``button`` people of ``role`` may send it by hand."""

    __tablename__ = "message_subscriptions"
    __table_args__ = (UniqueConstraint("case_id", "token"),)

    id: Mapped[PrimaryKey]
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    token: Mapped[str] = mapped_column(String(80))
    element_id: Mapped[str] = mapped_column(String(100))
    message: Mapped[str] = mapped_column(String(200))
    button: Mapped[str | None] = mapped_column(String(200))
    role: Mapped[str | None] = mapped_column(String(64))
    form_id: Mapped[str | None] = mapped_column(String(100))
