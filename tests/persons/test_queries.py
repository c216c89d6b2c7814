"""Finding persons of one's own organisation."""

from datetime import date
from uuid import uuid4

import pytest
from flask import Flask

from casework.core import clock
from casework.persons import actions, index, queries
from casework.persons.actions import Registration
from casework.persons.models import Contacts, DocumentNumber, Identity, Person
from casework.persons.rules import PartialDate
from tests.conftest import Acting
from tests.factories import World

DAY = date(2026, 3, 2)


@pytest.fixture(autouse=True)
def fresh_index(app: Flask) -> None:
    app.extensions.pop("name_index", None)  # kept by the process; the database under it is a new one


def registered(identity: Identity, **more: object) -> Person:
    return actions.register(Registration(identity=identity, registered_on=DAY, **more))  # type: ignore[arg-type]


def test_a_name_in_another_alphabet(acting: Acting, world: World) -> None:
    with acting(world.principal("lawyer")):
        person = registered(Identity(family_name="Үлгіова", given_name="Әйгерім", latin_name="Ulgiova Aigerim"))
        registered(Identity(family_name="Коваленко", given_name="Борис"))
        for asked in ("Ulgiova", "Улгиова", "Үлгіова Әйгерім", "ulgiova aigerim", "Айгерим Улгиова"):
            assert next(iter(index.find(asked))).person_id == person.id, asked


def test_former_names_and_numbers(acting: Acting, world: World) -> None:
    with acting(world.principal("lawyer")):
        person = registered(
            Identity(
                family_name="Нур",
                former_names=["Касымжанова"],
                iin="910314401117",
                documents=[DocumentNumber("OTHER", "N 7071 8293")],
            ),
            contacts=Contacts(phone="+7 701 555 71 93"),
        )
        asked = ("Касымжанова", "910314401117", "N70718293", "87015557193", "7015557193", person.number)
        assert {word: [hit.person_id for hit in index.find(word)] for word in asked} == {
            word: [person.id] for word in asked
        }


def test_a_change_is_found_at_once_and_what_was_is_not(acting: Acting, world: World) -> None:
    with acting(world.principal("lawyer")):
        person = registered(Identity(family_name="Прежняя"))
        assert index.find("Прежняя")
        actions.correct_identity(
            person,
            Identity(family_name="Новейшая"),
            sex="F",
            birth=PartialDate(),
            origin="UNK",
            arrived=PartialDate(),
            languages=[],
        )
        assert [hit.person_id for hit in index.find("Новейшая")] == [person.id]
        assert index.find("Прежняя") == []


def test_one_index_per_organisation(acting: Acting, world: World) -> None:
    with acting(world.principal("lawyer", "A")):
        registered(Identity(family_name="Астрова"))
        assert index.find("Астрова")
    with acting(world.principal("lawyer", "B")):
        assert index.find("Астрова") == []


def test_what_was_rolled_back_is_not_shown(acting: Acting, world: World) -> None:
    """The index may remember it; the page asks the database for every hit."""
    with acting(world.principal("lawyer")) as session:
        registered(Identity(family_name="Призрак"))
        hits = index.find("Призрак")
        session.rollback()
        assert queries.persons(hit.person_id for hit in hits) == {}


def test_absent_and_foreign_are_the_same(acting: Acting, world: World) -> None:
    with acting(world.principal("lawyer", "B")):
        foreign = registered(Identity(family_name="Чужая"))
    with acting(world.principal("lawyer", "A")):
        for one in (foreign.id, uuid4()):
            assert queries.person(one) is None
            assert queries.relatives(one) == []
            assert queries.entries_caused_by(one) == []
            assert queries.revisions([one]) == []
        assert queries.person_by_number(foreign.number) is None
        assert queries.entry(foreign.id, foreign.entries[0].id) is None


def test_an_entry_belongs_to_its_person(acting: Acting, world: World) -> None:
    with acting(world.principal("lawyer")):
        one, other = registered(Identity(family_name="Один")), registered(Identity(family_name="Другая"))
        assert queries.entry(one.id, one.entries[0].id) is not None
        assert queries.entry(other.id, one.entries[0].id) is None


def test_revisions_come_newest_first(acting: Acting, world: World) -> None:
    with acting(world.principal("lawyer")) as session:
        person = registered(Identity(family_name="Ая"))
        session.commit()
        for hour, phone in enumerate(("1", "2", "3")):
            with clock.at(clock.now().replace(hour=hour)):
                actions.correct_contacts(person, Contacts(phone=phone), consent="given", consent_on=None)
                session.commit()
        phones = [one.former.values["contacts"] for one in queries.revisions([person.id])]
        assert [former["phone"] if former else None for former in phones] == ["2", "1", None]
