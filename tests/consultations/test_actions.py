"""Recording a session, putting it right, taking it back, and the status that follows from it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from uuid import uuid4

import pytest
from sqlalchemy.orm import Session as DatabaseSession

from casework.cases import actions as cases
from casework.cases.models import Case
from casework.consultations import actions, policy, queries
from casework.consultations.actions import Session
from casework.consultations.models import Consultation
from casework.core.errors import DomainError
from casework.figures.queries import stock
from casework.persons import queries as persons
from casework.persons.models import Person
from tests.conftest import Acting
from tests.factories import World
from tests.security.caseload import HELD, OPENED, person_named


@pytest.fixture
def session(acting: Acting, world: World) -> Iterator[DatabaseSession]:
    with acting(world.principal("lawyer")) as found:
        yield found


@pytest.fixture
def person(session: DatabaseSession) -> Person:
    return person_named("Ая", nationality="UN")


@pytest.fixture
def case(session: DatabaseSession, person: Person, world: World) -> Case:
    return cases.open_case([person], "NATIONALITY", OPENED, world.user_id("lawyer"))


def told(person: Person, **more: object) -> Session:
    return Session(held_on=HELD, modality="OFFICE", persons=[person.id], services=["COUNSEL"], **more)  # type: ignore[arg-type]


def undetermined(on: date, organisation_id: object) -> int:
    return stock(on, "nationality", ["UN"], organisation_id)  # type: ignore[arg-type]


def test_a_session_is_kept_as_told(session: DatabaseSession, case: Case, person: Person, world: World) -> None:
    held = actions.record(
        case,
        told(person, title="Запрос", summary="Два слова", topics=["SDP"], interpreter="Нефритов", minutes=30),
        "Про себя",
    )
    session.commit()
    session.expire_all()
    found = queries.consultation(case.id, held.id)
    assert found is not None
    assert (found.account.title, found.account.summary, found.private_note.text) == ("Запрос", "Два слова", "Про себя")
    assert found.has_interpreter, "whoever names an interpreter had one"
    assert [service.level for service in found.services] == [2]
    assert (found.lawyer_id, case.last_contact_on) == (world.user_id("lawyer"), HELD)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"held_on": date(2090, 1, 1)}, "held_on"),
        ({"held_on": date(2026, 1, 1)}, "held_on"),
        ({"persons": []}, "persons"),
        ({"persons": [uuid4()]}, "persons"),
    ],
)
def test_a_session_that_cannot_be(case: Case, person: Person, wrong: dict[str, object], field: str) -> None:
    with pytest.raises(DomainError) as refused:
        actions.record(case, replace(told(person), **wrong))  # type: ignore[arg-type]
    assert refused.value.field == field


def test_none_in_a_closed_case(case: Case, person: Person) -> None:
    cases.close(case, date(2026, 6, 1), "ADVICE_ONLY", "SOLUTION")
    with pytest.raises(DomainError):
        actions.record(case, told(person))


def test_an_outcome_moves_the_person_out_on_that_day_and_voiding_moves_them_back(
    session: DatabaseSession, case: Case, person: Person, world: World
) -> None:
    ours = world.organisations["A"]
    the_day_after = date.fromordinal(HELD.toordinal() + 1)
    assert undetermined(the_day_after, ours) == 1
    held = actions.record(case, told(person, outcome="NAT_KZ_CONFIRMED"))
    session.commit()
    entry = person.history("nationality")[-1]
    assert (person.nationality, entry.effective_on, entry.cause_id) == ("NC-KZ", HELD, held.id)
    assert (undetermined(HELD, ours), undetermined(the_day_after, ours)) == (1, 0)
    actions.void(case, held, "DID_NOT_HAPPEN")
    session.commit()
    assert (person.nationality, entry.is_void) == ("UN", True)
    assert undetermined(the_day_after, ours) == 1
    assert case.last_contact_on is None
    with pytest.raises(DomainError):
        actions.void(case, held, "DID_NOT_HAPPEN")


def test_a_correction_takes_the_status_along(session: DatabaseSession, case: Case, person: Person) -> None:
    held = actions.record(case, told(person, outcome="NAT_KZ_CONFIRMED"))
    session.commit()
    later = replace(told(person, outcome="NAT_OTH_CONFIRMED"), held_on=date(2026, 4, 9))
    actions.correct(case, held, later, None, with_note=False)
    standing = [entry for entry in person.history("nationality") if not entry.is_void]
    assert [(entry.code, entry.effective_on) for entry in standing] == [
        ("UN", OPENED),
        ("NC-OTH", date(2026, 4, 9)),
    ]
    assert case.last_contact_on == date(2026, 4, 9)
    actions.correct(case, held, replace(later, outcome=None), None, with_note=False)
    assert person.nationality == "UN"


def test_a_correction_of_words_leaves_the_status_alone(session: DatabaseSession, case: Case, person: Person) -> None:
    held = actions.record(case, told(person, outcome="NAT_KZ_CONFIRMED", summary="Было"))
    session.commit()
    entry = person.history("nationality")[-1]
    actions.correct(case, held, told(person, outcome="NAT_KZ_CONFIRMED", summary="Стало"), None, with_note=False)
    session.commit()
    assert not entry.is_void
    former = [one.former.values for one in persons.revisions([held.id])]
    assert any(values.get("account", {}).get("summary") == "Было" for values in former)


def test_only_those_who_were_there_change(session: DatabaseSession, case: Case, person: Person) -> None:
    other = person_named("Бо", nationality="UN")
    cases.add_party(case, other)
    session.flush()
    session.refresh(case, ["parties"])
    actions.record(case, told(other, outcome="STATELESS_RECOGNISED"))
    assert (person.nationality, other.nationality) == ("UN", "SP")


def test_the_latest_session_is_the_last_contact(session: DatabaseSession, case: Case, person: Person) -> None:
    actions.record(case, replace(told(person), held_on=date(2026, 5, 5)))
    earlier = actions.record(case, replace(told(person), held_on=date(2026, 4, 4)))
    session.flush()
    assert case.last_contact_on == date(2026, 5, 5)
    actions.void(case, earlier, "OTHER")
    assert case.last_contact_on == date(2026, 5, 5)


def test_who_reads_a_private_note(
    session: DatabaseSession, case: Case, person: Person, acting: Acting, world: World
) -> None:
    held = actions.record(case, told(person), "Про себя")
    session.commit()
    found = queries.consultation(case.id, held.id)
    assert isinstance(found, Consultation)
    stranger = replace(world.principal("lawyer"), user_id=uuid4())
    may = {
        "its lawyer": policy.may_read_private_note(world.principal("lawyer"), found),
        "the supervisor": policy.may_read_private_note(world.principal("supervisor"), found),
        "another lawyer": policy.may_read_private_note(stranger, found),
        "another lawyer changing it": policy.may_change(stranger, found),
    }
    assert may == {
        "its lawyer": True,
        "the supervisor": True,
        "another lawyer": False,
        "another lawyer changing it": False,
    }
    case.lawyer_id = world.user_id("supervisor")
    found.lawyer_id = found.recorded_by_id = world.user_id("supervisor")
    assert not policy.may_read_private_note(world.principal("lawyer"), found)
    session.rollback()
