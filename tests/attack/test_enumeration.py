"""The attack against counting every caseload there is: tiny publications, all worlds enumerated.

A sheet is a matrix: how many of each kind of person (or event) there are → every number that is printed. All vectors
that print the same publication are the worlds a reader has to reckon with.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import combinations, product
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from casework.attack.audit import attack
from casework.attack.report import Reason
from tests.attack.sheets import TOTAL, account, dimension, publication, table

THRESHOLD = 3

Cell = tuple[int, str, tuple[str, ...]]
"""Publication, table, at."""

Whole = NDArray[np.int64]


@dataclass(frozen=True)
class Sheet:
    """`cells`: each number printed, as a row of factors of the kinds. `blocks`: kinds whose sum anyone can bound."""

    cells: dict[Cell, tuple[int, ...]]
    tables: dict[tuple[int, str], dict[str, Any]]
    blocks: tuple[int, ...]
    sizes: tuple[int, ...]
    """How many there are of each block, at most."""
    is_exact: bool = True
    """Each block has exactly so many: its total is printed."""
    always: frozenset[Cell] = frozenset()

    @property
    def kinds(self) -> int:
        return sum(self.blocks)


@cache
def compositions(parts: int, total: int) -> Whole:
    """All ways of putting so many persons into so many kinds."""
    bars = combinations(range(total + parts - 1), parts - 1)
    ends = np.array([(-1, *one, total + parts - 1) for one in bars], dtype=np.int64)
    return np.diff(ends, axis=1) - 1


@cache
def all_worlds(blocks: tuple[int, ...], sizes: tuple[int, ...], is_exact: bool) -> Whole:
    sizes = sizes if is_exact else tuple(2 * one for one in sizes)  # in worlds where the periods share nothing
    choices = [
        np.vstack([compositions(parts, total) for total in (range(size, size + 1) if is_exact else range(size + 1))])
        for parts, size in zip(blocks, sizes, strict=True)
    ]
    rows = choices[0]
    for more in choices[1:]:
        rows = np.hstack([np.repeat(rows, len(more), axis=0), np.tile(more, (len(rows), 1))])
    return rows


def by(
    code: str, dims: Mapping[str, Sequence[Any]], kinds: Sequence[Mapping[str, str]], **rest: Any
) -> tuple[Any, Any]:
    """A table and the factors of its cells. A category is a code, or a code with its members (None: the rest)."""
    made = table(code, [dimension(name, *categories) for name, categories in dims.items()], {}, **rest)
    rows = {}
    for cell in made["cells"]:
        at = tuple(cell["at"])
        row = []
        for kind in kinds:
            inside = True
            for (name, categories), wanted in zip(dims.items(), at, strict=True):
                if wanted == TOTAL:
                    continue
                pairs = dict((one, [one]) if isinstance(one, str) else one for one in categories)
                named = {member for members in pairs.values() if members is not None for member in members}
                members = pairs[wanted]
                inside &= kind[name] in members if members is not None else kind[name] not in named
            row.append(int(inside))
        rows[at] = tuple(row)
    return made, rows


CODES: dict[str, list[Any]] = {"a": ["a1", "a2"], "b": ["b1", "b2"], "c": ["c1", "c2"], "d": ["d1", "d2", "d3"]}
SHAPES = {
    "line": [["d"]],
    "table": [["a", "d"]],
    "sharing": [["a", "d"], ["a", "b"]],
    "chain": [["a", "b"], ["b", "c"]],
    "cycle": [["a", "b"], ["b", "c"], ["a", "c"]],
    "three": [["a", "b", "c"]],
}


def of_shape(shape: str, persons: int) -> Sheet:
    tables = SHAPES[shape]
    names = sorted({one for dims in tables for one in dims})
    kinds = [dict(zip(names, one, strict=True)) for one in product(*(CODES[name] for name in names))]
    cells: dict[Cell, tuple[int, ...]] = {}
    made = {}
    for number, dims in enumerate(tables):
        made[0, f"t{number}"], rows = by(f"t{number}", {one: CODES[one] for one in dims}, kinds)
        cells |= {(0, f"t{number}", at): row for at, row in rows.items()}
    always = frozenset(cell for cell in cells if set(cell[2]) == {TOTAL})
    return Sheet(cells, made, (len(kinds),), (persons,), always=always)


def editions(persons: int) -> Sheet:
    """The same table twice, each time with other cells withheld."""
    once = of_shape("table", persons)
    (made,) = once.tables.values()
    cells = {(number, code, at): row for number in (0, 1) for (_, code, at), row in once.cells.items()}
    always = frozenset(cell for cell in cells if set(cell[2]) == {TOTAL})
    return Sheet(cells, {(0, "t0"): made, (1, "t0"): made}, once.blocks, once.sizes, always=always)


def folded(persons: int) -> Sheet:
    """The same population by two lists of origins, one of them with groups, one of them by sex as well."""
    kinds = [{"origin": one, "sex": sex} for one in "ABCD" for sex in "FM"]
    first, rows = by("t0", {"origin": ["A", ("BC", ["B", "C"]), ("OTHER", None)]}, kinds)
    second, more = by("t1", {"origin": ["A", "B", ("OTHER", None)], "sex": ["F", "M"]}, kinds)
    cells: dict[Cell, tuple[int, ...]] = {(0, "t0", at): row for at, row in rows.items()}
    cells |= {(0, "t1", at): row for at, row in more.items()}
    always = frozenset(cell for cell in cells if set(cell[2]) == {TOTAL})
    return Sheet(cells, {(0, "t0"): first, (0, "t1"): second}, (8,), (persons,), always=always)


def overlapping(events: int) -> Sheet:
    """Events of two kinds in two periods that overlap: the first half of the year is in the first, the last in both."""
    kinds = [{"d": kind, "part": part} for part in ("first", "both", "last") for kind in ("d1", "d2")]
    cells: dict[Cell, tuple[int, ...]] = {}
    made = {}
    periods = {0: ("2024-01-01", "2024-09-01"), 1: ("2024-04-01", "2025-01-01")}
    for number, parts in enumerate((("first", "both"), ("both", "last"))):
        made[number, "t"], rows = by("t", {"d": ["d1", "d2"]}, kinds, population="sessions", when=periods[number])
        for at, row in rows.items():
            inside = (one * (kind["part"] in parts) for one, kind in zip(row, kinds, strict=True))
            cells[number, "t", at] = tuple(inside)
    always = frozenset(cell for cell in cells if set(cell[2]) == {TOTAL})
    return Sheet(cells, made, (6,), (events,), is_exact=False, always=always)


def moving(persons: int) -> Sheet:
    """Two days and who came and went between them, by origin nobody knows; how many came and went is printed."""
    origins = ["A", "B", "C"]
    zero, unit = (0, 0, 0), {one: tuple(int(one == other) for other in origins) for one in origins} | {TOTAL: (1, 1, 1)}
    cells: dict[Cell, tuple[int, ...]] = {}
    made = {}
    for number, day in enumerate(("2024-01-01", "2025-01-01")):
        made[number, "t"] = table("t", [dimension("origin", *origins)], {}, population="undetermined", when=day)
        for one, row in unit.items():
            cells[number, "t", (one,)] = (*row, *row, *(-each for each in row)) if number else (*row, *zero, *zero)
    for kind, place in (("in", 3), ("out", 6)):
        code, when = f"undetermined:{kind}_by_flow", ("2024-01-01", "2025-01-01")
        made[1, code] = table(code, [], {}, population=f"undetermined:{kind}", when=when)
        cells[1, code, ()] = tuple(int(place <= number < place + 3) for number in range(9))
    always = frozenset(cell for cell in cells if set(cell[2]) <= {TOTAL})
    return Sheet(cells, made, (3, 3, 3), (persons, 2, 1), always=always)


SHEETS = {shape: (lambda size, shape=shape: of_shape(shape, size)) for shape in SHAPES} | {
    "editions": editions,
    "folded": folded,
    "overlapping": overlapping,
    "moving": moving,
}


@dataclass(frozen=True)
class Drawn:
    sheet: Sheet
    truth: Whole
    hidden: frozenset[Cell]
    own: Whole

    def publications(self) -> list[dict[str, Any]]:
        count = 1 + max(number for number, _ in self.sheet.tables)
        found = []
        for number in range(count):
            tables = []
            for (place, code), made in self.sheet.tables.items():
                if place == number:
                    cells = [self._cell(number, code, tuple(one["at"])) for one in made["cells"]]
                    tables.append(made | {"cells": cells})
            accounts = []
            if any(one["population"] == "undetermined:in" for one in tables):
                accounts.append(account("undetermined", None, None))
            found.append(publication(*tables, as_of=f"{2024 + number}-01-01", threshold=THRESHOLD, accounts=accounts))
        return found

    def _cell(self, number: int, code: str, at: tuple[str, ...]) -> dict[str, Any]:
        if (number, code, at) in self.hidden:
            return {"at": list(at), "hidden": True}
        return {"at": list(at), "value": int(np.dot(self.sheet.cells[number, code, at], self.truth))}

    def worlds(self, least: Whole | None = None) -> dict[Cell, Whole]:
        """Every number in every world that prints the same."""
        rows = all_worlds(self.sheet.blocks, self.sheet.sizes, self.sheet.is_exact)
        if least is not None:
            rows = rows[np.all(rows >= least, axis=1)]
        names = list(self.sheet.cells)
        factors = np.array([self.sheet.cells[one] for one in names])
        printed = rows @ factors.T
        truth = factors @ self.truth
        shown = np.array([one not in self.hidden for one in names])
        fitting = printed[np.all(printed[:, shown] == truth[shown], axis=1) & np.all(printed >= 0, axis=1)]
        return {name: fitting[:, number] for number, name in enumerate(names)}


@st.composite
def drawings(draw: st.DrawFn, shape: str) -> Drawn:
    size = draw(st.integers(3, 5 if shape in {"sharing", "folded", "overlapping"} else 6))
    sheet = SHEETS[shape](size)
    truth = np.zeros(sheet.kinds, dtype=np.int64)
    start = 0
    for parts, many in zip(sheet.blocks, sheet.sizes, strict=True):
        for one in draw(st.lists(st.integers(start, start + parts - 1), min_size=many, max_size=many)):
            truth[one] += 1
        start += parts
    if shape == "moving":
        # Nobody leaves who is not there.
        for one in range(3):
            truth[6 + one] = min(truth[6 + one], truth[one] + truth[3 + one])
        sheet = Sheet(sheet.cells, sheet.tables, sheet.blocks, (size, 2, int(truth[6:].sum())), always=sheet.always)
    # What two tables share is withheld in both: the same number of the same publication.
    spots: dict[Any, list[Cell]] = {}
    for cell, row in sheet.cells.items():
        if cell not in sheet.always:
            spots.setdefault((cell[0], row), []).append(cell)
    picked = draw(st.lists(st.sampled_from(sorted(spots)), unique=True, max_size=len(spots)))
    hidden = frozenset(cell for one in picked for cell in spots[one])
    own = np.minimum(truth, np.array(draw(st.lists(st.integers(0, 1), min_size=len(truth), max_size=len(truth)))))
    return Drawn(sheet, truth, hidden, own)


def is_unsafe(values: Whole, threshold: int) -> bool:
    low, high = int(values.min()), int(values.max())
    return not (high == 0 or low >= threshold) and (high < threshold or high - low < threshold - 1)


@pytest.mark.parametrize("shape", SHEETS)
def test_a_withheld_cell_is_never_narrower_and_never_safer_than_it_is(shape: str) -> None:
    @settings(max_examples=30)
    @given(drawn=drawings(shape))
    def holds(drawn: Drawn) -> None:
        report = attack(drawn.publications())
        worlds = drawn.worlds()
        blamed = {(one.publication, one.table, one.at) for one in report.unsafe if one.reason is not Reason.SMALL}
        for one in report.intervals:
            cell = (one.publication, one.table, one.at)
            values = worlds[cell]
            assert one.high is not None
            assert one.low <= values.min() <= values.max() <= one.high
            if shape in {"line", "table", "editions", "moving"}:
                assert (one.low, one.high) == (values.min(), values.max())
            assert one.is_safe == (not is_unsafe(values, THRESHOLD))
            if is_unsafe(values, THRESHOLD):
                assert cell in blamed
        assert len(report.intervals) == len(drawn.hidden) == report.hidden
        if shape != "folded":
            # There the lists of origins cross each other, so that persons cannot be made up table by table.
            assert not report.rests_on_relaxation
            assert report.certified + report.harmless == sum(one.is_safe for one in report.intervals)

    holds()


@pytest.mark.parametrize("shape", [*SHAPES, "folded"])
def test_nor_for_a_partner_that_takes_its_own_persons_out(shape: str) -> None:
    @settings(max_examples=30)
    @given(drawn=drawings(shape))
    def holds(drawn: Drawn) -> None:
        own = {cell: int(np.dot(row, drawn.own)) for cell, row in drawn.sheet.cells.items()}
        counts: dict[str, dict[str, int]] = {}
        for (_, code, at), count in own.items():
            counts.setdefault(code, {})["|".join(at)] = count
        report = attack(drawn.publications(), {"P": [counts]})
        worlds = drawn.worlds(drawn.own)
        threshold = min(THRESHOLD, int(drawn.truth.sum() - drawn.own.sum()))
        judged = {(one.publication, one.table, one.at): one for one in report.intervals if one.who == "P"}
        blamed = {(one.publication, one.table, one.at) for one in report.unsafe if one.who == "P"}
        by_anyone = {(one.publication, one.table, one.at) for one in report.unsafe}
        for cell in drawn.hidden:
            values = worlds[cell] - own[cell]
            if cell in judged:
                assert judged[cell].high is not None
                assert judged[cell].low <= values.min() <= values.max() <= judged[cell].high
                assert judged[cell].is_safe == (not is_unsafe(values, threshold))
            if is_unsafe(values, threshold):
                # Where it knows no more than anyone, what anyone finds is its verdict as well.
                assert cell in blamed if cell in judged else cell in by_anyone
        for cell in drawn.sheet.cells.keys() - drawn.hidden:
            rest = int(np.dot(drawn.sheet.cells[cell], drawn.truth)) - own[cell]
            if own[cell] and 1 <= rest < threshold:
                assert cell in blamed

    holds()
