"""Letters and the templates they are made from."""

import base64
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from casework.cases.models import Case
from casework.core.columns import Sealed, belongs_to, referable, sealed_column
from casework.core.db import Base, Identified, Versioned
from casework.core.i18n import Text
from casework.core.scope import Scoped
from casework.documents.models import Document
from casework.letters.rules import State
from casework.persons.models import Person, Words


@dataclass
class Content:
    """The DOCX of a template, as Base64: a sealed group is text."""

    docx: str = ""

    @staticmethod
    def of(docx: bytes) -> "Content":
        return Content(base64.b64encode(docx).decode())

    @property
    def data(self) -> bytes:
        return base64.b64decode(self.docx)


class LetterTemplate(Identified, Versioned, Base):
    """One version of a template in one language. It belongs to the installation, not to an organisation."""

    __tablename__ = "letter_templates"
    __table_args__ = (UniqueConstraint("code", "language", "effective_from"),)

    code: Mapped[str]
    language: Mapped[str]
    """en, ru or kk: what the addressee reads."""
    position: Mapped[int]
    label_en: Mapped[str]
    label_ru: Mapped[str]
    label_kk: Mapped[str]
    tracks: Mapped[list[str]]
    """The kinds of case it is for; none means all."""
    addressee: Mapped[str]
    """Whom it goes to: a code of the list `letter_addressee`."""
    reminds: Mapped[bool] = mapped_column(default=False)
    """Whether it reminds of another letter that was not answered."""
    reply_value: Mapped[int | None]
    """Within how many `reply_unit`s an answer is due; None when none is waited for."""
    reply_unit: Mapped[str | None]
    content_sealed: Mapped[bytes | None] = sealed_column("letter-template")
    content = Sealed("letter-template", Content)
    fields: Mapped[list[str]]
    """The merge fields it uses, in their order."""
    needed: Mapped[list[str]]
    """Those among them without which it says nothing sensible: used outside of any “if”."""
    effective_from: Mapped[date]
    retired_on: Mapped[date | None]
    source: Mapped[str]
    is_confirmed: Mapped[bool] = mapped_column(default=False)

    @property
    def label(self) -> str:
        return str(self.words)

    @property
    def words(self) -> Text:
        return Text(self.label_en, self.label_ru, self.label_kk)

    def is_in_force(self, day: date) -> bool:
        return self.effective_from <= day and (self.retired_on is None or self.retired_on > day)

    def serves(self, track: str) -> bool:
        return not self.tracks or track in self.tracks


@dataclass
class LetterDetails:
    """What one letter says beyond its template."""

    values: dict[str, str] = field(default_factory=dict)
    """Of a draft, the merge fields that the lawyer typed for this letter only; of a finished letter, all of them."""
    despite: str | None = None
    """Why it was sent although the person does not agree to it."""


_REGISTER = {"transfer": "stays: the register is this organisation's own"}


class Letter(Identified, Versioned, Scoped, Base):
    __tablename__ = "letters"
    __table_args__ = (
        referable(),
        belongs_to("cases", "case_id"),
        belongs_to("persons", "person_id"),
        belongs_to("letters", "reminds_id"),
        belongs_to("documents", "document_id"),
        belongs_to("documents", "pdf_document_id"),
        belongs_to("documents", "reply_document_id"),
        UniqueConstraint("organisation_id", "register_year", "register_number"),
        Index("ix_letters_reply_due", "organisation_id", "reply_due_on"),
    )

    case_id: Mapped[UUID] = mapped_column(index=True)
    person_id: Mapped[UUID] = mapped_column(index=True)
    template_id: Mapped[UUID] = mapped_column(ForeignKey("letter_templates.id"))
    language: Mapped[str]
    addressee_kind: Mapped[str]
    """A code of the list `letter_addressee`."""
    authority: Mapped[str | None]
    state: Mapped[str | None]
    """The State asked, a code of the list `country`."""
    reminds_id: Mapped[UUID | None]
    """The letter that this one reminds of."""
    details_sealed: Mapped[bytes | None] = sealed_column("letter")
    details = Sealed("letter", LetterDetails)
    register_year: Mapped[int | None] = mapped_column(info=_REGISTER)
    register_number: Mapped[int | None] = mapped_column(info=_REGISTER)
    """The place in the register of outgoing letters: without gaps, per organisation and year."""
    written_on: Mapped[date | None]
    document_id: Mapped[UUID | None]
    pdf_document_id: Mapped[UUID | None]
    sent_on: Mapped[date | None]
    sent_how: Mapped[str | None]
    reply_due_on: Mapped[date | None]
    replied_on: Mapped[date | None]
    reply_sealed: Mapped[bytes | None] = sealed_column("letter-reply")
    reply = Sealed("letter-reply", Words)
    reply_document_id: Mapped[UUID | None]
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[UUID | None]
    voided_at: Mapped[datetime | None]
    voided_by_id: Mapped[UUID | None]
    void_reason: Mapped[str | None]

    template: Mapped[LetterTemplate] = relationship(viewonly=True)
    case: Mapped[Case] = relationship(
        foreign_keys="Letter.case_id", primaryjoin="Letter.case_id == Case.id", viewonly=True
    )
    person: Mapped[Person] = relationship(
        foreign_keys="Letter.person_id", primaryjoin="Letter.person_id == Person.id", viewonly=True
    )
    reminds: Mapped["Letter | None"] = relationship(
        foreign_keys="Letter.reminds_id", primaryjoin="Letter.reminds_id == remote(Letter.id)", viewonly=True
    )
    document: Mapped[Document | None] = relationship(
        foreign_keys="Letter.document_id", primaryjoin="Letter.document_id == Document.id", viewonly=True
    )

    @property
    def number(self) -> str | None:
        """26/0017; None while it is a draft."""
        if self.register_year is None or self.register_number is None:
            return None
        return f"{self.register_year % 100:02}/{self.register_number:04}"

    @property
    def is_void(self) -> bool:
        return self.voided_at is not None

    @property
    def is_draft(self) -> bool:
        return self.written_on is None

    @property
    def is_answered(self) -> bool:
        return self.replied_on is not None

    def state_on(self, day: date) -> State:
        """How the letter stands on a day."""
        if self.is_void:
            return State.VOID
        if self.is_draft:
            return State.DRAFT
        if self.sent_on is None:
            return State.WRITTEN
        if self.is_answered:
            return State.REPLIED
        if self.reply_due_on is None:
            return State.SENT
        return State.LATE if self.reply_due_on < day else State.WAITING
