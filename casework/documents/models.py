"""Documents of a case: what is known of a file that lies sealed in the storage, and files on their way in."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from casework.cases.models import Case
from casework.core.columns import Sealed, belongs_to, referable, sealed_column
from casework.core.db import Base, Identified, Versioned
from casework.core.scope import Scoped
from casework.core.storage import Place
from casework.persons.models import Person


@dataclass
class FileDetails:
    """What could tell whose document it is: the file's own name and fingerprint, and what is written about it."""

    name: str | None = None
    media_type: str | None = None
    sha256: str | None = None
    title: str | None = None
    number: str | None = None
    note: str | None = None


class Document(Identified, Versioned, Scoped, Base):
    __tablename__ = "documents"
    __table_args__ = (
        referable(),
        belongs_to("cases", "case_id"),
        belongs_to("persons", "person_id"),
        belongs_to("documents", "replaces_id"),
        Index("ix_documents_uploaded", "organisation_id", "uploaded_at"),
    )

    case_id: Mapped[UUID] = mapped_column(index=True)
    person_id: Mapped[UUID | None] = mapped_column(index=True)
    kind: Mapped[str]
    details_sealed: Mapped[bytes | None] = sealed_column("document")
    details = Sealed("document", FileDetails)
    size: Mapped[int]
    stored: Mapped[str]
    issued_on: Mapped[date | None]
    expires_on: Mapped[date | None]
    original_with: Mapped[str | None]
    replaces_id: Mapped[UUID | None]
    replaced_at: Mapped[datetime | None]
    uploaded_at: Mapped[datetime]
    uploaded_by_id: Mapped[UUID | None]
    voided_at: Mapped[datetime | None]
    voided_by_id: Mapped[UUID | None]
    void_reason: Mapped[str | None]
    origin: Mapped[str] = mapped_column(default="UPLOAD")

    case: Mapped[Case] = relationship(
        foreign_keys="Document.case_id", primaryjoin="Document.case_id == Case.id", viewonly=True
    )
    person: Mapped[Person | None] = relationship(
        foreign_keys="Document.person_id", primaryjoin="Document.person_id == Person.id", viewonly=True
    )

    @property
    def is_void(self) -> bool:
        return self.voided_at is not None

    @property
    def is_current(self) -> bool:
        """Whether it is the version that counts."""
        return self.voided_at is None and self.replaced_at is None

    @property
    def place(self) -> Place:
        return Place(self.organisation_id, self.stored, self.id)


Index(
    "uq_documents_replaces",
    Document.organisation_id,
    Document.replaces_id,
    unique=True,
    sqlite_where=Document.voided_at.is_(None),
    postgresql_where=Document.voided_at.is_(None),
)


@dataclass
class Announced:
    """What a browser says of a file before it sends it: by this the same file is known again."""

    name: str | None = None
    changed: str | None = None


_UNDER_WAY = {"transfer": "stays: it has not arrived yet", "erase": "deleted: nobody finishes it any more"}


class Upload(Identified, Versioned, Scoped, Base):
    """A file that arrives in slices, until it is whole and becomes a document."""

    __tablename__ = "uploads"
    __audited__ = False
    __revised__ = False
    __table_args__ = (
        belongs_to("cases", "case_id"),
        belongs_to("users", "user_id"),
        belongs_to("documents", "document_id"),
    )

    case_id: Mapped[UUID] = mapped_column(index=True, info=_UNDER_WAY)
    user_id: Mapped[UUID] = mapped_column(index=True)
    announced_sealed: Mapped[bytes | None] = sealed_column("upload")
    announced = Sealed("upload", Announced)
    size: Mapped[int]
    received: Mapped[int] = mapped_column(default=0)
    stored: Mapped[str]
    started_at: Mapped[datetime]
    document_id: Mapped[UUID | None]

    @property
    def is_whole(self) -> bool:
        return self.received == self.size

    @property
    def place(self) -> Place:
        return Place(self.organisation_id, self.stored, self.id)
