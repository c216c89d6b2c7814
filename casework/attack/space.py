"""All caseloads that print the same publications, as a polytope: how far each number can go, and whole points of it.

Linear programmes (HiGHS) say how far; a bound is believed only after it was rounded to the side of the attacker. Points
of whole numbers are kept and checked by integer arithmetic alone.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from math import ceil, floor

import highspy
import numpy as np
from numpy.typing import NDArray

from casework.attack.unknowns import Geometry

TOLERANCE = 1e-6
"""Solutions of these programmes are fractions with small denominators: what is nearer to a whole number is that."""

NODES = 2000
"""Where a search for whole numbers gives up: a limit by work, so that the same publications get the same answer."""

VISITS = 40
"""How often one row may narrow its unknowns before the programmes take over."""

World = NDArray[np.int64]
Terms = tuple[tuple[int, int], ...]
"""Unknowns with their factors."""


class Space:
    """What the unknowns can be for somebody who also knows that some of them are at least `least`.

    `low`, `high`: bounds that hold for each unknown; `cap` stands for no bound. `impossible`: unknowns in rows that
    cannot be met.
    """

    def __init__(self, geometry: Geometry, least: Mapping[int, int]) -> None:
        count = len(geometry.keys)
        self.cap = 4 * max([1000, *geometry.shown.values(), *geometry.floors.values(), *least.values()]) + 10_000
        self.low = [max(geometry.floors.get(one, 0), least.get(one, 0)) for one in range(count)]
        self.high = [self.cap] * count
        self.impossible: set[int] = set(geometry.disputed)
        for one, value in geometry.shown.items():
            if value < least.get(one, 0):
                self.impossible.add(one)
            self.low[one] = self.high[one] = value
        rows = (
            [row for one in geometry.rows if (row := _for_partner(geometry, one, least))] if least else [*geometry.rows]
        )
        self._narrow(rows)
        self.components: list[Component] = []
        self.place: dict[int, Component] = {}
        self._divide(rows)

    def is_fixed(self, unknown: int) -> bool:
        return self.low[unknown] == self.high[unknown]

    def exclude_infeasible(self) -> None:
        """Find the unknowns for which no caseload fits."""
        for component in self.components:
            if not component.is_feasible():
                component.is_impossible = True
                self.impossible.update(component.unknowns)

    def _narrow(self, rows: list[tuple[Terms, int]]) -> None:
        """Bounds that follow from one row at a time."""
        rows_of: dict[int, list[int]] = {}
        for number, (terms, _) in enumerate(rows):
            for unknown, _ in terms:
                rows_of.setdefault(unknown, []).append(number)
        waiting, visits = deque(range(len(rows))), [0] * len(rows)
        queued = [True] * len(rows)
        while waiting:
            number = waiting.popleft()
            queued[number] = False
            visits[number] += 1
            if visits[number] > VISITS:
                continue
            for changed in self._narrow_row(*rows[number]):
                for other in rows_of[changed]:
                    if not queued[other]:
                        queued[other] = True
                        waiting.append(other)

    def _narrow_row(self, terms: Terms, constant: int) -> list[int]:
        low, high, cap = self.low, self.high, self.cap
        least = most = unbounded_least = unbounded_most = 0
        for unknown, factor in terms:
            smallest, largest = (low, high) if factor > 0 else (high, low)
            if factor < 0 and high[unknown] >= cap:
                unbounded_least += 1
            else:
                least += factor * smallest[unknown]
            if factor > 0 and high[unknown] >= cap:
                unbounded_most += 1
            else:
                most += factor * largest[unknown]
        if (not unbounded_least and least > constant) or (not unbounded_most and most < constant):
            self.impossible.update(unknown for unknown, _ in terms)
            return []
        changed: list[int] = []
        for unknown, factor in terms:
            if low[unknown] == high[unknown]:
                continue
            is_open = high[unknown] >= cap
            # What the others can be at least and at most; None: no bound.
            if factor > 0:
                others_least = None if unbounded_least else least - factor * low[unknown]
                others_most = None if unbounded_most - is_open else most - (0 if is_open else factor * high[unknown])
            else:
                others_least = None if unbounded_least - is_open else least - (0 if is_open else factor * high[unknown])
                others_most = None if unbounded_most else most - factor * low[unknown]
            above = constant - others_least if others_least is not None else None
            below = constant - others_most if others_most is not None else None
            if factor < 0:
                above, below = (None if below is None else -below), (None if above is None else -above)
            size = abs(factor)
            new_high = high[unknown] if above is None else min(high[unknown], above // size)
            new_low = low[unknown] if below is None else max(low[unknown], -(-below // size))
            if new_low > new_high:
                self.impossible.update(one for one, _ in terms)
                return changed
            if (new_low, new_high) != (low[unknown], high[unknown]):
                low[unknown], high[unknown] = new_low, new_high
                changed.append(unknown)
        return changed

    def _divide(self, rows: list[tuple[Terms, int]]) -> None:
        """Rows without what is known, in parts that have nothing to do with each other."""
        root = list(range(len(self.low)))

        def find(one: int) -> int:
            while root[one] != one:
                root[one] = root[root[one]]
                one = root[one]
            return one

        reduced: dict[tuple[Terms, int], bool] = {}
        for terms, constant in rows:
            left = tuple((one, factor) for one, factor in terms if not self.is_fixed(one))
            known = sum(factor * self.low[one] for one, factor in terms if self.is_fixed(one))
            if left:
                is_impossible = any(one in self.impossible for one, _ in terms)
                reduced[left, constant - known] = reduced.get((left, constant - known), False) or is_impossible
                for one, _ in left[1:]:
                    root[find(one)] = find(left[0][0])
        members: dict[int, list[int]] = {}
        for one in range(len(root)):
            if not self.is_fixed(one):
                members.setdefault(find(one), []).append(one)
        rows_in: dict[int, list[tuple[Terms, int]]] = {}
        tainted = set()
        for (terms, constant), is_impossible in reduced.items():
            rows_in.setdefault(find(terms[0][0]), []).append((terms, constant))
            if is_impossible:
                tainted.add(find(terms[0][0]))
        for start, unknowns in members.items():
            bounds = [(self.low[one], self.high[one]) for one in unknowns]
            component = Component(unknowns, rows_in.get(start, []), bounds, start in tainted)
            self.components.append(component)
            for one in unknowns:
                self.place[one] = component


def _for_partner(geometry: Geometry, row: tuple[Terms, int], least: Mapping[int, int]) -> tuple[Terms, int] | None:
    """A row with parts that no table shows, as a partner knows it: there the parts are those of the rest.

    It knows its own persons in the parts as well, though nobody told us how many; in the rest, too, no part is below 0.
    None: a row that does not hold for the rest, for persons may go from one partner to another.
    """
    terms, constant = row
    flows = {unknown for unknown, _ in terms if ":" in geometry.keys[unknown][1].population}
    others = {unknown for unknown, _ in terms} - flows
    if others.isdisjoint(geometry.parts):
        return row
    if flows or not others <= geometry.parts | geometry.published:
        return None
    return terms, constant + sum(factor * least.get(unknown, 0) for unknown, factor in terms)


@dataclass
class Component:
    """Unknowns that are linked with each other and with no other.

    `worlds`: points of whole numbers that meet every row and bound, checked; in the order of `unknowns`.
    """

    unknowns: list[int]
    rows: list[tuple[Terms, int]]
    bounds: list[tuple[int, int]]
    is_impossible: bool = False
    worlds: list[World] = field(default_factory=list)
    _linear: highspy.Highs | None = None
    _whole: highspy.Highs | None = None

    def __post_init__(self) -> None:
        self.at = {unknown: number for number, unknown in enumerate(self.unknowns)}
        self._low = np.array([low for low, _ in self.bounds], dtype=np.int64)
        self._high = np.array([high for _, high in self.bounds], dtype=np.int64)
        self._right = np.array([constant for _, constant in self.rows], dtype=np.int64)
        self._starts = np.cumsum([0, *(len(terms) for terms, _ in self.rows)]).astype(np.int32)
        flat = [(self.at[unknown], factor) for terms, _ in self.rows for unknown, factor in terms]
        self._columns = np.array([column for column, _ in flat], dtype=np.int32)
        self._factors = np.array([factor for _, factor in flat], dtype=np.int64)
        self._seen_low = self._high.astype(np.float64)
        self._seen_high = self._low.astype(np.float64)
        self._known_worlds: set[bytes] = set()
        if not self.rows:
            # Linked with nothing: whatever its bounds allow.
            self.worlds += [self._low, self._high]
            self._seen_low, self._seen_high = self._seen_high, self._seen_low
        self._table: NDArray[np.int64] = np.zeros((0, len(self.unknowns)), dtype=np.int64)

    def is_feasible(self) -> bool:
        """Whether any caseload at all, in fractions if need be, prints these numbers."""
        if self.is_impossible or not self.rows:
            return not self.is_impossible
        model = self._model()
        model.run()
        status = model.getModelStatus()
        if status == highspy.HighsModelStatus.kOptimal:
            self._remember(model)
            return True
        if status == highspy.HighsModelStatus.kInfeasible:
            return False
        raise ArithmeticError(f"The solver stopped: {model.modelStatusToString(status)}")

    def range(self, unknown: int) -> tuple[int, int]:
        """The smallest and the largest whole numbers that no programme excludes."""
        column = self.at[unknown]
        if self._seen_high[column] < self._high[column] - TOLERANCE:
            high = floor(self._best(((unknown, 1),), is_largest=True) + TOLERANCE)
        else:
            high = int(self._high[column])
        if self._seen_low[column] > self._low[column] + TOLERANCE:
            low = ceil(self._best(((unknown, 1),), is_largest=False) - TOLERANCE)
        else:
            low = int(self._low[column])
        return low, high

    def has_seen(self, unknown: int, value: int) -> bool:
        """Whether some solution so far reached that value."""
        return bool(self._seen_high[self.at[unknown]] >= value - TOLERANCE)

    def largest(self, terms: Terms) -> int:
        return floor(self._best(terms, is_largest=True) + TOLERANCE)

    def smallest(self, terms: Terms) -> int:
        return ceil(self._best(terms, is_largest=False) - TOLERANCE)

    def values(self, terms: Terms) -> NDArray[np.int64]:
        """What a sum of unknowns comes to in each world found so far."""
        if len(self._table) != len(self.worlds):
            self._table = np.array(self.worlds)
        total = np.zeros(len(self.worlds), dtype=np.int64)
        if self.worlds:
            for unknown, factor in terms:
                total += factor * self._table[:, self.at[unknown]]
        return total

    def search(self, terms: Terms, *, is_largest: bool) -> int | None:
        """Look for a world at the edge; what no world can pass, or None when there is no world at all."""
        model = self._whole_model()
        self._aim(model, terms, is_largest=is_largest)
        model.run()
        status = model.getModelStatus()
        if status == highspy.HighsModelStatus.kInfeasible:
            return None
        solution = np.array(model.getSolution().col_value)
        if len(solution) == len(self.unknowns):
            self.keep(np.rint(solution).astype(np.int64))
        if status == highspy.HighsModelStatus.kOptimal:
            bound = model.getInfo().objective_function_value
        else:
            bound = model.getInfo().mip_dual_bound
        if not np.isfinite(bound):
            return self.largest(terms) if is_largest else self.smallest(terms)
        return floor(bound + TOLERANCE) if is_largest else ceil(bound - TOLERANCE)

    def keep(self, world: World) -> bool:
        """Add a world if integer arithmetic finds that it meets every row and every bound."""
        if not self.is_met(world):
            return False
        if (name := world.tobytes()) not in self._known_worlds:
            self._known_worlds.add(name)
            self.worlds.append(world)
        return True

    def is_met(self, world: World) -> bool:
        if np.any(world < self._low) or np.any(world > self._high):
            return False
        if not self.rows:
            return True
        sums = np.add.reduceat(self._factors * world[self._columns], self._starts[:-1])
        return bool(np.array_equal(sums, self._right))

    def _best(self, terms: Terms, *, is_largest: bool) -> float:
        model = self._model()
        self._aim(model, terms, is_largest=is_largest)
        model.run()
        if model.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            # Once more from nothing: a warm start can fail where the programme does not.
            model.clearSolver()
            model.run()
            if model.getModelStatus() != highspy.HighsModelStatus.kOptimal:
                raise ArithmeticError(f"The solver stopped: {model.modelStatusToString(model.getModelStatus())}")
        self._remember(model)
        return float(model.getInfo().objective_function_value)

    def _aim(self, model: highspy.Highs, terms: Terms, *, is_largest: bool) -> None:
        columns = np.arange(len(self.unknowns), dtype=np.int32)
        costs = np.zeros(len(self.unknowns))
        for unknown, factor in terms:
            costs[self.at[unknown]] = factor
        model.changeColsCost(len(columns), columns, costs)
        model.changeObjectiveSense(highspy.ObjSense.kMaximize if is_largest else highspy.ObjSense.kMinimize)

    def _remember(self, model: highspy.Highs) -> None:
        point = np.array(model.getSolution().col_value)
        np.minimum(self._seen_low, point, out=self._seen_low)
        np.maximum(self._seen_high, point, out=self._seen_high)
        whole = np.rint(point)
        if np.all(np.abs(point - whole) < TOLERANCE):
            self.keep(whole.astype(np.int64))

    def _model(self) -> highspy.Highs:
        if self._linear is None:
            self._linear = self._built()
            # Only the aim changes from one programme to the next, so the last point is where the next begins.
            self._linear.setOptionValue("simplex_strategy", 4)
            self._linear.setOptionValue("presolve", "off")
            self._linear.setOptionValue("solver", "simplex")
        return self._linear

    def _whole_model(self) -> highspy.Highs:
        if self._whole is None:
            self._whole = self._built()
            count = len(self.unknowns)
            kinds = np.full(count, int(highspy.HighsVarType.kInteger), dtype=np.uint8)
            self._whole.changeColsIntegrality(count, np.arange(count, dtype=np.int32), kinds)
            self._whole.setOptionValue("mip_max_nodes", NODES)
            self._whole.setOptionValue("mip_rel_gap", 0.0)
            self._whole.setOptionValue("mip_abs_gap", 0.1)
        return self._whole

    def _built(self) -> highspy.Highs:
        model = highspy.Highs()  # type: ignore[no-untyped-call]
        model.setOptionValue("output_flag", False)
        model.setOptionValue("threads", 1)
        model.setOptionValue("primal_feasibility_tolerance", 1e-9)
        model.setOptionValue("dual_feasibility_tolerance", 1e-9)
        model.addVars(len(self.unknowns), self._low.astype(np.float64), self._high.astype(np.float64))
        if self.rows:
            right = self._right.astype(np.float64)
            model.addRows(
                len(self.rows),
                right,
                right,
                len(self._columns),
                self._starts[:-1],
                self._columns,
                self._factors.astype(np.float64),
            )
        return model
