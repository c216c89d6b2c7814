"""Whom a specific need fits, which families of needs are sensitive, and when a child's best interests are overdue."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

ADULT_FROM = 18
OLDER_FROM = 60


class Fit(StrEnum):
    """Whether a need may be recorded for a person."""

    FITS = "fits"
    ASK = "ask"
    """What decides it is not known, or speaks against it softly: with a reason it may."""
    NEVER = "never"


@dataclass(frozen=True)
class Facts:
    """What of a person decides whether a need fits."""

    age: int | None
    sex: str
    is_age_estimated: bool = False


def family_of(code: str) -> str:
    """SC-UM belongs to SC."""
    return code.partition("-")[0]


def fit(applies_to: str | None, facts: Facts) -> Fit:
    """Needs of children are for those under 18, those of women for women and girls, those of older persons from 60 on.

    An age or a sex that nobody recorded decides nothing, and neither does an age that was estimated.
    """
    match applies_to:
        case "under_18":
            return _of_age(facts, is_right=facts.age is not None and facts.age < ADULT_FROM)
        case "60_plus":
            if facts.age is None or facts.age >= ADULT_FROM:
                # Where the line of old age runs differs between people; being grown up does not.
                return Fit.FITS if facts.age is not None and facts.age >= OLDER_FROM else Fit.ASK
            return _of_age(facts, is_right=False)
        case "female":
            return {"F": Fit.FITS, "M": Fit.NEVER}.get(facts.sex, Fit.ASK)
    return Fit.FITS


def _of_age(facts: Facts, *, is_right: bool) -> Fit:
    if is_right:
        return Fit.FITS
    return Fit.ASK if facts.age is None or facts.is_age_estimated else Fit.NEVER


def is_overdue(state: str, due_on: date | None, today: date) -> bool:
    """A step for a child's best interests that is not done by its day."""
    return state != "done" and due_on is not None and due_on < today
