"""Revision 0007: pauses that nobody ended are found without a scan."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_OPEN = "kind = 'pause' AND ended_on IS NULL AND withdrawn_at IS NULL"


def upgrade() -> None:
    op.create_index(
        "ix_term_changes_open_pauses",
        "term_changes",
        ["until", "id"],
        sqlite_where=sa.text(_OPEN),
        postgresql_where=sa.text(_OPEN),
    )


def downgrade() -> None:
    op.drop_index("ix_term_changes_open_pauses", table_name="term_changes")
