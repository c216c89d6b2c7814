"""Restricting a record, who then opens it, and what an emergency needs."""

from datetime import date, datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select

from casework.cases import actions as cases
from casework.cases.models import Case
from casework.cases.queries import assigning_check
from casework.core import clock, withheld
from casework.core.audit import AuditEntry
from casework.core.clock import ALMATY
from casework.core.errors import DomainError, Refused
from casework.core.scope import Principal, own
from casework.notices.models import Notice
from casework.persons import queries as persons
from casework.persons.models import Identity, Person
from casework.restrictions import actions, policy, queries
from casework.restrictions.models import EmergencyAccess
from casework.restrictions.rules import Work, team
from tests.conftest import Acting
from tests.factories import World
from tests.restrictions.test_withheld import outsider
from tests.security.caseload import Caseload, person_named

NOW = datetime(2026, 11, 23, 11, 0, tzinfo=ALMATY)
WHY = "Задержана, суд через час"


@pytest.fixture
def made(acting: Acting, world: World, two_caseloads: dict[str, Caseload]) -> Caseload:
    with acting(world.principal("supervisor", "A")):
        actions.restrict(own(persons.person(two_caseloads["A"].person)), "Янтарная причина")
    return two_caseloads["A"]


@pytest.fixture
def stranger(acting: Acting, world: World) -> Principal:
    return outsider(acting, world)


def emergency(acting: Acting, who: Principal, made: Caseload, hours: int = 1) -> None:
    with acting(who):
        actions.open_in_emergency(own(persons.person(made.person)), "DETENTION", WHY, hours)


def is_open(acting: Acting, who: Principal, made: Caseload) -> bool:
    with acting(who):
        found = own(persons.person(made.person))
        return policy.may_open(found) and bool(found.identity.given_name)


# -- the team ----------------------------------------------------------------------------------------------------


def test_the_team_are_those_who_work_on_the_open_cases() -> None:
    a, b, c, d = (uuid4() for _ in range(4))
    day = date(2026, 1, 1)
    assert team([Work(a, b, None), Work(c, None, day)], d) == {a, b}
    assert team([Work(a, b, day), Work(c, None, day + timedelta(days=1))], d) == {c}
    assert team([], d) == {d}
    assert team([], None) == set()


def test_whoever_takes_a_case_over_joins_the_team(
    acting: Acting, world: World, made: Caseload, stranger: Principal
) -> None:
    assert not is_open(acting, stranger, made)
    assert stranger.user_id is not None
    with acting(world.principal("supervisor", "A")) as session:
        cases.reassign(session.get_one(Case, made.case), stranger.user_id, "Leaves")
    assert is_open(acting, stranger, made)


def test_whoever_stands_in_opens_it(
    acting: Acting, world: World, made: Caseload, stranger: Principal, monkeypatch: pytest.MonkeyPatch
) -> None:
    away = world.user_id("lawyer", "A")
    monkeypatch.setattr(policy, "TEAM", [lambda user_id: {away} if user_id == stranger.user_id else set()])
    assert is_open(acting, stranger, made)


def test_who_registered_somebody_without_a_case_opens_the_record(
    acting: Acting, world: World, stranger: Principal
) -> None:
    with acting(world.principal("lawyer", "A")):
        person = person_named("Безделова")
    with acting(world.principal("supervisor", "A")):
        actions.restrict(own(persons.person(person.id)), "Причина")
    for who, wanted in ((world.principal("lawyer", "A"), "Безделова"), (stranger, "Restricted record")):
        with acting(who):
            assert own(persons.person(person.id)).identity.family_name == wanted


def test_a_lifted_restriction_opens_the_record_and_stays_written(
    acting: Acting, world: World, made: Caseload, stranger: Principal
) -> None:
    with acting(world.principal("supervisor", "A")):
        standing = own(queries.standing(made.person))
        with pytest.raises(DomainError):
            actions.restrict(own(persons.person(made.person)), "Again")
        actions.lift(standing, "Угрозы больше нет")
        with pytest.raises(DomainError):
            actions.lift(standing, "Again")
    assert is_open(acting, stranger, made)
    with acting(world.principal("supervisor", "A")):
        assert [one.reasons.ended for one in queries.former(made.person)] == ["Угрозы больше нет"]


# -- writing -----------------------------------------------------------------------------------------------------


def test_nothing_is_written_into_it(acting: Acting, made: Caseload, stranger: Principal) -> None:
    with acting(stranger) as session:
        person = own(persons.person(made.person))
        with pytest.raises(Refused):
            person.identity = Identity(family_name="Другая")
        person.region = "KZ-10"
        with pytest.raises(Refused):
            session.flush()
        session.rollback()


def test_nobody_joins_the_team_by_linking_the_record(acting: Acting, made: Caseload, stranger: Principal) -> None:
    with acting(stranger) as session:
        number = session.scalar(select(Person.number).where(Person.id == made.person))
        with pytest.raises(DomainError):
            persons.person_by_number(str(number))
        mine = person_named("Своя")
        assert stranger.user_id is not None
        case = cases.open_case([mine], "OTHER", clock.today(), stranger.user_id)
        with pytest.raises(Refused):
            cases.add_party(case, own(persons.person(made.person)))
        session.rollback()


# -- emergencies -------------------------------------------------------------------------------------------------


def test_an_emergency_opens_it_for_its_hours_and_tells_at_once(
    acting: Acting, world: World, made: Caseload, stranger: Principal
) -> None:
    with clock.at(NOW):
        emergency(acting, stranger, made)
        assert is_open(acting, stranger, made)
        with acting(stranger):
            assert queries.has_emergency(made.person)
        with acting(world.principal("supervisor", "A")) as session:
            told = {one.user_id: one for one in session.scalars(select(Notice).where(Notice.kind == "emergency"))}
            supervisor, focal_point = world.user_id("supervisor", "A"), world.user_id("protection", "A")
            assert told.keys() == {supervisor, focal_point}
            assert (told[supervisor].words.text, told[focal_point].words.text) == (WHY, None)
            assert told[focal_point].person_id is None
    with clock.at(NOW + timedelta(minutes=59)):
        assert is_open(acting, stranger, made)
    with clock.at(NOW + timedelta(minutes=60)):
        assert not is_open(acting, stranger, made)


def test_it_can_be_given_back(acting: Acting, made: Caseload, stranger: Principal) -> None:
    with clock.at(NOW):
        emergency(acting, stranger, made)
        with acting(stranger):
            actions.give_back(own(queries.emergency(made.person)))
        assert not is_open(acting, stranger, made)


@pytest.mark.parametrize(("reason", "why", "hours"), [("NONE", WHY, 1), ("DETENTION", "  ", 1), ("DETENTION", WHY, 12)])
def test_an_emergency_needs_its_reason_and_its_end(
    acting: Acting, made: Caseload, stranger: Principal, reason: str, why: str, hours: int
) -> None:
    with acting(stranger), pytest.raises(DomainError):
        actions.open_in_emergency(own(persons.person(made.person)), reason, why, hours)


def test_an_emergency_is_not_every_hour(acting: Acting, world: World, made: Caseload, stranger: Principal) -> None:
    with acting(world.principal("supervisor", "A")), pytest.raises(DomainError):
        actions.open_in_emergency(own(persons.person(made.person)), "SAFETY", WHY, 1)
    for turn in range(3):
        with clock.at(NOW + timedelta(hours=2 * turn)):
            emergency(acting, stranger, made)
            with pytest.raises(DomainError):
                emergency(acting, stranger, made)
    with clock.at(NOW + timedelta(hours=23)), pytest.raises(DomainError):
        emergency(acting, stranger, made)
    with clock.at(NOW + timedelta(hours=25)):
        emergency(acting, stranger, made)


def test_a_supervisor_judges_it_and_nobody_judges_themselves(
    acting: Acting, world: World, made: Caseload, stranger: Principal
) -> None:
    with clock.at(NOW):
        emergency(acting, stranger, made)
        with acting(stranger) as session:
            mine = next(
                iter(session.scalars(select(EmergencyAccess).where(EmergencyAccess.user_id == stranger.user_id)))
            )
            with pytest.raises(DomainError):
                actions.review(mine, "justified", None)
        with acting(world.principal("supervisor", "A")):
            found = own(queries.access(mine.id))
            with pytest.raises(DomainError):
                actions.review(found, "unjustified", "")
            actions.review(found, "justified", "Правильно")
            assert (found.told.why, found.told.review) == (WHY, "Правильно")
            assert found not in queries.accesses(reviewed=False).rows


def judged(acting: Acting, world: World, made: Caseload, verdict: str) -> None:
    with acting(world.principal("supervisor", "A")) as session:
        latest = select(EmergencyAccess).where(EmergencyAccess.person_id == made.person)
        access = own(session.scalars(latest.order_by(EmergencyAccess.from_at.desc())).first())
        actions.review(access, verdict, "Не было причины")


def test_what_was_not_justified_ends_and_is_not_opened_again(
    acting: Acting, world: World, made: Caseload, stranger: Principal
) -> None:
    with clock.at(NOW):
        emergency(acting, stranger, made, hours=4)
        judged(acting, world, made, "unjustified")
        assert not is_open(acting, stranger, made)
        with pytest.raises(DomainError, match="not justified"):
            emergency(acting, stranger, made)
        judged(acting, world, made, "justified")
        emergency(acting, stranger, made)
        judged(acting, world, made, "unjustified")
    with clock.at(NOW + timedelta(days=29)), pytest.raises(DomainError):
        emergency(acting, stranger, made)
    with clock.at(NOW + timedelta(days=31)):
        emergency(acting, stranger, made)


def test_of_one_record_it_is_eight_hours_a_day(acting: Acting, made: Caseload, stranger: Principal) -> None:
    with clock.at(NOW):
        emergency(acting, stranger, made, hours=8)
    with clock.at(NOW + timedelta(hours=9)), pytest.raises(DomainError, match="8 hours within 24"):
        emergency(acting, stranger, made)
    with clock.at(NOW + timedelta(hours=25)):
        emergency(acting, stranger, made)


def test_hours_do_not_become_a_place_in_the_team(
    acting: Acting, world: World, made: Caseload, stranger: Principal
) -> None:
    me, lawyer = own(stranger.user_id), world.user_id("lawyer", "A")
    with clock.at(NOW):
        with acting(stranger):
            mine = cases.open_case([person_named("Своя")], "OTHER", date(2026, 9, 1), me).id
        emergency(acting, stranger, made)
        with acting(stranger) as session:
            person = own(persons.person(made.person))
            for step in (
                lambda: cases.set_next_step(session.get_one(Case, made.case), "Позвонить", date(2026, 12, 1), me),
                lambda: cases.open_case([person], "OTHER", date(2026, 9, 1), me),
                lambda: cases.add_party(session.get_one(Case, mine), person),
                lambda: assigning_check([session.get_one(Case, made.case)])(session.get_one(Case, made.case), me),
            ):
                with pytest.raises(DomainError, match="in an emergency only"):
                    step()
        with acting(stranger) as session:
            cases.set_next_step(session.get_one(Case, made.case), "Позвонить", date(2026, 12, 1), lawyer)
    with clock.at(NOW + timedelta(hours=2)):
        assert not is_open(acting, stranger, made)


def test_who_is_in_the_team_goes_on_working_with_emergency_access(
    acting: Acting, world: World, made: Caseload, stranger: Principal
) -> None:
    """A lawyer of the record asks for it to see what is sensitive."""
    lawyer = world.principal("lawyer", "A")
    with clock.at(NOW):
        emergency(acting, lawyer, made)
        with acting(lawyer):
            cases.open_case([own(persons.person(made.person))], "OTHER", date(2026, 9, 1), own(lawyer.user_id))


def test_the_other_organisation_has_no_emergency_here(acting: Acting, world: World, made: Caseload) -> None:
    with acting(world.principal("lawyer", "B")):
        assert persons.person(made.person) is None
        assert not withheld.mine()


def test_the_trail_holds_no_word_of_it(acting: Acting, world: World, made: Caseload, stranger: Principal) -> None:
    with clock.at(NOW):
        emergency(acting, stranger, made)
    with acting(world.principal("protection", "A")) as session:
        rows = list(
            session.scalars(
                select(AuditEntry).where(
                    AuditEntry.action == "emergency_accesses:create", AuditEntry.actor_id == stranger.user_id
                )
            )
        )
        assert len(rows) == 1
        assert "суд" not in rows[0].details
