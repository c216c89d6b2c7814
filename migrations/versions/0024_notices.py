"""Notices to colleagues, and what each wants to be told how."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "notices",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("endpoint", sa.String(), nullable=False),
        sa.Column("values", sa.JSON(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=True),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("words_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "user_id"],
            ["users.organisation_id", "users.id"],
            name=op.f("fk_notices_organisation_id_user_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "case_id"],
            ["cases.organisation_id", "cases.id"],
            name=op.f("fk_notices_organisation_id_case_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "person_id"],
            ["persons.organisation_id", "persons.id"],
            name=op.f("fk_notices_organisation_id_person_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notices")),
        sa.UniqueConstraint("organisation_id", "user_id", "key", name=op.f("uq_notices_organisation_id_user_id_key")),
    )
    op.create_index("ix_notices_unread", "notices", ["organisation_id", "user_id", "read_at"], unique=False)
    op.create_index("ix_notices_settled", "notices", ["organisation_id", "settled_at"], unique=False)
    op.create_index(op.f("ix_notices_organisation_id"), "notices", ["organisation_id"], unique=False)
    op.create_table(
        "notice_hours",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("quiet_from", sa.Integer(), nullable=True),
        sa.Column("quiet_until", sa.Integer(), nullable=True),
        sa.Column("weekdays", sa.JSON(), nullable=False),
        sa.Column("once_a_day_at", sa.Integer(), nullable=True),
        sa.Column("urgent_at_once", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_notice_hours_user_id")),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_notice_hours")),
    )
    op.create_table(
        "notice_choices",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("by_mail", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_notice_choices_user_id")),
        sa.PrimaryKeyConstraint("user_id", "kind", name=op.f("pk_notice_choices")),
    )
    # The same table with one column more: what colleagues said about the morning's reminder still holds.
    op.execute(
        sa.DDL(
            "INSERT INTO notice_choices (user_id, kind, by_mail) "
            "SELECT user_id, 'reminder', by_mail FROM reminder_choices"
        )
    )
    op.drop_table("reminder_choices")
    op.execute(sa.DDL("UPDATE job_runs SET job = 'notices.send' WHERE job = 'diary.send'"))


def downgrade() -> None:
    op.execute(sa.DDL("UPDATE job_runs SET job = 'diary.send' WHERE job = 'notices.send'"))
    op.create_table(
        "reminder_choices",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("by_mail", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_reminder_choices_user_id")),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_reminder_choices")),
    )
    op.execute(
        sa.DDL(
            "INSERT INTO reminder_choices (user_id, by_mail) "
            "SELECT user_id, by_mail FROM notice_choices WHERE kind = 'reminder'"
        )
    )
    op.drop_table("notice_choices")
    op.drop_table("notice_hours")
    op.drop_table("notices")
