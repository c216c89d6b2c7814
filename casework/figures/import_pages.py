"""What the pages of imported files show, in words: what is wrong with a file, and what it says beside what stands."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from flask import url_for
from flask_babel import gettext as _

from casework.accounts.queries import names
from casework.core import i18n
from casework.core.forms import clean
from casework.core.i18n import Text
from casework.figures import external_queries, imports, indicators
from casework.figures.external_pages import (
    amount,
    category_words,
    entered_words,
    series_name,
    verified_words,
    voided_words,
    who,
)
from casework.figures.importing import Pair, Plan
from casework.figures.imports import Fault, Why
from casework.figures.models import ExternalFile, ExternalImport

SHOWN = 30
"""Lines of each kind in a comparison; how many there are is always said."""

_LAYOUTS = {
    "population": Text("Population", "Население", "Халық"),
    "demographics": Text("Demographics", "Демографические данные", "Демографиялық деректер"),
    "asylum_applications": Text("Asylum applications", "Ходатайства об убежище", "Баспана сұраған өтініштер"),
    "asylum_decisions": Text("Asylum decisions", "Решения об убежище", "Баспана туралы шешімдер"),
    "solutions": Text("Solutions", "Долгосрочные решения", "Ұзақмерзімді шешімдер"),
}


def layout_words(layout: str) -> str:
    return str(_LAYOUTS.get(layout, layout))


def unreadable(error: imports.Unreadable) -> str:
    """Why a file cannot be read, and what to do."""
    match error.why:
        case Why.EMPTY:
            return _("This file is empty.")
        case Why.TOO_LARGE:
            return _("This file is larger than 2 MB. Ask the Refugee Data Finder for Kazakhstan only.")
        case Why.NOT_TEXT:
            return _("This is not a CSV file. A spreadsheet has to be saved as CSV first.")
        case Why.UTF16:
            return _("This file is in UTF-16. Save it as CSV in UTF-8.")
        case Why.ENCODING:
            return _("This file is not in UTF-8, so that names could be read wrongly. Save it as CSV in UTF-8.")
        case Why.NOT_A_TABLE:
            return _("This file cannot be read as a table: look at line %(line)s.", line=error.words)
        case Why.TOO_LONG:
            return _(
                "This file has more than %(count)s rows. Ask the Refugee Data Finder for Kazakhstan only.",
                count=i18n.number(imports.MOST_ROWS),
            )
        case Why.NO_ROWS:
            return _("This file has a header and nothing below it.")
        case Why.OTHER_COUNTRY:
            return _("Every row of this file is about another country of asylum (%(code)s).", code=clean(error.words))
    return _(
        "The columns are of no layout of the Refugee Data Finder that Casework knows. They are: %(columns)s",
        columns=clean(error.words),
    )


def fault_words(fault: Fault) -> str:
    fault = replace(fault, text=clean(fault.text) or "")
    match fault.why:
        case Why.COLUMNS:
            return _("The row has %(count)s cells, another number than the header.", count=fault.text)
        case Why.YEAR:
            return _("“%(text)s” is no year that is over.", text=fault.text)
        case Why.NOT_A_NUMBER:
            return _("“%(text)s” is not a whole number.", text=fault.text)
        case Why.NEGATIVE:
            return _("%(text)s is less than nought.", text=fault.text)
        case Why.TOO_MANY:
            return _("%(text)s is more than there can be.", text=fault.text)
        case Why.DUPLICATE:
            return _("The same as line %(line)s once more.", line=fault.text)
        case Why.UNIT:
            return _("“%(text)s” is neither persons (P) nor cases (C).", text=fault.text)
        case Why.COUNTRY:
            return _("Another country of asylum: %(text)s.", text=fault.text)
        case Why.VARIOUS:
            return _("Various origins (VAR) are no longer reported: who is of unknown origin stands under UKN.")
        case Why.ORIGIN:
            return _("“%(text)s” is no country of origin.", text=fault.text)
        case Why.CONTRADICTION:
            return _("“%(text)s” is another country than the ISO code beside it.", text=fault.text)
        case Why.PLACE:
            return _("“%(text)s” is no region of today.", text=fault.text)
        case Why.TYPE:
            return _("“%(text)s” is a population that is not kept.", text=fault.text)
    return _("“%(text)s” is a code that the source does not list.", text=fault.text)


def comparison(plan: Plan) -> dict[str, Any]:
    """What would come of a file, in words: counts of everything, and the first lines of each kind."""
    return {
        "plan": plan,
        "layout": layout_words(plan.reading.layout),
        "fatal": [_fault_line(one) for one in plan.reading.faults if one.is_fatal][:SHOWN],
        "left_out": [_fault_line(one) for one in plan.reading.faults if not one.is_fatal][:SHOWN],
        "new": [
            [*_cell(one.series, one.category, one.as_of), _value(one.series, one.value)] for one in plan.new[:SHOWN]
        ],
        "drift": [_pair_line(one) for one in plan.drift[:SHOWN]],
        "different": [_pair_line(one) for one in plan.different[:SHOWN]],
        "odd": [
            [i18n.number(one.line), one.column, i18n.number(one.printed), i18n.number(one.summed)]
            for one in plan.reading.odd[:SHOWN]
        ],
        "totals": [
            [
                *_cell(one.standing.series, "", one.standing.as_of)[:2],
                _value(one.standing.series, one.standing.value),
                _value(one.standing.series, one.summed),
                {"text": _("Equal"), "tone": "teal", "icon": "check"}
                if one.difference == 0
                else {"text": _("Within rounding"), "tone": "teal", "icon": "check"}
                if one.is_explained
                else {"text": _("Differs by %(number)s", number=i18n.number(one.difference)), "tone": "amber"},
            ]
            for one in plan.totals
        ],
    }


def _fault_line(fault: Fault) -> list[Any]:
    return [i18n.number(fault.line), fault.column or "–", fault_words(fault)]


def _cell(series: str, category: str, as_of: date) -> list[Any]:
    return [{"text": series_name(series), "note": category_words(category)}, i18n.day(as_of)]


def _value(series: str, value: Decimal | int) -> str:
    return amount(value, indicators.SERIES[series].unit)


def _pair_line(pair: Pair) -> list[Any]:
    state = _("Verified") if pair.standing.verified_at else _("Not verified")
    return [
        *_cell(pair.cell.series, pair.cell.category, pair.cell.as_of),
        {"text": _value(pair.cell.series, pair.standing.value), "note": state},
        _value(pair.cell.series, pair.cell.value),
    ]


def file_rows(files: Iterable[ExternalFile]) -> list[dict[str, Any]]:
    every = list(files)
    users = names({one.sent_by_id for one in every})
    return [
        {
            "name": one.file_name,
            "url": url_for("imports.preview", file_id=one.id),
            "discard_url": url_for("imports.discard", file_id=one.id),
            "sent": _("Sent on %(when)s: %(who)s", when=i18n.moment(one.sent_at), who=who(one.sent_by_id, users)),
        }
        for one in every
    ]


def import_rows(every: Iterable[ExternalImport]) -> list[dict[str, Any]]:
    listed = list(every)
    users = names({who for one in listed for who in (one.entered_by_id, one.verified_by_id)})
    return [_import_row(one, users) for one in listed]


def _import_row(one: ExternalImport, users: Mapping[UUID | None, str]) -> dict[str, Any]:
    last = external_queries.voiding(one.id) if one.voided_at else None
    return {
        "import": one,
        "url": url_for("imports.show", import_id=one.id),
        "layout": layout_words(one.layout),
        "entered": entered_words(one.entered_at, who(one.entered_by_id, users)),
        "verified": verified_words(one.verified_at, who(one.verified_by_id, users)),
        "voided": voided_words(last, names({last.voided_by_id})) if last else "",
    }
