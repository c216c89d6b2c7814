"""A publication as a reader sees it: tables of cells, some of them without a number, and what is said to add up."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any, NamedTuple

TOTAL = "*"
"""Stands in a coordinate for all categories of that dimension together."""

MONTH = "month"
"""A dimension of this name divides a period: its cells are events of that month."""

At = tuple[str, ...]

When = str | tuple[str, ...]
"""A day; or beginnings and ends in turn: (s, e) is from s to before e, (s, e, t, f) that and from t to before f."""

Traits = frozenset[tuple[str, str]]
"""Pairs of a dimension and what identifies a category in it, without regard to table and publication."""


class Spot(NamedTuple):
    """One number, whichever table shows it: how many of a population, when, with these traits."""

    population: str
    when: When
    traits: Traits


@dataclass(frozen=True)
class Dimension:
    """`identities`: category code → what identifies it: AFG, REF-C|REF-D, !AFG|UKR (whoever is in neither)."""

    code: str
    is_sensitive: bool
    identities: Mapping[str, str]


@dataclass(frozen=True)
class Table:
    """`values` has every coordinate; None where the number is withheld (or missing, which comes to the same)."""

    code: str
    population: str
    when: When
    dimensions: tuple[Dimension, ...]
    values: Mapping[At, int | None]
    structural: frozenset[At]

    @property
    def top(self) -> At:
        return (TOTAL,) * len(self.dimensions)

    def spot(self, at: At) -> Spot:
        when, traits = self.when, []
        for dimension, code in zip(self.dimensions, at, strict=True):
            if code == TOTAL:
                continue
            if dimension.code == MONTH:
                when = month(code)
            else:
                traits.append((dimension.code, dimension.identities[code]))
        return Spot(self.population, when, frozenset(traits))

    def lines(self) -> Iterator[tuple[At, int]]:
        """Each cell that is the sum over one dimension, and which dimension that is."""
        for at in self.values:
            for position, code in enumerate(at):
                if code == TOTAL:
                    yield at, position

    def parts(self, at: At, position: int) -> list[At]:
        """The cells that add up to the total at `at` over that dimension."""
        return [(*at[:position], code, *at[position + 1 :]) for code in self.dimensions[position].identities]


@dataclass(frozen=True)
class Publication:
    """`shown` holds numbers that stand outside the tables: accounts, figures that say which spot they are."""

    number: int
    threshold: int
    tables: tuple[Table, ...]
    equations: tuple[tuple[tuple[tuple[int, Spot], ...], int], ...]
    floors: tuple[tuple[Spot, int], ...]
    shown: Mapping[Spot, int]
    has_medians: bool


def month(code: str) -> tuple[str, str]:
    """2024-12 → from 2024-12-01 to before 2025-01-01."""
    year, number = int(code[:4]), int(code[5:7])
    following = f"{year + 1:04}-01" if number == 12 else f"{year:04}-{number + 1:02}"
    return f"{code[:7]}-01", f"{following}-01"


def identities(categories: list[Mapping[str, Any]]) -> dict[str, str]:
    """Category code → identity. Whoever is in no other category is known by what it is not."""
    found = {}
    for one in categories:
        members = one.get("members", [])
        if members is None:
            others = (code for other in categories if other is not one for code in other["members"] or [other["code"]])
            found[one["code"]] = "!" + "|".join(sorted(others))
        else:
            found[one["code"]] = "|".join(sorted(members)) or one["code"]
    return found


def named(identity: str) -> frozenset[str]:
    """The codes that an identity names, be it that it contains or that it excludes them."""
    return frozenset(identity.removeprefix("!").split("|")) - {""}


REST = "!"
"""Stands for all codes that nobody names."""


def codes(identity: str, universe: frozenset[str]) -> frozenset[str]:
    """The codes that an identity stands for, among those named anywhere and REST."""
    if identity.startswith("!"):
        return (universe | {REST}) - named(identity)
    return named(identity)


def read(publication: Mapping[str, Any], number: int) -> Publication:
    """ValueError, KeyError or TypeError if it is no publication."""
    tables = tuple(_table(one) for one in publication["tables"])
    shown: dict[Spot, int] = {}
    equations = [
        (tuple((int(factor), _spot(spot)) for factor, spot in one["terms"]), int(one.get("constant", 0)))
        for one in publication.get("equations", [])
    ]
    for account in publication.get("accounts", []):
        when = {one.code: one.when for one in tables}.get(account["in"]) or (publication["since"], publication["as_of"])
        population = account["population"]
        for name, day in (("opening", when[0]), ("closing", when[1])):
            if account[name].get("value") is not None:
                shown[Spot(population, day, frozenset())] = int(account[name]["value"])
        terms = ((1, when[0], ""), (1, when, ":in"), (-1, when, ":out"), (-1, when[1], ""))
        equations.append((tuple((k, Spot(population + kind, at, frozenset())) for k, at, kind in terms), 0))
    for figure in _figures(publication.get("figures", [])):
        if figure.get("spot") and isinstance(figure.get("value"), int):
            shown[_spot(figure["spot"])] = figure["value"]
        equations += _sum_of(figure)
    return Publication(
        number=number,
        threshold=int(publication["threshold"]),
        tables=tables,
        equations=tuple(equations),
        floors=tuple((_spot(spot), int(least)) for spot, least in publication.get("floors", [])),
        shown=shown,
        has_medians=any(one.get("median_days") is not None for one in publication.get("durations", [])),
    )


def _figures(given: Sequence[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    for figure in given:
        yield figure
        yield from _figures([*figure.get("parts", []), *figure.get("components", [])])


def _sum_of(figure: Mapping[str, Any]) -> list[tuple[tuple[tuple[int, Spot], ...], int]]:
    """A sum is shown and a component is not: the others tell it. Sums of which all is shown need not come out."""
    components = figure.get("components", [])
    withheld = [one for one in components if one.get("value") is None]
    if not withheld or not isinstance(figure.get("value"), int) or not all(one.get("spot") for one in withheld):
        return []
    known = sum(int(one["value"]) for one in components if one.get("value") is not None)
    return [(tuple((1, _spot(one["spot"])) for one in withheld), figure["value"] - known)]


def _when(given: Any) -> When:
    return given if isinstance(given, str) else tuple(given)


def _spot(given: Mapping[str, Any]) -> Spot:
    traits = dict(given.get("traits", {}))
    code = traits.pop(MONTH, None)
    return Spot(given["population"], month(code) if code else _when(given["when"]), frozenset(traits.items()))


def _table(given: Mapping[str, Any]) -> Table:
    dimensions = tuple(
        Dimension(one["code"], bool(one.get("is_sensitive")), identities(one["categories"]))
        for one in given["dimensions"]
    )
    values: dict[At, int | None] = dict.fromkeys(product(*([TOTAL, *one.identities] for one in dimensions)))
    structural = set()
    for cell in given["cells"]:
        at = tuple(cell["at"])
        if at not in values:
            raise ValueError(f"{given['code']} has no cell {at}")
        if not cell.get("hidden"):
            values[at] = int(cell["value"])
        if cell.get("structural"):
            structural.add(at)
    return Table(given["code"], given["population"], _when(given["when"]), dimensions, values, frozenset(structural))
