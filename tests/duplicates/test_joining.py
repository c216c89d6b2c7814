"""Two accounts of one person: compared, joined, written, and taken back."""

from collections.abc import Callable
from dataclasses import asdict
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.core.errors import DomainError
from casework.duplicates import joining
from casework.duplicates.joining import FieldPair, Side
from casework.duplicates.models import Chosen
from casework.persons import actions as persons
from casework.persons.models import Contacts, DocumentNumber, Identity
from casework.persons.rules import PartialDate
from tests.conftest import Acting
from tests.factories import World

ON = date(2026, 3, 2)


@pytest.fixture
def as_lawyer(acting: Acting, world: World) -> Any:
    with acting(world.principal("lawyer")) as session:
        yield session


def side(family: str = "Петрова", given: str = "Анна", **more: Any) -> Side:
    of_identity = {name: more.pop(name) for name in list(more) if name in Identity.__dataclass_fields__}
    of_contacts = {name: more.pop(name) for name in list(more) if name in Contacts.__dataclass_fields__}
    return Side(Identity(family_name=family, given_name=given, **of_identity), Contacts(**of_contacts), **more)


def pairs(left: Side, right: Side) -> dict[str, FieldPair]:
    return {one.name: one for one in joining.compared(left, right)}


def test_every_field_of_a_person_has_its_line() -> None:
    """A field that joining forgets would be lost in a merge."""
    fields = set(joining._FIELDS)
    of_identity = set(Identity.__dataclass_fields__) - {"born"} | {"birth"}
    assert of_identity | set(Contacts.__dataclass_fields__) <= fields
    assert set(Side.__dataclass_fields__) - {"identity", "contacts", "consent_on"} <= fields


def test_compared_in_words(as_lawyer: Any) -> None:
    left = side(sex="F", birth=PartialDate(1991, 3, 14), origin="UZB", languages=["ru"], consent="given", consent_on=ON)
    right = side("Petrova", "Anna", sex="U", birth=PartialDate(1991, estimated=True), origin="UNK", languages=["uz"])
    found = pairs(left, right)
    assert (found["family_name"].left, found["family_name"].right) == ("Петрова", "Petrova")
    assert found["sex"].left == "Female"
    assert found["sex"].right == ""
    assert found["birth"].left == "14 March 1991"
    assert found["birth"].right == "about 1991"
    assert found["origin"].left == "Uzbekistan"
    assert found["consent"].left == "Given, 2 March 2026"
    assert found["languages"].differs
    assert found["languages"].is_united
    assert not found["patronymic"].differs
    assert {one.name for one in found.values() if one.suggests_other} == set()


def test_what_only_the_other_says_is_suggested(as_lawyer: Any) -> None:
    left = side(safety="NOT_ASKED")
    right = side(sex="F", birth=PartialDate(1990), phone="+7 701 000 00 01", safety="ANY_TIME", consent="refused")
    assert {one.name for one in pairs(left, right).values() if one.suggests_other} == {
        "sex",
        "birth",
        "phone",
        "safety",
        "consent",
    }
    assert not any(one.suggests_other for one in pairs(right, left).values())


def test_the_warier_way_of_contact_is_suggested(as_lawyer: Any) -> None:
    free, wary = side(safety="ANY_TIME"), side(safety="NEVER_CALL")
    assert pairs(free, wary)["safety"].suggests_other
    assert not pairs(wary, free)["safety"].suggests_other
    assert not pairs(free, side(safety="NOT_ASKED"))["safety"].suggests_other


def test_joined_takes_what_is_named_and_loses_no_name(as_lawyer: Any) -> None:
    kept = side(patronymic="Ивановна", former_names=["Сидорова Анна"], iin="910314400017")
    other = side("Petrova", "Anna", former_names=["сидорова  анна", "Кузнецова"], phone="+7 701 000 00 01", iin="1")
    both = joining.joined(kept, other, {"phone"})
    assert both.identity.full_name == "Петрова Анна Ивановна"
    assert both.identity.former_names == ["Сидорова Анна", "Кузнецова", "Petrova Anna"]
    assert both.contacts.phone == "+7 701 000 00 01"
    assert both.identity.iin == "910314400017"
    taken = joining.joined(kept, other, {"family_name", "given_name", "iin"})
    assert taken.identity.full_name == "Petrova Anna Ивановна"
    assert "Петрова Анна Ивановна" in taken.identity.former_names
    assert taken.identity.iin == "1"
    assert kept.identity.former_names == ["Сидорова Анна"], "the sides themselves stay as they were"


def test_a_name_that_is_there_already_is_not_added(as_lawyer: Any) -> None:
    kept = side(latin_name="Petrova Anna")
    assert joining.joined(kept, side("Petrova", "Anna"), ()).identity.former_names == []
    assert joining.joined(side(patronymic="Ивановна"), side(), ()).identity.former_names == []


def test_documents_and_languages_are_united(as_lawyer: Any) -> None:
    kept = side(documents=[DocumentNumber("FOREIGN_PASS", "N 707-18293", "Ташкент")], languages=["ru", "uz"])
    other = side(
        documents=[DocumentNumber("FOREIGN_PASS", "n70718293"), DocumentNumber("OTHER", "5")], languages=["kk", "uz"]
    )
    both = joining.joined(kept, other, ())
    assert [(one.type, one.number, one.issuer) for one in both.identity.documents] == [
        ("FOREIGN_PASS", "N 707-18293", "Ташкент"),
        ("OTHER", "5", None),
    ]
    assert both.languages == ["ru", "uz", "kk"]


def test_a_field_that_is_none_is_a_defect() -> None:
    with pytest.raises(ValueError, match="nonsense"):
        joining.joined(side(), side(), {"nonsense"})


TEXTS = st.one_of(st.none(), st.sampled_from(["Анна", "Anna", "Петрова", "", "x y"]))
SIDES = st.builds(
    Side,
    st.builds(
        Identity,
        family_name=TEXTS,
        given_name=st.sampled_from(["Анна", "Anna"]),
        patronymic=TEXTS,
        latin_name=TEXTS,
        former_names=st.lists(st.sampled_from(["А", "Б", "б"]), max_size=3),
        iin=TEXTS,
        documents=st.lists(st.builds(DocumentNumber, st.sampled_from("XY"), st.sampled_from("12")), max_size=3),
    ),
    st.builds(Contacts, phone=TEXTS, safety=st.sampled_from([None, "ANY_TIME", "NEVER_CALL"]), address=TEXTS),
    sex=st.sampled_from("FMU"),
    birth=st.sampled_from([PartialDate(), PartialDate(1990), PartialDate(1990, 2, 3, estimated=True)]),
    languages=st.lists(st.sampled_from(["ru", "kk"]), max_size=2),
)


@given(SIDES, SIDES, st.sets(st.sampled_from(["family_name", "given_name", "phone", "birth", "safety"])))
def test_joining_is_steady_and_loses_nothing(kept: Side, other: Side, take: set[str]) -> None:
    both = joining.joined(kept, other, take)
    said = " ".join([both.identity.full_name, both.identity.latin_name or "", *both.identity.former_names]).casefold()
    for one in (kept, other):
        assert all(word in said.split() for word in one.identity.full_name.casefold().split())
        assert all(name.casefold() in said for name in one.identity.former_names)
        assert {(d.type, d.number) for d in one.identity.documents} <= {
            (d.type, d.number) for d in both.identity.documents
        }
        assert set(one.languages) <= set(both.languages)
    assert joining.joined(both, both, ()) == both
    for name in take:
        assert joining._FIELDS[name].read(both) == joining._FIELDS[name].read(other)


# -- writing ---------------------------------------------------------------------------------------------------------


def registered(of: Side, **more: Any) -> Any:
    return persons.register(
        persons.Registration(
            identity=of.identity,
            contacts=of.contacts,
            registered_on=ON,
            sex=of.sex,
            birth=of.birth,
            origin=of.origin,
            arrived=of.arrived,
            languages=of.languages,
            consent=of.consent,
            consent_on=of.consent_on,
            **more,
        )
    )


def test_writing_and_taking_back(as_lawyer: Any) -> None:
    person = registered(side(birth=PartialDate(1990, 1), phone="1", languages=["ru"], name_language="ru"))
    before = joining.side_of(person)
    other = side(
        "Petrova", "Anna", birth=PartialDate(1991, 3, 14, estimated=True), phone="2", arrived=PartialDate(2020, 5),
        sex="F", origin="UZB", consent="given", consent_on=ON, name_language="en",
        documents=[DocumentNumber("OTHER", "5")],
    )  # fmt: skip
    names = {"family_name", "birth", "phone", "arrived", "sex", "origin", "consent"}
    chosen = joining.write(person, joining.joined(before, other, names))
    assert {one.name for one in chosen} == {*names, "documents", "former_names", "name_language"}
    assert (person.birth_year, person.birth_month, person.is_birth_estimated) == (1991, 3, True)
    assert (person.identity.born, person.arrived_year, person.consent_on) == ("1991-03-14", 2020, ON)
    assert joining.write(person, joining.side_of(person)) == []
    assert joining.take_back(person, [Chosen(**asdict(one)) for one in chosen]) == []
    assert joining.side_of(person) == before


def test_what_was_changed_since_stays(as_lawyer: Any) -> None:
    person = registered(side(phone="1", email="a@example.org"))
    chosen = joining.write(
        person, joining.joined(joining.side_of(person), side(phone="2", email="b@example.org"), {"phone", "email"})
    )
    contacts = joining.side_of(person).contacts
    contacts.phone = "3"
    persons.correct_contacts(person, contacts, consent="not_asked", consent_on=None)
    assert joining.changed_since(person, chosen) == ["phone"]
    assert joining.take_back(person, chosen) == ["phone"]
    assert (person.contacts.phone, person.contacts.email) == ("3", "a@example.org")


@pytest.mark.parametrize(
    ("wrong", "take", "field"),
    [
        (lambda: side(birth=PartialDate(2026, 3, 9)), "birth", "birth"),
        (lambda: side(arrived=PartialDate(2026, 4)), "arrived", "arrived"),
    ],
)
def test_the_rules_of_a_record_hold(as_lawyer: Any, wrong: Callable[[], Side], take: str, field: str) -> None:
    person = registered(side())
    with pytest.raises(DomainError) as refused:
        joining.write(person, joining.joined(joining.side_of(person), wrong(), {take}))
    assert refused.value.field == field


def test_a_record_without_any_name_is_refused(as_lawyer: Any) -> None:
    person = registered(Side(Identity(given_name="Анна")))
    other = Side(Identity(family_name=None, given_name=None, latin_name="Anna"))
    with pytest.raises(DomainError) as refused:
        joining.write(person, joining.joined(joining.side_of(person), other, {"given_name"}))
    assert refused.value.field == "given_name"
