"""Saved views of the list of cases."""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "saved_views",
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("name_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("filters", sa.JSON(), nullable=False),
        sa.Column("is_shared", sa.Boolean(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "owner_id"],
            ["users.organisation_id", "users.id"],
            name=op.f("fk_saved_views_organisation_id_owner_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_views")),
        sa.UniqueConstraint("organisation_id", "id", name=op.f("uq_saved_views_organisation_id_id")),
    )
    op.create_index(op.f("ix_saved_views_owner_id"), "saved_views", ["owner_id"], unique=False)
    op.create_index(op.f("ix_saved_views_organisation_id"), "saved_views", ["organisation_id"], unique=False)
    op.create_table(
        "first_views",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("view_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "user_id"],
            ["users.organisation_id", "users.id"],
            name=op.f("fk_first_views_organisation_id_user_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "view_id"],
            ["saved_views.organisation_id", "saved_views.id"],
            name=op.f("fk_first_views_organisation_id_view_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_first_views")),
        sa.UniqueConstraint("organisation_id", "user_id", name=op.f("uq_first_views_organisation_id_user_id")),
    )
    op.create_index(op.f("ix_first_views_organisation_id"), "first_views", ["organisation_id"], unique=False)


def downgrade() -> None:
    op.drop_table("first_views")
    op.drop_table("saved_views")
