"""Revision 0008: the letters of one organisation are found without passing those of all others."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_TO_POST = "status = 'pending' AND channel = 'print'"
_COLUMNS = ("sender_organisation_id", "organisation_id")


def upgrade() -> None:
    for column in _COLUMNS:
        op.create_index(f"ix_outbox_{column}_id", "outbox", [column, "id"])
        op.create_index(
            f"ix_outbox_to_post_{column}",
            "outbox",
            [column, "id"],
            sqlite_where=sa.text(_TO_POST),
            postgresql_where=sa.text(_TO_POST),
        )


def downgrade() -> None:
    for column in _COLUMNS:
        op.drop_index(f"ix_outbox_to_post_{column}", table_name="outbox")
        op.drop_index(f"ix_outbox_{column}_id", table_name="outbox")
