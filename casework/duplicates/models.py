"""Records that may be of one person, what was decided about them, and merges that can be undone."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from casework.core.columns import Sealed, belongs_to, referable, sealed_column
from casework.core.db import Base, Identified, Versioned
from casework.core.scope import Scoped
from casework.persons.models import Person, Words

_STAYS = {
    "merge": "stays: it is about the two records",
    "transfer": "stays: it is about two records of this organisation",
}
_PAIR = {**_STAYS, "erase": "deleted: whom somebody was like tells who they were"}


class DuplicatePair(Identified, Versioned, Scoped, Base):
    """Two records of one organisation that may be of the same person. `other` is the later registered one."""

    __tablename__ = "duplicate_pairs"
    __table_args__ = (
        belongs_to("persons", "person_id"),
        belongs_to("persons", "other_id"),
        UniqueConstraint("organisation_id", "person_id", "other_id"),
    )

    person_id: Mapped[UUID] = mapped_column(info=_PAIR)
    other_id: Mapped[UUID] = mapped_column(index=True, info=_PAIR)
    confidence: Mapped[str]
    """persons.likeness.Confidence: certain, likely, possible. Which points say so is worked out when it is shown."""
    found_at: Mapped[datetime]
    decision: Mapped[str | None]
    """same, different, unsure; None while nobody has looked. Unsure waits for the supervisor, same for the merge."""
    reason: Mapped[str | None]
    """A code of the list `difference_reason`, when they are different."""
    note_sealed: Mapped[bytes | None] = sealed_column("duplicate-note")
    note = Sealed("duplicate-note", Words)
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[UUID | None]
    equal_numbers: Mapped[int] = mapped_column(default=0)
    """How many numbers (IIN, documents) were equal when it was decided: one more since, and it is asked again."""

    person: Mapped[Person] = relationship(
        foreign_keys="DuplicatePair.person_id", primaryjoin="DuplicatePair.person_id == Person.id", viewonly=True
    )
    other: Mapped[Person] = relationship(
        foreign_keys="DuplicatePair.other_id", primaryjoin="DuplicatePair.other_id == Person.id", viewonly=True
    )

    @property
    def is_to_be_merged(self) -> bool:
        """Said to be one person, and both records still there."""
        is_there = self.person.merged_into_id is None and self.other.merged_into_id is None
        return self.decision == "same" and is_there


class DuplicateSearch(Identified, Scoped, Base):
    """How far an organisation's search for duplicates has come. One row each; no one's name is in it."""

    __tablename__ = "duplicate_searches"
    __audited__ = False
    __revised__ = False
    __table_args__ = (UniqueConstraint("organisation_id"),)

    looked_to: Mapped[datetime | None]
    """Whoever was changed up to then has been looked at."""
    position: Mapped[UUID | None]
    """While all are looked at anew: the last record that was."""
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    started_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]

    @property
    def is_under_way(self) -> bool:
        return self.started_at is not None and self.ended_at is None


@dataclass
class Chosen:
    """What a merge wrote into the record that goes on: one changed field."""

    name: str = ""
    before: Any = None
    after: Any = None


@dataclass
class Choices:
    fields: list[Chosen] = field(default_factory=list)


class Merge(Identified, Versioned, Scoped, Base):
    """One record went into another. Undone within 30 days, everything that moved goes back."""

    __tablename__ = "merges"
    __table_args__ = (referable(), belongs_to("persons", "kept_id"), belongs_to("persons", "gone_id"))

    kept_id: Mapped[UUID] = mapped_column(index=True, info=_STAYS)
    gone_id: Mapped[UUID] = mapped_column(index=True, info=_STAYS)
    choices_sealed: Mapped[bytes | None] = sealed_column("merge-choices")
    choices = Sealed("merge-choices", Choices)
    note_sealed: Mapped[bytes | None] = sealed_column("merge-note")
    note = Sealed("merge-note", Words)
    merged_at: Mapped[datetime]
    merged_by_id: Mapped[UUID | None]
    undone_at: Mapped[datetime | None]
    undone_by_id: Mapped[UUID | None]
    undo_reason: Mapped[str | None]

    kept: Mapped[Person] = relationship(
        foreign_keys="Merge.kept_id", primaryjoin="Merge.kept_id == Person.id", viewonly=True
    )
    gone: Mapped[Person] = relationship(
        foreign_keys="Merge.gone_id", primaryjoin="Merge.gone_id == Person.id", viewonly=True
    )
    steps: Mapped[list["MergeStep"]] = relationship(
        foreign_keys="MergeStep.merge_id", primaryjoin="Merge.id == MergeStep.merge_id", back_populates="merge"
    )


class MergeStep(Identified, Scoped, Base):
    """One row that a merge moved to the record that goes on, or voided because that had the same already."""

    __tablename__ = "merge_steps"
    __revised__ = False
    __table_args__ = (belongs_to("merges", "merge_id"),)

    merge_id: Mapped[UUID] = mapped_column(index=True)
    table_name: Mapped[str]
    row: Mapped[UUID]
    column: Mapped[str]
    how: Mapped[str]
    """moved, voided, or left where it is."""

    merge: Mapped[Merge] = relationship(
        foreign_keys="MergeStep.merge_id", primaryjoin="MergeStep.merge_id == Merge.id", back_populates="steps"
    )
