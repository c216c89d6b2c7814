"""The case list as an XLSX workbook: coded facts and numbers, names if they were asked for, and who took it and why.

Never in it: what persons need, how they are reached, what colleagues wrote, any account of a session.
"""

import io
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

import xlsxwriter
from flask_babel import gettext as _
from flask_babel import ngettext

from casework.cases.models import Case
from casework.cases.pages import principal_person
from casework.core import clock, i18n
from casework.core.scope import Principal
from casework.core.spreadsheets import inert
from casework.exports.models import Export
from casework.persons.models import Person
from casework.persons.pages import display_name, status_label
from casework.persons.rules import AgeBand, age_band
from casework.reference import queries as codes

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
_HEAD = 3
"""The row of the headings: below who took it and why."""

Value = str | int | date | None


@dataclass(frozen=True)
class Column:
    label: str
    width: int
    value: Callable[[Case], Value]


def columns(*, has_names: bool) -> list[Column]:
    """What stands in the workbook, in the language of the page."""
    found = [Column(_("Case"), 16, lambda case: case.number)]
    found.append(Column(_("Person"), 14, lambda case: _of(case, lambda person: person.number)))
    if has_names:
        found.append(Column(_("Name"), 32, lambda case: _of(case, lambda person: display_name(person.identity))))
    found += [
        Column(_("Other persons of the case"), 28, lambda case: _others(case, has_names=has_names)),
        Column(_("Kind of case"), 28, lambda case: codes.label("track", case.track)),
        Column(_("Stage"), 28, lambda case: codes.label("stage", case.stage) if case.is_open else _("Closed")),
        Column(_("At this stage since"), 13, lambda case: case.stage_since),
        Column(_("Priority"), 14, lambda case: codes.label("priority", case.priority)),
        Column(_("Lawyer"), 24, lambda case: case.lawyer.name),
        Column(_("Opened on"), 13, lambda case: case.opened_on),
        Column(_("Last contact"), 13, lambda case: case.last_contact_on),
        Column(_("Next step due on"), 13, lambda case: case.next_step_due_on),
        Column(_("Closed on"), 13, lambda case: case.closed_on),
        Column(_("What was reached"), 28, lambda case: codes.label("case_outcome", case.outcome)),
        Column(_("Why the case ends"), 28, lambda case: codes.label("closure_reason", case.closure_reason)),
        Column(_("Sex"), 12, lambda case: _of(case, lambda person: codes.label("sex", person.sex))),
        Column(_("Age"), 10, lambda case: _of(case, _age)),
        Column(_("Country of origin"), 20, lambda case: _of(case, lambda one: codes.label("country", one.origin))),
        Column(_("Region of residence"), 22, lambda case: _of(case, lambda one: codes.label("region", one.region))),
        Column(_("Nationality status"), 28, lambda case: _of(case, lambda one: _status(one, "nationality"))),
        Column(_("Displacement status"), 28, lambda case: _of(case, lambda one: _status(one, "displacement"))),
    ]
    return found


def _of(case: Case, ask: Callable[[Person], str]) -> str:
    person = principal_person(case)
    return ask(person) if person is not None else ""


def _others(case: Case, *, has_names: bool) -> str:
    others = [party.person for party in case.parties[1:]]
    return ", ".join(f"{one.number} {display_name(one.identity)}" if has_names else one.number for one in others)


def _age(person: Person) -> str:
    band = age_band(person.birth_year, person.birth_month, clock.today())
    return "" if band == AgeBand.UNKNOWN else str(band)


def _status(person: Person, dimension: str) -> str:
    return status_label(dimension, person.holds(dimension))


def xlsx(one: Export, cases: list[Case], who: Principal | None) -> bytes:
    """The workbook of these cases. Whatever it begins with, a text stays a text."""
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, _OPTIONS)
    book.set_properties(
        {"title": _("Cases"), "comments": _("Confidential"), "created": clock.now().replace(tzinfo=None)}
    )
    sheet = book.add_worksheet(_("Cases"))
    bold, head = book.add_format({"bold": True}), book.add_format({"bold": True, "bottom": 1, "text_wrap": True})
    day = book.add_format({"num_format": "yyyy-mm-dd", "align": "left"})
    told = marks(one, len(cases), who)
    for number, words in enumerate(told):
        sheet.write_string(number, 0, inert(words), bold)
    wanted = columns(has_names=one.has_names)
    for place, column in enumerate(wanted):
        sheet.set_column(place, place, column.width)
        sheet.write_string(_HEAD, place, column.label, head)
    for number, case in enumerate(cases, _HEAD + 1):
        for place, column in enumerate(wanted):
            _write(sheet, number, place, column.value(case), day)
    sheet.freeze_panes(_HEAD + 1, 1)
    sheet.autofilter(_HEAD, 0, _HEAD + len(cases), len(wanted) - 1)
    sheet.set_landscape()
    sheet.repeat_rows(0, _HEAD)  # on every page of a print, who took it and why
    book.close()
    return file.getvalue()


def marks(one: Export, rows: int, who: Principal | None) -> list[str]:
    """Who took it, when, for what, and how much it is."""
    name, where = (who.name, who.organisation_name) if who is not None else ("", "")
    counted = ngettext("%(num)s case", "%(num)s cases", rows)
    return [
        _("Confidential. %(rows)s, taken by %(who)s, %(where)s, on %(when)s.", rows=counted, who=name, where=where,
          when=i18n.moment(clock.now())),
        _("Purpose: %(purpose)s", purpose=one.purpose.text or ""),
        _("For this purpose only. Keep it where nobody else can read it, and delete it afterwards."),
    ]  # fmt: skip


def _write(sheet: Any, row: int, place: int, value: Value, day: Any) -> None:
    if isinstance(value, date):
        sheet.write_datetime(row, place, value, day)
    elif value:
        sheet.write_string(row, place, inert(str(value)))
