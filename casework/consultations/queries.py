"""Counselling sessions of one's own organisation."""

from datetime import date
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from casework.consultations.models import Attendance, Consultation
from casework.core.db import db

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


def last_held_on(case_id: UUID) -> date | None:
    """The day of the latest session of a case that stands."""
    return db.session.scalar(
        select(func.max(Consultation.held_on)).where(Consultation.case_id == case_id, Consultation.voided_at.is_(None))
    )
