"""A row that two requests may make at the same moment (a double click): made once, no error."""

from __future__ import annotations

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from engine.models import Base


def make_if_absent(session: Session, kind: type[Base], **values: object) -> None:
    """Insert the row unless one with its key is there; waits for a transaction that makes it."""
    if session.get_bind().dialect.name == "sqlite":
        session.execute(sqlite.insert(kind).values(**values).on_conflict_do_nothing())
    else:
        session.execute(postgresql.insert(kind).values(**values).on_conflict_do_nothing())
