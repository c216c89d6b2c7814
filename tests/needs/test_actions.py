"""Recording needs: whom they fit, who may, who is told; what stays absent for those who may not know."""

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from casework.accounts import actions as accounts
from casework.accounts.models import Organisation, User
from casework.accounts.permissions import Role
from casework.accounts.sign_in import principal_for
from casework.cases import actions as cases
from casework.cases import queries as case_queries
from casework.core import clock
from casework.core.errors import DomainError
from casework.core.scope import Principal, system
from casework.needs import actions, policy, queries
from casework.needs.actions import Asked, Given, Step
from casework.notices.models import Notice
from casework.persons import queries as persons
from casework.persons.models import Person
from casework.restrictions import actions as restrictions
from tests import factories
from tests.conftest import Acting
from tests.factories import World
from tests.needs.conftest import ALONE, DEPORTATION, MOTHER, SECRET, SINCE, TORTURE, People


def person(person_id: UUID) -> Person:
    found = persons.person(person_id)
    assert found is not None
    return found


def test_it_is_dated_ends_goes_on_and_is_never_deleted(acting: Acting, world: World, people: People) -> None:
    with acting(world.principal("lawyer")):
        need = actions.record(person(people.woman), Given(MOTHER, SINCE, note="Трое детей"))
        with pytest.raises(DomainError, match="recorded already"):
            actions.record(person(people.woman), Given(MOTHER, SINCE))
        with pytest.raises(DomainError, match="only began after"):
            actions.end(need, SINCE - timedelta(days=1))
        actions.end(need, date(2026, 4, 1))
        assert queries.visible(people.woman) == []
        again = actions.record(person(people.woman), Given(MOTHER, date(2026, 4, 5)))
        with pytest.raises(DomainError, match="recorded already"):
            actions.goes_on(need)
        actions.void(again, "WRONG_PERSON")
        actions.goes_on(need)
        assert [one.id for one in queries.visible(people.woman)] == [need.id]
        with pytest.raises(DomainError, match="void"):
            actions.end(again, date(2026, 4, 6))
        assert len(queries.every(people.woman)) == 2


def test_what_does_not_fit_is_refused_or_takes_a_reason(acting: Acting, world: World, people: People) -> None:
    with acting(world.principal("lawyer")):
        for who, code in ((people.woman, ALONE), (people.man, MOTHER)):
            with pytest.raises(DomainError, match="By the record") as refused:
                actions.record(person(who), Given(code, SINCE, why_fits="All the same"))
            assert refused.value.field == "code"
        with pytest.raises(Asked) as asked:
            actions.record(person(people.woman), Given("ER-NF", SINCE))
        assert asked.value.field == "why_fits"
        made = actions.record(person(people.woman), Given("ER-NF", SINCE, why_fits="Looks after nobody any more"))
        assert made.why_fits.text == "Looks after nobody any more"
        with pytest.raises(DomainError, match="future"):
            actions.record(person(people.child), Given(ALONE, clock.today() + timedelta(days=1)))


def test_sensitive_needs_are_absent_for_whoever_may_not_know(acting: Acting, world: World, people: People) -> None:
    with acting(world.principal("lawyer")):
        assert queries.visible(people.man) == []
        assert queries.every(people.man) == []
        assert queries.need(people.man, people.sensitive) is None
        assert {one.partition("-")[0] for one in queries.offered(people.man)} == {
            "CR", "ER", "FU", "PG", "SC", "SP", "WR"
        }  # fmt: skip
        with pytest.raises(DomainError, match="Choose one of the options"):
            actions.record(person(people.man), Given(TORTURE, SINCE))
        assert queries.urgent() == []
    with acting(world.principal("supervisor")):
        assert [one.code for one in queries.visible(people.man)] == [DEPORTATION]
        assert [one.person.id for one in queries.urgent()] == [people.man]
        need = queries.need(people.man, people.sensitive)
        assert need is not None
        with pytest.raises(DomainError, match="Who may know of these two needs differs"):
            actions.correct(person(people.man), need, Given("FU-TR", SINCE))
    with acting(world.principal("lawyer", "B")):
        assert queries.every(people.man) == []


def test_emergency_access_opens_them_on_one_record_while_it_lasts(acting: Acting, world: World, people: People) -> None:
    with acting(world.principal("lawyer")):
        access = restrictions.open_in_emergency(person(people.man), "SAFETY", "Задержан сегодня", 4)
        assert [one.code for one in queries.visible(people.man)] == [DEPORTATION]
        assert TORTURE in queries.offered(people.man)
        assert TORTURE not in queries.offered(people.woman)
        assert queries.urgent() == []  # a list is not a record
        restrictions.give_back(access)
        assert queries.visible(people.man) == []


def test_a_lawyer_is_given_the_permission_and_loses_it(acting: Acting, world: World, people: People) -> None:
    def granted(role: Role, *grants: str) -> Principal:
        with acting(world.principal("administrator")) as session:
            user = session.get_one(User, world.user_id("lawyer"))
            accounts.change_user(user, name=user.name, role=role, is_active=True, grants=grants)
            return principal_for(user)

    may = granted(Role.LAWYER, "person:sensitive-need", "person:merge")
    assert may.may("person:sensitive-need")
    assert not may.may("person:merge")
    with acting(may):
        assert [one.code for one in queries.visible(people.man)] == [DEPORTATION]
    assert granted(Role.SUPERVISOR, "person:sensitive-need").may("person:sensitive-need")  # by the role
    assert not granted(Role.LAWYER).may("person:sensitive-need")


def test_who_may_know_is_told_of_what_is_urgent(acting: Acting, world: World, people: People) -> None:
    """The supervisor recorded the sensitive one: nobody else may know. A child alone concerns the supervisor, too."""

    def told() -> set[tuple[UUID, UUID | None]]:
        with acting(system("tests", world.organisations["A"])) as session:
            rows = session.scalars(select(Notice).where(Notice.kind == "need_urgent"))
            return {(one.user_id, one.person_id) for one in rows}

    assert told() == set()
    with acting(world.principal("lawyer")):
        need = actions.record(person(people.child), Given(ALONE, SINCE)).id
    assert told() == {(world.user_id("supervisor"), people.child)}
    with acting(world.principal("lawyer")):
        found = queries.need(people.child, need)
        assert found is not None
        actions.void(found, "WRONG_PERSON")
    assert told() == set()


def test_the_queue_says_since_when_and_who_took_it_up(acting: Acting, world: World, people: People) -> None:
    with acting(world.principal("lawyer")):
        actions.record(person(people.child), Given(ALONE, date(2026, 4, 1)))
        case = case_queries.case_(people.case)
        assert case is not None
        cases.set_priority(case, "EMERGENCY")
        (child, man) = queries.urgent()
        assert [reason.kind for reason in man.reasons] == ["case"]
        assert actions.take_up(people.man, [(one.kind, one.subject_id) for one in man.reasons]) == 1
        assert actions.take_up(people.man, [(one.kind, one.subject_id) for one in man.reasons]) == 0
        assert not child.is_taken_up
    with acting(world.principal("supervisor")):
        # The reason that the lawyer did not know of still waits, and waits longest.
        (man, child) = queries.urgent()
        assert man.since == SINCE
        assert [(one.kind, one.subject_id in man.taken) for one in man.reasons] == [("need", False), ("case", True)]
        assert not man.is_taken_up
        assert actions.release(people.man, [(one.kind, one.subject_id) for one in man.reasons]) == 1
    with acting(world.principal("lawyer")):
        assert all(not one.taken for one in queries.urgent())
        actions.end(queries.visible(people.child)[0], date(2026, 4, 3))
        assert [one.person.id for one in queries.urgent()] == [people.man]


def test_who_took_it_up_gives_it_back_or_a_supervisor(acting: Acting, world: World, people: People) -> None:
    with acting(world.principal("lawyer")) as session:
        reasons = [("need", actions.record(person(people.child), Given(ALONE, SINCE)).id)]
        actions.take_up(people.child, reasons)
        assert all(map(policy.may_release, queries.taken([people.child]).values()))
        where = session.get_one(Organisation, world.organisations["A"])
        colleague = factories.user("lawyer", where, name="Second Lawyer", email="second@a.example.org")
        second = replace(world.principal("lawyer"), user_id=colleague.id)
    with acting(second):
        with pytest.raises(DomainError, match="Somebody else has taken this up"):
            actions.release(people.child, reasons)
        assert actions.release(people.man, []) == 0
    with acting(world.principal("supervisor")):
        assert actions.release(people.child, reasons) == 1
    with acting(world.principal("lawyer")):
        actions.take_up(people.child, reasons)
        assert actions.release(people.child, reasons) == 1
        assert queries.taken([people.child]) == {}


def test_steps_for_the_best_interests_of_a_child(acting: Acting, world: World, people: People) -> None:
    with acting(world.principal("lawyer")):
        with pytest.raises(DomainError, match="children under 18"):
            actions.record_best_interest(person(people.woman), Step("BIA", "needed", due_on=SINCE))
        with pytest.raises(DomainError, match="by when"):
            actions.record_best_interest(person(people.child), Step("BIA", "needed"))
        late = Step("BIA", "needed", due_on=SINCE, note=SECRET)
        row = actions.record_best_interest(person(people.child), late)
        with pytest.raises(DomainError, match="open already"):
            actions.record_best_interest(person(people.child), late)
        (entry,) = queries.urgent()
        assert [(one.kind, one.code, one.since) for one in entry.reasons] == [("best_interest", "BIA", SINCE)]
        done = replace(late, state="done", decided_on=date(2026, 4, 2))
        with pytest.raises(DomainError, match="what was decided"):
            actions.change_best_interest(row, done)
        actions.change_best_interest(row, replace(done, outcome="CARE"))
        assert queries.urgent() == []
