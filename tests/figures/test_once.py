"""A person counts once: in one record after a merge, and in national figures while two partners may both have them."""

from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from casework.core import clock
from casework.core.db import db
from casework.core.events import known_elsewhere, person_changed
from casework.core.scope import system
from casework.elsewhere.models import Overlap, OverlapSide
from casework.elsewhere.rules import State
from casework.figures import actions, queries
from casework.figures.models import Offset
from casework.figures.rules import Cell, Entry, Move, PersonFacts, account, movements, stock, taken_back, until
from casework.persons import actions as persons
from casework.persons.models import Person
from casework.persons.rules import Flow
from tests.conftest import Acting
from tests.factories import World
from tests.figures.caseload import again, registered

TODAY = date(2025, 6, 10)
UN = {"dimension": "nationality", "statuses": ["UN"]}


# -- the rule ----------------------------------------------------------------------------------------------------


def undetermined(
    came: date, left: date | None = None, confirmed: date | None = None, origin: str = "UZB"
) -> list[Move]:
    entries = [Entry("registration", "ACTIVE", came, "identified"), Entry("nationality", "UN", came, "identified")]
    entries += [Entry("nationality", "NC-KZ", confirmed, "confirmed_kz")] if confirmed else []
    entries += [Entry("registration", "LEFT", left, "lost_contact")] if left else []
    return movements(PersonFacts("F", origin, 1990, 4, tuple(entries)), date.max)


def total(*moves: list[Move], on: date) -> int:
    return sum(stock([one for some in moves for one in some], on).values())


def test_the_stock_falls_by_one_from_the_day_both_were_in_it() -> None:
    first, second = undetermined(date(2023, 1, 5)), undetermined(date(2024, 3, 5))
    answer = taken_back(first, second, Flow.MERGED)
    assert total(first, second, answer, on=date(2024, 3, 5)) == 1
    assert total(first, second, answer, on=date(2024, 3, 6)) == 1
    year = account([*first, *second, *answer], date(2024, 1, 1), date(2025, 1, 1))
    assert (year.opening, year.flows, year.closing) == (1, {"identified": 1, "merged": -1}, 1)


def test_who_came_back_under_another_record_was_never_counted_twice() -> None:
    first, second = undetermined(date(2023, 1, 5), left=date(2023, 12, 1)), undetermined(date(2024, 3, 5))
    assert taken_back(first, second, Flow.MERGED) == []


def test_one_confirmation_is_named_once() -> None:
    first = undetermined(date(2023, 1, 5), confirmed=date(2024, 9, 1))
    second = undetermined(date(2024, 3, 5), confirmed=date(2024, 9, 3))
    answer = taken_back(first, second, Flow.ELSEWHERE)
    of_un = [one for one in [*first, *second, *answer] if one.cell.status == "UN"]
    year = account(of_un, date(2024, 1, 1), date(2025, 1, 1))
    assert (year.opening, year.flows, year.closing) == (
        1,
        {"identified": 1, "elsewhere": -1, "confirmed_kz": -1},
        0,
    )


def test_when_the_first_leaves_the_second_counts_again() -> None:
    first, second = undetermined(date(2023, 1, 5), left=date(2024, 5, 1)), undetermined(date(2024, 3, 5))
    answer = taken_back(first, second, Flow.ELSEWHERE)
    for day in (date(2024, 4, 1), date(2024, 5, 1), date(2024, 5, 2), date(2024, 6, 1)):
        assert total(first, second, answer, on=day) == 1


def test_of_a_merged_record_nothing_holds_any_more() -> None:
    facts = PersonFacts(
        "F",
        "UZB",
        1990,
        4,
        (
            Entry("registration", "ACTIVE", date(2024, 1, 1), "identified", 1),
            Entry("nationality", "UN", date(2024, 1, 1), "identified", 2),
            Entry("registration", "LEFT", date(2024, 8, 1), "lost_contact", 3),
            Entry("registration", "ACTIVE", date(2024, 12, 1), "reopened", 4),
        ),
    )
    moves = movements(until(facts, date(2024, 3, 1)), date.max)
    assert total(moves, on=date(2024, 3, 1)) == 1
    assert [total(moves, on=day) for day in (date(2024, 3, 2), date(2024, 12, 2))] == [0, 0]


DAYS = st.integers(0, 40).map(lambda days: date(2024, 1, 1) + timedelta(days=days))
CELLS = [Cell("nationality", status, "UZB", "F", "18-59", "KZ-75") for status in ("UN", "AR", "NC-KZ")]


@st.composite
def histories(draw: st.DrawFn) -> list[Move]:
    """A person going from cell to cell, and out and in again."""
    found: list[Move] = []
    held: Cell | None = None
    for day in sorted(draw(st.sets(DAYS, max_size=6))):
        cell = draw(st.sampled_from([None, *CELLS]))
        if cell != held:
            found += [Move(day, held, -1, "moved")] if held else []
            found += [Move(day, cell, 1, "moved")] if cell else []
            held = cell
    return found


@given(histories(), histories(), histories())
def test_three_records_of_one_person_never_count_more_than_one_nor_less(
    a: list[Move], b: list[Move], c: list[Move]
) -> None:
    with_b = taken_back(a, b, Flow.MERGED)
    with_c = taken_back([*a, *b, *with_b], c, Flow.ELSEWHERE)
    for days in range(45):
        day = date(2024, 1, 1) + timedelta(days=days)
        counted = stock([*a, *b, *with_b, *c, *with_c], day)
        first = stock(a, day) or stock(b, day) or stock(c, day)
        assert counted == first  # as the first of them that counts says


# -- in the database ---------------------------------------------------------------------------------------------


def merge(kept: UUID, gone: UUID, on: date | None = TODAY) -> None:
    record = again(gone)
    record.merged_into_id, record.merged_on = (kept, on) if on else (None, None)
    person_changed.send(again(kept))
    person_changed.send(record)


def counts(organisation_id: UUID | None = None) -> list[int]:
    return [
        queries.stock(day, **UN, organisation_id=organisation_id)  # type: ignore[arg-type]
        for day in (date(2024, 2, 1), date(2024, 7, 1), date(2025, 6, 11))
    ]


def test_a_merge_takes_one_out_from_the_right_day_and_its_undoing_puts_it_back(acting: Acting, world: World) -> None:
    where = world.organisations["A"]
    with clock.at(TODAY), acting(world.principal("lawyer")):
        first = registered(date(2024, 1, 10), nationality="UN", born=None).id
        second = registered(date(2024, 5, 3), nationality="UN").id
        assert counts(where) == [1, 2, 2]
        merge(first, second)
        assert counts(where) == [1, 1, 1]
        merge(first, second, None)
        assert counts(where) == [1, 2, 2]
    with acting(system("test")):
        assert queries.verify() == []


def question(state: State, *person_ids: UUID) -> None:
    """What the system writes down when partners may have the same person."""
    asked = Overlap(id=uuid4(), state=state, found_at=clock.now(), changed_at=clock.now())
    db.session.add(asked)
    for person_id in person_ids:
        whose = db.session.get_one(Person, person_id).organisation_id
        db.session.add(OverlapSide(organisation_id=whose, overlap_id=asked.id, person_id=person_id))
    known_elsewhere.send(None, person_ids=set(person_ids))


@pytest.mark.parametrize("state", [one for one in State if one is not State.DIFFERENT])
def test_until_it_is_resolved_a_person_counts_once_in_the_country_and_whole_with_each_partner(
    acting: Acting, world: World, state: State
) -> None:
    with clock.at(TODAY), acting(world.principal("lawyer")):
        mine = registered(date(2024, 1, 10), nationality="UN").id
    with clock.at(TODAY), acting(world.principal("lawyer", "B")):
        theirs = registered(date(2024, 5, 3), nationality="UN", origin="UNK").id
    with clock.at(TODAY), acting(system("test")):
        assert counts() == [1, 2, 2]
        question(state, mine, theirs)
        assert counts() == [1, 1, 1]
        assert queries.stock_by(date(2025, 6, 11), **UN, by="origin") == {"AFG": 1}  # type: ignore[arg-type]
        assert counts(world.organisations["A"]) == [1, 1, 1]
        assert counts(world.organisations["B"]) == [0, 1, 1]
        assert queries.account(date(2024, 1, 1), date(2025, 1, 1), **UN).flows == {  # type: ignore[arg-type]
            "identified": 2,
            "elsewhere": -1,
        }
        assert queries.verify() == []


def test_whoever_turns_out_to_be_another_counts_again(acting: Acting, world: World) -> None:
    with clock.at(TODAY), acting(world.principal("lawyer")):
        mine = registered(date(2024, 1, 10), nationality="UN").id
    with clock.at(TODAY), acting(world.principal("lawyer", "B")):
        theirs = registered(date(2024, 5, 3), nationality="UN").id
    with clock.at(TODAY), acting(system("test")):
        question(State.ASKED, mine, theirs)
        overlap = db.session.scalars(select(Overlap)).one()
        overlap.state = State.DIFFERENT
        known_elsewhere.send(None, person_ids={mine, theirs})
        assert counts() == [1, 2, 2]
        assert queries.verify() == []


def test_what_one_partner_records_later_moves_the_national_figure_as_one_person(acting: Acting, world: World) -> None:
    with clock.at(TODAY), acting(world.principal("lawyer")):
        mine = registered(date(2024, 1, 10), nationality="UN").id
    with clock.at(TODAY), acting(world.principal("lawyer", "B")):
        theirs = registered(date(2024, 5, 3), nationality="UN").id
    with clock.at(TODAY), acting(system("test")):
        question(State.SUSPECTED, mine, theirs)
    with clock.at(TODAY), acting(world.principal("lawyer")):
        persons.set_status(again(mine), "nationality", "NC-KZ", date(2024, 6, 1), "confirmed_kz")
    with clock.at(TODAY), acting(system("test")):
        actions.settle_offsets()
        # The first record says confirmed: the second, which still says undetermined, does not count beside it.
        assert counts() == [1, 0, 0]
        assert queries.verify() == []


def test_a_damaged_offset_is_found(acting: Acting, world: World) -> None:
    with clock.at(TODAY), acting(world.principal("lawyer")):
        mine = registered(date(2024, 1, 10), nationality="UN").id
    with clock.at(TODAY), acting(world.principal("lawyer", "B")):
        theirs = registered(date(2024, 5, 3), nationality="UN").id
    with clock.at(TODAY), acting(system("test")) as session:
        question(State.SAME, mine, theirs)
        for one in session.scalars(select(Offset)):
            session.delete(one)
        session.flush()
        found = queries.verify(TODAY)
        assert [(one.organisation_id, one.ledger, one.recount) for one in found] == [(None, 0, -1)]
