"""Notices to colleagues, and how each wants to be told of what by mail."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from casework.core.columns import Sealed, belongs_to, sealed_column
from casework.core.db import Base, Identified
from casework.core.scope import Scoped

SAID = "said"
"""Among the values of a notice: what its words are made from, which is no part of the address."""


@dataclass
class Words:
    """What was typed and is told along: the beginning of a comment, a reason. It stays in the house: no mail has it."""

    text: str | None = None


_TOLD = {
    "transfer": "stays: it was told to a colleague here",
    "erase": "deleted: it says what happened to whom",
}


class Notice(Identified, Scoped, Base):
    """That something happened which one colleague is to know, and where it is seen."""

    __tablename__ = "notices"
    __audited__ = False  # what it tells of stands in the trail itself
    __revised__ = False
    __table_args__ = (
        belongs_to("users", "user_id"),
        belongs_to("cases", "case_id"),
        belongs_to("persons", "person_id"),
        UniqueConstraint("organisation_id", "user_id", "key"),
        Index("ix_notices_unread", "organisation_id", "user_id", "read_at"),
        Index("ix_notices_settled", "organisation_id", "settled_at"),
    )

    user_id: Mapped[UUID]
    kind: Mapped[str]
    """A code of notices.kinds."""
    key: Mapped[str]
    """What it is about, such as `comment:<id>`: of the same there is one for each colleague."""
    endpoint: Mapped[str]
    values: Mapped[dict[str, Any]]
    """The page where it is seen, and under SAID what its words are made from: ids, codes and numbers only."""
    case_id: Mapped[UUID | None] = mapped_column(info=_TOLD)
    person_id: Mapped[UUID | None] = mapped_column(info={**_TOLD, "merge": "stays: it says what was so then"})
    words_sealed: Mapped[bytes | None] = sealed_column("notice")
    words = Sealed("notice", Words)
    made_at: Mapped[datetime]
    read_at: Mapped[datetime | None]
    settled_at: Mapped[datetime | None]
    """When it was put into a mail, or it was found that none is wanted."""


class NoticeChoice(Base):
    """Whether a user wants a mail about one kind of thing. Who has said nothing gets what the kind says."""

    __tablename__ = "notice_choices"
    __audited__ = False  # the action says it, with the user whom it is about

    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    by_mail: Mapped[bool]


class NoticeHours(Base):
    """When a user may be written to. Who has said nothing: `rules.Hours()`."""

    __tablename__ = "notice_hours"
    __audited__ = False

    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), primary_key=True)
    quiet_from: Mapped[int | None]
    """Minutes after midnight in Almaty; with none, no hour is quiet."""
    quiet_until: Mapped[int | None]
    weekdays: Mapped[list[str]]
    """On which days of the week mails may come: 0 is Monday."""
    once_a_day_at: Mapped[int | None]
    """Minutes after midnight at which all of a day comes in one mail; with none, at once."""
    urgent_at_once: Mapped[bool]
    """Whether what is urgent comes in quiet hours, too."""
