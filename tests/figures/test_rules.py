"""Stocks, flows, and when the parts of a Key Figure may be shown."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casework.figures.rules import (
    COUNTED_DIMENSIONS,
    Cell,
    Entry,
    Move,
    PersonFacts,
    account,
    cell_on,
    difference,
    may_be_shown,
    movements,
    stock,
)
from casework.persons.rules import DisplacementStatus, Flow, NationalityStatus

DAY = timedelta(days=1)
HORIZON = date(2026, 12, 31)


def facts(
    *entries: Entry, sex: str = "F", origin: str = "AFG", year: int | None = 1990, month: int | None = 4
) -> PersonFacts:
    return PersonFacts(sex, origin, year, month, entries)


def active(day: date, reason: str | None = "identified", sequence: int = 0) -> Entry:
    return Entry("registration", "ACTIVE", day, reason, sequence)


def left(day: date, reason: str | None, sequence: int = 0) -> Entry:
    return Entry("registration", "LEFT", day, reason, sequence)


def nationality(code: str, day: date, reason: str | None = None, sequence: int = 0) -> Entry:
    return Entry("nationality", code, day, reason, sequence)


def brief(moves: list[Move]) -> list[tuple[str, int, str, str, str, str]]:
    return [(str(m.effective_on), m.quantity, m.cell.status, m.cell.age_band, m.cell.region, m.flow) for m in moves]


# By hand


def test_one_person_from_intake_to_confirmation() -> None:
    person = facts(
        active(date(2026, 2, 10)),
        nationality("ND", date(2026, 2, 10)),
        nationality("UN", date(2026, 3, 1), "identified"),
        Entry("residence", "KZ-75", date(2026, 2, 10)),
        Entry("residence", "KZ-79", date(2026, 5, 20)),
        nationality("NC-KZ", date(2026, 9, 3), "confirmed_kz"),
    )
    assert brief(movements(person, HORIZON)) == [
        ("2026-03-01", 1, "UN", "18-59", "KZ-75", "identified"),
        ("2026-05-20", -1, "UN", "18-59", "KZ-75", "moved"),
        ("2026-05-20", 1, "UN", "18-59", "KZ-79", "moved"),
        ("2026-09-03", -1, "UN", "18-59", "KZ-79", "confirmed_kz"),
        ("2026-09-03", 1, "NC-KZ", "18-59", "KZ-79", "confirmed_kz"),
    ]
    undetermined = [m for m in movements(person, HORIZON) if m.cell.status == "UN"]
    year = account(undetermined, date(2026, 1, 1), date(2027, 1, 1))
    assert (year.opening, year.flows, year.closing) == (0, {"identified": 1, "confirmed_kz": -1}, 0)
    # A change on the first of the month is not yet in that day's figure.
    assert cell_on(person, "nationality", date(2026, 3, 1)) is None
    assert cell_on(person, "nationality", date(2026, 3, 2)) is not None
    assert stock(undetermined, date(2026, 3, 1)) == {}


def test_an_asylum_seeker_of_undetermined_nationality_is_in_both_stocks() -> None:
    day = date(2026, 2, 10)
    person = facts(active(day), nationality("UN", day), Entry("displacement", "ASR", day, "identified"))
    assert [m.cell.dimension for m in movements(person, HORIZON)] == ["displacement", "nationality"]
    assert {m.flow for m in movements(person, HORIZON)} == {"identified"}


def test_coming_of_age_is_a_move_on_the_last_day_of_the_birth_month() -> None:
    person = facts(active(date(2026, 1, 5)), nationality("UN", date(2026, 1, 5)), year=2008, month=2)
    assert brief(movements(person, HORIZON))[1:] == [
        ("2026-02-28", -1, "UN", "12-17", "UNK", "age"),
        ("2026-02-28", 1, "UN", "18-59", "UNK", "age"),
    ]
    assert stock(movements(person, HORIZON), date(2026, 2, 28)).keys() == {
        Cell("nationality", "UN", "AFG", "F", "12-17", "UNK")
    }
    assert len(movements(person, date(2026, 2, 27))) == 1
    assert len(movements(person, date(2026, 2, 28))) == 3


def test_a_child_born_in_a_leap_february_changes_band_on_29_february() -> None:
    person = facts(active(date(2020, 1, 5)), nationality("UN", date(2020, 1, 5)), year=2012, month=2)
    days = [m.effective_on for m in movements(person, date(2024, 12, 31)) if m.flow == "age"]
    assert days == [date(2024, 2, 29)] * 2


@pytest.mark.parametrize(("year", "month", "days"), [(2008, None, {date(2026, 6, 30)}), (None, None, set())])
def test_unknown_birth_month_and_year(year: int | None, month: int | None, days: set[date]) -> None:
    person = facts(active(date(2026, 1, 5)), nationality("UN", date(2026, 1, 5)), year=year, month=month)
    assert {m.effective_on for m in movements(person, HORIZON) if m.flow == "age"} == days


def test_reopening_after_leaving() -> None:
    person = facts(
        active(date(2026, 1, 5)),
        nationality("UN", date(2026, 1, 5)),
        left(date(2026, 3, 1), "lost_contact"),
        active(date(2026, 6, 1), None),
    )
    assert [(m.quantity, m.flow) for m in movements(person, HORIZON)] == [
        (1, "identified"),
        (-1, "lost_contact"),
        (1, "reopened"),
    ]


def test_leaving_and_returning_on_one_day_is_nothing() -> None:
    person = facts(
        active(date(2026, 1, 5), sequence=1),
        nationality("UN", date(2026, 1, 5)),
        left(date(2026, 3, 1), "closed", sequence=2),
        active(date(2026, 3, 1), "correction", sequence=3),
    )
    assert len(movements(person, HORIZON)) == 1


def test_an_entry_that_repeats_the_code_moves_nobody() -> None:
    """A session and a closing may both say it: on one day or on two, the person goes once, and for the first reason."""
    start = (active(date(2026, 1, 5)), nationality("UN", date(2026, 1, 5)))
    once = nationality("NC-KZ", date(2026, 3, 1), reason="confirmed_kz")
    again = [nationality("NC-KZ", day, reason="confirmed_kz") for day in (date(2026, 3, 1), date(2026, 4, 1))]
    assert movements(facts(*start, once, *again), HORIZON) == movements(facts(*start, once), HORIZON)
    # The first taken back, the second holds from its own day.
    assert movements(facts(*start, again[1]), HORIZON)[-1].effective_on == date(2026, 4, 1)


@pytest.mark.parametrize(("reason", "flow"), [("closed", "confirmed_kz"), ("died", "died"), ("merged", "merged")])
def test_a_file_closed_on_the_day_of_the_confirmation_leaves_as_confirmed(reason: str, flow: str) -> None:
    person = facts(
        active(date(2026, 1, 5)),
        nationality("UN", date(2026, 1, 5)),
        nationality("NC-KZ", date(2026, 3, 1), "confirmed_kz"),
        left(date(2026, 3, 1), reason),
    )
    assert brief(movements(person, HORIZON))[1:] == [("2026-03-01", -1, "UN", "18-59", "UNK", flow)]


def test_a_person_never_registered_or_not_assessed_is_in_no_stock() -> None:
    assert movements(facts(nationality("UN", date(2026, 1, 5))), HORIZON) == []
    assert movements(facts(active(date(2026, 1, 5)), nationality("ND", date(2026, 1, 5))), HORIZON) == []


def test_a_backdated_status_moves_the_intake_and_appends_only() -> None:
    before = facts(active(date(2026, 1, 5)), nationality("UN", date(2026, 3, 1), "identified", 1))
    after = replace(before, entries=(*before.entries, nationality("AR", date(2026, 2, 1), "correction", 2)))
    ledger = movements(before, HORIZON)
    added = difference(movements(after, HORIZON), ledger)
    assert [(str(m.effective_on), m.quantity, m.cell.status, m.flow) for m in added] == [
        ("2026-02-01", 1, "AR", "correction"),
        ("2026-03-01", -1, "AR", "identified"),
    ]


def test_a_voided_entry_is_answered_by_its_opposite() -> None:
    before = movements(facts(active(date(2026, 1, 5)), nationality("UN", date(2026, 1, 5))), HORIZON)
    added = difference([], before)
    assert added == [before[0]._replace(quantity=-1)]
    assert stock(before + added, HORIZON) == {}


def test_an_account_ends_after_it_starts() -> None:
    with pytest.raises(ValueError, match="ends before"):
        account([], date(2026, 2, 1), date(2026, 1, 1))


# For any history

_CODES = {
    "displacement": list(DisplacementStatus),
    "nationality": list(NationalityStatus),
    "residence": ["KZ-10", "KZ-11", "KZ-15", "UNK"],
    "registration": ["ACTIVE", "ACTIVE", "ACTIVE", "LEFT"],
}
_NEAR_DAYS = st.dates(date(2025, 11, 1), date(2026, 4, 30))
_FAR_DAYS = st.dates(date(1995, 1, 1), HORIZON)


@st.composite
def entries(draw: st.DrawFn) -> Entry:
    dimension = draw(st.sampled_from(sorted(_CODES)))
    return Entry(
        dimension,
        draw(st.sampled_from(_CODES[dimension])),
        draw(_NEAR_DAYS | _FAR_DAYS),
        draw(st.none() | st.sampled_from(list(Flow))),
        draw(st.integers(0, 10**6)),
    )


@st.composite
def persons(draw: st.DrawFn) -> PersonFacts:
    history = draw(st.lists(entries(), max_size=12, unique_by=lambda e: e.sequence))
    if draw(st.booleans()):
        history.append(Entry("registration", "ACTIVE", draw(_FAR_DAYS), "identified", -1))
    return PersonFacts(
        draw(st.sampled_from("FMXU")),
        draw(st.sampled_from(["AFG", "UKR", "XXA"])),
        draw(st.none() | st.integers(1930, 2026)),
        draw(st.none() | st.integers(1, 12)),
        tuple(draw(st.permutations(history))),
    )


@st.composite
def corrections(draw: st.DrawFn, person: PersonFacts) -> PersonFacts:
    """The same person after corrections: entries voided, backdated, added; merged away; facts changed."""
    kept = [entry for entry in person.entries if draw(st.integers(0, 3))]
    moved = [replace(e, effective_on=draw(_FAR_DAYS)) if not draw(st.integers(0, 4)) else e for e in kept]
    added = draw(st.lists(entries(), max_size=3))
    history = [
        *moved,
        *(replace(entry, sequence=entry.sequence + 2 * 10**6 + n) for n, entry in enumerate(added)),
    ]
    if draw(st.booleans()):
        history.append(Entry("registration", "LEFT", draw(_NEAR_DAYS), Flow.MERGED, 10**7))
    return PersonFacts(
        draw(st.sampled_from([person.sex, "F", "M"])),
        draw(st.sampled_from([person.origin, "UKR"])),
        draw(st.sampled_from([person.birth_year, 2008, None])),
        draw(st.sampled_from([person.birth_month, 2, 12, None])),
        tuple(history),
    )


def watched_days(*people: PersonFacts) -> set[date]:
    """Every day on which something can turn, the days beside it, and firsts of months."""
    turns = {entry.effective_on for person in people for entry in person.entries}
    turns |= {date(year, month, 1) for year in (1995, 2008, 2020, 2025, 2026) for month in range(1, 13)}
    turns |= {
        date(person.birth_year + age + (month == 12), month % 12 + 1, 1)
        for person in people
        if person.birth_year
        for age in (0, 5, 12, 18, 60)
        for month in (person.birth_month or 6,)
    }
    return {day + shift * DAY for day in turns for shift in (-1, 0, 1, 2) if day < HORIZON} | {HORIZON + DAY}


def counted(person: PersonFacts, as_of: date) -> dict[Cell, int]:
    cells = (cell_on(person, dimension, as_of) for dimension in COUNTED_DIMENSIONS)
    return {cell: 1 for cell in cells if cell}


@given(persons())
def test_the_moves_sum_to_the_recount_as_of_every_day(person: PersonFacts) -> None:
    moves = movements(person, HORIZON)
    for day in watched_days(person):
        assert stock(moves, day) == counted(person, day), day


@given(persons())
def test_moves_are_in_order_and_nothing_cancels_within_a_day(person: PersonFacts) -> None:
    moves = movements(person, HORIZON)
    assert [m.effective_on for m in moves] == sorted(m.effective_on for m in moves)
    assert max(Counter((m.effective_on, m.cell) for m in moves).values(), default=1) == 1
    assert {m.cell.status for m in moves}.isdisjoint({"ND"})


@given(persons(), st.data())
def test_corrections_only_append_and_end_in_the_recount(person: PersonFacts, data: st.DataObject) -> None:
    ledger = movements(person, HORIZON)
    corrected = data.draw(corrections(person))
    want = movements(corrected, HORIZON)
    ledger = ledger + difference(want, ledger)
    assert difference(want, ledger) == []
    for day in watched_days(person, corrected):
        assert stock(ledger, day) == counted(corrected, day), day


@given(persons())
def test_a_later_horizon_only_adds_what_age_brings(person: PersonFacts) -> None:
    early = movements(person, date(2026, 1, 31))
    full = movements(person, HORIZON)
    late = early + difference(full, early)
    assert difference(full, late) == []
    for day in watched_days(person):
        assert stock(late, day) == counted(person, day)
        if day <= date(2026, 2, 1):
            assert stock(early, day) == counted(person, day)


@given(st.lists(persons(), max_size=5), st.dates(date(2024, 1, 1), HORIZON), st.dates(date(2024, 1, 1), HORIZON))
@settings(max_examples=60)
def test_every_account_balances(people: list[PersonFacts], one: date, other: date) -> None:
    start, end = sorted((one, other))
    moves = [move for person in people for move in movements(person, HORIZON)]
    for cells in ({"UN"}, {"ASR"}, {"REF-C", "REF-M", "REF-D"}, set(NationalityStatus)):
        of_these = [move for move in moves if move.cell.status in cells]
        result = account(of_these, start, end)
        assert result.opening + sum(result.flows.values()) == result.closing
        assert result.opening == sum(stock(of_these, start).values())
        assert result.closing == sum(stock(of_these, end).values()) >= 0


_ANY_MOVES = st.lists(
    st.builds(
        Move,
        st.dates(date(2026, 1, 1), date(2026, 1, 4)),
        st.sampled_from([Cell("nationality", s, "AFG", "F", "18-59", "UNK") for s in ("UN", "AR")]),
        st.sampled_from([1, -1]),
        st.sampled_from(["moved", "age"]),
    )
)


@given(_ANY_MOVES, _ANY_MOVES)
def test_the_difference_applied_is_what_was_wanted(want: list[Move], have: list[Move]) -> None:
    def net(moves: list[Move]) -> dict[tuple[date, Cell, str], int]:
        sums: Counter[tuple[date, Cell, str]] = Counter()
        for move in moves:
            sums[move.effective_on, move.cell, move.flow] += move.quantity
        return {key: quantity for key, quantity in sums.items() if quantity}

    added = difference(want, have)
    assert net(have + added) == net(want)
    assert difference(want, have + added) == []
    assert len(added) == sum(abs(n) for n in net(want + [m._replace(quantity=-m.quantity) for m in have]).values())


# The parts of a Key Figure


@pytest.mark.parametrize(
    ("parts", "are_shown"),
    [
        ([320, 244, 82], True),
        ([20, 0, 30], True),
        ([0, 0, 0], True),
        ([3, 14, 30], False),  # not even 30: a release may show 14 and withhold 30 instead
        ([6, 4, 0], False),
        ([2, 1, 0], False),
        ([5, 0, 0], False),
        ([6, 0, 0], True),
        ([], True),
    ],
)
def test_parts_are_shown_all_or_none(parts: list[int], are_shown: bool) -> None:
    assert may_be_shown(parts) == are_shown


@pytest.mark.parametrize(
    ("own", "are_shown"),
    [
        ([300, 0, 2], True),
        ([317, 0, 2], False),  # without its own three from the first country are left
        ([320, 0, 2], True),
        ([318, 244, 82], True),  # and there is nobody else: the total alone tells it that
    ],
)
def test_parts_without_a_partners_own_are_large_too(own: list[int], are_shown: bool) -> None:
    assert may_be_shown([320, 244, 82], [[0, 0, 0], own]) == are_shown


@given(st.lists(st.integers(0, 60), min_size=1, max_size=6))
def test_no_small_part_is_shown(parts: list[int]) -> None:
    assert not (may_be_shown(parts) and any(0 < part < 5 for part in parts))
    assert may_be_shown(parts) == may_be_shown(sorted(parts))


def spreads(size: int, total: int) -> Iterator[tuple[int, ...]]:
    if size == 1:
        yield (total,)
        return
    for first in range(total + 1):
        for rest in spreads(size - 1, total - first):
            yield (first, *rest)


def small_counts_given_away(size: int, total: int, threshold: int = 5) -> list[tuple[int, ...]]:
    """Play the reader who knows the method: which small counts stand out of all tables that print alike?"""
    same_print: dict[tuple[int, ...] | None, list[tuple[int, ...]]] = {}
    for counts in spreads(size, total):
        printed = counts if may_be_shown(counts, threshold=threshold) else None
        same_print.setdefault(printed, []).append(counts)
    given_away = []
    for worlds in same_print.values():
        for place in range(size):
            possible = {world[place] for world in worlds}
            if not any(0 < count < threshold for count in possible):
                continue
            if max(possible) < threshold or max(possible) - min(possible) < threshold - 1:
                given_away.append(worlds[0])
    return given_away


@pytest.mark.parametrize(
    ("size", "totals"),
    [(2, range(5, 60)), (3, range(5, 45)), (4, range(5, 26)), (5, range(5, 16))],
    ids=["two", "three", "four", "five"],
)
def test_a_reader_who_knows_the_method_learns_no_small_count(size: int, totals: range) -> None:
    assert [found for total in totals for found in small_counts_given_away(size, total)] == []
