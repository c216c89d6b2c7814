"""Counselling sessions: what was discussed with whom, what was done, what came of it.

“Consultation” in code, “session” on the page: the word session already means two other things in this stack.
"""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from casework.accounts.models import User
from casework.cases.models import Case
from casework.core.columns import Sealed, belongs_to, referable, sealed_column
from casework.core.db import Base, Identified, Versioned
from casework.core.scope import Scoped
from casework.persons.models import Person, Words


@dataclass
class Account:
    """What is told of the session: a line and a few sentences."""

    title: str | None = None
    summary: str | None = None
    interpreter: str | None = None


class Consultation(Identified, Versioned, Scoped, Base):
    __tablename__ = "consultations"
    __table_args__ = (
        referable(),
        belongs_to("cases", "case_id"),
        belongs_to("users", "lawyer_id"),
        Index("ix_consultations_held", "organisation_id", "held_on"),
    )

    case_id: Mapped[UUID] = mapped_column(index=True)
    lawyer_id: Mapped[UUID]
    held_on: Mapped[date]
    modality: Mapped[str]
    minutes: Mapped[int | None]
    language: Mapped[str | None]
    has_interpreter: Mapped[bool] = mapped_column(default=False)
    outcome: Mapped[str | None]
    account_sealed: Mapped[bytes | None] = sealed_column("account")
    account = Sealed("account", Account)
    private_note_sealed: Mapped[bytes | None] = sealed_column(
        "private-note", transfer="stays: whoever wrote it wrote it for this office"
    )
    private_note = Sealed("private-note", Words)
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[UUID | None]
    voided_at: Mapped[datetime | None]
    voided_by_id: Mapped[UUID | None]
    void_reason: Mapped[str | None]

    case: Mapped[Case] = relationship(
        foreign_keys="Consultation.case_id", primaryjoin="Consultation.case_id == Case.id", viewonly=True
    )
    lawyer: Mapped[User] = relationship(
        foreign_keys="Consultation.lawyer_id", primaryjoin="Consultation.lawyer_id == User.id", viewonly=True
    )
    attendances: Mapped[list["Attendance"]] = relationship(
        foreign_keys="Attendance.consultation_id",
        primaryjoin="Consultation.id == Attendance.consultation_id",
        cascade="all, delete-orphan",
    )
    topics: Mapped[list["ConsultationTopic"]] = relationship(
        foreign_keys="ConsultationTopic.consultation_id",
        primaryjoin="Consultation.id == ConsultationTopic.consultation_id",
        cascade="all, delete-orphan",
    )
    services: Mapped[list["Service"]] = relationship(
        foreign_keys="Service.consultation_id",
        primaryjoin="Consultation.id == Service.consultation_id",
        cascade="all, delete-orphan",
    )

    @property
    def is_void(self) -> bool:
        return self.voided_at is not None


class Attendance(Identified, Scoped, Base):
    """A person of the case who was there, or for whom the session was held."""

    __tablename__ = "attendances"
    __table_args__ = (belongs_to("consultations", "consultation_id"), belongs_to("persons", "person_id"))

    consultation_id: Mapped[UUID] = mapped_column(index=True)
    person_id: Mapped[UUID] = mapped_column(index=True)

    person: Mapped[Person] = relationship(
        foreign_keys="Attendance.person_id", primaryjoin="Attendance.person_id == Person.id", viewonly=True
    )


class ConsultationTopic(Identified, Scoped, Base):
    __tablename__ = "consultation_topics"
    __table_args__ = (belongs_to("consultations", "consultation_id"),)

    consultation_id: Mapped[UUID] = mapped_column(index=True)
    topic: Mapped[str]


class Service(Identified, Scoped, Base):
    """A service given in a session. Its level (1 information … 5 court) is what is reported: the highest wins."""

    __tablename__ = "services"
    __table_args__ = (belongs_to("consultations", "consultation_id"),)

    consultation_id: Mapped[UUID] = mapped_column(index=True)
    type: Mapped[str]
    level: Mapped[int | None]
