"""Cases that move to another partner."""

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "transfers",
        sa.Column("from_organisation_id", sa.Uuid(), nullable=False),
        sa.Column("to_organisation_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("offered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("moved_on", sa.Date(), nullable=True),
        sa.Column("decline_reason", sa.String(), nullable=True),
        sa.Column("failure", sa.String(), nullable=True),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("from_organisation_id <> to_organisation_id", name=op.f("ck_transfers_two_partners")),
        sa.ForeignKeyConstraint(
            ["from_organisation_id"], ["organisations.id"], name=op.f("fk_transfers_from_organisation_id")
        ),
        sa.ForeignKeyConstraint(
            ["to_organisation_id"], ["organisations.id"], name=op.f("fk_transfers_to_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transfers")),
    )
    op.create_index(op.f("ix_transfers_from_organisation_id"), "transfers", ["from_organisation_id"], unique=False)
    op.create_index(op.f("ix_transfers_to_organisation_id"), "transfers", ["to_organisation_id"], unique=False)
    op.create_table(
        "transfer_sides",
        sa.Column("transfer_id", sa.Uuid(), nullable=False),
        sa.Column("is_sender", sa.Boolean(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=True),
        sa.Column("lawyer_id", sa.Uuid(), nullable=True),
        sa.Column("is_whole", sa.Boolean(), nullable=False),
        sa.Column("particulars_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("decided_by_id", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("told_state", sa.String(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["transfer_id"], ["transfers.id"], name=op.f("fk_transfer_sides_transfer_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id", "case_id"],
            ["cases.organisation_id", "cases.id"],
            name=op.f("fk_transfer_sides_organisation_id_case_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "lawyer_id"],
            ["users.organisation_id", "users.id"],
            name=op.f("fk_transfer_sides_organisation_id_lawyer_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transfer_sides")),
        sa.UniqueConstraint("organisation_id", "id", name=op.f("uq_transfer_sides_organisation_id_id")),
        sa.UniqueConstraint(
            "organisation_id", "transfer_id", name=op.f("uq_transfer_sides_organisation_id_transfer_id")
        ),
    )
    for column in ("case_id", "organisation_id", "transfer_id"):
        op.create_index(op.f(f"ix_transfer_sides_{column}"), "transfer_sides", [column], unique=False)
    op.create_table(
        "transfer_persons",
        sa.Column("side_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("consent_id", sa.Uuid(), nullable=True),
        sa.Column("source_id", sa.Uuid(), nullable=True),
        sa.Column("former_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "side_id"],
            ["transfer_sides.organisation_id", "transfer_sides.id"],
            name=op.f("fk_transfer_persons_organisation_id_side_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "person_id"],
            ["persons.organisation_id", "persons.id"],
            name=op.f("fk_transfer_persons_organisation_id_person_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transfer_persons")),
    )
    for column in ("organisation_id", "person_id", "side_id"):
        op.create_index(op.f(f"ix_transfer_persons_{column}"), "transfer_persons", [column], unique=False)
    op.create_table(
        "transferred_rows",
        sa.Column("side_id", sa.Uuid(), nullable=False),
        sa.Column("table_name", sa.String(), nullable=False),
        sa.Column("source_version", sa.Integer(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "side_id"],
            ["transfer_sides.organisation_id", "transfer_sides.id"],
            name=op.f("fk_transferred_rows_organisation_id_side_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transferred_rows")),
    )
    for column in ("organisation_id", "side_id"):
        op.create_index(op.f(f"ix_transferred_rows_{column}"), "transferred_rows", [column], unique=False)


def downgrade() -> None:
    op.drop_table("transferred_rows")
    op.drop_table("transfer_persons")
    op.drop_table("transfer_sides")
    op.drop_table("transfers")
