"""Powers of attorney: who may be represented, by whom, before whom, and for how long."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column, relationship

from casework.accounts.models import User
from casework.core.columns import Sealed, belongs_to, referable, sealed_column
from casework.core.db import Base, Identified, Versioned
from casework.core.scope import Scoped
from casework.mandates.rules import Terms
from casework.persons.models import Person
from casework.reference import queries as codes


@dataclass
class Details:
    """What the paper itself says."""

    number: str | None = None
    notary: str | None = None
    note: str | None = None


class PowerOfAttorney(Identified, Versioned, Scoped, Base):
    __tablename__ = "powers_of_attorney"
    __table_args__ = (
        referable(),
        belongs_to("persons", "person_id"),
        belongs_to("users", "lawyer_id"),
        belongs_to("documents", "document_id"),
    )

    person_id: Mapped[UUID] = mapped_column(
        index=True, info={"transfer": "stays: it empowers this organisation's lawyers and nobody else"}
    )
    lawyer_id: Mapped[UUID | None]
    """Whom it names; None when any lawyer of the organisation may act on it."""
    details_sealed: Mapped[bytes | None] = sealed_column("power-of-attorney")
    details = Sealed("power-of-attorney", Details)
    scope: Mapped[list[str]]
    """Codes of the list `poa_scope`."""
    issued_on: Mapped[date]
    expires_on: Mapped[date | None]
    revoked_on: Mapped[date | None]
    document_id: Mapped[UUID | None]
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[UUID | None]
    voided_at: Mapped[datetime | None]
    voided_by_id: Mapped[UUID | None]
    void_reason: Mapped[str | None]

    person: Mapped[Person] = relationship(
        foreign_keys="PowerOfAttorney.person_id", primaryjoin="PowerOfAttorney.person_id == Person.id", viewonly=True
    )
    lawyer: Mapped[User | None] = relationship(
        foreign_keys="PowerOfAttorney.lawyer_id", primaryjoin="PowerOfAttorney.lawyer_id == User.id", viewonly=True
    )

    @property
    def is_void(self) -> bool:
        return self.voided_at is not None

    @property
    def terms(self) -> Terms:
        """How long the law of the day it was issued on lets it hold."""
        found = {one.code: one.attributes["years"] for one in codes.items("poa_term", self.issued_on)}
        return Terms(longest=found["LONGEST"], unsaid=found["UNSAID"])
