"""What is withheld is safe, for everyone, by trying every caseload; it is the cheapest, and the same every time."""

from __future__ import annotations

import itertools
import random
from datetime import date

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from casework.disclosure.judgement import Judge
from casework.disclosure.linkage import State
from casework.disclosure.protection import Effort, Reason, linked, protect
from casework.disclosure.requirements import is_primary, pieces
from casework.disclosure.tables import Category, Dimension, Equation, Facts, Table, as_json, from_json
from casework.disclosure.weights import weights_of
from tests.disclosure.enumeration import TooMany, unsafe
from tests.disclosure.sheets import CLOSING, OPENING, dimension, factsheet, spot, table

SEED = b"a secret of the installation"
ROWS, COLUMNS = dimension("row", "a", "b", "c"), dimension("column", "p", "q", "r")


def counted(dimensions, inner, *, own=None, when=CLOSING, population="stock", **more) -> Table:
    """A table from its inner cells, margins added."""

    def full(cells):
        counts = {}
        for at in itertools.product(*([*(c.code for c in one.categories), "*"] for one in dimensions)):
            counts[at] = sum(
                n for cell, n in cells.items() if all(a in ("*", c) for a, c in zip(at, cell, strict=True))
            )
        return counts

    own = {who: full(cells) for who, cells in (own or {}).items()}
    code = "_".join([population, "by", *(one.code for one in dimensions)])
    return Table(code, population, when, tuple(dimensions), full(inner), own=own, **more)


def sheet(*tables, total=True, **more) -> Facts:
    forced = frozenset(spot(one.population, one.when) for one in tables) if total else frozenset()
    return Facts(tuple(tables), forced=forced | more.pop("forced", frozenset()), **more)


def grid(*values) -> dict[tuple[str, str], int]:
    return dict(zip(itertools.product("abc", "pqr"), values, strict=True))


ORDINARY = sheet(counted([ROWS, COLUMNS], grid(20, 50, 10, 8, 19, 22, 17, 3, 12)))


def test_one_small_cell_takes_three_others_along():
    hidden = protect(ORDINARY, seed=SEED).hidden["stock_by_row_column"]
    assert ("c", "q") in hidden
    assert not unsafe(ORDINARY, {"stock_by_row_column": hidden}, most=60)
    # Not so much as shown, the attack succeeds: the check does see something.
    assert unsafe(ORDINARY, {"stock_by_row_column": frozenset({("c", "q")})}, most=60)


def test_nothing_small_nothing_withheld():
    protected = protect(sheet(counted([ROWS, COLUMNS], grid(*[9] * 9))), seed=SEED)
    assert (protected.count, protected.is_optimal, protected.unsafe) == (0, True, ())


@settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(st.randoms(use_true_random=False))
def test_every_withheld_cell_is_safe_by_trying_every_caseload(chance):
    a = dimension("a", *"xyz"[: chance.choice((2, 3))], is_sensitive=chance.random() < 0.4)
    b = dimension("b", *"pqrs"[: chance.choice((2, 3, 4))])
    c = dimension("c", *"mn")
    sheets = chance.choice(([[a, b]], [[a, c], [b]], [[a, c], [b, c]], [[a, b], [b, c], [a, c]]))
    persons = [
        {one.code: chance.choice(one.categories).code for one in (a, b, c)} | {"partner": chance.choice(("P", ""))}
        for _ in range(chance.randint(8, 22))
    ]
    partners = chance.choice(([], ["P"]))
    facts = sheet(*(table("stock", CLOSING, one, persons, partners) for one in sheets))
    protected = protect(facts, seed=SEED)
    try:
        found = unsafe(facts, protected.hidden, most=22)
    except TooMany:
        return
    flagged = {one.table for one in protected.unsafe}
    assert not [one for one in found if one[0] not in flagged]


@settings(max_examples=15, deadline=None, derandomize=True)
@given(st.lists(st.sampled_from((0, 1, 2, 3, 5, 6, 9, 14)), min_size=6, max_size=6))
def test_no_cheaper_choice_is_safe(values):
    columns = dimension("column", "p", "q")
    facts = sheet(counted([ROWS, columns], dict(zip(itertools.product("abc", "pq"), values, strict=True))))
    if 1 <= sum(values) < 5:
        return
    problem = linked([(facts, None)])
    weights = weights_of(problem, SEED, None)
    protected = protect(facts, seed=SEED)
    assert protected.is_optimal
    if protected.unsafe:
        return
    state = np.array([one.state for one in problem.numbers])
    state[is_primary(problem, 5) & (state == State.FREE)] = State.WITHHELD
    least = 0.0
    for piece in pieces(problem, state, 5, {}):
        judge, mine = Judge(piece, 5), weights[piece.index]
        free, always = np.flatnonzero(piece.state == State.FREE), piece.state == State.WITHHELD
        best = np.inf
        for picked in itertools.product((False, True), repeat=len(free)):
            withheld = always.copy()
            withheld[free] = picked
            cost = float(mine[withheld].sum())
            if cost < best and not judge.violations(withheld, enough=1):
                best = cost
        least += best
    assert protected.lower_bound == pytest.approx(least)


def test_the_same_seed_gives_the_same_pattern_and_another_seed_may_not():
    facts = factsheet(300, 200)
    first, second = protect(facts, seed=SEED), protect(facts, seed=SEED)
    assert first == second
    assert protect(facts, seed=b"other").hidden != first.hidden


def test_the_order_of_tables_and_cells_does_not_matter_to_what_is_safe():
    facts = factsheet(200, 150)
    turned = Facts(tuple(reversed(facts.tables)), facts.equations, facts.forced, facts.floors)
    assert protect(turned, seed=SEED).lower_bound == pytest.approx(protect(facts, seed=SEED).lower_bound, rel=1e-4)


def test_a_quick_choice_is_safe_and_says_how_far_from_the_bound_it_is():
    facts = factsheet(300, 200)
    quick, normal = protect(facts, seed=SEED, effort=Effort.QUICK), protect(facts, seed=SEED)
    assert not quick.unsafe
    assert quick.lower_bound <= normal.lower_bound + 1e-6 <= quick.weight + 2e-6
    problem = linked([(facts, None)])
    places = {place: index for index, one in enumerate(problem.numbers) for place in one.places}
    state = np.array([one.state for one in problem.numbers])
    state[state == State.FREE] = State.SHOWN
    for code, cells in quick.hidden.items():
        for at in cells:
            state[places[code, at]] = State.WITHHELD
    assert all(not Judge(piece, 5).violations(piece.state != State.SHOWN) for piece in pieces(problem, state, 5, {}))


# -- which cells are withheld in any case ----------------------------------------------------------------------------


def test_few_persons_behind_many_sessions():
    sessions = counted([ROWS], {("a",): 40, ("b",): 30, ("c",): 25}, when=(OPENING, CLOSING))
    persons = {("a",): 3, ("b",): 20, ("c",): 20, ("*",): 43}
    with_persons = Table(**{**vars(sessions), "persons": persons})
    assert ("a",) in protect(sheet(with_persons), seed=SEED).hidden[sessions.code]


def test_what_a_partner_knows_is_subtracted():
    stock = counted([ROWS], {("a",): 30, ("b",): 30, ("c",): 30}, own={"P": {("a",): 28, ("b",): 10}})
    assert ("a",) in protect(sheet(stock), seed=SEED).hidden[stock.code]


def test_a_partner_with_almost_all_is_told_by_the_total_alone():
    stock = counted([ROWS], {("a",): 30, ("b",): 30, ("c",): 30}, own={"P": {("a",): 30, ("b",): 29, ("c",): 29}})
    protected = protect(sheet(stock), seed=SEED)
    assert not protected.unsafe
    assert {("b",), ("c",)} <= protected.hidden[stock.code]


def test_a_whole_group_in_one_sensitive_category():
    outcome = dimension("outcome", "granted", "rejected", is_sensitive=True)
    inner = {("a", "rejected"): 12, ("a", "granted"): 0, ("b", "rejected"): 20, ("b", "granted"): 30}
    inner |= {("c", "rejected"): 9, ("c", "granted"): 11}
    facts = sheet(counted([ROWS, outcome], inner))
    hidden = protect(facts, seed=SEED).hidden
    assert ("a", "rejected") in hidden["stock_by_row_outcome"]
    assert not unsafe(facts, hidden, most=60)
    harmless = sheet(counted([ROWS, dimension("outcome", "granted", "rejected")], inner))
    assert protect(harmless, seed=SEED).count == 0


def test_structural_zeros_are_shown_and_hide_nothing():
    inner = grid(20, 3, 10, 8, 19, 0, 17, 9, 12)
    facts = sheet(counted([ROWS, COLUMNS], inner, structural=frozenset({("b", "r")})))
    protected = protect(facts, seed=SEED)
    assert ("b", "r") not in protected.hidden["stock_by_row_column"]
    assert ("a", "q") in protected.hidden["stock_by_row_column"]


def test_what_the_method_tells_counts_as_known():
    # Everyone knows that a listed origin counts 10: it cannot give way by more than one.
    origin = dimension("origin", "AFG", "SYR", "UKR", rest="OTHER")
    stock = counted([origin], {("AFG",): 11, ("SYR",): 30, ("UKR",): 30, ("OTHER",): 3})
    floors = {spot("stock", CLOSING, origin=one): 10 for one in ("AFG", "SYR", "UKR")}
    hidden = protect(sheet(stock, floors=floors), seed=SEED).hidden[stock.code]
    assert {("OTHER",)} < hidden
    assert hidden != {("OTHER",), ("AFG",)}


def test_cells_that_the_attack_found_unsafe_get_vaguer():
    narrow = protect(ORDINARY, seed=SEED)
    shown = next(
        at for at in ORDINARY.tables[0].counts if "*" not in at and at not in narrow.hidden[ORDINARY.tables[0].code]
    )
    wider = protect(ORDINARY, seed=SEED, must_widen=[(ORDINARY.tables[0].code, shown)] * 2)
    assert shown in wider.hidden[ORDINARY.tables[0].code]
    assert wider.lower_bound > narrow.lower_bound


# -- what cannot be done ---------------------------------------------------------------------------------------------


def test_a_population_of_a_few_cannot_be_shown():
    stock = counted([ROWS], {("a",): 1, ("b",): 2, ("c",): 0})
    (found, *_) = protect(sheet(stock), seed=SEED).unsafe
    assert (found.table, found.reason) == (stock.code, Reason.SMALL_TOTAL)
    assert found.fixes == ("coarser:row", f"drop:{stock.code}")
    # Flows of a few persons are withheld, total and all.
    assert protect(sheet(stock, total=False), seed=SEED).unsafe == ()


def test_forced_cells_that_clash_are_reported_with_what_would_help():
    origin = dimension("origin", "AFG", "SYR", rest="OTHER")
    stock = counted([origin], {("AFG",): 30, ("SYR",): 30, ("OTHER",): 3})
    forced = frozenset({spot("stock", CLOSING, origin=one) for one in ("AFG", "SYR")})
    protected = protect(sheet(stock, forced=forced), seed=SEED)
    assert [(one.table, one.reason, one.fixes) for one in protected.unsafe] == [
        (stock.code, Reason.FORCED, ("fold:origin", f"drop:{stock.code}"))
    ]


def test_counts_that_do_not_add_up_are_refused():
    stock = counted([ROWS], {("a",): 7, ("b",): 8, ("c",): 9})
    wrong = Table(**{**vars(stock), "counts": {**stock.counts, ("*",): 25}})
    with pytest.raises(ValueError, match="sum of its parts"):
        protect(sheet(wrong), seed=SEED)
    false = Equation(((1, spot("stock", CLOSING)),), 25)
    with pytest.raises(ValueError, match="not true"):
        protect(sheet(stock, equations=(false,)), seed=SEED)


# -- facts as JSON ---------------------------------------------------------------------------------------------------


def test_facts_come_back_from_json_as_they_were():
    facts = factsheet(50, 40)
    period = counted([ROWS], {("a",): 7, ("b",): 8, ("c",): 9}, when=(OPENING, CLOSING), structural=frozenset({("a",)}))
    group = Dimension("region", (Category("north", frozenset({"R1", "R2"})), Category("rest", None)), True)
    more = Table("t", "stock", date(2024, 7, 1), (group,), {("north",): 1, ("rest",): 2, ("*",): 3}, is_published=False)
    equation = Equation(((1, spot("stock", CLOSING, sex="F")), (-1, spot("stock", OPENING))), 3)
    full = Facts((*facts.tables, period, more), (equation,), facts.forced, facts.floors)
    assert from_json(as_json(full)) == full
    shuffled = list(full.tables[0].counts.items())
    random.Random(1).shuffle(shuffled)
    again = Facts(
        (Table(**{**vars(full.tables[0]), "counts": dict(shuffled)}), *full.tables[1:]), *list(vars(full).values())[1:]
    )
    assert as_json(again) == as_json(full)
