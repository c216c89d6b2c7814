"""What becomes of a pair when it is compared again."""

from dataclasses import dataclass
from datetime import date

import pytest

from casework.duplicates import rules
from casework.duplicates.rules import Step
from casework.persons.likeness import Comparison, Confidence, Point

ALIKE = Comparison((Point("name", True), Point("iin", None)), 80.0, Confidence.LIKELY)
NUMBERED = Comparison((Point("name", True), Point("iin", True)), 99.0, Confidence.CERTAIN)
TWO_NUMBERS = Comparison((Point("iin", True), Point("document", True)), 99.0, Confidence.CERTAIN)
UNLIKE = Comparison((Point("name", False), Point("document", False)), 3.0, None)


@dataclass(frozen=True)
class Record:
    number: str
    registered_on: date


def test_the_one_registered_first_comes_first() -> None:
    early, late = Record("P-26-9", date(2026, 1, 1)), Record("P-26-1", date(2026, 1, 2))
    assert rules.in_order(late, early) == rules.in_order(early, late) == (early, late)
    same_day = Record("P-26-2", date(2026, 1, 1))
    assert rules.in_order(early, same_day) == (same_day, early)


def test_numbers_that_are_equal() -> None:
    assert [rules.equal_numbers(one) for one in (ALIKE, NUMBERED, TWO_NUMBERS, UNLIKE)] == [0, 1, 2, 0]


@pytest.mark.parametrize(
    ("comparison", "was_decided", "then", "step"),
    [
        (ALIKE, False, 0, Step.NOTHING),
        (UNLIKE, False, 0, Step.DROP),
        (NUMBERED, True, 0, Step.NOTHING),  # asked again, and still for that reason
        (UNLIKE, True, 0, Step.STAND_AGAIN),  # the number was a slip
        (ALIKE, True, 0, Step.STAND_AGAIN),
        (NUMBERED, True, 1, Step.STAND_AGAIN),
    ],
)
def test_a_pair_that_nobody_decided(comparison: Comparison, was_decided: bool, then: int, step: Step) -> None:
    assert rules.of_an_undecided(comparison, was_decided=was_decided, numbers_then=then) is step


@pytest.mark.parametrize(
    ("decision", "comparison", "then", "step"),
    [
        ("different", ALIKE, 0, Step.NOTHING),
        ("different", UNLIKE, 0, Step.NOTHING),
        ("different", NUMBERED, 1, Step.NOTHING),  # the number was equal when it was decided
        ("different", NUMBERED, 0, Step.ASK_AGAIN),
        ("different", TWO_NUMBERS, 1, Step.ASK_AGAIN),
        ("same", NUMBERED, 0, Step.NOTHING),
        ("same", UNLIKE, 0, Step.NOTHING),
        ("unsure", TWO_NUMBERS, 0, Step.NOTHING),
    ],
)
def test_a_pair_that_was_decided(decision: str, comparison: Comparison, then: int, step: Step) -> None:
    assert rules.of_a_decided(decision, comparison, numbers_then=then) is step


@pytest.mark.parametrize(
    ("comparison", "before", "step"),
    [
        (UNLIKE, [], Step.NOTHING),
        (ALIKE, [], Step.FIND),
        (ALIKE, [0], Step.NOTHING),
        (NUMBERED, [0], Step.FIND),
        (NUMBERED, [0, 1], Step.NOTHING),
    ],
)
def test_a_pair_that_is_new(comparison: Comparison, before: list[int], step: Step) -> None:
    assert rules.of_a_new_one(comparison, before) is step
