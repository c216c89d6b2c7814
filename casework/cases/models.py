"""One legal matter of one or more persons: who works on it, where it stands, what comes next."""

from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from casework.accounts.models import User
from casework.core.columns import Sealed, belongs_to, referable, sealed_column
from casework.core.db import Base, Identified, Versioned
from casework.core.scope import Scoped
from casework.persons.models import Person, Words


@dataclass
class NextStep:
    text: str | None = None


class Case(Identified, Versioned, Scoped, Base):
    __tablename__ = "cases"
    __table_args__ = (
        referable(),
        ForeignKeyConstraint(["organisation_id"], ["organisations.id"]),
        belongs_to("users", "lawyer_id"),
        belongs_to("users", "next_step_owner_id"),
        Index("ix_cases_open", "organisation_id", "closed_on", "lawyer_id"),
    )

    number: Mapped[str] = mapped_column(unique=True)
    track: Mapped[str]
    procedure_id: Mapped[UUID | None] = mapped_column(ForeignKey("procedures.id"))
    """The version of the procedure that the case runs under; none in cases from before there were procedures."""
    priority: Mapped[str] = mapped_column(default="ROUTINE")
    source: Mapped[str | None]
    stage: Mapped[str]
    stage_since: Mapped[date]
    lawyer_id: Mapped[UUID]
    opened_on: Mapped[date]
    closed_on: Mapped[date | None]
    outcome: Mapped[str | None]
    closure_reason: Mapped[str | None]
    last_contact_on: Mapped[date | None]
    """The day of the latest session that stands and had contact: only consultations write it, through cases.actions."""

    next_step_sealed: Mapped[bytes | None] = sealed_column("next-step")
    next_step = Sealed("next-step", NextStep)
    next_step_due_on: Mapped[date | None]
    next_step_owner_id: Mapped[UUID | None]

    lawyer: Mapped[User] = relationship(
        foreign_keys="Case.lawyer_id", primaryjoin="Case.lawyer_id == User.id", viewonly=True
    )
    parties: Mapped[list["CaseParty"]] = relationship(
        back_populates="case",
        order_by="CaseParty.position",
        foreign_keys="CaseParty.case_id",
        primaryjoin="and_(Case.id == CaseParty.case_id, CaseParty.voided_at.is_(None))",
    )
    """Those who are in the case; who was put into it by mistake is not among them."""
    events: Mapped[list["CaseEvent"]] = relationship(
        back_populates="case",
        order_by="CaseEvent.happened_on, CaseEvent.recorded_at",
        foreign_keys="CaseEvent.case_id",
        primaryjoin="Case.id == CaseEvent.case_id",
    )

    @property
    def is_open(self) -> bool:
        return self.closed_on is None

    @property
    def has_next_step(self) -> bool:
        return self.next_step_due_on is not None

    @property
    def next_step_mark(self) -> str:
        """What tells this next step from an earlier or a later one: a page carries it, to act on the step it shows."""
        told = (self.next_step_sealed, self.next_step_due_on, self.next_step_owner_id)
        return sha256(repr(told).encode()).hexdigest()[:16]


class CaseParty(Identified, Scoped, Base):
    """A person whose matter this is; the first is the principal one. Who was added by mistake stays, void."""

    __tablename__ = "case_parties"
    __table_args__ = (
        belongs_to("cases", "case_id"),
        belongs_to("persons", "person_id"),
    )

    case_id: Mapped[UUID] = mapped_column(index=True)
    person_id: Mapped[UUID] = mapped_column(index=True)
    position: Mapped[int] = mapped_column(default=0)
    voided_at: Mapped[datetime | None]
    voided_by_id: Mapped[UUID | None]
    void_reason: Mapped[str | None]

    case: Mapped[Case] = relationship(
        back_populates="parties", foreign_keys="CaseParty.case_id", primaryjoin="CaseParty.case_id == Case.id"
    )
    person: Mapped[Person] = relationship(
        foreign_keys="CaseParty.person_id", primaryjoin="CaseParty.person_id == Person.id", viewonly=True
    )


Index(
    "uq_case_parties",
    CaseParty.organisation_id,
    CaseParty.case_id,
    CaseParty.person_id,
    unique=True,
    sqlite_where=CaseParty.voided_at.is_(None),
    postgresql_where=CaseParty.voided_at.is_(None),
)


class CaseEvent(Identified, Scoped, Base):
    """Something that happened to the case: opened, moved to a stage, reassigned, a step done, closed, reopened."""

    __tablename__ = "case_events"
    __table_args__ = (belongs_to("cases", "case_id"),)

    case_id: Mapped[UUID] = mapped_column(index=True)
    kind: Mapped[str]
    happened_on: Mapped[date]
    from_code: Mapped[str | None]
    to_code: Mapped[str | None]
    reason: Mapped[str | None]
    note_sealed: Mapped[bytes | None] = sealed_column("case-note")
    note = Sealed("case-note", Words)
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[UUID | None]

    case: Mapped[Case] = relationship(
        back_populates="events", foreign_keys="CaseEvent.case_id", primaryjoin="CaseEvent.case_id == Case.id"
    )


@dataclass
class ViewName:
    text: str | None = None


class SavedView(Identified, Versioned, Scoped, Base):
    """Filters of the list of cases that somebody keeps under a name, for themselves or for their colleagues too."""

    __tablename__ = "saved_views"
    __table_args__ = (referable(), belongs_to("users", "owner_id"))

    owner_id: Mapped[UUID] = mapped_column(index=True)
    name_sealed: Mapped[bytes | None] = sealed_column("view-name", erase="stays: it is the name of a list")
    name = Sealed("view-name", ViewName)
    filters: Mapped[dict[str, Any]]
    """Codes, days and ids of colleagues, as in the address of the list."""
    is_shared: Mapped[bool] = mapped_column(default=False)
    position: Mapped[int] = mapped_column(default=0)
    deleted_at: Mapped[datetime | None]
    """It can be put back, so the row stays for as long as it has an owner."""


class FirstView(Identified, Scoped, Base):
    """With which saved view the list of cases opens for a user."""

    __tablename__ = "first_views"
    __table_args__ = (
        belongs_to("users", "user_id"),
        belongs_to("saved_views", "view_id"),
        UniqueConstraint("organisation_id", "user_id"),
    )

    user_id: Mapped[UUID]
    view_id: Mapped[UUID]
