"""Caseloads that prove a cell vague are made up of persons and counted again; no solver is believed."""

from itertools import product
from typing import Any

import numpy as np
import pytest

from casework.attack.audit import attack
from casework.attack.certificates import Certificates, make_up, prints
from casework.attack.geometry import build
from casework.attack.reading import read
from casework.attack.report import Note, Reason
from casework.attack.space import Space
from casework.attack.unknowns import Geometry, Group
from tests.attack.sheets import dimension, publication, table

A, B, C = (dimension(one, "1", "2") for one in "abc")
DIAGONAL = {("1", "1"): 10, ("2", "2"): 10}
ACROSS = {("1", "2"): 10, ("2", "1"): 10}
INNER = list(product("12", "12"))


def knowledge(*tables: dict[str, Any], **rest: Any) -> Geometry:
    return build([read(publication(*tables, **rest), 0)])


def values_of(geometry: Geometry, *tables: dict[str, Any]) -> list[int]:
    """What these tables show, for the unknowns of the same tables with withheld cells."""
    shown = knowledge(*tables)
    return [shown.shown.get(shown.index[key], 0) if key in shown.index else 0 for key in geometry.keys]


def test_a_world_of_cells_without_persons_is_refused() -> None:
    """Diagonal, diagonal, across: every sum comes out, and there are no such persons."""
    withheld = [table("ab", [A, B], DIAGONAL, INNER), table("bc", [B, C], DIAGONAL, INNER)]
    geometry = knowledge(*withheld, table("ac", [A, C], DIAGONAL, INNER))
    (whole,) = geometry.groups.values()
    cells_only = Group(frames=whole.frames)
    diagonals = [table("ab", [A, B], DIAGONAL), table("bc", [B, C], DIAGONAL)]
    real = values_of(geometry, *diagonals, table("ac", [A, C], DIAGONAL))
    unreal = values_of(geometry, *diagonals, table("ac", [A, C], ACROSS))
    assert prints(cells_only, real)
    assert not prints(cells_only, unreal)
    for values in (real, unreal):
        for terms, constant in geometry.rows:
            if geometry.parts.isdisjoint(unknown for unknown, _ in terms):
                assert sum(factor * values[unknown] for unknown, factor in terms) == constant


def test_persons_made_up_are_counted_by_every_table() -> None:
    counts = {("1", "1", "2"): 7, ("1", "2", "1"): 4, ("2", "2", "2"): 9, ("2", "1", "1"): 3}
    ab = {(a, b): sum(n for at, n in counts.items() if at[:2] == (a, b)) for a, b in INNER}
    bc = {(b, c): sum(n for at, n in counts.items() if at[1:] == (b, c)) for b, c in INNER}
    tables = table("ab", [A, B], ab), table("bc", [B, C], bc)
    geometry = knowledge(*tables)
    (group,) = geometry.groups.values()
    values = [geometry.shown[one] for one in range(len(geometry.keys))]
    names, caseload = make_up(group, values)
    assert caseload is not None
    assert sum(caseload.values()) == 23
    for dims, expected in (("ab", ab), ("bc", bc)):
        places = [names.index(one) for one in dims]
        for at, count in expected.items():
            inside = (n for profile, n in caseload.items() if tuple(profile[place] for place in places) == at)
            assert sum(inside) == count
    for one in range(len(values)):
        assert not prints(group, [*values[:one], values[one] + 1, *values[one + 1 :]])


def test_a_coarser_table_is_joined_to_a_finer_one() -> None:
    fine = table("fine", [dimension("r", "x", "y", "z")], {("x",): 4, ("y",): 5, ("z",): 6})
    macro = dimension("r", ("xy", ["x", "y"]), ("rest", None))
    wide = table("wide", [macro, A], {("xy", "1"): 2, ("xy", "2"): 7, ("rest", "1"): 6})
    geometry = knowledge(fine, wide)
    (group,) = geometry.groups.values()
    assert prints(group, [geometry.shown.get(one, 0) for one in range(len(geometry.keys))])


LINE = dimension("o", "p", "q", "s")


def test_a_world_that_breaks_an_equation_is_refused() -> None:
    """Two populations, each of which comes out; but as everyone knows one is part of the other."""
    hidden = [("p",), ("q",)]
    first = table("first", [LINE], {("p",): 3, ("q",): 9, ("s",): 8}, hidden)
    second = table("second", [LINE], {("p",): 3, ("q",): 9, ("s",): 8}, hidden, population="others")
    spots = [{"population": one, "when": "2025-01-01", "traits": {"o": "p"}} for one in ("refugees_asylum", "others")]
    equation = {"terms": [[1, spots[0]], [-1, spots[1]]], "constant": 0}
    geometry = knowledge(first, second, equations=[equation])
    space = Space(geometry, {})
    space.exclude_infeasible()
    (component,) = space.components
    p, q, p_too, q_too = (
        geometry.index[0, read(publication(one), 0).tables[0].spot(at)] for one in (first, second) for at in hidden
    )
    certificates = Certificates(geometry, space)
    assert component.keep(np.array([{p: 2, q: 10, p_too: 2, q_too: 10}[one] for one in component.unknowns]))
    assert certificates.holds(component, len(component.worlds) - 1)
    bad = np.array([{p: 2, q: 10, p_too: 4, q_too: 8}[one] for one in component.unknowns])
    assert not component.keep(bad)
    component.worlds.append(bad)
    assert not certificates.holds(component, len(component.worlds) - 1)


def test_whole_numbers_may_leave_less_than_fractions() -> None:
    """x = 4 + 9 (u − v): any number in fractions, four in whole ones."""
    line = table("t", [LINE], {("p",): 4, ("q",): 5, ("s",): 20}, [("p",), ("q",)])
    x, u, v = (
        {"population": population, "when": "2025-01-01", "traits": traits}
        for population, traits in (("refugees_asylum", {"o": "p"}), ("u", {}), ("v", {}))
    )
    report = attack([publication(line, equations=[{"terms": [[1, x], [-9, u], [9, v]], "constant": 4}])])
    assert {(one.at, one.reason) for one in report.unsafe} >= {(("p",), Reason.EXACT)}


def test_a_cycle_too_large_to_solve_jointly_is_said_to_rest_on_cells() -> None:
    """Ten diagonals of ten: the third table is known from the others, but a thousand profiles are not solved for it."""
    many = [str(one) for one in range(10)]
    a, b, c = (dimension(one, *many) for one in "abc")
    counts = {(one, one): 10 for one in many}
    square = list(product("01", "01"))
    shown = [table("ab", [a, b], counts), table("bc", [b, c], counts)]
    report = attack([publication(*shown, table("ac", [a, c], counts, square))])
    assert {(one.low, one.high) for one in report.intervals} == {(0, 10)}
    assert report.is_safe
    assert report.rests_on_relaxation
    assert report.certified == 0
    assert report.notes == (Note.CELLS_ONLY,)
    alone = attack([publication(table("ac", [a, c], counts, square))])
    assert alone.notes == ()
    assert not alone.rests_on_relaxation
    assert alone.certified == alone.hidden == 4


@pytest.mark.parametrize("threshold", [3, 5])
def test_a_certified_cell_has_two_worlds_far_enough_apart(threshold: int) -> None:
    counts = {("1", "p"): 2, ("1", "q"): 9, ("1", "s"): 12, ("2", "p"): 14, ("2", "q"): 6, ("2", "s"): 11}
    hidden = [(one, other) for one in "12" for other in "pq"]
    geometry = knowledge(table("t", [A, LINE], counts, hidden), threshold=threshold)
    space = Space(geometry, {})
    space.exclude_infeasible()
    certificates = Certificates(geometry, space)
    (component,) = space.components
    unknown = component.unknowns[0]
    assert not certificates.pair(unknown, threshold)
    component.range(unknown)
    assert certificates.pair(unknown, threshold)
    numbers = {int(one) for one in component.values(((unknown, 1),))}
    assert max(numbers) - min(numbers) >= threshold - 1
    assert all(component.is_met(one) for one in component.worlds)
    assert not component.is_met(component.worlds[0] + np.int64(1))
