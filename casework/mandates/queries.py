"""Powers of attorney of one's own organisation."""

from collections.abc import Collection, Iterable
from datetime import date
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, and_, false, or_, select
from sqlalchemy.orm import selectinload

from casework.cases.models import Case, CaseParty
from casework.cases.queries import CONDITIONS, Condition
from casework.core import clock
from casework.core.db import db
from casework.mandates.models import PowerOfAttorney
from casework.mandates.policy import granted, unrepresented
from casework.mandates.rules import lack, last_day
from casework.procedures import queries as procedures


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


# -- for the list of cases ---------------------------------------------------------------------------------------


def _scopes() -> dict[tuple[UUID | None, str], str]:
    """What a power of attorney must cover at each stage beyond the first of each procedure, where it takes one."""
    return {
        (one.id, stage.code): stage.scope
        for one in procedures.every()
        for stage in one.stages
        if stage.scope is not None and stage.code != one.first_stage
    }


def lacking_power(cases: Iterable[Case]) -> set[UUID]:
    """Which of these cases are at a stage where representing takes a power of attorney, and none serves the lawyer."""
    scopes = _scopes()
    found = [(one, scopes[one.procedure_id, one.stage]) for one in cases if (one.procedure_id, one.stage) in scopes]
    return unrepresented(found, clock.today())


def is_without_power() -> ColumnElement[bool]:
    """Open, and so."""
    stages: dict[UUID | None, list[str]] = {}
    for procedure_id, stage in _scopes():
        stages.setdefault(procedure_id, []).append(stage)
    at_such_a_stage = or_(
        false(), *(and_(Case.procedure_id == one, Case.stage.in_(codes)) for one, codes in stages.items())
    )
    statement = select(Case).where(Case.closed_on.is_(None), at_such_a_stage)
    with_persons = selectinload(Case.parties).selectinload(CaseParty.person)
    return Case.id.in_(lacking_power(db.session.scalars(statement.options(with_persons))))


CONDITIONS["no_power"] = Condition(_l("Represented without a power of attorney"), is_without_power)
