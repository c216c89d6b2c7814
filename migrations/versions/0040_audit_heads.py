"""Signed heads of the audit chains: how far each chain had come, under a key that no database holds."""

import sqlalchemy as sa
from alembic import op

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "audit_heads_signed",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("mac", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("signature", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("organisation_id", "number", name=op.f("pk_audit_heads_signed")),
    )
    # What was signed stays: added to, never changed.
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                sa.DDL(
                    f"CREATE TRIGGER audit_heads_signed_no_{verb.lower()} BEFORE {verb} ON audit_heads_signed "
                    "BEGIN SELECT RAISE(ABORT, 'Signed heads are append-only.'); END"
                )
            )
    else:
        op.execute(
            sa.DDL(
                "CREATE TRIGGER audit_heads_signed_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_heads_signed "
                "FOR EACH STATEMENT EXECUTE FUNCTION audit_entries_append_only()"
            )
        )


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("update", "delete"):
            op.execute(sa.DDL(f"DROP TRIGGER audit_heads_signed_no_{verb}"))
    else:
        op.execute(sa.DDL("DROP TRIGGER audit_heads_signed_no_change ON audit_heads_signed"))
    op.drop_table("audit_heads_signed")
