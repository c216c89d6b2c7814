"""What tests of editions ask for."""

from uuid import UUID

import pytest

from tests.conftest import Acting, ClientFor
from tests.editions import office as offices
from tests.editions.office import Office
from tests.factories import World
from tests.pages import Client, client_of


@pytest.fixture
def office(acting: Acting, world: World) -> Office:
    """Two statistics officers: see tests/editions/office.py."""
    return offices.office(acting, world)


@pytest.fixture
def writer(client_for: ClientFor, office: Office) -> Client:
    return client_for("statistics")


@pytest.fixture
def approver(writer: Client, office: Office) -> Client:
    return client_of(writer.application).sign_in_as(office.approver)


@pytest.fixture
def edition_id(office: Office) -> UUID:
    """An edition whose texts are being written."""
    with office.first():
        return offices.begun().id
