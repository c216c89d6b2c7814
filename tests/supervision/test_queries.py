"""What the board counts, and the list of cases behind each number."""

from collections.abc import Iterator
from datetime import date, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.cases import actions as cases
from casework.cases import queries as case_queries
from casework.cases.models import Case
from casework.core import clock
from casework.inquiries import actions as inquiries
from casework.inquiries.actions import Answered, Asked
from casework.mandates import actions as mandates
from casework.persons.rules import PartialDate
from casework.proceedings.models import Deadline
from casework.supervision import queries
from tests.conftest import Acting
from tests.evidence import invented
from tests.factories import World
from tests.security.caseload import person_named

TODAY = date(2026, 12, 15)


@pytest.fixture
def session(acting: Acting, world: World) -> Iterator[Session]:
    """A supervisor at work; cases run under an invented procedure."""
    with clock.at(TODAY), acting(world.principal("supervisor")) as found:
        invented.procedure()
        yield found


def opened(world: World, name: str, days_ago: int, *, role: str = "lawyer", **facts: object) -> Case:
    facts = {"birth": PartialDate(1980, 1), "origin": "UZB", "consent": "given", "consent_on": TODAY, **facts}
    on = TODAY - timedelta(days=days_ago)
    person = person_named(name, registered_on=on, **facts)
    case = cases.open_case([person], "NATIONALITY", on, world.user_id(role), procedure="INVENTED_NATIONALITY")
    cases.set_next_step(case, "Позвонить", TODAY + timedelta(days=3))
    return case


def listed(name: str, lawyer_id: UUID | None = None) -> set[str]:
    """The cases that the list behind a number of the board shows."""
    filters = queries.lists("2026-12")[name]
    filters.lawyer = str(lawyer_id or "")
    return {one.number for one in case_queries.page(filters).rows}


def test_each_number_is_as_long_as_its_list(session: Session, world: World) -> None:
    lawyer, supervisor = world.user_id("lawyer"), world.user_id("supervisor")
    quiet = opened(world, "Тихая", 100)
    later = opened(world, "Новая", 10, consent="refused")
    theirs = opened(world, "Чужая", 40, role="supervisor")
    late = opened(world, "Поздняя", 65)
    closed = opened(world, "Бывшая", 30)
    cases.set_next_step(late, "Написать", TODAY - timedelta(days=1))
    cases.close(closed, TODAY, "ADVICE_ONLY", "SOLUTION")
    wanted = queries.lists("2026-12")
    board = queries.board(wanted)
    numbers = {one.lawyer.id: one.numbers for one in board.rows}
    for name in wanted:
        assert board.totals[name] == len(listed(name)), name
        for lawyer_id in (lawyer, supervisor):
            assert numbers[lawyer_id][name] == len(listed(name, lawyer_id)), name
    assert listed("none30") == {quiet.number, theirs.number, late.number}
    assert listed("none60") == {quiet.number, late.number}
    assert listed("none90") == {quiet.number}
    assert listed("overdue") == {late.number}
    assert listed("opened") == {later.number}
    assert listed("closed") == {closed.number}
    assert listed("consent") == {later.number}


def test_a_power_of_attorney_is_missed_where_somebody_is_represented(session: Session, world: World) -> None:
    represented, talking = opened(world, "Яшмова", 30), opened(world, "Лунная", 30)
    lawyer = world.user_id("lawyer")
    cases.reach(represented, "APPLIED", TODAY)
    assert listed("power") == {represented.number}
    given = mandates.Given(["ADMIN"], date(2026, 1, 1), date(2027, 1, 1), lawyer_id=world.user_id("supervisor"))
    mandates.record(represented.parties[0].person, given)
    assert listed("power") == {represented.number}, "it names another lawyer"
    cases.reassign(represented, world.user_id("supervisor"), "LEAVE")
    assert listed("power") == set()
    assert queries.losing_power([represented, talking], {represented.id: lawyer, talking.id: lawyer}) == {
        represented.id
    }
    assert not session.dirty
    assert represented.lawyer_id == world.user_id("supervisor")
    assert talking.number in listed("open")


def test_an_inquiry_counts_once_its_reply_was_due_and_none_came(session: Session, world: World) -> None:
    waits, answered, asks_back = (opened(world, name, 400) for name in ("Первая", "Вторая", "Третья"))
    everyone, long_ago = (waits, answered, asks_back), TODAY - timedelta(days=300)
    sent = {one: inquiries.send(one, Asked("UZB", "MFA", long_ago)) for one in everyone}
    recent = opened(world, "Новая", 30)
    inquiries.send(recent, Asked("UZB", "MFA", TODAY - timedelta(days=20)))
    inquiries.reply(answered, sent[answered], Answered("NOT_NATIONAL", TODAY - timedelta(days=5)))
    inquiries.reply(asks_back, sent[asks_back], Answered("MORE_NEEDED", TODAY - timedelta(days=5)))
    assert listed("inquiry") == {waits.number, asks_back.number}


def test_a_deadline_that_passed_and_a_certificate_that_ends(session: Session, world: World) -> None:
    case, other = opened(world, "Яшмова", 400), opened(world, "Лунная", 400)
    inquiries.send(case, Asked("UZB", "MFA", TODAY - timedelta(days=20)))
    running = session.scalars(select(Deadline)).one()
    running.due_on = TODAY - timedelta(days=1)
    session.flush()
    assert listed("deadline") == {case.number}
    running.who = "EXPIRY"
    running.due_on = TODAY + timedelta(days=30)
    session.flush()
    assert (listed("deadline"), listed("certificate")) == (set(), {case.number})
    running.due_on = TODAY + timedelta(days=31)
    session.flush()
    assert listed("certificate") == set()
    assert listed("open") == {case.number, other.number}


def test_how_long_cases_stand_at_a_stage(session: Session, world: World) -> None:
    first, second, third = (opened(world, name, 90) for name in ("Первая", "Вторая", "Третья"))
    for case, days in ((first, 10), (second, 20), (third, 60)):
        cases.reach(case, "APPLIED", TODAY - timedelta(days=days))
    cases.reassign(third, world.user_id("supervisor"), "LEAVE")
    (stay,) = queries.stays()
    assert (stay.stage, stay.median, sorted(stay.days)) == ("APPLIED", 20, [10, 20, 60])
    assert stay.by_lawyer == {world.user_id("lawyer"): [10, 20], world.user_id("supervisor"): [60]}
