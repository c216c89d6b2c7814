"""Which State may not be asked."""

import pytest

from casework.inquiries.rules import PROTECTED, Danger, danger
from casework.persons.rules import Dimension, DisplacementStatus, population


@pytest.mark.parametrize(
    ("state", "origin", "is_country", "expected"),
    [
        ("AFG", "AFG", True, Danger.ORIGIN),
        ("UZB", "AFG", True, None),
        ("AFG", "UNK", False, Danger.UNKNOWN),
        ("AFG", "XXA", False, Danger.UNKNOWN),
    ],
)
def test_who_is_not_asked(state: str, origin: str, is_country: bool, expected: Danger | None) -> None:
    assert danger(state, origin, is_country=is_country) is expected


def test_all_who_count_as_asylum_seekers_or_refugees_are_protected() -> None:
    counted = {one.value for one in DisplacementStatus if population(Dimension.DISPLACEMENT, one)}
    assert counted == PROTECTED
