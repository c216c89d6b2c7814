"""What happened in a procedure, and the deadlines that follow from it."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        # Copying the table, as a batch does, would delete what refers to its rows.
        op.execute(
            sa.DDL(
                "ALTER TABLE cases ADD COLUMN procedure_id CHAR(32) "
                "CONSTRAINT fk_cases_procedure_id REFERENCES procedures (id)"
            )
        )
    else:
        op.add_column("cases", sa.Column("procedure_id", sa.Uuid(), nullable=True))
        op.create_foreign_key(op.f("fk_cases_procedure_id"), "cases", "procedures", ["procedure_id"], ["id"])
    op.create_table(
        "acts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("procedure_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("served_on", sa.Date(), nullable=True),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.Column("from_stage", sa.String(), nullable=True),
        sa.Column("to_stage", sa.String(), nullable=True),
        sa.Column("about_id", sa.Uuid(), nullable=True),
        sa.Column("is_by_representative", sa.Boolean(), nullable=False),
        sa.Column("is_deemed", sa.Boolean(), nullable=False),
        sa.Column("silent_act_id", sa.Uuid(), nullable=True),
        sa.Column("silent_limit", sa.String(), nullable=True),
        sa.Column("document_id", sa.Uuid(), nullable=True),
        sa.Column("particulars_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.Uuid(), nullable=True),
        sa.Column("voided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("voided_by_id", sa.Uuid(), nullable=True),
        sa.Column("void_reason", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id", "case_id"],
            ["cases.organisation_id", "cases.id"],
            name=op.f("fk_acts_organisation_id_case_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "document_id"],
            ["documents.organisation_id", "documents.id"],
            name=op.f("fk_acts_organisation_id_document_id"),
        ),
        sa.ForeignKeyConstraint(["procedure_id"], ["procedures.id"], name=op.f("fk_acts_procedure_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_acts")),
        sa.UniqueConstraint("organisation_id", "id", name=op.f("uq_acts_organisation_id_id")),
    )
    op.create_index(op.f("ix_acts_case_id"), "acts", ["case_id"])
    op.create_index(op.f("ix_acts_organisation_id"), "acts", ["organisation_id"])
    op.create_table(
        "deadlines",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("act_id", sa.Uuid(), nullable=False),
        sa.Column("limit_id", sa.Uuid(), nullable=False),
        sa.Column("limit_code", sa.String(), nullable=False),
        sa.Column("who", sa.String(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("raw_end", sa.Date(), nullable=False),
        sa.Column("statutory_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("remind_on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("ended_by_id", sa.Uuid(), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("former_due_on", sa.Date(), nullable=True),
        sa.Column("former_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["limit_id"], ["procedure_limits.id"], name=op.f("fk_deadlines_limit_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id", "act_id"],
            ["acts.organisation_id", "acts.id"],
            name=op.f("fk_deadlines_organisation_id_act_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "case_id"],
            ["cases.organisation_id", "cases.id"],
            name=op.f("fk_deadlines_organisation_id_case_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deadlines")),
        sa.UniqueConstraint(
            "organisation_id", "act_id", "limit_code", name=op.f("uq_deadlines_organisation_id_act_id_limit_code")
        ),
    )
    op.create_index(op.f("ix_deadlines_act_id"), "deadlines", ["act_id"])
    op.create_index(op.f("ix_deadlines_case_id"), "deadlines", ["case_id"])
    op.create_index(op.f("ix_deadlines_organisation_id"), "deadlines", ["organisation_id"])
    op.create_index("ix_deadlines_due", "deadlines", ["organisation_id", "state", "due_on"])


def downgrade() -> None:
    op.drop_table("deadlines")
    op.drop_table("acts")
    if op.get_bind().dialect.name == "sqlite":
        op.execute(sa.DDL("ALTER TABLE cases DROP COLUMN procedure_id"))
    else:
        op.drop_constraint(op.f("fk_cases_procedure_id"), "cases", type_="foreignkey")
        op.drop_column("cases", "procedure_id")
