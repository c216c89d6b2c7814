"""What is known of each backup after it was made, or was not."""

from datetime import datetime

from sqlalchemy import BigInteger, Index
from sqlalchemy.orm import Mapped, mapped_column

from casework.core.db import Base, Identified


class Backup(Identified, Base):
    """One attempt at a backup of the whole installation."""

    __tablename__ = "backups"
    __table_args__ = (Index("ix_backups_began_at", "began_at"),)

    began_at: Mapped[datetime]
    """The moment whose state it holds."""
    ended_at: Mapped[datetime]
    by_itself: Mapped[bool]
    """Made by the nightly job, in the folder of the settings, where the oldest make room for new ones."""
    file: Mapped[str | None]
    """Its name, without the folder. Nothing when it failed."""
    size: Mapped[int | None] = mapped_column(BigInteger)
    rows: Mapped[int | None] = mapped_column(BigInteger)
    files: Mapped[int | None]
    sha256: Mapped[str | None]
    key_ids: Mapped[list[str]]
    """The keys of the ring that were there: what is sealed in it needs them."""
    recipients: Mapped[list[str]]
    """Fingerprints of the public keys that it was sealed to."""
    failure: Mapped[str | None]
    """A code of `rules.Trouble`, or type and place. Nothing when it was made and read back."""
    removed_at: Mapped[datetime | None]
    """When it made room for newer ones, or was found missing."""
