"""The ledger read as it was recorded by a moment: what came later is found without reading it all."""

from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_movements_recorded", "movements", ["recorded_at"])
    op.create_index("ix_offsets_recorded", "offsets", ["recorded_at"])


def downgrade() -> None:
    op.drop_index("ix_offsets_recorded", table_name="offsets")
    op.drop_index("ix_movements_recorded", table_name="movements")
