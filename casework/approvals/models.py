"""What an organisation wants approved by a second person, and the requests that wait for it."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from casework.approvals.rules import State, Who
from casework.core.columns import Sealed, belongs_to, sealed_column
from casework.core.db import Base, Identified, Versioned
from casework.core.scope import Scoped

_STAYS = {
    "merge": "stays: what was asked is about this record",
    "transfer": "stays: who approved what is of this office",
}


class ApprovalRule(Identified, Versioned, Scoped, Base):
    """Whose acts of one kind an organisation wants approved. No row: nobody's."""

    __tablename__ = "approval_rules"
    __table_args__ = (UniqueConstraint("organisation_id", "code"),)

    code: Mapped[str]
    """One of approvals.kinds: case_close, case_reopen, status_change, merge, letter_send, export."""
    who: Mapped[str] = mapped_column(default=Who.OFF)


@dataclass
class Asked:
    """What is to be done, in the words of the forms, and how the record stood when it was asked."""

    arguments: dict[str, Any] = field(default_factory=dict)
    before: dict[str, list[list[str]]] = field(default_factory=dict)
    """Pairs of a label and a value, by language: who approves may read another one than who asked."""
    after: dict[str, list[list[str]]] = field(default_factory=dict)
    reason: str | None = None


@dataclass
class Answer:
    """What who decided wrote to who asked."""

    comment: str | None = None


class Approval(Identified, Versioned, Scoped, Base):
    """A request to do something for which a second person's consent is wanted. Approving it does it."""

    __tablename__ = "approvals"
    __table_args__ = (
        belongs_to("cases", "case_id"),
        belongs_to("persons", "person_id"),
        belongs_to("users", "asked_by_id"),
        belongs_to("users", "decided_by_id"),
        CheckConstraint("decided_by_id IS NULL OR decided_by_id <> asked_by_id", name="decided_by_another"),
        Index("ix_approvals_waiting", "organisation_id", "state", "asked_at"),
    )

    code: Mapped[str]
    subject_kind: Mapped[str]
    """The table of what it is about."""
    subject_id: Mapped[UUID] = mapped_column(index=True)
    subject_version: Mapped[int]
    """What the subject's version was when it was asked, as its kind tells it: of another one nobody approves
    anything."""
    case_id: Mapped[UUID | None] = mapped_column(index=True, info=_STAYS)
    person_id: Mapped[UUID | None] = mapped_column(index=True, info=_STAYS)
    """On whose pages it stands."""
    state: Mapped[str] = mapped_column(default=State.WAITING)
    asked_by_id: Mapped[UUID]
    asked_at: Mapped[datetime]
    asked_sealed: Mapped[bytes | None] = sealed_column("approval")
    asked = Sealed("approval", Asked)
    decided_by_id: Mapped[UUID | None]
    """Who approved it or sent it back: never who asked."""
    decided_at: Mapped[datetime | None]
    """Also when it was taken back."""
    answer_sealed: Mapped[bytes | None] = sealed_column("approval-answer")
    answer = Sealed("approval-answer", Answer)

    @property
    def is_waiting(self) -> bool:
        return self.state == State.WAITING


Index(
    "uq_approvals_waiting",
    Approval.organisation_id,
    Approval.code,
    Approval.subject_id,
    unique=True,
    sqlite_where=Approval.state == State.WAITING,
    postgresql_where=Approval.state == State.WAITING,
)
