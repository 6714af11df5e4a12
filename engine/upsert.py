"""A row that two requests may make at the same moment (a double click): made once, no error."""

from __future__ import annotations

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from engine.models import Base


def make_if_absent(session: Session, kind: type[Base], **values: object) -> bool:
    """Insert the row unless one with its key is there; waits for a transaction that makes it.

    False when it was there.
    """
    dialect = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    row = dialect.insert(kind).values(**values).on_conflict_do_nothing()
    made = session.connection().execute(row, execution_options={"preserve_rowcount": True})
    return made.rowcount == 1
