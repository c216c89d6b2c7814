"""Referrals to partners and to outside services."""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "referrals",
        sa.Column("from_organisation_id", sa.Uuid(), nullable=False),
        sa.Column("to_organisation_id", sa.Uuid(), nullable=True),
        sa.Column("service", sa.String(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("is_joint", sa.Boolean(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer_days", sa.Integer(), nullable=False),
        sa.Column("answer_due_on", sa.Date(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_how", sa.String(), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(to_organisation_id IS NULL) <> (service IS NULL)", name=op.f("ck_referrals_one_recipient")
        ),
        sa.CheckConstraint("to_organisation_id <> from_organisation_id", name=op.f("ck_referrals_to_another")),
        sa.ForeignKeyConstraint(
            ["from_organisation_id"], ["organisations.id"], name=op.f("fk_referrals_from_organisation_id")
        ),
        sa.ForeignKeyConstraint(
            ["to_organisation_id"], ["organisations.id"], name=op.f("fk_referrals_to_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_referrals")),
    )
    op.create_index(op.f("ix_referrals_from_organisation_id"), "referrals", ["from_organisation_id"], unique=False)
    op.create_index(op.f("ix_referrals_to_organisation_id"), "referrals", ["to_organisation_id"], unique=False)

    op.create_table(
        "outside_services",
        sa.Column("service", sa.String(), nullable=False),
        sa.Column("details_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("answer_days", sa.Integer(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.Uuid(), nullable=True),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outside_services")),
        sa.UniqueConstraint("organisation_id", "id", name=op.f("uq_outside_services_organisation_id_id")),
    )
    op.create_index(op.f("ix_outside_services_organisation_id"), "outside_services", ["organisation_id"], unique=False)

    op.create_table(
        "referral_sides",
        sa.Column("referral_id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=True),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("consent_id", sa.Uuid(), nullable=True),
        sa.Column("lawyer_id", sa.Uuid(), nullable=True),
        sa.Column("point_id", sa.Uuid(), nullable=True),
        sa.Column("selection_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("shows_progress", sa.Boolean(), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("linked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["referral_id"], ["referrals.id"], name=op.f("fk_referral_sides_referral_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id", "case_id"],
            ["cases.organisation_id", "cases.id"],
            name=op.f("fk_referral_sides_organisation_id_case_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "person_id"],
            ["persons.organisation_id", "persons.id"],
            name=op.f("fk_referral_sides_organisation_id_person_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "lawyer_id"],
            ["users.organisation_id", "users.id"],
            name=op.f("fk_referral_sides_organisation_id_lawyer_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "point_id"],
            ["outside_services.organisation_id", "outside_services.id"],
            name=op.f("fk_referral_sides_organisation_id_point_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "consent_id"],
            ["consents.organisation_id", "consents.id"],
            name=op.f("fk_referral_sides_organisation_id_consent_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_referral_sides")),
        sa.UniqueConstraint("organisation_id", "id", name=op.f("uq_referral_sides_organisation_id_id")),
        sa.UniqueConstraint(
            "organisation_id", "referral_id", name=op.f("uq_referral_sides_organisation_id_referral_id")
        ),
    )
    for column in ("organisation_id", "referral_id", "case_id", "person_id"):
        op.create_index(op.f(f"ix_referral_sides_{column}"), "referral_sides", [column], unique=False)

    op.create_table(
        "referral_shares",
        sa.Column("referral_id", sa.Uuid(), nullable=False),
        sa.Column("share_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by_id", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["referral_id"], ["referrals.id"], name=op.f("fk_referral_shares_referral_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_referral_shares")),
    )
    for column in ("organisation_id", "referral_id"):
        op.create_index(op.f(f"ix_referral_shares_{column}"), "referral_shares", [column], unique=False)

    op.create_table(
        "referral_steps",
        sa.Column("referral_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("code", sa.String(), nullable=True),
        sa.Column("by_id", sa.Uuid(), nullable=True),
        sa.Column("words_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["referral_id"], ["referrals.id"], name=op.f("fk_referral_steps_referral_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_referral_steps")),
    )
    for column in ("organisation_id", "referral_id"):
        op.create_index(op.f(f"ix_referral_steps_{column}"), "referral_steps", [column], unique=False)
    op.create_index("ix_referral_steps_at", "referral_steps", ["organisation_id", "at"], unique=False)


def downgrade() -> None:
    for table in ("referral_steps", "referral_shares", "referral_sides", "outside_services", "referrals"):
        op.drop_table(table)
