"""What an officer fills in to draw up a release, to sign what does not add up, and to freeze."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import ValidationError
from wtforms.validators import DataRequired

from casework.core import i18n
from casework.core.forms import (
    CaseworkForm,
    Choice,
    DayField,
    EditForm,
    Paragraph,
    PillsField,
    PillsManyField,
    Tick,
)
from casework.releases import pages, rules

SHORTEST_EXPLANATION = 20
"""Characters: long enough that “ok” is none."""


def a_first(form: Any, field: DayField) -> None:
    if field.data is not None and field.data.day != 1:
        first = field.data.replace(day=1)
        raise ValidationError(
            _("Choose the first day of a month, such as %(day)s: releases begin and end there.", day=i18n.day(first))
        )


class BeginForm(CaseworkForm):
    """The day, what happened since when, the tables, and which countries of origin are listed by name."""

    as_of = DayField(_l("As of"))
    since = DayField(
        _l("What happened since"),
        optional=True,
        description=_l("Where the first account begins. Later releases begin where the one before them ended."),
    )
    tables = PillsManyField(_l("Tables"), list)
    listed_from = PillsField(_l("Countries of origin listed by name"), pages.ways, optional=False)

    def validate_as_of(self, field: DayField) -> None:
        a_first(self, field)

    def validate_since(self, field: DayField) -> None:
        a_first(self, field)
        if field.data is not None and self.as_of.data is not None and field.data >= self.as_of.data:
            raise ValidationError(_("This day has to lie before the day of the release."))

    def validate_tables(self, field: PillsManyField) -> None:
        if not field.data:
            raise ValidationError(_("Choose at least one table."))

    @property
    def threshold(self) -> int:
        """From which number of persons a country is listed; only after the form was found valid."""
        return int(self.listed_from.data or rules.LISTED_FROM[0])


class SignForm(EditForm):
    """Why the release is right all the same."""

    explanation = Paragraph(
        _l("Explanation"),
        longest=2000,
        optional=False,
        description=_l(
            "It is published with the figures, under your signature. Write no names and no numbers of cases."
        ),
    )

    def validate_explanation(self, field: Paragraph) -> None:
        if len(field.data or "") < SHORTEST_EXPLANATION:
            raise ValidationError(_("Explain in a sentence or two, so that a reader understands."))


def _agreed() -> list[Any]:
    return [DataRequired(_l("Confirm this before you freeze."))]


class FreezeForm(EditForm):
    """What has to be looked at before the figures leave the house."""

    has_compared = Tick(_l("I have compared the Key Figures with their sources."), _agreed())
    has_read = Tick(_l("I have read the accounts and the tables: nothing in them surprises me."), _agreed())
    is_final = Tick(
        _l("I know that what is frozen never changes. What turns out later will be a correction beside it."), _agreed()
    )


class DiscardForm(EditForm):
    """Nothing to fill in, but on a draft as it was seen."""


class AddTableForm(CaseworkForm):
    """By what a population is divided."""

    dimensions = PillsManyField(
        _l("Divided by"),
        list,
        description=_l("One to three. The finer a table, the more of its numbers have to be withheld."),
    )

    def validate_dimensions(self, field: PillsManyField) -> None:
        if not 1 <= len(field.data or ()) <= 3:
            raise ValidationError(_("Choose one to three."))


class EarlierForm(FlaskForm):
    """Which release to compare with. In the address."""

    class Meta:
        csrf = False

    earlier = Choice(_l("Compare with"), list, optional=False)
