"""Restricted records, and emergency access to them."""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "restrictions",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=True),
        sa.Column("reasons_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by_id", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "by_id"],
            ["users.organisation_id", "users.id"],
            name=op.f("fk_restrictions_organisation_id_by_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "ended_by_id"],
            ["users.organisation_id", "users.id"],
            name=op.f("fk_restrictions_organisation_id_ended_by_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "person_id"],
            ["persons.organisation_id", "persons.id"],
            name=op.f("fk_restrictions_organisation_id_person_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_restrictions")),
        sa.UniqueConstraint("organisation_id", "id", name=op.f("uq_restrictions_organisation_id_id")),
    )
    op.create_index(op.f("ix_restrictions_organisation_id"), "restrictions", ["organisation_id"], unique=False)
    op.create_index(op.f("ix_restrictions_person_id"), "restrictions", ["person_id"], unique=False)
    op.create_index(op.f("ix_restrictions_standing"), "restrictions", ["organisation_id", "ended_at"], unique=False)
    op.create_table(
        "emergency_accesses",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("told_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("from_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reviewed_by_id", sa.Uuid(), nullable=True),
        sa.Column("reviewed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("verdict", sa.String(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "reviewed_by_id IS NULL OR reviewed_by_id <> user_id",
            name=op.f("ck_emergency_accesses_reviewed_by_another"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "person_id"],
            ["persons.organisation_id", "persons.id"],
            name=op.f("fk_emergency_accesses_organisation_id_person_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "reviewed_by_id"],
            ["users.organisation_id", "users.id"],
            name=op.f("fk_emergency_accesses_organisation_id_reviewed_by_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "user_id"],
            ["users.organisation_id", "users.id"],
            name=op.f("fk_emergency_accesses_organisation_id_user_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_emergency_accesses")),
        sa.UniqueConstraint("organisation_id", "id", name=op.f("uq_emergency_accesses_organisation_id_id")),
    )
    op.create_index(
        op.f("ix_emergency_accesses_of_user"),
        "emergency_accesses",
        ["organisation_id", "user_id", "until_at"],
        unique=False,
    )
    op.create_index(
        op.f("ix_emergency_accesses_organisation_id"), "emergency_accesses", ["organisation_id"], unique=False
    )
    op.create_index(op.f("ix_emergency_accesses_person_id"), "emergency_accesses", ["person_id"], unique=False)


def downgrade() -> None:
    op.drop_table("emergency_accesses")
    op.drop_table("restrictions")
