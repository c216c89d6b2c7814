"""The steps between two partners: who may take which, what each sees, and what is noted."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm.exc import StaleDataError

from casework.accounts.models import User
from casework.core import clock, witness
from casework.core.audit import AuditEntry
from casework.core.db import db
from casework.core.errors import DomainError
from casework.core.events import known_elsewhere
from casework.elsewhere import actions, queries
from casework.elsewhere.actions import Agreement
from casework.elsewhere.models import OverlapSide
from casework.persons import actions as persons
from casework.persons.models import Identity, Person
from tests.conftest import Acting
from tests.elsewhere.conftest import AGREED, NOW, Pair, everywhere
from tests.factories import World


def trail(app: Flask, world: World, where: str) -> list[tuple[str, UUID | None, UUID | None]]:
    """(what, about what, who) in the trail of one organisation, in order."""
    with everywhere(app) as session:
        rows = session.scalars(
            select(AuditEntry)
            .where(AuditEntry.organisation_id == world.organisations[where])
            .order_by(AuditEntry.number)
        )
        return [(one.action, one.subject_id, one.actor_id) for one in rows]


# -- the way to an answer ----------------------------------------------------------------------------------------


def test_both_agree_and_both_find_the_same_person(pair: Pair) -> None:
    assert (pair.standing("A"), pair.standing("B")) == ("open", "open")
    pair.ask("A")
    assert (pair.standing("A"), pair.standing("B")) == ("waiting", "asked")
    pair.answer("B")
    assert (pair.standing("A"), pair.standing("B")) == ("comparing", "comparing")
    pair.say("A", "same")
    assert (pair.standing("A"), pair.standing("B"), pair.state) == ("said", "comparing", "agreed")
    pair.say("B", "same")
    assert (pair.standing("A"), pair.standing("B"), pair.state) == ("same", "same", "same")


@pytest.mark.parametrize("first", ["A", "B"])
def test_one_no_is_enough(pair: Pair, first: str) -> None:
    pair.agree()
    pair.say("A" if first == "B" else "B", "same")
    pair.say(first, "different")
    assert (pair.standing("A"), pair.standing("B"), pair.state) == ("different", "different", "different")
    for where in ("A", "B"):
        for step in (lambda side: actions.ask(side, AGREED), lambda side: actions.say(side, "same"), actions.withdraw):
            with pytest.raises(DomainError), pair.of(where) as side:
                step(side)


def test_a_yes_can_become_a_no_even_after_both_said_yes(pair: Pair) -> None:
    pair.agree()
    pair.say("A", "same")
    pair.say("B", "same")
    with pytest.raises(DomainError, match="already"):
        pair.say("A", "same")
    pair.say("A", "different")
    assert pair.state == "different"


def test_not_agreed_says_only_that_and_may_be_asked_again_after_thirty_days(pair: Pair) -> None:
    pair.ask("A")
    pair.answer("B", "declined")
    assert (pair.standing("A"), pair.standing("B"), pair.state) == ("not_agreed", "open", "suspected")
    with pytest.raises(DomainError):
        pair.ask("A")
    pair.ask("B")  # whoever said no may come to ask
    assert (pair.standing("A"), pair.standing("B")) == ("asked", "waiting")
    pair.answer("A", "declined")
    with clock.at(NOW + timedelta(days=30)):
        assert (pair.standing("A"), pair.standing("B")) == ("open", "not_agreed")
    with clock.at(NOW + timedelta(days=31)):
        pair.ask("B")
        assert pair.standing("A") == "asked"


def test_nobody_answers_their_own_question(pair: Pair) -> None:
    pair.ask("A")
    with pytest.raises(DomainError):
        pair.answer("A")
    with pytest.raises(DomainError):
        pair.ask("B")
    with pytest.raises(DomainError):
        pair.withdraw("B")  # it is not B's question
    assert (pair.standing("A"), pair.standing("B")) == ("waiting", "asked")


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"on": None}, "consent_on"),
        ({"on": NOW + timedelta(days=1)}, "consent_on"),
        ({"form": None}, "form"),
        ({"form": "TELEPATHY"}, "form"),
        ({"language": None}, "language"),
        ({"language": "WRITTEN"}, "language"),
    ],
)
def test_without_the_persons_consent_there_is_no_step(pair: Pair, wrong: dict[str, Any], field: str) -> None:
    told = replace(AGREED, **wrong)
    with pair.of("A") as side:
        with pytest.raises(DomainError) as refused:
            actions.ask(side, told)
        assert refused.value.field == field
        assert (side.consent_on, side.overlap.state) == (None, "suspected")
    pair.ask("A")
    with pair.of("B") as side:
        with pytest.raises(DomainError) as refused:
            actions.answer(side, "agreed", told)
        assert refused.value.field == field
        assert (side.consent_on, side.overlap.state) == (None, "asked")
    pair.answer("B", "declined")  # which needs none


@pytest.mark.parametrize("word", ["", "same", "maybe", "AGREED"])
def test_other_words_are_no_answer(pair: Pair, word: str) -> None:
    pair.ask("A")
    with pytest.raises(DomainError), pair.of("B") as side:
        actions.answer(side, word, AGREED)
    pair.answer("B")
    with pytest.raises(DomainError), pair.of("B") as side:
        actions.say(side, "agreed")


def test_the_consent_is_sealed(pair: Pair, app: Flask) -> None:
    with pair.of("A") as side:
        actions.ask(side, Agreement(NOW, "WITNESSED", "kaz", "Свидетель Базилика Мятная"))
    with everywhere(app) as session:
        side = session.get_one(OverlapSide, pair.sides["A"])
        assert "Базилика".encode() not in (side.consent_sealed or b"")
        assert side.consent.note == "Свидетель Базилика Мятная"
        assert (side.consent.form, side.consent.language) == ("WITNESSED", "kaz")


# -- taking back -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("where", ["A", "B"])
@pytest.mark.parametrize("reached", ["agreed", "said", "same"])
def test_after_a_withdrawal_the_card_is_gone_for_both(pair: Pair, where: str, reached: str) -> None:
    pair.agree()
    if reached != "agreed":
        pair.say("A", "same")
    if reached == "same":
        pair.say("B", "same")
    pair.withdraw(where)
    assert pair.state == "suspected"
    for one in ("A", "B"):
        with pair.of(one) as side:
            assert queries.card(side) is None
    with pair.of(where) as side:
        assert (side.consent_on, side.consent.form, side.verdict, side.asked_at) == (None, None, None, None)


def test_what_was_said_after_an_earlier_agreement_does_not_count(pair: Pair) -> None:
    pair.agree()
    pair.say("B", "same")
    pair.withdraw("A")
    pair.ask("A")
    pair.answer("B")
    pair.say("A", "same")
    assert pair.state == "agreed"


def test_a_question_can_be_withdrawn_before_it_is_answered(pair: Pair) -> None:
    pair.ask("A")
    pair.withdraw("A")
    assert (pair.standing("A"), pair.standing("B")) == ("open", "open")
    with pytest.raises(DomainError):
        pair.answer("B")


# -- the other's card --------------------------------------------------------------------------------------------


def test_the_card_holds_only_what_was_agreed(pair: Pair, world: World, app: Flask) -> None:
    pair.agree()
    with pair.of("A") as side:
        card = queries.card(side)
    with everywhere(app) as session:
        theirs = session.get_one(Person, pair.persons["B"])
        number = theirs.number
        supervisor = session.get_one(User, world.user_id("supervisor", "B"))
    assert card is not None
    assert (card.partner, card.number, card.birth_year) == ("Partner Birch", number, 1987)
    assert card.name == "Samotsvetova Айгерим Бекетовна"
    assert card.supervisors == ((supervisor.name, supervisor.email),)


def test_there_is_no_card_before_both_have_agreed_nor_after_a_no(pair: Pair) -> None:
    def seen() -> list[bool]:
        found = []
        for where in ("A", "B"):
            with pair.of(where) as side:
                found.append(queries.card(side) is not None)
        return found

    assert seen() == [False, False]
    pair.ask("A")
    assert seen() == [False, False]
    pair.answer("B", "declined")
    assert seen() == [False, False]
    with clock.at(NOW + timedelta(days=40)):
        pair.agree()
        assert seen() == [True, True]
        pair.say("B", "different")
        assert seen() == [False, False]


def test_the_card_asks_the_database_not_what_the_page_holds(pair: Pair) -> None:
    """A page that was begun while both agreed shows nothing once the other side has withdrawn."""
    pair.agree()
    with pair.of("A") as side:
        db.session.commit()  # SQLite has one writer at a time
        pair.withdraw("B")
        assert side.overlap.state == "agreed"
        assert queries.card(side) is None


def test_every_look_at_a_card_stands_in_both_trails(pair: Pair, app: Flask, world: World) -> None:
    pair.agree()
    before = {where: len(trail(app, world, where)) for where in ("A", "B")}
    with pair.of("A") as side:
        queries.card(side)
    here, there = (trail(app, world, where)[before[where] :] for where in ("A", "B"))
    assert here == [("elsewhere:card", pair.persons["A"], world.user_id("supervisor", "A"))]
    assert there == [("elsewhere:shown", pair.persons["B"], None)]
    with app.app_context():
        assert all(one.is_whole for one in witness.verify())


def test_every_step_stands_in_both_trails_and_names_nobody_of_the_other(pair: Pair, app: Flask, world: World) -> None:
    pair.agree()
    pair.say("A", "same")
    pair.withdraw("B")
    a, b = trail(app, world, "A"), trail(app, world, "B")
    assert [what for what, _, _ in b if what.startswith("elsewhere:")] == [
        "elsewhere:ask",
        "elsewhere:shown",
        "elsewhere:verdict",
    ]
    assert [what for what, _, _ in a if what.startswith("elsewhere:")] == [
        "elsewhere:answer",
        "elsewhere:card",
        "elsewhere:withdraw",
    ]
    for rows, other in ((a, "B"), (b, "A")):
        foreign = {pair.persons[other], pair.sides[other]} | {
            world.user_id(role, other) for role in ("lawyer", "supervisor")
        }
        assert not foreign & {one for _, subject, actor in rows for one in (subject, actor)}
    with app.app_context():
        assert all(one.is_whole for one in witness.verify())


def test_every_change_is_announced_with_both_records(pair: Pair) -> None:
    heard: list[set[UUID]] = []

    def hear(_sender: object, person_ids: set[UUID]) -> None:
        heard.append(set(person_ids))

    known_elsewhere.connect(hear)
    pair.agree()
    pair.say("A", "same")
    pair.say("B", "same")
    pair.say("A", "different")
    known_elsewhere.disconnect(hear)
    assert heard == [set(pair.persons.values())] * 5


# -- at once, and in the wrong order -----------------------------------------------------------------------------


def test_of_two_supervisors_who_ask_at_once_one_is_told(pair: Pair) -> None:
    pair.ask("A")
    with pytest.raises(DomainError, match="has changed"):
        pair.ask("A")


def test_of_two_verdicts_at_once_none_is_lost(pair: Pair) -> None:
    """Each side would see that the other has not said yet, and the question would wait for ever."""
    pair.agree()
    with pair.of("A") as side:
        db.session.commit()  # SQLite has one writer at a time; what is loaded stays as it was
        pair.say("B", "same")
        with pytest.raises(StaleDataError):
            actions.say(side, "same")
        db.session.rollback()
    assert (pair.standing("A"), pair.state) == ("comparing", "agreed")
    pair.say("A", "same")
    assert pair.state == "same"


def test_the_sides_are_one_organisations_own(pair: Pair, acting: Acting, world: World) -> None:
    with acting(world.principal("supervisor", "A")):
        assert queries.side(pair.sides["B"]) is None
        assert [one.id for one in queries.sides()] == [pair.sides["A"]]
        assert queries.of_person(pair.persons["B"]) == []
    with acting(world.principal("statistics")):
        assert queries.sides() == []


def test_the_partner_called_is_the_one_that_goes_on(pair: Pair, app: Flask, world: World, acting: Acting) -> None:
    """A record that was merged is followed to the one that goes on, on both sides, wherever its side was left."""
    pair.agree()
    with acting(world.principal("lawyer", "B")) as session:
        kept = persons.register(
            persons.Registration(identity=Identity(family_name="Идущая"), registered_on=date(2026, 9, 1))
        )
        gone = session.get_one(Person, pair.persons["B"])
        gone.merged_into_id, gone.merged_on = kept.id, NOW
        number = kept.number
    with pair.of("A") as side:
        card = queries.card(side)
        assert card is not None
        assert (card.name, card.number) == ("Идущая", number)
    with pair.of("B") as side:
        assert queries.person_of(side).number == number
