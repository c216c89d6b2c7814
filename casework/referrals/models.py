"""A person who is sent on to another partner or to an outside service: what is told of them, and what came of it.

The referral itself belongs to no organisation and says nothing about anyone: who sent, to whom, how far it is. What a
side chose, shares, writes and links is a row of its own organisation, behind all walls.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from casework.cases.models import Case
from casework.core.columns import Sealed, belongs_to, referable, sealed_column
from casework.core.db import Base, Identified, Versioned
from casework.core.scope import Scoped
from casework.persons.models import Person, Words


class Referral(Identified, Versioned, Base):
    """That one organisation sent somebody to another, or to a service outside, and how far that is."""

    __tablename__ = "referrals"
    __sides__ = ("referral_sides", "referral_id")
    __table_args__ = (
        CheckConstraint("(to_organisation_id IS NULL) <> (service IS NULL)", name="one_recipient"),
        CheckConstraint("to_organisation_id <> from_organisation_id", name="to_another"),
    )

    from_organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"), index=True)
    to_organisation_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisations.id"), index=True)
    service: Mapped[str | None]
    """The kind of an outside service, if it goes to none of the partners."""
    state: Mapped[str]
    """referrals.rules.State."""
    is_joint: Mapped[bool] = mapped_column(default=False)
    """Whether both are to work on it together."""
    made_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    answer_days: Mapped[int] = mapped_column(default=7)
    answer_due_on: Mapped[date | None]
    answered_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    ended_how: Mapped[str | None]
    """referrals.rules.Ending."""
    changed_at: Mapped[datetime]


@dataclass
class Selection:
    """What of a person is to be told, by name: nothing that is not named here leaves."""

    fields: list[str] = field(default_factory=list)
    relatives: list[str] = field(default_factory=list)
    sessions: list[str] = field(default_factory=list)
    documents: list[str] = field(default_factory=list)
    needs: list[str] = field(default_factory=list)
    asks: str | None = None
    """What the other is asked to do, in the sender's words."""


@dataclass
class SharedRelative:
    person_id: str = ""
    relationship: str = ""
    is_theirs: bool = True
    """Whether they are this to the person, and not the person to them."""
    name: str | None = None
    birth_year: int | None = None
    sex: str | None = None


@dataclass
class SharedSession:
    held_on: str = ""
    title: str | None = None
    summary: str | None = None


@dataclass
class SharedFile:
    """A document that goes with the share. Its bytes stay where they are: they are served through the same door."""

    document_id: str = ""
    person_id: str | None = None
    kind: str = ""
    title: str | None = None
    name: str | None = None
    size: int = 0


@dataclass
class Share:
    """Exactly what is told, made when it is sent: later changes of the record are not in it."""

    made_on: str = ""
    asks: str | None = None
    fields: dict[str, Any] = field(default_factory=dict)
    contact_rule: dict[str, list[str]] = field(default_factory=dict)
    """How the person may be reached, by language; there whenever a contact is."""
    relatives: list[SharedRelative] = field(default_factory=list)
    sessions: list[SharedSession] = field(default_factory=list)
    documents: list[SharedFile] = field(default_factory=list)
    needs: list[str] = field(default_factory=list)


class ReferralSide(Identified, Versioned, Scoped, Base):
    """One organisation's side: its own record of the person, who works on it, and what it chose to tell."""

    __tablename__ = "referral_sides"
    __table_args__ = (
        referable(),
        belongs_to("cases", "case_id"),
        belongs_to("persons", "person_id"),
        belongs_to("users", "lawyer_id"),
        belongs_to("outside_services", "point_id"),
        belongs_to("consents", "consent_id"),
        UniqueConstraint("organisation_id", "referral_id"),
    )

    referral_id: Mapped[UUID] = mapped_column(ForeignKey("referrals.id"), index=True)
    case_id: Mapped[UUID | None] = mapped_column(
        index=True, info={"transfer": "stays: what was told, was told by this organisation"}
    )
    person_id: Mapped[UUID | None] = mapped_column(
        index=True, info={"transfer": "stays: what was told, was told by this organisation"}
    )
    consent_id: Mapped[UUID | None]
    """The consent under which it was sent last."""
    lawyer_id: Mapped[UUID | None]
    """Who works on it here."""
    point_id: Mapped[UUID | None]
    """Which entry of one's own directory it went to."""
    selection_sealed: Mapped[bytes | None] = sealed_column("referral-selection")
    selection = Sealed("referral-selection", Selection)
    shows_progress: Mapped[bool] = mapped_column(default=False)
    """Whether the other side may see stage and next date of the case here."""
    told_at: Mapped[datetime | None]
    """How far colleagues were told of what the other side did: only the job writes it."""
    taken_at: Mapped[datetime | None]
    linked_at: Mapped[datetime | None]

    referral: Mapped[Referral] = relationship()
    person: Mapped[Person | None] = relationship(
        foreign_keys="ReferralSide.person_id", primaryjoin="ReferralSide.person_id == Person.id", viewonly=True
    )
    case: Mapped[Case | None] = relationship(
        foreign_keys="ReferralSide.case_id", primaryjoin="ReferralSide.case_id == Case.id", viewonly=True
    )


class ReferralShare(Identified, Versioned, Scoped, Base):
    """What was told at one sending: the first, or an addition. Only the sender holds it."""

    __tablename__ = "referral_shares"

    referral_id: Mapped[UUID] = mapped_column(ForeignKey("referrals.id"), index=True)
    share_sealed: Mapped[bytes | None] = sealed_column("referral-share")
    share = Sealed("referral-share", Share)
    made_at: Mapped[datetime]
    made_by_id: Mapped[UUID | None]


class ReferralStep(Identified, Scoped, Base):
    """Something a side did or wrote: sent, accepted, a message, a service given, what the person said of it."""

    __tablename__ = "referral_steps"
    __table_args__ = (Index("ix_referral_steps_at", "organisation_id", "at"),)

    referral_id: Mapped[UUID] = mapped_column(ForeignKey("referrals.id"), index=True)
    kind: Mapped[str]
    """referrals.rules.Kind."""
    at: Mapped[datetime]
    happened_on: Mapped[date]
    code: Mapped[str | None]
    """Of the list that belongs to this kind of step; of a new link, the record that was linked before."""
    by_id: Mapped[UUID | None]
    words_sealed: Mapped[bytes | None] = sealed_column("referral-words")
    words = Sealed("referral-words", Words)


@dataclass
class PointDetails:
    name: str | None = None
    contact: str | None = None
    note: str | None = None


class OutsideService(Identified, Versioned, Scoped, Base):
    """An entry of the organisation's own directory: whom to turn to for a kind of service."""

    __tablename__ = "outside_services"
    __table_args__ = (referable(),)

    service: Mapped[str]
    details_sealed: Mapped[bytes | None] = sealed_column("outside-service", erase="stays: it is about a service")
    details = Sealed("outside-service", PointDetails)
    answer_days: Mapped[int] = mapped_column(default=7)
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[UUID | None]
    retired_at: Mapped[datetime | None]
