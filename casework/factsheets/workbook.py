"""The sheet as an XLSX workbook: Key Figures, every published table whole, and what the words mean.

A withheld cell holds a dash and a hatch and nothing else: no number, no formula, no remark, no width of its own.
"""

import io
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

import xlsxwriter
from flask_babel import force_locale
from flask_babel import gettext as _

from casework.core import i18n
from casework.factsheets import imprint, listing
from casework.factsheets.model import Kind, Sheet
from casework.releases.reading import Cell, Figure, Grid, Line, Table

LONGEST_NAME = 31
"""Of a worksheet, in Excel."""

OPTIONS = {
    "in_memory": True,
    # A text stays a text, whatever it begins with.
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
FIRST, OTHERS = 40, 14
"""How wide the columns of a table are, in digits."""
WHOLE, FRACTION, PERCENT, PERCENT_FRACTION, DAY = "#,##0", "#,##0.0#", '0"%"', '0.0#"%"', "yyyy-mm-dd"

NAVY, PALE, GREY, LINE = "#18375F", "#EAF2FA", "#5A6B80", "#C5D0DC"
HATCH = 14
"""Among the patterns of a cell: thin lines, slanting."""
STYLES: dict[str, dict[str, Any]] = {
    "title": {"bold": True, "font_size": 14, "font_color": NAVY},
    "meta": {"font_color": GREY},
    "definition": {"font_color": GREY, "text_wrap": True, "valign": "top"},
    "text": {"text_wrap": True, "valign": "top"},
    "head": {"bold": True, "text_wrap": True, "valign": "bottom", "bg_color": PALE, "bottom": 1, "bottom_color": NAVY},
    "band": {"bold": True, "font_color": NAVY, "bottom": 1, "bottom_color": LINE},
    "label": {"text_wrap": True, "valign": "top"},
    "number": {"num_format": WHOLE, "valign": "top"},
    "structural": {"num_format": WHOLE, "valign": "top", "font_color": GREY},
    "hidden": {"pattern": HATCH, "fg_color": "#8A99AB", "bg_color": "#FFFFFF", "align": "right", "valign": "top"},
    "total_label": {"bold": True, "top": 1, "top_color": NAVY},
    "total": {"bold": True, "num_format": WHOLE, "top": 1, "top_color": NAVY},
    "day": {"num_format": DAY, "align": "left", "valign": "top"},
}

Value = str | int | Decimal | date | Cell | None
Row = Sequence[Value]


def xlsx(sheet: Sheet) -> bytes:
    """A workbook of all that the sheet says, in its language. The same sheet makes the same bytes."""
    with force_locale(sheet.language):
        made = _Workbook(sheet)
        made.key_figures()
        made.countries()
        for number, table in enumerate(sheet.tables, 1):
            made.table(number, table)
        made.accounts()
        made.activities()
        made.durations()
        made.trends()
        made.definitions()
        return made.saved()


@dataclass(frozen=True)
class Column:
    """`width` is that of its kind, never that of what stands in it."""

    name: str
    width: int


class _Workbook:
    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet
        self.file = io.BytesIO()
        self.book = xlsxwriter.Workbook(self.file, OPTIONS)
        self.book.set_properties(
            {
                "title": f"{sheet.title}, {i18n.day(sheet.as_of)}",
                "subject": sheet.code,
                "comments": sheet.citation,
                # No clock and no person: a workbook says of itself what the sheet says.
                "created": datetime.combine(sheet.as_of, time()),
            }
        )
        self.names: set[str] = set()
        self.formats: dict[tuple[str, str], Any] = {}

    def saved(self) -> bytes:
        self.book.close()
        return self.file.getvalue()

    # -- what it consists of -----------------------------------------------------------------------------------

    def key_figures(self) -> None:
        columns = (
            Column(_("Figure"), 44),
            Column(_("Value"), 14),
            Column(_("Qualifier"), 12),
            Column(_("Unit"), 14),
            Column(_("As of"), 12),
            Column(_("Source"), 40),
            Column(_("Document"), 30),
            Column(_("Footnote"), 40),
            Column(_("Definition"), 60),
            Column(_("What area it covers"), 28),
            Column(_("Code"), 26),
        )
        with self._list(_("Key Figures"), self.sheet.title, columns) as add:
            for depth, one in listing.figures(self.sheet):
                add(
                    (
                        one.name,
                        _value(one),
                        listing.qualifier(one.qualifier),
                        listing.unit(one.unit),
                        one.as_of,
                        one.source,
                        one.document,
                        one.note,
                        one.definition,
                        listing.area(self.sheet, one.scope),
                        one.code,
                    ),
                    unit=one.unit,
                    indent=depth,
                )

    def countries(self) -> None:
        """Of a regional sheet: each country's own day and edition."""
        if not self.sheet.countries:
            return
        columns = (
            Column(_("Country"), 30),
            Column(_("Code"), 12),
            Column(_("As of"), 12),
            Column(_("Edition"), 28),
            Column("SHA-256", 70),
        )
        with self._list(_("Countries"), _("Countries"), columns) as add:
            for one in self.sheet.countries:
                add((one.name, one.area, one.as_of, one.edition, one.digest))

    def accounts(self) -> None:
        columns = (
            Column(_("Population"), 44),
            Column(_("Line of the account"), 44),
            Column(_("Number of persons"), 14),
            Column(_("First day"), 12),
            Column(_("Last day"), 12),
        )
        found = [one.account for one in self.sheet.groups if one.account is not None]
        if not found:
            return
        with self._list(_("Came and left"), _("Who came and who left"), columns) as add:
            for one in found:
                for entry in listing.entries(one):
                    first, last = (None, entry.day) if entry.day is not None else listing.period(one.start, one.end)
                    add((one.population.name, entry.label, entry.cell, first, last))

    def activities(self) -> None:
        found = [(one, each) for one in self.sheet.activities for each in one.counts]
        if not found:
            return
        columns = (
            Column(_("Activity"), 44),
            Column(_("What was counted"), 44),
            Column(_("Value"), 14),
            Column(_("Unit"), 16),
        )
        name = _("Counted activities")
        with self._list(name, name, columns) as add:
            for one, each in found:
                add((one.name, each.name, Cell(each.value), listing.unit(each.unit)))

    def durations(self) -> None:
        if not self.sheet.durations:
            return
        columns = (Column(_("Duration"), 44), Column(_("Median, days"), 14), Column(_("Definition"), 80))
        name = _("How long it took")
        with self._list(name, name, columns) as add:
            for one in self.sheet.durations:
                add((one.name, Cell(None if one.is_hidden else one.median_days), one.definition))

    def trends(self) -> None:
        """What was published of each day, line by line; a day without a number of a line has no row."""
        found = [one for one in self.sheet.drawings if one.kind is Kind.TREND]
        if not found:
            return
        columns = (
            Column(_("Trend"), 44),
            Column(_("Line of the trend"), 44),
            Column(_("As of"), 14),
            Column(_("Value"), 14),
            Column(_("Unit"), 22),
            Column(_("Source"), 50),
            Column(_("Note"), 50),
        )
        with self._list(_("Trends"), _("Trends"), columns) as add:
            for one in found:
                for line in one.lines:
                    for point in line.points:
                        if not point.is_absent:
                            cell = Cell(point.value)
                            add((one.title, line.label, _day(point.code), cell, one.unit, line.source, one.note))

    def definitions(self) -> None:
        columns = (Column(_("Part"), 30), Column(_("Word"), 50), Column(_("What it means or says"), 100))
        name = _("Definitions and sources")
        with self._list(name, name, columns) as add:
            for part, word, text in imprint.said(self.sheet):
                add((part, word, text))

    # -- a published table -------------------------------------------------------------------------------------

    def table(self, number: int, table: Table) -> None:
        """A worksheet as the page has the table: one grid, and below it one for each category of a third dimension."""
        page = self._page(shortened(table.name, table.population.name, number), table.name)
        first, last = listing.period(table.start, table.end)
        when = i18n.day(last)
        if first is not None:
            when = _("From %(start)s to %(end)s", start=i18n.day(first), end=when)
        about = (when, listing.unit(table.unit), self.sheet.code, table.code)
        page.write_string(1, 0, " · ".join(about), self._style("meta"))
        if table.hidden:
            page.write_string(3, 0, imprint.withheld(), self._style("meta"))
        grids = table.grids if table.dimensions else (_alone(table),)
        across = [*grids[0].columns, _("Total") if grids[0].columns else listing.unit(table.unit)]
        wide = max(len(across), 5)
        page.set_column(0, 0, FIRST)
        page.set_column(1, wide, OTHERS)
        if table.definition:
            page.merge_range(2, 0, 2, wide, table.definition, self._style("definition"))
            page.set_row(2, 15 * (1 + len(table.definition) // (FIRST + OTHERS * wide)))
        head = 5
        if grids[0].columns_name:
            page.write_string(head - 1, 1, grids[0].columns_name, self._style("meta"))
        for place, word in enumerate((grids[0].rows_name, *across)):
            page.write_string(head, place, word, self._style("head"))
        self._printed(page, head)
        row = head + 1
        for one in grids:
            if one.label:
                page.write_string(row, 0, one.label, self._style("band"))
                row += 1
            for line in one.lines:
                self._line(page, row, line, "label", "number")
                row += 1
            self._line(page, row, Line(_("Total"), one.totals, one.total), "total_label", "total")
            row += 1

    def _line(self, page: Any, row: int, line: Line, label: str, style: str) -> None:
        page.write_string(row, 0, line.label, self._style(label))
        for place, cell in enumerate((*line.cells, line.total), 1):
            self._cell(page, row, place, cell, style)

    # -- worksheets and cells ----------------------------------------------------------------------------------

    def _page(self, name: str, title: str) -> Any:
        page = self.book.add_worksheet(self._unused(name))
        page.write_string(0, 0, title, self._style("title"))
        page.hide_gridlines(2)
        return page

    def _unused(self, name: str) -> str:
        name = re.sub(r"[\[\]:*?/\\]", "", name)[:LONGEST_NAME].strip("' ")
        number = 1
        found = name
        while found.casefold() in self.names:
            number += 1
            end = f" {number}"
            found = name[: LONGEST_NAME - len(end)] + end
        self.names.add(found.casefold())
        return found

    def _printed(self, page: Any, head: int) -> None:
        """The header stays in view and stands on every printed page."""
        page.freeze_panes(head + 1, 1)
        page.repeat_rows(head)
        page.set_landscape()
        page.set_paper(9)
        page.fit_to_pages(1, 0)
        page.set_footer(f"&L{self.sheet.code}&R&P / &N")

    @contextmanager
    def _list(self, name: str, title: str, columns: Sequence[Column]) -> Iterator[Callable[..., None]]:
        """A worksheet that is one list with a filter. Gives the function that adds a row to it."""
        page = self._page(name, title)
        about = f"{self.sheet.area_name} · {i18n.day(self.sheet.as_of)} · {self.sheet.code}"
        page.write_string(1, 0, about, self._style("meta"))
        head = row = 3
        for place, column in enumerate(columns):
            page.set_column(place, place, column.width)
            page.write_string(head, place, column.name, self._style("head"))

        def add(values: Row, *, unit: str = "", indent: int = 0) -> None:
            nonlocal row
            row += 1
            for place, value in enumerate(values):
                self._value(page, row, place, value, unit, indent if place == 0 else 0)

        yield add
        self._printed(page, head)
        page.autofilter(head, 0, max(row, head + 1), len(columns) - 1)

    def _value(self, page: Any, row: int, place: int, value: Value, unit: str, indent: int) -> None:
        match value:
            case Cell():
                self._cell(page, row, place, value, "number")
            case str():
                page.write_string(row, place, value, self._style("text", indent=indent))
            case date():
                page.write_datetime(row, place, datetime.combine(value, time()), self._style("day"))
            case int() | Decimal():
                number = listing.number(value)
                page.write_number(row, place, number, self._style("number", num_format=_format(number, unit)))
            case None:
                pass

    def _cell(self, page: Any, row: int, place: int, cell: Cell, style: str) -> None:
        if cell.value is None:
            page.write_string(row, place, listing.HIDDEN, self._style("hidden"))
        else:
            page.write_number(row, place, cell.value, self._style("structural" if cell.is_structural else style))

    def _style(self, name: str, **more: Any) -> Any:
        key = (name, repr(sorted(more.items())))
        if key not in self.formats:
            self.formats[key] = self.book.add_format({**STYLES[name], **more})
        return self.formats[key]


def _value(figure: Figure) -> Value:
    if figure.is_hidden:
        return Cell(None)
    if figure.value is not None:
        return figure.value
    return _("no sum") if figure.components else _("not known")


def _format(number: int | float, unit: str) -> str:
    if unit == "percent":
        return PERCENT if isinstance(number, int) else PERCENT_FRACTION
    return WHOLE if isinstance(number, int) else FRACTION


def _day(code: str) -> Value:
    """A day as such; what is none stays as it is."""
    try:
        return date.fromisoformat(code)
    except ValueError:
        return code


def _alone(table: Table) -> Grid:
    """Of a table that divides by nothing: its only number."""
    return Grid(label="", rows_name="", columns_name="", columns=(), lines=(), totals=(), total=table.total)


def shortened(name: str, population: str, number: int) -> str:
    """A worksheet's name for a table: its number, then what it is about, and above all what it is divided by.

    “3 Refugees…, by status, by sex”: no more than 31 characters.
    """
    found = f"{number} {name}"
    if len(found) <= LONGEST_NAME:
        return found
    what, way = population.partition(": ")[::2] if name.startswith(population) else (name, "")
    end = (f": {way}" if way else "") + name.removeprefix(population if name.startswith(population) else name)
    room = LONGEST_NAME - len(f"{number} ") - 1
    least = 5
    if len(end) > room - least:
        end = end[: room - least - 1].rstrip(" ,") + "…"
    return f"{number} {what[: room - len(end)].rstrip(' ,')}…{end}"
