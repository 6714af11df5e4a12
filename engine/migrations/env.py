"""Alembic's environment: always on a connection that our own code opened."""

from __future__ import annotations

from typing import Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext

from engine.models import Base
from engine.models.base import EnumText, UtcInstant

_KEY = "sa.BigInteger().with_variant(sa.Integer(), 'sqlite')"


def _render(kind: str, item: object, _context: AutogenContext) -> str | Literal[False]:
    """Write our own column types as plain ones: a revision must not change with the models."""
    if kind != "type":
        return False
    if isinstance(item, UtcInstant):
        return "sa.DateTime(timezone=True)"
    if isinstance(item, EnumText):
        return "sa.String(24)"
    return _KEY if type(item).__name__ == "BigInteger" else False


def run() -> None:
    """Apply or compare on the connection that ``config.attributes`` holds."""
    context.configure(
        connection=context.config.attributes["connection"],
        target_metadata=Base.metadata,
        render_item=_render,
        # SQLite cannot alter a column: Alembic then copies the table.
        render_as_batch=True,
    )
    context.run_migrations()


run()
