"""A person whom two partners may both have: the question between them, and what each side says to it.

The question itself belongs to no organisation and says nothing about anyone. What a side knows, says and has consent
for is a row of its own organisation, behind all walls.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from casework.core.columns import Sealed, belongs_to, sealed_column
from casework.core.db import Base, Identified, Versioned
from casework.core.scope import Scoped
from casework.persons.models import Person


class Overlap(Identified, Versioned, Base):
    """That a record of one organisation and a record of another may be of one person. Its id follows from theirs."""

    __tablename__ = "overlaps"

    state: Mapped[str]
    """elsewhere.rules.State: suspected, asked, agreed, same, different. Counted once unless different."""
    found_at: Mapped[datetime]
    changed_at: Mapped[datetime]


@dataclass
class Consent:
    """How the person agreed that two partners compare their records."""

    form: str | None = None
    language: str | None = None
    note: str | None = None


@dataclass
class Finding:
    """Why a side says that the records are of one person or of two, and the numbers that both records had then."""

    text: str | None = None
    numbers: list[str] = field(default_factory=list)


class OverlapSide(Identified, Versioned, Scoped, Base):
    """One organisation's side of the question: its own record, and what it asked, answered and found."""

    __tablename__ = "overlap_sides"
    __table_args__ = (belongs_to("persons", "person_id"), UniqueConstraint("organisation_id", "overlap_id"))

    overlap_id: Mapped[UUID] = mapped_column(ForeignKey("overlaps.id"), index=True)
    person_id: Mapped[UUID] = mapped_column(
        index=True, info={"transfer": "stays: it is a question about this organisation's record"}
    )
    consent_on: Mapped[date | None]
    consent_sealed: Mapped[bytes | None] = sealed_column("elsewhere-consent")
    consent = Sealed("elsewhere-consent", Consent)
    asked_at: Mapped[datetime | None]
    asked_by_id: Mapped[UUID | None]
    answer: Mapped[str | None]
    """agreed or declined, to the other side's question."""
    answered_at: Mapped[datetime | None]
    answered_by_id: Mapped[UUID | None]
    verdict: Mapped[str | None]
    """same or different, once both have seen."""
    verdict_at: Mapped[datetime | None]
    verdict_by_id: Mapped[UUID | None]
    note_sealed: Mapped[bytes | None] = sealed_column("elsewhere-note")
    note = Sealed("elsewhere-note", Finding)

    overlap: Mapped[Overlap] = relationship()
    person: Mapped[Person] = relationship(
        foreign_keys="OverlapSide.person_id", primaryjoin="OverlapSide.person_id == Person.id", viewonly=True
    )


class ElsewhereLook(Identified, Scoped, Base):
    """That a record was compared with other partners' on a day: so that nobody can try out names."""

    __tablename__ = "elsewhere_looks"
    __revised__ = False
    __audited__ = False
    __table_args__ = (belongs_to("persons", "person_id"),)

    person_id: Mapped[UUID] = mapped_column(
        index=True, info={"merge": "stays: it is about this record", "transfer": "stays: it is about this record"}
    )
    looked_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    """What the record's `changed_at` was then: a record that has not changed since is not looked at again."""
