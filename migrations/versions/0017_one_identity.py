"""One person, one record: likely duplicates, merges, records of several partners, opposing parties and conflicts."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "duplicate_searches",
        sa.Column("looked_to", sa.DateTime(timezone=True), nullable=True),
        sa.Column("position", sa.Uuid(), nullable=True),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duplicate_searches")),
        sa.UniqueConstraint("organisation_id", name=op.f("uq_duplicate_searches_organisation_id")),
    )
    op.create_index(
        op.f("ix_duplicate_searches_organisation_id"), "duplicate_searches", ["organisation_id"], unique=False
    )

    op.create_table(
        "offsets",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("dimension", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("origin", sa.String(), nullable=False),
        sa.Column("sex", sa.String(), nullable=False),
        sa.Column("age_band", sa.String(), nullable=False),
        sa.Column("region", sa.String(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("flow", sa.String(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offsets")),
    )
    op.create_index("ix_offsets_effective", "offsets", ["effective_on", "dimension", "status"], unique=False)
    op.create_index(op.f("ix_offsets_person_id"), "offsets", ["person_id"], unique=False)

    op.create_table(
        "overlaps",
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_overlaps")),
    )
    op.create_table(
        "duplicate_pairs",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("other_id", sa.Uuid(), nullable=False),
        sa.Column("confidence", sa.String(), nullable=False),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decision", sa.String(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("note_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by_id", sa.Uuid(), nullable=True),
        sa.Column("equal_numbers", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "other_id"],
            ["persons.organisation_id", "persons.id"],
            name=op.f("fk_duplicate_pairs_organisation_id_other_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "person_id"],
            ["persons.organisation_id", "persons.id"],
            name=op.f("fk_duplicate_pairs_organisation_id_person_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duplicate_pairs")),
        sa.UniqueConstraint(
            "organisation_id",
            "person_id",
            "other_id",
            name=op.f("uq_duplicate_pairs_organisation_id_person_id_other_id"),
        ),
    )
    op.create_index(op.f("ix_duplicate_pairs_organisation_id"), "duplicate_pairs", ["organisation_id"], unique=False)
    op.create_index(op.f("ix_duplicate_pairs_other_id"), "duplicate_pairs", ["other_id"], unique=False)

    op.create_table(
        "elsewhere_looks",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("looked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "person_id"],
            ["persons.organisation_id", "persons.id"],
            name=op.f("fk_elsewhere_looks_organisation_id_person_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_elsewhere_looks")),
    )
    op.create_index(op.f("ix_elsewhere_looks_organisation_id"), "elsewhere_looks", ["organisation_id"], unique=False)
    op.create_index(op.f("ix_elsewhere_looks_person_id"), "elsewhere_looks", ["person_id"], unique=False)

    op.create_table(
        "merges",
        sa.Column("kept_id", sa.Uuid(), nullable=False),
        sa.Column("gone_id", sa.Uuid(), nullable=False),
        sa.Column("choices_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("note_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("merged_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("merged_by_id", sa.Uuid(), nullable=True),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_by_id", sa.Uuid(), nullable=True),
        sa.Column("undo_reason", sa.String(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "gone_id"],
            ["persons.organisation_id", "persons.id"],
            name=op.f("fk_merges_organisation_id_gone_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "kept_id"],
            ["persons.organisation_id", "persons.id"],
            name=op.f("fk_merges_organisation_id_kept_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_merges")),
        sa.UniqueConstraint("organisation_id", "id", name=op.f("uq_merges_organisation_id_id")),
    )
    op.create_index(op.f("ix_merges_gone_id"), "merges", ["gone_id"], unique=False)
    op.create_index(op.f("ix_merges_kept_id"), "merges", ["kept_id"], unique=False)
    op.create_index(op.f("ix_merges_organisation_id"), "merges", ["organisation_id"], unique=False)

    op.create_table(
        "overlap_sides",
        sa.Column("overlap_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("consent_on", sa.Date(), nullable=True),
        sa.Column("consent_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("asked_by_id", sa.Uuid(), nullable=True),
        sa.Column("answer", sa.String(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by_id", sa.Uuid(), nullable=True),
        sa.Column("verdict", sa.String(), nullable=True),
        sa.Column("verdict_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("verdict_by_id", sa.Uuid(), nullable=True),
        sa.Column("note_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "person_id"],
            ["persons.organisation_id", "persons.id"],
            name=op.f("fk_overlap_sides_organisation_id_person_id"),
        ),
        sa.ForeignKeyConstraint(["overlap_id"], ["overlaps.id"], name=op.f("fk_overlap_sides_overlap_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_overlap_sides")),
        sa.UniqueConstraint("organisation_id", "overlap_id", name=op.f("uq_overlap_sides_organisation_id_overlap_id")),
    )
    op.create_index(op.f("ix_overlap_sides_organisation_id"), "overlap_sides", ["organisation_id"], unique=False)
    op.create_index(op.f("ix_overlap_sides_overlap_id"), "overlap_sides", ["overlap_id"], unique=False)
    op.create_index(op.f("ix_overlap_sides_person_id"), "overlap_sides", ["person_id"], unique=False)

    op.create_table(
        "merge_steps",
        sa.Column("merge_id", sa.Uuid(), nullable=False),
        sa.Column("table_name", sa.String(), nullable=False),
        sa.Column("row", sa.Uuid(), nullable=False),
        sa.Column("column", sa.String(), nullable=False),
        sa.Column("how", sa.String(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "merge_id"],
            ["merges.organisation_id", "merges.id"],
            name=op.f("fk_merge_steps_organisation_id_merge_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_merge_steps")),
    )
    op.create_index(op.f("ix_merge_steps_merge_id"), "merge_steps", ["merge_id"], unique=False)
    op.create_index(op.f("ix_merge_steps_organisation_id"), "merge_steps", ["organisation_id"], unique=False)

    op.create_table(
        "opposing_parties",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("is_body", sa.Boolean(), nullable=False),
        sa.Column("who_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.Uuid(), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("voided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("voided_by_id", sa.Uuid(), nullable=True),
        sa.Column("void_reason", sa.String(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "case_id"],
            ["cases.organisation_id", "cases.id"],
            name=op.f("fk_opposing_parties_organisation_id_case_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "person_id"],
            ["persons.organisation_id", "persons.id"],
            name=op.f("fk_opposing_parties_organisation_id_person_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_opposing_parties")),
        sa.UniqueConstraint("organisation_id", "id", name=op.f("uq_opposing_parties_organisation_id_id")),
    )
    op.create_index(op.f("ix_opposing_parties_case_id"), "opposing_parties", ["case_id"], unique=False)
    op.create_index(op.f("ix_opposing_parties_organisation_id"), "opposing_parties", ["organisation_id"], unique=False)
    op.create_index(op.f("ix_opposing_parties_person_id"), "opposing_parties", ["person_id"], unique=False)

    op.create_table(
        "conflicts",
        sa.Column("opposing_id", sa.Uuid(), nullable=True),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("how", sa.String(), nullable=False),
        sa.Column("confidence", sa.String(), nullable=False),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decision", sa.String(), nullable=True),
        sa.Column("note_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by_id", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "opposing_id"],
            ["opposing_parties.organisation_id", "opposing_parties.id"],
            name=op.f("fk_conflicts_organisation_id_opposing_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "person_id"],
            ["persons.organisation_id", "persons.id"],
            name=op.f("fk_conflicts_organisation_id_person_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conflicts")),
        sa.UniqueConstraint(
            "organisation_id",
            "opposing_id",
            "person_id",
            "how",
            name=op.f("uq_conflicts_organisation_id_opposing_id_person_id_how"),
        ),
    )
    op.create_index(op.f("ix_conflicts_opposing_id"), "conflicts", ["opposing_id"], unique=False)
    op.create_index(op.f("ix_conflicts_organisation_id"), "conflicts", ["organisation_id"], unique=False)
    op.create_index(op.f("ix_conflicts_person_id"), "conflicts", ["person_id"], unique=False)

    op.create_table(
        "opposing_looks",
        sa.Column("opposing_id", sa.Uuid(), nullable=False),
        sa.Column("looked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "opposing_id"],
            ["opposing_parties.organisation_id", "opposing_parties.id"],
            name=op.f("fk_opposing_looks_organisation_id_opposing_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_opposing_looks")),
        sa.UniqueConstraint(
            "organisation_id", "opposing_id", name=op.f("uq_opposing_looks_organisation_id_opposing_id")
        ),
    )
    op.create_index(op.f("ix_opposing_looks_organisation_id"), "opposing_looks", ["organisation_id"], unique=False)

    op.add_column("persons", sa.Column("merged_into_id", sa.Uuid(), nullable=True))
    op.add_column("persons", sa.Column("merged_on", sa.Date(), nullable=True))


def downgrade() -> None:
    op.drop_column("persons", "merged_on")
    op.drop_column("persons", "merged_into_id")
    op.drop_table("opposing_looks")
    op.drop_table("conflicts")
    op.drop_table("opposing_parties")
    op.drop_table("merge_steps")
    op.drop_table("overlap_sides")
    op.drop_table("merges")
    op.drop_table("elsewhere_looks")
    op.drop_table("duplicate_pairs")
    op.drop_table("overlaps")
    op.drop_table("offsets")
    op.drop_table("duplicate_searches")
