"""The trail as an XLSX workbook: what the page shows, and above it who took it, when and narrowed to what."""

import io
from typing import Any

import xlsxwriter
from flask_babel import gettext as _
from flask_babel import ngettext

from casework.core import clock, i18n
from casework.core.scope import Principal
from casework.core.spreadsheets import inert
from casework.oversight.pages import role_words
from casework.oversight.queries import Line
from casework.oversight.words import action_words, kind_words

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
_HEAD = 3
"""The row of the headings: below who took it."""


def xlsx(lines: list[Line], total: int, narrowed: list[str], who: Principal) -> bytes:
    """The workbook of these lines, of so many that match. Whatever it begins with, a text stays a text."""
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, _OPTIONS)
    book.set_properties({"title": _("Audit trail"), "created": clock.now().replace(tzinfo=None)})
    sheet = book.add_worksheet(_("Audit trail"))
    bold, head = book.add_format({"bold": True}), book.add_format({"bold": True, "bottom": 1})
    for number, words in enumerate(_marks(len(lines), total, narrowed, who)):
        sheet.write_string(number, 0, inert(words), bold)
    labels = [_("Entry"), _("When"), _("Who"), _("Role"), _("What"), _("Kind of record"), _("Record"), _("Fields"),
              _("Emergency access")]  # fmt: skip
    for place, (label, width) in enumerate(zip(labels, (9, 20, 26, 22, 44, 30, 12, 40, 18), strict=True)):
        sheet.set_column(place, place, width)
        sheet.write_string(_HEAD, place, label, head)
    for number, line in enumerate(lines, _HEAD + 1):
        sheet.write_number(number, 0, line.number)
        for place, cell in enumerate(_cells(line), 1):
            sheet.write_string(number, place, inert(cell))
    sheet.freeze_panes(_HEAD + 1, 2)
    sheet.autofilter(_HEAD, 0, _HEAD + len(lines), len(labels) - 1)
    sheet.set_landscape()
    sheet.repeat_rows(0, _HEAD)  # on every page of a print, who took it
    book.close()
    return file.getvalue()


def _marks(rows: int, total: int, narrowed: list[str], who: Principal) -> list[str]:
    counted = ngettext("%(num)s entry", "%(num)s entries", rows)
    taken: dict[str, Any] = {"rows": counted, "who": who.name, "where": who.organisation_name}
    words = [
        _("Confidential. Audit trail, %(rows)s, taken by %(who)s, %(where)s, on %(when)s.",
          when=i18n.moment(clock.now()), **taken),
        "; ".join(narrowed) or _("Everything"),
    ]  # fmt: skip
    if total > rows:
        words.append(_("The newest of %(total)s that match: narrow the list to have the others.", total=total))
    return words


def _cells(line: Line) -> list[str]:
    record = _("several at once") if line.is_list else line.record
    return [
        i18n.moment(line.at),
        line.who or "",
        role_words(line.role),
        action_words(line.action),
        kind_words(line.kind),
        record,
        ", ".join(line.fields),
        _("yes") if line.is_emergency else "",
    ]
