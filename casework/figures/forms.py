"""What can be asked of the figures."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import ValidationError
from wtforms.validators import StopValidation

from casework.core import clock, i18n
from casework.core.forms import EARLIEST, Choice, DayField

MONTHS_OFFERED = 24
YEARS_OFFERED = 10


class PeriodForm(FlaskForm):
    """The day the figures are as of, and the day from which flows are counted. In the address: it is no one's data."""

    class Meta:
        csrf = False

    as_of = DayField(_l("As of"), future=True)
    since = DayField(_l("Flows since"), optional=True)

    def validate_as_of(self, field: DayField) -> None:
        if field.data is not None and field.data > clock.today() + timedelta(days=1):
            raise ValidationError(_("Tomorrow is the latest day: it counts all that was recorded up to today."))


def year_before(as_of: date) -> date:
    """Where the account of a day starts unless someone says otherwise: the year the day before is in."""
    return date((as_of - timedelta(days=1)).year, 1, 1)


def asks_for_a_day(names: Iterable[str]) -> bool:
    """Whether any part of the period is among the parameters of an address; others may stand there for others."""
    return any(name.startswith(("as_of-", "since-")) for name in names)


class FirstOfMonth(Choice):
    """The first of a month up to today. Of older ones New Years are offered; an address may ask for any."""

    day: date | None = None

    def pre_validate(self, form: Any) -> None:
        self.day = first_of_month(self.data or "")
        if self.day is None:
            raise StopValidation(
                _("Figures of the country are shown as of the first of a month only, up to today. Choose one.")
            )


class MonthForm(FlaskForm):
    """The first of a month as of which the country is counted."""

    class Meta:
        csrf = False

    as_of = FirstOfMonth(_l("As of"), lambda: [(day.isoformat(), i18n.day(day)) for day in firsts()], optional=False)


def first_of_month(text: str) -> date | None:
    """The day that an address asks for; None when it is no first of a month, or lies ahead."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if day.day == 1 and EARLIEST <= day <= clock.today() else None


def firsts() -> list[date]:
    """The firsts of months that are offered, latest first: of the last two years each, then New Years."""
    latest = clock.today().replace(day=1)
    months = [latest.year * 12 + latest.month - 1 - back for back in range(MONTHS_OFFERED)]
    each = [date(month // 12, month % 12 + 1, 1) for month in months]
    return [*each, *(date(each[-1].year - (each[-1].month == 1) - back, 1, 1) for back in range(YEARS_OFFERED))]
