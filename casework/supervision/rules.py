"""Who gets which case when many are handed over; when one colleague may stand in for another."""

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median
from typing import TypeVar
from uuid import UUID

UNDO_FOR = timedelta(hours=24)
"""How long a handing over of many cases can be taken back."""

Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True)
class Piece:
    """A case that is to be given to somebody, and the persons it is about."""

    case_id: UUID
    persons: frozenset[UUID]
    is_urgent: bool = False
    """Its next step is due today or was due before."""


def spread(
    pieces: Iterable[Piece],
    loads: Mapping[UUID, int],
    may_get: Callable[[UUID, UUID], bool],
) -> dict[UUID, UUID]:
    """Each case to whoever has the fewest by then; cases of one person stay together.

    How many each gets follows from what they carry. Within that what is urgent is dealt round first, so that it does
    not all come to one. `may_get(case, lawyer)` is asked in turn, for what it answers may depend on what was given
    before. A case that nobody may get is left out.
    """
    dealt = sorted(pieces, key=lambda one: not one.is_urgent)
    left = _shares(len(dealt), loads)
    carried, urgent = dict(loads), dict.fromkeys(loads, 0)
    helper_of: dict[UUID, UUID] = {}
    given: dict[UUID, UUID] = {}
    for piece in dealt:
        known = {helper_of[person] for person in piece.persons if person in helper_of}
        count = urgent if piece.is_urgent else carried
        order = {one: (one not in known, left[one] <= 0, count[one], carried[one]) for one in carried}
        for lawyer in sorted(order, key=order.__getitem__):
            if may_get(piece.case_id, lawyer):
                given[piece.case_id] = lawyer
                carried[lawyer] += 1
                left[lawyer] -= 1
                urgent[lawyer] += piece.is_urgent
                helper_of |= dict.fromkeys(piece.persons, lawyer)
                break
    return given


def _shares(count: int, loads: Mapping[UUID, int]) -> dict[UUID, int]:
    """How many of so many cases each gets, when each goes to whoever has the fewest by then."""
    carried = dict(loads)
    for _case in range(count if carried else 0):
        carried[min(carried, key=lambda one: carried[one])] += 1
    return {one: carried[one] - load for one, load in loads.items()}


@dataclass(frozen=True)
class Absence:
    """From one day to another somebody is away and a colleague stands in."""

    user_id: UUID
    cover_id: UUID
    from_on: date
    until_on: date

    def overlaps(self, other: "Absence") -> bool:
        return self.from_on <= other.until_on and other.from_on <= self.until_on


def away_too(wanted: Absence, others: Sequence[Absence]) -> Absence | None:
    """The absence, meanwhile, of the very colleague who is to stand in: nobody would do the work of either."""
    return next((one for one in others if one.user_id == wanted.cover_id and one.overlaps(wanted)), None)


def stands_in_already(wanted: Absence, others: Sequence[Absence]) -> Absence | None:
    """For whom the one who goes away stands in meanwhile: that colleague would be left with nobody."""
    return next((one for one in others if one.cover_id == wanted.user_id and one.overlaps(wanted)), None)


def said_twice(wanted: Absence, others: Sequence[Absence]) -> Absence | None:
    """The same two, meanwhile, are agreed already."""
    same = (wanted.user_id, wanted.cover_id)
    return next((one for one in others if (one.user_id, one.cover_id) == same and one.overlaps(wanted)), None)


def middle(days: Sequence[int]) -> int | None:
    """The median, in whole days; none of nothing."""
    return round(median(days)) if days else None
