"""Reading files of UNHCR's Refugee Data Finder: which layout it is, what each cell counts, and what cannot be.

Knows no database. Year Y of that source is its end-year stock, so here it is as of 1 January Y+1; flows of the year
stand under the same day. Persons and cases go to different series: they are never one number (design/domain.md §1.4,
§1.11).
"""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from casework.figures import layouts
from casework.figures.layouts import SMALL, Layout

LARGEST = 2 * 1024 * 1024
"""Bytes. A country's figures of thirty years are some forty kilobytes."""


MOST_ROWS = 5000
"""Of one country the source has some hundred rows a year."""


class Why(StrEnum):
    """What is wrong with a file, or with a row of it."""

    # The whole file.
    EMPTY = "empty"
    TOO_LARGE = "too large"
    NOT_TEXT = "not text"
    UTF16 = "utf-16"
    ENCODING = "encoding"
    NOT_A_TABLE = "not a table"
    HEADER = "header"
    NO_ROWS = "no rows"
    TOO_LONG = "too long"
    OTHER_COUNTRY = "other country"
    # A row that cannot be right: nothing of the file is taken.
    COLUMNS = "columns"
    YEAR = "year"
    NOT_A_NUMBER = "not a number"
    NEGATIVE = "negative"
    TOO_MANY = "too many"
    DUPLICATE = "duplicate"
    UNIT = "unit"
    CODE = "code"
    # A row that is left out.
    COUNTRY = "country"
    ORIGIN = "origin"
    VARIOUS = "various"
    CONTRADICTION = "contradiction"
    PLACE = "place"
    TYPE = "type"


LEFT_OUT = frozenset({Why.COUNTRY, Why.ORIGIN, Why.VARIOUS, Why.CONTRADICTION, Why.PLACE, Why.TYPE})
"""For these a row is left out; whatever else is wrong, the file is not sound and nothing of it is taken."""


class Unreadable(Exception):
    """The file as a whole is not one of those that are read. `words`: what it has instead, if that helps."""

    def __init__(self, why: Why, words: str = "") -> None:
        super().__init__(why)
        self.why, self.words = why, words


@dataclass(frozen=True)
class Cell:
    """One count of the file: persons or cases, as the series says."""

    series: str
    category: str
    as_of: date
    value: int
    line: int


@dataclass(frozen=True)
class Fault:
    """Why a row is refused; `text`: what stands there."""

    line: int
    column: str
    why: Why
    text: str = ""

    @property
    def is_fatal(self) -> bool:
        return self.why not in LEFT_OUT


@dataclass(frozen=True)
class Odd:
    """A total in the file that is not the sum of its parts in the file. It is taken as it is printed."""

    line: int
    column: str
    printed: int
    summed: int


@dataclass
class Reading:
    """What a file says. `cells` hold noughts too: nothing may have become of something."""

    layout: Layout
    rows: int = 0
    cells: list[Cell] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    odd: list[Odd] = field(default_factory=list)

    @property
    def is_sound(self) -> bool:
        return not any(fault.is_fatal for fault in self.faults)


def category(**pairs: str) -> str:
    """Of whom a figure is, as it is kept: sorted pairs, empty ones left out. `origin=AFG;region=KZ-75`."""
    return ";".join(f"{name}={value}" for name, value in sorted(pairs.items()) if value)


def pairs_of(words: str) -> dict[str, str]:
    """The pairs of a category again."""
    return dict(pair.split("=", 1) for pair in words.split(";") if "=" in pair)


def is_drift(one: int, other: int) -> bool:
    """Whether two prints of one cell may be the same count: one is so small that the source has rounded it."""
    return min(one, other) <= SMALL and abs(one - other) <= SMALL


# -- the file ----------------------------------------------------------------------------------------------------


def decoded(content: bytes) -> str:
    """The text of a file; Unreadable when it is none that could be a table."""
    if not content.strip():
        raise Unreadable(Why.EMPTY)
    if len(content) > LARGEST:
        raise Unreadable(Why.TOO_LARGE)
    if content.startswith((b"\xff\xfe", b"\xfe\xff")) or content[:64].count(b"\0") > 16:
        raise Unreadable(Why.UTF16)
    if b"\0" in content or content.startswith((b"PK\x03\x04", b"%PDF", b"\xd0\xcf\x11\xe0", b"\x1f\x8b", b"\x89PNG")):
        raise Unreadable(Why.NOT_TEXT)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Unreadable(Why.ENCODING) from error
    if not text.strip():
        raise Unreadable(Why.EMPTY)
    return text


def read(text: str, origins: Mapping[str, str | None], until: date) -> Reading:
    """What the text of a file says, with all that is wrong in it.

    `origins`: ISO codes that may stand as a country of origin, each with UNHCR's own code for it. `until`: today; a
    year that is not over yet has no end-year figure. Unreadable when it is another kind of table.
    """
    rows = _rows(text)
    try:
        header = [name.strip() for name in next(rows)[1]]
    except StopIteration:
        raise Unreadable(Why.EMPTY) from None
    reading = Reading(_layout(header))
    seen: dict[tuple[str, str, date], int] = {}
    for line, values in rows:
        if not any(value.strip() for value in values):
            continue
        reading.rows += 1
        if reading.rows > MOST_ROWS:
            raise Unreadable(Why.TOO_LONG)
        if len(values) != len(header):
            reading.faults.append(Fault(line, "", Why.COLUMNS, str(len(values))))
            continue
        row = _Row(line, dict(zip(header, (value.strip() for value in values), strict=True)), origins, until)
        cells, odd = row.read(reading.layout)
        reading.faults += row.faults
        if row.faults:
            continue
        repeated = next((seen[_key(cell)] for cell in cells if _key(cell) in seen), None)
        if repeated is not None:
            reading.faults.append(Fault(line, "", Why.DUPLICATE, str(repeated)))
            continue
        seen |= {_key(cell): line for cell in cells}
        reading.cells += cells
        reading.odd += odd
    if not reading.rows:
        raise Unreadable(Why.NO_ROWS)
    whys = Counter(fault.why for fault in reading.faults)
    if whys[Why.COUNTRY] == reading.rows:
        raise Unreadable(Why.OTHER_COUNTRY, reading.faults[0].text)
    return reading


def _key(cell: Cell) -> tuple[str, str, date]:
    return cell.series, cell.category, cell.as_of


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    first = text.lstrip("\r\n").partition("\n")[0]
    delimiter = ";" if first.count(";") > first.count(",") else ","  # as a Russian or Kazakh Excel saves it
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        for values in reader:
            yield reader.line_num, values
    except csv.Error as error:
        raise Unreadable(Why.NOT_A_TABLE, str(reader.line_num)) from error


def _layout(header: list[str]) -> Layout:
    for layout, columns in layouts.COLUMNS.items():
        wanted = {*layouts.ALWAYS, *columns}
        if wanted - layouts.LATER <= set(header) <= wanted and len(set(header)) == len(header):
            return layout
    raise Unreadable(Why.HEADER, ", ".join(header)[:200])


# -- a row -------------------------------------------------------------------------------------------------------


@dataclass
class _Row:
    line: int
    values: dict[str, str]
    origins: Mapping[str, str | None]
    until: date
    faults: list[Fault] = field(default_factory=list)

    def read(self, layout: Layout) -> tuple[list[Cell], list[Odd]]:
        self._country()
        as_of, origin = self._as_of(), self._origin()
        if self.faults:
            return [], []  # of a row about somewhere else nothing more need be said
        match layout:
            case Layout.POPULATION:
                return self._plain(layouts.POPULATION, as_of, category(origin=origin)), []
            case Layout.SOLUTIONS:
                return self._plain(layouts.SOLUTIONS, as_of, category(origin=origin)), []
            case Layout.DEMOGRAPHICS:
                return self._demographics(as_of, origin)
            case Layout.APPLICATIONS:
                unit = self._unit("app_pc")
                of = category(
                    origin=origin,
                    procedure=self._code("procedure_type"),
                    kind=self._code("app_type"),
                    level=self._code("dec_level"),
                )
                return self._plain({"applied": f"rdf_applications{unit}"}, as_of, of), []
            case Layout.DECISIONS:
                return self._decisions(as_of, origin)

    def _fault(self, column: str, why: Why) -> None:
        self.faults.append(Fault(self.line, column, why, self.values.get(column, "")[:60]))

    def _country(self) -> None:
        if self.values["coa_iso"] != layouts.COUNTRY:
            self._fault("coa_iso", Why.COUNTRY)

    def _as_of(self) -> date:
        """1 January after the year: what the source calls the end of the year."""
        written = self.values["year"]
        year = int(written) if re.fullmatch(r"[0-9]{4}", written) else 0
        if not layouts.FIRST_YEAR <= year < self.until.year:
            self._fault("year", Why.YEAR)
            return date.min
        return date(year + 1, 1, 1)

    def _origin(self) -> str:
        iso, own = self.values["coo_iso"], self.values["coo"]
        if "VAR" in (iso, own):
            self._fault("coo", Why.VARIOUS)
            return ""
        found = layouts.OWN_ORIGINS.get(own, iso)
        if found not in self.origins:
            self._fault("coo_iso", Why.ORIGIN)
        elif own and self.origins[found] not in (own, None):
            self._fault("coo", Why.CONTRADICTION)
        return found

    def _code(self, column: str) -> str:
        if self.values[column] not in layouts.CODES[column]:
            self._fault(column, Why.CODE)
        return self.values[column]

    def _unit(self, column: str) -> str:
        if self.values[column] not in layouts.UNITS:
            self._fault(column, Why.UNIT)
        return layouts.UNITS.get(self.values[column], "")

    def _number(self, column: str) -> int | None:
        """The count in a cell; None where the source has none (empty, or a dash)."""
        written = self.values.get(column, "")
        if written in ("", "-"):
            return None
        if not re.fullmatch(r"-?[0-9]+(\.0+)?", written):
            self._fault(column, Why.NOT_A_NUMBER)
        elif written.startswith("-"):
            self._fault(column, Why.NEGATIVE)
        elif len(written) > 12:
            self._fault(column, Why.TOO_MANY)
        else:
            return int(written.partition(".")[0])
        return None

    def _plain(self, columns: Mapping[str, str], as_of: date, of: str) -> list[Cell]:
        counts = {series: self._number(column) for column, series in columns.items()}
        return [Cell(series, of, as_of, value, self.line) for series, value in counts.items() if value is not None]

    def _decisions(self, as_of: date, origin: str) -> tuple[list[Cell], list[Odd]]:
        unit = self._unit("dec_pc")
        of = category(origin=origin, procedure=self._code("procedure_type"), level=self._code("dec_level"))
        cells = self._plain({column: f"{series}{unit}" for column, series in layouts.DECISIONS.items()}, as_of, of)
        return cells, self._odd("dec_total", [column for column in layouts.DECISIONS if column != "dec_total"])

    def _demographics(self, as_of: date, origin: str) -> tuple[list[Cell], list[Odd]]:
        series = layouts.TYPES.get(self.values["pop_type"])
        if series is None:
            self._fault("pop_type", Why.TYPE)
            return [], []
        place = self.values["location"].removesuffix("[Admin 1]").strip()
        if place not in layouts.REGIONS:
            self._fault("location", Why.PLACE)
            return [], []
        of = {
            "origin": origin,
            "region": layouts.REGIONS[place],
            "setting": self._code("loc_type"),
            "accommodation": self._code("acc_type"),
        }
        cells, odd = self._plain({"total": series}, as_of, category(**of)), []
        for letter, sex in layouts.SEXES.items():
            ages = {f"{letter}_{short}": age for short, age in layouts.AGES.items()}
            cells += self._plain({f"{letter}_total": series}, as_of, category(**of, sex=sex))
            for column, age in ages.items():
                cells += self._plain({column: series}, as_of, category(**of, sex=sex, age=age))
            odd += self._odd(f"{letter}_total", list(ages))
        # Of many rows only the total is known.
        if not self.faults and any(self._number(f"{letter}_total") for letter in layouts.SEXES):
            odd += self._odd("total", [f"{letter}_total" for letter in layouts.SEXES])
        return cells, odd

    def _odd(self, total: str, parts: list[str]) -> list[Odd]:
        if self.faults:
            return []
        printed, summed = self._number(total), sum(self._number(part) or 0 for part in parts)
        return [Odd(self.line, total, printed, summed)] if printed is not None and printed != summed else []
