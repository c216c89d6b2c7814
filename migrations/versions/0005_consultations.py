"""Counselling sessions: who was there, what about, what was given."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "consultations",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("lawyer_id", sa.Uuid(), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("modality", sa.String(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=True),
        sa.Column("language", sa.String(), nullable=True),
        sa.Column("has_interpreter", sa.Boolean(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.Column("account_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("private_note_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.Uuid(), nullable=True),
        sa.Column("voided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("voided_by_id", sa.Uuid(), nullable=True),
        sa.Column("void_reason", sa.String(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "case_id"],
            ["cases.organisation_id", "cases.id"],
            name=op.f("fk_consultations_organisation_id_case_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "lawyer_id"],
            ["users.organisation_id", "users.id"],
            name=op.f("fk_consultations_organisation_id_lawyer_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consultations")),
        sa.UniqueConstraint("organisation_id", "id", name=op.f("uq_consultations_organisation_id_id")),
    )
    op.create_index(op.f("ix_consultations_case_id"), "consultations", ["case_id"], unique=False)
    op.create_index("ix_consultations_held", "consultations", ["organisation_id", "held_on"], unique=False)
    op.create_index(op.f("ix_consultations_organisation_id"), "consultations", ["organisation_id"], unique=False)
    op.create_table(
        "attendances",
        sa.Column("consultation_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "consultation_id"],
            ["consultations.organisation_id", "consultations.id"],
            name=op.f("fk_attendances_organisation_id_consultation_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "person_id"],
            ["persons.organisation_id", "persons.id"],
            name=op.f("fk_attendances_organisation_id_person_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attendances")),
    )
    op.create_index(op.f("ix_attendances_consultation_id"), "attendances", ["consultation_id"], unique=False)
    op.create_index(op.f("ix_attendances_organisation_id"), "attendances", ["organisation_id"], unique=False)
    op.create_index(op.f("ix_attendances_person_id"), "attendances", ["person_id"], unique=False)
    op.create_table(
        "consultation_topics",
        sa.Column("consultation_id", sa.Uuid(), nullable=False),
        sa.Column("topic", sa.String(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "consultation_id"],
            ["consultations.organisation_id", "consultations.id"],
            name=op.f("fk_consultation_topics_organisation_id_consultation_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consultation_topics")),
    )
    op.create_index(
        op.f("ix_consultation_topics_consultation_id"), "consultation_topics", ["consultation_id"], unique=False
    )
    op.create_index(
        op.f("ix_consultation_topics_organisation_id"), "consultation_topics", ["organisation_id"], unique=False
    )
    op.create_table(
        "services",
        sa.Column("consultation_id", sa.Uuid(), nullable=False),
        sa.Column("type", sa.String(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "consultation_id"],
            ["consultations.organisation_id", "consultations.id"],
            name=op.f("fk_services_organisation_id_consultation_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_services")),
    )
    op.create_index(op.f("ix_services_consultation_id"), "services", ["consultation_id"], unique=False)
    op.create_index(op.f("ix_services_organisation_id"), "services", ["organisation_id"], unique=False)


def downgrade() -> None:
    op.drop_table("services")
    op.drop_table("consultation_topics")
    op.drop_table("attendances")
    op.drop_table("consultations")
