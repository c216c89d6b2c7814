"""Other caseloads that print the same: how far each number may be from the true one, for one reader."""

from __future__ import annotations

from dataclasses import dataclass

import highspy
import numpy as np

from casework.disclosure.requirements import REACH, Bools, Floats, Ints, Piece

TOLERANCE = 1e-6


def quiet() -> highspy.Highs:
    """A solver that says nothing and gives the same every time."""
    solver = highspy.Highs()  # type: ignore[no-untyped-call]
    for option, value in (("output_flag", False), ("threads", 1), ("random_seed", 1), ("parallel", "off")):
        solver.setOptionValue(option, value)
    return solver


def matrix(piece: Piece, programme: highspy.HighsLp, *, columns: int) -> None:
    """Put what adds up into a programme whose first columns are the numbers' distances from the true ones."""
    start, index, factors = [0], [], []
    for row in piece.rows:
        for position, factor in row:
            index.append(position)
            factors.append(float(factor))
        start.append(len(index))
    programme.num_row_ = len(piece.rows)
    programme.row_lower_ = np.zeros(len(piece.rows))
    programme.row_upper_ = np.zeros(len(piece.rows))
    programme.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    programme.a_matrix_.start_ = np.array(start, dtype=np.int32)
    programme.a_matrix_.index_ = np.array(index, dtype=np.int32)
    programme.a_matrix_.value_ = np.array(factors)
    programme.num_col_ = columns


@dataclass(frozen=True)
class Answer:
    """The furthest: `value` of what was asked, that caseload, and the prices (reduced costs) that prove it."""

    value: float
    world: Floats
    prices: Floats


class Worlds:
    """All caseloads that fit, as distances from the true one: 0 in every number that is shown."""

    def __init__(self, piece: Piece, low: Ints) -> None:
        self.down: Floats = np.minimum(piece.value - low, REACH).astype(float)
        """How far below the true one each number may be, if it is withheld."""
        self._size = piece.size
        self._all = np.arange(piece.size, dtype=np.int32)
        self._asked: list[int] = []
        self._solver = quiet()
        self._solver.setOptionValue("presolve", "off")
        self._solver.setOptionValue("simplex_strategy", 4)
        programme = highspy.HighsLp()
        matrix(piece, programme, columns=piece.size)
        programme.col_cost_ = np.zeros(piece.size)
        programme.col_lower_ = np.zeros(piece.size)
        programme.col_upper_ = np.zeros(piece.size)
        programme.sense_ = highspy.ObjSense.kMaximize
        self._solver.passModel(programme)

    def open(self, lower: Floats, upper: Floats) -> None:
        """Between which distances the numbers may be from now on."""
        self._solver.changeColsBounds(self._size, self._all, lower, upper)

    def open_withheld(self, withheld: Bools) -> None:
        self.open(np.where(withheld, -self.down, 0.0), np.where(withheld, float(REACH), 0.0))

    def furthest(self, terms: tuple[tuple[int, float], ...]) -> Answer:
        """The caseload with the most of factor × distance, summed over the terms."""
        for position in self._asked:
            self._solver.changeColCost(position, 0.0)
        for position, factor in terms:
            self._solver.changeColCost(position, factor)
        self._asked = [position for position, _ in terms]
        self._solver.run()
        if self._solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            # A basis that leads nowhere: once more from the start.
            self._solver.clearSolver()
            self._solver.run()
            if self._solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
                raise RuntimeError("The solver found no caseload, though the true one fits")
        solution = self._solver.getSolution()
        world = np.array(solution.col_value)
        return Answer(
            float(sum(world[position] * factor for position, factor in terms)), world, np.array(solution.col_dual)
        )
