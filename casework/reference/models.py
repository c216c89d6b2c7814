"""Code lists: rows with an effective date, three labels and a source. Never constants in code."""

from datetime import date
from typing import Any

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from casework.core.db import Base, Identified, Versioned
from casework.core.i18n import Text


class CodeItem(Identified, Versioned, Base):
    __tablename__ = "code_items"
    __table_args__ = (UniqueConstraint("list", "code", "effective_from"),)

    list: Mapped[str]
    code: Mapped[str]
    position: Mapped[int]
    label_en: Mapped[str]
    label_ru: Mapped[str]
    label_kk: Mapped[str]
    effective_from: Mapped[date]
    retired_on: Mapped[date | None]
    attributes: Mapped[dict[str, Any]]
    source: Mapped[str]
    is_confirmed: Mapped[bool] = mapped_column(default=False)

    @property
    def label(self) -> str:
        return str(Text(self.label_en, self.label_ru, self.label_kk))
