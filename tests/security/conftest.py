"""What the security tests share: a caseload full of canaries in both partner organisations."""

import pytest

from tests.security.caseload import Caseload


@pytest.fixture
def made(two_caseloads: dict[str, Caseload]) -> dict[str, Caseload]:
    return two_caseloads
