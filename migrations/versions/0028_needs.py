"""Specific needs of persons, steps for the best interests of children, and who took up what is urgent."""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "specific_needs",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("since_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.Column("note_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("why_fits_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.Uuid(), nullable=True),
        sa.Column("voided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("voided_by_id", sa.Uuid(), nullable=True),
        sa.Column("void_reason", sa.String(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "person_id"],
            ["persons.organisation_id", "persons.id"],
            name=op.f("fk_specific_needs_organisation_id_person_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_specific_needs")),
        sa.UniqueConstraint("organisation_id", "id", name=op.f("uq_specific_needs_organisation_id_id")),
    )
    op.create_index(op.f("ix_specific_needs_person_id"), "specific_needs", ["person_id"], unique=False)
    op.create_index(op.f("ix_specific_needs_organisation_id"), "specific_needs", ["organisation_id"], unique=False)
    op.create_index(
        "ix_specific_needs_active", "specific_needs", ["organisation_id", "until_on", "voided_at"], unique=False
    )
    op.create_table(
        "best_interests",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.Column("note_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.Uuid(), nullable=True),
        sa.Column("voided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("voided_by_id", sa.Uuid(), nullable=True),
        sa.Column("void_reason", sa.String(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "person_id"],
            ["persons.organisation_id", "persons.id"],
            name=op.f("fk_best_interests_organisation_id_person_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_best_interests")),
        sa.UniqueConstraint("organisation_id", "id", name=op.f("uq_best_interests_organisation_id_id")),
    )
    op.create_index(op.f("ix_best_interests_person_id"), "best_interests", ["person_id"], unique=False)
    op.create_index(op.f("ix_best_interests_organisation_id"), "best_interests", ["organisation_id"], unique=False)
    op.create_table(
        "taken_up",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("need_id", sa.Uuid(), nullable=True),
        sa.Column("best_interest_id", sa.Uuid(), nullable=True),
        sa.Column("case_id", sa.Uuid(), nullable=True),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("taken_by_id", sa.Uuid(), nullable=True),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("released_by_id", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "person_id"],
            ["persons.organisation_id", "persons.id"],
            name=op.f("fk_taken_up_organisation_id_person_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "need_id"],
            ["specific_needs.organisation_id", "specific_needs.id"],
            name=op.f("fk_taken_up_organisation_id_need_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "best_interest_id"],
            ["best_interests.organisation_id", "best_interests.id"],
            name=op.f("fk_taken_up_organisation_id_best_interest_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "case_id"],
            ["cases.organisation_id", "cases.id"],
            name=op.f("fk_taken_up_organisation_id_case_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_taken_up")),
    )
    op.create_index(op.f("ix_taken_up_person_id"), "taken_up", ["person_id"], unique=False)
    op.create_index(op.f("ix_taken_up_organisation_id"), "taken_up", ["organisation_id"], unique=False)


def downgrade() -> None:
    op.drop_table("taken_up")
    op.drop_table("best_interests")
    op.drop_table("specific_needs")
