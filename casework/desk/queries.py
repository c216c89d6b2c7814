"""What a role finds on its desk."""

from uuid import UUID

from sqlalchemy import func, select

from casework.core.audit import AuditEntry
from casework.core.db import db
from casework.persons import queries as persons
from casework.persons.models import Person

LAST = 5


def last_opened(user_id: UUID) -> list[Person]:
    """The persons this user opened last, the latest first."""
    latest = func.max(AuditEntry.number)
    ids = db.session.scalars(
        select(AuditEntry.subject_id)
        .where(
            AuditEntry.actor_id == user_id,
            AuditEntry.action == "person:open",
            AuditEntry.subject_id.is_not(None),
        )
        .group_by(AuditEntry.subject_id)
        .order_by(latest.desc())
        .limit(LAST)
    ).all()
    found = persons.persons(one for one in ids if one is not None)
    return [found[one] for one in ids if one in found]
