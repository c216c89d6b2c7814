"""Procedures as rows: stages, moves, time limits, evidence."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "procedures",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("track", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("label_en", sa.String(), nullable=False),
        sa.Column("label_ru", sa.String(), nullable=False),
        sa.Column("label_kk", sa.String(), nullable=False),
        sa.Column("effective_from", sa.Date(), nullable=False),
        sa.Column("retired_on", sa.Date(), nullable=True),
        sa.Column("law", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("is_confirmed", sa.Boolean(), nullable=False),
        sa.Column("is_draft", sa.Boolean(), nullable=False),
        sa.Column("ends_in", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_procedures")),
        sa.UniqueConstraint("code", "effective_from", name=op.f("uq_procedures_code_effective_from")),
    )
    op.create_table(
        "procedure_stages",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("procedure_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("is_main", sa.Boolean(), nullable=False),
        sa.Column("ends", sa.Boolean(), nullable=False),
        sa.Column("authorities", sa.JSON(), nullable=False),
        sa.Column("scope", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["procedure_id"], ["procedures.id"], name=op.f("fk_procedure_stages_procedure_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_procedure_stages")),
        sa.UniqueConstraint("procedure_id", "code", name=op.f("uq_procedure_stages_procedure_id_code")),
    )
    op.create_index(op.f("ix_procedure_stages_procedure_id"), "procedure_stages", ["procedure_id"])
    op.create_table(
        "procedure_moves",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("procedure_id", sa.Uuid(), nullable=False),
        sa.Column("from_stage", sa.String(), nullable=False),
        sa.Column("act", sa.String(), nullable=False),
        sa.Column("to_stage", sa.String(), nullable=True),
        sa.Column("needs", sa.JSON(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["procedure_id"], ["procedures.id"], name=op.f("fk_procedure_moves_procedure_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_procedure_moves")),
        sa.UniqueConstraint(
            "procedure_id", "from_stage", "act", name=op.f("uq_procedure_moves_procedure_id_from_stage_act")
        ),
    )
    op.create_index(op.f("ix_procedure_moves_procedure_id"), "procedure_moves", ["procedure_id"])
    op.create_table(
        "procedure_limits",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("procedure_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("label_en", sa.String(), nullable=False),
        sa.Column("label_ru", sa.String(), nullable=False),
        sa.Column("label_kk", sa.String(), nullable=False),
        sa.Column("starts", sa.JSON(), nullable=False),
        sa.Column("ends", sa.JSON(), nullable=False),
        sa.Column("stops", sa.JSON(), nullable=False),
        sa.Column("value", sa.Integer(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("who", sa.String(), nullable=False),
        sa.Column("counts_from", sa.String(), nullable=False),
        sa.Column("basis", sa.String(), nullable=True),
        sa.Column("takes_until", sa.Boolean(), nullable=False),
        sa.Column("on_day_off", sa.String(), nullable=False),
        sa.Column("on_silence", sa.String(), nullable=True),
        sa.Column("per_subject", sa.Boolean(), nullable=False),
        sa.Column("remind_days", sa.Integer(), nullable=False),
        sa.Column("law", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("is_confirmed", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["procedure_id"], ["procedures.id"], name=op.f("fk_procedure_limits_procedure_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_procedure_limits")),
        sa.UniqueConstraint("procedure_id", "code", name=op.f("uq_procedure_limits_procedure_id_code")),
    )
    op.create_index(op.f("ix_procedure_limits_procedure_id"), "procedure_limits", ["procedure_id"])
    op.create_table(
        "procedure_needs",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("procedure_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("is_required", sa.Boolean(), nullable=False),
        sa.Column("for_stage", sa.String(), nullable=True),
        sa.Column("group", sa.String(), nullable=True),
        sa.Column("hint_en", sa.String(), nullable=True),
        sa.Column("hint_ru", sa.String(), nullable=True),
        sa.Column("hint_kk", sa.String(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["procedure_id"], ["procedures.id"], name=op.f("fk_procedure_needs_procedure_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_procedure_needs")),
        sa.UniqueConstraint("procedure_id", "kind", name=op.f("uq_procedure_needs_procedure_id_kind")),
    )
    op.create_index(op.f("ix_procedure_needs_procedure_id"), "procedure_needs", ["procedure_id"])


def downgrade() -> None:
    for name in ("procedure_needs", "procedure_limits", "procedure_moves", "procedure_stages", "procedures"):
        op.drop_table(name)
