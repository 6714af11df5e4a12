"""What people do to the terms of a case, and the days that a decree made free."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column

from engine.models.base import Base, EnumText, PrimaryKey


class TermChangeKind(StrEnum):
    """A PAUSE holds days that do not count; an EXTENSION gives a term more time."""

    PAUSE = "pause"
    EXTENSION = "extension"


_OPEN_PAUSE = sql("kind = 'pause' AND ended_on IS NULL AND withdrawn_at IS NULL")


class TermChange(Base):
    """One pause (Awb 4:15) or extension (Awb 4:14) of a named term in one case.

    Dates are local days. ``told_on``: of a pause the day on which the request was sent (or, for a
    ground with days of its own, the first such day); of an extension the day of its notice.
    ``until``: of a pause the last day that it was given, of an extension the last day that was
    named (null for one of a fixed ``duration``). ``ended_on``: the day from which the term runs
    again; null as long as nothing came in. A withdrawn change counts for nothing. Corrections
    overwrite; what stood there before is in the audit trail.
    """

    __tablename__ = "term_changes"
    __table_args__ = (
        Index(
            "ix_term_changes_open_pauses",
            *("until", "id"),
            sqlite_where=_OPEN_PAUSE,
            postgresql_where=_OPEN_PAUSE,
        ),
    )

    id: Mapped[PrimaryKey]
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    term: Mapped[str] = mapped_column(String(64))
    kind: Mapped[TermChangeKind] = mapped_column(EnumText(TermChangeKind))
    ground: Mapped[str | None] = mapped_column(String(24))
    told_on: Mapped[date]
    until: Mapped[date | None]
    ended_on: Mapped[date | None]
    duration: Mapped[str | None] = mapped_column(String(40))
    text: Mapped[str] = mapped_column(Text, default="")
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"))
    withdrawn_at: Mapped[datetime | None]


class DecreeDay(Base):
    """A day that a royal decree equated with a holiday (Algemene termijnenwet, article 3(3)).

    Those known when the program was made are in ``engine.calendar``; an administrator adds here.
    ``recount_after`` is the id of the last case whose terms were counted again because of this
    day; null when every open case was.
    """

    __tablename__ = "decree_days"

    day: Mapped[date] = mapped_column(primary_key=True)
    source: Mapped[str] = mapped_column(String(300))
    added_at: Mapped[datetime]
    added_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    withdrawn_at: Mapped[datetime | None]
    recount_after: Mapped[int | None]
