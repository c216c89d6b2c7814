"""Exports of a caseload: who took what, and why."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "exports",
        sa.Column("filters", sa.JSON(), nullable=False),
        sa.Column("has_names", sa.Boolean(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("purpose_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("asked_by_id", sa.Uuid(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "asked_by_id"],
            ["users.organisation_id", "users.id"],
            name=op.f("fk_exports_organisation_id_asked_by_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exports")),
        sa.UniqueConstraint("organisation_id", "id", name=op.f("uq_exports_organisation_id_id")),
    )
    op.create_index(op.f("ix_exports_organisation_id"), "exports", ["organisation_id"], unique=False)


def downgrade() -> None:
    op.drop_table("exports")
