"""What becomes of a pair of records when they are compared again. Plain Python: no database, no clock."""

from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from typing import Protocol, TypeVar

from casework.persons.likeness import Comparison, Confidence

NUMBERS = ("iin", "document")
"""The points that are a number of a document: when one more is equal, a decision is asked for again."""

IN_ORDER = (Confidence.CERTAIN, Confidence.LIKELY, Confidence.POSSIBLE)
"""The surest pairs are looked at first."""


class Decision(StrEnum):
    """What a person said who looked at both records."""

    SAME = "same"
    DIFFERENT = "different"
    UNSURE = "unsure"


class Step(StrEnum):
    """What follows for a pair from comparing its records."""

    NOTHING = "nothing"
    FIND = "find"
    DROP = "drop"
    ASK_AGAIN = "ask again"
    STAND_AGAIN = "stand again"


class Registered(Protocol):
    @property
    def registered_on(self) -> date: ...
    @property
    def number(self) -> str: ...


Record = TypeVar("Record", bound=Registered)


def in_order(one: Record, other: Record) -> tuple[Record, Record]:
    """The record registered first, or of two of one day that with the smaller number; then the other."""
    first, second = sorted((one, other), key=lambda record: (record.registered_on, record.number))
    return first, second


def equal_numbers(comparison: Comparison) -> int:
    """How many numbers of documents are equal, the IIN among them."""
    return sum(point.name in NUMBERS and point.agrees is True for point in comparison.points)


def of_an_undecided(comparison: Comparison, *, was_decided: bool, numbers_then: int) -> Step:
    """A pair that nobody has decided goes when its records no longer look alike.

    One that was decided and is asked again, because of a number, stands as decided when the number is gone again.
    """
    if was_decided and equal_numbers(comparison) <= numbers_then:
        return Step.STAND_AGAIN
    return Step.NOTHING if comparison.confidence is not None else Step.DROP


def of_a_decided(decision: str, comparison: Comparison, *, numbers_then: int) -> Step:
    """What was decided is never asked again, unless two people turn out to have one number more in common."""
    is_new = decision == Decision.DIFFERENT and equal_numbers(comparison) > numbers_then
    return Step.ASK_AGAIN if is_new else Step.NOTHING


def of_a_new_one(comparison: Comparison, decided_before: Iterable[int]) -> Step:
    """Records that look alike make a pair, unless they were told apart before one was merged into another.

    `decided_before`: how many numbers were equal when records that have since gone into these two were told apart.
    """
    if comparison.confidence is None:
        return Step.NOTHING
    return Step.NOTHING if any(equal_numbers(comparison) <= then for then in decided_before) else Step.FIND
