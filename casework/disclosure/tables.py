"""What a release counts, exactly: tables of cells with their margins, and what is known to add up.

Only the protection reads this. What leaves the house is a publication (casework.releases.publication), in which a
withheld cell has no number, and the attack reads nothing but publications.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

TOTAL = "*"
"""Stands in a coordinate for all categories of that dimension together."""

At = tuple[str, ...]
"""Where a cell is: one category code, or TOTAL, for each dimension of its table, in their order."""

When = date | tuple[date, date]
"""A stock is as of a day, at its start. Events are of the days from the first to before the second."""

MONTH = "month"
"""A dimension of this name divides a period: its codes are months as 2024-05, its cells are events of that month."""


class Spot(NamedTuple):
    """One number, whichever table shows it: how many of a population, when, with these characteristics.

    `traits` holds pairs of dimension and category identity (Category.identity) and leaves out totals; a month is not a
    trait but the `when`. So the margin that two tables share is one and the same spot.
    """

    population: str
    when: When
    traits: frozenset[tuple[str, str]]


@dataclass(frozen=True)
class Category:
    """One line of a dimension."""

    code: str
    members: frozenset[str] | None = frozenset()
    """The finest codes that it puts together; empty: just itself. None: the rest, whoever is in no other category."""


@dataclass(frozen=True)
class Dimension:
    """One characteristic by which a table divides a population: categories exclude each other, leave no one out."""

    code: str
    categories: tuple[Category, ...]
    is_sensitive: bool = False
    """That all of a group are in one category says something about each of them (an outcome, a refusal)."""

    def identity(self, category: Category) -> str:
        """The same for the same group of codes, in whatever table and release: AFG, REF-C|REF-D, !AFG|UKR (all but)."""
        if category.members is None:
            others = (code for one in self.categories if one is not category for code in (one.members or (one.code,)))
            return "!" + "|".join(sorted(others))
        return "|".join(sorted(category.members)) or category.code


@dataclass(frozen=True)
class Table:
    """Counts of one population at one time by some dimensions, with every margin.

    `counts` holds every coordinate, margins and zeros included. `persons` says how many different persons are behind a
    count when it counts something else (sessions, letters), of many perhaps less than there are; None: the counts are
    persons. `own` holds what each partner
    counts itself, by the code of the organisation; coordinates left out are 0. `structural` cells cannot but be zero,
    as everyone knows. An unpublished table is never shown; what can be worked out of it must stay vague all the same.
    """

    code: str
    population: str
    when: When
    dimensions: tuple[Dimension, ...]
    counts: Mapping[At, int]
    persons: Mapping[At, int] | None = None
    own: Mapping[str, Mapping[At, int]] = field(default_factory=dict)
    structural: frozenset[At] = frozenset()
    is_published: bool = True


@dataclass(frozen=True)
class Equation:
    """Terms that add up to a constant, as everyone can know: opening + in − out − closing = 0."""

    terms: tuple[tuple[int, Spot], ...]
    constant: int = 0


@dataclass(frozen=True)
class Facts:
    """All that one release counts."""

    tables: tuple[Table, ...]
    equations: tuple[Equation, ...] = ()
    forced: frozenset[Spot] = frozenset()
    """Always shown: grand totals and Key Figures."""
    floors: Mapping[Spot, int] = field(default_factory=dict)
    """What the method itself tells: an origin that is listed counts at least so many."""


Hidden = Mapping[str, frozenset[At]]
"""By the code of a table, which of its cells are withheld."""


def as_json(facts: Facts) -> dict[str, Any]:
    """The facts as plain JSON, in a fixed order: the same facts give the same bytes. Exact counts: never publish it."""
    return {
        "tables": [
            {
                "code": table.code,
                "population": table.population,
                "when": _when_as_json(table.when),
                "dimensions": [
                    {
                        "code": dimension.code,
                        "is_sensitive": dimension.is_sensitive,
                        "categories": [
                            {"code": one.code, "members": None if one.members is None else sorted(one.members)}
                            for one in dimension.categories
                        ],
                    }
                    for dimension in table.dimensions
                ],
                "counts": _counts_as_json(table.counts),
                "persons": None if table.persons is None else _counts_as_json(table.persons),
                "own": {partner: _counts_as_json(own) for partner, own in sorted(table.own.items())},
                "structural": [list(at) for at in sorted(table.structural)],
                "is_published": table.is_published,
            }
            for table in facts.tables
        ],
        "equations": [
            {"terms": [[factor, _spot_as_json(spot)] for factor, spot in one.terms], "constant": one.constant}
            for one in facts.equations
        ],
        "forced": [_spot_as_json(spot) for spot in sorted(facts.forced, key=_order)],
        "floors": [[_spot_as_json(spot), facts.floors[spot]] for spot in sorted(facts.floors, key=_order)],
    }


def from_json(read: Mapping[str, Any]) -> Facts:
    """The facts again, equal to those that as_json wrote."""
    return Facts(
        tables=tuple(
            Table(
                code=table["code"],
                population=table["population"],
                when=_when_from_json(table["when"]),
                dimensions=tuple(
                    Dimension(
                        dimension["code"],
                        tuple(
                            Category(one["code"], None if one["members"] is None else frozenset(one["members"]))
                            for one in dimension["categories"]
                        ),
                        dimension["is_sensitive"],
                    )
                    for dimension in table["dimensions"]
                ),
                counts=_counts_from_json(table["counts"]),
                persons=None if table["persons"] is None else _counts_from_json(table["persons"]),
                own={partner: _counts_from_json(own) for partner, own in table["own"].items()},
                structural=frozenset(tuple(at) for at in table["structural"]),
                is_published=table["is_published"],
            )
            for table in read["tables"]
        ),
        equations=tuple(
            Equation(tuple((factor, _spot_from_json(spot)) for factor, spot in one["terms"]), one["constant"])
            for one in read["equations"]
        ),
        forced=frozenset(_spot_from_json(spot) for spot in read["forced"]),
        floors={_spot_from_json(spot): floor for spot, floor in read["floors"]},
    )


def _order(spot: Spot) -> tuple[str, str, list[tuple[str, str]]]:
    return spot.population, str(spot.when), sorted(spot.traits)


def _counts_as_json(counts: Mapping[At, int]) -> list[list[Any]]:
    return [[list(at), counts[at]] for at in sorted(counts)]


def _counts_from_json(read: list[list[Any]]) -> dict[At, int]:
    return {tuple(at): count for at, count in read}


def _when_as_json(when: When) -> str | list[str]:
    return when.isoformat() if isinstance(when, date) else [day.isoformat() for day in when]


def _when_from_json(read: str | list[str]) -> When:
    if isinstance(read, str):
        return date.fromisoformat(read)
    first, end = read
    return date.fromisoformat(first), date.fromisoformat(end)


def _spot_as_json(spot: Spot) -> dict[str, Any]:
    return {"population": spot.population, "when": _when_as_json(spot.when), "traits": dict(sorted(spot.traits))}


def _spot_from_json(read: Mapping[str, Any]) -> Spot:
    return Spot(read["population"], _when_from_json(read["when"]), frozenset(read["traits"].items()))
