"""The checklist of a case: which piece of evidence is there, asked for, missing, or cannot be had."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from casework.core.columns import Sealed, belongs_to, sealed_column
from casework.core.db import Base, Identified, Versioned
from casework.core.scope import Scoped


@dataclass
class Details:
    """From whom it was asked, or why it cannot be had."""

    asked_from: str | None = None
    why_not: str | None = None
    note: str | None = None


class EvidenceItem(Identified, Versioned, Scoped, Base):
    """What is known of one kind of evidence in one case. What was put on the list by mistake stays, void."""

    __tablename__ = "evidence_items"
    __table_args__ = (belongs_to("cases", "case_id"), belongs_to("documents", "document_id"))

    case_id: Mapped[UUID] = mapped_column(index=True)
    kind: Mapped[str]
    """A code of the list `document_type`."""
    state: Mapped[str]
    """HAVE, ASKED, MISSING or CANNOT."""
    details_sealed: Mapped[bytes | None] = sealed_column("evidence")
    details = Sealed("evidence", Details)
    asked_on: Mapped[date | None]
    received_on: Mapped[date | None]
    original_with: Mapped[str | None]
    document_id: Mapped[UUID | None]
    voided_at: Mapped[datetime | None]
    voided_by_id: Mapped[UUID | None]
    void_reason: Mapped[str | None]


Index(
    "uq_evidence_items",
    EvidenceItem.organisation_id,
    EvidenceItem.case_id,
    EvidenceItem.kind,
    unique=True,
    sqlite_where=EvidenceItem.voided_at.is_(None),
    postgresql_where=EvidenceItem.voided_at.is_(None),
)
