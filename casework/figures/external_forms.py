"""What can be entered among the figures that come from elsewhere."""

import re
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from werkzeug.datastructures import FileStorage
from wtforms import HiddenField, ValidationError

from casework.core.errors import DomainError
from casework.core.forms import (
    CaseworkForm,
    Choice,
    DayField,
    Line,
    Paragraph,
    PillsField,
    Tick,
    options,
)
from casework.figures.imports import LARGEST
from casework.figures.indicators import SCOPES, SERIES
from casework.reference import queries as codes

STATES = (
    ("waiting", _l("Not verified")),
    ("verified", _l("Verified")),
    ("void", _l("Void")),
)

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
    origin = Choice(
        _l("From which country of origin"), codes.choices("country", origin=True), none_label=_l("From all countries")
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


class SieveForm(FlaskForm):
    """Which of the figures are listed. In the address: it is no one's data."""

    class Meta:
        csrf = False

    series = Choice(_l("Which figure"), list, none_label=_l("Every figure"))
    state = PillsField(_l("State"), options(STATES), none_label=_l("Every state"))


class FileForm(CaseworkForm):
    """A file of the Refugee Data Finder."""

    file = FileField(
        _l("File"),
        description=_l(
            "A CSV file as the Refugee Data Finder gives it: population, demographics, asylum applications, asylum "
            "decisions or solutions. Up to 2 MB."
        ),
        render_kw={"accept": ".csv,text/csv"},
    )

    def given(self) -> tuple[bytes, str]:
        """What was sent, and its name; a refusal when there is none. Of one that is too large only the beginning."""
        sent = self.file.data
        if not isinstance(sent, FileStorage) or not sent.filename:
            raise DomainError(_("Choose a file."), "file")
        return sent.stream.read(LARGEST + 1), sent.filename


class ConfirmForm(CaseworkForm):
    """Entering what a file says, as it was compared."""

    seen = HiddenField()
    replaces = Tick(_l("Also void the figures that differ, and enter what the file says"))
