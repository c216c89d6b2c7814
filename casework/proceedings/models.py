"""What happened in a procedure, and the deadlines that follow from it."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from casework.cases.models import Case
from casework.core.columns import Sealed, belongs_to, referable, sealed_column
from casework.core.db import Base, Identified, Versioned
from casework.core.scope import Scoped
from casework.documents.models import Document


@dataclass
class Particulars:
    """The number that an act bears, and a few words on it."""

    number: str | None = None
    note: str | None = None


class Act(Identified, Versioned, Scoped, Base):
    """Something that happened in the procedure of a case: an application lodged, a refusal served, a reply received."""

    __tablename__ = "acts"
    __table_args__ = (
        referable(),
        belongs_to("cases", "case_id"),
        belongs_to("documents", "document_id"),
    )

    case_id: Mapped[UUID] = mapped_column(index=True)
    procedure_id: Mapped[UUID] = mapped_column(ForeignKey("procedures.id"))
    """The version of the procedure under which it was recorded."""
    code: Mapped[str]
    happened_on: Mapped[date]
    served_on: Mapped[date | None]
    """The day the person learnt of it."""
    until_on: Mapped[date | None]
    """The day printed on the document, or notified by the authority."""
    from_stage: Mapped[str | None]
    to_stage: Mapped[str | None]
    about_id: Mapped[UUID | None]
    """What it concerns beside the case: the inquiry."""
    is_by_representative: Mapped[bool] = mapped_column(default=False)
    is_deemed: Mapped[bool] = mapped_column(default=False)
    """Nobody did it: the law takes silence for it."""
    silent_act_id: Mapped[UUID | None]
    silent_limit: Mapped[str | None]
    """For silence: the act that was not answered, and the limit that passed."""
    document_id: Mapped[UUID | None]
    particulars_sealed: Mapped[bytes | None] = sealed_column("act")
    particulars = Sealed("act", Particulars)
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[UUID | None]
    voided_at: Mapped[datetime | None]
    voided_by_id: Mapped[UUID | None]
    void_reason: Mapped[str | None]

    case: Mapped[Case] = relationship(foreign_keys="Act.case_id", primaryjoin="Act.case_id == Case.id", viewonly=True)
    document: Mapped[Document | None] = relationship(
        foreign_keys="Act.document_id", primaryjoin="Act.document_id == Document.id", viewonly=True
    )

    @property
    def is_void(self) -> bool:
        return self.voided_at is not None

    @property
    def has_moved(self) -> bool:
        return self.to_stage is not None


class Deadline(Identified, Versioned, Scoped, Base):
    """A clock as it was last reckoned. Rows follow from the acts: nobody writes one by hand."""

    __tablename__ = "deadlines"
    __table_args__ = (
        belongs_to("cases", "case_id"),
        belongs_to("acts", "act_id"),
        UniqueConstraint("organisation_id", "act_id", "limit_code"),
        Index("ix_deadlines_due", "organisation_id", "state", "due_on"),
    )

    case_id: Mapped[UUID] = mapped_column(index=True, info={"transfer": "stays: it is counted anew from the acts"})
    act_id: Mapped[UUID] = mapped_column(index=True)
    limit_id: Mapped[UUID] = mapped_column(ForeignKey("procedure_limits.id"))
    limit_code: Mapped[str]
    who: Mapped[str]
    starts_on: Mapped[date]
    raw_end: Mapped[date]
    """The end as counted, before it moved off a day off."""
    statutory_on: Mapped[date]
    due_on: Mapped[date]
    remind_on: Mapped[date]
    state: Mapped[str]
    ended_by_id: Mapped[UUID | None]
    ended_on: Mapped[date | None]
    former_due_on: Mapped[date | None]
    """When it was due before the act was last corrected, or the calendar changed."""
    former_at: Mapped[datetime | None]

    case: Mapped[Case] = relationship(
        foreign_keys="Deadline.case_id", primaryjoin="Deadline.case_id == Case.id", viewonly=True
    )
    act: Mapped[Act] = relationship(
        foreign_keys="Deadline.act_id", primaryjoin="Deadline.act_id == Act.id", viewonly=True
    )
