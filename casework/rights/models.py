"""What people ask about their own data, and the erasures that two colleagues agreed to."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from casework.accounts.models import User
from casework.core.columns import Sealed, belongs_to, referable, sealed_column
from casework.core.db import Base, Identified, Versioned
from casework.core.scope import Scoped
from casework.persons.models import Person
from casework.rights.rules import State

_HERE = {"transfer": "stays: it was asked of this organisation"}


@dataclass
class Said:
    """What the person asked in their words, and what they were answered."""

    asked: str | None = None
    answer: str | None = None


class DataRequest(Identified, Versioned, Scoped, Base):
    """That somebody asked something about the data kept of them: what, when, until when, and what became of it."""

    __tablename__ = "data_requests"
    __revised__ = False  # the trail says who decided what; former words would outlive the erasure
    __table_args__ = (
        referable(),
        belongs_to("persons", "person_id"),
        belongs_to("users", "recorded_by_id"),
        belongs_to("users", "closed_by_id"),
        CheckConstraint("(closed_on IS NULL) = (decision IS NULL)", name="closed_with_a_decision"),
        Index("ix_data_requests_open", "organisation_id", "closed_on", "due_on"),
    )

    person_id: Mapped[UUID] = mapped_column(index=True, info=_HERE)
    kind: Mapped[str]
    """A code of the list `rights_kind`."""
    asked_on: Mapped[date]
    by_whom: Mapped[str]
    """A code of the list `rights_by`."""
    how: Mapped[str]
    """A code of the list `rights_how`."""
    due_on: Mapped[date]
    """The last day of the law's term, as it was known when the request was recorded."""
    said_sealed: Mapped[bytes | None] = sealed_column("data-request")
    said = Sealed("data-request", Said)
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[UUID | None]
    decision: Mapped[str | None]
    """A code of the list `rights_decision`."""
    closed_on: Mapped[date | None]
    closed_by_id: Mapped[UUID | None]

    person: Mapped[Person] = relationship(
        foreign_keys="DataRequest.person_id", primaryjoin="DataRequest.person_id == Person.id", viewonly=True
    )

    @property
    def is_open(self) -> bool:
        return self.closed_on is None


@dataclass
class Reasons:
    """Why a record is to be erased, why in spite of what speaks against it, and what who decided wrote."""

    why: str | None = None
    in_spite: str | None = None
    answer: str | None = None


class Erasure(Identified, Versioned, Scoped, Base):
    """That a person's data are to be erased, or were: asked for by one colleague, approved by another."""

    __tablename__ = "erasures"
    __revised__ = False
    __table_args__ = (
        belongs_to("persons", "person_id"),
        belongs_to("data_requests", "request_id"),
        belongs_to("users", "asked_by_id"),
        belongs_to("users", "decided_by_id"),
        CheckConstraint("decided_by_id IS NULL OR decided_by_id <> asked_by_id", name="decided_by_another"),
        Index("ix_erasures_waiting", "organisation_id", "state", "asked_at"),
    )

    person_id: Mapped[UUID] = mapped_column(
        index=True, info={**_HERE, "merge": "stays: what was asked is about this record"}
    )
    request_id: Mapped[UUID | None] = mapped_column(index=True)
    """What the person asked; none when the organisation erases of itself."""
    ground: Mapped[str]
    """A code of the list `erasure_ground`."""
    reasons_sealed: Mapped[bytes | None] = sealed_column("erasure")
    reasons = Sealed("erasure", Reasons)
    state: Mapped[str] = mapped_column(default=State.WAITING)
    asked_by_id: Mapped[UUID | None]
    """None when the system carries out again, in a database that was restored, what was carried out before."""
    asked_at: Mapped[datetime]
    decided_by_id: Mapped[UUID | None]
    """Who approved it or refused it: never who asked."""
    decided_at: Mapped[datetime | None]
    """Also when it was taken back."""
    erased_on: Mapped[date | None]
    counts: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """How many rows of which table were emptied or deleted, and how many files: numbers only."""

    person: Mapped[Person] = relationship(
        foreign_keys="Erasure.person_id", primaryjoin="Erasure.person_id == Person.id", viewonly=True
    )
    asked_by: Mapped[User | None] = relationship(
        foreign_keys="Erasure.asked_by_id", primaryjoin="Erasure.asked_by_id == User.id", viewonly=True
    )

    @property
    def is_waiting(self) -> bool:
        return self.state == State.WAITING


Index(
    "uq_erasures_waiting",
    Erasure.organisation_id,
    Erasure.person_id,
    unique=True,
    sqlite_where=Erasure.state == State.WAITING,
    postgresql_where=Erasure.state == State.WAITING,
)
