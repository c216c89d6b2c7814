"""Releases one after the other, editions of one day, periods and groups within each other."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from casework.disclosure.linkage import State
from casework.disclosure.protection import Reason, linked, protect
from casework.disclosure.tables import Category, Dimension, Equation, Facts, Table
from tests.disclosure.sheets import CLOSING, OPENING, dimension, factsheet, spot
from tests.disclosure.test_protection import ROWS, SEED, counted, sheet

ORIGIN = dimension("origin", "AFG", "SYR", rest="OTHER")
PERIOD = (OPENING, CLOSING)


def numbers(problem):
    return {(one.spot.population, one.spot.when, one.spot.traits): one for one in problem.numbers}


def rows_of(problem):
    """What adds up, as sets of (factor, population, traits)."""
    return [
        {
            (f, problem.numbers[i].spot.population, problem.numbers[i].spot.when, problem.numbers[i].spot.traits)
            for i, f in row
        }
        for row in problem.rows
    ]


def test_one_person_more_between_two_releases_stays_vague():
    """All but one origin stand still and the flow's total is known: the one who came is of the origin that grew."""
    then = sheet(counted([ORIGIN], {("AFG",): 30, ("SYR",): 40, ("OTHER",): 20}, when=OPENING))
    closing = counted([ORIGIN], {("AFG",): 31, ("SYR",): 46, ("OTHER",): 20})
    came = counted(
        [ORIGIN], {("AFG",): 1, ("SYR",): 6, ("OTHER",): 0}, when=PERIOD, population="stock:in", is_published=False
    )
    left = counted(
        [ORIGIN], {("AFG",): 0, ("SYR",): 0, ("OTHER",): 0}, when=PERIOD, population="stock:out", is_published=False
    )
    by_flow = counted(
        [dimension("flow", "new", "again")], {("new",): 7, ("again",): 0}, when=PERIOD, population="stock:in"
    )
    gone = counted(
        [dimension("flow", "new", "again")], {("new",): 0, ("again",): 0}, when=PERIOD, population="stock:out"
    )
    now = sheet(closing, came, left, by_flow, gone)
    assert len(protect(sheet(closing), seed=SEED).hidden[closing.code]) == 0
    protected = protect(now, [(then, {"stock_by_origin": frozenset()})], seed=SEED)
    assert ("AFG",) in protected.hidden[closing.code]
    assert len(protected.hidden[closing.code]) >= 2
    assert not protected.unsafe


def test_editions_that_agree_are_the_same_numbers_and_corrected_ones_are_not():
    first = sheet(counted([ROWS], {("a",): 30, ("b",): 3, ("c",): 9}))
    hidden = protect(first, seed=SEED).hidden
    (code,) = hidden
    again = linked([(first, hidden), (first, None)])
    assert len(again.numbers) == 4
    # What was shown can no longer be withheld.
    assert protect(first, [(first, hidden)], seed=SEED).hidden == hidden
    corrected = sheet(counted([ROWS], {("a",): 31, ("b",): 13, ("c",): 9}))
    assert len(linked([(first, hidden), (corrected, None)]).numbers) == 8
    assert protect(corrected, seed=SEED).count == 0
    assert protect(corrected, [(first, hidden)], seed=SEED).hidden[code] >= hidden[code] - {("*",)}


def test_folded_beside_finer_of_the_same_day():
    finer = counted(
        [dimension("origin", "AFG", "SYR", "UKR", rest="OTHER")],
        {("AFG",): 30, ("SYR",): 40, ("UKR",): 18, ("OTHER",): 2},
    )
    folded = counted([ORIGIN], {("AFG",): 30, ("SYR",): 40, ("OTHER",): 20})
    assert protect(sheet(folded), seed=SEED).count == 0
    hidden = protect(sheet(folded), seed=SEED).hidden
    later = protect(sheet(replace(finer, code="finer")), [(sheet(folded), hidden)], seed=SEED)
    # The rest of the folded table is UKR and the rest of the finer one.
    assert {("OTHER",), ("UKR",)} <= later.hidden["finer"]


def test_the_rest_of_a_coarser_list_is_the_sum_of_finer_ones():
    macro = Dimension("region", (Category("north", frozenset({"R1", "R2"})), Category("other", None)))
    fine = dimension("region", "R1", "R2", "R3", rest="elsewhere")
    one = counted([macro], {("north",): 10, ("other",): 20})
    two = counted([fine], {("R1",): 4, ("R2",): 6, ("R3",): 9, ("elsewhere",): 11})
    problem = linked([(sheet(replace(one, code="macro"), two), None)])
    identities = [{(f, *sorted(value for _, value in t)) for f, _, _, t in row} for row in rows_of(problem)]
    assert {(1, "R1|R2"), (-1, "R1"), (-1, "R2")} in identities or {(-1, "R1|R2"), (1, "R1"), (1, "R2")} in identities
    rest = {(1, "!R1|R2"), (-1, "R3"), (-1, "!R1|R2|R3")}
    assert rest in identities or {(-f, *name) for f, *name in rest} in identities


def test_what_a_group_leaves_out_is_reckoned_too():
    """A city beside its region: the region without the city is two persons, though no table says so."""
    regions = Dimension("region", (Category("south", frozenset({"CITY", "LAND"})), Category("other", None)))
    city = dimension("region", "CITY", rest="elsewhere")
    one = replace(counted([regions], {("south",): 12, ("other",): 20}), code="regions")
    two = counted([city], {("CITY",): 10, ("elsewhere",): 22})
    problem = linked([(sheet(one, two), None)])
    land = next(number for number in problem.numbers if number.spot.traits == frozenset({("region", "LAND")}))
    assert (land.value, land.state) == (2, State.DERIVED)
    protected = protect(sheet(one, two), seed=SEED)
    assert protected.count >= 2


def test_months_lie_in_their_period_and_overlapping_periods_leave_elementary_ones():
    march, april = date(2024, 3, 1), date(2024, 4, 1)
    month = dimension("month", "2024-01", "2024-02", "2024-03")
    months = counted(
        [month], {("2024-01",): 10, ("2024-02",): 7, ("2024-03",): 8}, when=(OPENING, april), population="sessions"
    )
    problem = linked([(sheet(months), None)])
    assert {one.spot.when for one in problem.numbers} >= {(OPENING, date(2024, 2, 1)), (march, april), (OPENING, april)}
    longer = counted([], {(): 28}, when=(OPENING, date(2024, 5, 1)), population="sessions")
    both = linked([(sheet(months), {}), (sheet(replace(longer, code="longer")), None)])
    derived = [one for one in both.numbers if one.state == State.DERIVED]
    assert [(one.spot.when, one.value) for one in derived] == [((april, date(2024, 5, 1)), 3)]
    protected = protect(sheet(replace(longer, code="longer"), total=False), [(sheet(months), {})], seed=SEED)
    assert protected.hidden["longer"] == {()}


def test_an_account_adds_up():
    flows = [
        counted(
            [dimension("flow", "new", "again")], {("new",): n, ("again",): m}, when=PERIOD, population=f"stock:{way}"
        )
        for way, n, m in (("in", 12, 2), ("out", 9, 0))
    ]
    stock = counted([ROWS], {("a",): 30, ("b",): 30, ("c",): 30})
    terms = (
        (1, spot("stock", OPENING)),
        (1, spot("stock:in", PERIOD)),
        (-1, spot("stock:out", PERIOD)),
        (-1, spot("stock", CLOSING)),
    )
    facts = Facts((stock, *flows), (Equation(terms),), frozenset({spot("stock", CLOSING)}))
    protected = protect(facts, seed=SEED)
    assert ("again",) in protected.hidden[flows[0].code]
    assert not protected.unsafe


def test_the_pattern_stays_where_it_was():
    first = factsheet(300, 200, seed=5)
    hidden = protect(first, seed=SEED).hidden
    year = date(2026, 1, 1)
    moved = {OPENING: CLOSING, CLOSING: year}

    def later(when):
        return moved[when] if isinstance(when, date) else tuple(moved[day] for day in when)

    second = Facts(
        tuple(replace(one, when=later(one.when)) for one in first.tables),
        forced=frozenset(one._replace(when=later(one.when)) for one in first.forced),
        floors={one._replace(when=later(one.when)): floor for one, floor in first.floors.items()},
    )
    stocks = [one.code for one in first.tables if ":" not in one.code]
    again = protect(
        replace(second, tables=tuple(one for one in second.tables if one.code in stocks)), [(first, hidden)], seed=SEED
    )
    same = sum(len(hidden[code] & again.hidden[code]) for code in stocks)
    either = sum(len(hidden[code] | again.hidden[code]) for code in stocks)
    assert same / either > 0.9


def test_what_an_earlier_release_withheld_is_not_given_away_by_forced_cells_now():
    then = sheet(counted([ORIGIN], {("AFG",): 30, ("SYR",): 12, ("OTHER",): 3}))
    hidden = protect(then, seed=SEED).hidden
    other = counted([dimension("origin", "AFG", rest="elsewhere")], {("AFG",): 30, ("elsewhere",): 15})
    third = counted([dimension("origin", "SYR", rest="elsewhere")], {("SYR",): 12, ("elsewhere",): 33})
    forced = frozenset({spot("stock", CLOSING, origin="AFG"), spot("stock", CLOSING, origin="SYR")})
    now = sheet(replace(other, code="one"), replace(third, code="two"), forced=forced)
    reasons = {one.reason for one in protect(now, [(then, hidden)], seed=SEED).unsafe}
    assert Reason.EARLIER in reasons


def test_a_total_that_an_edition_withheld_is_not_forced_by_the_next() -> None:
    """Three came by the first edition, six by the correction: nobody may learn that it was fewer than five."""
    flow = dimension("flow", "new", "again")

    def edition(came: int) -> Facts:
        moved = [
            counted([flow], {("new",): count, ("again",): 0}, when=PERIOD, population=f"stock:{way}")
            for way, count in (("in", came), ("out", 5))
        ]
        forced = frozenset({spot("stock:in", PERIOD)} if came >= 5 else ())
        return replace(sheet(*moved), forced=forced)

    first, second = edition(3), edition(6)
    hidden = protect(first, seed=SEED).hidden
    assert hidden["stock:in_by_flow"] >= {("*",)}
    later = protect(second, [(first, hidden)], seed=SEED)
    assert later.hidden["stock:in_by_flow"] >= {("*",)}
    assert not later.unsafe


def test_a_release_stays_linked_with_what_it_went_on_from() -> None:
    """An edition of the earlier day that comes later is of other numbers: what came between is not reckoned from it."""

    def stock(day: date, afghans: int) -> Table:
        return replace(counted([ORIGIN], {("AFG",): afghans, ("SYR",): 40, ("OTHER",): 20}, when=day), code=f"{day}")

    moved = [
        counted([ORIGIN], {("AFG",): n, ("SYR",): 0, ("OTHER",): 0}, when=PERIOD, population=f"stock:{way}")
        for way, n in (("in", 6), ("out", 0))
    ]
    first, second = sheet(stock(OPENING, 30)), sheet(stock(CLOSING, 36), *moved)
    edition = sheet(stock(OPENING, 38))
    problem = linked([(first, {}), (second, {}), (edition, None)])
    linking = [
        {problem.numbers[i].value for i, _ in row}
        for row in problem.rows
        if {problem.numbers[i].spot.when for i, _ in row} == {OPENING, CLOSING, PERIOD}
        and all(problem.numbers[i].spot.traits == frozenset({("origin", "AFG")}) for i, _ in row)
    ]
    assert linking == [{36, 30, 6, 0}]
