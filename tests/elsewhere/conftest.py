"""A person whom partners A and B both have, beside people who are alike by chance only."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.core import clock
from casework.core.db import db, session_for
from casework.core.scope import acting_as, system
from casework.elsewhere import actions, jobs, queries
from casework.elsewhere.actions import Agreement, Match
from casework.elsewhere.models import Overlap, OverlapSide
from casework.persons import actions as persons
from casework.persons.models import DocumentNumber, Identity
from casework.persons.rules import PartialDate
from tests.conftest import Acting
from tests.factories import World

NOW = date(2026, 9, 15)
AGREED = Agreement(NOW, "WRITTEN", "rus")
FAMILY = {"A": "Самоцветова", "B": "Samotsvetova"}


@pytest.fixture(autouse=True)
def _on_a_tuesday(app: Flask) -> Iterator[None]:
    app.extensions.pop("name_index", None)  # kept by the process; the database under it is a new one
    with clock.at(NOW):
        yield


@dataclass
class Registering:
    """Registers somebody and says their id."""

    acting: Acting
    world: World

    def __call__(
        self,
        where: str,
        family: str = "Самоцветова",
        given: str = "Айгерим",
        born: PartialDate | None = None,
        role: str = "lawyer",
        **more: object,
    ) -> UUID:
        born = PartialDate(1987, 5, 23) if born is None else born
        identity = {"family_name": family, "given_name": given, "patronymic": "Бекетовна", **more}
        sex, origin = str(identity.pop("sex", "F")), str(identity.pop("origin", "UZB"))
        with self.acting(self.world.principal(role, where)):
            made = persons.register(
                persons.Registration(
                    identity=Identity(**identity),  # type: ignore[arg-type]
                    registered_on=clock.today(),
                    birth=born,
                    sex=sex,
                    origin=origin,
                )
            )
            return made.id


@pytest.fixture
def registered(acting: Acting, world: World) -> Registering:
    return Registering(acting, world)


@pytest.fixture
def look(app: Flask, world: World) -> Callable[..., None]:
    """The daily look of one organisation, or of both as it happens at night."""

    def looked(*where: str, limited: bool = True) -> None:
        for one in where or ("A", "B"):
            with app.app_context(), acting_as(system("job elsewhere.look", world.organisations[one])):
                jobs.look(limited=limited)

    return looked


@dataclass
class Pair:
    """A question between A and B: the records, and the id of each side."""

    app: Flask
    world: World
    persons: dict[str, UUID]
    sides: dict[str, UUID]

    @contextmanager
    def of(self, where: str, role: str = "supervisor") -> Iterator[OverlapSide]:
        """The side of one partner, as its supervisor has it; saved at the end."""
        with self.app.app_context(), acting_as(self.world.principal(role, where)):
            side = queries.side(self.sides[where])
            assert side is not None
            yield side
            db.session.commit()

    def ask(self, where: str = "A") -> None:
        with self.of(where) as side:
            actions.ask(side, AGREED)

    def answer(self, where: str = "B", word: str = "agreed") -> None:
        with self.of(where) as side:
            actions.answer(side, word, AGREED)

    def agree(self) -> None:
        self.ask("A")
        self.answer("B")

    def say(self, where: str, verdict: str) -> None:
        with self.of(where) as side:
            actions.say(side, verdict)

    def withdraw(self, where: str) -> None:
        with self.of(where) as side:
            actions.withdraw(side)

    def standing(self, where: str) -> str:
        with self.of(where) as side:
            return str(queries.standing_of(side))

    @property
    def state(self) -> str:
        with everywhere(self.app) as session:
            side = session.get_one(OverlapSide, self.sides["A"])
            return side.overlap.state


@pytest.fixture
def pair(app: Flask, world: World, registered: Registering) -> Pair:
    """The question as the daily look makes it."""
    made = {where: registered(where, FAMILY[where]) for where in ("A", "B")}
    return begin(app, world, made)


def begin(app: Flask, world: World, made: dict[str, UUID]) -> Pair:
    a, b = world.organisations["A"], world.organisations["B"]
    with app.app_context(), acting_as(queries.the_system()):
        actions.note_looks(a, [], {}, [Match(made["A"], b, made["B"])])
        db.session.commit()
    with everywhere(app) as session:
        sides = {one.organisation_id: one.id for one in session.scalars(select(OverlapSide))}
    return Pair(app, world, made, {"A": sides[a], "B": sides[b]})


@contextmanager
def everywhere(app: Flask) -> Iterator[Session]:
    with app.app_context(), session_for(system("tests")) as session:
        yield session


def questions(app: Flask) -> list[tuple[str, set[UUID]]]:
    """Every question there is: its state, and the records it is about."""
    with everywhere(app) as session:
        found = []
        for one in session.scalars(select(Overlap)):
            sides = session.scalars(select(OverlapSide).where(OverlapSide.overlap_id == one.id)).all()
            assert len({side.organisation_id for side in sides}) == len(sides) == 2
            found.append((one.state, {side.person_id for side in sides}))
        return found


def document(number: str) -> list[DocumentNumber]:
    return [DocumentNumber("FOREIGN_PASS", number)]
