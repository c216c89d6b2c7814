"""Editions of the factsheet: texts in three languages around the numbers of one release, and what became of them."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, CheckConstraint, ForeignKey, LargeBinary, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from casework.core.db import Base, Identified, Versioned
from casework.editions import rules
from casework.releases.models import Release


class Step(StrEnum):
    """How far a language of an edition has come. No row: nobody has sent it in yet, its texts may be edited."""

    MAKING = "making"
    """Sent in: its content stands, its files are being made, one language a request."""
    READY = "ready"
    """Waits for a second person, who approves exactly these files."""
    RETURNED = "returned"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"


class Edition(Identified, Versioned, Base):
    """A factsheet as of a day. Another edition of the same day is a correction and says why."""

    __tablename__ = "editions"
    __table_args__ = (UniqueConstraint("area", "as_of", "number"),)

    area: Mapped[str]
    """KAZ; CENTRAL_ASIA for a sheet of several countries."""
    as_of: Mapped[date]
    number: Mapped[int]
    """1 for the first edition of a day. Below 0: discarded before any of it was published."""
    release_id: Mapped[UUID | None] = mapped_column(ForeignKey("releases.id"))
    """The frozen release of a national edition."""
    bundles: Mapped[list[str]] = mapped_column(JSON, default=list)
    """The digests of the bundles that a regional edition is put together from."""
    corrects_id: Mapped[UUID | None] = mapped_column(ForeignKey("editions.id"))
    created_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[datetime]

    release: Mapped[Release | None] = relationship(viewonly=True)
    corrects: Mapped["Edition | None"] = relationship(remote_side="Edition.id", viewonly=True)
    languages: Mapped[list["EditionLanguage"]] = relationship(viewonly=True, order_by="EditionLanguage.language")

    @property
    def is_regional(self) -> bool:
        return self.release_id is None

    @property
    def is_discarded(self) -> bool:
        return self.number < 0

    @property
    def code(self) -> str:
        return rules.code(self.area, self.as_of, self.number)

    def of(self, language: str) -> "EditionLanguage | None":
        return next((one for one in self.languages if one.language == language), None)


class EditionText(Identified, Versioned, Base):
    """A text of an edition in one language."""

    __tablename__ = "edition_texts"
    __table_args__ = (UniqueConstraint("edition_id", "section", "language"),)

    edition_id: Mapped[UUID] = mapped_column(ForeignKey("editions.id"))
    section: Mapped[str]
    """One of texts.SECTIONS: title, lead, message_1 …"""
    language: Mapped[str]
    text: Mapped[str] = mapped_column(Text)
    translates: Mapped[str | None]
    """SHA-256 of the English text that this one was written for: another digest means the translation is stale."""
    former: Mapped[dict[str, Any] | None]
    """Text and translates before the last edit: it can be undone, once."""
    edited_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    """None: as it came, from the edition before or from the shipped texts."""
    edited_at: Mapped[datetime]


class EditionLanguage(Identified, Versioned, Base):
    """An edition in one language, from the moment it was sent in. Published, it never changes but to be withdrawn.

    The public pages are served from this table and the next alone.
    """

    __tablename__ = "edition_languages"
    __table_args__ = (
        UniqueConstraint("edition_id", "language"),
        UniqueConstraint("area", "as_of", "number", "language"),
        CheckConstraint(
            "step NOT IN ('published', 'withdrawn') OR decided_by_id <> submitted_by_id", name="published_by_another"
        ),
    )

    edition_id: Mapped[UUID] = mapped_column(ForeignKey("editions.id"))
    language: Mapped[str]
    area: Mapped[str]
    as_of: Mapped[date]
    number: Mapped[int]
    """These three as in the edition: so that a public page needs no other table."""
    step: Mapped[str]
    content: Mapped[str] = mapped_column(Text, deferred=True)
    """Canonical JSON: all that the outputs are made of."""
    digest: Mapped[str]
    """SHA-256 of the content."""
    title: Mapped[str]
    findings: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    """What the check found when it was sent in: for the one who approves."""
    submitted_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    submitted_at: Mapped[datetime]
    decided_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    """Who approved it or sent it back: never the one who sent it in."""
    decided_at: Mapped[datetime | None]
    comment: Mapped[str] = mapped_column(Text, default="")
    """Why it was sent back."""
    published_at: Mapped[datetime | None]
    withdrawn_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    withdrawn_at: Mapped[datetime | None]
    withdrawn_because: Mapped[str] = mapped_column(Text, default="")
    """Stands on the page in place of the sheet."""

    @property
    def is_public(self) -> bool:
        return self.step in (Step.PUBLISHED, Step.WITHDRAWN)

    @property
    def code(self) -> str:
        return rules.code(self.area, self.as_of, self.number)


class EditionFile(Base):
    """An output as it was made once, when the language was sent in: what is approved is what is served."""

    __tablename__ = "edition_files"
    __audited__ = False

    language_id: Mapped[UUID] = mapped_column(ForeignKey("edition_languages.id"), primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    """One of rendering.NAMES, or a chart."""
    media_type: Mapped[str]
    sha256: Mapped[str]
    size: Mapped[int]
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
