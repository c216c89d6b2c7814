"""Appointments of cases; the calendar feeds and the reminders of users."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from casework.accounts.models import User
from casework.cases.models import Case
from casework.core import clock
from casework.core.columns import Sealed, belongs_to, sealed_column
from casework.core.db import Base, Identified, Versioned
from casework.core.scope import Scoped
from casework.diary.rules import Slot, State


@dataclass
class Plan:
    """Where it is, and what to bring or to know."""

    place: str | None = None
    note: str | None = None


class Appointment(Identified, Versioned, Scoped, Base):
    """A meeting, a hearing, a visit: someone is to be somewhere at a moment."""

    __tablename__ = "appointments"
    __table_args__ = (
        belongs_to("cases", "case_id"),
        belongs_to("users", "lawyer_id"),
        Index("ix_appointments_starts", "organisation_id", "starts_at"),
    )

    case_id: Mapped[UUID] = mapped_column(index=True)
    lawyer_id: Mapped[UUID]
    """Who goes there; not always the lawyer of the case."""
    kind: Mapped[str]
    starts_at: Mapped[datetime]
    minutes: Mapped[int]
    state: Mapped[str] = mapped_column(default=State.PLANNED)
    details_sealed: Mapped[bytes | None] = sealed_column("appointment")
    details = Sealed("appointment", Plan)
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[UUID | None]

    case: Mapped[Case] = relationship(
        foreign_keys="Appointment.case_id", primaryjoin="Appointment.case_id == Case.id", viewonly=True
    )
    lawyer: Mapped[User] = relationship(
        foreign_keys="Appointment.lawyer_id", primaryjoin="Appointment.lawyer_id == User.id", viewonly=True
    )

    @property
    def slot(self) -> Slot:
        return Slot(self.starts_at, self.minutes)

    @property
    def on(self) -> date:
        """The day it is on in Almaty."""
        return clock.day_of(self.starts_at)

    @property
    def has_begun(self) -> bool:
        return self.starts_at <= clock.now()


class CalendarFeed(Identified, Base):
    """An address under which a calendar program fetches one user's dates. Only the hash of its token is kept.

    Not scoped by the walls: whoever fetches has not signed in. What is fetched is read as the user, within them.
    """

    __tablename__ = "calendar_feeds"

    token_hash: Mapped[str] = mapped_column(unique=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), index=True)
    created_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
