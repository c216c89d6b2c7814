"""What it costs to withhold a number. The costs are blurred under a secret, so that nobody can replay the choice."""

from __future__ import annotations

import hashlib
import hmac
import math
from datetime import date

import numpy as np

from casework.disclosure.linkage import Problem, spots
from casework.disclosure.requirements import Floats
from casework.disclosure.tables import Facts, Hidden, Spot

JITTER = 0.3
"""Costs are up to this share more or less than what anyone could reckon."""
WITHHELD_BEFORE, SHOWN_BEFORE = 0.6, 1.5
"""A pattern that stays the same tells less, and is easier to read."""


def chance(seed: bytes, purpose: str, spot: Spot) -> float:
    """A number from 0 to 1 that only the holder of the seed can tell, the same for the same line in every release."""
    text = "\x1f".join([purpose, *_name(spot)])
    digest = hmac.new(seed, text.encode(), hashlib.sha256).digest()
    return int.from_bytes(digest[:8], "big") / 2**64


def weights_of(problem: Problem, seed: bytes, last: tuple[Facts, Hidden] | None) -> Floats:
    """For each number; 0 for those that this release does not show in any case."""
    then: dict[tuple[str, ...], bool] = {}
    if last:
        facts, hidden = last
        for table in facts.tables:
            withheld = hidden.get(table.code, frozenset())
            if table.is_published:
                then.update((_name(spot), at in withheld) for at, spot in spots(table).items())
    weights = np.zeros(len(problem.numbers))
    for index, one in enumerate(problem.numbers):
        if one.places:
            weight = (1 + math.log2(1 + one.value)) * (1 + JITTER * (2 * chance(seed, "weight", one.spot) - 1))
            before = then.get(_name(one.spot))
            weights[index] = weight * {None: 1.0, True: WITHHELD_BEFORE, False: SHOWN_BEFORE}[before]
    return weights


def _name(spot: Spot) -> tuple[str, ...]:
    """The same from release to release: only months are told apart."""
    return (spot.population, _month(spot), *(f"{code}={identity}" for code, identity in sorted(spot.traits)))


def _month(spot: Spot) -> str:
    if isinstance(spot.when, date):
        return ""
    first, end = spot.when
    months = (end.year - first.year) * 12 + end.month - first.month
    return f"{first.month}" if months == 1 else ""
