"""Keys of other countries' offices that are trusted, and the signed bundles of editions that they sent."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, LargeBinary, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from casework.core.db import Base, Identified, Versioned


class TrustedKey(Identified, Versioned, Base):
    """The public key with which one country's office signs. It counts once a second officer has compared it."""

    __tablename__ = "trusted_keys"

    area: Mapped[str]
    """The country whose editions it may sign, and no other: KGZ."""
    name: Mapped[str]
    """Whose key it is, in the words of who added it."""
    public_key: Mapped[str]
    """Ed25519, 32 bytes in base64."""
    fingerprint: Mapped[str] = mapped_column(unique=True)
    """SHA-256 of the 32 bytes, in hexadecimal."""
    added_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    added_at: Mapped[datetime]
    confirmed_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    """Who compared the fingerprint with the office by another channel: never the one who added it."""
    confirmed_at: Mapped[datetime | None]
    revoked_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    revoked_at: Mapped[datetime | None]
    revoked_because: Mapped[str] = mapped_column(Text, default="")

    @property
    def is_trusted(self) -> bool:
        return self.confirmed_at is not None and self.revoked_at is None


class ImportedBundle(Identified, Versioned, Base):
    """An edition of one country as its office signed it, byte by byte. It is superseded, never edited."""

    __tablename__ = "bundles"

    digest: Mapped[str] = mapped_column(unique=True)
    """SHA-256 of the manifest, which names the digest of every part."""
    area: Mapped[str]
    as_of: Mapped[date]
    number: Mapped[int]
    """Which edition of the day."""
    languages: Mapped[list[str]]
    release_digest: Mapped[str]
    """SHA-256 of the release whose numbers these are: the same on the country's own sheet."""
    key_id: Mapped[UUID] = mapped_column(ForeignKey("trusted_keys.id"))
    data: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    """The file as it was sent: verified again whenever it is used."""
    sent_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    sent_at: Mapped[datetime]
    confirmed_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    """Who looked at what it says and took it in. Until then nothing uses it, and it may be discarded."""
    confirmed_at: Mapped[datetime | None]
    superseded_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    superseded_at: Mapped[datetime | None]
    """No new regional edition uses it from here on."""

    key: Mapped[TrustedKey] = relationship(viewonly=True)

    @property
    def is_standing(self) -> bool:
        return self.confirmed_at is not None and self.superseded_at is None

    @property
    def code(self) -> str:
        return f"{self.area}-{self.as_of.isoformat()}-e{self.number}"
