"""Individuals with their sealed identity, histories of status and relatives; unfinished registrations."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "persons",
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("identity_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("contacts_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("sex", sa.String(), nullable=False),
        sa.Column("birth_year", sa.Integer(), nullable=True),
        sa.Column("birth_month", sa.Integer(), nullable=True),
        sa.Column("is_birth_estimated", sa.Boolean(), nullable=False),
        sa.Column("origin", sa.String(), nullable=False),
        sa.Column("arrived_year", sa.Integer(), nullable=True),
        sa.Column("arrived_month", sa.Integer(), nullable=True),
        sa.Column("languages", sa.JSON(), nullable=False),
        sa.Column("consent", sa.String(), nullable=False),
        sa.Column("consent_on", sa.Date(), nullable=True),
        sa.Column("displacement", sa.String(), nullable=False),
        sa.Column("nationality", sa.String(), nullable=False),
        sa.Column("region", sa.String(), nullable=False),
        sa.Column("registration", sa.String(), nullable=False),
        sa.Column("registered_on", sa.Date(), nullable=False),
        sa.Column("registered_by_id", sa.Uuid(), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisations.id"], name=op.f("fk_persons_organisation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_persons")),
        sa.UniqueConstraint("number", name=op.f("uq_persons_number")),
        sa.UniqueConstraint("organisation_id", "id", name=op.f("uq_persons_organisation_id_id")),
    )
    op.create_index("ix_persons_changed", "persons", ["organisation_id", "changed_at"], unique=False)
    op.create_index(op.f("ix_persons_organisation_id"), "persons", ["organisation_id"], unique=False)
    op.create_table(
        "status_entries",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("dimension", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("cause_id", sa.Uuid(), nullable=True),
        sa.Column("note_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("sequence", sa.Integer(), nullable=False),
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
            name=op.f("fk_status_entries_organisation_id_person_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_status_entries")),
    )
    op.create_index(op.f("ix_status_entries_organisation_id"), "status_entries", ["organisation_id"], unique=False)
    op.create_index("ix_status_entries_person", "status_entries", ["organisation_id", "person_id"], unique=False)
    op.create_table(
        "relatives",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("relative_id", sa.Uuid(), nullable=False),
        sa.Column("relationship_code", sa.String(), nullable=False),
        sa.Column("shares_household", sa.Boolean(), nullable=False),
        sa.Column("voided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("voided_by_id", sa.Uuid(), nullable=True),
        sa.Column("void_reason", sa.String(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "person_id"],
            ["persons.organisation_id", "persons.id"],
            name=op.f("fk_relatives_organisation_id_person_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "relative_id"],
            ["persons.organisation_id", "persons.id"],
            name=op.f("fk_relatives_organisation_id_relative_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_relatives")),
    )
    op.create_index(op.f("ix_relatives_organisation_id"), "relatives", ["organisation_id"], unique=False)
    op.create_index(op.f("ix_relatives_person_id"), "relatives", ["person_id"], unique=False)
    op.create_index(op.f("ix_relatives_relative_id"), "relatives", ["relative_id"], unique=False)
    op.create_index(
        "uq_relatives",
        "relatives",
        ["organisation_id", "person_id", "relative_id"],
        unique=True,
        sqlite_where=sa.text("voided_at IS NULL"),
        postgresql_where=sa.text("voided_at IS NULL"),
    )
    op.create_table(
        "drafts",
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("typed_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "owner_id"],
            ["users.organisation_id", "users.id"],
            name=op.f("fk_drafts_organisation_id_owner_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_drafts")),
    )
    op.create_index(op.f("ix_drafts_organisation_id"), "drafts", ["organisation_id"], unique=False)
    op.create_index(op.f("ix_drafts_owner_id"), "drafts", ["owner_id"], unique=False)
    op.create_table(
        "issued_numbers",
        sa.Column("number", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_issued_numbers")),
    )


def downgrade() -> None:
    op.drop_table("issued_numbers")
    op.drop_table("drafts")
    op.drop_table("relatives")
    op.drop_table("status_entries")
    op.drop_table("persons")
