"""Who did what to whom: one chain per organisation, which the database lets nobody rewrite."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "audit_entries",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("actor_role", sa.String(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=True),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("subject_kind", sa.String(), nullable=True),
        sa.Column("subject_id", sa.Uuid(), nullable=True),
        sa.Column("subject_version", sa.Integer(), nullable=True),
        sa.Column("digest", sa.String(), nullable=True),
        sa.Column("details", sa.Text(), nullable=False),
        sa.Column("seen_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("mac", sa.String(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entries")),
        sa.UniqueConstraint("organisation_id", "number", name=op.f("uq_audit_entries_organisation_id_number")),
    )
    op.create_index(op.f("ix_audit_entries_organisation_id"), "audit_entries", ["organisation_id"], unique=False)
    op.create_index(op.f("ix_audit_entries_subject_id"), "audit_entries", ["subject_id"], unique=False)
    op.create_table(
        "audit_heads",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("mac", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("organisation_id", name=op.f("pk_audit_heads")),
    )
    op.create_table(
        "revisions",
        sa.Column("subject_kind", sa.String(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("former_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisations.id"], name=op.f("fk_revisions_organisation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_revisions")),
    )
    op.create_index(op.f("ix_revisions_organisation_id"), "revisions", ["organisation_id"], unique=False)
    op.create_index(op.f("ix_revisions_subject_id"), "revisions", ["subject_id"], unique=False)

    # Rows are added, never changed: also not by someone with a connection and good intentions. (On SQLite the
    # application sets recursive_triggers: without it INSERT OR REPLACE would pass the second trigger by.)
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                sa.DDL(
                    f"CREATE TRIGGER audit_entries_no_{verb.lower()} BEFORE {verb} ON audit_entries "
                    "BEGIN SELECT RAISE(ABORT, 'The audit trail is append-only.'); END"
                )
            )
    else:
        op.execute(
            sa.DDL(
                "CREATE FUNCTION audit_entries_append_only() RETURNS trigger LANGUAGE plpgsql AS "
                "$$BEGIN RAISE EXCEPTION 'The audit trail is append-only.'; END$$"
            )
        )
        op.execute(
            sa.DDL(
                "CREATE TRIGGER audit_entries_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_entries "
                "FOR EACH STATEMENT EXECUTE FUNCTION audit_entries_append_only()"
            )
        )


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("update", "delete"):
            op.execute(sa.DDL(f"DROP TRIGGER audit_entries_no_{verb}"))
    else:
        op.execute(sa.DDL("DROP TRIGGER audit_entries_no_change ON audit_entries"))
        op.execute(sa.DDL("DROP FUNCTION audit_entries_append_only()"))
    op.drop_table("revisions")
    op.drop_table("audit_heads")
    op.drop_table("audit_entries")
