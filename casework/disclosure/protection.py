"""Which cells of a release are withheld, so that nobody learns about fewer than `threshold` persons: as few as can be.

Source: the project's design of disclosure control; M. Fischetti and J. J. Salazar, Solving the cell suppression
problem on tabular data with linear constraints, Management Science 47 (2001).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from casework.disclosure.choice import choose
from casework.disclosure.judgement import Judge
from casework.disclosure.linkage import Linkage, Problem, State
from casework.disclosure.requirements import is_primary, pieces
from casework.disclosure.suppression import Limits
from casework.disclosure.tables import At, Facts, Hidden, Spot, Table
from casework.disclosure.weights import weights_of

THRESHOLD = 5


class Effort(StrEnum):
    """How long to look for the cheapest pattern; every effort gives a safe one."""

    QUICK = "quick"
    NORMAL = "normal"
    THOROUGH = "thorough"


class Reason(StrEnum):
    """Why a table cannot be shown as it is."""

    SMALL_TOTAL = "small_total"
    """A number that is always shown counts 1 to threshold − 1."""
    FORCED = "forced"
    """With the numbers that are always shown, no choice of withheld cells is safe."""
    EARLIER = "earlier"
    """What was withheld in an earlier release could be worked out."""


LIMITS = {
    Effort.QUICK: Limits(rounds=0, nodes=0, cells=0),
    Effort.NORMAL: Limits(rounds=25, nodes=3_000, cells=1_900),
    Effort.THOROUGH: Limits(rounds=120, nodes=100_000, cells=20_000),
}


@dataclass(frozen=True)
class Unsafe:
    """A table that must not be shown as it is. What may help: fold:<dimension>, coarser:<dimension>, drop:<code>."""

    table: str
    reason: Reason
    fixes: tuple[str, ...]


@dataclass(frozen=True)
class Protected:
    """What to withhold. `hidden` has every published table, also those with nothing withheld.

    `weight` is what the withheld cells cost and `lower_bound` what any safe pattern costs at least, both in the
    unit of the weights; `count` is the number of withheld cells over all tables. `is_optimal`: nothing cheaper is
    safe (decoys left aside). With anything `unsafe` the release must not leave the house.
    """

    hidden: dict[str, frozenset[At]]
    weight: float
    lower_bound: float
    count: int
    is_optimal: bool
    unsafe: tuple[Unsafe, ...] = ()


def protect(
    now: Facts,
    before: Sequence[tuple[Facts, Hidden]] = (),
    *,
    seed: bytes,
    threshold: int = THRESHOLD,
    effort: Effort = Effort.NORMAL,
    must_widen: Iterable[tuple[str, At]] = (),
    progress: Callable[[float], None] | None = None,
) -> Protected:
    """Which cells of `now` to withhold, given what was published `before`: oldest first, each with what it withheld.

    The same input and seed give the same pattern, on any machine. `must_widen`: cells that an attack found unsafe; a
    cell that stands there k times has to be vaguer by k. `progress` hears 0 to 1, never backwards.
    Raises ValueError when counts do not add up.
    """
    say = progress or (lambda _: None)
    say(0.0)
    problem = linked([*before, (now, None)])
    numbers = problem.numbers
    state = np.array([one.state for one in numbers], dtype=np.int64)
    primary = is_primary(problem, threshold)
    unsafe = _shown_all_the_same(now, problem, threshold)
    widen = _widen(problem, must_widen)
    for index in {*np.flatnonzero(primary).tolist(), *widen}:
        if state[index] == State.FREE:
            state[index] = State.WITHHELD
    weights = weights_of(problem, seed, before[-1] if before else None)
    chosen = np.zeros(len(numbers), dtype=bool)
    lower_bound = float(weights[(state == State.WITHHELD)].sum())
    is_optimal = True
    clashes: list[int] = []
    # A piece that no number of this release stands beside is as it was.
    touched = {index for row in problem.rows if any(numbers[i].places for i, _ in row) for index, _ in row}
    work = [piece for piece in pieces(problem, state, threshold, widen) if touched.intersection(piece.index.tolist())]
    total, done = sum(piece.size for piece in work) or 1, 0
    for piece in work:
        choice = choose(problem, piece, weights[piece.index], threshold, LIMITS[effort], seed)
        chosen[piece.index[choice.withheld]] = True
        lower_bound += choice.lower_bound
        is_optimal &= choice.is_optimal
        clashes += choice.clashes
        done += piece.size
        say(done / total)
    unsafe += _clashes(now, problem, clashes, _hopeless(before, threshold) if clashes and before else frozenset())
    found: dict[str, set[At]] = {table.code: set() for table in now.tables if table.is_published}
    for hidden_one in np.flatnonzero(chosen).tolist():
        for code, at in numbers[hidden_one].places:
            found[code].add(at)
    say(1.0)
    return Protected(
        hidden={code: frozenset(cells) for code, cells in found.items()},
        weight=float(weights[chosen].sum()),
        lower_bound=lower_bound,
        count=sum(map(len, found.values())),
        is_optimal=is_optimal,
        unsafe=tuple(dict.fromkeys(unsafe)),
    )


def linked(releases: Sequence[tuple[Facts, Hidden | None]]) -> Problem:
    """All releases as one problem; None stands for what is to be decided."""
    linkage = Linkage()
    for facts, hidden in releases:
        linkage.add(facts, hidden)
    return linkage.finish()


def _widen(problem: Problem, must_widen: Iterable[tuple[str, At]]) -> dict[int, int]:
    where = {place: index for index, one in enumerate(problem.numbers) for place in one.places}
    widen: dict[int, int] = {}
    for place in must_widen:
        if place in where:
            widen[where[place]] = widen.get(where[place], 0) + 1
    return widen


def _shown_all_the_same(now: Facts, problem: Problem, threshold: int) -> list[Unsafe]:
    """Numbers that are always shown may not be small themselves."""
    tables = {table.code: table for table in now.tables}
    return [
        Unsafe(code, Reason.SMALL_TOTAL, _fixes(tables[code]))
        for one in problem.numbers
        if one.is_forced and 1 <= one.value < threshold
        for code, _ in one.places
    ]


def _clashes(now: Facts, problem: Problem, clashes: Iterable[int], hopeless: frozenset[Spot]) -> list[Unsafe]:
    tables = {table.code: table for table in now.tables}
    found = []
    for index in clashes:
        number = problem.numbers[index]
        if number.places:
            code = number.places[0][0]
            found.append(Unsafe(code, Reason.FORCED, _fixes(tables[code])))
        elif number.spot not in hopeless:
            beside = (i for row in problem.rows for i, _ in row if any(i == index for i, _ in row))
            codes = [place[0] for i in beside for place in problem.numbers[i].places]
            code = codes[0] if codes else next(table.code for table in now.tables if table.is_published)
            found.append(Unsafe(code, Reason.EARLIER, _fixes(tables[code])))
    return found


def _hopeless(before: Sequence[tuple[Facts, Hidden]], threshold: int) -> frozenset[Spot]:
    """What earlier releases give away by themselves: no fault of this one, and nothing that it could mend."""
    problem = linked(before)
    state = np.array([one.state for one in problem.numbers], dtype=np.int64)
    found = set()
    for piece in pieces(problem, state, threshold, {}):
        for violation in Judge(piece, threshold).violations(piece.state != State.SHOWN):
            position = violation.target
            if position >= piece.size:
                line = piece.lines[position - piece.size]
                position = line.category if line.category >= 0 else line.group
            found.add(problem.numbers[piece.index[position]].spot)
    return frozenset(found)


def _fixes(table: Table) -> tuple[str, ...]:
    """The longest dimension first: rare categories into the rest, or coarser ones, or not this table."""
    longest = sorted(table.dimensions, key=lambda one: -len(one.categories))
    return (
        *(
            f"{'fold' if any(category.members is None for category in one.categories) else 'coarser'}:{one.code}"
            for one in longest
            if len(one.categories) > 2
        ),
        f"drop:{table.code}",
    )
