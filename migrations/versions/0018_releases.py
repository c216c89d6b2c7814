"""Releases that never change once frozen, tables that officers add, and files of published figures."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

_FROZEN = "A frozen release never changes."
_STANDING = sa.text("voided_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "releases",
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("tables", sa.JSON(), nullable=False),
        sa.Column("listed_from", sa.Integer(), nullable=False),
        sa.Column("listed", sa.JSON(), nullable=False),
        sa.Column("threshold", sa.Integer(), nullable=False),
        sa.Column("corrects_id", sa.Uuid(), nullable=True),
        sa.Column("data_cut", sa.DateTime(timezone=True), nullable=True),
        sa.Column("publication", sa.Text(), nullable=True),
        sa.Column("report", sa.JSON(), nullable=True),
        sa.Column("digest", sa.String(), nullable=True),
        sa.Column("created_by_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("frozen_by_id", sa.Uuid(), nullable=True),
        sa.Column("frozen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["corrects_id"], ["releases.id"], name=op.f("fk_releases_corrects_id")),
        sa.ForeignKeyConstraint(["created_by_id"], ["users.id"], name=op.f("fk_releases_created_by_id")),
        sa.ForeignKeyConstraint(["frozen_by_id"], ["users.id"], name=op.f("fk_releases_frozen_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_releases")),
        sa.UniqueConstraint("as_of", "edition", name=op.f("uq_releases_as_of_edition")),
    )
    op.create_table(
        "release_facts",
        sa.Column("release_id", sa.Uuid(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["release_id"], ["releases.id"], name=op.f("fk_release_facts_release_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_release_facts")),
        sa.UniqueConstraint("release_id", name=op.f("uq_release_facts_release_id")),
    )
    op.create_table(
        "release_explanations",
        sa.Column("release_id", sa.Uuid(), nullable=False),
        sa.Column("finding", sa.String(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("signed_by_id", sa.Uuid(), nullable=True),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["release_id"], ["releases.id"], name=op.f("fk_release_explanations_release_id")),
        sa.ForeignKeyConstraint(["signed_by_id"], ["users.id"], name=op.f("fk_release_explanations_signed_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_release_explanations")),
        sa.UniqueConstraint("release_id", "finding", name=op.f("uq_release_explanations_release_id_finding")),
    )
    op.create_index(op.f("ix_release_explanations_release_id"), "release_explanations", ["release_id"], unique=False)
    op.create_table(
        "added_tables",
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("population", sa.String(), nullable=False),
        sa.Column("dimensions", sa.JSON(), nullable=False),
        sa.Column("added_by_id", sa.Uuid(), nullable=True),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["added_by_id"], ["users.id"], name=op.f("fk_added_tables_added_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_added_tables")),
        sa.UniqueConstraint("code", name=op.f("uq_added_tables_code")),
    )
    op.create_table(
        "pattern_seeds",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("seed", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pattern_seeds")),
    )
    op.create_table(
        "external_imports",
        sa.Column("file_name", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("layout", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("figures", sa.Integer(), nullable=False),
        sa.Column("entered_by_id", sa.Uuid(), nullable=True),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("verified_by_id", sa.Uuid(), nullable=True),
        sa.Column("verified_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("voided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["entered_by_id"], ["users.id"], name=op.f("fk_external_imports_entered_by_id")),
        sa.ForeignKeyConstraint(["verified_by_id"], ["users.id"], name=op.f("fk_external_imports_verified_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_external_imports")),
    )
    op.drop_index("uq_external_figures_standing", table_name="external_figures")
    with op.batch_alter_table("external_figures") as table:
        table.add_column(sa.Column("category", sa.String(), nullable=False, server_default=""))
        table.add_column(sa.Column("import_id", sa.Uuid(), nullable=True))
        table.create_foreign_key(op.f("fk_external_figures_import_id"), "external_imports", ["import_id"], ["id"])
        table.create_index(op.f("ix_external_figures_import_id"), ["import_id"], unique=False)
    with op.batch_alter_table("external_figures") as table:
        table.alter_column("category", server_default=None)
    op.create_index(
        "uq_external_figures_standing",
        "external_figures",
        ["series", "category", "as_of", "scope", "source"],
        unique=True,
        sqlite_where=_STANDING,
        postgresql_where=_STANDING,
    )
    _freeze()


def _freeze() -> None:
    """Not even the application can change a frozen release, its facts, or take one away."""
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                sa.DDL(
                    f"CREATE TRIGGER releases_no_{verb.lower()} BEFORE {verb} ON releases WHEN OLD.step = 'frozen' "
                    f"BEGIN SELECT RAISE(ABORT, '{_FROZEN}'); END"
                )
            )
            op.execute(
                sa.DDL(
                    f"CREATE TRIGGER release_facts_no_{verb.lower()} BEFORE {verb} ON release_facts "
                    f"BEGIN SELECT RAISE(ABORT, '{_FROZEN}'); END"
                )
            )
        return
    op.execute(
        sa.DDL(
            "CREATE FUNCTION releases_frozen() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$BEGIN RAISE EXCEPTION '{_FROZEN}'; END$$"
        )
    )
    op.execute(
        sa.DDL(
            "CREATE TRIGGER releases_no_change BEFORE UPDATE OR DELETE ON releases FOR EACH ROW "
            "WHEN (OLD.step = 'frozen') EXECUTE FUNCTION releases_frozen()"
        )
    )
    op.execute(
        sa.DDL(
            "CREATE TRIGGER release_facts_no_change BEFORE UPDATE OR DELETE ON release_facts FOR EACH ROW "
            "EXECUTE FUNCTION releases_frozen()"
        )
    )


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for table in ("releases", "release_facts"):
            for verb in ("update", "delete"):
                op.execute(sa.DDL(f"DROP TRIGGER {table}_no_{verb}"))
    else:
        op.execute(sa.DDL("DROP TRIGGER releases_no_change ON releases"))
        op.execute(sa.DDL("DROP TRIGGER release_facts_no_change ON release_facts"))
        op.execute(sa.DDL("DROP FUNCTION releases_frozen()"))
    op.drop_index("uq_external_figures_standing", table_name="external_figures")
    with op.batch_alter_table("external_figures") as table:
        table.drop_index(op.f("ix_external_figures_import_id"))
        table.drop_constraint(op.f("fk_external_figures_import_id"), type_="foreignkey")
        table.drop_column("import_id")
        table.drop_column("category")
    op.create_index(
        "uq_external_figures_standing",
        "external_figures",
        ["series", "as_of", "scope", "source"],
        unique=True,
        sqlite_where=_STANDING,
        postgresql_where=_STANDING,
    )
    for name in (
        "external_imports",
        "pattern_seeds",
        "added_tables",
        "release_explanations",
        "release_facts",
        "releases",
    ):
        op.drop_table(name)
