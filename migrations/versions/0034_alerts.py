"""What in the audit trail somebody should look at."""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "alerts",
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("threshold", sa.Integer(), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("verdict", sa.String(), nullable=True),
        sa.Column("decided_by_id", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("opinion_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "decided_by_id IS NULL OR decided_by_id <> user_id", name=op.f("ck_alerts_decided_by_another")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "decided_by_id"],
            ["users.organisation_id", "users.id"],
            name=op.f("fk_alerts_organisation_id_decided_by_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "user_id"],
            ["users.organisation_id", "users.id"],
            name=op.f("fk_alerts_organisation_id_user_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alerts")),
        sa.UniqueConstraint(
            "organisation_id", "user_id", "kind", "day", name=op.f("uq_alerts_organisation_id_user_id_kind_day")
        ),
    )
    op.create_index(op.f("ix_alerts_open"), "alerts", ["organisation_id", "state", "day"], unique=False)
    op.create_index(op.f("ix_alerts_organisation_id"), "alerts", ["organisation_id"], unique=False)
    op.create_table(
        "alert_rules",
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("is_on", sa.Boolean(), nullable=False),
        sa.Column("threshold", sa.Integer(), nullable=False),
        sa.Column("with_weekends", sa.Boolean(), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisations.id"], name=op.f("fk_alert_rules_organisation_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id", "by_id"],
            ["users.organisation_id", "users.id"],
            name=op.f("fk_alert_rules_organisation_id_by_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alert_rules")),
        sa.UniqueConstraint(
            "organisation_id", "kind", "from_on", name=op.f("uq_alert_rules_organisation_id_kind_from_on")
        ),
    )
    op.create_index(op.f("ix_alert_rules_organisation_id"), "alert_rules", ["organisation_id"], unique=False)
    op.create_table(
        "alert_readings",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_alert_readings_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alert_readings")),
        sa.UniqueConstraint("organisation_id", name=op.f("uq_alert_readings_organisation_id")),
    )
    op.create_index(op.f("ix_alert_readings_organisation_id"), "alert_readings", ["organisation_id"], unique=False)


def downgrade() -> None:
    op.drop_table("alert_readings")
    op.drop_table("alert_rules")
    op.drop_table("alerts")
