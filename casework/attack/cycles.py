"""Tables linked in a cycle: counts may agree two by two though no set of persons has them all."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from itertools import product

from casework.attack.reading import MONTH, TOTAL, Spot, When, codes, month, named
from casework.attack.unknowns import Frame, Geometry, Group

JOINT_LIMIT = 600
"""Up to so many cells, tables linked in a cycle are solved together with the table of all their dimensions."""


def cycle(edges: Iterable[frozenset[str]]) -> list[frozenset[str]]:
    """What is left when every dimension of one table only, and every table inside another, is taken away."""
    left = set(edges)
    while True:
        counts: defaultdict[str, int] = defaultdict(int)
        for edge in left:
            for dimension in edge:
                counts[dimension] += 1
        trimmed = {frozenset(one for one in edge if counts[one] > 1) for edge in left}
        trimmed = {one for one in trimmed if one and not any(one < other for other in trimmed)}
        if trimmed == left:
            return sorted(left, key=sorted)
        left = trimmed


def join(geometry: Geometry, group: Group, variant: int, population: str, when: When) -> None:
    """If the tables of a group are linked in a cycle, add the cells of the table of all their common dimensions."""
    edges = cycle(frozenset(frame.dimensions) for frame in group.frames)
    if not edges:
        return
    common = sorted(frozenset().union(*edges))
    finest: dict[str, list[str]] = {}
    for frame in group.frames:
        for place, dimension in enumerate(frame.dimensions):
            labels = sorted({at[place] for at in frame.cells} - {TOTAL})
            if len(labels) > len(finest.get(dimension, ())):
                finest[dimension] = labels
    size = 1
    for dimension in common:
        size *= len(finest[dimension])
    if size > JOINT_LIMIT:
        group.is_relaxed = True
        return
    universes = {
        dimension: frozenset(
            code
            for frame in group.frames
            if dimension in frame.dimensions
            for at in frame.cells
            for code in named(at[frame.dimensions.index(dimension)]) - {TOTAL}
        )
        for dimension in common
    }
    cells = {}
    for at in product(*(finest[dimension] for dimension in common)):
        traits = dict(zip(common, at, strict=True))
        code = traits.pop(MONTH, None)
        spot = Spot(population, month(code) if code else when, frozenset(traits.items()))
        cells[at] = geometry.unknown(variant, spot)
    rows = []
    for frame in group.frames:
        places = {dimension: frame.dimensions.index(dimension) for dimension in common if dimension in frame.dimensions}
        for at, unknown in frame.cells.items():
            if any((code == TOTAL) == (place in places.values()) for place, code in enumerate(at)):
                continue
            inside = [cells[one] for one in cells if _is_inside(one, at, common, places, universes)]
            rows.append((unknown, inside))
    if not all(inside for _, inside in rows) or not _is_nested(group.frames, finest, universes):
        group.is_relaxed = True
        return
    for unknown, inside in rows:
        geometry.add([(unknown, -1), *((one, 1) for one in inside)])
        for one in inside:
            geometry.seen_in[one] |= geometry.seen_in[unknown]
    geometry.parts.update(cells.values())
    group.joint = Frame(tuple(common), cells)


def _is_inside(
    at: tuple[str, ...],
    whole: tuple[str, ...],
    common: list[str],
    places: Mapping[str, int],
    universes: Mapping[str, frozenset[str]],
) -> bool:
    return all(
        at[number] == whole[places[one]]
        or codes(at[number], universes[one]) <= codes(whole[places[one]], universes[one])
        for number, one in enumerate(common)
        if one in places
    )


def _is_nested(frames: list[Frame], finest: Mapping[str, list[str]], universes: Mapping[str, frozenset[str]]) -> bool:
    """Whether every category of these tables is made of the finest ones."""
    for frame in frames:
        for dimension, place in ((one, frame.dimensions.index(one)) for one in universes if one in frame.dimensions):
            universe = universes[dimension]
            parts = [codes(label, universe) for label in finest[dimension]]
            for label in {at[place] for at in frame.cells} - {TOTAL}:
                whole = codes(label, universe)
                if whole != frozenset().union(*(part for part in parts if part <= whole)):
                    return False
    return True
