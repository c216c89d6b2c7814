"""Editions of the factsheet: texts, languages sent in and published, and their files. What is published stays."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

_PUBLISHED = "A published edition never changes; it can only be withdrawn."
_STAYING = (
    "id",
    "edition_id",
    "language",
    "area",
    "as_of",
    "number",
    "content",
    "digest",
    "title",
    "submitted_by_id",
    "submitted_at",
    "decided_by_id",
    "decided_at",
    "comment",
    "published_at",
)
"""What withdrawing leaves as it is; and findings, which PostgreSQL can compare as text only."""


def upgrade() -> None:
    op.create_table(
        "editions",
        sa.Column("area", sa.String(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("release_id", sa.Uuid(), nullable=True),
        sa.Column("bundles", sa.JSON(), nullable=False),
        sa.Column("corrects_id", sa.Uuid(), nullable=True),
        sa.Column("created_by_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["corrects_id"], ["editions.id"], name=op.f("fk_editions_corrects_id")),
        sa.ForeignKeyConstraint(["created_by_id"], ["users.id"], name=op.f("fk_editions_created_by_id")),
        sa.ForeignKeyConstraint(["release_id"], ["releases.id"], name=op.f("fk_editions_release_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_editions")),
        sa.UniqueConstraint("area", "as_of", "number", name=op.f("uq_editions_area_as_of_number")),
    )
    op.create_table(
        "edition_texts",
        sa.Column("edition_id", sa.Uuid(), nullable=False),
        sa.Column("section", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("translates", sa.String(), nullable=True),
        sa.Column("former", sa.JSON(), nullable=True),
        sa.Column("edited_by_id", sa.Uuid(), nullable=True),
        sa.Column("edited_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["edited_by_id"], ["users.id"], name=op.f("fk_edition_texts_edited_by_id")),
        sa.ForeignKeyConstraint(["edition_id"], ["editions.id"], name=op.f("fk_edition_texts_edition_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_edition_texts")),
        sa.UniqueConstraint(
            "edition_id", "section", "language", name=op.f("uq_edition_texts_edition_id_section_language")
        ),
    )
    op.create_table(
        "edition_languages",
        sa.Column("edition_id", sa.Uuid(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("area", sa.String(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("findings", sa.JSON(), nullable=False),
        sa.Column("submitted_by_id", sa.Uuid(), nullable=True),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by_id", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_by_id", sa.Uuid(), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_because", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "step NOT IN ('published', 'withdrawn') OR decided_by_id <> submitted_by_id",
            name=op.f("ck_edition_languages_published_by_another"),
        ),
        sa.ForeignKeyConstraint(["decided_by_id"], ["users.id"], name=op.f("fk_edition_languages_decided_by_id")),
        sa.ForeignKeyConstraint(["edition_id"], ["editions.id"], name=op.f("fk_edition_languages_edition_id")),
        sa.ForeignKeyConstraint(["submitted_by_id"], ["users.id"], name=op.f("fk_edition_languages_submitted_by_id")),
        sa.ForeignKeyConstraint(["withdrawn_by_id"], ["users.id"], name=op.f("fk_edition_languages_withdrawn_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_edition_languages")),
        sa.UniqueConstraint(
            "area", "as_of", "number", "language", name=op.f("uq_edition_languages_area_as_of_number_language")
        ),
        sa.UniqueConstraint("edition_id", "language", name=op.f("uq_edition_languages_edition_id_language")),
    )
    op.create_table(
        "edition_files",
        sa.Column("language_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("media_type", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["language_id"], ["edition_languages.id"], name=op.f("fk_edition_files_language_id")),
        sa.PrimaryKeyConstraint("language_id", "name", name=op.f("pk_edition_files")),
    )
    _freeze()


def _freeze() -> None:
    """Not even the application can change what was published, or take it away: only withdraw it."""
    public = "step IN ('published', 'withdrawn')"
    of_public = f"EXISTS (SELECT 1 FROM edition_languages WHERE id = %s.language_id AND {public})"  # noqa: S608 - no input
    if op.get_bind().dialect.name == "sqlite":
        same = " AND ".join(f"NEW.{name} IS OLD.{name}" for name in (*_STAYING, "findings"))
        stop = f"BEGIN SELECT RAISE(ABORT, '{_PUBLISHED}'); END"
        for trigger in (
            (
                "edition_languages_no_update BEFORE UPDATE ON edition_languages WHEN OLD.step = 'withdrawn' "
                f"OR (OLD.step = 'published' AND NOT (NEW.step = 'withdrawn' AND {same}))"
            ),
            f"edition_languages_no_delete BEFORE DELETE ON edition_languages WHEN OLD.{public}",
            f"edition_files_no_insert BEFORE INSERT ON edition_files WHEN {of_public % 'NEW'}",
            f"edition_files_no_update BEFORE UPDATE ON edition_files WHEN {of_public % 'OLD'} OR {of_public % 'NEW'}",
            f"edition_files_no_delete BEFORE DELETE ON edition_files WHEN {of_public % 'OLD'}",
        ):
            op.execute(sa.DDL(f"CREATE TRIGGER {trigger} {stop}"))
        return
    same = " AND ".join(f"NEW.{name} IS NOT DISTINCT FROM OLD.{name}" for name in _STAYING)
    same += " AND NEW.findings::text = OLD.findings::text"
    refuse = f"RAISE EXCEPTION '{_PUBLISHED}'"
    of_languages = f"""BEGIN
        IF TG_OP = 'UPDATE' THEN
            IF OLD.step = 'published' AND NEW.step = 'withdrawn' AND {same} THEN RETURN NEW; END IF;
        END IF;
        {refuse};
    END"""
    # A condition of a trigger cannot look into another table: the function does.
    of_files = f"""BEGIN
        IF TG_OP <> 'INSERT' THEN
            IF {of_public % "OLD"} THEN {refuse}; END IF;
        END IF;
        IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
        IF {of_public % "NEW"} THEN {refuse}; END IF;
        RETURN NEW;
    END"""
    for statement in (
        f"CREATE FUNCTION edition_languages_published() RETURNS trigger LANGUAGE plpgsql AS $${of_languages}$$",
        f"CREATE FUNCTION edition_files_published() RETURNS trigger LANGUAGE plpgsql AS $${of_files}$$",
        (
            "CREATE TRIGGER edition_languages_no_change BEFORE UPDATE OR DELETE ON edition_languages FOR EACH ROW "
            f"WHEN (OLD.{public}) EXECUTE FUNCTION edition_languages_published()"
        ),
        (
            "CREATE TRIGGER edition_files_no_change BEFORE INSERT OR UPDATE OR DELETE ON edition_files FOR EACH ROW "
            "EXECUTE FUNCTION edition_files_published()"
        ),
    ):
        op.execute(sa.DDL(statement))


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for trigger in (
            "edition_languages_no_update",
            "edition_languages_no_delete",
            "edition_files_no_insert",
            "edition_files_no_update",
            "edition_files_no_delete",
        ):
            op.execute(sa.DDL(f"DROP TRIGGER {trigger}"))
    else:
        for table in ("edition_languages", "edition_files"):
            op.execute(sa.DDL(f"DROP TRIGGER {table}_no_change ON {table}"))
            op.execute(sa.DDL(f"DROP FUNCTION {table}_published()"))
    for name in ("edition_files", "edition_languages", "edition_texts", "editions"):
        op.drop_table(name)
