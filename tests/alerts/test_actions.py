"""Reading the trail, raising alerts, telling of them, and saying what came of it."""

from datetime import date, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from casework.accounts.models import Organisation, User
from casework.accounts.sign_in import principal_for
from casework.alerts import actions, jobs, queries
from casework.alerts.models import Alert
from casework.alerts.rules import Kind, Rule, State
from casework.cases import actions as cases
from casework.cases.models import Case
from casework.comments import actions as comments
from casework.core import audit, clock
from casework.core.errors import DomainError
from casework.core.scope import Principal, own, system
from casework.notices.models import Notice
from casework.supervision import actions as supervision
from casework.supervision.actions import Planned
from tests import factories
from tests.conftest import Acting
from tests.factories import World
from tests.security.caseload import person_named

DAY = date(2026, 11, 23)


@pytest.fixture
def reading(acting: Acting, world: World) -> Principal:
    """The system of partner A, where three records opened are many; everything else is off."""
    with clock.at(DAY - timedelta(days=1)), acting(world.principal("supervisor", "A")):
        for kind in Kind:
            actions.change_rule(kind, Rule(3, is_on=kind is Kind.MANY))
    return system("reading", world.organisations["A"])


def opening(acting: Acting, who: Principal, count: int) -> None:
    with acting(who):
        people = [person_named(f"Открытая-{n}-{clock.now().timestamp()}") for n in range(count)]
        for one in people:
            audit.read("person:open", "persons", [one.id])


def alerts(acting: Acting, who: Principal) -> list[tuple[str, int, str]]:
    with acting(who) as session:
        found = session.scalars(select(Alert).order_by(Alert.kind))
        return [(one.kind, one.count, one.state) for one in found]


def test_many_records_are_raised_once_and_told(acting: Acting, world: World, reading: Principal) -> None:
    lawyer, supervisor = world.principal("lawyer", "A"), world.principal("supervisor", "A")
    with clock.at(DAY):
        opening(acting, lawyer, 3)
        for _turn in range(2):
            with acting(reading):
                jobs.READ.run()
        assert alerts(acting, reading) == [("many_records", 3, "open")]
        with acting(supervisor) as session:
            told = list(session.scalars(select(Notice).where(Notice.kind == "alert", Notice.endpoint == "alerts.show")))
            readers = {one.user_id for one in told}
        assert readers == {supervisor.user_id, world.user_id("protection", "A")}
        assert all(one.person_id is None and one.words.text is None for one in told)
        opening(acting, lawyer, 2)
        with acting(reading):
            actions.read()
        assert alerts(acting, reading) == [("many_records", 5, "open")]


def test_fewer_are_nobodys_business(acting: Acting, world: World, reading: Principal) -> None:
    with clock.at(DAY):
        opening(acting, world.principal("lawyer", "A"), 2)
        with acting(reading):
            assert actions.read() == 0
    assert alerts(acting, reading) == []


def test_what_is_usual_for_a_colleague_is_no_alert(acting: Acting, world: World, reading: Principal) -> None:
    lawyer = world.principal("lawyer", "A")
    for before in (3, 2):
        with clock.at(DAY - timedelta(days=before)):
            opening(acting, lawyer, 2)
    with clock.at(DAY):
        opening(acting, lawyer, 7)
        with acting(reading):
            assert actions.read() == 0
        opening(acting, lawyer, 1)
        with acting(reading):
            assert actions.read() == 1


def test_nobody_sees_or_judges_ones_own(acting: Acting, world: World, reading: Principal) -> None:
    supervisor, focal_point = world.principal("supervisor", "A"), world.principal("protection", "A")
    with clock.at(DAY):
        opening(acting, supervisor, 3)
        with acting(reading):
            actions.read()
        with acting(supervisor) as session:
            assert queries.count(State.OPEN) == 0
            (alert,) = session.scalars(select(Alert))
            assert queries.alert(alert.id) is None
            with pytest.raises(DomainError):
                actions.decide(alert, "ORDINARY", "Всё в порядке")
        with acting(focal_point):
            assert queries.count(State.OPEN) == 1
            actions.decide(own(queries.alert(alert.id)), "ORDINARY", "A day of interviews.")
        assert alerts(acting, reading) == [("many_records", 3, "looked_at")]


def test_it_is_opened_again_when_it_has_doubled(acting: Acting, world: World, reading: Principal) -> None:
    lawyer = world.principal("lawyer", "A")
    with clock.at(DAY):
        opening(acting, lawyer, 3)
        with acting(reading):
            actions.read()
        with acting(world.principal("supervisor", "A")) as session:
            actions.decide(next(iter(session.scalars(select(Alert)))), "TALKED", "She prepared a hearing.")
        opening(acting, lawyer, 2)
        with acting(reading):
            actions.read()
        assert alerts(acting, reading) == [("many_records", 3, "looked_at")]
        opening(acting, lawyer, 1)
        with acting(reading):
            actions.read()
        assert alerts(acting, reading) == [("many_records", 6, "open")]


def told_of(acting: Acting, world: World) -> list[UUID]:
    with acting(world.principal("supervisor", "A")) as session:
        told = select(Notice.user_id).where(Notice.kind == "alert", Notice.endpoint == "alerts.show")
        return list(session.scalars(told))


def test_what_is_opened_again_is_told_again(acting: Acting, world: World, reading: Principal) -> None:
    with clock.at(DAY):
        for count in (3, 3):
            opening(acting, world.principal("lawyer", "A"), count)
            with acting(reading):
                actions.read()
            with acting(world.principal("supervisor", "A")) as session:
                actions.decide(next(iter(session.scalars(select(Alert)))), "TALKED", "She prepared a hearing.")
    assert told_of(acting, world).count(world.user_id("protection", "A")) == 2


def test_whom_it_is_about_is_not_told_though_they_stand_in_for_a_reader(
    acting: Acting, world: World, reading: Principal
) -> None:
    with acting(world.principal("administrator", "office")) as session:
        where = session.get_one(Organisation, world.organisations["A"])
        second = principal_for(factories.user("supervisor", where, name="Second", email="second@a.example.org"))
    with clock.at(DAY):
        with acting(world.principal("supervisor", "A")):
            supervision.plan_cover(Planned(world.user_id("supervisor", "A"), own(second.user_id), DAY, DAY))
        opening(acting, second, 3)
        with acting(reading):
            actions.read()
    assert world.user_id("supervisor", "A") in told_of(acting, world)
    assert second.user_id not in told_of(acting, world)


def test_a_night_is_one_alert_of_the_day_on_which_it_began(acting: Acting, world: World, reading: Principal) -> None:
    with clock.at(DAY - timedelta(days=1)), acting(world.principal("supervisor", "A")):
        actions.change_rule(Kind.NIGHT, Rule(4))
        actions.change_rule(Kind.MANY, Rule(3, is_on=False))
    for hours in (-1, 1):
        with clock.at(queries.begin_of(DAY + timedelta(days=1)) + timedelta(hours=hours)):
            opening(acting, world.principal("lawyer", "A"), 2)
            with acting(reading):
                actions.read()
    with acting(reading) as session:
        (alert,) = session.scalars(select(Alert))
        assert (alert.kind, alert.day, alert.count) == (Kind.NIGHT, DAY, 4)
        assert len(queries.records(alert)) == 4


def test_others_cases_do_not_become_ones_own_on_the_day(acting: Acting, world: World) -> None:
    lawyer, supervisor = world.principal("lawyer", "A"), world.principal("supervisor", "A")
    mine = own(lawyer.user_id)
    with clock.at(DAY - timedelta(days=1)), acting(supervisor):
        others = [
            cases.open_case([person_named(f"Чужая-{n}")], "OTHER", date(2026, 9, 1), own(supervisor.user_id))
            for n in range(4)
        ]
        followed, worked_on, taken, joined = (one.id for one in others)
        comments.follow(others[0], mine)
        cases.set_next_step(others[1], "Позвонить", DAY, mine)
        kept = cases.open_case([person_named("Своя")], "OTHER", date(2026, 9, 1), mine).id
    with clock.at(DAY), acting(lawyer) as session:
        audit.read("case:open", "cases", [kept])
        for one in (followed, worked_on, taken, joined):
            audit.read("case:open", "cases", [one])
            comments.follow(session.get_one(Case, one))
        cases.set_next_step(session.get_one(Case, taken), "Позвонить", DAY, mine)
        cases.set_next_step(session.get_one(Case, worked_on), "Позвонить", DAY, own(supervisor.user_id))
    with clock.at(DAY), acting(supervisor) as session:
        found = queries.what_of(session.get_one(User, mine), DAY)
    assert set(found.own_cases) == {followed, worked_on, kept}


@pytest.mark.parametrize(("verdict", "comment"), [("ORDINARY", " "), ("NONSENSE", "Looked at")])
def test_a_verdict_needs_its_words(
    acting: Acting, world: World, reading: Principal, verdict: str, comment: str
) -> None:
    with clock.at(DAY):
        opening(acting, world.principal("lawyer", "A"), 3)
        with acting(reading):
            actions.read()
        with acting(world.principal("supervisor", "A")) as session, pytest.raises(DomainError):
            actions.decide(next(iter(session.scalars(select(Alert)))), verdict, comment)


def test_another_organisation_is_not_read(acting: Acting, world: World, reading: Principal) -> None:
    with clock.at(DAY):
        opening(acting, world.principal("lawyer", "B"), 50)
        with acting(reading):
            assert actions.read() == 0


def test_a_rule_holds_from_its_day_and_the_former_stays(acting: Acting, world: World, reading: Principal) -> None:
    with acting(world.principal("protection", "A")), clock.at(DAY):
        actions.change_rule(Kind.MANY, Rule(50))
        assert queries.rule(Kind.MANY, DAY - timedelta(days=1)).threshold == 3
        assert queries.rule(Kind.MANY, DAY).threshold == 50
        assert queries.rule(Kind.MANY, DAY - timedelta(days=2)).threshold == 40
        with pytest.raises(DomainError):
            actions.change_rule(Kind.MANY, Rule(50))
        with pytest.raises(DomainError):
            actions.change_rule(Kind.MANY, Rule(0))
        assert [one.threshold for one in queries.rules_said(Kind.MANY)] == [50, 3]
