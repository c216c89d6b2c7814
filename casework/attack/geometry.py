"""What is known to add up: inside tables, between categories and periods that overlap, from one day to the next."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Hashable, Mapping, Sequence
from itertools import pairwise
from typing import Any

from casework.attack.cycles import join
from casework.attack.reading import MONTH, REST, TOTAL, Publication, Spot, Table, Traits, When, codes, named
from casework.attack.unknowns import Frame, Geometry, Group, Printed, Scope, Sets, scope

IMMUTABLE = frozenset({"origin", "sex"})
"""What a person enters a population with is what it leaves it with."""


def build(publications: Sequence[Publication], apart: Collection[tuple[int, str]] = ()) -> Geometry:
    """All unknowns and rows. `apart`: populations (by publication) that are known to differ from earlier ones."""
    geometry = Geometry()
    _tell_apart(geometry, publications, apart)
    for publication in publications:
        _take(geometry, publication)
    for publication in publications:
        _link_days(geometry, publication)
    _refine(geometry)
    _add_lines(geometry)
    for (variant, population, when), group in geometry.groups.items():
        join(geometry, group, variant, population, when)
    return geometry


def _numbers(publication: Publication) -> tuple[dict[Spot, int | None], list[Spot]]:
    """What is shown at which spot (None: withheld), and the spots that are shown with two numbers."""
    found: dict[Spot, int | None] = {}
    disputed = []
    listed = [(table.spot(at), value) for table in publication.tables for at, value in table.values.items()]
    for spot, value in [*listed, *publication.shown.items()]:
        before = found.get(spot)
        if value is not None and before is not None and value != before:
            disputed.append(spot)
        found[spot] = before if value is None else value
    return found, disputed


def _tell_apart(geometry: Geometry, publications: Sequence[Publication], apart: Collection[tuple[int, str]]) -> None:
    """Decide for every publication which state of knowledge it shares with earlier ones; note what is shown.

    Nothing that two publications both show of a population differs: they speak of the same numbers.
    """
    known: defaultdict[Scope, list[dict[Spot, int]]] = defaultdict(list)
    for publication in publications:
        numbers, disputed = _numbers(publication)
        mine: defaultdict[Scope, dict[Spot, int]] = defaultdict(dict)
        for spot, value in numbers.items():
            shown = mine[scope(spot)]
            if value is not None:
                shown[spot] = value
        chosen = {}
        for place, shown in mine.items():
            before = known[place]
            fitting = (
                position
                for position in reversed(range(len(before)))
                if all(before[position].get(spot, value) == value for spot, value in shown.items())
            )
            variant = len(before)
            if (publication.number, place[0]) not in apart:
                variant = next(fitting, variant)
            if variant == len(before):
                geometry.is_corrected = geometry.is_corrected or variant > 0
                before.append({})
            before[variant].update(shown)
            chosen[place] = variant
        # What it does not speak of, it has from the last that did.
        latest = {place: len(before) - 1 for place, before in known.items() if before}
        geometry.variants.append(latest | chosen)
        geometry.spoken.append(set(chosen))
        for spot, value in numbers.items():
            unknown = geometry.of(publication.number, spot)
            geometry.seen_in[unknown].add(publication.number)
            geometry.published.add(unknown)
            if value is not None:
                geometry.shown[unknown] = value
        geometry.disputed |= {geometry.of(publication.number, spot) for spot in disputed}


def _take(geometry: Geometry, publication: Publication) -> None:
    """The tables' own sums, and what the publication says besides."""
    number = publication.number
    for table in publication.tables:
        cells = {at: geometry.of(number, table.spot(at)) for at in table.values}
        for at, position in table.lines():
            geometry.add([(cells[at], -1), *((cells[part], 1) for part in table.parts(at, position))])
        base = table.population.split(":")[0]
        for dimension in table.dimensions:
            if dimension.code != MONTH:
                partition = tuple(sorted(dimension.identities.values()))
                variant = geometry.variants[number].get(scope(Spot(table.population, table.when, frozenset())), 0)
                printed = geometry.partitions[base, dimension.code].setdefault(partition, set())
                printed.add((variant, table.population, table.when))
        _frame(geometry, number, table, cells)
    for terms, constant in publication.equations:
        geometry.add([(geometry.of(number, spot), factor) for factor, spot in terms], constant)
        for _, spot in terms:
            geometry.seen_in[geometry.of(number, spot)].add(number)
    for spot, least in publication.floors:
        unknown = geometry.of(number, spot)
        geometry.floors[unknown] = max(least, geometry.floors.get(unknown, 0))


def _frame(geometry: Geometry, number: int, table: Table, cells: Mapping[tuple[str, ...], int]) -> None:
    frame = Frame(
        tuple(one.code for one in table.dimensions),
        {
            tuple(
                code if code == TOTAL else one.identities[code] if one.code != MONTH else code
                for one, code in zip(table.dimensions, at, strict=True)
            ): unknown
            for at, unknown in cells.items()
        },
    )
    top = Spot(table.population, table.when, frozenset())
    variant = geometry.variants[number].get(scope(top), 0)
    group = geometry.groups.setdefault((variant, table.population, table.when), Group())
    if frame not in group.frames:
        group.frames.append(frame)


def _link_days(geometry: Geometry, publication: Publication) -> None:
    """Who is there later and was not before has come in between: x2 − x1 = in − out, by traits nobody changes."""
    variants = geometry.variants[publication.number]
    days: defaultdict[str, list[str]] = defaultdict(list)
    for population, when in sorted(variants, key=str):
        if isinstance(when, str):
            days[population].append(when)
    for population, known in days.items():
        if (population + ":in", None) in variants or (population + ":out", None) in variants:
            told = {day for day in known if (population, day) in geometry.spoken[publication.number]}
            for first, second in pairwise(known):
                # It went on from what was known of the first day then; of that day alone says a later edition.
                if told and (second == max(told) or {first, second} <= told):
                    _link(geometry, publication.number, population, first, second)


def _link(geometry: Geometry, number: int, population: str, first: str, second: str) -> None:
    variants = {day: geometry.variants[number][population, day] for day in (first, second)}
    traits: dict[Traits, None] = {}
    for variant, spot in list(geometry.keys):
        is_stock = spot.population == population and isinstance(spot.when, str)
        if is_stock and variants.get(str(spot.when)) == variant and {one for one, _ in spot.traits} <= IMMUTABLE:
            traits[spot.traits] = None
    for one in traits:
        earlier, later = (geometry.of(number, Spot(population, day, one)) for day in (first, second))
        come, gone = (geometry.of(number, Spot(population + kind, (first, second), one)) for kind in (":in", ":out"))
        geometry.add([(later, 1), (earlier, -1), (come, -1), (gone, 1)])
        for unknown in (earlier, later, come, gone):
            geometry.seen_in[unknown].add(number)


def classes(sets: Sets) -> list[frozenset[Any]]:
    """The finest groups that can be told apart: elements that are always together."""
    together: defaultdict[tuple[int, ...], set[Any]] = defaultdict(set)
    for element in {element: None for one in sets.values() for element in sorted(one, key=str)}:
        together[tuple(place for place, one in enumerate(sets.values()) if element in one)].add(element)
    return [frozenset(one) for one in together.values()]


def _refine(geometry: Geometry) -> None:
    """Where categories or periods overlap, add the parts that they are made of, until nothing new turns up."""
    done: dict[Hashable, int] = {}
    while True:
        contexts: defaultdict[tuple[int, Spot, str], dict[str, None]] = defaultdict(dict)
        periods: defaultdict[tuple[int, str, Traits], dict[When, None]] = defaultdict(dict)
        for variant, spot in geometry.keys:
            for trait in sorted(spot.traits):
                contexts[variant, spot._replace(traits=spot.traits - {trait}), trait[0]][trait[1]] = None
            if not isinstance(spot.when, str):
                periods[variant, spot.population, spot.traits][spot.when] = None
        before = len(geometry.keys)
        for context, labels in contexts.items():
            if done.get(context) != len(labels):
                done[context] = len(labels)
                _split_categories(geometry, *context, list(labels))
        for place, whens in periods.items():
            if done.get(place) != len(whens):
                done[place] = len(whens)
                _split_periods(geometry, *place, list(whens))
        if len(geometry.keys) == before:
            return


def _split_categories(geometry: Geometry, variant: int, spot: Spot, dimension: str, labels: list[str]) -> None:
    universe = frozenset(code for label in labels for code in named(label))
    sets = {label: codes(label, universe) for label in labels}
    if len(frozenset[Any]().union(*sets.values())) == sum(len(one) for one in sets.values()):
        return  # They exclude each other.
    names = {}
    for part in classes(sets):
        is_rest = REST in part
        names[part] = REST + "|".join(sorted(universe - part)) if is_rest else "|".join(sorted(part))
    names |= {one: label for label, one in sets.items() if one in names}
    _split(
        geometry,
        {
            geometry.unknown(variant, spot._replace(traits=spot.traits | {(dimension, label)})): one
            for label, one in sets.items()
        },
        {
            part: geometry.unknown(variant, spot._replace(traits=spot.traits | {(dimension, name)}))
            for part, name in names.items()
        },
    )


def _split_periods(geometry: Geometry, variant: int, population: str, traits: Traits, whens: list[When]) -> None:
    ends = sorted({end for when in whens for end in when})
    sets = {when: frozenset(one for one in pairwise(ends) if _covers(when, one)) for when in whens}
    if len(frozenset[Any]().union(*sets.values())) == sum(len(one) for one in sets.values()):
        return
    _split(
        geometry,
        {geometry.unknown(variant, Spot(population, when, traits)): one for when, one in sets.items()},
        {part: geometry.unknown(variant, Spot(population, _period(part), traits)) for part in classes(sets)},
    )


def _split(geometry: Geometry, wholes: Sets, parts: Mapping[frozenset[Any], int]) -> None:
    """Rows: each whole is the sum of the parts in it."""
    for whole, elements in wholes.items():
        inside = [unknown for part, unknown in parts.items() if part <= elements]
        if inside != [whole]:
            geometry.add([(whole, -1), *((unknown, 1) for unknown in inside)])
            geometry.parts.update(one for one in inside if one not in geometry.published)
            for unknown in inside:
                geometry.seen_in[unknown] |= geometry.seen_in[whole]


def _covers(when: When, segment: tuple[str, str]) -> bool:
    return any(start <= segment[0] and segment[1] <= end for start, end in zip(when[::2], when[1::2], strict=True))


def _period(segments: frozenset[tuple[str, str]]) -> tuple[str, ...]:
    """Segments put together where one ends as the next begins."""
    ends: list[str] = []
    for start, end in sorted(segments):
        if ends and ends[-1] == start:
            ends[-1] = end
        else:
            ends += [start, end]
    return tuple(ends)


def _add_lines(geometry: Geometry) -> None:
    """What holds between cells of tables holds between their parts: all categories together are everyone."""
    for variant, spot in list(geometry.keys):
        present = {dimension for dimension, _ in spot.traits}
        for (base, dimension), partitions in geometry.partitions.items():
            if dimension in present or base != spot.population.split(":")[0]:
                continue
            for partition, printed in partitions.items():
                if not _is_everyone(partition, printed, variant, spot):
                    continue
                parts = [
                    geometry.index.get((variant, spot._replace(traits=spot.traits | {(dimension, identity)})))
                    for identity in partition
                ]
                if None not in parts:
                    whole = geometry.index[variant, spot]
                    geometry.add([(whole, -1), *((part, 1) for part in parts if part is not None)])


def _is_everyone(partition: tuple[str, ...], printed: Collection[Printed], variant: int, spot: Spot) -> bool:
    """Whether all these categories together leave no one out: lists grow, so an old one may not be all of a later day.

    With a line for the rest they always are; else where they were printed, in periods within that, and of those who
    came or left before a day of which they were printed.
    """
    if any(one.startswith(REST) for one in partition):
        return True
    for known, population, when in printed:
        is_same = (known, population) == (variant, spot.population)
        if isinstance(spot.when, str):
            is_covered = is_same and when == spot.when
        elif isinstance(when, str):
            is_covered = ":" in spot.population and spot.when[-1] <= when
        else:
            is_covered = is_same and when[0] <= spot.when[0] and spot.when[-1] <= when[-1]
        if is_covered:
            return True
    return False
