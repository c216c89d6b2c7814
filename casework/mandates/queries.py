"""Powers of attorney of one's own organisation."""

from collections.abc import Collection
from datetime import date
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import selectinload

from casework.core.db import db
from casework.mandates.models import PowerOfAttorney
from casework.mandates.policy import granted
from casework.mandates.rules import lack, last_day


def power(person_id: UUID, power_id: UUID) -> PowerOfAttorney | None:
    return db.session.scalar(
        select(PowerOfAttorney)
        .where(PowerOfAttorney.id == power_id, PowerOfAttorney.person_id == person_id)
        .options(selectinload(PowerOfAttorney.lawyer))
    )


def of_person(person_id: UUID) -> list[PowerOfAttorney]:
    """Every power of attorney of a person, the newest first; revoked and void ones too."""
    return list(
        db.session.scalars(
            select(PowerOfAttorney)
            .where(PowerOfAttorney.person_id == person_id)
            .order_by(PowerOfAttorney.issued_on.desc(), PowerOfAttorney.recorded_at.desc())
            .options(selectinload(PowerOfAttorney.lawyer))
        )
    )


def valid_for(person_ids: Collection[UUID], scope: str, on: date, lawyer_id: UUID | None = None) -> set[UUID]:
    """Which of these persons have themselves granted one that serves on a day."""
    found = granted(person_ids)
    return {one for one in person_ids if lack(found[one], scope, on, lawyer_id) is None}


def expiring(until: date, since: date) -> list[PowerOfAttorney]:
    """Those that stand and run out from one day to another, the first first: for the calendar."""
    statement = (
        select(PowerOfAttorney)
        .where(
            PowerOfAttorney.voided_at.is_(None),
            PowerOfAttorney.revoked_on.is_(None),
            PowerOfAttorney.issued_on <= until,
            or_(PowerOfAttorney.expires_on.is_(None), PowerOfAttorney.expires_on >= since),
        )
        .options(selectinload(PowerOfAttorney.person))
    )
    found = [one for one in db.session.scalars(statement) if since <= last_day(one) <= until]
    return sorted(found, key=lambda one: (last_day(one), one.recorded_at))
