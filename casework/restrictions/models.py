"""Records that only their team may open, and who opened one all the same, in an emergency."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from casework.accounts.models import User
from casework.core.columns import Sealed, belongs_to, referable, sealed_column
from casework.core.db import Base, Identified, Versioned
from casework.core.scope import Scoped
from casework.persons.models import Person

_HERE = {"transfer": "stays: who may open a record here says nothing about another partner"}


@dataclass
class Reasons:
    """Why a record was restricted, and why it no longer is."""

    begun: str | None = None
    ended: str | None = None


class Restriction(Identified, Versioned, Scoped, Base):
    """That only the team of a person may open the record. One that was taken back stays, ended."""

    __tablename__ = "restrictions"
    __table_args__ = (
        referable(),
        belongs_to("persons", "person_id"),
        belongs_to("users", "by_id"),
        belongs_to("users", "ended_by_id"),
        Index("ix_restrictions_standing", "organisation_id", "ended_at"),
    )

    person_id: Mapped[UUID] = mapped_column(index=True, info=_HERE)
    since: Mapped[datetime]
    by_id: Mapped[UUID | None]
    reasons_sealed: Mapped[bytes | None] = sealed_column("restriction")
    reasons = Sealed("restriction", Reasons)
    ended_at: Mapped[datetime | None]
    ended_by_id: Mapped[UUID | None]


@dataclass
class Told:
    """What who opened a record in an emergency wrote, and what the supervisor said to it."""

    why: str | None = None
    review: str | None = None


class EmergencyAccess(Identified, Versioned, Scoped, Base):
    """That a colleague opened a record that is not theirs for some hours, why, and what was thought of it later."""

    __tablename__ = "emergency_accesses"
    __table_args__ = (
        referable(),
        belongs_to("users", "user_id"),
        belongs_to("persons", "person_id"),
        belongs_to("users", "reviewed_by_id"),
        CheckConstraint("reviewed_by_id IS NULL OR reviewed_by_id <> user_id", name="reviewed_by_another"),
        Index("ix_emergency_accesses_of_user", "organisation_id", "user_id", "until_at"),
    )

    user_id: Mapped[UUID]
    person_id: Mapped[UUID] = mapped_column(index=True, info=_HERE)
    reason: Mapped[str]
    """A code of the list `emergency_reason`."""
    told_sealed: Mapped[bytes | None] = sealed_column("emergency")
    told = Sealed("emergency", Told)
    from_at: Mapped[datetime]
    until_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    """When it ended before its time: who had it gave it back, or a supervisor found it not justified."""
    reviewed_by_id: Mapped[UUID | None]
    reviewed_at: Mapped[datetime | None]
    verdict: Mapped[str | None]
    """justified or unjustified; None while no supervisor has looked."""

    user: Mapped[User] = relationship(
        foreign_keys="EmergencyAccess.user_id", primaryjoin="EmergencyAccess.user_id == User.id", viewonly=True
    )
    person: Mapped[Person] = relationship(
        foreign_keys="EmergencyAccess.person_id", primaryjoin="EmergencyAccess.person_id == Person.id", viewonly=True
    )
