"""Workbooks of a caseload that supervisors take out: what they hold, for what purpose, until when."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Mapped

from casework.core.columns import Sealed, belongs_to, referable, sealed_column
from casework.core.db import Base, Identified, Versioned
from casework.core.scope import Scoped


@dataclass
class Purpose:
    """What the workbook is for, as whoever takes it said, and the cases that it was asked for."""

    text: str | None = None
    cases: list[str] = field(default_factory=list)
    """Their ids, by number: the workbook holds no other case, however the list has changed since."""


class Export(Identified, Versioned, Scoped, Base):
    """Leave to take the cases of a list out as a workbook, for a day. It is made when it is taken, of these cases."""

    __tablename__ = "exports"
    __table_args__ = (referable(), belongs_to("users", "asked_by_id"))

    filters: Mapped[dict[str, Any]]
    """What the case list was narrowed to: codes only."""
    has_names: Mapped[bool]
    """Whether it holds the names of persons, besides their numbers."""
    rows: Mapped[int]
    """How many cases it was when it was asked for."""
    purpose_sealed: Mapped[bytes | None] = sealed_column("export-purpose", erase="stays: what a list of many was for")
    purpose = Sealed("export-purpose", Purpose)
    asked_by_id: Mapped[UUID]
    asked_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    """Until when it can be taken; None while it waits for approval."""
