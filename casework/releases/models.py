"""Releases: figures as they were counted, protected, attacked and frozen. What is frozen never changes."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from casework.core import config
from casework.core.db import Base, Identified, Versioned
from casework.releases import rules


class Step(StrEnum):
    """How far a release has come. Each step is a request of its own, so that long work shows its progress."""

    BEGUN = "begun"
    COUNTED = "counted"
    PROTECTED = "protected"
    ATTACKED = "attacked"
    """Done. When it is safe it may be read: its publication has been shown from here on, frozen or not."""
    FROZEN = "frozen"
    DISCARDED = "discarded"
    """Will not be frozen. If it had been shown, later editions are protected against it all the same."""


class Release(Identified, Versioned, Base):
    """The figures as of a day, of what happened since another, as one edition of that day."""

    __tablename__ = "releases"
    __table_args__ = (UniqueConstraint("as_of", "edition"),)

    as_of: Mapped[date]
    since: Mapped[date]
    edition: Mapped[int]
    """1 for the first release as of a day, a correction of it has the next number. Below 0: a draft was discarded."""
    step: Mapped[str] = mapped_column(default=Step.BEGUN)
    tables: Mapped[list[str]] = mapped_column(JSON)
    listed_from: Mapped[int]
    """Countries of origin with fewer persons are put together, unless an earlier release listed them."""
    listed: Mapped[dict[str, list[str]]] = mapped_column(JSON)
    """The origins listed, by population."""
    threshold: Mapped[int]
    corrects_id: Mapped[UUID | None] = mapped_column(ForeignKey("releases.id"))
    data_cut: Mapped[datetime | None]
    """What was recorded until then is counted."""
    publication: Mapped[str | None] = mapped_column(Text)
    """Canonical JSON: all that may leave the house, with no number in a withheld cell."""
    report: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    """What the protection and the attack found: counts and unsafe cells."""
    digest: Mapped[str | None]
    """SHA-256 of the publication, once it is frozen."""
    created_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[datetime]
    frozen_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    frozen_at: Mapped[datetime | None]

    corrects: Mapped["Release | None"] = relationship(remote_side="Release.id", viewonly=True)

    @property
    def code(self) -> str:
        return rules.code(config.country(), self.as_of, self.edition)

    @property
    def is_frozen(self) -> bool:
        return self.step == Step.FROZEN

    @property
    def is_open(self) -> bool:
        """A draft: neither frozen nor discarded."""
        return self.step not in (Step.FROZEN, Step.DISCARDED)

    @property
    def is_shown(self) -> bool:
        """Whether somebody may have read it: then later releases have to reckon with that.

        Not before the attack, and not when the attack found an unsafe cell: then it has no publication.
        """
        return self.publication is not None and self.step in (Step.ATTACKED, Step.FROZEN, Step.DISCARDED)


class ReleaseFacts(Identified, Base):
    """The exact counts behind a release, for the protection of later ones. No page reads it; append-only."""

    __tablename__ = "release_facts"
    __audited__ = False

    release_id: Mapped[UUID] = mapped_column(ForeignKey("releases.id"), unique=True)
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)


class Explanation(Identified, Base):
    """Why a release is right although a sum in it does not come out: written and signed by an officer."""

    __tablename__ = "release_explanations"
    __table_args__ = (UniqueConstraint("release_id", "finding"),)

    release_id: Mapped[UUID] = mapped_column(ForeignKey("releases.id"), index=True)
    finding: Mapped[str]
    """Kind and figure: sum:stateless_known."""
    text: Mapped[str] = mapped_column(Text)
    signed_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    signed_at: Mapped[datetime]


class AddedTable(Identified, Versioned, Base):
    """A table that an officer put together from the declared dimensions of a population."""

    __tablename__ = "added_tables"

    code: Mapped[str] = mapped_column(unique=True)
    population: Mapped[str]
    dimensions: Mapped[list[str]] = mapped_column(JSON)
    added_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    added_at: Mapped[datetime]
    retired_at: Mapped[datetime | None]
    """Not offered for later releases; those that have it keep it."""


class PatternSeed(Base):
    """The secret of this installation that makes it impossible to replay which cells were chosen to be withheld.

    One row, drawn once: the same release is always protected the same way. It is never shown.
    """

    __tablename__ = "pattern_seeds"
    __audited__ = False

    id: Mapped[int] = mapped_column(primary_key=True)
    seed: Mapped[str]
