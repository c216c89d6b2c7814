"""What is asked about a letter and about a template."""

import re
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import ValidationError

from casework.cases.models import Case
from casework.cases.pages import party_choices
from casework.core import clock, i18n
from casework.core.config import LANGUAGES
from casework.core.errors import DomainError
from casework.core.forms import (
    CaseworkForm,
    Choice,
    DayField,
    EditForm,
    Line,
    Paragraph,
    PillsField,
    PillsManyField,
    Tick,
    Whole,
    options,
)
from casework.documents import queries as documents
from casework.letters import queries
from casework.letters.actions import Written
from casework.letters.checking import MOST_BYTES
from casework.letters.fields import BY_NAME
from casework.letters.filling import Filled, competent
from casework.letters.models import Letter, LetterTemplate
from casework.letters.rules import Addressee
from casework.letters.templating import Facts
from casework.reference import queries as codes
from casework.workdays.rules import Unit

CODE = re.compile(r"[A-Z][A-Z0-9_]{1,39}")
_LANGUAGES = [(code, i18n.NAMES[code]) for code in LANGUAGES]
UNITS = (
    (Unit.WORKDAY, _l("Working days")),
    (Unit.DAY, _l("Days")),
    (Unit.MONTH, _l("Months")),
    (Unit.YEAR, _l("Years")),
)


class BeginForm(CaseworkForm):
    template = PillsField(_l("What is to be written?"), list, optional=False)
    language = PillsField(
        _l("In which language?"),
        options(_LANGUAGES),
        optional=False,
        description=_l("The language that the addressee reads."),
    )
    person = PillsField(_l("About whom?"), list, optional=False)

    def of(self, case: Case) -> None:
        """Offer what this kind of case needs, and the persons of the case."""
        self.template.offer(lambda: queries.offered(case.track))
        self.person.offer(lambda: party_choices(case))

    def chosen(self) -> LetterTemplate:
        found = queries.template_for(self.template.data or "", self.language.data or "")
        if found is None:
            raise DomainError(_("This template does not exist in this language."), "language")
        return found

    def person_id(self) -> UUID:
        return UUID(self.person.data)


# -- the letter itself: a form that follows its template -------------------------------------------------------------


def _id(name: str) -> str:
    """The name of a merge field as the name of a form field."""
    return name.replace(".", "__")


class LetterForm(EditForm):
    """What every letter asks; `letter_form` adds the merge fields of its template."""

    names: tuple[str, ...] = ()
    needed: tuple[str, ...] = ()

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        for name in ("authority", "state", *map(_id, self.needed)):
            if name in self:
                self[name].flags.required = True  # a letter is not finished without it; a draft may be

    def written(self) -> Written:
        return Written(
            authority=self.authority.data if "authority" in self else None,
            state=self.state.data if "state" in self else None,
            values={name: self[_id(name)].data or "" for name in self.names},
        )


def letter_form(letter: Letter, found: Filled) -> type[LetterForm]:
    """The form of a letter: its addressee, then each merge field of its template that can be typed."""
    members: dict[str, Any] = {}
    if letter.addressee_kind == Addressee.AUTHORITY:
        members["authority"] = Choice(_("Authority"), _Offered(letter), none_label=_("Choose one"))
    elif letter.addressee_kind == Addressee.STATE:
        members["state"] = Choice(
            _("State that is asked"),
            codes.choices("country", kind="country"),
            none_label=_("Choose one"),
        )
    typed = [BY_NAME[name] for name in letter.template.fields if not BY_NAME[name].is_given]
    for known in sorted(typed, key=lambda one: (one.name not in ("addressee.name", "addressee.address"), one.is_long)):
        hint = _("Missing. Fill it in the record, or type it here.") if known.name in found.missing else ""
        if known.where is None and hint:
            hint = _("Missing. Type it here.")
        kind: Any = Paragraph if known.is_long else Line
        members[_id(known.name)] = kind(known.label, longest=8000 if known.is_long else 400, description=hint)
    members["names"] = tuple(one.name for one in typed)
    members["needed"] = tuple(one.name for one in typed if one.name in letter.template.needed)
    return type("LetterForm", (LetterForm,), members)


class _Offered:
    """The authorities of today that deal with this kind of case first, then the others; and the one chosen before."""

    def __init__(self, letter: Letter) -> None:
        self.track = letter.case.track

    def __call__(self) -> list[tuple[str, str]]:
        today = clock.today()
        first = competent(today, self.track)
        known = {code for code, _words in first}
        return [*first, *(one for one in competent(today) if one[0] not in known)]

    def words(self, code: str) -> str | None:
        found = codes.item("authority", code)
        return found.label if found is not None else None


def letter_values(letter: Letter, found: Filled) -> dict[str, object]:
    return {
        "authority": letter.authority,
        "state": letter.state,
        "version": str(letter.version),
        **{_id(name): value for name, value in found.values.items()},
    }


class FinishForm(EditForm):
    """A button: what is finished is what its user saw."""


class SentForm(EditForm):
    sent_on = DayField(_l("Sent on"))
    sent_how = PillsField(_l("How was it sent?"), codes.choices("sent_how"), optional=False)
    despite = Paragraph(
        _l("Why is it sent all the same?"),
        longest=1000,
        optional=False,
        description=_l("The person does not agree to it. The reason is kept."),
    )


class ReplyForm(EditForm):
    replied_on = DayField(_l("Answer received on"))
    note = Paragraph(_l("What does the answer say?"), longest=4000)
    document = Choice(
        _l("Scan of the answer"),
        list,
        none_label=_l("None yet"),
        description=_l("Add it to the documents of the case first."),
    )

    def of(self, case: Case) -> None:
        self.document.offer(documents.choices(case))


# -- templates -------------------------------------------------------------------------------------------------------


def _data_of(field: Any) -> bytes:
    file = field.data
    if not getattr(file, "filename", ""):
        raise DomainError(_("Choose a file."), "file")
    data: bytes = file.stream.read(MOST_BYTES + 1)
    return data


class _AboutVersion(CaseworkForm):
    file = FileField(
        _l("Word file (.docx)"),
        description=_l("Up to 2 MB, without macros, pictures from elsewhere and links."),
        render_kw={"accept": ".docx"},
    )
    effective_from = DayField(_l("Used from"), future=True, default=clock.today)
    reply_value = Whole(_l("Answer due within"), 1, 999, description=_l("Leave empty when no answer is waited for."))
    reply_unit = Choice(_l("Counted in"), options(UNITS), none_label=_l("Not counted"))
    source = Line(
        _l("Source"), longest=400, optional=False, description=_l("Who wrote it, or where its words come from.")
    )
    is_confirmed = Tick(_l("A lawyer has confirmed the words"))

    def data_sent(self) -> bytes:
        return _data_of(self.file)


class UploadForm(_AboutVersion):
    code = Line(_l("Code"), longest=40, optional=False, description=_l("Capital Latin letters, digits and _."))
    language = PillsField(_l("Language"), options(_LANGUAGES), optional=False)
    label_en = Line(_l("Words in English"), optional=False)
    label_ru = Line(_l("Words in Russian"), optional=False)
    label_kk = Line(_l("Words in Kazakh"), optional=False)
    tracks = PillsManyField(
        _l("For which kinds of case?"), codes.choices("track"), description=_l("None chosen: for all.")
    )
    addressee = PillsField(_l("Whom does it go to?"), codes.choices("letter_addressee"), optional=False)
    reminds = Tick(_l("It reminds of a letter that was not answered"))

    def validate_code(self, field: Any) -> None:
        if not CODE.fullmatch(field.data or ""):
            raise ValidationError(str(_l("Use capital Latin letters, digits and _ only.")))

    def facts(self) -> Facts:
        return Facts(
            code=self.code.data,
            language=self.language.data or "",
            label_en=self.label_en.data,
            label_ru=self.label_ru.data,
            label_kk=self.label_kk.data,
            tracks=self.tracks.data or [],
            addressee=self.addressee.data or "",
            reminds=bool(self.reminds.data),
            **_version(self),
        )


class NewVersionForm(_AboutVersion):
    def facts(self, before: LetterTemplate) -> Facts:
        """The same template, from another day on."""
        return Facts(
            code=before.code,
            language=before.language,
            label_en=before.label_en,
            label_ru=before.label_ru,
            label_kk=before.label_kk,
            tracks=before.tracks,
            addressee=before.addressee,
            reminds=before.reminds,
            position=before.position,
            **_version(self),
        )


def _version(form: _AboutVersion) -> dict[str, Any]:
    return {
        "effective_from": form.effective_from.data,
        "reply_value": form.reply_value.data,
        "reply_unit": form.reply_unit.data,
        "source": form.source.data,
        "is_confirmed": bool(form.is_confirmed.data),
    }


class RetireForm(EditForm):
    retired_on = DayField(_l("Not offered from"), future=True, default=clock.today)
