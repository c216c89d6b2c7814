"""The list of cases: its filters, orders and pages; what is overdue; how much each lawyer carries."""

from collections.abc import Iterator
from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy.orm import Session

from casework.cases import actions, queries
from casework.cases.models import Case
from casework.cases.queries import PAGE, Filters
from casework.core import clock
from tests.conftest import Acting
from tests.factories import World
from tests.security.caseload import person_named

NOW = date(2026, 9, 15)


@pytest.fixture
def session(acting: Acting, world: World) -> Iterator[Session]:
    with clock.at(NOW), acting(world.principal("lawyer")) as found:
        yield found


@pytest.fixture
def cases(session: Session, world: World) -> dict[str, Case]:
    """One case of each kind that the filters tell apart."""
    lawyer, other = world.user_id("lawyer"), world.user_id("supervisor")

    def opened(name: str, on: date, track: str = "OTHER", lawyer_id: UUID = lawyer, **facts: object) -> Case:
        person = person_named(name, registered_on=on, **facts)
        return actions.open_case([person], track, on, lawyer_id)

    found = {
        "late": opened("late", date(2026, 9, 1), region="KZ-75"),
        "soon": opened("soon", date(2026, 9, 2), track="ASYLUM", displacement="ASR"),
        "bare": opened("bare", date(2026, 9, 3), track="NATIONALITY", nationality="UN"),
        "quiet": opened("quiet", date(2026, 6, 1)),
        "theirs": opened("theirs", date(2026, 9, 5), lawyer_id=other),
        "closed": opened("closed", date(2026, 5, 1)),
    }
    actions.set_next_step(found["late"], "Позвонить", NOW - timedelta(days=1))
    actions.set_next_step(found["soon"], "Написать", NOW + timedelta(days=7))
    actions.set_next_step(found["quiet"], "Найти", NOW + timedelta(days=60))
    actions.set_next_step(found["theirs"], "Встретить", NOW, other)
    actions.set_priority(found["soon"], "URGENT")
    actions.reach(found["bare"], "EVIDENCE", NOW)
    actions.close(found["closed"], date(2026, 9, 10), "ADVICE_ONLY", "SOLUTION")
    session.flush()
    return found


def names(cases: dict[str, Case], **filters: object) -> list[str]:
    found = queries.page(Filters(**filters))  # type: ignore[arg-type]
    assert found.total == len(found.rows)
    known = {case.id: name for name, case in cases.items()}
    return [known[row.id] for row in found.rows]


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({}, {"late", "soon", "bare", "quiet", "theirs"}),
        ({"state": "closed"}, {"closed"}),
        ({"state": "all"}, {"late", "soon", "bare", "quiet", "theirs", "closed"}),
        ({"track": "ASYLUM"}, {"soon"}),
        ({"region": "KZ-75"}, {"late"}),
        ({"status": "nationality:UN"}, {"bare"}),
        ({"status": "displacement:ASR"}, {"soon"}),
        ({"priority": "URGENT"}, {"soon"}),
        ({"due": "overdue"}, {"late"}),
        ({"due": "week"}, {"soon", "theirs"}),
        ({"due": "none"}, {"bare"}),
        ({"contact": "none30"}, {"quiet"}),
        ({"contact": "none90"}, {"quiet"}),
        ({"opened": "2026-Q2"}, {"quiet"}),
        ({"opened": "2026-Q2", "state": "all"}, {"quiet", "closed"}),
        ({"closed": "2026-09", "state": "all"}, {"closed"}),
        ({"state": "all", "due": "none"}, {"bare"}),
        ({"track": "ASYLUM", "region": "KZ-75"}, set()),
    ],
)
def test_filters(cases: dict[str, Case], filters: dict[str, str], expected: set[str]) -> None:
    assert set(names(cases, **filters)) == expected


def test_by_lawyer_and_stage(cases: dict[str, Case], world: World) -> None:
    assert names(cases, lawyer=str(world.user_id("supervisor"))) == ["theirs"]
    assert names(cases, lawyer=str(uuid4())) == []
    assert names(cases, stage=cases["bare"].stage) == ["bare"]


@pytest.mark.parametrize("sort", queries.SORTS)
def test_every_order_has_all_of_them(cases: dict[str, Case], sort: str) -> None:
    assert set(names(cases, sort=sort)) == {"late", "soon", "bare", "quiet", "theirs"}


def test_orders(cases: dict[str, Case]) -> None:
    assert names(cases) == ["late", "theirs", "soon", "quiet", "bare"]  # without a next step: last
    assert names(cases, sort="-due") == ["quiet", "soon", "theirs", "late", "bare"]
    assert names(cases, sort="opened") == ["quiet", "late", "soon", "bare", "theirs"]
    assert names(cases, sort="number") == sorted(names(cases), key=lambda name: cases[name].number)


def test_pages(session: Session, world: World) -> None:
    person = person_named("Ая", registered_on=date(2026, 1, 1))
    for day in range(PAGE + 3):
        actions.open_case([person], "OTHER", date(2026, 1, 1) + timedelta(days=day), world.user_id("lawyer"))
    first, second, beyond = (queries.page(Filters(sort="opened", page=number)) for number in (1, 2, 99))
    assert (len(first.rows), len(second.rows), first.total, first.pages) == (PAGE, 3, PAGE + 3, 2)
    assert (first.first, first.last, second.first, second.last) == (1, PAGE, PAGE + 1, PAGE + 3)
    assert [row.id for row in beyond.rows] == [row.id for row in second.rows]
    assert not {row.id for row in first.rows} & {row.id for row in second.rows}


def test_what_is_due_for_someone(cases: dict[str, Case], world: World) -> None:
    week = NOW + timedelta(days=7)
    assert queries.due_for(world.user_id("lawyer"), week) == [cases["late"], cases["soon"]]
    assert queries.due_for(world.user_id("supervisor"), week) == [cases["theirs"]]


def test_how_long_each_list_is_for_each_lawyer(cases: dict[str, Case], world: World) -> None:
    lists = {
        "open": Filters(),
        "overdue": Filters(due="overdue"),
        "quiet": Filters(contact="none30"),
        "bare": Filters(due="none"),
        "opened": Filters(state="all", opened="2026-09"),
        "closed": Filters(state="closed", closed="2026-Q3"),
        "before": Filters(state="all", opened="2025"),
    }
    counted = queries.counts_by_lawyer(lists)
    mine = {"open": 4, "overdue": 1, "quiet": 1, "bare": 1, "opened": 3, "closed": 1, "before": 0}
    assert counted[world.user_id("lawyer")] == mine
    assert counted[world.user_id("supervisor")]["open"] == 1
    assert queries.counts_by_lawyer({}) == {}
    assert queries.open_count(world.user_id("lawyer")) == 4
    assert queries.without_next_step(world.user_id("lawyer")) == 1


def test_absent_and_foreign_are_the_same(
    acting: Acting, cases: dict[str, Case], session: Session, world: World
) -> None:
    case = cases["late"]
    session.commit()
    with acting(world.principal("lawyer", "B")):
        for one in (case.id, uuid4()):
            assert queries.case_(one) is None
        assert queries.case_by_number(case.number) is None
        assert queries.page(Filters(state="all")).total == 0
        assert queries.cases_of([party.person_id for party in case.parties]) == []
        assert not queries.has_other_open_case(case.parties[0].person_id, but=uuid4())
