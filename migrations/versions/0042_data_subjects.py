"""Requests of data subjects, erasure."""

import sqlalchemy as sa
from alembic import op

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None


def _of_own(table: str, *columns: tuple[str, str]) -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint(
            ["organisation_id", column],
            [f"{target}.organisation_id", f"{target}.id"],
            name=op.f(f"fk_{table}_organisation_id_{column}"),
        )
        for column, target in columns
    ]


def upgrade() -> None:
    op.create_table(
        "data_requests",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("asked_on", sa.Date(), nullable=False),
        sa.Column("by_whom", sa.String(), nullable=False),
        sa.Column("how", sa.String(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("said_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.Uuid(), nullable=True),
        sa.Column("decision", sa.String(), nullable=True),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("closed_by_id", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "(closed_on IS NULL) = (decision IS NULL)", name=op.f("ck_data_requests_closed_with_a_decision")
        ),
        *_of_own("data_requests", ("person_id", "persons"), ("recorded_by_id", "users"), ("closed_by_id", "users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_data_requests")),
        sa.UniqueConstraint("organisation_id", "id", name=op.f("uq_data_requests_organisation_id_id")),
    )
    op.create_index(op.f("ix_data_requests_organisation_id"), "data_requests", ["organisation_id"])
    op.create_index(op.f("ix_data_requests_person_id"), "data_requests", ["person_id"])
    op.create_index("ix_data_requests_open", "data_requests", ["organisation_id", "closed_on", "due_on"])
    op.create_table(
        "erasures",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("request_id", sa.Uuid(), nullable=True),
        sa.Column("ground", sa.String(), nullable=False),
        sa.Column("reasons_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("asked_by_id", sa.Uuid(), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by_id", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("erased_on", sa.Date(), nullable=True),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "decided_by_id IS NULL OR decided_by_id <> asked_by_id", name=op.f("ck_erasures_decided_by_another")
        ),
        *_of_own(
            "erasures",
            ("person_id", "persons"),
            ("request_id", "data_requests"),
            ("asked_by_id", "users"),
            ("decided_by_id", "users"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erasures")),
    )
    op.create_index(op.f("ix_erasures_organisation_id"), "erasures", ["organisation_id"])
    op.create_index(op.f("ix_erasures_person_id"), "erasures", ["person_id"])
    op.create_index(op.f("ix_erasures_request_id"), "erasures", ["request_id"])
    op.create_index("ix_erasures_waiting", "erasures", ["organisation_id", "state", "asked_at"])
    op.create_index(
        "uq_erasures_waiting",
        "erasures",
        ["organisation_id", "person_id"],
        unique=True,
        sqlite_where=sa.text("state = 'waiting'"),
        postgresql_where=sa.text("state = 'waiting'"),
    )
    op.add_column("persons", sa.Column("erased_on", sa.Date(), nullable=True))


def downgrade() -> None:
    op.drop_column("persons", "erased_on")
    op.drop_table("erasures")
    op.drop_table("data_requests")
