"""Whom a person's matter is against, and where that may set two clients of the house at odds."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from casework.cases.models import Case
from casework.core.columns import Sealed, belongs_to, referable, sealed_column
from casework.core.db import Base, Identified, Versioned
from casework.core.scope import Scoped
from casework.persons.models import Person, Words


@dataclass
class Opponent:
    """Who stands on the other side: a person, or a body such as an employer (then only `family_name` is its name)."""

    family_name: str | None = None
    given_name: str | None = None
    patronymic: str | None = None
    latin_name: str | None = None
    former_names: list[str] = field(default_factory=list)
    born: str | None = None
    iin: str | None = None
    document: str | None = None
    phone: str | None = None
    note: str | None = None

    @property
    def full_name(self) -> str:
        return " ".join(part for part in (self.family_name, self.given_name, self.patronymic) if part)


class OpposingParty(Identified, Versioned, Scoped, Base):
    """Someone whose interests are opposed to those of a case. Sealed; a wrong one stays, void."""

    __tablename__ = "opposing_parties"
    __table_args__ = (referable(), belongs_to("cases", "case_id"), belongs_to("persons", "person_id"))

    case_id: Mapped[UUID] = mapped_column(index=True)
    person_id: Mapped[UUID | None] = mapped_column(index=True)
    """When it is a person whom the organisation has registered, too: spouses are the normal case."""
    is_body: Mapped[bool] = mapped_column(default=False)
    who_sealed: Mapped[bytes | None] = sealed_column("opponent")
    who = Sealed("opponent", Opponent)
    role: Mapped[str]
    """A code of the list `opposing_role`."""
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[UUID | None]
    changed_at: Mapped[datetime]
    voided_at: Mapped[datetime | None]
    voided_by_id: Mapped[UUID | None]
    void_reason: Mapped[str | None]

    case: Mapped[Case] = relationship(
        foreign_keys="OpposingParty.case_id", primaryjoin="OpposingParty.case_id == Case.id", viewonly=True
    )
    person: Mapped[Person | None] = relationship(
        foreign_keys="OpposingParty.person_id", primaryjoin="OpposingParty.person_id == Person.id", viewonly=True
    )

    @property
    def is_void(self) -> bool:
        return self.voided_at is not None


_STAYS = {"transfer": "stays: whoever takes the case over looks for conflicts among their own"}


class Conflict(Identified, Versioned, Scoped, Base):
    """That a client may be the opposing party of another case, or related to one, and what was decided about it.

    Across organisations (`how` is elsewhere) a row knows its own side only: the person, or the opposing party.
    """

    __tablename__ = "conflicts"
    __table_args__ = (
        belongs_to("opposing_parties", "opposing_id"),
        belongs_to("persons", "person_id"),
        UniqueConstraint("organisation_id", "opposing_id", "person_id", "how"),
    )

    opposing_id: Mapped[UUID | None] = mapped_column(index=True, info={**_STAYS, "erase": "goes along"})
    person_id: Mapped[UUID | None] = mapped_column(index=True, info=_STAYS)
    how: Mapped[str]
    """conflicts.rules.How: direct, relative, elsewhere."""
    confidence: Mapped[str]
    """persons.likeness.Confidence, or conflicts.rules.GONE when the facts no longer say so."""
    found_at: Mapped[datetime]
    decision: Mapped[str | None]
    """A code of the list `conflict_decision`; None while it waits for the supervisor."""
    note_sealed: Mapped[bytes | None] = sealed_column("conflict-note")
    note = Sealed("conflict-note", Words)
    decided_at: Mapped[datetime | None]
    """Kept when what was decided is asked again, because the facts have changed."""
    decided_by_id: Mapped[UUID | None]

    opposing: Mapped[OpposingParty | None] = relationship(
        foreign_keys="Conflict.opposing_id", primaryjoin="Conflict.opposing_id == OpposingParty.id", viewonly=True
    )
    person: Mapped[Person | None] = relationship(
        foreign_keys="Conflict.person_id", primaryjoin="Conflict.person_id == Person.id", viewonly=True
    )


class OpposingLook(Identified, Scoped, Base):
    """That an opposing party was compared with other partners' persons on a day: so that nobody can try out names."""

    __tablename__ = "opposing_looks"
    __revised__ = False
    __audited__ = False
    __table_args__ = (belongs_to("opposing_parties", "opposing_id"), UniqueConstraint("organisation_id", "opposing_id"))

    opposing_id: Mapped[UUID] = mapped_column(info=_STAYS)
    looked_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    """What its `changed_at` was then: what was changed since waits for its turn."""
