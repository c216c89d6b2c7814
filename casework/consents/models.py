"""What a person agreed to, for which purpose and with whom; what they refused and took back."""

from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from casework.core.columns import Sealed, belongs_to, referable, sealed_column
from casework.core.db import Base, Identified, Versioned
from casework.core.scope import Scoped
from casework.persons.models import Person


@dataclass
class Details:
    """Who answered for a child and who was there, as it was told."""

    guardian: str | None = None
    witness: str | None = None
    note: str | None = None
    withdrawal: str | None = None
    stopped: list[str] = field(default_factory=list)
    """What ended with it at once, as it was told."""


class Consent(Identified, Versioned, Scoped, Base):
    """One answer of a person to one question. It is never deleted: the next answer stands beside it."""

    __tablename__ = "consents"
    __table_args__ = (
        referable(),
        belongs_to("persons", "person_id"),
        belongs_to("persons", "relative_id"),
        belongs_to("consents", "supersedes_id"),
        Index("ix_consents_expires_on", "organisation_id", "expires_on"),
    )

    person_id: Mapped[UUID] = mapped_column(index=True)
    purpose: Mapped[str]
    """A code of the list `consent_purpose`."""
    recipient: Mapped[str | None]
    """`organisation:<id>`, `service:<code>` or `authority:<code>`; None where the purpose says with whom."""
    state: Mapped[str]
    """consents.rules.State: given, refused, withdrawn."""
    answered_on: Mapped[date]
    expires_on: Mapped[date | None]
    """The last day on which it is good."""
    form: Mapped[str | None]
    language: Mapped[str | None]
    by_whom: Mapped[str] = mapped_column(default="self")
    relative_id: Mapped[UUID | None] = mapped_column(info={"erase": "stays: it is the child’s consent"})
    """The parent or guardian who answered for a child, if they have a record of their own."""
    assent: Mapped[str | None]
    notice_version: Mapped[str | None]
    """Which text was read out or handed over: a code of the list `consent_notice`."""
    details_sealed: Mapped[bytes | None] = sealed_column("consent")
    details = Sealed("consent", Details)
    withdrawn_on: Mapped[date | None]
    withdrawn_how: Mapped[str | None]
    supersedes_id: Mapped[UUID | None]
    """The answer to the same question that stood before."""
    sequence: Mapped[int]
    """The order of recording within the person: of two answers on one day, the later recorded holds."""
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[UUID | None]
    withdrawal_recorded_at: Mapped[datetime | None]
    withdrawal_recorded_by_id: Mapped[UUID | None]
    ended_at: Mapped[datetime | None]
    """When what went on by it was stopped: withdrawn, refused anew, run out or void."""
    voided_at: Mapped[datetime | None]
    voided_by_id: Mapped[UUID | None]
    void_reason: Mapped[str | None]

    person: Mapped[Person] = relationship(
        foreign_keys="Consent.person_id", primaryjoin="Consent.person_id == Person.id", viewonly=True
    )

    @property
    def is_void(self) -> bool:
        return self.voided_at is not None
