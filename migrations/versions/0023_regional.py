"""Trusted keys of other countries' offices, and the signed editions that they sent."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

_KEPT = "A signed edition is superseded, never changed."
_AS_SENT = ("digest", "area", "as_of", "number", "languages", "release_digest", "key_id", "data")


def upgrade() -> None:
    op.create_table(
        "trusted_keys",
        sa.Column("area", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("public_key", sa.String(), nullable=False),
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("added_by_id", sa.Uuid(), nullable=True),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_by_id", sa.Uuid(), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_by_id", sa.Uuid(), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_because", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["added_by_id"], ["users.id"], name=op.f("fk_trusted_keys_added_by_id")),
        sa.ForeignKeyConstraint(["confirmed_by_id"], ["users.id"], name=op.f("fk_trusted_keys_confirmed_by_id")),
        sa.ForeignKeyConstraint(["revoked_by_id"], ["users.id"], name=op.f("fk_trusted_keys_revoked_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trusted_keys")),
        sa.UniqueConstraint("fingerprint", name=op.f("uq_trusted_keys_fingerprint")),
    )
    op.create_table(
        "bundles",
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("area", sa.String(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("languages", sa.JSON(), nullable=False),
        sa.Column("release_digest", sa.String(), nullable=False),
        sa.Column("key_id", sa.Uuid(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.Column("sent_by_id", sa.Uuid(), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_by_id", sa.Uuid(), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("superseded_by_id", sa.Uuid(), nullable=True),
        sa.Column("superseded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["key_id"], ["trusted_keys.id"], name=op.f("fk_bundles_key_id")),
        sa.ForeignKeyConstraint(["sent_by_id"], ["users.id"], name=op.f("fk_bundles_sent_by_id")),
        sa.ForeignKeyConstraint(["confirmed_by_id"], ["users.id"], name=op.f("fk_bundles_confirmed_by_id")),
        sa.ForeignKeyConstraint(["superseded_by_id"], ["users.id"], name=op.f("fk_bundles_superseded_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bundles")),
        sa.UniqueConstraint("digest", name=op.f("uq_bundles_digest")),
    )
    _keep()


def _keep() -> None:
    """Not even the application can change what was signed, or take away what somebody has taken in."""
    columns = ", ".join(_AS_SENT)
    if op.get_bind().dialect.name == "sqlite":
        for verb, when in ((f"UPDATE OF {columns}", ""), ("DELETE", "WHEN OLD.confirmed_at IS NOT NULL ")):
            op.execute(
                sa.DDL(
                    f"CREATE TRIGGER bundles_no_{verb[:6].lower()} BEFORE {verb} ON bundles {when}"
                    f"BEGIN SELECT RAISE(ABORT, '{_KEPT}'); END"
                )
            )
        return
    op.execute(
        sa.DDL(
            "CREATE FUNCTION bundles_kept() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$BEGIN RAISE EXCEPTION '{_KEPT}'; END$$"
        )
    )
    op.execute(
        sa.DDL(
            f"CREATE TRIGGER bundles_no_update BEFORE UPDATE OF {columns} ON bundles FOR EACH ROW "
            "EXECUTE FUNCTION bundles_kept()"
        )
    )
    op.execute(
        sa.DDL(
            "CREATE TRIGGER bundles_no_delete BEFORE DELETE ON bundles FOR EACH ROW "
            "WHEN (OLD.confirmed_at IS NOT NULL) EXECUTE FUNCTION bundles_kept()"
        )
    )


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("update", "delete"):
            op.execute(sa.DDL(f"DROP TRIGGER bundles_no_{verb}"))
    else:
        for verb in ("update", "delete"):
            op.execute(sa.DDL(f"DROP TRIGGER bundles_no_{verb} ON bundles"))
        op.execute(sa.DDL("DROP FUNCTION bundles_kept()"))
    op.drop_table("bundles")
    op.drop_table("trusted_keys")
