"""How cases are spread over lawyers, and who may stand in for whom."""

from datetime import date
from uuid import UUID, uuid4

import pytest

from casework.supervision.rules import Absence, Piece, away_too, middle, said_twice, spread, stands_in_already

ANNA, BOLAT, VERA = uuid4(), uuid4(), uuid4()


def pieces(count: int) -> list[Piece]:
    return [Piece(uuid4(), frozenset({uuid4()})) for _ in range(count)]


def anybody(case_id: UUID, lawyer_id: UUID) -> bool:
    return True


def test_whoever_has_the_fewest_gets_the_next() -> None:
    wanted = pieces(6)
    given = spread(wanted, {ANNA: 3, BOLAT: 1}, anybody)
    assert [given[one.case_id] for one in wanted] == [BOLAT, BOLAT, ANNA, BOLAT, ANNA, BOLAT]


def test_two_hundred_are_as_even_as_can_be() -> None:
    given = spread(pieces(200), {ANNA: 40, BOLAT: 0, VERA: 12}, anybody)
    carried = {one: list(given.values()).count(one) for one in (ANNA, BOLAT, VERA)}
    assert carried == {ANNA: 44, BOLAT: 84, VERA: 72}


def test_what_is_urgent_does_not_all_come_to_one() -> None:
    urgent = [Piece(uuid4(), frozenset({uuid4()}), is_urgent=True) for _ in range(6)]
    given = spread([*pieces(3), *urgent, *pieces(3)], {ANNA: 6, BOLAT: 0}, anybody)
    assert [list(given.values()).count(one) for one in (ANNA, BOLAT)] == [3, 9], "so many for what they carry"
    assert [[given[one.case_id] for one in urgent].count(who) for who in (ANNA, BOLAT)] == [3, 3]
    assert set(spread(urgent, {ANNA: 40, BOLAT: 0}, anybody).values()) == {BOLAT}


def test_cases_of_one_person_stay_together() -> None:
    person = uuid4()
    first, between, second = (
        Piece(uuid4(), frozenset({person})),
        *pieces(1),
        Piece(uuid4(), frozenset({uuid4(), person})),
    )
    given = spread([first, between, second], {ANNA: 0, BOLAT: 0}, anybody)
    assert given[first.case_id] == given[second.case_id] == ANNA
    assert given[between.case_id] == BOLAT


def test_whoever_may_not_get_it_is_passed_by_and_what_nobody_may_get_is_left() -> None:
    free, taken = pieces(2)
    given = spread([free, taken], {ANNA: 0, BOLAT: 9}, lambda case, lawyer: case == free.case_id and lawyer == BOLAT)
    assert given == {free.case_id: BOLAT}


def absence(away: UUID, there: UUID, first: int, last: int) -> Absence:
    return Absence(away, there, date(2026, 7, first), date(2026, 7, last))


@pytest.mark.parametrize(
    ("other", "rule"),
    [
        (absence(BOLAT, VERA, 10, 20), away_too),  # Bolat, who is to stand in for Anna, is away himself
        (absence(BOLAT, ANNA, 5, 6), away_too),  # each for the other
        (absence(VERA, ANNA, 1, 5), stands_in_already),  # Anna stands in for Vera and goes away
        (absence(ANNA, BOLAT, 10, 30), said_twice),
    ],
)
def test_what_speaks_against_standing_in(other: Absence, rule: object) -> None:
    wanted = absence(ANNA, BOLAT, 5, 10)
    assert rule(wanted, [other]) is other  # type: ignore[operator]
    later = absence(ANNA, BOLAT, 21, 22)
    if other.until_on < later.from_on:
        assert all(one(later, [other]) is None for one in (away_too, stands_in_already, said_twice))


def test_several_may_stand_in_and_one_for_several() -> None:
    others = [absence(ANNA, VERA, 1, 9), absence(VERA, BOLAT, 20, 25)]
    assert all(one(absence(ANNA, BOLAT, 1, 9), others) is None for one in (away_too, stands_in_already, said_twice))


def test_the_median() -> None:
    assert (middle([]), middle([5]), middle([1, 2, 9]), middle([1, 4])) == (None, 5, 2, 2)
