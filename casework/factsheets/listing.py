"""What the files of a sheet share: its numbers in one order, each with the words that stand beside it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import product

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from casework.core import i18n
from casework.disclosure.tables import TOTAL, At
from casework.factsheets.model import Sheet
from casework.figures.external_forms import QUALIFIERS
from casework.figures.indicators import SCOPES
from casework.releases import pages
from casework.releases.reading import Account, Cell, Figure, Table

HIDDEN = "–"
"""What people read in place of a number that is withheld. Machines read that it is withheld beside an empty cell."""

UNITS = {
    "count": _l("Items"),
    "usd": _l("US dollars"),
    "percent": _l("Percent"),
    "days": _l("Days"),
}


def unit(code: str) -> str:
    """Persons, sessions, US dollars: what a number counts."""
    return str(UNITS[code]) if code in UNITS else pages.unit(code)


def qualifier(code: str) -> str:
    """Up to, more than, about; nothing for a number that is exact."""
    return str(dict(QUALIFIERS).get(code, code))


def area(sheet: Sheet, code: str) -> str:
    """The country or countries a number is about; the sheet's own when it does not say."""
    if code in ("", sheet.area):
        return sheet.area_name
    return next((one.name for one in sheet.countries if one.area == code), str(SCOPES.get(code, code)))


def country(sheet: Sheet, code: str) -> str:
    """The ISO code of the country that a number is about; empty where it is about several."""
    found = code or sheet.area
    return found if len(found) == 3 and found.isupper() else ""


def number(value: int | Decimal) -> int | float:
    """The number as files hold it: whole ones without a fraction."""
    return int(value) if value == int(value) else float(value)


def figures(sheet: Sheet) -> Iterator[tuple[int, Figure]]:
    """Every Key Figure with its parts and components under it, and how deep it stands."""

    def below(depth: int, found: tuple[Figure, ...]) -> Iterator[tuple[int, Figure]]:
        for one in found:
            yield depth, one
            yield from below(depth + 1, (*one.parts, *one.components))

    return below(0, sheet.figures)


def cells(table: Table) -> Iterator[tuple[At, tuple[str, ...], Cell]]:
    """Every cell of a table, totals included: its codes, their labels (empty: all together), and what it says.

    In the order of the publication, which says nothing about the numbers.
    """
    labels = [{one.code: one.label for one in each.categories} for each in table.dimensions]
    for at in product(*((TOTAL, *each) for each in labels)):
        yield at, tuple(each.get(code, "") for each, code in zip(labels, at, strict=True)), table.cell(at)


@dataclass(frozen=True)
class Entry:
    """A line of an account. `code`: opening, in, out, closing and so on; `reason`: of a line for one reason alone."""

    code: str
    label: str
    reason: str
    day: date | None
    """The day that it is about; None: the whole period of the account."""
    cell: Cell


def entries(account: Account) -> Iterator[Entry]:
    """An account line by line, from the number at the start to the number at the end."""
    start = _("On %(day)s", day=i18n.day(account.start))
    if account.released is not None:
        yield Entry(
            "released", _("On %(day)s, as released", day=i18n.day(account.start)), "", account.start, account.released
        )
    if account.corrected is not None:
        yield Entry("corrected", _("Recorded late or corrected"), "", account.start, account.corrected)
    yield Entry("opening", start, "", account.start, account.opening)
    for flow in account.came:
        yield Entry("in", flow.label, flow.code, None, flow.cell)
    yield Entry("in", _("All who came"), "", None, account.all_came)
    for flow in account.left:
        yield Entry("out", flow.label, flow.code, None, flow.cell)
    yield Entry("out", _("All who left"), "", None, account.all_left)
    yield Entry("closing", _("On %(day)s", day=i18n.day(account.end)), "", account.end, account.closing)


def period(start: date | None, end: date) -> tuple[date | None, date]:
    """The first and the last day of a period; of a count on a day, no first one.

    Publications give the day after the last; files say “from … to …”, and that includes both.
    """
    return (start, end) if start is None else (start, end - timedelta(days=1))
