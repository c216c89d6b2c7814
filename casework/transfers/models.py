"""A case that moves from one partner to another: how far it is, and what each side keeps of it.

The transfer itself belongs to neither and says nothing about anyone: two organisations, a state, days and counts. Whose
case it is, who is in it and why it moves is a row of each side's own, behind all walls.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from casework.accounts.models import Organisation
from casework.cases.models import Case
from casework.core.columns import Sealed, belongs_to, referable, sealed_column
from casework.core.db import Base, Identified, Versioned
from casework.core.scope import Scoped
from casework.persons.models import Person


class Transfer(Identified, Versioned, Base):
    """That a partner offers a case to another, and what has become of it."""

    __tablename__ = "transfers"
    __sides__ = ("transfer_sides", "transfer_id")
    __table_args__ = (CheckConstraint("from_organisation_id <> to_organisation_id", name="two_partners"),)

    from_organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"), index=True)
    to_organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"), index=True)
    state: Mapped[str]
    """transfers.rules.State: offered, accepted, declined, withdrawn, copied, moved, failed."""
    offered_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    moved_on: Mapped[date | None]
    """The day on which the case changed hands: the sender counts the persons until then, the receiver from the next."""
    decline_reason: Mapped[str | None]
    failure: Mapped[str | None]
    """transfers.rules.Failure: why copying stopped, as a code."""
    counts: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """How many rows of each kind moved, by the name of the table; never which."""

    sender: Mapped[Organisation] = relationship(foreign_keys=[from_organisation_id], viewonly=True)
    receiver: Mapped[Organisation] = relationship(foreign_keys=[to_organisation_id], viewonly=True)


@dataclass
class Particulars:
    """What a side wrote about a transfer, and the number that the case had before it moved."""

    reason: str | None = None
    former_number: str | None = None


@dataclass
class FormerNumber:
    """Under which number the other side knew a person."""

    number: str | None = None


class TransferSide(Identified, Versioned, Scoped, Base):
    """One organisation's side of a transfer: its own case, and what its supervisor wrote."""

    __tablename__ = "transfer_sides"
    __table_args__ = (
        referable(),
        belongs_to("cases", "case_id"),
        belongs_to("users", "lawyer_id"),
        UniqueConstraint("organisation_id", "transfer_id"),
    )

    transfer_id: Mapped[UUID] = mapped_column(ForeignKey("transfers.id"), index=True)
    is_sender: Mapped[bool]
    case_id: Mapped[UUID | None] = mapped_column(index=True, info={"transfer": "stays: it is about this side"})
    """The sender's case; the receiver's, once it is copied."""
    lawyer_id: Mapped[UUID | None]
    """Who takes the case, at the receiver."""
    is_whole: Mapped[bool] = mapped_column(default=True)
    """Whether everyone in the sender's case moves, and the case with them."""
    particulars_sealed: Mapped[bytes | None] = sealed_column("transfer")
    particulars = Sealed("transfer", Particulars)
    decided_by_id: Mapped[UUID | None]
    """Who offered it, accepted it or declined it."""
    decided_at: Mapped[datetime | None]
    told_state: Mapped[str | None]
    """The last state of which the supervisors of this side were told."""

    transfer: Mapped[Transfer] = relationship()
    case: Mapped[Case | None] = relationship(
        foreign_keys="TransferSide.case_id", primaryjoin="TransferSide.case_id == Case.id", viewonly=True
    )
    persons: Mapped[list["TransferPerson"]] = relationship(
        foreign_keys="TransferPerson.side_id",
        primaryjoin="TransferSide.id == TransferPerson.side_id",
        order_by="TransferPerson.position",
        viewonly=True,
    )


class TransferPerson(Identified, Scoped, Base):
    """A person who moves with a case: the sender's record and the consent; at the receiver the record made of it."""

    __tablename__ = "transfer_persons"
    __table_args__ = (belongs_to("transfer_sides", "side_id"), belongs_to("persons", "person_id"))

    side_id: Mapped[UUID] = mapped_column(index=True)
    person_id: Mapped[UUID] = mapped_column(index=True, info={"transfer": "stays: it is about this side"})
    position: Mapped[int] = mapped_column(default=0)
    consent_id: Mapped[UUID | None]
    """The consent to this transfer, as the sender recorded it."""
    source_id: Mapped[UUID | None]
    """At the receiver: the id of the sender's record; no reference, for it crosses organisations."""
    former_sealed: Mapped[bytes | None] = sealed_column("transfer-former")
    former = Sealed("transfer-former", FormerNumber)

    person: Mapped[Person] = relationship(
        foreign_keys="TransferPerson.person_id", primaryjoin="TransferPerson.person_id == Person.id", viewonly=True
    )


class TransferredRow(Identified, Scoped, Base):
    """That a row of the receiver was the sender's before: it is read here, and counted there. Its id is the row's.

    Of what stood in a record that was there already no row was made: then the id is of none.
    """

    __tablename__ = "transferred_rows"
    __revised__ = False
    __audited__ = False
    __table_args__ = (belongs_to("transfer_sides", "side_id"),)

    side_id: Mapped[UUID] = mapped_column(index=True)
    table_name: Mapped[str]
    source_version: Mapped[int | None]
    """The version of the sender's row that was copied: one that was changed since is not emptied there."""
