"""Periods that the list of cases can be narrowed to."""

from datetime import date

import pytest

from casework.cases.rules import month_of, period, recent_periods


@pytest.mark.parametrize(
    ("code", "first", "last"),
    [
        ("2026-12", date(2026, 12, 1), date(2026, 12, 31)),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("2026-Q1", date(2026, 1, 1), date(2026, 3, 31)),
        ("2026-Q4", date(2026, 10, 1), date(2026, 12, 31)),
        ("2026", date(2026, 1, 1), date(2026, 12, 31)),
    ],
)
def test_a_period_by_its_code(code: str, first: date, last: date) -> None:
    found = period(code)
    assert found is not None
    assert (found.first, found.last) == (first, last)


@pytest.mark.parametrize("code", ["", "26", "2026-13", "2026-00", "2026-Q5", "1800", "２０２６", "2026-1", "2026-12\n"])
def test_what_is_no_period(code: str) -> None:
    assert period(code) is None


def test_the_periods_that_are_offered() -> None:
    found = [one.code for one in recent_periods(date(2026, 2, 14))]
    assert found[:3] == ["2026-02", "2026-01", "2025-12"]
    assert found[11] == "2025-03"
    assert found[12:] == ["2026-Q1", "2025-Q4", "2025-Q3", "2025-Q2", "2026", "2025", "2024"]
    assert month_of(date(2026, 2, 14)) == "2026-02"
