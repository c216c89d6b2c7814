"""Whether a choice of withheld numbers is safe for every reader; and if not, what any safe choice must have (a cut)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from casework.disclosure.linkage import State
from casework.disclosure.requirements import REACH, Bools, Floats, Piece
from casework.disclosure.worlds import TOLERANCE, Answer, Worlds

NUDGE = 0.01
"""How far shown numbers may move while a cut is sought: it finds the cut with the fewest other ways out."""

MEMORY = 2048
"""Caseloads that are remembered."""

_Terms = tuple[tuple[int, float], ...]


@dataclass(frozen=True)
class Cut:
    """Σ coefficient × (1 if withheld) ≥ least, for every safe choice that is not needlessly large."""

    index: tuple[int, ...]
    coefficients: tuple[float, ...]
    least: float

    def excess(self, withheld: Floats) -> float:
        return float(np.dot(withheld[list(self.index)], self.coefficients)) - self.least


@dataclass(frozen=True)
class Violation:
    """A number (or a line, from `size` of the piece on) that is not vague enough for a reader: what may be far apart.

    Each way is one or two sums of distances that together have to reach `need`. One of the ways is enough.
    """

    target: int
    reader: int
    ways: tuple[tuple[tuple[_Terms, ...], float], ...]
    only_if: tuple[int, ...] = ()
    """It is only required while these are withheld."""


class Judge:
    """Remembers the caseloads that it found: most of them still fit when the choice changes a little."""

    def __init__(self, piece: Piece, threshold: int) -> None:
        self.piece = piece
        self.threshold = threshold
        self.solved = 0
        """Linear programmes so far."""
        readers, size = piece.readers, piece.size
        self.rest = np.array([reader.rest for reader in readers])
        self.vague = np.array([reader.vague for reader in readers])
        published = piece.state != State.DERIVED
        self.need_up = np.array([reader.needed_up() for reader in readers])
        self.need_width = np.array([np.where(published | (piece.widen > 0), reader.width, 0) for reader in readers])
        # Nobody publishes it: enough that any reader cannot tell that it is few, as the attack asks.
        self.need_up[1:, ~published] = 0
        self.need_width[1:, ~published] = 0
        self.may_be_zero = self.rest == 0
        self.may_be_large = (self.rest >= self.vague) & ~piece.strict & (piece.widen == 0)
        self._worlds = [Worlds(piece, reader.low) for reader in readers]
        together = np.max([reader.low for reader in readers], axis=0)
        self._together = Worlds(piece, together) if len(readers) > 1 else self._worlds[0]
        self._down = np.array([worlds.down for worlds in self._worlds])
        # The caseloads found, the oldest overwritten in the end; and for which readers each fits.
        self._pool: Floats = np.zeros((64, size))
        self._fits: Bools = np.zeros((64, len(readers)), dtype=bool)
        self._found = self._next = 0

    def down(self, reader: int) -> Floats:
        """How far below the true one each number may be for a reader."""
        return self._worlds[reader].down

    def reach(self, reader: int, target: int) -> float:
        """How far up the target goes in any caseload known so far."""
        return float(self._up[reader, target])

    def spread(self, target: int) -> float:
        """How far apart the numbers are that any reader may take it for, as far as was looked."""
        return float(self._up[0, target] + self._below[0, target])

    # -- which are not vague enough --------------------------------------------------------------------------------

    def violations(self, withheld: Bools, *, enough: int = 10**9) -> list[Violation]:
        """All (up to `enough`) that are not vague enough when these numbers are withheld."""
        self._open(withheld)
        self._recall(withheld)
        self._seek_together(withheld)
        found: list[Violation] = []
        for target in np.flatnonzero((self._unmet() & withheld).any(axis=0)):
            found += self._judge(int(target))
            if len(found) >= enough:
                return found
        return found + self._judge_lines(withheld)

    def _open(self, withheld: Bools) -> None:
        for worlds in self._worlds:
            worlds.open_withheld(withheld)
        if len(self._worlds) > 1:
            self._together.open_withheld(withheld)

    def _recall(self, withheld: Bools) -> None:
        """How far each number is from the true one in the caseloads known so far that still fit."""
        readers = len(self._worlds)
        self._up: Floats = np.zeros((readers, self.piece.size))
        self._below: Floats = np.zeros((readers, self.piece.size))
        changed = (np.abs(self._pool[: self._found, ~withheld]) > TOLERANCE).any(axis=1)
        self._now = np.flatnonzero(np.logical_not(changed))
        for reader in range(readers):
            fitting = self._pool[self._now[self._fits[self._now, reader]]]
            if len(fitting):
                self._up[reader] = np.maximum(fitting.max(axis=0), 0)
                self._below[reader] = np.maximum(-fitting.min(axis=0), 0)

    def _remember(self, answer: Answer) -> None:
        self.solved += 1
        fits = (answer.world >= -self._down - TOLERANCE).all(axis=1)
        if self._next >= len(self._pool) and len(self._pool) < MEMORY:
            self._pool = np.vstack([self._pool, np.zeros_like(self._pool)])
            self._fits = np.vstack([self._fits, np.zeros_like(self._fits)])
        place = self._next % len(self._pool)
        self._pool[place], self._fits[place] = answer.world, fits
        self._next += 1
        self._found = min(self._next, len(self._pool))
        self._up[fits] = np.maximum(self._up[fits], answer.world)
        self._below[fits] = np.maximum(self._below[fits], -answer.world)

    def _unmet(self) -> Bools:
        return (self._up < self.need_up - TOLERANCE) | (self._up + self._below < self.need_width - TOLERANCE)

    def _seek_together(self, withheld: Bools) -> None:
        """One caseload may show many numbers far enough up: ask for as many as possible at once."""
        wanted = np.maximum(self.need_up, self.need_width).max(axis=0).astype(float)
        before = -1
        while True:
            unmet = np.flatnonzero((self._unmet() & withheld).any(axis=0))
            if len(unmet) < 8 or len(unmet) == before:
                break
            before = len(unmet)
            upper = np.where(withheld, float(REACH), 0.0)
            upper[unmet] = wanted[unmet]
            self._together.open(np.where(withheld, -self._together.down, 0.0), upper)
            self._remember(self._together.furthest(tuple((int(target), 1.0) for target in unmet)))
        self._together.open_withheld(withheld)

    def _judge(self, target: int) -> list[Violation]:
        found: list[Violation] = []
        upwards: _Terms = ((target, 1.0),)
        downwards: _Terms = ((target, -1.0),)
        if len(self._worlds) > 1:
            self._remember(self._together.furthest(upwards))
        for reader, worlds in enumerate(self._worlds):
            if not self._unmet()[reader, target]:
                continue
            self._remember(worlds.furthest(upwards))
            highest = self._up[reader, target]
            if self.may_be_zero[reader, target] and highest < TOLERANCE:
                continue
            free = self.piece.state[target] == State.FREE
            if highest < self.need_up[reader, target] - TOLERANCE:
                need = float(self.need_up[reader, target])
                found.append(Violation(target, reader, (((upwards,), need),), (target,) if free else ()))
                break
            if not self._unmet()[reader, target]:
                continue
            answer = worlds.furthest(downwards)
            self._remember(answer)
            if not self._unmet()[reader, target]:
                continue
            lowest = self.rest[reader, target] - self._below[reader, target]
            only_if = (target,) if free else ()
            if self.may_be_large[reader, target]:
                if lowest >= self.threshold - TOLERANCE:
                    continue
                moved = np.flatnonzero((np.abs(answer.world) > TOLERANCE) & (self.piece.state == State.FREE))
                only_if = tuple(sorted({*only_if, *(int(one) for one in moved)}))
            need = float(self.need_width[reader, target])
            found.append(Violation(target, reader, (((upwards, downwards), need),), only_if))
            break
        return found

    def _judge_lines(self, withheld: Bools) -> list[Violation]:
        found = []
        for position, line in enumerate(self.piece.lines):
            worlds = self._worlds[line.reader]
            others = tuple((i, f) for i, f in ((line.group, 1.0), (line.category, -1.0)) if i >= 0)
            fitting = self._pool[self._now[self._fits[self._now, line.reader]]]
            if len(fitting) and sum(fitting[:, i] * f for i, f in others).max() >= line.need - TOLERANCE:
                continue
            answer = worlds.furthest(others)
            self._remember(answer)
            ways: list[tuple[tuple[_Terms, ...], float]] = [((others,), float(line.need))]
            if answer.value >= line.need - TOLERANCE:
                continue
            if line.group >= 0 and withheld[line.group]:
                rest = float(self.rest[line.reader, line.group])
                none: _Terms = ((line.group, -1.0),)
                if rest <= REACH:
                    answer = worlds.furthest(none)
                    self._remember(answer)
                    if answer.value >= rest - TOLERANCE:
                        continue
            if line.group >= 0 and self.rest[line.reader, line.group] <= REACH:
                ways.append(((((line.group, -1.0),),), float(self.rest[line.reader, line.group])))
            found.append(Violation(self.piece.size + position, line.reader, tuple(ways)))
        return found

    # -- what any safe choice must have ----------------------------------------------------------------------------

    def cut(self, violation: Violation, withheld: Bools) -> Cut | None:
        """What rules out this choice and every other that fails for the same reason."""
        ways = [self._price(violation.reader, sums, need, withheld) for sums, need in violation.ways]
        found = self._as_cut(ways, violation.only_if)
        return found if found and found.excess(withheld.astype(float)) < -TOLERANCE else None

    def _as_cut(self, ways: list[tuple[Floats, float]], only_if: tuple[int, ...]) -> Cut | None:
        free = self.piece.state == State.FREE
        together = np.zeros(self.piece.size)
        for prices, least in ways:
            if least <= TOLERANCE:
                return None
            together = np.maximum(together, np.where(free, np.minimum(prices, least), 0.0) / least)
        together[together < 1e-9] = 0.0
        # Asked for only while all of these are withheld: without one of them the sum may be anything.
        for one in only_if:
            together[one] -= 1.0
        if len(only_if) == 1:
            together = np.minimum(together, -together[only_if[0]])
        index = np.flatnonzero(together)
        return Cut(tuple(index.tolist()), tuple(together[index].tolist()), 1.0 - len(only_if))

    def _prices(self, worlds: Worlds, answer: Answer) -> Floats:
        """What each number contributes at most, by the proof that it goes no further."""
        prices = np.maximum(answer.prices, 0) * REACH + np.maximum(-answer.prices, 0) * worlds.down
        return np.where(self.piece.state == State.SHOWN, 0.0, prices)

    def _price(self, reader: int, sums: tuple[_Terms, ...], need: float, withheld: Bools) -> tuple[Floats, float]:
        worlds = self._worlds[reader]
        nudge = np.where(withheld, 1.0, np.where(self.piece.state == State.SHOWN, 0.0, NUDGE))
        worlds.open(
            -np.where(withheld, worlds.down, np.minimum(worlds.down, need)) * nudge,
            np.where(withheld, float(REACH), need) * nudge,
        )
        prices = np.zeros(self.piece.size)
        for terms in sums:
            prices += self._prices(worlds, worlds.furthest(terms))
            self.solved += 1
        worlds.open_withheld(withheld)
        always = (self.piece.state == State.WITHHELD) | (self.piece.state == State.DERIVED)
        return prices, need - float(prices[always].sum())
