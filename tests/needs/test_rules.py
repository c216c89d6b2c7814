"""Whom a need fits, and when a step for a child is overdue."""

from datetime import date

import pytest

from casework.needs.rules import Facts, Fit, family_of, fit, is_overdue

TODAY = date(2026, 4, 7)


@pytest.mark.parametrize(
    ("applies_to", "facts", "found"),
    [
        (None, Facts(None, "U"), Fit.FITS),
        ("under_18", Facts(17, "M"), Fit.FITS),
        ("under_18", Facts(18, "M"), Fit.NEVER),
        ("under_18", Facts(19, "M", is_age_estimated=True), Fit.ASK),
        ("under_18", Facts(None, "M"), Fit.ASK),
        ("60_plus", Facts(60, "F"), Fit.FITS),
        ("60_plus", Facts(57, "F"), Fit.ASK),
        ("60_plus", Facts(None, "F"), Fit.ASK),
        ("60_plus", Facts(14, "F"), Fit.NEVER),
        ("female", Facts(30, "F"), Fit.FITS),
        ("female", Facts(30, "M"), Fit.NEVER),
        ("female", Facts(30, "X"), Fit.ASK),
        ("female", Facts(30, "U"), Fit.ASK),
    ],
)
def test_whom_a_need_fits(applies_to: str | None, facts: Facts, found: Fit) -> None:
    assert fit(applies_to, facts) is found


def test_a_code_names_its_family() -> None:
    assert (family_of("SC-UM"), family_of("SC")) == ("SC", "SC")


@pytest.mark.parametrize(
    ("state", "due_on", "overdue"),
    [
        ("needed", date(2026, 4, 6), True),
        ("needed", TODAY, False),
        ("under_way", date(2026, 1, 1), True),
        ("done", date(2026, 1, 1), False),
        ("needed", None, False),
    ],
)
def test_a_step_is_overdue_the_day_after(state: str, due_on: date | None, overdue: bool) -> None:
    assert is_overdue(state, due_on, TODAY) is overdue
