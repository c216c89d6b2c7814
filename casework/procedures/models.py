"""Procedures as rows. A version is never changed under a running case: a new one takes effect from a day."""

from datetime import date
from uuid import UUID

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from casework.core.db import Base, Identified, Versioned
from casework.core.i18n import Text


class Procedure(Identified, Versioned, Base):
    __tablename__ = "procedures"
    __table_args__ = (UniqueConstraint("code", "effective_from"),)

    code: Mapped[str]
    track: Mapped[str]
    position: Mapped[int]
    label_en: Mapped[str]
    label_ru: Mapped[str]
    label_kk: Mapped[str]
    effective_from: Mapped[date]
    retired_on: Mapped[date | None]
    law: Mapped[str]
    source: Mapped[str]
    is_confirmed: Mapped[bool] = mapped_column(default=False)
    is_draft: Mapped[bool] = mapped_column(default=False)
    """Not in force yet, whatever its day: an administrator is still writing it."""
    ends_in: Mapped[list[str]]

    stages: Mapped[list["ProcedureStage"]] = relationship(
        order_by="ProcedureStage.position", cascade="all, delete-orphan", back_populates="procedure"
    )
    moves: Mapped[list["ProcedureMove"]] = relationship(
        order_by="ProcedureMove.position", cascade="all, delete-orphan", back_populates="procedure"
    )
    limits: Mapped[list["ProcedureLimit"]] = relationship(
        order_by="ProcedureLimit.position", cascade="all, delete-orphan", back_populates="procedure"
    )
    needs: Mapped[list["ProcedureNeed"]] = relationship(
        order_by="ProcedureNeed.position", cascade="all, delete-orphan", back_populates="procedure"
    )

    @property
    def label(self) -> str:
        return str(Text(self.label_en, self.label_ru, self.label_kk))


class ProcedureStage(Identified, Base):
    """A stage of a version. What the fields mean: procedures/rules.py."""

    __tablename__ = "procedure_stages"
    __table_args__ = (UniqueConstraint("procedure_id", "code"),)

    procedure_id: Mapped[UUID] = mapped_column(ForeignKey("procedures.id"), index=True)
    code: Mapped[str]
    position: Mapped[int]
    is_main: Mapped[bool]
    ends: Mapped[bool]
    authorities: Mapped[list[str]]
    scope: Mapped[str | None]

    procedure: Mapped[Procedure] = relationship(back_populates="stages")


class ProcedureMove(Identified, Base):
    __tablename__ = "procedure_moves"
    __table_args__ = (UniqueConstraint("procedure_id", "from_stage", "act"),)

    procedure_id: Mapped[UUID] = mapped_column(ForeignKey("procedures.id"), index=True)
    from_stage: Mapped[str]
    act: Mapped[str]
    to_stage: Mapped[str | None]
    needs: Mapped[list[str]]
    position: Mapped[int]

    procedure: Mapped[Procedure] = relationship(back_populates="moves")


class ProcedureLimit(Identified, Versioned, Base):
    __tablename__ = "procedure_limits"
    __table_args__ = (UniqueConstraint("procedure_id", "code"),)

    procedure_id: Mapped[UUID] = mapped_column(ForeignKey("procedures.id"), index=True)
    code: Mapped[str]
    position: Mapped[int]
    label_en: Mapped[str]
    label_ru: Mapped[str]
    label_kk: Mapped[str]
    starts: Mapped[list[str]]
    ends: Mapped[list[str]]
    stops: Mapped[list[str]]
    value: Mapped[int]
    unit: Mapped[str]
    who: Mapped[str]
    counts_from: Mapped[str]
    basis: Mapped[str | None]
    takes_until: Mapped[bool]
    on_day_off: Mapped[str]
    on_silence: Mapped[str | None]
    per_subject: Mapped[bool]
    remind_days: Mapped[int]
    law: Mapped[str]
    source: Mapped[str]
    is_confirmed: Mapped[bool]

    procedure: Mapped[Procedure] = relationship(back_populates="limits")


class ProcedureNeed(Identified, Base):
    __tablename__ = "procedure_needs"
    __table_args__ = (UniqueConstraint("procedure_id", "kind"),)

    procedure_id: Mapped[UUID] = mapped_column(ForeignKey("procedures.id"), index=True)
    kind: Mapped[str]
    is_required: Mapped[bool]
    for_stage: Mapped[str | None]
    group: Mapped[str | None]
    hint_en: Mapped[str | None]
    hint_ru: Mapped[str | None]
    hint_kk: Mapped[str | None]
    position: Mapped[int]

    procedure: Mapped[Procedure] = relationship(back_populates="needs")
