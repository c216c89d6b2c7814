"""A safe choice step by step: withhold what opens the cheapest way out, then show what is not needed."""

from __future__ import annotations

import highspy
import numpy as np

from casework.disclosure.judgement import Judge, Violation
from casework.disclosure.linkage import State
from casework.disclosure.requirements import REACH, Bools, Floats, Piece
from casework.disclosure.worlds import TOLERANCE, matrix, quiet

ATTEMPTS = 40
"""How many withheld numbers are tried whether they can be shown after all."""


class Repair:
    """The cheapest caseload that is far enough off, if every further number that it changes costs its weight."""

    def __init__(self, piece: Piece, weights: Floats, judge: Judge) -> None:
        self.piece = piece
        self.weights = weights
        self.judge = judge
        self._programme: highspy.Highs | None = None

    def _solver(self) -> highspy.Highs:
        if self._programme is None:
            # Columns: how far up, then how far down each number goes.
            size = self.piece.size
            self._programme = quiet()
            self._programme.setOptionValue("presolve", "off")
            programme = highspy.HighsLp()
            matrix(self.piece, programme, columns=2 * size)
            index, factors, start = [], [], [0]
            for row in self.piece.rows:
                for position, factor in row:
                    index += [position, position + size]
                    factors += [float(factor), -float(factor)]
                start.append(len(index))
            programme.a_matrix_.start_ = np.array(start, dtype=np.int32)
            programme.a_matrix_.index_ = np.array(index, dtype=np.int32)
            programme.a_matrix_.value_ = np.array(factors)
            programme.col_cost_ = np.zeros(2 * size)
            programme.col_lower_ = np.zeros(2 * size)
            programme.col_upper_ = np.zeros(2 * size)
            self._programme.passModel(programme)
        return self._programme

    def safe(self, withheld: Bools) -> Bools:
        """A safe choice that withholds at least these, and then no number that it can do without."""
        chosen = withheld.copy()
        for _ in range(200):
            violations = self.judge.violations(chosen)
            if not violations:
                break
            before = chosen
            chosen = self.opened(violations, chosen)
            if (chosen == before).all():
                chosen = chosen.copy()
                # Nothing opens a way: what is asked for only while it is withheld may be shown instead.
                for violation in violations:
                    for one in violation.only_if[:1]:
                        chosen[one] = False
                if (chosen == before).all():
                    chosen |= self.piece.state == State.FREE
        return self._spared(chosen)

    def opened(self, violations: list[Violation], chosen: Bools) -> Bools:
        """With what gives each of them a way out."""
        opened = chosen.copy()
        for violation in violations:
            opened |= self._opened(violation, opened)
        return opened

    def _opened(self, violation: Violation, chosen: Bools) -> Bools:
        """What to withhold further so that the caseload exists that is missing."""
        sums, need = violation.ways[0]
        if len(sums) == 2:
            # Apart by so much: all of it upwards, or all of it downwards, or as far as it goes up and then down.
            target = sums[0][0][0]
            for factor in (1.0, -1.0):
                found = self._route(violation.reader, {target: factor * need}, chosen)
                if found is not None:
                    return found
            highest = self.judge.reach(violation.reader, target)
            upward = self._route(violation.reader, {target: highest}, chosen)
            downward = self._route(violation.reader, {target: highest - need}, chosen)
            nothing = np.zeros_like(chosen)
            return (nothing if upward is None else upward) | (nothing if downward is None else downward)
        terms = sums[0]
        # The last of the terms moves by all that is needed; the others not against it.
        wanted = {position: 0.0 for position, _ in terms[:-1]} | {terms[-1][0]: terms[-1][1] * need}
        found = self._route(violation.reader, wanted, chosen)
        if found is None and len(terms) > 1:
            wanted = {position: 0.0 for position, _ in terms[1:]} | {terms[0][0]: terms[0][1] * need}
            found = self._route(violation.reader, wanted, chosen)
        return np.zeros_like(chosen) if found is None else found

    def _route(self, reader: int, wanted: dict[int, float], chosen: Bools) -> Bools | None:
        """The numbers that move in the cheapest caseload in which these are so far off; None: there is none."""
        size = self.piece.size
        solver = self._solver()
        shown = self.piece.state == State.SHOWN
        upper = np.concatenate([np.where(shown, 0.0, float(REACH)), np.where(shown, 0.0, self.judge.down(reader))])
        lower = np.zeros(2 * size)
        for position, distance in wanted.items():
            up, down = position, position + size
            if distance >= 0:
                lower[up], upper[down] = distance, 0.0
            else:
                lower[down], upper[up] = -distance, 0.0
        if (lower > upper + TOLERANCE).any():
            return None
        cost = np.where(chosen, 1e-4, self.weights)
        columns = np.arange(2 * size, dtype=np.int32)
        solver.changeColsCost(2 * size, columns, np.concatenate([cost, cost]))
        solver.changeColsBounds(2 * size, columns, lower, upper)
        solver.run()
        if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return None
        moved = np.array(solver.getSolution().col_value)
        return (np.abs(moved[:size] - moved[size:]) > TOLERANCE) & (self.piece.state == State.FREE)

    def _spared(self, chosen: Bools) -> Bools:
        """Without those that can be shown after all, dearest first."""
        free = np.flatnonzero(chosen & (self.piece.state == State.FREE))
        for one in sorted(free.tolist(), key=lambda index: (-self.weights[index], index))[:ATTEMPTS]:
            chosen[one] = False
            if self.judge.violations(chosen, enough=1):
                chosen[one] = True
        return chosen
