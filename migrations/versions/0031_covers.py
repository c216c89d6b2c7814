"""Who stands in for whom, and for how long; moves of many cases at once."""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "covers",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("cover_id", sa.Uuid(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("note_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.Uuid(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by_id", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("user_id <> cover_id", name=op.f("ck_covers_somebody_else")),
        sa.CheckConstraint("from_on <= until_on", name=op.f("ck_covers_in_order")),
        sa.ForeignKeyConstraint(
            ["organisation_id", "user_id"],
            ["users.organisation_id", "users.id"],
            name=op.f("fk_covers_organisation_id_user_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "cover_id"],
            ["users.organisation_id", "users.id"],
            name=op.f("fk_covers_organisation_id_cover_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_covers")),
    )
    with op.batch_alter_table("covers", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_covers_organisation_id"), ["organisation_id"], unique=False)
        batch_op.create_index("ix_covers_until", ["organisation_id", "until_on"], unique=False)

    op.create_table(
        "reassignments",
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("told_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by_id", sa.Uuid(), nullable=True),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_by_id", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reassignments")),
        sa.UniqueConstraint("organisation_id", "id", name=op.f("uq_reassignments_organisation_id_id")),
    )
    with op.batch_alter_table("reassignments", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_reassignments_organisation_id"), ["organisation_id"], unique=False)

    op.create_table(
        "reassignment_lines",
        sa.Column("reassignment_id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("from_lawyer_id", sa.Uuid(), nullable=False),
        sa.Column("to_lawyer_id", sa.Uuid(), nullable=False),
        sa.Column("from_owner_id", sa.Uuid(), nullable=True),
        sa.Column("case_version", sa.Integer(), nullable=False),
        sa.Column("is_undone", sa.Boolean(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "case_id"],
            ["cases.organisation_id", "cases.id"],
            name=op.f("fk_reassignment_lines_organisation_id_case_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "from_lawyer_id"],
            ["users.organisation_id", "users.id"],
            name=op.f("fk_reassignment_lines_organisation_id_from_lawyer_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "from_owner_id"],
            ["users.organisation_id", "users.id"],
            name=op.f("fk_reassignment_lines_organisation_id_from_owner_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "reassignment_id"],
            ["reassignments.organisation_id", "reassignments.id"],
            name=op.f("fk_reassignment_lines_organisation_id_reassignment_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "to_lawyer_id"],
            ["users.organisation_id", "users.id"],
            name=op.f("fk_reassignment_lines_organisation_id_to_lawyer_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reassignment_lines")),
    )
    with op.batch_alter_table("reassignment_lines", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_reassignment_lines_case_id"), ["case_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_reassignment_lines_organisation_id"), ["organisation_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_reassignment_lines_reassignment_id"), ["reassignment_id"], unique=False)


def downgrade() -> None:
    op.drop_table("reassignment_lines")
    op.drop_table("reassignments")
    op.drop_table("covers")
