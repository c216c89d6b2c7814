"""A child, a woman and a man in one organisation, and needs of theirs: some that only some may know."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

import pytest

from casework.cases import actions as cases
from casework.needs import actions
from casework.needs.actions import Given
from casework.persons.rules import PartialDate
from tests.conftest import Acting
from tests.factories import World
from tests.security.caseload import OPENED, person_named

SINCE = date(2026, 3, 9)
TORTURE, DEPORTATION, ALONE, MOTHER = "TR-PI", "LP-TD", "SC-UM", "WR-HR"
SECRET = "Халцедоновая тайна"


@dataclass(frozen=True)
class People:
    child: UUID
    woman: UUID
    man: UUID
    case: UUID
    """The man's, of the lawyer."""
    sensitive: UUID
    """The need of the man that the lawyer may not know: he may be deported."""


@pytest.fixture
def people(acting: Acting, world: World) -> People:
    with acting(world.principal("lawyer")):
        child = person_named("Нефритов", birth=PartialDate(2015, 1), sex="M")
        woman = person_named("Кварцева", birth=PartialDate(1980, 1), sex="F")
        man = person_named("Яшмов", birth=PartialDate(1985, 1), sex="M")
        case = cases.open_case([man], "ASYLUM", OPENED, world.user_id("lawyer"))
        ids = child.id, woman.id, man.id, case.id
    with acting(world.principal("supervisor")) as session:
        need = actions.record(session.get_one(type(man), ids[2]), Given(DEPORTATION, SINCE, note=SECRET))
        return People(*ids, need.id)
