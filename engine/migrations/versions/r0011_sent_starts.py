"""Revision 0011: which page of a start form started which case, so that none starts two."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "sent_starts",
        sa.Column("person_id", KEY, nullable=False),
        sa.Column("sending", sa.String(64), nullable=False),
        sa.Column("answers", sa.String(64), nullable=False),
        sa.Column("case_id", KEY, nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_sent_starts_person_id")
        ),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_sent_starts_case_id")),
        sa.PrimaryKeyConstraint("person_id", "sending", name=op.f("pk_sent_starts")),
    )


def downgrade() -> None:
    op.drop_table("sent_starts")
