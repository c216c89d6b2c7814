"""Every caseload that prints a sheet, found by trying: what the protection claims, checked without any solver."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence

from casework.disclosure.linkage import spots
from casework.disclosure.tables import Facts, Hidden, Spot, Table

Cells = Mapping[Spot, int]
LIMIT = 4_000
"""Caseloads that are tried: with more of them there is little to see through."""


def caseloads(facts: Facts, hidden: Hidden, most: int) -> list[dict[Spot, int]]:
    """All numbers that every withheld spot may have (each at most `most`) so that all tables and equations add up."""
    where = {table.code: spots(table) for table in facts.tables}
    shown: dict[Spot, int] = {}
    every: dict[Spot, None] = {}
    for table in facts.tables:
        for at, spot in where[table.code].items():
            every[spot] = None
            if table.is_published and at not in hidden.get(table.code, frozenset()):
                shown[spot] = table.counts[at]
    rows = [row for table in facts.tables for row in _margins(table, where[table.code])]
    rows += [([(factor, spot) for factor, spot in one.terms], one.constant) for one in facts.equations]
    unknown = [spot for spot in every if spot not in shown]
    found = list(itertools.islice(_search(dict(shown), unknown, rows, most, facts.floors), LIMIT))
    if len(found) == LIMIT:
        raise TooMany
    return found


def _margins(table: Table, at_spot: Mapping[tuple[str, ...], Spot]) -> Iterator[tuple[list[tuple[int, Spot]], int]]:
    for position, dimension in enumerate(table.dimensions):
        for at in table.counts:
            if at[position] == "*":
                parts = [(*at[:position], one.code, *at[position + 1 :]) for one in dimension.categories]
                yield [(-1, at_spot[at]), *((1, at_spot[part]) for part in parts)], 0


def _search(
    known: dict[Spot, int],
    unknown: Sequence[Spot],
    rows: Sequence[tuple[list[tuple[int, Spot]], int]],
    most: int,
    floors: Mapping[Spot, int],
) -> Iterator[dict[Spot, int]]:
    # What a sum determines is filled in; one unknown number at a time is tried.
    filled = dict(known)
    changed = True
    while changed:
        changed = False
        for terms, constant in rows:
            missing = [(factor, spot) for factor, spot in terms if spot not in filled]
            rest = constant - sum(factor * filled[spot] for factor, spot in terms if spot in filled)
            if not missing and rest:
                return
            if len(missing) == 1:
                factor, spot = missing[0]
                if rest % factor or rest // factor < floors.get(spot, 0):
                    return
                filled[spot] = rest // factor
                changed = True
            elif missing and all(factor > 0 for factor, _ in missing) and rest < 0:
                return
    left = [spot for spot in unknown if spot not in filled]
    if not left:
        yield filled
        return

    def freedom(spot: Spot) -> int:
        bounds = [most]
        for terms, constant in rows:
            mine = [factor for factor, one in terms if one == spot]
            if mine and mine[0] > 0 and all(f > 0 or one in filled for f, one in terms):
                bounds.append((constant - sum(f * filled[one] for f, one in terms if one in filled)) // mine[0])
        return min(bounds)

    tried = min(left, key=lambda spot: (freedom(spot), left.index(spot)))
    for value in range(floors.get(tried, 0), freedom(tried) + 1):
        yield from _search({**filled, tried: value}, unknown, rows, most, floors)


class TooMany(Exception):
    """Caseloads to try."""


def unsafe(facts: Facts, hidden: Hidden, threshold: int = 5, most: int = 12) -> list[tuple[str, tuple[str, ...], str]]:
    """Withheld cells that someone sees through: (table, cell, who); "" is any reader. Proven lines too."""
    worlds = caseloads(facts, hidden, most)
    assert worlds, "the true caseload prints the sheet"
    found = []
    for who in ("", *sorted({who for table in facts.tables for who in table.own})):
        mine = {spot: table.own.get(who, {}).get(at, 0) for table in facts.tables for at, spot in spots(table).items()}
        fitting = [world for world in worlds if all(world[spot] >= own for spot, own in mine.items())]
        for table in facts.tables:
            where = spots(table)
            total = Spot(table.population, table.when, frozenset())
            vague = threshold
            if all(world.get(total) == worlds[0].get(total) for world in worlds) and total in worlds[0] and who:
                vague = min(threshold, worlds[0][total] - mine.get(total, 0))
            for at, spot in where.items():
                if not table.is_published or at in table.structural:
                    continue
                values = [world[spot] - mine[spot] for world in fitting]
                low, high = min(values), max(values)
                if at not in hidden[table.code]:
                    if 1 <= low < vague and spot not in facts.forced:
                        found.append((table.code, at, who))
                elif high > 0 and low < vague and (high < vague or high - low < vague - 1):
                    found.append((table.code, at, who))
            found += [(table.code, at, who) for at in _proven_lines(table, where, fitting, mine, facts, vague)]
    return found


def _proven_lines(
    table: Table,
    where: Mapping[tuple[str, ...], Spot],
    worlds: Sequence[Cells],
    mine: Cells,
    facts: Facts,
    threshold: int,
) -> Iterator[tuple[str, ...]]:
    for position, dimension in enumerate(table.dimensions):
        if not dimension.is_sensitive or not table.is_published:
            continue
        for at, one in itertools.product(table.counts, dimension.categories):
            part = (*at[:position], one.code, *at[position + 1 :])
            if at[position] != "*" or {where[at], where[part]} <= facts.forced:
                continue
            group = [world[where[at]] - mine[where[at]] for world in worlds]
            others = [
                count - world[where[part]] + mine[where[part]] for count, world in zip(group, worlds, strict=True)
            ]
            if min(group) >= 1 and min(others) == 0 and max(others) < threshold - 1:
                yield part
