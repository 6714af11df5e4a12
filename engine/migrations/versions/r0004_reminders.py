"""Revision 0004: reminders, digests, calendar feeds, and what the clock room reads."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
_INDEXES = (
    (
        "ix_user_tasks_urgent",
        "user_tasks",
        "urgent_at",
        "status = 'open' AND urgent_at IS NOT NULL",
    ),
    ("ix_people_digest", "people", "digest_at", "disabled_at IS NULL"),
    ("ix_timers_failed", "timers", "fires_at", "status = 'failed'"),
    ("ix_timers_fired", "timers", "ended_at", "status = 'fired'"),
)


def upgrade() -> None:
    op.add_column("user_tasks", sa.Column("due_set_at", INSTANT, nullable=True))
    op.add_column("user_tasks", sa.Column("urgent_at", INSTANT, nullable=True))
    tasks = sa.table(
        "user_tasks", *(sa.column(name) for name in ("due_at", "due_set_at", "created_at"))
    )
    # When an older task got its deadline is not known: at the latest now, at the earliest then.
    op.execute(
        tasks.update().where(tasks.c.due_at.is_not(None)).values(due_set_at=tasks.c.created_at)
    )
    op.add_column(
        "people", sa.Column("digest_hour", KEY, nullable=False, server_default=sa.text("8"))
    )
    op.add_column("people", sa.Column("digest_at", INSTANT, nullable=True))
    op.add_column("people", sa.Column("digested_at", INSTANT, nullable=True))
    op.create_table(
        "calendar_feeds",
        sa.Column("person_id", KEY, nullable=False),
        sa.Column("secret_sha256", sa.String(length=64), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_calendar_feeds_person_id")
        ),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_calendar_feeds")),
        sa.UniqueConstraint("secret_sha256", name=op.f("uq_calendar_feeds_secret_sha256")),
    )
    for name, table, column, where in _INDEXES:
        condition = sa.text(where)
        op.create_index(
            name, table, [column, "id"], sqlite_where=condition, postgresql_where=condition
        )


def downgrade() -> None:
    for name, table, _column, _where in reversed(_INDEXES):
        op.drop_index(name, table_name=table)
    op.drop_table("calendar_feeds")
    for column in ("digested_at", "digest_at", "digest_hour"):
        op.drop_column("people", column)
    for column in ("urgent_at", "due_set_at"):
        op.drop_column("user_tasks", column)
