"""Inquiries to other States: which State was asked, through whom, and what it replied."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from casework.core.columns import Sealed, belongs_to, referable, sealed_column
from casework.core.db import Base, Identified, Versioned
from casework.core.scope import Scoped


@dataclass
class Details:
    """On what evidence the State was asked, under which number, and what follows from its reply."""

    evidence: str | None = None
    reference: str | None = None
    note: str | None = None
    follow_up: str | None = None
    reply_document: str | None = None
    """The copy of a reply that is no answer: no act holds it."""
    despite: str | None = None
    """Why the State was asked although somebody in the case does not agree to it."""


class Inquiry(Identified, Versioned, Scoped, Base):
    """One State asked once. Sending, reminders, the reply and silence are acts about it, which run its clock."""

    __tablename__ = "inquiries"
    __table_args__ = (referable(), belongs_to("cases", "case_id"))

    case_id: Mapped[UUID] = mapped_column(index=True)
    state: Mapped[str]
    """A code of the list `country`: whom one asks, not how the inquiry stands."""
    through: Mapped[str]
    """A code of the list `inquiry_channel`."""
    details_sealed: Mapped[bytes | None] = sealed_column("inquiry")
    details = Sealed("inquiry", Details)
    sent_on: Mapped[date]
    reply: Mapped[str | None]
    """A code of the list `inquiry_reply`."""
    replied_on: Mapped[date | None]
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[UUID | None]
    voided_at: Mapped[datetime | None]
    voided_by_id: Mapped[UUID | None]
    void_reason: Mapped[str | None]

    @property
    def is_void(self) -> bool:
        return self.voided_at is not None
