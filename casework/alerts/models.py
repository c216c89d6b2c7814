"""What in the audit trail is out of the ordinary, from which number on it is so, and what was found of it."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, relationship

from casework.accounts.models import User
from casework.core.columns import Sealed, belongs_to, sealed_column
from casework.core.db import Base, Identified, Versioned
from casework.core.scope import Scoped


@dataclass
class Opinion:
    """What was found when somebody looked."""

    comment: str | None = None


class Alert(Identified, Versioned, Scoped, Base):
    """That a colleague did something unusual on a day: how often, and from how often on it is unusual."""

    __tablename__ = "alerts"
    __table_args__ = (
        belongs_to("users", "user_id"),
        belongs_to("users", "decided_by_id"),
        UniqueConstraint("organisation_id", "user_id", "kind", "day"),
        CheckConstraint("decided_by_id IS NULL OR decided_by_id <> user_id", name="decided_by_another"),
        Index("ix_alerts_open", "organisation_id", "state", "day"),
    )

    kind: Mapped[str]
    """alerts.rules.Kind."""
    user_id: Mapped[UUID]
    day: Mapped[date]
    count: Mapped[int]
    threshold: Mapped[int]
    details: Mapped[dict[str, Any]]
    """How many in which hour, and which actions how often: codes and numbers only."""
    found_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    state: Mapped[str]
    """open or looked_at."""
    verdict: Mapped[str | None]
    """A code of the list `alert_verdict`."""
    decided_by_id: Mapped[UUID | None]
    decided_at: Mapped[datetime | None]
    opinion_sealed: Mapped[bytes | None] = sealed_column("alert", erase="stays: it is about a colleague")
    opinion = Sealed("alert", Opinion)

    user: Mapped[User] = relationship(
        foreign_keys="Alert.user_id", primaryjoin="Alert.user_id == User.id", viewonly=True
    )


class AlertRule(Identified, Versioned, Scoped, Base):
    """From which number on, since a day, one kind of thing is unusual in an organisation. Former rules stay."""

    __tablename__ = "alert_rules"
    __table_args__ = (
        ForeignKeyConstraint(["organisation_id"], ["organisations.id"]),
        belongs_to("users", "by_id"),
        UniqueConstraint("organisation_id", "kind", "from_on"),
    )

    kind: Mapped[str]
    from_on: Mapped[date]
    is_on: Mapped[bool]
    threshold: Mapped[int]
    with_weekends: Mapped[bool]
    """Whether Saturday and Sunday count as night."""
    by_id: Mapped[UUID | None]


class AlertReading(Identified, Scoped, Base):
    """Up to which number an organisation's trail was read. One row each."""

    __tablename__ = "alert_readings"
    __audited__ = False
    __revised__ = False
    __table_args__ = (
        ForeignKeyConstraint(["organisation_id"], ["organisations.id"]),
        UniqueConstraint("organisation_id"),
    )

    number: Mapped[int]
