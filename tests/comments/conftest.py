"""A case of the lawyer of A, and a second lawyer there."""

from collections.abc import Iterator
from datetime import date
from uuid import UUID

import pytest
from flask import Flask

from casework.accounts.models import Organisation
from casework.cases import actions as cases
from casework.core import clock
from casework.core.db import db
from casework.core.scope import acting_as, system
from tests import factories
from tests.factories import World
from tests.security.caseload import person_named
from tests.security.conftest import made

__all__ = ["made"]

TODAY = date(2026, 9, 15)


@pytest.fixture(autouse=True)
def _on_a_tuesday() -> Iterator[None]:
    with clock.at(TODAY):
        yield


@pytest.fixture
def asel(app: Flask, world: World) -> UUID:
    """Another lawyer of A, by name."""
    with app.app_context(), acting_as(system("tests")):
        where = db.session.get_one(Organisation, world.organisations["A"])
        found = factories.user("lawyer", where, name="Асель Сейтқали", email="asel@a.example.org").id
        db.session.commit()
        return found


@pytest.fixture
def case_id(app: Flask, world: World) -> UUID:
    with app.app_context(), acting_as(world.principal("lawyer")):
        person = person_named("Тайнова", registered_on=date(2026, 8, 1))
        found = cases.open_case([person], "OTHER", date(2026, 8, 2), world.user_id("lawyer")).id
        db.session.commit()
        return found
