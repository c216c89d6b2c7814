"""What a person needs beyond the law, the steps for a child's best interests, and who has taken up what is urgent."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from casework.core.columns import Sealed, belongs_to, referable, sealed_column
from casework.core.db import Base, Identified, Versioned
from casework.core.scope import Scoped
from casework.persons.models import Person, Words

_WHOSE = {"erase": "deleted: what somebody needed is nobody’s business afterwards, and counts in no figure"}
_HERE = {"transfer": "stays: nobody of the receiver has taken it up yet"}


class SpecificNeed(Identified, Versioned, Scoped, Base):
    """One need of a person from one day to another, or still. A wrong one stays, void."""

    __tablename__ = "specific_needs"
    __table_args__ = (
        referable(),
        belongs_to("persons", "person_id"),
        Index("ix_specific_needs_active", "organisation_id", "until_on", "voided_at"),
    )

    person_id: Mapped[UUID] = mapped_column(index=True, info=_WHOSE)
    code: Mapped[str]
    """Of the list `specific_need`. Which are sensitive the list says: see `policy`."""
    since_on: Mapped[date]
    until_on: Mapped[date | None]
    """The day from which the person has this need no more."""
    note_sealed: Mapped[bytes | None] = sealed_column("need-note")
    note = Sealed("need-note", Words)
    why_fits_sealed: Mapped[bytes | None] = sealed_column("need-fit")
    why_fits = Sealed("need-fit", Words)
    """Why it was recorded though age or sex seemed to speak against it."""
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[UUID | None]
    voided_at: Mapped[datetime | None]
    voided_by_id: Mapped[UUID | None]
    void_reason: Mapped[str | None]

    person: Mapped[Person] = relationship(
        foreign_keys="SpecificNeed.person_id", primaryjoin="SpecificNeed.person_id == Person.id", viewonly=True
    )

    @property
    def is_void(self) -> bool:
        return self.voided_at is not None

    @property
    def is_active(self) -> bool:
        return not self.is_void and self.until_on is None


class BestInterest(Identified, Versioned, Scoped, Base):
    """One step of the procedure that looks at what is best for a child: an assessment, or a determination."""

    __tablename__ = "best_interests"
    __table_args__ = (referable(), belongs_to("persons", "person_id"))

    person_id: Mapped[UUID] = mapped_column(index=True, info=_WHOSE)
    step: Mapped[str]
    state: Mapped[str]
    due_on: Mapped[date | None]
    decided_on: Mapped[date | None]
    outcome: Mapped[str | None]
    note_sealed: Mapped[bytes | None] = sealed_column("best-interest-note")
    note = Sealed("best-interest-note", Words)
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[UUID | None]
    voided_at: Mapped[datetime | None]
    voided_by_id: Mapped[UUID | None]
    void_reason: Mapped[str | None]

    person: Mapped[Person] = relationship(
        foreign_keys="BestInterest.person_id", primaryjoin="BestInterest.person_id == Person.id", viewonly=True
    )

    @property
    def is_void(self) -> bool:
        return self.voided_at is not None

    @property
    def is_open(self) -> bool:
        return not self.is_void and self.state != "done"


class TakenUp(Identified, Scoped, Base):
    """That somebody acts on one reason for urgent protection: a need, a step for a child, or a case."""

    __tablename__ = "taken_up"
    __table_args__ = (
        belongs_to("persons", "person_id"),
        belongs_to("specific_needs", "need_id"),
        belongs_to("best_interests", "best_interest_id"),
        belongs_to("cases", "case_id"),
    )

    person_id: Mapped[UUID] = mapped_column(index=True, info={**_WHOSE, **_HERE})
    need_id: Mapped[UUID | None]
    best_interest_id: Mapped[UUID | None]
    case_id: Mapped[UUID | None] = mapped_column(info={**_WHOSE, **_HERE})
    taken_at: Mapped[datetime]
    taken_by_id: Mapped[UUID | None]
    released_at: Mapped[datetime | None]
    released_by_id: Mapped[UUID | None]

    @property
    def subject_id(self) -> UUID | None:
        """What was taken up."""
        return self.need_id or self.best_interest_id or self.case_id
