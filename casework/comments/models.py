"""What colleagues write to each other about a case, whom they mention, and who follows it."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from casework.accounts.models import User
from casework.cases.models import Case
from casework.core.columns import Sealed, belongs_to, referable, sealed_column
from casework.core.db import Base, Identified, Versioned
from casework.core.scope import Scoped

_HERE = {"transfer": "stays: what colleagues write to each other goes to no other partner"}


@dataclass
class Said:
    """What a colleague wrote."""

    text: str | None = None
    told: dict[str, list[str | None]] = field(default_factory=dict)
    """Who had been told of it when it was taken back, as notices keep it: put back, it is nothing new to them."""


class Comment(Identified, Versioned, Scoped, Base):
    """A comment of a colleague on a case, or the note with which it is handed over. For colleagues only."""

    __tablename__ = "comments"
    __table_args__ = (referable(), belongs_to("cases", "case_id"), belongs_to("users", "author_id"))

    case_id: Mapped[UUID] = mapped_column(index=True, info=_HERE)
    kind: Mapped[str]
    """comment or handover."""
    author_id: Mapped[UUID]
    written_at: Mapped[datetime]
    edited_at: Mapped[datetime | None]
    voided_at: Mapped[datetime | None]
    """When its author took it back; for a while it can be put back."""
    words_sealed: Mapped[bytes | None] = sealed_column("comment")
    words = Sealed("comment", Said)

    case: Mapped[Case] = relationship(
        foreign_keys="Comment.case_id", primaryjoin="Comment.case_id == Case.id", viewonly=True
    )
    author: Mapped[User] = relationship(
        foreign_keys="Comment.author_id", primaryjoin="Comment.author_id == User.id", viewonly=True
    )
    mentions: Mapped[list["Mention"]] = relationship(
        back_populates="comment",
        foreign_keys="Mention.comment_id",
        primaryjoin="Comment.id == Mention.comment_id",
        cascade="all, delete-orphan",
    )


class Mention(Identified, Scoped, Base):
    """That a comment speaks to a colleague."""

    __tablename__ = "mentions"
    __audited__ = False  # the comment is
    __table_args__ = (
        belongs_to("comments", "comment_id"),
        belongs_to("users", "user_id"),
        UniqueConstraint("organisation_id", "comment_id", "user_id"),
    )

    comment_id: Mapped[UUID] = mapped_column(index=True, info=_HERE)
    user_id: Mapped[UUID]

    comment: Mapped[Comment] = relationship(
        back_populates="mentions", foreign_keys="Mention.comment_id", primaryjoin="Mention.comment_id == Comment.id"
    )


class Follow(Identified, Scoped, Base):
    """That a colleague wants to know what happens in a case. Its lawyer does by nature, without such a row."""

    __tablename__ = "follows"
    __table_args__ = (
        belongs_to("cases", "case_id"),
        belongs_to("users", "user_id"),
        UniqueConstraint("organisation_id", "case_id", "user_id"),
    )

    case_id: Mapped[UUID] = mapped_column(index=True, info=_HERE)
    user_id: Mapped[UUID]
    since: Mapped[datetime]
