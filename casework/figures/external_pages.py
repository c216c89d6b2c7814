"""What the pages of external figures show, in words: what a figure is of, and who entered, verified and voided it."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from casework.accounts.queries import names
from casework.core import i18n
from casework.core.i18n import Text
from casework.figures import imports, indicators, report, sums
from casework.figures.models import ExternalFigure
from casework.reference import queries as codes

_OF = {
    ("age", "unknown"): Text("age not known", "возраст неизвестен", "жасы белгісіз"),
    ("origin", "OTHER"): Text("other countries", "другие страны", "басқа елдер"),
    ("setting", "U"): Text("urban", "город", "қала"),
    ("setting", "R"): Text("rural", "село", "ауыл"),
    ("setting", "V"): Text("place not known", "тип места неизвестен", "орны белгісіз"),
    ("setting", "C"): Text("camp", "лагерь", "лагерь"),
    ("accommodation", "I"): Text("individual housing", "частное жильё", "жеке баспана"),
    ("accommodation", "S"): Text("self-settled", "самостоятельное расселение", "өз бетінше орналасқан"),
    ("accommodation", "P"): Text("planned settlement", "плановое поселение", "жоспарлы қоныс"),
    ("accommodation", "C"): Text("collective centre", "коллективный центр", "ұжымдық орталық"),
    ("accommodation", "R"): Text("reception centre", "центр приёма", "қабылдау орталығы"),
    ("accommodation", "U"): Text("housing not known", "жильё неизвестно", "баспанасы белгісіз"),
    ("procedure", "G"): Text("Government procedure", "процедура государства", "мемлекет рәсімі"),
    ("procedure", "U"): Text("UNHCR procedure", "процедура УВКБ ООН", "БҰҰ БЖКБ рәсімі"),
    ("procedure", "J"): Text("joint procedure", "совместная процедура", "бірлескен рәсім"),
    ("kind", "N"): Text("new", "новые", "жаңа"),
    ("kind", "R"): Text("repeated", "повторные", "қайталама"),
    ("kind", "A"): Text("appeals", "жалобы", "шағымдар"),
    ("kind", "NA"): Text("new and appeals", "новые и жалобы", "жаңа және шағымдар"),
    ("kind", "NR"): Text("new and repeated", "новые и повторные", "жаңа және қайталама"),
    ("kind", "V"): Text("various", "разные", "әртүрлі"),
    ("level", "FI"): Text("first instance", "первая инстанция", "бірінші саты"),
    ("level", "AR"): Text("administrative review", "административный пересмотр", "әкімшілік қайта қарау"),
    ("level", "JR"): Text("judicial review", "судебный пересмотр", "сот арқылы қайта қарау"),
    ("level", "FA"): Text("first instance and appeal", "первая инстанция и жалоба", "бірінші саты және шағым"),
}
"""The source's codes in words; one that is not here shows itself."""
_ORDER = ("origin", "region", "sex", "age", "setting", "accommodation", "kind", "level", "procedure")


def series_name(code: str) -> str:
    known = indicators.SERIES.get(code)
    return str(known.name) if known else code


def category_words(category: str) -> str:
    """Of whom a figure is: “Afghanistan, Almaty (city), 5–11”; nothing for all."""
    pairs = imports.pairs_of(category)
    order = sorted(pairs, key=lambda name: _ORDER.index(name) if name in _ORDER else len(_ORDER))
    return ", ".join(_pair_words(name, pairs[name]) for name in order)


def _pair_words(name: str, value: str) -> str:
    if (name, value) in _OF:
        return str(_OF[name, value])
    match name:
        case "origin":
            return codes.label("country", value)
        case "region" | "sex":
            return codes.label(name, value)
        case "age":
            return value.replace("-", "–")
    return value


def amount(value: Decimal | int | None, unit: str, qualifier: str = "") -> str:
    """A value in words; a case is never taken for a person."""
    if value is None:
        return _("not known")
    number = int(value) if value == int(value) else Decimal(value).normalize()
    text = report.worded(number, unit, qualifier)
    if unit != indicators.Unit.CASES:
        return text
    return ngettext("%(number)s case", "%(number)s cases", int(value), number=text)


# -- a figure ----------------------------------------------------------------------------------------------------


def rows(figures: Iterable[ExternalFigure]) -> list[dict[str, Any]]:
    """Lines of a list: the figure in words, and who entered, verified and voided it."""
    every = list(figures)
    users = names({who for one in every for who in (one.entered_by_id, one.verified_by_id, one.voided_by_id)})
    return [_row(figure, users) for figure in every]


def _row(figure: ExternalFigure, users: Mapping[UUID | None, str]) -> dict[str, Any]:
    return {
        "figure": figure,
        "name": series_name(figure.series),
        "of": category_words(figure.category),
        "scope": str(indicators.SCOPES.get(figure.scope, figure.scope)),
        "text": amount(figure.value, figure.unit, figure.qualifier),
        "share": share_words(figure),
        "entered_by": who(figure.entered_by_id, users, _("Delivered with Casework")),
        "entered": entered_words(figure.entered_at, who(figure.entered_by_id, users, _("Delivered with Casework"))),
        "verified": verified_words(figure.verified_at, who(figure.verified_by_id, users)),
        "voided": voided_words(figure, users),
        "url": url_for("figures.series", series=figure.series),
        "import_url": url_for("imports.show", import_id=figure.import_id) if figure.import_id else "",
    }


def who(user_id: UUID | None, users: Mapping[UUID | None, str], nobody: str = "") -> str:
    """A name; of somebody whom one does not know only that it is somebody."""
    if user_id is None:
        return nobody or _("System")
    return users.get(user_id) or _("Somebody of another organisation")


def entered_words(when: datetime, name: str) -> str:
    return _("Entered on %(when)s: %(who)s", when=i18n.moment(when), who=name)


def verified_words(when: datetime | None, name: str) -> str:
    return "" if when is None else _("Verified on %(when)s: %(who)s", when=i18n.moment(when), who=name)


def voided_words(figure: ExternalFigure, users: Mapping[UUID | None, str]) -> str:
    if figure.voided_at is None:
        return ""
    return _(
        "Void since %(when)s (%(who)s): %(reason)s",
        when=i18n.moment(figure.voided_at),
        who=who(figure.voided_by_id, users),
        reason=figure.void_reason,
    )


def share_words(figure: ExternalFigure) -> str:
    """What a share is from its part and its whole, and how the printed one follows; nothing where one is not known."""
    part, whole = figure.numerator, figure.denominator
    if not part or not whole or figure.unit != indicators.Unit.PERCENT:
        return ""
    said = {
        "part": amount(part, indicators.Unit.COUNT),
        "whole": amount(whole, indicators.Unit.COUNT),
        "share": amount(sums.percent(part, whole).quantize(Decimal("0.01")), indicators.Unit.PERCENT),
    }
    match sums.printed_as(figure.value, part, whole):
        case sums.Printed.ROUNDED:
            return _("%(part)s of %(whole)s are %(share)s. The source has rounded it.", **said)
        case sums.Printed.CUT_OFF:
            return _("%(part)s of %(whole)s are %(share)s. The source has cut it off instead of rounding it.", **said)
    return _("%(part)s of %(whole)s are %(share)s, which is not what was printed.", **said)
