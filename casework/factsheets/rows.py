"""The sheet as rows of text: one number a row with HXL hashtags, and the columns of the Refugee Data Finder."""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache
from pathlib import Path
from types import MappingProxyType

from flask_babel import force_locale
from flask_babel import lazy_gettext as _l

import casework.reference
from casework.core.spreadsheets import inert
from casework.disclosure.tables import MONTH, TOTAL
from casework.factsheets import listing, pictures
from casework.factsheets.model import Kind, Sheet
from casework.figures import indicators, layouts
from casework.releases.reading import Dimension, Table

MISSING = "-"
"""What the Refugee Data Finder has where it has no number."""

# -- one number a row ------------------------------------------------------------------------------------------

NAMED: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "origin": ("#country+code+origin", "#country+name+origin"),
        "region": ("#adm1+code", "#adm1+name"),
        "status": ("#indicator+status+code", "#indicator+status+name"),
        "sex": ("#indicator+sex+code", "#indicator+sex+name"),
        "age": ("#indicator+age+code", "#indicator+age+name"),
    }
)
"""Dimensions with columns of their own; all others stand in the places below."""
PLACES = (1, 2, 3)
"""As many as a table has dimensions at most: see casework.releases.declared."""

COLUMNS: tuple[tuple[str, object], ...] = (
    ("#meta+edition", _l("Edition")),
    ("#meta+kind", _l("Kind of row")),
    ("#indicator+code", _l("Code")),
    ("#indicator+name", _l("Figure or table")),
    ("#description+definition", _l("Definition")),
    ("#indicator+population_type", _l("Population")),
    ("#indicator+unit", _l("Unit")),
    ("#country+code+asylum", _l("Country, ISO code")),
    ("#loc+name", _l("What area it covers")),
    ("#date+start", _l("First day of the period")),
    ("#date+end", _l("Last day of the period, or the day of the count")),
    ("#country+code+origin", _l("Country of origin, ISO code")),
    ("#country+name+origin", _l("Country of origin")),
    ("#adm1+code", _l("Region, ISO code")),
    ("#adm1+name", _l("Region of residence")),
    ("#indicator+status+code", _l("Status, code")),
    ("#indicator+status+name", _l("Status")),
    ("#indicator+sex+code", _l("Sex, code")),
    ("#indicator+sex+name", _l("Sex")),
    ("#indicator+age+code", _l("Age, code")),
    ("#indicator+age+name", _l("Age")),
    ("#meta+dimension_1", _l("Divided by (first)")),
    ("#meta+category_1+code", _l("First category, code")),
    ("#meta+category_1+name", _l("First category")),
    ("#meta+dimension_2", _l("Divided by (second)")),
    ("#meta+category_2+code", _l("Second category, code")),
    ("#meta+category_2+name", _l("Second category")),
    ("#meta+dimension_3", _l("Divided by (third)")),
    ("#meta+category_3+code", _l("Third category, code")),
    ("#meta+category_3+name", _l("Third category")),
    ("#meta+total", _l("Is a total of other rows")),
    ("#indicator+num", _l("Value")),
    ("#indicator+qualifier", _l("Qualifier")),
    ("#meta+suppressed", _l("Withheld to protect people")),
    ("#meta+source", _l("Source")),
    ("#meta+note", _l("Note")),
    ("#date+as_of", _l("As of (the whole sheet)")),
)


@dataclass(frozen=True)
class Row:
    """One number. `value` None and not `is_hidden`: nobody has given it."""

    kind: str
    code: str
    name: str
    value: int | float | None
    unit: str
    end: date
    start: date | None = None
    is_hidden: bool = False
    is_total: bool = False
    area: str = ""
    definition: str = ""
    population: str = ""
    qualifier: str = ""
    source: str = ""
    note: str = ""
    at: Mapping[str, str] = field(default_factory=dict)
    """Codes and words of its categories, by hashtag."""


def hxl_csv(sheet: Sheet) -> bytes:
    """Every number of the sheet in a row of its own, with a row of HXL hashtags under the header.

    CSV after RFC 4180 in UTF-8 with a byte order mark, without which Excel spoils Cyrillic letters. An empty value is
    withheld where #meta+suppressed is true, and otherwise not known. What a table or an account counts is defined once,
    in its first row: in every row it would make half of the file.
    """
    with force_locale(sheet.language):
        file = io.StringIO(newline="")
        writer = csv.writer(file)
        writer.writerow([str(name) for _tag, name in COLUMNS])
        writer.writerow([tag for tag, _name in COLUMNS])
        writer.writerows(_written(sheet, one) for one in _rows(sheet))
        return file.getvalue().encode("utf-8-sig")


def _written(sheet: Sheet, row: Row) -> list[str | int | float]:
    texts = {
        "#meta+edition": sheet.code,
        "#meta+kind": row.kind,
        "#indicator+code": row.code,
        "#indicator+name": row.name,
        "#description+definition": row.definition,
        "#indicator+population_type": row.population,
        "#indicator+unit": row.unit,
        "#country+code+asylum": listing.country(sheet, row.area),
        "#loc+name": listing.area(sheet, row.area),
        "#date+start": row.start.isoformat() if row.start is not None else "",
        "#date+end": row.end.isoformat(),
        "#meta+total": _flag(row.is_total),
        "#indicator+qualifier": listing.qualifier(row.qualifier),
        "#meta+suppressed": _flag(row.is_hidden),
        "#meta+source": row.source,
        "#meta+note": row.note,
        "#date+as_of": sheet.as_of.isoformat(),
        **row.at,
    }
    number: str | int | float = row.value if row.value is not None else ""
    return [
        number if tag == "#indicator+num" else inert(" ".join(texts.get(tag, "").split())) for tag, _name in COLUMNS
    ]


def _flag(value: bool) -> str:
    return "true" if value else "false"


def _rows(sheet: Sheet) -> Iterator[Row]:
    yield from _figures(sheet)
    for table in sheet.tables:
        yield from _table(sheet, table)
    yield from _accounts(sheet)
    yield from _others(sheet)


def _figures(sheet: Sheet) -> Iterator[Row]:
    for _depth, one in listing.figures(sheet):
        yield Row(
            kind="figure",
            code=one.code,
            name=one.name,
            value=listing.number(one.value) if one.value is not None else None,
            unit=listing.unit(one.unit),
            end=one.as_of or sheet.as_of,
            is_hidden=one.is_hidden,
            is_total=bool(one.parts or one.components),
            area=one.scope,
            definition=one.definition,
            qualifier=one.qualifier,
            source="; ".join(part for part in (one.source, one.document) if part),
            note=one.note,
        )


def _table(sheet: Sheet, table: Table) -> Iterator[Row]:
    start, end = listing.period(table.start, table.end)
    whole = Row(
        kind="table",
        code=table.code,
        name=table.name,
        value=None,
        unit=listing.unit(table.unit),
        start=start,
        end=end,
        population=table.population.name,
        source=_source(sheet),
    )
    for at, labels, cell in listing.cells(table):
        row = replace(
            whole,
            value=cell.value,
            is_hidden=cell.is_hidden,
            is_total=TOTAL in at,
            definition=table.definition if {*at} <= {TOTAL} else "",
            at=dict(_categories(table.dimensions, at, labels)),
        )
        month = next((code for one, code in zip(table.dimensions, at, strict=True) if one.code == MONTH), TOTAL)
        yield row if month == TOTAL else replace(row, start=(first := _month(month)), end=_last_of(first))


def _categories(dimensions: Sequence[Dimension], at: Sequence[str], labels: Sequence[str]) -> Iterator[tuple[str, str]]:
    """In which columns the categories of a cell stand; for all categories together the columns stay empty."""
    places = iter(PLACES)
    for one, code, label in zip(dimensions, at, labels, strict=True):
        if one.code in NAMED:
            tags = NAMED[one.code]
        else:
            place = next(places)
            tags = (f"#meta+category_{place}+code", f"#meta+category_{place}+name")
            yield f"#meta+dimension_{place}", one.name
        if code != TOTAL:
            yield tags[0], code
            yield tags[1], label


def _month(code: str) -> date:
    return date.fromisoformat(f"{code}-01")


def _last_of(month: date) -> date:
    following = date(month.year + month.month // 12, month.month % 12 + 1, 1)
    return listing.period(month, following)[1]


def _accounts(sheet: Sheet) -> Iterator[Row]:
    for group in sheet.groups:
        account = group.account
        if account is None:
            continue
        first, last = listing.period(account.start, account.end)
        for number, entry in enumerate(listing.entries(account)):
            yield Row(
                kind="account",
                code=".".join(part for part in (account.population.code, entry.code, entry.reason) if part),
                name=entry.label,
                value=entry.cell.value,
                unit=listing.unit(account.population.unit),
                start=first if entry.day is None else None,
                end=entry.day or last,
                is_hidden=entry.cell.is_hidden,
                is_total=entry.code in {"in", "out"} and not entry.reason,
                definition="" if number else account.population.definition,
                population=account.population.name,
                source=_source(sheet),
            )


def _others(sheet: Sheet) -> Iterator[Row]:
    """Counted activities, durations and trends."""
    for activity in sheet.activities:
        for count in activity.counts:
            yield Row(
                kind="activity",
                code=activity.code,
                name=count.name,
                value=count.value,
                unit=listing.unit(count.unit),
                end=sheet.as_of,
                is_hidden=count.value is None,
                population=activity.name,
                source=_source(sheet),
            )
    for duration in sheet.durations:
        yield Row(
            kind="duration",
            code="duration",
            name=duration.name,
            value=None if duration.is_hidden else duration.median_days,
            unit=listing.unit("days"),
            end=sheet.as_of,
            is_hidden=duration.is_hidden,
            definition=duration.definition,
            source=_source(sheet),
        )
    for trend in (one for one in sheet.drawings if one.kind is Kind.TREND):
        for line in trend.lines:
            for point in line.points:
                if not point.is_absent:
                    yield Row(
                        kind="trend",
                        code=f"{trend.code}.{line.code}",
                        name=trend.title,
                        value=point.value,
                        unit=trend.unit,
                        end=date.fromisoformat(point.code),
                        is_hidden=point.value is None,
                        population=line.label,
                        source=line.source,
                        note=trend.note,
                    )


def _source(sheet: Sheet) -> str:
    return pictures.source(sheet.release) if sheet.release else ""


# -- the columns of the Refugee Data Finder --------------------------------------------------------------------

STATUSES: Mapping[str, str] = MappingProxyType({"refugees": "REF", "asylum_seekers": "ASR"})
"""Which of our statuses a column counts."""
STATELESS, UNKNOWN, VARIOUS = "XXA", "UNK", "VAR"


def rdf_csv(sheet: Sheet) -> bytes:
    """The sheet's population by origin in the columns of UNHCR's Refugee Data Finder: what its users can go on with.

    Year Y of that source is its end-year stock, so a sheet as of 1 January Y+1 fills it; a sheet as of another day, or
    of several countries, leaves only the header. Names are English, as there, so that the file is the same in every
    language. What is withheld or not published has a dash, as that source has for what is missing. Countries that the
    release puts together stand as various ones.
    """
    file = io.StringIO(newline="")
    writer = csv.writer(file)
    columns = (*layouts.ALWAYS, *layouts.POPULATION)
    writer.writerow(columns)
    for origin, counts in _by_origin(sheet).items():
        coo_name, coo, coo_iso = _place(origin)
        coa_name, coa, coa_iso = _place(sheet.area)
        values = [MISSING if (found := counts.get(one)) is None else str(found) for one in layouts.POPULATION]
        writer.writerow([sheet.as_of.year - 1, coo_name, coo, coo_iso, coa_name, coa, coa_iso, *values])
    return file.getvalue().encode()


def _by_origin(sheet: Sheet) -> dict[str, dict[str, int | None]]:
    """Counts by country of origin and column, in the order of the release."""
    if sheet.kind != "national" or (sheet.as_of.month, sheet.as_of.day) != (1, 1):
        return {}
    found: dict[str, dict[str, int | None]] = {}
    table = _table_by_origin(sheet.tables)
    if table is not None:
        for at, _labels, cell in listing.cells(table):
            codes = {one.code: code for one, code in zip(table.dimensions, at, strict=True)}
            column = next((name for name, status in STATUSES.items() if status == codes["status"]), None)
            origin = codes["origin"]
            others = (code for name, code in codes.items() if name not in ("status", "origin"))
            if column is not None and origin != TOTAL and all(code == TOTAL for code in others):
                found.setdefault(origin, {})[column] = cell.value
    for one in sheet.figures:
        # A number with a qualifier is no count, and this layout has no place to say so.
        if one.code == indicators.STATELESS_KNOWN.code and not one.qualifier and one.as_of == sheet.as_of:
            found.setdefault(STATELESS, {})["stateless"] = int(one.value) if one.value is not None else None
    return found


def _table_by_origin(tables: Iterable[Table]) -> Table | None:
    """Refugees and asylum-seekers by status and origin on the day: the table with most countries."""

    def lines(one: Table, code: str) -> int:
        return sum(len(each.categories) for each in one.dimensions if each.code == code)

    having = (
        one
        for one in tables
        if one.population.code == indicators.REFUGEES_AND_ASYLUM_SEEKERS.code
        and one.start is None
        and lines(one, "status")
        and lines(one, "origin")
    )
    return max(having, key=lambda one: lines(one, "origin"), default=None)


def _place(code: str) -> tuple[str, str, str]:
    """The English name of a country, UNHCR's own code for it, and the ISO code; of several countries, various."""
    return (*_countries()[code], code) if code in _countries() else ("Various", VARIOUS, VARIOUS)


@cache
def _countries() -> Mapping[str, tuple[str, str]]:
    """From the list that the system comes with: by ISO code, the English name and UNHCR's own code."""
    path = Path(casework.reference.__file__).parent / "seed" / "countries.csv"
    own = {iso: code for code, iso in layouts.OWN_ORIGINS.items()}
    names = {STATELESS: "Stateless", UNKNOWN: "Unknown"}
    with path.open(encoding="utf-8", newline="") as file:
        return {
            row["code"]: (
                names.get(row["code"], row["label_en"]),
                own.get(row["code"]) or json.loads(row["attributes"] or "{}").get("unhcr") or row["code"],
            )
            for row in csv.DictReader(file)
        }
