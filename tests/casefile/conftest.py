"""The caseload of two organisations, as the security tests make it; and Ivan, who is registered already."""

from uuid import UUID

import pytest

from tests.casefile.registering import recorded
from tests.conftest import Acting
from tests.factories import World
from tests.security.conftest import made

__all__ = ["made"]


@pytest.fixture
def ivan(acting: Acting, world: World) -> UUID:
    with acting(world.principal("lawyer")) as session:
        person = recorded()
        session.commit()
        return person.id
