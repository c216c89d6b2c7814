"""What can be asked of the figures, and what can be entered among them."""

import re
from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import ValidationError

from casework.core import clock
from casework.core.forms import (
    CaseworkForm,
    Choice,
    DayField,
    Line,
    Paragraph,
    PillsField,
    options,
)
from casework.figures.indicators import SCOPES, SERIES

QUALIFIERS = (
    ("up_to", _l("Up to")),
    ("more_than", _l("More than")),
    ("about", _l("About")),
)

_AMOUNT = re.compile(r"(\d{1,3}(?:,\d{3})+|\d+)(?:[.,](\d{1,4}))?", re.ASCII)
_SPACES = re.compile(r"[\s\u00a0\u202f]+")


def amount(text: str) -> Decimal | None:
    """The number someone typed: 7399, 7,399, 7 399, 93.6 or 93,6. None when it is no number."""
    found = _AMOUNT.fullmatch(_SPACES.sub("", text))
    if found is None or len(found[1].replace(",", "")) > 13:
        return None
    return Decimal(f"{found[1].replace(',', '')}.{found[2] or 0}").normalize()


class AmountField(Line):
    """A number with its separators as people write them; `amount` holds what it means."""

    amount: Decimal | None = None

    def post_validate(self, form: Any, validation_stopped: bool) -> None:
        if self.data is None or self.errors:
            return
        self.amount = amount(self.data)
        if self.amount is None:
            raise ValidationError(_("Enter a number such as 7,399 or 93.6."))


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


class VoidForm(CaseworkForm):
    reason = Line(
        _l("Why is it void?"),
        longest=300,
        optional=False,
        description=_l("For example: two digits were swapped, the source has withdrawn it."),
    )


class ExternalForm(CaseworkForm):
    """A number that others count."""

    series = Choice(
        _l("Which figure"),
        lambda: sorted(((code, str(one.name)) for code, one in SERIES.items()), key=lambda pair: pair[1]),
        optional=False,
    )
    scope = Choice(_l("What it covers"), lambda: [(code, str(name)) for code, name in SCOPES.items()], optional=False)
    as_of = DayField(_l("As of"))
    qualifier = PillsField(_l("How exact it is"), options(QUALIFIERS), none_label=_l("Exactly"))
    value = AmountField(_l("Value"), longest=30, optional=False)
    numerator = AmountField(_l("Of a share: the part"), longest=30)
    denominator = AmountField(_l("Of a share: the whole"), longest=30)
    source = Line(_l("Who counted it"), optional=False)
    document = Line(_l("Letter or publication, with its date"), longest=300)
    note = Paragraph(_l("What a reader has to know"), longest=1000)
