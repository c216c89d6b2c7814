"""Who stands in for whom, and for how long; many cases handed over at once."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from casework.accounts.models import User
from casework.cases.models import Case
from casework.core.columns import Sealed, belongs_to, referable, sealed_column
from casework.core.db import Base, Identified, Versioned
from casework.core.scope import Scoped
from casework.persons.models import Words
from casework.supervision.rules import UNDO_FOR, Absence


class Cover(Identified, Versioned, Scoped, Base):
    """A colleague who does somebody's urgent work, and is told what they are told, while they are away."""

    __tablename__ = "covers"
    __table_args__ = (
        belongs_to("users", "user_id"),
        belongs_to("users", "cover_id"),
        CheckConstraint("user_id <> cover_id", name="somebody_else"),
        CheckConstraint("from_on <= until_on", name="in_order"),
        Index("ix_covers_until", "organisation_id", "until_on"),
    )

    user_id: Mapped[UUID]
    """Who is away."""
    cover_id: Mapped[UUID]
    """Who stands in."""
    from_on: Mapped[date]
    until_on: Mapped[date]
    """The last day."""
    note_sealed: Mapped[bytes | None] = sealed_column("cover", erase="stays: it is about two colleagues")
    note = Sealed("cover", Words)
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[UUID | None]
    ended_at: Mapped[datetime | None]
    """Taken back, or ended before its last day."""
    ended_by_id: Mapped[UUID | None]

    user: Mapped[User] = relationship(
        foreign_keys="Cover.user_id", primaryjoin="Cover.user_id == User.id", viewonly=True
    )
    cover: Mapped[User] = relationship(
        foreign_keys="Cover.cover_id", primaryjoin="Cover.cover_id == User.id", viewonly=True
    )

    @property
    def absence(self) -> Absence:
        return Absence(self.user_id, self.cover_id, self.from_on, self.until_on)


@dataclass
class Told:
    """What was written when cases were handed over: why, and what the new lawyers should know."""

    words: str | None = None
    handover: str | None = None


class Reassignment(Identified, Versioned, Scoped, Base):
    """Many cases handed over at once; within a day it can be taken back."""

    __tablename__ = "reassignments"
    __table_args__ = (referable(),)

    reason: Mapped[str]
    """A code of the list `reassign_reason`."""
    told_sealed: Mapped[bytes | None] = sealed_column("reassignment", erase="stays: it is about many cases")
    told = Sealed("reassignment", Told)
    made_at: Mapped[datetime]
    made_by_id: Mapped[UUID | None]
    undone_at: Mapped[datetime | None]
    undone_by_id: Mapped[UUID | None]

    lines: Mapped[list["ReassignmentLine"]] = relationship(
        back_populates="reassignment",
        order_by="ReassignmentLine.position",
        foreign_keys="ReassignmentLine.reassignment_id",
        primaryjoin="Reassignment.id == ReassignmentLine.reassignment_id",
    )

    @property
    def undo_until(self) -> datetime:
        return self.made_at + UNDO_FOR


class ReassignmentLine(Identified, Scoped, Base):
    """One case of those handed over together: from whom to whom, and how it stood right after."""

    __tablename__ = "reassignment_lines"
    __table_args__ = (
        belongs_to("reassignments", "reassignment_id"),
        belongs_to("cases", "case_id"),
        belongs_to("users", "from_lawyer_id"),
        belongs_to("users", "to_lawyer_id"),
        belongs_to("users", "from_owner_id"),
    )

    reassignment_id: Mapped[UUID] = mapped_column(index=True)
    case_id: Mapped[UUID] = mapped_column(
        index=True, info={"transfer": "stays: who worked on it here is not the receiver’s"}
    )
    position: Mapped[int]
    from_lawyer_id: Mapped[UUID]
    to_lawyer_id: Mapped[UUID]
    from_owner_id: Mapped[UUID | None]
    """Whose the next step was."""
    case_version: Mapped[int]
    """How the case stood right after: while it stands so, nobody has touched it since."""
    is_undone: Mapped[bool] = mapped_column(default=False)

    reassignment: Mapped[Reassignment] = relationship(
        back_populates="lines",
        foreign_keys="ReassignmentLine.reassignment_id",
        primaryjoin="ReassignmentLine.reassignment_id == Reassignment.id",
    )
    case: Mapped[Case] = relationship(
        foreign_keys="ReassignmentLine.case_id", primaryjoin="ReassignmentLine.case_id == Case.id", viewonly=True
    )
