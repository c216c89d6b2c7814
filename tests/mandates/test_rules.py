"""Whether a power of attorney holds on a day, and what the nearest one lacks."""

from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.mandates.rules import Flaw, Lack, State, Terms, flaw, is_child, lack, state

MINE, THEIRS = UUID(int=1), UUID(int=2)
ISSUED, LAST = date(2026, 3, 2), date(2026, 9, 30)
TERMS = Terms(longest=3, unsaid=1)


@dataclass
class Power:
    scope: list[str] = field(default_factory=lambda: ["ADMIN"])
    lawyer_id: UUID | None = None
    issued_on: date = ISSUED
    expires_on: date | None = LAST
    revoked_on: date | None = None
    is_void: bool = False
    terms: Terms = TERMS


@pytest.mark.parametrize(
    ("power", "today", "expected"),
    [
        (Power(), date(2026, 8, 30), State.VALID),
        (Power(), date(2026, 8, 31), State.SOON),
        (Power(), LAST, State.SOON),
        (Power(), date(2026, 10, 1), State.EXPIRED),
        (Power(expires_on=None), date(2027, 3, 2), State.SOON),
        (Power(expires_on=None), date(2027, 3, 3), State.EXPIRED),
        (Power(expires_on=date(2040, 1, 1)), date(2029, 3, 2), State.SOON),
        (Power(expires_on=date(2040, 1, 1)), date(2029, 3, 3), State.EXPIRED),
        (Power(issued_on=date(2024, 2, 29), expires_on=None), date(2025, 3, 1), State.EXPIRED),
        (Power(issued_on=date(2024, 2, 29), expires_on=None), date(2025, 2, 28), State.SOON),
        (Power(revoked_on=date(2026, 5, 5)), date(2026, 5, 5), State.REVOKED),
        (Power(revoked_on=date(2026, 5, 5)), date(2026, 12, 1), State.REVOKED),
        (Power(revoked_on=date(2026, 5, 5), is_void=True), date(2026, 12, 1), State.VOID),
    ],
)
def test_what_it_is_today(power: Power, today: date, expected: State) -> None:
    assert state(power, today) is expected


@pytest.mark.parametrize(
    ("power", "on", "lawyer_id", "expected"),
    [
        (Power(), ISSUED, MINE, None),
        (Power(), LAST, MINE, None),
        (Power(lawyer_id=MINE), LAST, MINE, None),
        (Power(lawyer_id=THEIRS), LAST, None, None),
        (Power(), date(2026, 3, 1), MINE, Lack(Flaw.EARLY, ISSUED)),
        (Power(), date(2026, 10, 1), MINE, Lack(Flaw.EXPIRED, LAST)),
        (Power(expires_on=None), date(2027, 3, 3), MINE, Lack(Flaw.EXPIRED, date(2027, 3, 2))),
        (Power(expires_on=date(2040, 1, 1)), date(2029, 3, 3), MINE, Lack(Flaw.EXPIRED, date(2029, 3, 2))),
        (Power(revoked_on=date(2026, 5, 5)), date(2026, 5, 4), MINE, None),
        (Power(revoked_on=date(2026, 5, 5)), date(2026, 5, 5), MINE, Lack(Flaw.REVOKED, date(2026, 5, 5))),
        (Power(lawyer_id=THEIRS), LAST, MINE, Lack(Flaw.LAWYER)),
        (Power(scope=["COURT", "RECEIPT"]), LAST, MINE, Lack(Flaw.SCOPE)),
    ],
)
def test_what_it_lacks(power: Power, on: date, lawyer_id: UUID | None, expected: Lack | None) -> None:
    assert flaw(power, "ADMIN", on, lawyer_id) == expected


def test_the_nearest_miss_is_named() -> None:
    on = date(2026, 12, 1)
    assert lack([], "ADMIN", on) == Lack(Flaw.NONE)
    assert lack([Power(is_void=True, expires_on=None)], "ADMIN", on) == Lack(Flaw.NONE)
    older = Power(expires_on=date(2026, 4, 1))
    assert lack([Power(scope=["COURT"]), older, Power()], "ADMIN", on) == Lack(Flaw.EXPIRED, LAST)
    assert lack([Power(scope=["COURT"]), older, Power(expires_on=None)], "ADMIN", on) is None


DAYS = st.dates(date(2020, 1, 1), date(2030, 1, 1))


@given(DAYS, st.none() | DAYS, st.none() | DAYS, DAYS)
def test_one_that_is_valid_today_serves_today(
    issued: date, expires: date | None, revoked: date | None, today: date
) -> None:
    power = Power(issued_on=min(issued, today), expires_on=expires, revoked_on=revoked)
    assert (flaw(power, "ADMIN", today) is None) == (state(power, today) in (State.VALID, State.SOON))


@pytest.mark.parametrize(("age", "expected"), [(0, True), (17, True), (18, False), (None, False)])
def test_for_whom_somebody_else_signs(age: int | None, expected: bool) -> None:
    assert is_child(age) is expected
