"""One represented person in each of two organisations."""

from dataclasses import dataclass
from uuid import UUID

import pytest

from casework.persons.rules import PartialDate
from tests.conftest import Acting
from tests.evidence.invented import case_of
from tests.factories import World
from tests.security.caseload import person_named


@dataclass(frozen=True)
class Record:
    person: UUID
    case: UUID


@pytest.fixture
def records(acting: Acting, world: World) -> dict[str, Record]:
    """Яшмова and her case with A, Кварцев and his with B."""
    found = {}
    for where, name, track in (("A", "Яшмова", "NATIONALITY"), ("B", "Кварцев", "RESIDENCE")):
        with acting(world.principal("lawyer", where)):
            person = person_named(name, birth=PartialDate(1980, 1), origin="UZB")
            case = case_of(person, lawyer_id=world.user_id("lawyer", where), track=track)
            found[where] = Record(person.id, case.id)
    return found
