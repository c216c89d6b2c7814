"""What the security tests share: a caseload full of canaries in both partner organisations."""

from datetime import date

import pytest
from flask import Flask

from casework.core.scope import system
from casework.procedures import actions as drafts
from casework.procedures import queries as procedures
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
    with acting(system("tests")):
        (version,) = [one for one in procedures.in_force() if one.code == "CONF_OTHER"]
        row = procedures.version(version.id)
        assert row is not None
        drafts.draft_from(row, date(2027, 1, 1), "A draft to change")
    return loads
