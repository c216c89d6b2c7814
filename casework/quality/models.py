"""Samples of cases that a supervisor reviews, and what each review says."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import JSON, ForeignKeyConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from casework.accounts.models import User
from casework.cases.models import Case
from casework.core.columns import Sealed, belongs_to, referable, sealed_column
from casework.core.db import Base, Identified, Versioned
from casework.core.scope import Scoped


class QualitySample(Identified, Versioned, Scoped, Base):
    """Some cases drawn from a frame by a seed. The frame is kept, so that anybody can draw the same again."""

    __tablename__ = "quality_samples"
    __table_args__ = (referable(), ForeignKeyConstraint(["organisation_id"], ["organisations.id"]))

    seed: Mapped[str]
    method: Mapped[str]
    """RANDOM, or RISK: the more signs of risk, the likelier."""
    size: Mapped[int]
    days: Mapped[int]
    """How far back a closed case may have been closed to be in the frame."""
    lawyer_id: Mapped[UUID | None]
    """Whose cases, if not everyone's."""
    frame: Mapped[list[list[str]]] = mapped_column(JSON)
    """Number and signs of risk of every case that could have been drawn: [[number, risk, …], …], by number."""
    drawn_at: Mapped[datetime]
    drawn_by_id: Mapped[UUID]
    closed_at: Mapped[datetime | None]

    reviews: Mapped[list["QualityReview"]] = relationship(
        back_populates="sample",
        order_by="QualityReview.position",
        foreign_keys="QualityReview.sample_id",
        primaryjoin="QualitySample.id == QualityReview.sample_id",
    )

    @property
    def reviewed(self) -> list["QualityReview"]:
        return [one for one in self.reviews if one.is_reviewed]


@dataclass
class Remarks:
    """What the supervisor writes to the lawyer, and what the lawyer answers."""

    to_lawyer: str | None = None
    answer: str | None = None


class QualityReview(Identified, Versioned, Scoped, Base):
    """One case of a sample: how its record answers to the checklist."""

    __tablename__ = "quality_reviews"
    __table_args__ = (
        belongs_to("quality_samples", "sample_id"),
        belongs_to("cases", "case_id"),
        belongs_to("users", "lawyer_id"),
        UniqueConstraint("organisation_id", "sample_id", "case_id"),
    )

    sample_id: Mapped[UUID] = mapped_column(index=True)
    case_id: Mapped[UUID] = mapped_column(index=True, info={"transfer": "stays: a review of this organisation's work"})
    lawyer_id: Mapped[UUID]
    """Whose case it was when the sample was drawn."""
    position: Mapped[int]
    answers: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    """Item of the checklist → answer, both codes."""
    remarks_sealed: Mapped[bytes | None] = sealed_column("quality-remarks")
    remarks = Sealed("quality-remarks", Remarks)
    reviewed_at: Mapped[datetime | None]
    reviewed_by_id: Mapped[UUID | None]
    answered_at: Mapped[datetime | None]
    """When the lawyer answered the remarks, or said that they were read."""

    sample: Mapped[QualitySample] = relationship(
        back_populates="reviews",
        foreign_keys="QualityReview.sample_id",
        primaryjoin="QualityReview.sample_id == QualitySample.id",
    )
    case: Mapped[Case] = relationship(
        foreign_keys="QualityReview.case_id", primaryjoin="QualityReview.case_id == Case.id", viewonly=True
    )
    lawyer: Mapped[User] = relationship(
        foreign_keys="QualityReview.lawyer_id", primaryjoin="QualityReview.lawyer_id == User.id", viewonly=True
    )

    @property
    def is_reviewed(self) -> bool:
        return self.reviewed_at is not None
