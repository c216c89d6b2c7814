"""What has to stay vague, for whom, and by how much: the problem in arrays, one piece at a time that hangs together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from casework.disclosure.linkage import Problem, Row, State

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

REACH = 100
"""No alternative caseload has to go further from the true one in any number: keeps the programmes well scaled."""


@dataclass(frozen=True)
class Reader:
    """Someone who reads: anyone (`who` is None), or a partner that knows its own persons.

    Arrays by number. `low`: the number is at least so, for all it knows. `rest`: without its own. `vague`: the rest
    may not be told from this number of persons or more (the threshold, or all there are elsewhere). `width`: the least
    difference between two numbers that fit.
    """

    who: str | None
    low: Ints
    rest: Ints
    vague: Ints
    width: Ints

    def needed_up(self) -> Ints:
        """By how much another caseload has to be above the true number; 0: need not."""
        return np.where((self.rest < self.vague), self.vague - self.rest, 0)


@dataclass(frozen=True)
class Line:
    """All of a group are in one category of a sensitive dimension: so far apart the two numbers must be able to be."""

    group: int
    category: int
    reader: int
    need: int


@dataclass(frozen=True)
class Piece:
    """Numbers that hang together. All arrays and indices count within the piece; `index` leads to the problem."""

    index: Ints
    value: Ints
    state: Ints
    strict: Bools
    """Must be vague in both directions, however large: few persons are behind it."""
    widen: Ints
    rows: tuple[Row, ...]
    readers: tuple[Reader, ...]
    lines: tuple[Line, ...]

    @property
    def size(self) -> int:
        return len(self.index)


def is_primary(problem: Problem, threshold: int) -> Bools:
    """Numbers that may not be shown: 1 to threshold − 1, or so many persons behind, or without a partner's own."""

    def few(count: int) -> bool:
        return 1 <= count < threshold

    return np.array(
        [
            not one.is_structural
            and (
                few(one.value)
                or (one.persons is not None and few(one.persons))
                or any(few(one.value - own) for own in one.own.values())
            )
            for one in problem.numbers
        ],
        dtype=bool,
    )


def pieces(
    problem: Problem, state: Ints, threshold: int, widen: Mapping[int, int], skipped: frozenset[int] = frozenset()
) -> list[Piece]:
    """The problem cut along what is shown. Nothing is asked for the numbers in `skipped`."""
    hidden = state != State.SHOWN
    parent = list(range(len(state)))

    def root(index: int) -> int:
        while parent[index] != index:
            parent[index] = parent[parent[index]]
            index = parent[index]
        return index

    for row in problem.rows:
        inside = [index for index, _ in row if hidden[index]]
        for index in inside[1:]:
            parent[root(index)] = root(inside[0])
    for group, category in problem.lines:
        if hidden[group] and hidden[category]:
            parent[root(group)] = root(category)
    members: dict[int, list[int]] = {}
    for found in np.flatnonzero(hidden).tolist():
        members.setdefault(root(found), []).append(found)
    rows: dict[int, list[Row]] = {}
    for row in problem.rows:
        left = tuple((index, factor) for index, factor in row if hidden[index])
        if left:
            rows.setdefault(root(left[0][0]), []).append(left)
    lines: dict[int, list[tuple[int, int]]] = {}
    for group, category in problem.lines:
        if hidden[group] or hidden[category]:
            lines.setdefault(root(group if hidden[group] else category), []).append((group, category))
    return [
        _piece(problem, state, threshold, widen, skipped, inside, rows.get(key, []), lines.get(key, []))
        for key, inside in sorted(members.items())
    ]


def _piece(
    problem: Problem,
    state: Ints,
    threshold: int,
    widen: Mapping[int, int],
    skipped: frozenset[int],
    members: list[int],
    rows: list[Row],
    lines: list[tuple[int, int]],
) -> Piece:
    numbers = problem.numbers
    here = {index: position for position, index in enumerate(members)}
    value = np.array([numbers[index].value for index in members], dtype=np.int64)
    known = np.array([numbers[index].at_least for index in members], dtype=np.int64)
    wider = np.array([widen.get(index, 0) for index in members], dtype=np.int64)
    asked = np.array([index not in skipped for index in members], dtype=bool)
    partners = sorted({partner for index in members for partner in numbers[index].own})
    readers = []
    for who in (None, *partners):
        own = np.array([0 if who is None else numbers[index].own.get(who, 0) for index in members], dtype=np.int64)
        elsewhere = np.array([_elsewhere(problem, state, index, who, threshold) for index in members], dtype=np.int64)
        vague = np.where(asked, np.minimum(threshold, elsewhere), 0)
        width = np.where(vague < threshold, vague, threshold - 1)
        widened = np.where(vague > 0, wider, 0)
        readers.append(Reader(who, np.maximum(own, known), value - own, vague + widened, width + widened))
    return Piece(
        index=np.array(members, dtype=np.int64),
        value=value,
        state=state[members],
        strict=np.array(
            [numbers[i].persons is not None and 1 <= (numbers[i].persons or 0) < threshold for i in members], dtype=bool
        ),
        widen=wider,
        rows=tuple({tuple((here[index], factor) for index, factor in row): None for row in rows}),
        readers=tuple(readers),
        lines=tuple(_lines(problem, threshold, readers, lines, here, skipped)),
    )


def _elsewhere(problem: Problem, state: Ints, index: int, who: str | None, threshold: int) -> int:
    """How many of the population others count, when the sheet tells; the threshold and more are all the same."""
    total = problem.totals.get(index)
    if who is None or total is None or state[total] != State.SHOWN:
        return threshold
    number = problem.numbers[total]
    return min(threshold, number.value - number.own.get(who, 0))


def _lines(
    problem: Problem,
    threshold: int,
    readers: list[Reader],
    lines: list[tuple[int, int]],
    here: Mapping[int, int],
    skipped: frozenset[int],
) -> list[Line]:
    found = []
    for group, category in lines:
        one, other = problem.numbers[group], problem.numbers[category]
        if category in skipped or group in skipped or (one.is_forced and other.is_forced):
            continue
        for position, reader in enumerate(readers):
            who = reader.who
            mine = 0 if who is None else one.own.get(who, 0)
            theirs = 0 if who is None else other.own.get(who, 0)
            rest = one.value - mine
            if rest >= 1 and rest == other.value - theirs:
                some = here.get(category, here.get(group, 0))
                need = min(threshold - 1, int(reader.width[some]))
                if need > 0:
                    found.append(Line(here.get(group, -1), here.get(category, -1), position, need))
    return found
