"""Revision 0006: what is in trouble (open incidents, failed letters) is found without a scan."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_INDEXES = (
    ("ix_incidents_open", "incidents", "status = 'open'"),
    ("ix_outbox_failed", "outbox", "status = 'failed'"),
)


def upgrade() -> None:
    for name, table, held in _INDEXES:
        op.create_index(
            name, table, ["id"], sqlite_where=sa.text(held), postgresql_where=sa.text(held)
        )


def downgrade() -> None:
    for name, table, _held in reversed(_INDEXES):
        op.drop_index(name, table_name=table)
