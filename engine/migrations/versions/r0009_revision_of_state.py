"""Revision 0009: the revision of a case stands beside its state: most steps leave the case alone.

``changed_at`` goes: nothing reads it, and the audit trail says when each step was.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_cases = sa.table("cases", sa.column("id"), sa.column("revision"))
_states = sa.table("case_states", sa.column("case_id"), sa.column("revision"))


def upgrade() -> None:
    op.add_column(
        "case_states",
        sa.Column("revision", KEY, nullable=False, server_default=sa.text("0")),
    )
    of_case = sa.select(_cases.c.revision).where(_cases.c.id == _states.c.case_id)
    op.execute(_states.update().values(revision=of_case.scalar_subquery()))
    op.drop_column("cases", "revision")
    op.drop_column("cases", "changed_at")


def downgrade() -> None:
    op.add_column("cases", sa.Column("changed_at", sa.DateTime(timezone=True)))
    op.add_column(
        "cases",
        sa.Column("revision", KEY, nullable=False, server_default=sa.text("0")),
    )
    of_state = sa.select(_states.c.revision).where(_states.c.case_id == _cases.c.id)
    op.execute(_cases.update().values(revision=of_state.scalar_subquery()))
    op.drop_column("case_states", "revision")
