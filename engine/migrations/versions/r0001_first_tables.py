"""Revision 0001: the first tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

# SQLite only makes an automatic key of the exact type INTEGER.
KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "login_throttles",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("failures", KEY, nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("blocked_until", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_login_throttles")),
    )
    op.create_table(
        "organisations",
        sa.Column("id", KEY, nullable=False),
        sa.Column("slug", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisations")),
        sa.UniqueConstraint("slug", name=op.f("uq_organisations_slug")),
    )
    op.create_table(
        "people",
        sa.Column("id", KEY, nullable=False),
        sa.Column("username", sa.String(length=100), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=True),
        sa.Column("is_administrator", sa.Boolean(), nullable=False),
        sa.Column("disabled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("session_epoch", KEY, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_people")),
        sa.UniqueConstraint("username", name=op.f("uq_people_username")),
    )
    op.create_table(
        "process_definitions",
        sa.Column("id", KEY, nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("version", KEY, nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("deployed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deployed_by", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_process_definitions")),
        sa.UniqueConstraint("key", "sha256", name=op.f("uq_process_definitions_key_sha256")),
        sa.UniqueConstraint("key", "version", name=op.f("uq_process_definitions_key_version")),
    )
    op.create_table(
        "cases",
        sa.Column("id", KEY, nullable=False),
        sa.Column("number", sa.String(length=32), nullable=False),
        sa.Column("definition_id", KEY, nullable=False),
        sa.Column("process_id", sa.String(length=100), nullable=False),
        sa.Column("parent_id", KEY, nullable=True),
        sa.Column("status", sa.String(24), nullable=False),
        sa.Column("client_name", sa.String(length=200), nullable=False),
        sa.Column("client_name_folded", sa.String(length=200), nullable=False),
        sa.Column("client_email", sa.String(length=254), nullable=False),
        sa.Column("client_mail_allowed", sa.Boolean(), nullable=False),
        sa.Column("client_mail_stopped", sa.Boolean(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_by_id", KEY, nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome_id", sa.String(length=100), nullable=True),
        sa.Column("outcome", sa.String(length=300), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revision", KEY, nullable=False),
        sa.ForeignKeyConstraint(
            ["definition_id"], ["process_definitions.id"], name=op.f("fk_cases_definition_id")
        ),
        sa.ForeignKeyConstraint(["parent_id"], ["cases.id"], name=op.f("fk_cases_parent_id")),
        sa.ForeignKeyConstraint(
            ["started_by_id"], ["people.id"], name=op.f("fk_cases_started_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cases")),
        sa.UniqueConstraint("number", name=op.f("uq_cases_number")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("cases", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_cases_client_name_folded"), ["client_name_folded"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_cases_definition_id"), ["definition_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_cases_parent_id"), ["parent_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_cases_status_id"), ["status", "id"], unique=False)

    op.create_table(
        "memberships",
        sa.Column("id", KEY, nullable=False),
        sa.Column("person_id", KEY, nullable=False),
        sa.Column("organisation_id", KEY, nullable=False),
        sa.Column("route_key", sa.String(length=64), nullable=False),
        sa.Column("role", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_memberships_organisation_id")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_memberships_person_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_memberships")),
        sa.UniqueConstraint(
            "person_id",
            "organisation_id",
            "route_key",
            "role",
            name=op.f("uq_memberships_person_id_organisation_id_route_key_role"),
        ),
    )
    with op.batch_alter_table("memberships", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_memberships_organisation_id_route_key_role"),
            ["organisation_id", "route_key", "role"],
            unique=False,
        )

    op.create_table(
        "one_time_links",
        sa.Column("secret_sha256", sa.String(length=64), nullable=False),
        sa.Column("person_id", KEY, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_one_time_links_person_id")
        ),
        sa.PrimaryKeyConstraint("secret_sha256", name=op.f("pk_one_time_links")),
    )
    with op.batch_alter_table("one_time_links", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_one_time_links_person_id"), ["person_id"], unique=False
        )

    op.create_table(
        "route_files",
        sa.Column("definition_id", KEY, nullable=False),
        sa.Column("path", sa.String(length=200), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["definition_id"], ["process_definitions.id"], name=op.f("fk_route_files_definition_id")
        ),
        sa.PrimaryKeyConstraint("definition_id", "path", name=op.f("pk_route_files")),
    )
    op.create_table(
        "route_organisations",
        sa.Column("id", KEY, nullable=False),
        sa.Column("route_key", sa.String(length=64), nullable=False),
        sa.Column("party", sa.String(length=64), nullable=False),
        sa.Column("organisation_id", KEY, nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisations.id"],
            name=op.f("fk_route_organisations_organisation_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_route_organisations")),
        sa.UniqueConstraint(
            "route_key",
            "party",
            "organisation_id",
            name=op.f("uq_route_organisations_route_key_party_organisation_id"),
        ),
    )
    with op.batch_alter_table("route_organisations", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_route_organisations_organisation_id"), ["organisation_id"], unique=False
        )

    op.create_table(
        "audit_events",
        sa.Column("id", KEY, nullable=False),
        sa.Column("case_id", KEY, nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("person_id", KEY, nullable=True),
        sa.Column("organisation_id", KEY, nullable=True),
        sa.Column("party", sa.String(length=64), nullable=True),
        sa.Column("element_id", sa.String(length=100), nullable=True),
        sa.Column("data", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_audit_events_case_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_audit_events_organisation_id")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_audit_events_person_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_events")),
    )
    with op.batch_alter_table("audit_events", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_audit_events_case_id_id"), ["case_id", "id"], unique=False
        )

    op.create_table(
        "case_parties",
        sa.Column("id", KEY, nullable=False),
        sa.Column("case_id", KEY, nullable=False),
        sa.Column("party", sa.String(length=64), nullable=False),
        sa.Column("organisation_id", KEY, nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_case_parties_case_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_case_parties_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_parties")),
        sa.UniqueConstraint(
            "case_id",
            "party",
            "organisation_id",
            name=op.f("uq_case_parties_case_id_party_organisation_id"),
        ),
    )
    with op.batch_alter_table("case_parties", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_case_parties_organisation_id_case_id"),
            ["organisation_id", "case_id"],
            unique=False,
        )

    op.create_table(
        "case_states",
        sa.Column("case_id", KEY, nullable=False),
        sa.Column("execution", sa.Text(), nullable=False),
        sa.Column("variables", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_case_states_case_id")),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_case_states")),
    )
    op.create_table(
        "incidents",
        sa.Column("id", KEY, nullable=False),
        sa.Column("case_id", KEY, nullable=False),
        sa.Column("status", sa.String(24), nullable=False),
        sa.Column("element_id", sa.String(length=100), nullable=False),
        sa.Column("place", sa.String(length=60), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("trigger_key", sa.String(length=160), nullable=False),
        sa.Column("trigger", sa.Text(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", KEY, nullable=False),
        sa.Column("resolved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("resolved_by_id", KEY, nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_incidents_case_id")),
        sa.ForeignKeyConstraint(
            ["resolved_by_id"], ["people.id"], name=op.f("fk_incidents_resolved_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incidents")),
    )
    with op.batch_alter_table("incidents", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_incidents_case_id_status"), ["case_id", "status"], unique=False
        )

    op.create_table(
        "message_subscriptions",
        sa.Column("id", KEY, nullable=False),
        sa.Column("case_id", KEY, nullable=False),
        sa.Column("token", sa.String(length=80), nullable=False),
        sa.Column("element_id", sa.String(length=100), nullable=False),
        sa.Column("message", sa.String(length=200), nullable=False),
        sa.Column("button", sa.String(length=200), nullable=True),
        sa.Column("role", sa.String(length=64), nullable=True),
        sa.Column("form_id", sa.String(length=100), nullable=True),
        sa.ForeignKeyConstraint(
            ["case_id"], ["cases.id"], name=op.f("fk_message_subscriptions_case_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message_subscriptions")),
        sa.UniqueConstraint(
            "case_id", "token", name=op.f("uq_message_subscriptions_case_id_token")
        ),
    )
    op.create_table(
        "notes",
        sa.Column("id", KEY, nullable=False),
        sa.Column("case_id", KEY, nullable=False),
        sa.Column("organisation_id", KEY, nullable=True),
        sa.Column("author_id", KEY, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["people.id"], name=op.f("fk_notes_author_id")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_notes_case_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_notes_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notes")),
    )
    with op.batch_alter_table("notes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_notes_case_id"), ["case_id"], unique=False)

    op.create_table(
        "outbox",
        sa.Column("id", KEY, nullable=False),
        sa.Column("case_id", KEY, nullable=True),
        sa.Column("message_id", sa.String(length=200), nullable=False),
        sa.Column("letter_id", sa.String(length=100), nullable=False),
        sa.Column("element_id", sa.String(length=100), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("audience", sa.String(length=80), nullable=False),
        sa.Column("organisation_id", KEY, nullable=True),
        sa.Column("sender_organisation_id", KEY, nullable=True),
        sa.Column("channel", sa.String(24), nullable=False),
        sa.Column("recipients", sa.Text(), nullable=False),
        sa.Column("subject", sa.String(length=300), nullable=False),
        sa.Column("body_text", sa.Text(), nullable=False),
        sa.Column("body_html", sa.Text(), nullable=False),
        sa.Column("status", sa.String(24), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("next_attempt_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", KEY, nullable=False),
        sa.Column("last_error", sa.String(length=300), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_outbox_case_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_outbox_organisation_id")
        ),
        sa.ForeignKeyConstraint(
            ["sender_organisation_id"],
            ["organisations.id"],
            name=op.f("fk_outbox_sender_organisation_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
        sa.UniqueConstraint("message_id", name=op.f("uq_outbox_message_id")),
    )
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_outbox_case_id_id"), ["case_id", "id"], unique=False)
        batch_op.create_index(
            "ix_outbox_pending",
            ["next_attempt_at", "id"],
            unique=False,
            sqlite_where=sa.text("status = 'pending' AND channel = 'email'"),
            postgresql_where=sa.text("status = 'pending' AND channel = 'email'"),
        )

    op.create_table(
        "timers",
        sa.Column("id", KEY, nullable=False),
        sa.Column("case_id", KEY, nullable=False),
        sa.Column("token", sa.String(length=80), nullable=False),
        sa.Column("element_id", sa.String(length=100), nullable=False),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("status", sa.String(24), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("fires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_timers_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_timers")),
    )
    with op.batch_alter_table("timers", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_timers_case_id_status"), ["case_id", "status"], unique=False
        )
        batch_op.create_index(
            "ix_timers_waiting",
            ["fires_at", "id"],
            unique=False,
            sqlite_where=sa.text("status = 'waiting'"),
            postgresql_where=sa.text("status = 'waiting'"),
        )

    op.create_table(
        "user_tasks",
        sa.Column("id", KEY, nullable=False),
        sa.Column("case_id", KEY, nullable=False),
        sa.Column("token", sa.String(length=80), nullable=False),
        sa.Column("element_id", sa.String(length=100), nullable=False),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("form_id", sa.String(length=100), nullable=False),
        sa.Column("role", sa.String(length=64), nullable=False),
        sa.Column("party", sa.String(length=64), nullable=False),
        sa.Column("organisation_id", KEY, nullable=True),
        sa.Column("assignee_id", KEY, nullable=True),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("status", sa.String(24), nullable=False),
        sa.Column("priority", KEY, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("due_day", sa.Date(), nullable=True),
        sa.Column("follow_up_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("completed_by_id", KEY, nullable=True),
        sa.ForeignKeyConstraint(
            ["assignee_id"], ["people.id"], name=op.f("fk_user_tasks_assignee_id")
        ),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_user_tasks_case_id")),
        sa.ForeignKeyConstraint(
            ["completed_by_id"], ["people.id"], name=op.f("fk_user_tasks_completed_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_user_tasks_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user_tasks")),
        sa.UniqueConstraint("case_id", "token", name=op.f("uq_user_tasks_case_id_token")),
    )
    with op.batch_alter_table("user_tasks", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_user_tasks_assignee_id_status_due_at_id"),
            ["assignee_id", "status", "due_at", "id"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_user_tasks_case_id_element_id_status"),
            ["case_id", "element_id", "status"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_user_tasks_case_id_status"), ["case_id", "status"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_user_tasks_organisation_id_role_status_due_at_id"),
            ["organisation_id", "role", "status", "due_at", "id"],
            unique=False,
        )

    op.create_table(
        "form_records",
        sa.Column("id", KEY, nullable=False),
        sa.Column("case_id", KEY, nullable=False),
        sa.Column("user_task_id", KEY, nullable=True),
        sa.Column("element_id", sa.String(length=100), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("form_id", sa.String(length=100), nullable=False),
        sa.Column("person_id", KEY, nullable=True),
        sa.Column("organisation_id", KEY, nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("values", sa.Text(), nullable=False),
        sa.Column("shared_with", sa.String(length=300), nullable=False),
        sa.Column("share_condition", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_form_records_case_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_form_records_organisation_id")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_form_records_person_id")
        ),
        sa.ForeignKeyConstraint(
            ["user_task_id"], ["user_tasks.id"], name=op.f("fk_form_records_user_task_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_form_records")),
    )
    with op.batch_alter_table("form_records", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_form_records_case_id_id"), ["case_id", "id"], unique=False
        )

    op.create_table(
        "task_drafts",
        sa.Column("user_task_id", KEY, nullable=False),
        sa.Column("person_id", KEY, nullable=False),
        sa.Column("values", sa.Text(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_task_drafts_person_id")
        ),
        sa.ForeignKeyConstraint(
            ["user_task_id"], ["user_tasks.id"], name=op.f("fk_task_drafts_user_task_id")
        ),
        sa.PrimaryKeyConstraint("user_task_id", "person_id", name=op.f("pk_task_drafts")),
    )
    op.create_table(
        "attachments",
        sa.Column("id", KEY, nullable=False),
        sa.Column("case_id", KEY, nullable=False),
        sa.Column("user_task_id", KEY, nullable=True),
        sa.Column("form_record_id", KEY, nullable=True),
        sa.Column("organisation_id", KEY, nullable=True),
        sa.Column("field", sa.String(length=200), nullable=False),
        sa.Column("filename", sa.String(length=200), nullable=False),
        sa.Column("media_type", sa.String(length=100), nullable=False),
        sa.Column("size", KEY, nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("uploaded_by_id", KEY, nullable=False),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_attachments_case_id")),
        sa.ForeignKeyConstraint(
            ["form_record_id"], ["form_records.id"], name=op.f("fk_attachments_form_record_id")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_attachments_organisation_id")
        ),
        sa.ForeignKeyConstraint(
            ["uploaded_by_id"], ["people.id"], name=op.f("fk_attachments_uploaded_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["user_task_id"], ["user_tasks.id"], name=op.f("fk_attachments_user_task_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachments")),
    )
    with op.batch_alter_table("attachments", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_attachments_case_id_id"), ["case_id", "id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_attachments_user_task_id"), ["user_task_id"], unique=False
        )


def downgrade() -> None:
    with op.batch_alter_table("attachments", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_attachments_user_task_id"))
        batch_op.drop_index(batch_op.f("ix_attachments_case_id_id"))

    op.drop_table("attachments")
    op.drop_table("task_drafts")
    with op.batch_alter_table("form_records", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_form_records_case_id_id"))

    op.drop_table("form_records")
    with op.batch_alter_table("user_tasks", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_user_tasks_organisation_id_role_status_due_at_id"))
        batch_op.drop_index(batch_op.f("ix_user_tasks_case_id_status"))
        batch_op.drop_index(batch_op.f("ix_user_tasks_case_id_element_id_status"))
        batch_op.drop_index(batch_op.f("ix_user_tasks_assignee_id_status_due_at_id"))

    op.drop_table("user_tasks")
    with op.batch_alter_table("timers", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_timers_waiting",
            sqlite_where=sa.text("status = 'waiting'"),
            postgresql_where=sa.text("status = 'waiting'"),
        )
        batch_op.drop_index(batch_op.f("ix_timers_case_id_status"))

    op.drop_table("timers")
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_outbox_pending",
            sqlite_where=sa.text("status = 'pending' AND channel = 'email'"),
            postgresql_where=sa.text("status = 'pending' AND channel = 'email'"),
        )
        batch_op.drop_index(batch_op.f("ix_outbox_case_id_id"))

    op.drop_table("outbox")
    with op.batch_alter_table("notes", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_notes_case_id"))

    op.drop_table("notes")
    op.drop_table("message_subscriptions")
    with op.batch_alter_table("incidents", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_incidents_case_id_status"))

    op.drop_table("incidents")
    op.drop_table("case_states")
    with op.batch_alter_table("case_parties", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_case_parties_organisation_id_case_id"))

    op.drop_table("case_parties")
    with op.batch_alter_table("audit_events", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_audit_events_case_id_id"))

    op.drop_table("audit_events")
    with op.batch_alter_table("route_organisations", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_route_organisations_organisation_id"))

    op.drop_table("route_organisations")
    op.drop_table("route_files")
    with op.batch_alter_table("one_time_links", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_one_time_links_person_id"))

    op.drop_table("one_time_links")
    with op.batch_alter_table("memberships", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_memberships_organisation_id_route_key_role"))

    op.drop_table("memberships")
    with op.batch_alter_table("cases", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_cases_status_id"))
        batch_op.drop_index(batch_op.f("ix_cases_parent_id"))
        batch_op.drop_index(batch_op.f("ix_cases_definition_id"))
        batch_op.drop_index(batch_op.f("ix_cases_client_name_folded"))

    op.drop_table("cases")
    op.drop_table("process_definitions")
    op.drop_table("people")
    op.drop_table("organisations")
    op.drop_table("login_throttles")
