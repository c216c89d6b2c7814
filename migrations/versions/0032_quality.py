"""Samples of cases whose records are reviewed."""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "quality_samples",
        sa.Column("seed", sa.String(), nullable=False),
        sa.Column("method", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("lawyer_id", sa.Uuid(), nullable=True),
        sa.Column("frame", sa.JSON(), nullable=False),
        sa.Column("drawn_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("drawn_by_id", sa.Uuid(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_quality_samples_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quality_samples")),
        sa.UniqueConstraint("organisation_id", "id", name=op.f("uq_quality_samples_organisation_id_id")),
    )
    op.create_index(op.f("ix_quality_samples_organisation_id"), "quality_samples", ["organisation_id"], unique=False)
    op.create_table(
        "quality_reviews",
        sa.Column("sample_id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("lawyer_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("remarks_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("reviewed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reviewed_by_id", sa.Uuid(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "sample_id"],
            ["quality_samples.organisation_id", "quality_samples.id"],
            name=op.f("fk_quality_reviews_organisation_id_sample_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "case_id"],
            ["cases.organisation_id", "cases.id"],
            name=op.f("fk_quality_reviews_organisation_id_case_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "lawyer_id"],
            ["users.organisation_id", "users.id"],
            name=op.f("fk_quality_reviews_organisation_id_lawyer_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quality_reviews")),
        sa.UniqueConstraint(
            "organisation_id",
            "sample_id",
            "case_id",
            name=op.f("uq_quality_reviews_organisation_id_sample_id_case_id"),
        ),
    )
    op.create_index(op.f("ix_quality_reviews_case_id"), "quality_reviews", ["case_id"], unique=False)
    op.create_index(op.f("ix_quality_reviews_organisation_id"), "quality_reviews", ["organisation_id"], unique=False)
    op.create_index(op.f("ix_quality_reviews_sample_id"), "quality_reviews", ["sample_id"], unique=False)


def downgrade() -> None:
    op.drop_table("quality_reviews")
    op.drop_table("quality_samples")
