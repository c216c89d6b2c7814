"""What an officer fills in about the keys of other offices and the files that they sign."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from werkzeug.datastructures import FileStorage
from wtforms.validators import DataRequired

from casework.core.config import COUNTRIES
from casework.core.errors import DomainError
from casework.core.forms import CaseworkForm, Choice, DayField, Line, PillsField, Tick
from casework.figures.indicators import SCOPES
from casework.regional.bundles import LARGEST


class KeyForm(CaseworkForm):
    """The public key of an office, as it sent it."""

    area = Choice(_l("Country"), lambda: [(one, str(SCOPES[one])) for one in COUNTRIES], optional=False)
    name = Line(
        _l("Whose key it is"),
        longest=120,
        optional=False,
        description=_l("The office, not a person. For example: UNHCR Kyrgyzstan, Bishkek."),
    )
    public_key = Line(
        _l("Public key"),
        longest=100,
        optional=False,
        description=_l("44 characters, as the office has sent them."),
        render_kw={"autocomplete": "off", "spellcheck": "false"},
    )


def _compared() -> list[Any]:
    return [DataRequired(_l("Compare the fingerprint before you confirm the key."))]


class ConfirmKeyForm(CaseworkForm):
    """That the fingerprint is what the office says it is."""

    has_compared = Tick(
        _l("The office has read out this fingerprint to me, by telephone or face to face, and it is the same."),
        _compared(),
    )


class RevokeForm(CaseworkForm):
    reason = Line(
        _l("Why is it revoked?"),
        longest=300,
        optional=False,
        description=_l("For example: the office has a new key, the key was lost."),
    )


class SendForm(CaseworkForm):
    """A signed edition, as an office sent it."""

    file = FileField(
        _l("File"),
        description=_l("The file with the signed edition, as it came: not unpacked, not renamed inside. Up to 10 MB."),
        render_kw={"accept": ".zip,application/zip"},
    )

    def given(self) -> bytes:
        """What was sent; a refusal when there is none. Of one that is too large only the beginning."""
        sent = self.file.data
        if not isinstance(sent, FileStorage) or not sent.filename:
            raise DomainError(_("Choose a file."), "file")
        return sent.stream.read(LARGEST + 1)


def _edition_of(area: str) -> PillsField:
    return PillsField(SCOPES[area], list, none_label=_l("Not on this sheet"))


class BeginForm(CaseworkForm):
    """The day of a regional sheet, and one edition of each country. The view offers what there is."""

    as_of = DayField(_l("As of"), description=_l("The day of the sheet. Each country’s own day stands beside it."))
    KAZ = _edition_of("KAZ")
    KGZ = _edition_of("KGZ")
    TJK = _edition_of("TJK")
    TKM = _edition_of("TKM")
    UZB = _edition_of("UZB")

    @property
    def chosen(self) -> list[str]:
        """The digests of the editions that were chosen."""
        return [str(self[one].data) for one in COUNTRIES if one in self and self[one].data]
