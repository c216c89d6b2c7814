"""The day of registration put right, arrival, and family links that were wrong."""

from collections.abc import Iterator
from datetime import date

import pytest
from sqlalchemy.orm import Session

from casework.cases import actions as cases
from casework.consultations import actions as consultations
from casework.core.errors import DomainError
from casework.figures import queries as figures
from casework.persons import actions, queries
from casework.persons.models import Person
from casework.persons.rules import PartialDate
from tests.conftest import Acting, ClientFor
from tests.factories import World
from tests.security.caseload import HELD, OPENED, Caseload, person_named
from tests.security.conftest import made

__all__ = ["made"]


@pytest.fixture
def session(acting: Acting, world: World) -> Iterator[Session]:
    with acting(world.principal("lawyer")) as found:
        yield found
        found.flush()
        assert figures.verify() == []


@pytest.fixture
def person(session: Session) -> Person:
    return person_named("Ая", nationality="UN", birth=PartialDate(1990), arrived=PartialDate(2026, 2))


def undetermined(world: World, on: date) -> int:
    return figures.stock(on, "nationality", ["UN"], world.organisations["A"])


@pytest.mark.parametrize("day", [date(2026, 2, 10), date(2026, 3, 20)])
def test_the_figures_follow_the_registration_day(session: Session, person: Person, world: World, day: date) -> None:
    actions.set_status(person, "nationality", "SP", date(2026, 4, 1), "recognised_stateless")
    actions.correct_registration(person, day)
    session.commit()
    assert person.registered_on == day
    assert (undetermined(world, day), undetermined(world, date(day.year, day.month, day.day + 1))) == (0, 1)
    assert person.nationality == "SP"
    session.expire_all()
    standing = [entry for entry in person.history("registration") if not entry.is_void]
    assert [(entry.code, entry.effective_on, entry.sequence) for entry in standing] == [("ACTIVE", day, 1)]
    assert [entry.void_reason for entry in person.history("registration") if entry.is_void] == ["WRONG_DATE"]


def test_what_another_cause_said_of_that_day_still_holds(session: Session, person: Person) -> None:
    actions.set_status(person, "nationality", "SP", date(2026, 3, 20), "recognised_stateless")
    actions.correct_registration(person, date(2026, 3, 20))
    assert person.nationality == "SP"


@pytest.mark.parametrize("day", [date(2090, 1, 1), date(1989, 1, 1), date(2026, 1, 31), date(2026, 4, 8)])
def test_a_registration_day_that_cannot_be(session: Session, person: Person, world: World, day: date) -> None:
    case = cases.open_case([person], "NATIONALITY", OPENED, world.user_id("lawyer"))
    told = consultations.Session(held_on=HELD, modality="OFFICE", persons=[person.id], services=["COUNSEL"])
    consultations.record(case, told)
    with pytest.raises(DomainError):
        actions.correct_registration(person, day)


def test_not_after_what_is_recorded(session: Session, person: Person) -> None:
    actions.set_status(person, "nationality", "SP", date(2026, 3, 10), "recognised_stateless")
    with pytest.raises(DomainError):
        actions.correct_registration(person, date(2026, 3, 11))


def test_nobody_arrives_after_they_were_registered(session: Session, person: Person) -> None:
    with pytest.raises(DomainError) as refused:
        actions.correct_identity(
            person,
            person.identity,
            sex="F",
            birth=PartialDate(1990),
            origin="AFG",
            arrived=PartialDate(2090),
            languages=[],
        )
    assert refused.value.field == "arrived"


def test_a_link_removed_by_mistake_is_made_anew(session: Session, person: Person, world: World) -> None:
    child = person_named("Дитя")
    link = actions.add_relative(person, child, "DAU", True)
    actions.remove_relative(link, "WRONG_PERSON")
    with pytest.raises(DomainError):
        actions.remove_relative(link, "OTHER")
    again = actions.add_relative(person, child, "DAU", True)
    session.commit()
    assert [one.id for one in queries.relatives(child.id)] == [again.id]
    removed = queries.removed_relatives(child.id)
    assert [(one.id, one.void_reason, one.voided_by_id) for one in removed] == [
        (link.id, "WRONG_PERSON", world.user_id("lawyer"))
    ]


def test_the_registration_is_put_right_on_its_page(client_for: ClientFor, made: dict[str, Caseload]) -> None:
    client, address = client_for("lawyer"), f"/people/{made['A'].person}"
    assert f"{address}/registration" in client.page(f"{address}/details").links.values()
    day = {"registered_on-day": "1", "registered_on-month": "2", "registered_on-year": "2026"}
    assert client.submit(f"{address}/registration", day).location == f"{address}/details"
    assert "after: 1 February 2026" in client.page(f"{address}/access").text
    late = {**day, "registered_on-month": "5"}
    assert client.submit(f"{address}/registration", late).status_code == 422, "after the first session"
    text = client.page(f"/cases/{made['A'].case}?show=status").text
    assert "Void: registered: Newly identified" in text
