"""A person of each of two organisations, with a case, and a child."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

import pytest

from casework.cases import actions as cases
from casework.persons import actions as persons
from casework.persons.models import Identity
from casework.persons.rules import PartialDate
from tests.conftest import Acting
from tests.factories import World
from tests.security.caseload import person_named


@dataclass(frozen=True)
class Record:
    person: UUID
    case: UUID
    child: UUID


@pytest.fixture
def records(acting: Acting, world: World) -> dict[str, Record]:
    """Лазурная with A, Охрин with B, each with a child of 15."""
    found = {}
    for where, name in (("A", "Лазурная"), ("B", "Охрин")):
        with acting(world.principal("lawyer", where)):
            person = person_named(name, birth=PartialDate(1980, 1), origin="UZB")
            case = cases.open_case([person], "NATIONALITY", date(2026, 3, 2), world.user_id("lawyer", where))
            child = persons.register(
                persons.Registration(
                    Identity(family_name=name, given_name="Юный"),
                    date(2026, 3, 2),
                    birth=PartialDate(2010, 9),
                )
            )
            persons.add_relative(child, person, "MTH", True)
            found[where] = Record(person.id, case.id, child.id)
    return found
