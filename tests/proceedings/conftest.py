"""An asylum case and a statelessness case of invented people, and the day it is: Monday 11 May 2026."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from uuid import UUID

import pytest

from casework.cases import actions as cases
from casework.cases.models import Case
from casework.core import clock
from casework.mandates import actions as mandates
from casework.proceedings import actions
from casework.proceedings.actions import Told
from tests.conftest import Acting
from tests.factories import World
from tests.security.caseload import person_named
from tests.security.conftest import made

__all__ = ["made"]

TODAY = date(2026, 5, 11)
REGISTERED = date(2026, 5, 4)


@dataclass(frozen=True)
class Matters:
    """The addresses and ids of what is there."""

    asylum: UUID
    stateless: UUID
    mother: UUID
    child: UUID
    registered: UUID
    """The act by which the asylum application was registered."""

    def url(self, path: str = "") -> str:
        return f"/cases/{self.asylum}{path}"


@pytest.fixture
def matters(acting: Acting, world: World) -> Iterator[Matters]:
    with clock.at(TODAY):
        with acting(world.principal("lawyer")):
            found = matters_of(world)
        yield found


def matters_of(world: World, key: str = "A") -> Matters:
    """Call as a lawyer of that organisation."""
    lawyer = world.user_id("lawyer", key)
    mother = person_named("Матерь", registered_on=REGISTERED, origin="AFG")
    child = person_named("Дитя", registered_on=REGISTERED, origin="AFG")
    asylum = cases.open_case([mother, child], "ASYLUM", REGISTERED, lawyer)
    for one in (mother, child):
        mandates.record(one, mandates.Given(scope=["ADMIN", "COURT"], issued_on=REGISTERED))
    registered = actions.record(asylum, Told("REGISTERED", REGISTERED))
    stateless = cases.open_case([mother], "NATIONALITY", REGISTERED, lawyer)
    return Matters(asylum.id, stateless.id, mother.id, child.id, registered.id)


def told(case: Case, code: str, on: date, **more: object) -> None:
    actions.record(case, Told(code, on, **more))  # type: ignore[arg-type]
