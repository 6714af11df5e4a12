"""Revision 0010: the indexes of the queues hold open tasks only; what is done leaves them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_GROUP = ["organisation_id", "route_key", "role", "due_at", "id"]
_NEW: tuple[tuple[str, list[str], str], ...] = (
    ("ix_user_tasks_free", _GROUP, "status = 'open' AND assignee_id IS NULL"),
    ("ix_user_tasks_group", _GROUP, "status = 'open'"),
    (
        "ix_user_tasks_mine",
        ["assignee_id", "due_at", "id"],
        "status = 'open' AND assignee_id IS NOT NULL",
    ),
)
_OLD: tuple[tuple[str, list[str]], ...] = (
    (
        "ix_user_tasks_free",
        ["organisation_id", "route_key", "role", "status", "assignee_id", "due_at", "id"],
    ),
    ("ix_user_tasks_group", ["organisation_id", "route_key", "role", "status", "due_at", "id"]),
    ("ix_user_tasks_assignee_id_status_due_at_id", ["assignee_id", "status", "due_at", "id"]),
)


def upgrade() -> None:
    for name, _columns in _OLD:
        op.drop_index(name, table_name="user_tasks")
    for name, columns, held in _NEW:
        where = sa.text(held)
        op.create_index(name, "user_tasks", columns, sqlite_where=where, postgresql_where=where)


def downgrade() -> None:
    for name, _columns, _held in _NEW:
        op.drop_index(name, table_name="user_tasks")
    for name, columns in _OLD:
        op.create_index(name, "user_tasks", columns)
