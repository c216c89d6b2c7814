"""The individual: a sealed identity, coded facts in the clear, and dated histories of status."""

from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from casework.core.columns import Sealed, belongs_to, referable, sealed_column
from casework.core.db import Base, Identified, Versioned
from casework.core.scope import Scoped


@dataclass
class DocumentNumber:
    type: str = ""
    number: str = ""
    issuer: str | None = None


@dataclass
class Identity:
    """Who someone is. Names as written in their own script; the exact birth date as `YYYY[-MM[-DD]]`."""

    family_name: str | None = None
    given_name: str | None = None
    patronymic: str | None = None
    latin_name: str | None = None
    former_names: list[str] = field(default_factory=list)
    name_language: str | None = None
    born: str | None = None
    birth_place: str | None = None
    iin: str | None = None
    documents: list[DocumentNumber] = field(default_factory=list)

    @property
    def full_name(self) -> str:
        return " ".join(part for part in (self.family_name, self.given_name, self.patronymic) if part)

    @property
    def short_name(self) -> str:
        """Үлгіова Ә. Қ."""
        initials = [f"{part[0]}." for part in (self.given_name, self.patronymic) if part]
        return " ".join([self.family_name or self.given_name or "", *(initials if self.family_name else [])]).strip()


@dataclass
class Contacts:
    """How to reach someone, and how not to."""

    phone: str | None = None
    other_phone: str | None = None
    email: str | None = None
    address: str | None = None
    safety: str | None = None
    safety_note: str | None = None
    who_answers: str | None = None
    may_say: str | None = None
    """A code of the list `contact_may_say`."""
    best_times: str | None = None
    never_by_message: bool = False
    may_pass_on: bool = False
    """Whether phone, e-mail and address may be given to another organisation."""
    asked_on: str | None = None
    """The day on which this was asked, as `YYYY-MM-DD`."""


@dataclass
class Words:
    """A few sentences that only casework may read."""

    text: str | None = None


@dataclass
class Typed:
    """The raw fields of a form, by name: always lists, as a browser sends them."""

    fields: dict[str, list[str]] = field(default_factory=dict)


class Person(Identified, Versioned, Scoped, Base):
    __tablename__ = "persons"
    __table_args__ = (
        referable(),
        ForeignKeyConstraint(["organisation_id"], ["organisations.id"]),
        Index("ix_persons_changed", "organisation_id", "changed_at"),
    )

    number: Mapped[str] = mapped_column(unique=True)
    identity_sealed: Mapped[bytes | None] = sealed_column("identity")
    identity = Sealed("identity", Identity)
    contacts_sealed: Mapped[bytes | None] = sealed_column("contacts")
    contacts = Sealed("contacts", Contacts)

    sex: Mapped[str] = mapped_column(default="U")
    birth_year: Mapped[int | None]
    birth_month: Mapped[int | None]
    is_birth_estimated: Mapped[bool] = mapped_column(default=False)
    origin: Mapped[str] = mapped_column(default="UNK")
    arrived_year: Mapped[int | None]
    arrived_month: Mapped[int | None]
    languages: Mapped[list[str]] = mapped_column(default=list)
    consent: Mapped[str] = mapped_column(default="not_asked")
    """given, refused, withdrawn, not_asked: to be registered and helped, as the answers kept in `consents` say today;
    written only by `persons.actions.hold_consent`."""
    consent_on: Mapped[date | None]

    # What the histories say today, kept so that lists can filter: written only by persons.actions.
    displacement: Mapped[str] = mapped_column(default="ND")
    nationality: Mapped[str] = mapped_column(default="ND")
    region: Mapped[str] = mapped_column(default="UNK")
    registration: Mapped[str] = mapped_column(default="ACTIVE")

    registered_on: Mapped[date]
    registered_by_id: Mapped[UUID | None]
    changed_at: Mapped[datetime]

    merged_into_id: Mapped[UUID | None]
    """The record of the same person that goes on, when this one was merged: only duplicates.actions writes it, beside
    the row of `merges` that holds the references."""
    merged_on: Mapped[date | None]
    erased_on: Mapped[date | None]
    """When everything that says who this was went, for good: what is left is a number and what counts of it are made
    from. Only rights.actions writes it."""

    entries: Mapped[list["StatusEntry"]] = relationship(
        back_populates="person", order_by="StatusEntry.effective_on, StatusEntry.sequence"
    )

    def holds(self, dimension: str) -> str:
        """What a history says today."""
        return str(self.region if dimension == "residence" else getattr(self, dimension))

    def history(self, dimension: str) -> list["StatusEntry"]:
        return [entry for entry in self.entries if entry.dimension == dimension]


class StatusEntry(Identified, Versioned, Scoped, Base):
    """One step of one history of a person: displacement, nationality, residence or registration."""

    __tablename__ = "status_entries"
    __table_args__ = (
        belongs_to("persons", "person_id"),
        Index("ix_status_entries_person", "organisation_id", "person_id"),
    )

    person_id: Mapped[UUID] = mapped_column(info={"merge": "stays: each record keeps its own histories"})
    dimension: Mapped[str]
    code: Mapped[str]
    effective_on: Mapped[date]
    reason: Mapped[str]
    cause_id: Mapped[UUID | None]
    """The session, the case or the step of a case that made this entry, if one did: voiding that voids this."""
    note_sealed: Mapped[bytes | None] = sealed_column("status-note")
    note = Sealed("status-note", Words)
    sequence: Mapped[int]
    """The order of recording within the person: of two entries on one day, the later recorded holds."""
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[UUID | None]
    voided_at: Mapped[datetime | None]
    voided_by_id: Mapped[UUID | None]
    void_reason: Mapped[str | None]

    person: Mapped[Person] = relationship(back_populates="entries")

    @property
    def is_void(self) -> bool:
        return self.voided_at is not None


_WHOSE = {"erase": "deleted: whose relative somebody was tells who they were"}


class Relative(Identified, Versioned, Scoped, Base):
    """`relative` is the <relationship> of `person`: one row, read from both sides. A wrong one stays, void."""

    __tablename__ = "relatives"
    __table_args__ = (belongs_to("persons", "person_id"), belongs_to("persons", "relative_id"))

    person_id: Mapped[UUID] = mapped_column(index=True, info=_WHOSE)
    relative_id: Mapped[UUID] = mapped_column(index=True, info=_WHOSE)
    relationship_code: Mapped[str]
    shares_household: Mapped[bool] = mapped_column(default=True)
    voided_at: Mapped[datetime | None]
    voided_by_id: Mapped[UUID | None]
    void_reason: Mapped[str | None]

    @property
    def is_void(self) -> bool:
        return self.voided_at is not None


Index(
    "uq_relatives",
    Relative.organisation_id,
    Relative.person_id,
    Relative.relative_id,
    unique=True,
    sqlite_where=Relative.voided_at.is_(None),
    postgresql_where=Relative.voided_at.is_(None),
)


class Draft(Identified, Versioned, Scoped, Base):
    """An unfinished registration, sealed as it was typed. Nobody counts it, nobody but its writer sees it."""

    __tablename__ = "drafts"
    __revised__ = False
    __table_args__ = (belongs_to("users", "owner_id"),)

    owner_id: Mapped[UUID] = mapped_column(index=True)
    typed_sealed: Mapped[bytes | None] = sealed_column("draft", erase="stays: it is of nobody who has a record yet")
    typed = Sealed("draft", Typed)
    step: Mapped[int] = mapped_column(default=1)
    changed_at: Mapped[datetime]


class IssuedNumber(Base):
    """Every number ever given to a person or a case, by any organisation: drawn at random, so none tells how many."""

    __tablename__ = "issued_numbers"
    __audited__ = False

    number: Mapped[str] = mapped_column(primary_key=True)
