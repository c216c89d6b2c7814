"""The cheapest safe choice for one piece: a programme over what to withhold, and a cut for whoever still sees through.

Source: M. Fischetti, J. J. Salazar, Solving the cell suppression problem on tabular data with linear constraints,
Management Science 47 (2001): delayed cuts, strengthened coefficients, bridge-less inequalities.
"""

from __future__ import annotations

from dataclasses import dataclass

import highspy
import numpy as np

from casework.disclosure.judgement import Cut, Judge
from casework.disclosure.linkage import State
from casework.disclosure.repair import Repair
from casework.disclosure.requirements import Bools, Floats, Piece
from casework.disclosure.worlds import TOLERANCE, quiet


@dataclass(frozen=True)
class Limits:
    """How long to look, in counts that are the same on any machine."""

    rounds: int
    """Programmes over what to withhold that may be solved to integers."""
    nodes: int
    """Nodes of each of them."""
    cells: int
    """Pieces with more free numbers are only repaired, not optimised."""


@dataclass(frozen=True)
class Choice:
    """What to withhold of a piece: safe. Weights without what is withheld whatever is decided."""

    withheld: Bools
    weight: float
    lower_bound: float
    is_optimal: bool


class Master:
    """Σ weight × (1 if withheld), as small as the cuts so far allow."""

    def __init__(self, weights: Floats, free: Bools) -> None:
        self._size = len(weights)
        self._solver = quiet()
        programme = highspy.HighsLp()
        programme.num_col_ = self._size
        programme.num_row_ = 0
        programme.col_cost_ = np.where(free, weights, 0.0)
        programme.col_lower_ = np.zeros(self._size)
        programme.col_upper_ = free.astype(float)
        programme.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        programme.a_matrix_.start_ = np.zeros(1, dtype=np.int32)
        self._solver.passModel(programme)
        self._integers(False)
        for option, value in (("mip_rel_gap", 1e-6), ("mip_allow_restart", False), ("mip_heuristic_effort", 0.0)):
            self._solver.setOptionValue(option, value)
        self._known: set[Cut] = set()

    def _integers(self, on: bool) -> None:
        kind = highspy.HighsVarType.kInteger if on else highspy.HighsVarType.kContinuous
        self._solver.changeColsIntegrality(
            self._size, np.arange(self._size, dtype=np.int32), np.full(self._size, int(kind), dtype=np.uint8)
        )

    def add(self, cuts: list[Cut]) -> int:
        """How many of them are new."""
        new = 0
        for cut in cuts:
            if cut in self._known:
                continue
            self._known.add(cut)
            new += 1
            self._solver.addRow(
                cut.least,
                highspy.kHighsInf,
                len(cut.index),
                np.array(cut.index, dtype=np.int32),
                np.array(cut.coefficients),
            )
        return new

    def relaxed(self) -> float:
        """No choice that keeps the cuts costs less."""
        self._integers(False)
        self._solver.run()
        return float(self._solver.getInfo().objective_function_value)

    def solve(self, nodes: int, safe: Bools | None) -> tuple[Bools | None, float]:
        """The cheapest choice that was found within so many nodes, and what the cheapest costs at least.

        `safe`: a choice known to be safe; nothing dearer is looked at.
        """
        self._integers(True)
        if safe is not None:
            start = highspy.HighsSolution()
            start.col_value = safe.astype(float)
            self._solver.setSolution(start)
        self._solver.setOptionValue("mip_max_nodes", nodes)
        self._solver.run()
        info = self._solver.getInfo()
        if info.primal_solution_status != 2:
            return None, float(info.mip_dual_bound)
        return np.array(self._solver.getSolution().col_value) > 0.5, float(info.mip_dual_bound)


def cheapest(piece: Piece, weights: Floats, judge: Judge, limits: Limits) -> Choice:
    """The cheapest safe choice, or when the limits are reached a safe one and what the cheapest costs at least."""
    free = piece.state == State.FREE
    always = (piece.state == State.WITHHELD) | (piece.state == State.DERIVED)
    repair = Repair(piece, weights, judge)

    def cost(withheld: Bools) -> float:
        return float(weights[withheld & free].sum())

    if not judge.violations(always, enough=1):
        return Choice(always, 0.0, 0.0, True)
    master = Master(weights, free)
    master.add(_row_cuts(piece, judge))
    bound = master.relaxed()
    best: Bools | None = None
    picked: Bools | None = None
    rounds = limits.rounds if int(free.sum()) <= limits.cells else 1
    for _ in range(rounds):
        picked, least = master.solve(limits.nodes, None if best is None else best & free)
        bound = max(bound, least) if np.isfinite(least) else bound
        if picked is None:
            break
        withheld = picked | always
        violations = judge.violations(withheld)
        if not violations:
            if best is None or cost(withheld) < cost(best):
                best = withheld
            if cost(best) <= bound + TOLERANCE * (1 + bound):
                return Choice(best, cost(best), cost(best), True)
        # Mended step by step, one choice breaks many rules: fewer programmes to solve.
        cuts: list[Cut] = []
        while violations:
            cuts += [cut for cut in (judge.cut(one, withheld) for one in violations) if cut is not None]
            opened = repair.opened(violations, withheld)
            if (opened == withheld).all():
                break
            withheld = opened
            violations = judge.violations(withheld)
        if not violations and (best is None or cost(withheld) < cost(best)):
            best = withheld
        if not master.add(cuts):
            break
    if best is None or cost(best) > bound + TOLERANCE:
        repaired = repair.safe(always if picked is None else picked | always)
        if best is None or cost(repaired) < cost(best):
            best = repaired
    return Choice(best, cost(best), min(bound, cost(best)), cost(best) <= bound + TOLERANCE * (1 + bound))


def _row_cuts(piece: Piece, judge: Judge) -> list[Cut]:
    """What can be said without any programme: what moves in a sum, moves against something else in it."""
    cuts: dict[Cut, None] = {}
    free = piece.state == State.FREE
    shown = piece.state == State.SHOWN
    always = ~free & ~shown
    for row in piece.rows:
        inside = [(index, factor) for index, factor in row if not shown[index]]
        for target, mine in inside:
            others = [(index, factor) for index, factor in inside if index != target]
            if free[target]:
                # Withheld alone in a sum is not withheld: nobody chooses that.
                if not any(always[index] for index, _ in others):
                    cuts[Cut((target, *(i for i, _ in others)), (-1.0, *(1.0 for _ in others)), 0.0)] = None
                continue
            for reader, known in enumerate(piece.readers):
                need = float(judge.need_up[reader, target])
                if need <= 0 or (judge.may_be_zero[reader, target]):
                    continue
                # The others together must be able to move against it by what it has to move.
                by = {}
                for index, factor in others:
                    down = float(piece.value[index] - known.low[index])
                    by[index] = (need if factor * mine < 0 else min(down, need)) * abs(factor / mine)
                least = need - sum(by[index] for index, _ in others if always[index])
                if least > TOLERANCE:
                    chosen = [
                        (index, min(by[index], least) / least) for index, _ in others if free[index] and by[index]
                    ]
                    cuts[Cut(tuple(i for i, _ in chosen), tuple(c for _, c in chosen), 1.0)] = None
    return list(cuts)
