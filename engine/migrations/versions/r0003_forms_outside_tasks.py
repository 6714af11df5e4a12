"""Revision 0003: drafts of forms outside user tasks; faults of a form that has no case yet."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "form_drafts",
        sa.Column("person_id", KEY, nullable=False),
        sa.Column("place", sa.String(length=160), nullable=False),
        sa.Column("values", sa.Text(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_form_drafts_person_id")
        ),
        sa.PrimaryKeyConstraint("person_id", "place", name=op.f("pk_form_drafts")),
    )
    with op.batch_alter_table("incidents", schema=None) as batch_op:
        batch_op.alter_column("case_id", existing_type=KEY, nullable=True)
        batch_op.add_column(sa.Column("definition_id", KEY, nullable=True))
        batch_op.add_column(
            sa.Column("names", sa.Text(), nullable=False, server_default=sa.text("''"))
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_incidents_definition_id"),
            "process_definitions",
            ["definition_id"],
            ["id"],
        )
        batch_op.create_index(
            batch_op.f("ix_incidents_definition_id_status"),
            ["definition_id", "status"],
            unique=False,
        )


def downgrade() -> None:
    incidents = sa.table("incidents", sa.column("case_id"))
    op.execute(incidents.delete().where(incidents.c.case_id.is_(None)))
    with op.batch_alter_table("incidents", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_incidents_definition_id_status"))
        batch_op.drop_constraint(batch_op.f("fk_incidents_definition_id"), type_="foreignkey")
        batch_op.drop_column("names")
        batch_op.drop_column("definition_id")
        batch_op.alter_column("case_id", existing_type=KEY, nullable=False)
    op.drop_table("form_drafts")
