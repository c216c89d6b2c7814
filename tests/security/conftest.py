"""What the security tests share: a caseload full of canaries in both partner organisations."""

import pytest
from flask import Flask

from tests.conftest import Acting
from tests.factories import World
from tests.security.caseload import Caseload, caseload


@pytest.fixture
def made(app: Flask, acting: Acting, world: World) -> dict[str, Caseload]:
    app.extensions.pop("name_index", None)  # kept by the process; the database under it is a new one
    loads = {}
    for key in ("A", "B"):
        with acting(world.principal("lawyer", key)):
            loads[key] = caseload(key)
    return loads
