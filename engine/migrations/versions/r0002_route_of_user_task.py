"""Revision 0002: a user task says of which route it is, so that worklists need no other table."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_OLD = "ix_user_tasks_organisation_id_role_status_due_at_id"


def upgrade() -> None:
    op.add_column("user_tasks", sa.Column("route_key", sa.String(length=64), nullable=True))
    tasks = sa.table("user_tasks", sa.column("case_id"), sa.column("route_key"))
    cases = sa.table("cases", sa.column("id"), sa.column("definition_id"))
    routes = sa.table("process_definitions", sa.column("id"), sa.column("key"))
    key = (
        sa.select(routes.c.key)
        .where(routes.c.id == cases.c.definition_id, cases.c.id == tasks.c.case_id)
        .correlate(tasks)
        .scalar_subquery()
    )
    op.execute(tasks.update().values(route_key=key))
    with op.batch_alter_table("user_tasks", schema=None) as batch_op:
        batch_op.alter_column("route_key", existing_type=sa.String(length=64), nullable=False)
        batch_op.drop_index(_OLD)
        batch_op.create_index(
            "ix_user_tasks_free",
            ["organisation_id", "route_key", "role", "status", "assignee_id", "due_at", "id"],
        )
        batch_op.create_index(
            "ix_user_tasks_group",
            ["organisation_id", "route_key", "role", "status", "due_at", "id"],
        )


def downgrade() -> None:
    with op.batch_alter_table("user_tasks", schema=None) as batch_op:
        batch_op.drop_index("ix_user_tasks_group")
        batch_op.drop_index("ix_user_tasks_free")
        batch_op.create_index(_OLD, ["organisation_id", "role", "status", "due_at", "id"])
        batch_op.drop_column("route_key")
