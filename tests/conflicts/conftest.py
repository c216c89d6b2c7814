"""Spouses who are both clients of partner A: the wife in a divorce, the husband in a matter of his residence."""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy.orm import Session as DatabaseSession

from casework.accounts.models import Organisation
from casework.cases import actions as cases
from casework.cases.models import Case
from casework.core import clock
from casework.core.db import db
from casework.persons import actions as persons
from casework.persons.models import Identity, Person
from casework.persons.rules import PartialDate
from tests import factories
from tests.conftest import Acting
from tests.factories import World
from tests.security.caseload import OPENED


@pytest.fixture(autouse=True)
def nothing_kept(app: Flask) -> Iterator[None]:
    """What the process keeps; the database under it is a new one. And it is morning: hours later is the same day."""
    app.extensions.pop("name_index", None)
    app.extensions.pop("opposing", None)
    with clock.at(clock.today()):
        yield


@pytest.fixture
def session(acting: Acting, world: World) -> Iterator[DatabaseSession]:
    with acting(world.principal("lawyer")) as found:
        yield found


def person_called(family: str | None, given: str | None = None, father: str | None = None, **more: object) -> Person:
    known = {name: more.pop(name) for name in ("iin", "latin_name", "former_names", "documents") if name in more}
    given_ = {"registered_on": OPENED, **more}
    identity = Identity(family_name=family, given_name=given, patronymic=father, **known)  # type: ignore[arg-type]
    return persons.register(persons.Registration(identity=identity, **given_))  # type: ignore[arg-type]


def case_for(*parties: Person, lawyer_id: UUID, track: str = "RESIDENCE") -> Case:
    return cases.open_case(list(parties), track, OPENED, lawyer_id)


def another_lawyer(world: World, where: str = "A") -> UUID:
    """A second lawyer of a partner. Call as the system."""
    organisation = db.session.get_one(Organisation, world.organisations[where])
    return factories.user("lawyer", organisation, email=f"second@{where.lower()}.example.org", name="Second Lawyer").id


@dataclass(frozen=True)
class Spouses:
    wife: UUID
    husband: UUID
    divorce: UUID
    his_case: UUID


@pytest.fixture
def spouses(acting: Acting, world: World) -> Spouses:
    """Яшмова and Яшмов: each has a case with A, both with the same lawyer. Nobody is recorded as opposed yet."""
    with acting(world.principal("lawyer")):
        lawyer_id = world.user_id("lawyer")
        wife = person_called("Яшмова", "Гүлнар", "Ерланқызы", birth=PartialDate(1990, 5, 17), sex="F")
        husband = person_called("Яшмов", "Тимур", "Асанұлы", birth=PartialDate(1987, 2, 9), sex="M")
        persons.add_relative(wife, husband, "HUS", True)
        divorce = case_for(wife, lawyer_id=lawyer_id)
        his = case_for(husband, lawyer_id=lawyer_id)
        return Spouses(wife.id, husband.id, divorce.id, his.id)
