"""A publication as its pages read it: in one language, tables as grids, and never a number that was withheld.

Everything here is a function of the publication alone, so that a page can show no more than the file that leaves the
house. The order of lines is the publication's; nothing is sorted by size, for an order would tell of withheld numbers.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import product
from typing import Any

from casework.core import i18n
from casework.disclosure.tables import TOTAL, At
from casework.figures import report

FLOW = "flow"
"""The dimension of why somebody came or left."""

Json = Mapping[str, Any]


@dataclass(frozen=True)
class Cell:
    """One number. `value` None: withheld to protect people; structural: it cannot but be zero."""

    value: int | None
    is_structural: bool = False

    @property
    def is_hidden(self) -> bool:
        return self.value is None


HIDDEN = Cell(None)


@dataclass(frozen=True)
class Category:
    code: str
    label: str


@dataclass(frozen=True)
class Dimension:
    code: str
    name: str
    categories: tuple[Category, ...]
    is_sensitive: bool = False


@dataclass(frozen=True)
class Line:
    """One line of a grid: a cell per column, and all columns together (in a grid of one column, that one)."""

    label: str
    cells: tuple[Cell, ...]
    total: Cell


@dataclass(frozen=True)
class Grid:
    """Two dimensions of a table (or one: no columns), with the line of totals. `label`: the category of a third one."""

    label: str
    rows_name: str
    columns_name: str
    columns: tuple[str, ...]
    lines: tuple[Line, ...]
    totals: tuple[Cell, ...]
    total: Cell


@dataclass(frozen=True)
class Population:
    """Who or what is counted, of which kind, in which unit."""

    code: str
    name: str
    definition: str
    kind: str
    unit: str
    version: int


@dataclass(frozen=True)
class Table:
    """A table of the publication. `shown` and `hidden` count its cells, totals included."""

    code: str
    name: str
    definition: str
    unit: str
    version: int
    population: Population
    start: date | None
    end: date
    dimensions: tuple[Dimension, ...]
    cells: Mapping[At, Cell]
    shown: int
    hidden: int

    def cell(self, at: At) -> Cell:
        return self.cells.get(at, HIDDEN)  # what is not there is not known

    @property
    def total(self) -> Cell:
        return self.cell((TOTAL,) * len(self.dimensions))

    @property
    def is_simple(self) -> bool:
        return len(self.dimensions) == 1

    @property
    def is_narrow(self) -> bool:
        """Whether two of the kind stand side by side: up to three columns."""
        lengths = sorted(len(one.categories) for one in self.dimensions)
        return len(lengths) < 2 or lengths[-2] <= 3

    @property
    def grids(self) -> tuple[Grid, ...]:
        """The longest dimension down, the next across; for further ones, all together first, then each by itself."""
        order = sorted(range(len(self.dimensions)), key=lambda n: -len(self.dimensions[n].categories))
        down, across, others = order[0], order[1] if len(order) > 1 else None, sorted(order[2:])
        apart = [[Category(TOTAL, ""), *self.dimensions[n].categories] for n in others]
        return tuple(self._grid(down, across, dict(zip(others, chosen, strict=True))) for chosen in product(*apart))

    def _grid(self, down: int, across: int | None, fixed: Mapping[int, Category]) -> Grid:
        columns = self.dimensions[across].categories if across is not None else ()

        def cell(row: str, column: str = TOTAL) -> Cell:
            codes = {n: one.code for n, one in fixed.items()} | {down: row}
            if across is not None:
                codes[across] = column
            return self.cell(tuple(codes[n] for n in range(len(self.dimensions))))

        def cells(row: str) -> tuple[Cell, ...]:
            return tuple(cell(row, one.code) for one in columns)

        return Grid(
            label=", ".join(one.label for one in fixed.values() if one.label),
            rows_name=self.dimensions[down].name,
            columns_name=self.dimensions[across].name if across is not None else "",
            columns=tuple(one.label for one in columns),
            lines=tuple(Line(one.label, cells(one.code), cell(one.code)) for one in self.dimensions[down].categories),
            totals=cells(TOTAL),
            total=cell(TOTAL),
        )


@dataclass(frozen=True)
class Flow:
    """Why persons came or left, and how many. `code`: the reason."""

    code: str
    label: str
    cell: Cell


@dataclass(frozen=True)
class Account:
    """Of one population: how many there were, who came, who left, how many there are.

    `released`: how many there were by the release before; `corrected`: how many more there really were. None in the
    first release.
    """

    population: Population
    start: date
    end: date
    opening: Cell
    came: tuple[Flow, ...]
    all_came: Cell
    left: tuple[Flow, ...]
    all_left: Cell
    closing: Cell
    released: Cell | None = None
    corrected: Cell | None = None

    @property
    def has_hidden(self) -> bool:
        totals = (self.opening, self.all_came, self.all_left, self.closing)
        return any(one.is_hidden for one in (*totals, *(flow.cell for flow in (*self.came, *self.left))))


@dataclass(frozen=True)
class Figure:
    """A Key Figure as it was published, with where it is from. `value` None: withheld, or nobody has given it.

    `qualifier`: up_to, more_than, about, or nothing. `scope`: the area that it is about, as CENTRAL_ASIA_5.
    """

    code: str
    name: str
    definition: str
    text: str
    is_hidden: bool
    is_known: bool
    unit: str
    as_of: date | None
    source: str
    document: str
    note: str
    is_verified: bool
    value: int | Decimal | None = None
    qualifier: str = ""
    scope: str = ""
    parts: tuple["Figure", ...] = ()
    components: tuple["Figure", ...] = ()

    @property
    def all(self) -> Iterator["Figure"]:
        """The figure itself, and its parts and components."""
        yield self
        for one in (*self.parts, *self.components):
            yield from one.all


@dataclass(frozen=True)
class Duration:
    name: str
    definition: str
    median_days: int | None
    is_hidden: bool


@dataclass(frozen=True)
class Finding:
    """What does not add up, is old or missing. `key` names it when it is explained: sum:stateless_known."""

    key: str
    kind: str
    figure: str
    message: str
    explanation: str

    @property
    def is_explained(self) -> bool:
        return bool(self.explanation)


@dataclass(frozen=True)
class Correction:
    """A number that was published otherwise in the edition before."""

    table: str
    place: str
    before: int
    after: int


@dataclass(frozen=True)
class Publication:
    """All that a release says."""

    as_of: date
    since: date
    edition: int
    corrects: str
    counted_on: date | None
    threshold: int
    listed_from: int
    method: tuple[str, ...]
    populations: Mapping[str, Population]
    tables: tuple[Table, ...]
    accounts: tuple[Account, ...]
    figures: tuple[Figure, ...]
    durations: tuple[Duration, ...]
    findings: tuple[Finding, ...]
    corrections: tuple[Correction, ...]

    @property
    def shown(self) -> int:
        return sum(one.shown for one in self.tables)

    @property
    def hidden(self) -> int:
        """How many cells are withheld, in all tables together."""
        return sum(one.hidden for one in self.tables)


def publication(content: Json) -> Publication:
    """What a publication says, in the language of the page."""
    populations = {code: _population(code, one) for code, one in content["populations"].items()}
    tables = {one["code"]: _table(one, populations) for one in content["tables"]}
    since, as_of = date.fromisoformat(content["since"]), date.fromisoformat(content["as_of"])
    figures = tuple(figure(one) for one in content.get("figures", ()))
    names = {each.code: each.name for one in figures for each in one.all}
    return Publication(
        as_of=as_of,
        since=since,
        edition=content["edition"],
        corrects=content.get("corrects") or "",
        counted_on=_day(content.get("counted_on")),
        threshold=content["threshold"],
        listed_from=content["listed_from"],
        method=tuple(said(one) for one in content.get("texts", {}).values()),
        populations=populations,
        tables=tuple(tables.values()),
        accounts=tuple(_account(one, populations, tables, since, as_of) for one in content.get("accounts", ())),
        figures=figures,
        durations=tuple(_duration(one) for one in content.get("durations", ())),
        findings=tuple(_finding(one, names) for one in content.get("findings", ())),
        corrections=tuple(_correction(one, tables) for one in content.get("corrections", ())),
    )


def said(words: Json | str | None) -> str:
    """Words in the language of the page; a text that was written in one language as it was written."""
    if words is None or isinstance(words, str):
        return words or ""
    found: str = words.get(i18n.language()) or words.get("en") or ""
    return found


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _population(code: str, content: Json) -> Population:
    name, definition = said(content["name"]), said(content.get("definition"))
    return Population(code, name, definition, content["kind"], content["unit"], content.get("version", 1))


def _table(content: Json, populations: Mapping[str, Population]) -> Table:
    when = content["when"]
    start, end = (None, when) if isinstance(when, str) else when
    cells = {tuple(one["at"]): _cell(one) for one in content["cells"]}
    hidden = sum(one.is_hidden for one in cells.values())
    return Table(
        code=content["code"],
        name=said(content["name"]),
        definition=said(content.get("definition")),
        unit=content.get("unit") or populations[content["population"]].unit,
        version=content.get("version", 1),
        population=populations[content["population"]],
        start=_day(start),
        end=date.fromisoformat(end),
        dimensions=tuple(_dimension(one) for one in content["dimensions"]),
        cells=cells,
        shown=len(cells) - hidden,
        hidden=hidden,
    )


def _dimension(content: Json) -> Dimension:
    return Dimension(
        code=content["code"],
        name=said(content["name"]),
        categories=tuple(Category(one["code"], said(one["label"])) for one in content["categories"]),
        is_sensitive=content.get("is_sensitive", False),
    )


def _cell(content: Json | None) -> Cell:
    if content is None or content.get("hidden") or content.get("value") is None:
        return HIDDEN
    return Cell(content["value"], content.get("structural", False))


def _account(
    content: Json, populations: Mapping[str, Population], tables: Mapping[str, Table], since: date, as_of: date
) -> Account:
    came, left = tables.get(content["in"]), tables.get(content["out"])
    return Account(
        population=populations[content["population"]],
        start=came.start or since if came is not None else since,
        end=came.end if came is not None else as_of,
        opening=_cell(content.get("opening")),
        came=tuple(_flows(came)),
        all_came=came.total if came is not None else HIDDEN,
        left=tuple(_flows(left)),
        all_left=left.total if left is not None else HIDDEN,
        closing=_cell(content.get("closing")),
        released=_cell(content["released"]) if content.get("released") else None,
        corrected=_cell(content["corrected"]) if content.get("corrected") else None,
    )


def _flows(table: Table | None) -> Iterator[Flow]:
    """The lines of an account, without those that are known to be zero: nobody was acquired by a merge."""
    if table is None:
        return
    place = next(n for n, one in enumerate(table.dimensions) if one.code == FLOW)
    for category in table.dimensions[place].categories:
        at = tuple(category.code if n == place else TOTAL for n in range(len(table.dimensions)))
        if table.cell(at).value != 0:
            yield Flow(category.code, category.label, table.cell(at))


def figure(content: Json) -> Figure:
    """A Key Figure with its parts and components, in the language of the page."""
    is_hidden = bool(content.get("hidden"))
    value = None if is_hidden else content.get("value")
    number = value if isinstance(value, int) else Decimal(value) if value is not None else None
    unit = content.get("unit", "persons")
    return Figure(
        code=content["code"],
        name=said(content["name"]),
        definition=said(content.get("definition")),
        text=report.worded(number, unit, content.get("qualifier") or "") if number is not None else "",
        is_hidden=is_hidden,
        is_known=number is not None,
        unit=unit,
        as_of=_day(content.get("as_of")),
        source=said(content.get("source")),
        document=said(content.get("document")),
        note=said(content.get("note")),
        is_verified=content.get("verified", True),
        value=number,
        qualifier=content.get("qualifier") or "",
        scope=content.get("scope") or "",
        parts=tuple(figure(one) for one in content.get("parts", ())),
        components=tuple(figure(one) for one in content.get("components", ())),
    )


def _duration(content: Json) -> Duration:
    median = None if content.get("hidden") else content.get("median_days")
    return Duration(said(content["name"]), said(content.get("definition")), median, is_hidden=median is None)


def _finding(content: Json, names: Mapping[str, str]) -> Finding:
    code = content.get("figure") or ""
    return Finding(
        key=f"{content['kind']}:{code}",
        kind=content["kind"],
        figure=names.get(code, code),
        message=said(content["message"]),
        explanation=said(content.get("explanation")),
    )


def _correction(content: Json, tables: Mapping[str, Table]) -> Correction:
    table = tables.get(content["table"])
    name = table.name if table is not None else content["table"]
    where = place(table, tuple(content["at"])) if table is not None else ""
    return Correction(name, where, content["from"], content["to"])


def place(table: Table, at: At) -> str:
    """Where a cell stands, in words: Afghanistan, women. Of the total of all: nothing."""
    labels = []
    for dimension, code in zip(table.dimensions, at, strict=True):
        labels += [one.label for one in dimension.categories if one.code == code]
    return ", ".join(labels)
