"""Registering a person, the four histories, corrections that keep what stood before."""

from datetime import date
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import select

from casework.core import clock
from casework.core.audit import AuditEntry, Revision
from casework.core.db import db
from casework.core.errors import DomainError
from casework.persons import actions, queries
from casework.persons.actions import Registration
from casework.persons.models import Contacts, Identity, IssuedNumber, Person
from casework.persons.rules import PartialDate
from tests.conftest import Acting
from tests.factories import World

DAY = date(2026, 3, 2)


def registered(name: str = "Ая", on: date = DAY, **more: object) -> Person:
    return actions.register(Registration(identity=Identity(given_name=name), registered_on=on, **more))  # type: ignore[arg-type]


def refusal(work: object) -> DomainError:
    with pytest.raises(DomainError) as refused:
        work()  # type: ignore[operator]
    return refused.value


def test_one_name_is_enough_and_each_history_begins(acting: Acting, world: World) -> None:
    with acting(world.principal("lawyer")):
        person = registered(nationality="UN", region="KZ-75")
        assert {(entry.dimension, entry.code, entry.effective_on) for entry in person.entries} == {
            ("registration", "ACTIVE", DAY),
            ("residence", "KZ-75", DAY),
            ("displacement", "ND", DAY),
            ("nationality", "UN", DAY),
        }
        assert (person.nationality, person.region, person.registration) == ("UN", "KZ-75", "ACTIVE")
        assert person.organisation_id == world.organisations["A"]
        assert person.registered_by_id == world.user_id("lawyer")


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"identity": Identity(patronymic=None)}, "given_name"),
        ({"identity": Identity(latin_name="Aya")}, "given_name"),
        ({"registered_on": date(2090, 1, 1)}, "registered_on"),
        ({"birth": PartialDate(2026, 3, 3)}, "birth"),
        ({"arrived": PartialDate(2026, 4)}, "arrived"),
    ],
)
def test_what_cannot_be_is_refused(acting: Acting, world: World, wrong: dict[str, object], field: str) -> None:
    given = {"identity": Identity(given_name="Ая"), "registered_on": DAY, **wrong}
    with acting(world.principal("lawyer")):
        assert refusal(lambda: actions.register(Registration(**given))).field == field  # type: ignore[arg-type]
        db.session.rollback()


def test_a_birth_in_the_month_of_registration_is_possible(acting: Acting, world: World) -> None:
    with acting(world.principal("lawyer")):
        assert registered(birth=PartialDate(2026, 3)).birth_month == 3


def test_numbers_are_unique_over_organisations_and_tell_no_count(acting: Acting, world: World) -> None:
    numbers = []
    for key in ("A", "B", "A", "B"):
        with acting(world.principal("lawyer", key)):
            numbers += [registered().number for _ in range(5)]
    assert len(set(numbers)) == 20
    serials = [int(number.rpartition("-")[2]) for number in numbers]
    assert serials != sorted(serials)
    assert max(serials) - min(serials) > 100
    with acting(world.principal("lawyer")) as session:
        assert set(numbers) <= set(session.scalars(select(IssuedNumber.number)))


# -- the histories -----------------------------------------------------------------------------------------------


def test_a_status_holds_from_its_day(acting: Acting, world: World) -> None:
    with acting(world.principal("lawyer")):
        person = registered(nationality="UN")
        entry = actions.set_status(person, "nationality", "SP", date(2026, 5, 4), "recognised_stateless", "с 4 мая")
        assert person.nationality == "SP"
        assert entry.note.text == "с 4 мая"
        actions.set_status(person, "nationality", "AR", date(2026, 4, 1), "status_change")
        assert person.nationality == "SP", "what came late but happened earlier changes the past only"


def test_the_later_recorded_of_one_day_holds(acting: Acting, world: World) -> None:
    with acting(world.principal("lawyer")):
        person = registered(nationality="UN")
        actions.set_status(person, "nationality", "SP", DAY, "status_change")
        assert person.nationality == "SP"


@pytest.mark.parametrize(
    ("code", "on", "field"),
    [
        ("SP", date(2090, 1, 1), "effective_on"),
        ("SP", date(1980, 1, 1), "effective_on"),
        ("UN", DAY, "code"),
    ],
)
def test_a_status_that_cannot_be(acting: Acting, world: World, code: str, on: date, field: str) -> None:
    with acting(world.principal("lawyer")):
        person = registered(nationality="UN", birth=PartialDate(1991))
        error = refusal(lambda: actions.set_status(person, "nationality", code, on, "status_change"))
        assert error.field == field


def test_voiding_brings_the_earlier_status_back(acting: Acting, world: World) -> None:
    with acting(world.principal("lawyer")) as session:
        person = registered(nationality="UN")
        entry = actions.set_status(person, "nationality", "SP", date(2026, 5, 4), "recognised_stateless")
        session.commit()
        actions.void_status(entry, "WRONG_PERSON")
        assert person.nationality == "UN"
        assert (entry.is_void, entry.void_reason, entry.voided_by_id) == (
            True,
            "WRONG_PERSON",
            world.user_id("lawyer"),
        )
        assert len(person.history("nationality")) == 2, "it stays readable"
        refusal(lambda: actions.void_status(entry, "WRONG_PERSON"))
        again = actions.set_status(person, "nationality", "SP", date(2026, 5, 4), "recognised_stateless")
        assert person.nationality == "SP"
        assert not again.is_void


def test_the_registration_itself_cannot_be_voided(acting: Acting, world: World) -> None:
    with acting(world.principal("lawyer")):
        person = registered()
        refusal(lambda: actions.void_status(person.history("registration")[0], "OTHER"))


def test_leaving_and_coming_back(acting: Acting, world: World) -> None:
    with acting(world.principal("lawyer")):
        person = registered()
        actions.leave(person, date(2026, 5, 4), "departed", uuid4())
        assert person.registration == "LEFT"
        actions.leave(person, date(2026, 5, 5), "died", uuid4())
        assert len(person.history("registration")) == 2, "nobody leaves twice"
        actions.come_back(person, date(2026, 6, 1), uuid4())
        assert person.registration == "ACTIVE"


def test_who_comes_back_before_they_left_is_back(acting: Acting, world: World) -> None:
    """News that comes late: a case opened earlier than the leaving still makes the person one in care."""
    with acting(world.principal("lawyer")):
        person = registered()
        actions.leave(person, date(2026, 5, 4), "lost_contact", uuid4())
        actions.come_back(person, date(2026, 4, 1), uuid4())
        assert person.registration == "ACTIVE"
        assert person.history("registration")[-1].effective_on == date(2026, 5, 4)


def test_voiding_what_a_session_brought_leaves_the_rest(acting: Acting, world: World) -> None:
    with acting(world.principal("lawyer")) as session:
        person = registered(nationality="UN")
        cause = uuid4()
        change = {"dimension": "nationality", "code": "SP", "reason": "recognised_stateless"}
        actions.bring_about(person, change, date(2026, 5, 4), cause)
        actions.set_status(person, "displacement", "ASR", date(2026, 5, 4), "identified")
        session.commit()
        actions.void_caused_by(cause, "WRONG_CONTENT")
        assert (person.nationality, person.displacement) == ("UN", "ASR")


# -- putting right -------------------------------------------------------------------------------------------------


def corrected(person: Person, **names: str) -> None:
    actions.correct_identity(
        person,
        Identity(**names),  # type: ignore[arg-type]
        sex="F",
        birth=PartialDate(1991, 3, 14),
        origin="AFG",
        arrived=PartialDate(2020),
        languages=["prs"],
    )


def test_a_correction_keeps_what_stood_before(acting: Acting, world: World) -> None:
    with acting(world.principal("lawyer")) as session:
        person = registered("Ая")
        session.commit()
        corrected(person, given_name="Айя", family_name="Үлгіова")
        session.commit()
        revision = queries.revisions([person.id])[0]
        assert revision.actor_id == world.user_id("lawyer")
        assert revision.former.values["identity"]["given_name"] == "Ая"
        assert revision.former.values["sex"] == "U"
        assert (person.birth_year, person.birth_month, person.identity.born) == (1991, 3, "1991-03-14")
        assert b"given_name" not in session.get_one(Revision, revision.id).former_sealed  # sealed, too


def test_an_unchanged_form_leaves_no_trace(acting: Acting, world: World) -> None:
    with acting(world.principal("lawyer")) as session:
        person = registered("Ая")
        actions.correct_contacts(person, Contacts(phone="+7 701"), consent="given", consent_on=DAY)
        session.commit()
        before = person.contacts_sealed
        seen = len(queries.revisions([person.id]))
        with clock.at(clock.now()):
            actions.correct_contacts(person, Contacts(phone="+7 701"), consent="given", consent_on=DAY)
        session.commit()
        assert person.contacts_sealed == before
        later = queries.revisions([person.id])
        assert all(set(one.former.values) <= {"changed_at"} for one in later[: len(later) - seen])


def test_a_correction_needs_a_name_too(acting: Acting, world: World) -> None:
    with acting(world.principal("lawyer")):
        person = registered()
        assert refusal(lambda: corrected(person, latin_name="Aya")).field == "given_name"


def test_every_change_has_its_line_in_the_trail(acting: Acting, world: World) -> None:
    with acting(world.principal("lawyer")) as session:
        person = registered("Ая")
        session.commit()
        corrected(person, given_name="Айя")
        session.commit()
        lines = session.scalars(
            select(AuditEntry).where(AuditEntry.subject_id == person.id).order_by(AuditEntry.number)
        ).all()
        assert [line.action for line in lines] == ["persons:create", "persons:change"]
        assert "identity_sealed" in lines[-1].details
        assert "Айя" not in lines[-1].details


# -- family and drafts -----------------------------------------------------------------------------------------------


def test_relatives(acting: Acting, world: World) -> None:
    with acting(world.principal("lawyer")) as session:
        mother, child = registered("Мать"), registered("Дитя")
        link = actions.add_relative(mother, child, "CHILD", True)
        assert [one.id for one in queries.relatives(child.id)] == [link.id], "read from both sides"
        refusal(lambda: actions.add_relative(mother, mother, "CHILD", True))
        refusal(lambda: actions.add_relative(child, mother, "PARENT", True))
        actions.remove_relative(link, "WRONG_PERSON")
        assert queries.relatives(mother.id) == []
        actions.add_relative(mother, child, "CHILD", False)
        session.flush()
        assert len(queries.relatives(mother.id)) == 1


def test_a_draft_is_its_writers_alone(acting: Acting, world: World) -> None:
    with acting(world.principal("lawyer")):
        draft = actions.save_draft(None, {"family_name": ["Ая"]}, 2)
        actions.save_draft(draft, {"given_name": ["Бо"]}, 1)
        assert (draft.typed.fields, draft.step) == ({"given_name": ["Бо"]}, 2)
        draft_id: UUID = draft.id
    with acting(world.principal("supervisor")):
        assert queries.drafts() == []
        assert queries.draft(draft_id) is None
    with acting(world.principal("lawyer")):
        found = queries.draft(draft_id)
        assert found is not None
        actions.discard_draft(found)
        assert queries.drafts() == []


def test_a_draft_counts_nowhere(app: Flask, acting: Acting, world: World) -> None:
    with acting(world.principal("lawyer")) as session:
        actions.save_draft(None, {"family_name": ["Ая"]}, 2)
        assert session.scalars(select(Person)).all() == []
