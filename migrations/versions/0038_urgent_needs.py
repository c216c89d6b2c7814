"""Which specific needs call for urgent protection."""

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None

URGENT = ("LP-UP", "LP-TD", "LP-RR", "LP-RD", "LP-ST", "LP-TR", "SC-UM", "SC-UC", "SM-CC", "SV-HK")
_items = sa.table(
    "code_items",
    sa.column("id", sa.Uuid()),
    sa.column("list", sa.String()),
    sa.column("code", sa.String()),
    sa.column("attributes", sa.JSON()),
)


def _needs() -> list[sa.Row[tuple[object, ...]]]:
    wanted = (_items.c.list == "specific_need", _items.c.code.in_(URGENT))
    return list(op.get_bind().execute(sa.select(_items).where(*wanted)))


def _write(row: sa.Row[tuple[object, ...]], attributes: dict[str, object]) -> None:
    op.get_bind().execute(_items.update().where(_items.c.id == row.id).values(attributes=attributes))


def upgrade() -> None:
    """New installations get this from the seed; this is for those that have had their code lists for longer."""
    for row in _needs():
        _write(row, {**row.attributes, "urgent": True})


def downgrade() -> None:
    for row in _needs():
        _write(row, {name: value for name, value in row.attributes.items() if name != "urgent"})
