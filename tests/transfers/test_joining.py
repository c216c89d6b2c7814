"""Rows of somebody whom the receiver has recorded already: what is the same, and that no note is lost."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from uuid import UUID

import pytest
from flask import Flask

from casework.cases import queries as cases
from casework.consents import actions as consents
from casework.consents import queries as consent_queries
from casework.consents.actions import Given
from casework.consents.models import Details
from casework.core import clock
from casework.core.db import db
from casework.core.scope import acting_as, system
from casework.elsewhere import actions as elsewhere
from casework.needs import actions as needs
from casework.needs import queries as need_queries
from casework.needs.actions import Given as Need
from casework.needs.models import SpecificNeed
from casework.persons import queries as persons
from casework.persons.models import Person, Words
from casework.transfers import actions, queries
from casework.transfers.joining import joined
from casework.transfers.rules import State
from tests.factories import World
from tests.security import caseload as registering
from tests.transfers.conftest import Handover

TODAY = date(2026, 9, 15)
SINCE = date(2026, 4, 1)
ALONE = "SP-CG"


@pytest.fixture(autouse=True)
def _on_a_tuesday() -> Iterator[None]:
    with clock.at(TODAY):
        yield


def test_of_two_notes_none_is_lost() -> None:
    def told(ours: str | None, theirs: str | None) -> str | None:
        found: Words = joined(Words(ours), Words(theirs), "Astra", "Birch")
        return found.text

    assert told(None, None) is None
    assert told("x", None) == told(None, "x") == told("x", "x") == "x"
    assert told("Aster", "Pine") == "Astra: Aster\n\nBirch: Pine"
    once = told("Aster", "Pine")
    assert told(once, "Pine") == told("Pine", once) == once, "what comes back is not said twice"


def test_whose_word_is_not_free_text_stays_what_it_is() -> None:
    ours, theirs = Details(guardian="Мать", note="Да"), Details(guardian="Отец", witness="Сосед", note="Согласна")
    assert joined(ours, theirs, "A", "B") == Details("Мать", "Сосед", "A: Да\n\nB: Согласна")


@dataclass
class Known:
    """A person whom both partners know to be the same, and what each records of them."""

    handover: Handover
    there: UUID

    def need(self, where: str, note: str, *, code: str = ALONE, ends: date | None = None, void: bool = False) -> None:
        with self.handover.app.app_context(), acting_as(self.handover.world.principal("supervisor", where)):
            made = needs.record(self._person(where), Need(code, SINCE, note=note, why_fits="Так сказала"))
            if ends is not None:
                needs.end(made, ends)
            if void:
                needs.void(made, "OTHER")
            db.session.commit()

    def register(self, where: str, on: date = SINCE) -> None:
        with self.handover.app.app_context(), acting_as(self.handover.world.principal("supervisor", where)):
            consents.record(self._person(where), Given("REGISTER", "given", on, form="WRITTEN", note=f"Ответ {where}"))
            db.session.commit()

    def _person(self, where: str) -> Person:
        found = persons.person(self.handover.load.person if where == "A" else self.there)
        assert found is not None
        return found

    def transfer(self) -> UUID:
        self.handover.agree()
        transfer_id = self.handover.offer()
        self.handover.accept(transfer_id)
        self.handover.carry()
        assert self.handover.state(transfer_id) == State.MOVED
        return transfer_id

    def needs(self) -> list[SpecificNeed]:
        return [one for one in need_queries.every(self.there) if one.code == ALONE]


@pytest.fixture
def known(handover: Handover, app: Flask, world: World) -> Known:
    with app.app_context(), acting_as(world.principal("lawyer", "B")):
        there = registering.person_named("Ғалымжанова", nationality="UN", sex="F").id
        db.session.commit()
    a, b = world.organisations["A"], world.organisations["B"]
    with app.app_context(), acting_as(system("tests")):
        elsewhere.known_as_same((a, handover.load.person), (b, there))
        db.session.commit()
    return Known(handover, there)


def test_one_need_with_the_notes_of_both(known: Known, app: Flask, world: World) -> None:
    known.need("A", "Двое детей")
    known.need("B", "Беременна")
    known.transfer()
    with app.app_context(), acting_as(world.principal("supervisor", "B")):
        (need,) = known.needs()
        assert need.note.text == "Partner Birch: Беременна\n\nPartner Aster: Двое детей"
        assert need.why_fits.text == "Так сказала"
        assert need.is_active


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [({"void": True}, {}), ({}, {"void": True}), ({"ends": date(2026, 5, 1)}, {}), ({}, {"ends": date(2026, 5, 1)})],
)
def test_what_is_void_or_over_swallows_nothing(
    known: Known, app: Flask, world: World, ours: dict[str, date], theirs: dict[str, date]
) -> None:
    known.need("B", "Беременна", **ours)  # type: ignore[arg-type]
    known.need("A", "Двое детей", **theirs)  # type: ignore[arg-type]
    known.transfer()
    with app.app_context(), acting_as(world.principal("supervisor", "B")):
        found = known.needs()
        assert {one.note.text for one in found} == {"Беременна", "Двое детей"}
        (active,) = [one for one in found if one.is_active]
        assert active.note.text == ("Двое детей" if ours else "Беременна")


def test_an_answer_after_one_that_both_have(known: Known, app: Flask, world: World) -> None:
    """Both heard the same on one day; the sender asked again later. That answer follows the one that is there."""
    for where in ("A", "B"):
        known.register(where)
    known.register("A", TODAY)
    known.transfer()
    with app.app_context(), acting_as(world.principal("supervisor", "B")):
        later, first, *_before = [one for one in consent_queries.of_person(known.there) if one.purpose == "REGISTER"]
        assert later.supersedes_id == first.id
        assert first.details.note == "Partner Birch: Ответ B\n\nPartner Aster: Ответ A"
        assert consent_queries.covering(known.there, "REGISTER") is later


def test_what_ended_meanwhile_has_ended_when_it_comes_back(handover: Handover, app: Flask, world: World) -> None:
    """Of the stub the words had gone, not the codes: how it stands says who had it last."""
    mine = Known(handover, handover.load.person)
    mine.need("A", "Двое детей", code="FU-TR")
    there = mine.transfer()
    with app.app_context(), acting_as(world.principal("supervisor", "B")):
        case = cases.case_(handover.case_there(there))
        assert case is not None
        person_id = case.parties[0].person_id
        (need,) = [one for one in need_queries.visible(person_id) if one.code == "FU-TR"]
        needs.end(need, TODAY)
        db.session.commit()
    handover.agree(person_id, to="A", where="B")
    with app.app_context(), acting_as(world.principal("supervisor", "B")):
        case = cases.case_(handover.case_there(there))
        (to,) = [one for one in queries.partners() if one.id == world.organisations["A"]]
        assert case is not None
        back_id = actions.offer(case, to, [person_id], "Вернулась").id
        db.session.commit()
    with app.app_context(), acting_as(world.principal("supervisor", "A")):
        back = queries.transfer(back_id)
        assert back is not None
        actions.accept(back, world.user_id("lawyer", "A"))
        db.session.commit()
    handover.carry("A")
    handover.carry("B")
    assert handover.state(back_id) == State.MOVED
    with app.app_context(), acting_as(world.principal("supervisor", "A")):
        (need,) = [one for one in need_queries.every(handover.load.person) if one.code == "FU-TR"]
        assert (need.until_on, need.note.text) == (TODAY, "Двое детей")
