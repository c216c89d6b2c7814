"""Counselling sessions of one's own organisation."""

from datetime import date
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from casework.consultations.models import Attendance, Consultation
from casework.core.db import db
from casework.reference import queries as codes

_WHOLE = (
    selectinload(Consultation.attendances).selectinload(Attendance.person),
    selectinload(Consultation.topics),
    selectinload(Consultation.services),
    selectinload(Consultation.lawyer),
    selectinload(Consultation.case),
)


def consultation(case_id: UUID, consultation_id: UUID) -> Consultation | None:
    return db.session.scalar(
        select(Consultation).where(Consultation.id == consultation_id, Consultation.case_id == case_id).options(*_WHOLE)
    )


def of_cases(case_ids: list[UUID]) -> list[Consultation]:
    """Every session of these cases, voided ones too, the oldest first."""
    return list(
        db.session.scalars(
            select(Consultation)
            .where(Consultation.case_id.in_(case_ids))
            .order_by(Consultation.held_on, Consultation.recorded_at, Consultation.id)
            .options(*_WHOLE)
        )
    )


def is_contact(outcome: str | None) -> bool:
    """Whether a session with this outcome was one in which the person was reached: not if they did not come."""
    return codes.attribute("session_outcome", outcome, "contact") is not False


def last_contact_on(case_id: UUID) -> date | None:
    """The day of the latest session of a case that stands and in which there was contact."""
    standing = (
        select(func.max(Consultation.held_on), Consultation.outcome)
        .where(Consultation.case_id == case_id, Consultation.voided_at.is_(None))
        .group_by(Consultation.outcome)
    )
    return max((day for day, outcome in db.session.execute(standing) if is_contact(outcome)), default=None)


def days_held(case_id: UUID) -> list[date]:
    """The days of the sessions of a case that stand, the earliest first."""
    statement = select(Consultation.held_on).where(Consultation.case_id == case_id, Consultation.voided_at.is_(None))
    return list(db.session.scalars(statement.order_by(Consultation.held_on)))


def days_with(person_id: UUID, case_id: UUID | None = None) -> list[date]:
    """The same of the sessions that a person took part in: of one case or of all."""
    statement = select(Consultation.held_on).where(
        Consultation.attendances.any(Attendance.person_id == person_id), Consultation.voided_at.is_(None)
    )
    if case_id is not None:
        statement = statement.where(Consultation.case_id == case_id)
    return list(db.session.scalars(statement.order_by(Consultation.held_on)))
