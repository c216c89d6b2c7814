"""The caseload of two organisations, and a document in the case of the first."""

import io
from uuid import UUID

import pytest

from casework.cases import actions as case_actions
from casework.cases import queries as cases
from casework.documents import actions
from casework.persons.models import Person
from tests.conftest import Acting
from tests.documents import files
from tests.factories import World
from tests.security.caseload import OPENED, Caseload
from tests.security.conftest import made

__all__ = ["made"]

CANARY = "Опаловая-страница"


@pytest.fixture
def case_id(acting: Acting, world: World, made: dict[str, Caseload]) -> UUID:
    """A case of A that has no document yet."""
    with acting(world.principal("lawyer")) as session:
        person = session.get_one(Person, made["A"].person)
        return case_actions.open_case([person], "OTHER", OPENED, world.user_id("lawyer")).id


@pytest.fixture
def url(case_id: UUID) -> str:
    return f"/cases/{case_id}"


@pytest.fixture
def document_id(acting: Acting, world: World, case_id: UUID) -> UUID:
    with acting(world.principal("lawyer")):
        case = cases.case_(case_id)
        assert case is not None
        kept = actions.store(
            case, io.BytesIO(files.pdf(CANARY)), name="Паспорт.pdf", kind="USSR_PASS", title=CANARY, number="XII-АБ"
        )
        return kept.id
