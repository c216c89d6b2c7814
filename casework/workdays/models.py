"""Days off and working weekends as administrators know them. They win over what the installed library says."""

from datetime import date
from enum import StrEnum

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from casework.core.db import Base, Identified, Versioned
from casework.core.i18n import Text


class DayKind(StrEnum):
    """What was decided about one day."""

    OFF = "OFF"
    WORKING = "WORKING"


class DayOff(Identified, Versioned, Base):
    """One day that the government or the law made a day off, or a working one."""

    __tablename__ = "days_off"
    __table_args__ = (UniqueConstraint("day"),)

    day: Mapped[date]
    kind: Mapped[str]
    label_en: Mapped[str]
    label_ru: Mapped[str]
    label_kk: Mapped[str]
    source: Mapped[str]
    is_confirmed: Mapped[bool] = mapped_column(default=False)

    @property
    def words(self) -> Text:
        return Text(self.label_en, self.label_ru, self.label_kk)

    @property
    def label(self) -> str:
        return str(self.words)
