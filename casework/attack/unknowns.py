"""Every number a reader could ask for as one unknown, and everything that is known to add up.

An unknown is a spot in one state of knowledge (`variant`): when a population was corrected between two publications,
the same spot before and after are two unknowns.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from casework.attack.reading import TOTAL, Spot, When

Key = tuple[int, Spot]
Row = tuple[tuple[tuple[int, int], ...], int]
"""Unknowns with their factors, and what they add up to."""

Sets = Mapping[Any, frozenset[Any]]
"""Something that has a name → the elements that it consists of."""

Scope = tuple[str, When | None]
"""What is corrected as a whole: a population on a day; the events of a population."""


Printed = tuple[int, str, When]
"""A state of knowledge of a population at a time, of which a table was printed."""


@dataclass(frozen=True)
class Frame:
    """A table as unknowns, by the identities of its categories; TOTAL for margins."""

    dimensions: tuple[str, ...]
    cells: Mapping[tuple[str, ...], int]

    def inner(self) -> dict[tuple[str, ...], int]:
        return {at: unknown for at, unknown in self.cells.items() if TOTAL not in at}


@dataclass
class Group:
    """All tables that divide the same population at the same time in the same state of knowledge."""

    frames: list[Frame] = field(default_factory=list)
    joint: Frame | None = None
    """The dimensions by which they are linked in a cycle, together."""
    is_relaxed: bool = False
    """They are linked in a cycle that was not solved jointly."""
    universes: dict[str, frozenset[str]] = field(default_factory=dict)
    """By dimension, all codes that any of its categories names."""


@dataclass
class Geometry:
    """Unknowns by number; `seen_in`: the publications that say something about each."""

    keys: list[Key] = field(default_factory=list)
    index: dict[Key, int] = field(default_factory=dict)
    shown: dict[int, int] = field(default_factory=dict)
    floors: dict[int, int] = field(default_factory=dict)
    rows: dict[Row, None] = field(default_factory=dict)
    seen_in: defaultdict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    published: set[int] = field(default_factory=set)
    """In a table, with a number or without, or shown elsewhere."""
    parts: set[int] = field(default_factory=set)
    """Made up so that categories, periods or joint tables add up."""
    disputed: set[int] = field(default_factory=set)
    """Shown twice in one publication with two numbers."""
    groups: dict[tuple[int, str, When], Group] = field(default_factory=dict)
    variants: list[dict[Scope, int]] = field(default_factory=list)
    """For each publication, the state of knowledge that it, or the last before it, speaks of."""
    spoken: list[set[Scope]] = field(default_factory=list)
    """For each publication, what it speaks of itself."""
    is_corrected: bool = False
    partitions: defaultdict[tuple[str, str], dict[tuple[str, ...], set[Printed]]] = field(
        default_factory=lambda: defaultdict(dict)
    )
    """By population and dimension, the identities that together are everyone, and where they were printed."""

    def unknown(self, variant: int, spot: Spot) -> int:
        found = self.index.get((variant, spot))
        if found is None:
            found = self.index[variant, spot] = len(self.keys)
            self.keys.append((variant, spot))
        return found

    def of(self, number: int, spot: Spot) -> int:
        """The unknown that publication `number` means by a spot."""
        return self.unknown(self.variants[number].get(scope(spot), 0), spot)

    def derived(self) -> list[int]:
        """Nobody published them, but whoever can tell them is told too much: parts of categories, of periods, flows."""
        inner = {one for group in self.groups.values() if group.joint for one in group.joint.cells.values()}
        return [one for one in range(len(self.keys)) if one not in self.published and one not in inner]

    def add(self, terms: Iterable[tuple[int, int]], constant: int = 0) -> None:
        """A row of (unknown, factor)."""
        factors: defaultdict[int, int] = defaultdict(int)
        for unknown, factor in terms:
            factors[unknown] += factor
        row = tuple(sorted((unknown, factor) for unknown, factor in factors.items() if factor))
        if row and row[0][1] < 0:
            row, constant = tuple((unknown, -factor) for unknown, factor in row), -constant
        if row or constant:
            self.rows[row, constant] = None


def scope(spot: Spot) -> Scope:
    return (spot.population, spot.when if isinstance(spot.when, str) else None)
