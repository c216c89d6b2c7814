"""Which cases a sample takes, and what its reviews come to. Plain Python: no database, no clock."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import log

BASE_WEIGHT, PER_RISK = 1, 2
"""A case without any sign of risk weighs 1; each sign adds 2."""

SCALE = 2**64


@dataclass(frozen=True)
class Candidate:
    """A case that a sample may take: its number, and the signs of risk that it had when the sample was drawn."""

    number: str
    risks: tuple[str, ...] = ()

    @property
    def weight(self) -> int:
        return BASE_WEIGHT + PER_RISK * len(self.risks)


def draw(frame: Iterable[Candidate], size: int, seed: str, *, by_risk: bool) -> list[str]:
    """The numbers of `size` cases (fewer if there are not so many), in the order in which they were drawn.

    The same frame, size and seed give the same sample, in whatever order the frame comes. By risk, the chance of being
    drawn next is in proportion to the weight (Efraimidis and Spirakis, "Weighted random sampling with a reservoir",
    Information Processing Letters 97, 2006: the largest of log(u) / weight); otherwise all weigh the same. The numbers
    u come from SHA-256 of the seed and the case's number.
    """
    if size < 1:
        raise ValueError("A sample has at least one case.")
    keyed = [(log(_chance(seed, one.number)) / (one.weight if by_risk else 1), one.number) for one in frame]
    return [number for _key, number in sorted(keyed, key=lambda pair: (-pair[0], pair[1]))[:size]]


def _chance(seed: str, number: str) -> float:
    """A number above 0 and below 1 that nobody chose."""
    drawn = int.from_bytes(hashlib.sha256(f"{seed}:{number}".encode()).digest()[:8], "big")
    return (drawn + 0.5) / SCALE


def percent(answers: Iterable[str], points: Mapping[str, int | None]) -> int | None:
    """How much of what could be reached was reached, in whole percent; None when nothing applied.

    `points`: what each answer counts, out of the highest; None for an answer that says it does not apply.
    """
    counted = [value for one in answers if (value := points.get(one)) is not None]
    highest = max((value for value in points.values() if value is not None), default=0)
    return round(100 * sum(counted) / (highest * len(counted))) if counted and highest else None


def by_item(reviews: Sequence[Mapping[str, str]], points: Mapping[str, int | None]) -> dict[str, int | None]:
    """The same for each item of the checklist, over several reviews: item → percent."""
    items = dict.fromkeys(item for review in reviews for item in review)
    return {item: percent([review[item] for review in reviews if item in review], points) for item in items}
