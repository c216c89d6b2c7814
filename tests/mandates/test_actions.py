"""Recording and revoking powers of attorney, and that nobody is represented without one."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from uuid import UUID, uuid4

import pytest
from sqlalchemy.orm import Session as DatabaseSession

from casework.cases.models import Case
from casework.consultations import actions as consultations
from casework.consultations.actions import Session
from casework.core.errors import DomainError
from casework.mandates import actions, policy, queries
from casework.mandates.actions import Given
from casework.mandates.models import PowerOfAttorney
from casework.persons import actions as persons
from casework.persons.models import Person
from casework.persons.rules import PartialDate
from tests.conftest import Acting
from tests.evidence.invented import case_of
from tests.factories import World
from tests.security.caseload import person_named

HELD, ISSUED = date(2026, 4, 7), date(2026, 3, 2)
GIVEN = Given(scope=["ADMIN"], issued_on=ISSUED, expires_on=date(2026, 9, 30), number="17-Я", notary="Нотариус Агатов")


@pytest.fixture
def session(acting: Acting, world: World) -> Iterator[DatabaseSession]:
    with acting(world.principal("lawyer")) as found:
        yield found


@pytest.fixture
def person(session: DatabaseSession) -> Person:
    return person_named("Яшмова", birth=PartialDate(1980, 1))


@pytest.fixture
def child(person: Person) -> Person:
    """The person's daughter, four years old."""
    found = person_named("Яшмова-младшая", birth=PartialDate(2022, 1))
    persons.add_relative(person, found, "DAU", True)
    return found


@pytest.fixture
def case(person: Person, world: World) -> Case:
    return case_of(person, lawyer_id=world.user_id("lawyer"))


def told(*who: Person, services: tuple[str, ...] = ("REPR_ADM",), on: date = HELD) -> Session:
    return Session(held_on=on, modality="AUTHORITY", persons=[one.id for one in who], services=list(services))


def refusal(case: Case, given: Session) -> policy.Unrepresented:
    with pytest.raises(policy.Unrepresented) as refused:
        consultations.record(case, given)
    assert refused.value.field == "services"
    return refused.value


# -- the paper itself ----------------------------------------------------------------------------------------------


def test_it_is_kept_as_told(session: DatabaseSession, person: Person, world: World) -> None:
    power = actions.record(person, replace(GIVEN, lawyer_id=world.user_id("lawyer")))
    session.commit()
    session.expire_all()
    found = queries.power(person.id, power.id)
    assert found is not None
    assert (found.scope, found.issued_on, found.expires_on) == (["ADMIN"], ISSUED, date(2026, 9, 30))
    assert (found.details.number, found.details.notary) == ("17-Я", "Нотариус Агатов")
    assert "Агатов".encode() not in (found.details_sealed or b"")
    assert found.lawyer is not None
    assert found.recorded_by_id == world.user_id("lawyer")


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"scope": []}, "scope"),
        ({"scope": ["ADMIN", "EVERYTHING"]}, "scope"),
        ({"issued_on": date(2090, 1, 1), "expires_on": None}, "issued_on"),
        ({"expires_on": date(2026, 3, 1)}, "expires_on"),
        ({"lawyer_id": uuid4()}, "lawyer"),
        ({"document_id": uuid4()}, "document"),
    ],
)
def test_one_that_cannot_be(person: Person, case: Case, wrong: dict[str, object], field: str) -> None:
    with pytest.raises(DomainError) as refused:
        actions.record(person, replace(GIVEN, **wrong))  # type: ignore[arg-type]
    assert refused.value.field == field


def test_it_names_nobody_of_another_organisation(person: Person, world: World) -> None:
    for role, where in (("lawyer", "B"), ("administrator", "office")):
        with pytest.raises(DomainError):
            actions.record(person, replace(GIVEN, lawyer_id=world.user_id(role, where)))


def test_on_its_last_day_it_may_be_one_day_long(person: Person) -> None:
    actions.record(person, replace(GIVEN, expires_on=ISSUED))


def test_revoked_once_and_not_before_it_was_issued(person: Person) -> None:
    power = actions.record(person, GIVEN)
    for wrong in (date(2026, 3, 1), date(2090, 1, 1)):
        with pytest.raises(DomainError) as refused:
            actions.revoke(power, wrong)
        assert refused.value.field == "on"
    actions.revoke(power, date(2026, 5, 5))
    with pytest.raises(DomainError):
        actions.revoke(power, date(2026, 5, 6))
    with pytest.raises(DomainError):
        actions.correct(power, replace(GIVEN, issued_on=date(2026, 5, 6)))


def test_void_stays_void(person: Person) -> None:
    power = actions.record(person, GIVEN)
    actions.void(power, "WRONG_PERSON")
    for what in (lambda: actions.correct(power, GIVEN), lambda: actions.revoke(power, HELD)):
        with pytest.raises(DomainError):
            what()
    assert [one.is_void for one in queries.of_person(person.id)] == [True]


def test_who_is_covered(person: Person, child: Person) -> None:
    actions.record(person, GIVEN)
    both: set[UUID] = {person.id, child.id}
    assert queries.valid_for(both, "ADMIN", HELD) == {person.id}
    assert queries.valid_for(both, "COURT", HELD) == set()
    assert queries.valid_for(both, "ADMIN", date(2026, 10, 1)) == set()
    assert queries.valid_for([], "ADMIN", HELD) == set()


def test_what_runs_out_soon(person: Person) -> None:
    first = actions.record(person, GIVEN)
    actions.revoke(actions.record(person, GIVEN), HELD)
    actions.void(actions.record(person, GIVEN), "WRONG_PERSON")
    second = actions.record(person, replace(GIVEN, expires_on=None))
    assert queries.expiring(date(2026, 9, 30), since=date(2026, 9, 1)) == [first]
    assert queries.expiring(date(2027, 3, 2), since=date(2026, 9, 1)) == [first, second], "one year by law"
    assert queries.expiring(date(2026, 9, 29), since=date(2026, 9, 1)) == []


# -- no representation without it ----------------------------------------------------------------------------------


def test_without_one_the_refusal_says_who_and_why(case: Case, person: Person) -> None:
    refused = refusal(case, told(person))
    assert "Яшмова: none is recorded." in refused.message
    assert "7 April 2026" in refused.message
    assert refused.person_ids == [person.id]
    consultations.record(case, told(person, services=("COUNSEL", "ASSIST")))


@pytest.mark.parametrize(
    ("given", "on", "words"),
    [
        (GIVEN, date(2026, 10, 1), "it expired on 30 September 2026"),
        (GIVEN, date(2026, 3, 1), "it was only issued on 2 March 2026"),
        (replace(GIVEN, scope=["COURT", "RECEIPT"]), HELD, "it does not cover this"),
    ],
)
def test_one_that_does_not_serve(case: Case, person: Person, given: Given, on: date, words: str) -> None:
    actions.record(person, given)
    with pytest.raises(policy.Unrepresented) as refused:
        policy.check(case, "ADMIN", on)
    assert words in refused.value.message


def test_revoked_from_that_day_on(case: Case, person: Person) -> None:
    actions.revoke(actions.record(person, GIVEN), HELD)
    assert "it was revoked on 7 April 2026" in refusal(case, told(person)).message
    consultations.record(case, told(person, on=date(2026, 4, 6)))


def test_for_courts_and_for_offices_apart(case: Case, person: Person) -> None:
    actions.record(person, GIVEN)
    consultations.record(case, told(person))
    assert "Representation in court" in refusal(case, told(person, services=("REPR_ADM", "REPR_COURT"))).message
    actions.record(person, replace(GIVEN, scope=["COURT"]))
    consultations.record(case, told(person, services=("REPR_ADM", "REPR_COURT")))


def test_one_that_names_another_lawyer(case: Case, person: Person, world: World) -> None:
    power = actions.record(person, replace(GIVEN, lawyer_id=world.user_id("supervisor")))
    assert "it names another lawyer" in refusal(case, told(person)).message
    actions.correct(power, replace(GIVEN, lawyer_id=world.user_id("lawyer")))
    consultations.record(case, told(person))


def test_everyone_who_was_there(session: DatabaseSession, person: Person, world: World) -> None:
    other = person_named("Ониксов", birth=PartialDate(1975))
    case = case_of(person, other, lawyer_id=world.user_id("lawyer"))
    actions.record(person, GIVEN)
    refused = refusal(case, told(person, other))
    assert "Ониксов: none is recorded." in refused.message
    assert "Яшмова:" not in refused.message
    assert refused.person_ids == [other.id]
    consultations.record(case, told(person))


def test_a_child_is_covered_by_a_parent_in_the_same_case(person: Person, child: Person, world: World) -> None:
    together = case_of(person, child, lawyer_id=world.user_id("lawyer"))
    assert refusal(together, told(child)).person_ids == [person.id]
    actions.record(person, GIVEN)
    consultations.record(together, told(child))
    consultations.record(together, told(person, child))


def test_a_parent_elsewhere_does_not_cover_but_the_childs_own_record_does(
    person: Person, child: Person, world: World
) -> None:
    alone = case_of(child, lawyer_id=world.user_id("lawyer"))
    actions.record(person, GIVEN)
    refused = refusal(alone, told(child))
    assert "is a child" in refused.message
    assert refused.person_ids == [child.id]
    actions.record(child, GIVEN)
    consultations.record(alone, told(child))


def test_an_aunt_does_not_cover(person: Person, world: World) -> None:
    niece = person_named("Бериллова", birth=PartialDate(2020, 5))
    persons.add_relative(person, niece, "REL", True)
    case = case_of(person, niece, lawyer_id=world.user_id("lawyer"))
    actions.record(person, GIVEN)
    assert "Бериллова is a child" in refusal(case, told(person, niece)).message


def test_a_guardian_covers_as_the_child_says(person: Person, world: World) -> None:
    ward = person_named("Бериллова", birth=PartialDate(2020, 5))
    persons.add_relative(ward, person, "GRD", True)
    case = case_of(ward, person, lawyer_id=world.user_id("lawyer"))
    actions.record(person, GIVEN)
    consultations.record(case, told(ward))


def test_a_correction_is_held_to_it_only_where_it_matters(case: Case, person: Person) -> None:
    power: PowerOfAttorney = actions.record(person, GIVEN)
    held = consultations.record(case, told(person))
    actions.void(power, "WRONG_PERSON")
    typo = replace(told(person), summary="Исправлена опечатка")
    consultations.correct(case, held, typo, None, with_note=False)
    with pytest.raises(policy.Unrepresented):
        consultations.correct(case, held, replace(typo, held_on=date(2026, 4, 8)), None, with_note=False)
    with pytest.raises(policy.Unrepresented):
        consultations.correct(case, held, replace(typo, services=["REPR_COURT"]), None, with_note=False)
    consultations.correct(case, held, replace(typo, services=["COUNSEL"]), None, with_note=False)
