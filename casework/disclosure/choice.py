"""What to withhold of one piece: what cannot be done is found first, then the cheapest, then a few more to mislead."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from casework.disclosure.judgement import Judge
from casework.disclosure.linkage import Problem, State
from casework.disclosure.requirements import Bools, Floats, Piece
from casework.disclosure.suppression import Limits, cheapest
from casework.disclosure.weights import chance

SMALL_TABLE = 60
"""Cells: of a table up to this size someone with patience could try every caseload."""
DECOYS = 0.1
"""In such a table so many more are withheld than needed, at least one."""
TRIES = 12


@dataclass(frozen=True)
class Chosen:
    """What is withheld of a piece, with decoys; `clashes`: numbers (of the problem) that no choice keeps vague."""

    withheld: Bools
    lower_bound: float
    is_optimal: bool
    clashes: tuple[int, ...]


def choose(problem: Problem, piece: Piece, weights: Floats, threshold: int, limits: Limits, seed: bytes) -> Chosen:
    """A safe choice, the cheapest as far as the limits allow."""
    piece, judge, clashes = _possible(piece, threshold)
    best = cheapest(piece, weights, judge, limits)
    withheld = _with_decoys(problem, piece, judge, best.withheld, seed)
    return Chosen(withheld, best.lower_bound, best.is_optimal, clashes)


def _possible(piece: Piece, threshold: int) -> tuple[Piece, Judge, tuple[int, ...]]:
    """The piece without what cannot be had even if everything is withheld: such a number is shown, or it is a clash."""
    clashes: list[int] = []
    while True:
        judge = Judge(piece, threshold)
        violations = judge.violations(piece.state != State.SHOWN)
        state, asked, lines = piece.state.copy(), np.ones(piece.size, dtype=bool), list(piece.lines)
        for violation in violations:
            target = violation.target
            if target >= piece.size:
                line = piece.lines[target - piece.size]
                lines.remove(line)
                clashes.append(int(piece.index[max(line.category, line.group) if line.category < 0 else line.category]))
            elif state[target] != State.FREE:
                asked[target] = False
                clashes.append(int(piece.index[target]))
            elif len(violation.only_if) == 1:
                # Withheld it could be seen through, and it is no primary: it stays shown.
                state[target] = State.SHOWN
        if (state == piece.state).all() and asked.all() and len(lines) == len(piece.lines):
            return piece, judge, tuple(clashes)
        readers = tuple(
            replace(one, vague=np.where(asked, one.vague, 0), width=np.where(asked, one.width, 0))
            for one in piece.readers
        )
        piece = replace(piece, state=state, readers=readers, lines=tuple(lines))


def _with_decoys(problem: Problem, piece: Piece, judge: Judge, withheld: Bools, seed: bytes) -> Bools:
    sizes: dict[str, list[int]] = {}
    for position, index in enumerate(piece.index):
        for code, _ in problem.numbers[index].places:
            sizes.setdefault(code, []).append(position)
    chosen = withheld.copy()
    for code, positions in sorted(sizes.items()):
        hidden = [one for one in positions if withheld[one]]
        if problem.sizes[code] > SMALL_TABLE or not hidden:
            continue
        wanted = max(1, round(DECOYS * len(hidden)))
        free = [one for one in positions if piece.state[one] == State.FREE and not chosen[one]]
        free.sort(key=lambda one: chance(seed, "decoy", problem.numbers[piece.index[one]].spot))
        for one in free[:TRIES]:
            chosen[one] = True
            if judge.violations(chosen, enough=1) or judge.spread(one) < 1:
                chosen[one] = False
            else:
                wanted -= 1
            if not wanted:
                break
    return chosen
