"""Fields and forms: what can be typed, how it is cleaned, and that a double click makes one record."""

import re
import secrets
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from datetime import date, time
from typing import Any

from flask import g, request
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    Field,
    FieldList,
    FormField,
    HiddenField,
    IntegerField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.utils import unset_value
from wtforms.validators import (
    DataRequired,
    InputRequired,
    Length,
    NumberRange,
    Optional,
    StopValidation,
    ValidationError,
)

from casework.core import clock, i18n
from casework.core.errors import DomainError

EARLIEST = date(1900, 1, 1)
ZERO_WIDTH_NON_JOINER = "\u200c"  # belongs to Persian names
Choices = Callable[[], Iterable[tuple[str, str]]]


def is_invisible(letter: str) -> bool:
    """Whether nobody sees it, or it turns round what stands beside it; line breaks and Persian's non-joiner are not."""
    return letter not in "\n\t" + ZERO_WIDTH_NON_JOINER and unicodedata.category(letter) in ("Cc", "Cf", "Cs", "Co")


def clean(value: str | None) -> str | None:
    """NFC, without control, bidirectional and zero-width characters; line breaks stay, NUL goes."""
    if value is None:
        return None
    value = unicodedata.normalize("NFC", value.replace("\r\n", "\n").replace("\r", "\n"))
    return "".join(c for c in value if not is_invisible(c)).strip()


def _empty_is_none(value: str | None) -> str | None:
    return value or None


def needed() -> list[Any]:
    # DataRequired, not InputRequired: what is left after cleaning counts, and of blanks nothing is left.
    return [DataRequired(_l("Fill in this field."))]


def _limits(longest: int, optional: bool) -> list[Any]:
    length = Length(max=longest, message=_l("Use at most %(max)d characters."))
    return [Optional(), length] if optional else [*needed(), length]


def an_email(form: Any, field: Field) -> None:
    name, at, domain = (field.data or "").partition("@")
    if not (name and at and "." in domain and " " not in field.data and "@" not in domain):
        raise ValidationError(str(_l("Enter an e-mail address, such as name@example.org.")))


class Line(StringField):
    """One line of text."""

    data: Any

    def __init__(self, label: Any = None, longest: int = 200, optional: bool = True, **options: Any) -> None:
        self.longest = longest
        validators = [*_limits(longest, optional), *options.pop("validators", [])]
        super().__init__(label, validators, filters=[_one_line, clean, _empty_is_none], **options)


def _one_line(value: str | None) -> str | None:
    return " ".join(value.split()) if value else value


_HOUR = re.compile(r"(\d{1,2})(?:[:.\- ]?(\d\d))?", re.ASCII)


def read_hour(text: str) -> time | None:
    """14:30, 14.30, 1430 or 14: the hour of a day, however it is typed."""
    match = _HOUR.fullmatch(text.strip())
    if match is None:
        return None
    hour, minute = int(match[1]), int(match[2] or 0)
    return time(hour, minute) if hour < 24 and minute < 60 else None


def an_hour(form: Any, field: Field) -> None:
    if field.data and read_hour(field.data) is None:
        raise ValidationError(str(_l("Enter the time as hours and minutes, such as 14:30.")))


class HourField(Line):
    """An hour and a minute by the clocks of Kazakhstan."""

    def __init__(self, label: Any, optional: bool = False, **options: Any) -> None:
        super().__init__(label, longest=8, optional=optional, validators=[an_hour], **options)

    @property
    def hour(self) -> time:
        return read_hour(self.data or "") or time()


class Paragraph(TextAreaField):
    """Several lines of text."""

    data: Any

    def __init__(self, label: Any = None, longest: int = 8000, optional: bool = True, **options: Any) -> None:
        self.longest = longest
        super().__init__(label, _limits(longest, optional), filters=[clean, _empty_is_none], **options)


class Whole(IntegerField):
    data: Any

    def __init__(self, label: Any, least: int, most: int, optional: bool = True, **options: Any) -> None:
        between = NumberRange(least, most, _l("Enter a number between %(min)s and %(max)s."))
        super().__init__(
            label, [Optional() if optional else InputRequired(_l("Fill in this field.")), between], **options
        )

    def process_formdata(self, valuelist: list[str]) -> None:
        self.raw_data = [clean(value[:20]) or "" for value in valuelist]  # what is shown again beside an error
        try:
            super().process_formdata(self.raw_data)
        except ValueError as error:
            raise ValueError(str(_l("Enter a whole number."))) from error


def _with_held(choices: Choices, held: Iterable[Any]) -> list[tuple[str, str]]:
    """What is offered, and what the record says already: correcting it must not drop a code that was retired since."""
    offered = list(choices())
    words: Callable[[str], str | None] | None = getattr(choices, "words", None)
    if words is None:
        return offered
    known = {value for value, *_ in offered}
    retired = [(code, words(code)) for code in held if isinstance(code, str) and code not in known]
    return [*offered, *((code, label) for code, label in retired if label)]


class Choice(SelectField):
    """One of a list of codes. The list is asked anew for every form, for lists change and have three languages.

    One that must be chosen begins at “Choose one”: a browser would send the first code of a list nobody looked at.
    """

    multiple = False
    asks = True

    def __init__(
        self, label: Any, choices: Choices, optional: bool = True, none_label: Any = None, **options: Any
    ) -> None:
        self.none_label = none_label if none_label is not None else _l("Not recorded")
        self.is_optional = optional
        super().__init__(
            label,
            [Optional()] if optional else needed(),
            choices=lambda: self._with_none(choices),
            coerce=str,
            filters=[_empty_is_none],
            **options,
        )

    def offer(self, choices: Choices) -> None:
        """What can be chosen here, when only the view knows."""
        self.choices = self._with_none(choices)

    def _with_none(self, choices: Choices) -> list[tuple[str, str]]:
        offered = _with_held(choices, [self.object_data])
        if self.is_optional:
            return [("", str(self.none_label)), *offered]
        if self.asks and self.data not in {value for value, *_ in offered}:
            return [("", str(_l("Choose one"))), *offered]
        return offered

    def pre_validate(self, form: Any) -> None:
        if self.data is not None and self.data not in {value for value, *_ in self.iter_choices()}:
            raise StopValidation(str(_l("Choose one of the options.")))


class PillsField(Choice):
    """One of a few codes, each a pill. Of pills a browser chooses none by itself."""

    asks = False


class PillsManyField(SelectMultipleField):
    """Some of a few codes, each a pill."""

    multiple = True

    def __init__(self, label: Any, choices: Choices, optional: bool = True, **options: Any) -> None:
        super().__init__(
            label,
            [] if optional else needed(),
            choices=lambda: _with_held(choices, self.object_data or ()),
            coerce=str,
            **options,
        )

    def offer(self, choices: Choices) -> None:
        self.choices = _with_held(choices, self.object_data or ())

    def process_formdata(self, valuelist: list[str]) -> None:
        super().process_formdata(list(dict.fromkeys(valuelist)))  # sent twice is chosen once

    def pre_validate(self, form: Any) -> None:
        offered = {value for value, *_ in self.iter_choices()}
        if self.data and not set(self.data) <= offered:
            raise StopValidation(str(_l("Choose one of the options.")))


class Tick(BooleanField):
    pass


class Repeated(FieldList):  # type: ignore[type-arg]
    """A few fields as often as needed: a button adds one more, and what stays empty does not count."""

    def __init__(self, group: Any, label: Any, most: int = 20, **options: Any) -> None:
        super().__init__(FormField(group), label, min_entries=1, max_entries=most, **options)
        self.type = "FieldList"  # by which templates know it

    def _extract_indices(self, prefix: str, formdata: Any) -> Any:
        # int(), which WTForms calls on what looks like a digit, fails on "²" and on five thousand digits.
        plain = [name for name in formdata if _ENTRY.fullmatch(name[len(prefix) :])]
        return super()._extract_indices(prefix, plain)  # type: ignore[misc]

    @property
    def is_full(self) -> bool:
        return self.max_entries is not None and len(self) >= self.max_entries


_ENTRY = re.compile(r"-\d{1,4}(-.*)?", re.ASCII | re.DOTALL)


class DateParts(Field):
    """Day, month and year in three number fields: a browser's date picker speaks its own language, not the page's."""

    widget = None  # type: ignore[assignment]  # drawn by templates/components/forms.html

    def __init__(self, label: Any = None, **options: Any) -> None:
        super().__init__(label, **options)
        self.parts = {"day": "", "month": "", "year": ""}
        self.unknown = False

    def process(self, formdata: Any, data: Any = unset_value, extra_filters: Any = None) -> None:
        self.process_errors = []
        if data is unset_value:
            data = self.default() if callable(self.default) else self.default
        self.object_data = self.data = data
        given = formdata is not None and any(
            f"{self.name}-{part}" in formdata for part in ("day", "month", "year", "unknown")
        )
        if not given:
            if data is not None:
                self.parts = {part: str(getattr(data, part) or "") for part in self.parts}
            self.raw_data = []
            if formdata is not None:
                self.data = None
                self.parts = dict.fromkeys(self.parts, "")
            return
        self.parts = {part: (clean(formdata.get(f"{self.name}-{part}", "")) or "")[:10] for part in self.parts}
        self.unknown = bool(formdata.get(f"{self.name}-unknown"))
        self.raw_data = [value for value in self.parts.values() if value]
        try:
            self.data = self.read()
        except ValueError as error:
            self.data = None
            self.process_errors.append(str(error))

    def read(self) -> Any:
        raise NotImplementedError


class DayField(DateParts):
    """A whole day. Not in the future unless it may be (a next step), never before 1900."""

    def __init__(
        self,
        label: Any = None,
        optional: bool = False,
        future: bool = False,
        past: bool = True,
        **options: Any,
    ) -> None:
        self.may_be_future = future
        self.may_be_past = past
        validators: list[Any] = [] if optional else [_a_day_is_needed]
        super().__init__(label, validators=validators, **options)
        if not optional:
            self.flags.required = True

    def read(self) -> date | None:
        if not self.raw_data:
            return None
        try:
            found = date(*(int(self.parts[part]) for part in ("year", "month", "day")))
        except (ValueError, OverflowError) as error:
            raise ValueError(str(_l("Enter a real date: day, month and year, such as 23 11 2026."))) from error
        if found < EARLIEST:
            raise ValueError(str(_l("Enter a date after 1900.")))
        if found > clock.today() and not self.may_be_future:
            raise ValueError(str(_l("This date is in the future. Enter the day it happened.")))
        if found < clock.today() and not self.may_be_past:
            raise ValueError(str(_l("This date has passed. Enter a day from today on.")))
        if found.year > clock.today().year + 20:
            raise ValueError(str(_l("This date is too far in the future.")))
        return found


def _a_day_is_needed(form: Any, field: DateParts) -> None:
    if field.data is None and not field.process_errors:
        raise StopValidation(str(_l("Enter the day, the month and the year.")))


def new_nonce() -> str:
    """A number used once: what tells two sendings of one form from one sending twice."""
    return secrets.token_urlsafe(16)


class CaseworkForm(FlaskForm):
    """A form whose every sending carries a number used once: the same sending twice makes one record."""

    nonce = HiddenField(default=new_nonce)

    def typed(self) -> dict[str, list[str]]:
        """The fields as they were sent, cleaned, without what belongs to this one sending."""
        sent = request.form.to_dict(flat=False)
        return {
            name: [clean(value) or "" for value in values]
            for name, values in sent.items()
            if name not in ("csrf_token", "nonce", "then", "add")
        }

    def wants_more(self) -> bool:
        """Whether “Add another” was pressed: the form is to be shown again with one entry more, and nothing saved."""
        repeated = self._fields.get(request.form.get("add", "")) if self.is_submitted() else None
        if not isinstance(repeated, Repeated):
            return False
        if not repeated.is_full:
            repeated.append_entry()
        return True

    def validate(self, *args: Any, **more: Any) -> bool:
        is_valid: bool = super().validate(*args, **more)
        return is_valid or self.refused()

    def refused(self) -> bool:
        """False, for a form that is shown again: the edge then saves nothing (422)."""
        g.refused = True
        return False

    def refuse(self, error: DomainError) -> None:
        """Show a rule's refusal beside its field, or above the form."""
        self.refused()
        target = self._fields.get(error.field or "")
        if target is not None:
            target.errors = [*target.errors, error.message]
        else:
            self.form_errors.append(error.message)


class EditForm(CaseworkForm):
    """A form that changes a row: it carries the version that its user saw."""

    version = HiddenField()

    def seen_version(self) -> int:
        seen = str(self.version.data or "")
        return int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 10 else -1


class JustAButton(CaseworkForm):
    """A form with nothing to fill in."""


def shown(field: Field) -> str:
    """What a field holds, as words: labels for codes, a date as it is written."""
    if isinstance(field, FieldList):
        return "; ".join(words for words in map(shown, field) if words)
    if isinstance(field, FormField):
        return ", ".join(words for words in map(shown, field) if words)
    if isinstance(field, DateParts):
        return i18n.day(field.data) or " ".join(part for part in field.parts.values() if part)
    if isinstance(field, SelectField | SelectMultipleField):
        chosen = field.data if isinstance(field.data, list) else [field.data]
        return ", ".join(str(label) for value, label, *_ in field.iter_choices() if value in chosen and value)
    if isinstance(field, BooleanField):
        return str(_l("Yes") if field.data else _l("No"))
    return "" if field.data is None else str(field.data)


def options(items: Sequence[tuple[str, Any]]) -> Choices:
    """Choices that are fixed in code, with labels in the language of the page."""
    return lambda: [(value, str(label)) for value, label in items]
