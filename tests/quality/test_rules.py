"""Drawing is by lot, by weight, and the same again for whoever knows the seed."""

from collections import Counter
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.quality.rules import Candidate, by_item, draw, percent

POINTS = {"YES": 2, "PARTLY": 1, "NO": 0, "NOT_APPLICABLE": None}
FRAME = [Candidate(f"KZ-26-{n:05}", ("OVERDUE",) * (n % 4)) for n in range(200)]


def test_the_same_seed_draws_the_same_in_whatever_order_the_cases_come() -> None:
    first = draw(FRAME, 20, "steppe", by_risk=True)
    assert draw(FRAME[::-1], 20, "steppe", by_risk=True) == first
    assert draw(FRAME, 20, "lake", by_risk=True) != first
    assert draw(FRAME, 8, "steppe", by_risk=True) == first[:8]


def test_a_known_draw_stays_what_it_was() -> None:
    """Whoever checks a sample years later must find the same: this is what the rule says by hand."""
    numbers = ["KZ-26-00001", "KZ-26-00002", "KZ-26-00003"]
    by_hand = sorted(numbers, key=lambda one: sha256(f"lake:{one}".encode()).digest()[:8], reverse=True)
    assert draw([Candidate(one) for one in numbers], 3, "lake", by_risk=False) == by_hand


def test_by_lot_every_case_alike_and_by_risk_in_proportion_to_the_weight() -> None:
    frame = [Candidate("plain"), Candidate("risky", ("A", "B", "C"))]  # weights 1 and 7
    alike = Counter(draw(frame, 1, str(n), by_risk=False)[0] for n in range(4000))
    by_risk = Counter(draw(frame, 1, str(n), by_risk=True)[0] for n in range(4000))
    assert abs(alike["risky"] / 4000 - 1 / 2) < 0.03
    assert abs(by_risk["risky"] / 4000 - 7 / 8) < 0.03


@given(st.sets(st.text(min_size=1, max_size=12), min_size=1, max_size=30), st.integers(1, 40), st.text(max_size=8))
def test_never_a_case_twice_nor_one_that_was_not_there(numbers: set[str], size: int, seed: str) -> None:
    drawn = draw([Candidate(one) for one in numbers], size, seed, by_risk=False)
    assert len(drawn) == len(set(drawn)) == min(size, len(numbers))
    assert set(drawn) <= numbers


def test_a_sample_of_none_is_none() -> None:
    with pytest.raises(ValueError, match="at least one"):
        draw(FRAME, 0, "steppe", by_risk=False)


def test_what_does_not_apply_is_left_out() -> None:
    assert percent(["YES", "PARTLY", "NO", "NOT_APPLICABLE"], POINTS) == 50
    assert percent(["NOT_APPLICABLE"], POINTS) is None
    assert percent([], POINTS) is None
    assert by_item([{"a": "YES", "b": "NO"}, {"a": "PARTLY"}], POINTS) == {"a": 75, "b": 0}
