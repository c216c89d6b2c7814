"""The stock-and-flow ledger and the figures that come from elsewhere. No key, no name, no exact date of birth."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Numeric, Text
from sqlalchemy.orm import Mapped, mapped_column

from casework.core.columns import belongs_to
from casework.core.db import Base, Identified, Versioned
from casework.core.scope import Scoped


class Movement(Identified, Scoped, Base):
    """One person into (+1) or out of (−1) one cell on one day. Append-only: a correction adds, nothing is changed.

    Counts “as of” a day are sums of what happened before it: a movement on 3 May shows from 4 May, 00:00 in Almaty.
    """

    __tablename__ = "movements"
    __audited__ = False
    __table_args__ = (
        belongs_to("persons", "person_id"),
        Index("ix_movements_effective", "effective_on", "dimension", "status", "origin", "quantity"),
        Index("ix_movements_person", "organisation_id", "person_id"),
        Index("ix_movements_recorded", "recorded_at"),
    )

    person_id: Mapped[UUID] = mapped_column(
        info={
            "merge": "stays: the ledger is only ever appended to",
            "transfer": "stays: the ledger is only ever appended to",
        }
    )
    effective_on: Mapped[date]
    dimension: Mapped[str]
    status: Mapped[str]
    origin: Mapped[str]
    sex: Mapped[str]
    age_band: Mapped[str]
    region: Mapped[str]
    quantity: Mapped[int]
    flow: Mapped[str]
    recorded_at: Mapped[datetime]


class Offset(Identified, Base):
    """Takes back, in national figures, what counts a person again who is counted with another partner already.

    The two records belong to two organisations, whose own counts stay whole: so it belongs to neither. Append-only,
    like movements; it names no one, and nothing but sums of it is read.
    """

    __tablename__ = "offsets"
    __audited__ = False
    __table_args__ = (
        Index("ix_offsets_effective", "effective_on", "dimension", "status"),
        Index("ix_offsets_recorded", "recorded_at"),
    )

    person_id: Mapped[UUID] = mapped_column(index=True)
    """Whose movements this answers; no reference, for it crosses organisations."""
    effective_on: Mapped[date]
    dimension: Mapped[str]
    status: Mapped[str]
    origin: Mapped[str]
    sex: Mapped[str]
    age_band: Mapped[str]
    region: Mapped[str]
    quantity: Mapped[int]
    flow: Mapped[str]
    recorded_at: Mapped[datetime]


class Balance(Base):
    """How many persons a cell holds at 00:00 on the first day of a month. Derived from movements, and checked."""

    __tablename__ = "balances"
    __audited__ = False

    month: Mapped[date] = mapped_column(primary_key=True)
    dimension: Mapped[str] = mapped_column(primary_key=True)
    status: Mapped[str] = mapped_column(primary_key=True)
    origin: Mapped[str] = mapped_column(primary_key=True)
    sex: Mapped[str] = mapped_column(primary_key=True)
    age_band: Mapped[str] = mapped_column(primary_key=True)
    region: Mapped[str] = mapped_column(primary_key=True)
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"), primary_key=True)
    quantity: Mapped[int]


class LedgerMonth(Base):
    """A month whose opening balances are kept."""

    __tablename__ = "ledger_months"
    __audited__ = False

    month: Mapped[date] = mapped_column(primary_key=True)


class ExternalFile(Identified, Base):
    """A file of published figures as it was sent, until somebody confirms or discards what would come of it.

    Public figures, nobody's data; the row goes when the figures are entered, so it is kept out of the audit trail.
    """

    __tablename__ = "external_files"
    __audited__ = False

    file_name: Mapped[str]
    content: Mapped[str] = mapped_column(Text, deferred=True)
    sha256: Mapped[str]
    """Of the bytes that were sent."""
    sent_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    sent_at: Mapped[datetime]


class ExternalImport(Identified, Versioned, Base):
    """A file of published figures that somebody brought in; somebody else verifies it as a whole."""

    __tablename__ = "external_imports"

    file_name: Mapped[str]
    sha256: Mapped[str]
    layout: Mapped[str]
    source: Mapped[str]
    figures: Mapped[int]
    entered_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    entered_at: Mapped[datetime]
    verified_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    verified_at: Mapped[datetime | None]
    voided_at: Mapped[datetime | None]


class ExternalFigure(Identified, Versioned, Base):
    """A number that others count: value, unit, qualifier, source, day, scope, who entered and who verified it.

    A wrong one is voided with a reason, never changed, and the right one entered anew.
    """

    __tablename__ = "external_figures"

    series: Mapped[str]
    category: Mapped[str] = mapped_column(default="")
    """Of whom within the series: empty for all, else sorted pairs as origin=AFG;region=KZ-75."""
    as_of: Mapped[date]
    value: Mapped[Decimal] = mapped_column(Numeric(18, 4))
    numerator: Mapped[Decimal | None] = mapped_column(Numeric(18, 4))
    denominator: Mapped[Decimal | None] = mapped_column(Numeric(18, 4))
    qualifier: Mapped[str] = mapped_column(default="")
    unit: Mapped[str]
    scope: Mapped[str]
    source: Mapped[str]
    document: Mapped[str | None]
    note: Mapped[str | None]
    import_id: Mapped[UUID | None] = mapped_column(ForeignKey("external_imports.id"), index=True)
    """The file it came from; none when it was typed in or shipped."""
    entered_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    entered_at: Mapped[datetime]
    verified_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    verified_at: Mapped[datetime | None]
    voided_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    voided_at: Mapped[datetime | None]
    void_reason: Mapped[str | None]

    @property
    def is_void(self) -> bool:
        return self.voided_at is not None


_STANDING = ExternalFigure.voided_at.is_(None)
Index(
    "uq_external_figures_standing",
    ExternalFigure.series,
    ExternalFigure.category,
    ExternalFigure.as_of,
    ExternalFigure.scope,
    ExternalFigure.source,
    unique=True,
    sqlite_where=_STANDING,
    postgresql_where=_STANDING,
)
