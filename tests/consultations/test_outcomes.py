"""What sessions and closings say about a status: every standing one counts, and only while it stands."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy.orm import Session as DatabaseSession

from casework.cases import actions as cases
from casework.cases.models import Case
from casework.consultations import actions
from casework.consultations.actions import Session
from casework.figures import queries as figures
from casework.persons import actions as persons
from casework.persons.models import Person
from tests.conftest import Acting, ClientFor
from tests.factories import World
from tests.security.caseload import HELD, OPENED, Caseload, person_named

LATER = HELD + timedelta(days=14)


@pytest.fixture
def session(acting: Acting, world: World) -> Iterator[DatabaseSession]:
    with acting(world.principal("lawyer")) as found:
        yield found
        found.flush()
        assert figures.verify() == []


@pytest.fixture
def person(session: DatabaseSession) -> Person:
    return person_named("Ая", nationality="UN")


@pytest.fixture
def case(session: DatabaseSession, person: Person, world: World) -> Case:
    return cases.open_case([person], "NATIONALITY", OPENED, world.user_id("lawyer"))


def told(person: Person, on: date = HELD, outcome: str | None = "NAT_KZ_CONFIRMED") -> Session:
    return Session(held_on=on, modality="OFFICE", persons=[person.id], services=["COUNSEL"], outcome=outcome)


def undetermined(world: World, day: date) -> int:
    return figures.stock(day + timedelta(days=1), "nationality", ["UN"], world.organisations["A"])


@pytest.mark.parametrize("second_on", [HELD, LATER])
def test_a_twin_keeps_the_status(case: Case, person: Person, world: World, second_on: date) -> None:
    first = actions.record(case, told(person))
    second = actions.record(case, told(person, second_on))
    actions.void(case, first, "DUPLICATE_ENTRY")
    assert person.nationality == "NC-KZ"
    assert (undetermined(world, second_on - timedelta(days=1)), undetermined(world, second_on)) == (1, 0)
    actions.void(case, second, "DUPLICATE_ENTRY")
    assert person.nationality == "UN"


def test_a_closing_keeps_the_status(case: Case, person: Person, world: World) -> None:
    held = actions.record(case, told(person))
    cases.close(case, LATER, "NAT_KZ_CONFIRMED", "SOLUTION")
    flows = figures.account(OPENED, date(2027, 1, 1), "nationality", ["UN"], world.organisations["A"]).flows
    assert flows == {"confirmed_kz": -1, "identified": 1}, "said twice, counted once"
    actions.void(case, held, "WRONG_CONTENT")
    assert person.nationality == "NC-KZ"
    assert (undetermined(world, HELD), undetermined(world, LATER)) == (1, 0)


def test_a_correction_takes_back_only_its_own(case: Case, person: Person, world: World) -> None:
    first = actions.record(case, told(person))
    actions.record(case, told(person, LATER))
    actions.correct(case, first, told(person, outcome=None), None, with_note=False)
    assert person.nationality == "NC-KZ"
    assert (undetermined(world, HELD), undetermined(world, LATER)) == (1, 0)


def test_news_that_comes_late_counts_from_its_own_day(case: Case, person: Person, world: World) -> None:
    persons.set_status(person, "nationality", "NC-KZ", LATER, "confirmed_kz")
    actions.record(case, told(person))
    assert (undetermined(world, HELD - timedelta(days=1)), undetermined(world, HELD)) == (1, 0)


def test_an_outcome_that_says_what_stands_already(case: Case, person: Person, world: World) -> None:
    persons.set_status(person, "nationality", "NC-KZ", LATER, "confirmed_kz")
    actions.record(case, told(person, OPENED, "ASSESSED_UN"))
    assert person.nationality == "NC-KZ"
    assert (undetermined(world, OPENED), undetermined(world, LATER)) == (1, 0)


def test_who_did_not_come_was_not_reached(case: Case, person: Person) -> None:
    missed = actions.record(case, told(person, outcome="NO_SHOW"))
    assert case.last_contact_on is None
    held = actions.record(case, told(person, HELD - timedelta(days=7), None))
    assert case.last_contact_on == held.held_on
    actions.record(case, told(person, LATER, "NO_SHOW"))
    assert case.last_contact_on == held.held_on
    came = replace(told(person, outcome="NEXT_STEP"))
    actions.correct(case, missed, came, None, with_note=False)
    assert case.last_contact_on == HELD
    actions.void(case, missed, "OTHER")
    assert case.last_contact_on == held.held_on


def test_a_changed_private_note_is_called_by_its_name(client_for: ClientFor, made: dict[str, Caseload]) -> None:
    client = client_for("lawyer")
    session = f"/cases/{made['A'].case}/sessions/{made['A'].consultation}"
    assert client.submit(session, {"private_note": "Про другое"}).status_code == 302
    log = client.page(f"/people/{made['A'].person}/access").text
    assert "Private notebefore: " in log
    assert "Next stepbefore: Жеке" not in log
