"""Whole caseloads that print what was published: proof that a withheld number could be another one.

A world of cells comes from a solver; here it is believed only after persons were made up for it, one profile after the
other, and every table of theirs was counted again, with whole numbers and nothing else.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import product
from operator import itemgetter

import numpy as np
from numpy.typing import NDArray

from casework.attack.reading import TOTAL, codes, named
from casework.attack.space import Component, Space, World
from casework.attack.unknowns import Frame, Geometry, Group

Profile = tuple[str, ...]
"""The category of each dimension, in the order of the dimensions put together so far."""


class Certificates:
    """Checks worlds of a space. Nothing that the space found out is believed."""

    def __init__(self, geometry: Geometry, space: Space) -> None:
        self._geometry, self._space = geometry, space
        self._base: World | None = None
        self._checked: dict[tuple[int, int], bool] = {}
        self._groups = list(geometry.groups.values())
        self._unknowns = [
            {unknown for frame in group.frames for unknown in frame.cells.values()} for group in self._groups
        ]
        self._is_sound: dict[int, bool] = {}
        rows = list(geometry.rows)
        self._right = np.array([constant for _, constant in rows], dtype=np.int64)
        self._starts = np.cumsum([0, *(len(terms) for terms, _ in rows)])[:-1]
        self._columns = np.array([unknown for terms, _ in rows for unknown, _ in terms], dtype=np.int64)
        self._factors = np.array([factor for terms, _ in rows for _, factor in terms], dtype=np.int64)

    def pair(self, unknown: int, threshold: int) -> bool:
        """Whether two checked worlds have the unknown at `threshold` or above in one, and `threshold` − 1 apart."""
        component = self._space.place[unknown]
        values = component.values(((unknown, 1),))
        number = id(component)
        used = [position for position in range(len(values)) if self._checked.get((number, position))]
        if used:
            high, low = max(values[used]), min(values[used])
            if high >= threshold and high - low >= threshold - 1:
                return True
        order = np.argsort(values, kind="stable")
        high = next((int(one) for one in order[::-1][:8] if self.holds(component, int(one))), None)
        low = next((int(one) for one in order[:8] if self.holds(component, int(one))), None)
        if high is None or low is None:
            return False
        return bool(values[high] >= threshold and values[high] - values[low] >= threshold - 1)

    def holds(self, component: Component, position: int) -> bool:
        """Whether there is a caseload that has this world's cells and prints everything that is published."""
        name = (id(component), position)
        if name not in self._checked:
            values = self._values()
            if values is None:
                self._checked[name] = False
            else:
                values = values.copy()
                values[component.unknowns] = component.worlds[position]
                self._checked[name] = self._is_real(values, component)
        return self._checked[name]

    def _values(self) -> World | None:
        """A number for every unknown: the first world of each component."""
        if self._base is None:
            for one in self._space.components:
                if not one.worlds:
                    one.search((), is_largest=True)
                if not one.worlds:
                    return None
            self._base = np.array(self._space.low, dtype=np.int64)
            for one in self._space.components:
                self._base[one.unknowns] = one.worlds[0]
        return self._base

    def _is_real(self, values: World, component: Component) -> bool:
        if any(values[unknown] != value for unknown, value in self._geometry.shown.items()):
            return False
        if any(values[unknown] < least for unknown, least in self._geometry.floors.items()) or np.any(values < 0):
            return False
        if len(self._right):
            sums = np.add.reduceat(self._factors * values[self._columns], self._starts)
            if not np.array_equal(sums, self._right):
                return False
        changed = set(component.unknowns)
        return all(
            prints(group, values) if unknowns & changed else self._untouched(number, values)
            for number, (group, unknowns) in enumerate(zip(self._groups, self._unknowns, strict=True))
        )

    def _untouched(self, number: int, values: World) -> bool:
        """Tables that this component says nothing about are the same in all its worlds: count them once."""
        if number not in self._is_sound:
            self._is_sound[number] = prints(self._groups[number], values)
        return self._is_sound[number]


def prints(group: Group, values: World | Sequence[int]) -> bool:
    """Whether persons can be made up who, counted by each table of the group, give these numbers."""
    dimensions, caseload = make_up(group, values)
    return caseload is not None and all(_recounts(group, frame, dimensions, caseload, values) for frame in group.frames)


def make_up(group: Group, values: World | Sequence[int]) -> tuple[list[str], dict[Profile, int] | None]:
    """Profiles with how many persons have each: tables put together one by one, by the dimensions they share.

    None if two tables disagree on what they share, or divide it so differently that persons cannot be matched.
    """
    frames = _order(group)
    dimensions = list(frames[0].dimensions)
    caseload = {at: int(values[unknown]) for at, unknown in frames[0].inner().items() if values[unknown]}
    for frame in frames[1:]:
        new = [one for one in frame.dimensions if one not in dimensions]
        shared = [one for one in frame.dimensions if one in dimensions]
        ours, theirs = {}, {}
        for one in shared:
            place, other = dimensions.index(one), frame.dimensions.index(one)
            labels = {profile[place] for profile in caseload}
            others = {at[other] for at in frame.cells} - {TOTAL}
            universe = _universe(group, one)
            upwards, downwards = _into(labels, others, universe), _into(others, labels, universe)
            if upwards is not None:
                ours[place] = upwards
            elif downwards is not None:
                theirs[other] = downwards
            else:
                return dimensions, None
        mine: defaultdict[Profile, list[tuple[Profile, int]]] = defaultdict(list)
        for profile, count in caseload.items():
            key = (ours.get(place, {}).get(profile[place], profile[place]) for place in map(dimensions.index, shared))
            mine[tuple(key)].append((profile, count))
        right: defaultdict[Profile, list[tuple[Profile, int]]] = defaultdict(list)
        for at, unknown in frame.inner().items():
            if values[unknown]:
                keys = (
                    theirs.get(place, {}).get(at[place], at[place]) for place in map(frame.dimensions.index, shared)
                )
                right[tuple(keys)].append((at, int(values[unknown])))
        merged: defaultdict[Profile, int] = defaultdict(int)
        finer = [(dimensions.index(one), frame.dimensions.index(one)) for one in shared]
        added = [frame.dimensions.index(one) for one in new]
        for key_ in mine.keys() | right.keys():
            paired = _pair_off(mine.get(key_, []), right.get(key_, []))
            if paired is None:
                return dimensions, None
            for profile, at, count in paired:
                whole = list(profile)
                for place, other in finer:
                    if other in theirs:
                        whole[place] = at[other]
                merged[*whole, *(at[other] for other in added)] += count
        dimensions += new
        caseload = dict(merged)
    return dimensions, caseload


def _order(group: Group) -> list[Frame]:
    """Each table after the one with which it shares most; a cycle's joint table stands for the tables in it."""
    left = list(group.frames)
    if group.joint is not None:
        common = set(group.joint.dimensions)
        left = [group.joint, *(one for one in left if not set(one.dimensions) <= common)]
    first = max(left, key=lambda one: (len(one.dimensions), len(one.cells)))
    order = [first]
    left.remove(first)
    while left:
        following = max(
            left, key=lambda one: max(len(set(one.dimensions) & set(before.dimensions)) for before in order)
        )
        order.append(following)
        left.remove(following)
    return order


def _universe(group: Group, dimension: str) -> frozenset[str]:
    found = group.universes.get(dimension)
    if found is None:
        found = group.universes[dimension] = frozenset(
            code
            for frame in group.frames
            if dimension in frame.dimensions
            for at in frame.cells
            for code in named(at[frame.dimensions.index(dimension)]) - {TOTAL}
        )
    return found


def _into(labels: set[str], wider: set[str], universe: frozenset[str]) -> Mapping[str, str] | None:
    """For each label the wider one that contains it; None if one is in none."""
    if labels <= wider:
        return {label: label for label in labels}
    found = {}
    for label in labels:
        inside = codes(label, universe)
        within = next((one for one in sorted(wider) if inside <= codes(one, universe)), None)
        if within is None:
            return None
        found[label] = within
    return found


def _pair_off(
    left: list[tuple[Profile, int]], right: list[tuple[Profile, int]]
) -> list[tuple[Profile, Profile, int]] | None:
    """Match persons one by one; None if one side has more."""
    if sum(count for _, count in left) != sum(count for _, count in right):
        return None
    found = []
    waiting = sorted(right, key=itemgetter(0), reverse=True)
    for profile, count in sorted(left, key=itemgetter(0)):
        missing = count
        while missing:
            at, there = waiting.pop()
            taken = min(missing, there)
            found.append((profile, at, taken))
            missing -= taken
            if there > taken:
                waiting.append((at, there - taken))
    return found


def _recounts(
    group: Group,
    frame: Frame,
    dimensions: list[str],
    caseload: Mapping[Profile, int],
    values: World | NDArray[np.int64] | Sequence[int],
) -> bool:
    """Count these persons by this table, margins included, and compare every number."""
    places = [dimensions.index(one) for one in frame.dimensions]
    wider = []
    for number, place in enumerate(places):
        labels = {profile[place] for profile in caseload}
        into = _into(labels, {at[number] for at in frame.cells} - {TOTAL}, _universe(group, frame.dimensions[number]))
        if into is None:
            return False
        wider.append(into)
    inner: defaultdict[Profile, int] = defaultdict(int)
    for profile, count in caseload.items():
        inner[tuple(into[profile[place]] for into, place in zip(wider, places, strict=True))] += count
    counts: defaultdict[Profile, int] = defaultdict(int)
    for at, count in inner.items():
        for one in product(*((code, TOTAL) for code in at)):
            counts[one] += count
    return all(counts.get(at, 0) == values[unknown] for at, unknown in frame.cells.items())
