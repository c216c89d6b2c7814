"""What releases count by: the macro-region of a region, the instance and result of an act that decides."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

MACRO = {
    "KZ-10": "EAST",
    "KZ-11": "NORTH",
    "KZ-15": "WEST",
    "KZ-19": "SOUTH",
    "KZ-23": "WEST",
    "KZ-27": "WEST",
    "KZ-31": "SOUTH",
    "KZ-33": "SOUTH",
    "KZ-35": "CENTRE",
    "KZ-39": "NORTH",
    "KZ-43": "SOUTH",
    "KZ-47": "WEST",
    "KZ-55": "NORTH",
    "KZ-59": "NORTH",
    "KZ-61": "SOUTH",
    "KZ-62": "CENTRE",
    "KZ-63": "EAST",
    "KZ-71": "NORTH",
    "KZ-75": "SOUTH",
    "KZ-79": "SOUTH",
}
DECIDES = {
    "REG_REFUSED": ("FIRST", "REFUSED"),
    "FI_RECOGNISED": ("FIRST", "GRANTED"),
    "FI_RECOGNISED_FAMILY": ("FIRST", "GRANTED"),
    "FI_REJECTED": ("FIRST", "REFUSED"),
    "CLAIM_CLOSED": ("FIRST", "ENDED"),
    "RENEWED": ("FIRST", "GRANTED"),
    "RENEWAL_REFUSED": ("FIRST", "REFUSED"),
    "STATUS_WITHDRAWN": ("FIRST", "REFUSED"),
    "STATUS_CEASED": ("FIRST", "REFUSED"),
    "STATELESS_RECOGNISED": ("FIRST", "GRANTED"),
    "CITIZENSHIP_CONFIRMED": ("FIRST", "GRANTED"),
    "CITIZENSHIP_ACQUIRED": ("FIRST", "GRANTED"),
    "OTHER_NATIONALITY_CONFIRMED": ("FIRST", "GRANTED"),
    "OTHER_NATIONALITY_DENIED": ("FIRST", "REFUSED"),
    "BIRTH_REGISTERED": ("FIRST", "GRANTED"),
    "FACT_ESTABLISHED": ("COURT", "GRANTED"),
    "FACT_DENIED": ("COURT", "REFUSED"),
    "PERMIT_GRANTED": ("FIRST", "GRANTED"),
    "REFUSED": ("FIRST", "REFUSED"),
    "AR_RECOGNISED": ("REVIEW", "GRANTED"),
    "AR_ALLOWED": ("REVIEW", "GRANTED"),
    "AR_RETURNED": ("REVIEW", "RETURNED"),
    "AR_REJECTED": ("REVIEW", "REFUSED"),
    "COURT_ALLOWED": ("COURT", "GRANTED"),
    "COURT_REMANDED": ("COURT", "RETURNED"),
    "COURT_DISMISSED": ("COURT", "REFUSED"),
    "APPEAL_ALLOWED": ("COURT", "GRANTED"),
    "APPEAL_REMANDED": ("COURT", "RETURNED"),
    "APPEAL_DISMISSED": ("COURT", "REFUSED"),
    "CASSATION_ALLOWED": ("COURT", "GRANTED"),
    "CASSATION_REMANDED": ("COURT", "RETURNED"),
    "CASSATION_DISMISSED": ("COURT", "REFUSED"),
}
_items = sa.table(
    "code_items",
    sa.column("id", sa.Uuid()),
    sa.column("list", sa.String()),
    sa.column("code", sa.String()),
    sa.column("attributes", sa.JSON()),
)


def _added(name: str, code: str) -> dict[str, str]:
    if name == "region" and code in MACRO:
        return {"macro": MACRO[code]}
    if name == "act" and code in DECIDES:
        instance, result = DECIDES[code]
        return {"instance": instance, "result": result}
    return {}


def _attributed() -> list[sa.Row[tuple[object, ...]]]:
    return list(op.get_bind().execute(sa.select(_items).where(_items.c.list.in_(("region", "act")))))


def _write(row: sa.Row[tuple[object, ...]], attributes: dict[str, object]) -> None:
    op.get_bind().execute(_items.update().where(_items.c.id == row.id).values(attributes=attributes))


def upgrade() -> None:
    """New installations get these from the seed; this is for those that have had their code lists for longer."""
    for row in _attributed():
        if added := _added(row.list, row.code):
            _write(row, {**added, **row.attributes})


def downgrade() -> None:
    for row in _attributed():
        if added := _added(row.list, row.code):
            _write(row, {name: value for name, value in row.attributes.items() if name not in added})
