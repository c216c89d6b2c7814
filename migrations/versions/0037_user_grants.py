"""Permissions given to one user beyond the role."""

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("users", sa.Column("grants", sa.JSON(), nullable=True))


def downgrade() -> None:
    op.drop_column("users", "grants")
