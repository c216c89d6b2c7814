"""Going on with a record instead of making a second one: what is taken, what is counted, what is remembered."""

from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select

from casework.casefile import actions
from casework.casefile.actions import Answer, FirstCase
from casework.core.audit import Revision
from casework.core.errors import DomainError
from casework.duplicates import actions as duplicates
from casework.duplicates import queries as pairs
from casework.figures import queries as figures
from casework.persons import actions as persons
from casework.persons.actions import Registration
from casework.persons.models import Contacts, Draft, Identity, Person
from casework.persons.rules import PartialDate
from tests.conftest import Acting
from tests.factories import World

SINCE, AGAIN = date(2026, 3, 2), date(2026, 4, 20)


def registration(on: date, family: str = "Петров", **more: Any) -> Registration:
    given = {"sex": "M", "birth": PartialDate(1990, 5, 14), **more}
    return Registration(Identity(family_name=family, given_name="Иван"), on, **given)


def recorded(**more: Any) -> Person:
    return persons.register(registration(SINCE, **more))


def first_case(world: World, **more: Any) -> FirstCase:
    given = {"referred_by": None, "next_step": None, "due_on": None, **more}
    return FirstCase("NATIONALITY", world.user_id("lawyer"), "ROUTINE", **given)


def a_draft() -> Draft:
    return persons.save_draft(None, {"family_name": ["Petrov"]}, 4)


def test_figures_count_one_person_once(acting: Acting, world: World) -> None:
    with acting(world.principal("lawyer")) as session:
        ivan = recorded(region="KZ-61")
        persons.leave(ivan, date(2026, 4, 1), "closed", uuid4())
        typed = registration(AGAIN, "Petrov", nationality="UN", region="KZ-75")
        take = {"nationality", "residence"}
        case = actions.go_on_with(ivan, typed, first_case(world), a_draft(), take)
        session.flush()
        assert figures.verify() == []
        assert (ivan.registration, ivan.region, ivan.nationality) == ("ACTIVE", "KZ-75", "UN")
        reasons = {entry.dimension: entry.reason for entry in ivan.entries if entry.effective_on == AGAIN}
        assert reasons == {"registration": "reopened", "residence": "moved", "nationality": "identified"}
        assert [party.person_id for party in case.parties] == [ivan.id]
        assert case.opened_on == AGAIN
        assert session.scalars(select(Person)).all() == [ivan]
        assert session.scalars(select(Draft)).all() == []


def test_nothing_taken_changes_nothing_but_the_spellings(acting: Acting, world: World) -> None:
    """What replaced nothing is not lost: another spelling of the name goes on finding the person."""
    with acting(world.principal("lawyer")) as session:
        ivan = recorded(contacts=Contacts(phone="+7 700 000 04 12"))
        typed = registration(AGAIN, "Petrov", nationality="UN", contacts=Contacts(phone="+7 700 999 88 77"))
        actions.go_on_with(ivan, typed, first_case(world), a_draft())
        session.flush()
        assert ivan.identity.family_name == "Петров"
        assert ivan.identity.former_names == ["Petrov Иван"]
        assert (ivan.contacts.phone, ivan.nationality) == ("+7 700 000 04 12", "ND")


def test_what_is_replaced_stays_in_the_history(acting: Acting, world: World) -> None:
    with acting(world.principal("lawyer")) as session:
        ivan = recorded(contacts=Contacts(phone="+7 700 000 04 12"))
        session.commit()
        typed = registration(AGAIN, contacts=Contacts(phone="+7 700 999 88 77"))
        actions.go_on_with(ivan, typed, first_case(world), a_draft(), {"phone"})
        session.commit()
        assert ivan.contacts.phone == "+7 700 999 88 77"
        former = [one.former.values for one in session.scalars(select(Revision).where(Revision.subject_id == ivan.id))]
        assert any("+7 700 000 04 12" in str(values) for values in former)


def test_what_a_colleague_decided_stands(acting: Acting, world: World) -> None:
    """A new case says something of two records that somebody saw beside each other before: that does not change."""
    with acting(world.principal("supervisor")) as session:
        ivan, other, third = recorded(), recorded(), recorded()
        duplicates.remember(ivan, other, "different", "MET_BOTH")
        session.commit()
        ids = ivan.id, other.id, third.id
    with acting(world.principal("lawyer")) as session:
        ivan, other, third = (session.get_one(Person, one) for one in ids)
        answers = [
            Answer(other.id, "same"),
            Answer(third.id, "unsure"),
            Answer(ivan.id, "same"),
            Answer(uuid4(), "same"),
        ]
        actions.go_on_with(ivan, registration(AGAIN), first_case(world), a_draft(), answers=answers)
        session.flush()
        before, now = pairs.pair_between(ivan.id, other.id), pairs.pair_between(ivan.id, third.id)
        assert before is not None
        assert (before.decision, before.reason) == ("different", "MET_BOTH")
        assert now is not None
        assert now.decision == "unsure"


@pytest.mark.parametrize(("decision", "field"), [("different", "reason"), ("maybe", "decision")])
def test_answers_that_say_nothing(acting: Acting, world: World, decision: str, field: str) -> None:
    with acting(world.principal("lawyer")) as session:
        answers = [Answer(recorded().id, decision)]
        with pytest.raises(DomainError) as refused:
            actions.register(registration(AGAIN), first_case(world), a_draft(), answers)
        assert refused.value.field == field
        session.rollback()


def test_another_organisation_s_record_is_nobody(acting: Acting, world: World) -> None:
    with acting(world.principal("lawyer", "B")) as session:
        foreign = recorded().id
        session.commit()
    with acting(world.principal("lawyer")) as session:
        case = actions.register(registration(AGAIN), first_case(world), a_draft(), [Answer(foreign, "same")])
        session.flush()
        assert pairs.of_person(case.parties[0].person_id) == []
