"""What officers fill in around an edition: which release, texts, what is sent in, approved, sent back, withdrawn."""

from collections.abc import Iterable, Mapping
from hashlib import sha256
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, ValidationError
from wtforms.validators import DataRequired

from casework.core.forms import CaseworkForm, EditForm, Paragraph, PillsField, PillsManyField, Tick, clean
from casework.editions import rules

SHORTEST_REASON = 10
"""Characters: long enough that a reader learns something."""


class BeginForm(CaseworkForm):
    """Which frozen release a factsheet is made of, or which published one is corrected."""

    source = PillsField(
        _l("What the factsheet is made of"),
        list,
        optional=False,
        description=_l("Its numbers are those of the release."),
    )


class SubmitForm(CaseworkForm):
    """In which languages an edition is sent in."""

    languages = PillsManyField(_l("Languages"), list)

    def validate_languages(self, field: PillsManyField) -> None:
        if not field.data:
            raise ValidationError(_("Choose at least one language."))


class ApproveForm(EditForm):
    """A second person's word that what they saw may be published. Taken back and sent in anew, it is another row of
    perhaps the same version: what was seen is told by the digest of its content.
    """

    digest = HiddenField()
    has_read = Tick(
        _l("I have read this page as it will be published, and compared the Key Figures with the release."),
        [DataRequired(_l("Confirm this before you publish."))],
    )


class _ReasonForm(EditForm):
    """Why, in a sentence or more."""

    reason: Any = Paragraph()

    def validate_reason(self, field: Paragraph) -> None:
        if len(field.data or "") < SHORTEST_REASON:
            raise ValidationError(_("Write a sentence, so that the reader understands."))


class SendBackForm(_ReasonForm):
    """What has to be done before it can be approved."""

    reason = Paragraph(
        _l("What has to be changed"),
        longest=rules.LONGEST_NOTICE,
        optional=False,
        description=_l("Your colleague reads it beside the texts. It is not published."),
    )


class WithdrawForm(_ReasonForm):
    """Why what was published is no longer shown."""

    reason = Paragraph(
        _l("Why it is withdrawn"),
        longest=rules.LONGEST_NOTICE,
        optional=False,
        description=_l(
            "It stands in place of the factsheet, for everybody to read. Write it in the language of the page."
        ),
    )


class DiscardForm(EditForm):
    """Nothing to fill in, but on an edition as it was seen."""


# -- texts -----------------------------------------------------------------------------------------------------------


class TextsForm(CaseworkForm):
    """All texts of an edition in one language. `text_…` is a section; `seen_…` says of which text it was typed over."""

    version = HiddenField()  # of the page of two versions; what counts is `seen_…`, section by section


def texts_form(sections: Iterable[tuple[str, str, int]]) -> type[TextsForm]:
    """A form with these sections: code, name, and how many characters there is room for."""
    fields: dict[str, Any] = {}
    for code, name, longest in sections:
        fields[f"text_{code}"] = Paragraph(name, longest=longest)
        fields[f"seen_{code}"] = HiddenField()
    return type("SectionsForm", (TextsForm,), fields)


def cleaned(text: str | None) -> str:
    """A text as the form gives it back: what was saved by another way is compared in the same shape."""
    return clean(text) or ""


def seen(version: int, text: str) -> str:
    """What a page says it showed of a section: which version, and the digest of its words."""
    return f"{version}:{sha256(cleaned(text).encode()).hexdigest()}"


def typed_over(form: TextsForm, code: str) -> tuple[int, str]:
    """The version and the digest that the text of this section was typed over; -1 for what no page has said."""
    version, _colon, digest = str(form[f"seen_{code}"].data or "").partition(":")
    is_number = version.isascii() and version.isdigit() and len(version) < 10
    return int(version) if is_number else -1, digest


def is_touched(form: TextsForm, code: str, saved: str) -> bool:
    """Whether somebody typed here: neither what is saved now nor what the page had shown."""
    text = form[f"text_{code}"].data or ""
    return text != cleaned(saved) and sha256(text.encode()).hexdigest() != typed_over(form, code)[1]


def saved_values(texts: Mapping[str, tuple[int, str]]) -> dict[str, str]:
    """What the form begins with, by the names of its fields: per section its version and its words."""
    filled = {f"text_{code}": text for code, (_version, text) in texts.items()}
    return filled | {f"seen_{code}": seen(version, text) for code, (version, text) in texts.items()}
