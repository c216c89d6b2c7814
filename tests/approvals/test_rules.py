"""Whose acts wait for a second person."""

import pytest

from casework.approvals import rules


@pytest.mark.parametrize(
    ("rule", "lawyer", "supervisor"), [("off", False, False), ("lawyers", True, False), ("everyone", True, True)]
)
def test_whose_acts_wait(rule: str, lawyer: bool, supervisor: bool) -> None:
    assert (rules.applies(rule, "lawyer"), rules.applies(rule, "supervisor")) == (lawyer, supervisor)


def test_nobody_approves_their_own_so_there_must_be_two() -> None:
    assert not rules.can_be_for_everyone(1)
    assert rules.can_be_for_everyone(2)


def test_before_and_after_side_by_side() -> None:
    before = [("Case", "Open"), ("Next step", "Call"), ("Lawyer", "Aster")]
    after = [("Case", "Closed"), ("Next step", ""), ("Closed on", "6 April")]
    assert rules.side_by_side(before, after) == [
        ("Case", "Open", "Closed"),
        ("Next step", "Call", ""),
        ("Closed on", "", "6 April"),
    ], "what the second list does not name stays as it is"
