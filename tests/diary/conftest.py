"""What the tests of the calendar share: the caseload of the security tests, and a day to be on."""

from collections.abc import Iterator
from datetime import date

import pytest

from casework.core import clock
from tests.core.test_mail import postbox, server
from tests.security.conftest import made

__all__ = ["made", "postbox", "server"]

TODAY = date(2026, 9, 15)  # a Tuesday


@pytest.fixture(autouse=True)
def _on_a_tuesday() -> Iterator[None]:
    with clock.at(TODAY):
        yield
