"""What the attack found, in a form that may be kept: counts, places and reasons, never a withheld number."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from casework.attack.reading import At


class Reason(StrEnum):
    """Why a place in a publication gives someone away."""

    SMALL = "small"
    """A number of 1 up to the threshold is shown."""
    REST = "rest"
    """Shown, and without a partner's own persons hardly anyone is left."""
    EXACT = "exact"
    """Withheld, but there is only one number that fits."""
    NARROW = "narrow"
    """Withheld, but all numbers that fit are below the threshold, or too close to each other."""
    GROUP = "group"
    """All of a group can be proven to be in one category of a sensitive dimension, or nearly all."""
    DERIVED = "derived"
    """Nobody published it, but what is published leaves a few: for part of a period or category, for a flow."""
    SHOWN_LATER = "shown_later"
    """Withheld in an earlier edition of the day, shown in a later one after the population was corrected."""
    CONTRADICTION = "contradiction"
    """No caseload can print these numbers: nothing can be said about what they give away."""


class Note(StrEnum):
    """What to know when reading the verdict."""

    PARTNER_ALMOST_ALL = "partner_almost_all"
    """The shown total alone tells a partner that very few are elsewhere; no cell tells it more than that."""
    MEDIANS = "medians"
    """Medians are no sums: they are published over ten or more, rounded, and are not attacked."""
    CORRECTED = "corrected"
    """A population was corrected between editions: its figures were not subtracted from each other."""
    CELLS_ONLY = "cells_only"
    """Tables are linked in a cycle too large to solve jointly: some worlds of cells may have no persons behind them."""
    NOT_CERTIFIED = "not_certified"
    """For some cells no two caseloads were found in the time given: that they are safe rests on the relaxation."""
    DAYS_APART = "days_apart"
    """Caseloads of several days are linked by the traits that nobody changes, each number by itself."""


@dataclass(frozen=True)
class Interval:
    """The numbers that a withheld cell may have, for all that `who` can know.

    `publication` counts from 0, in the order given. `high` is None where nothing bounds it. For a partner (`who`, its
    code) low and high are of the rest: the cell without its own persons. None: any reader.
    """

    publication: int
    table: str
    at: At
    low: int
    high: int | None
    who: str | None
    is_safe: bool


@dataclass(frozen=True)
class Unsafe:
    """Where a publication gives someone away, to whom, and why. `at` is all totals where no single cell is to blame."""

    publication: int
    table: str
    at: At
    reason: Reason
    who: str | None = None

    def as_json(self) -> dict[str, Any]:
        return {
            "publication": self.publication,
            "table": self.table,
            "at": list(self.at),
            "reason": str(self.reason),
            "who": self.who,
        }


@dataclass(frozen=True)
class Report:
    """The verdict on the last of the publications, read together with all before it.

    `hidden` counts withheld cells over all publications, `certified` those of them for which two whole caseloads were
    found, re-checked by counting, that print the same publications and are far enough apart in that cell. `harmless`
    ones need none: they are provably zero, or provably at the threshold or above.
    """

    intervals: tuple[Interval, ...]
    unsafe: tuple[Unsafe, ...]
    certified: int
    hidden: int
    harmless: int
    rests_on_relaxation: bool
    notes: tuple[Note, ...]

    @property
    def is_safe(self) -> bool:
        return not self.unsafe

    def as_json(self) -> dict[str, Any]:
        """For keeping and for pages: no interval, no caseload."""
        return {
            "is_safe": self.is_safe,
            "hidden": self.hidden,
            "harmless": self.harmless,
            "certified": self.certified,
            "rests_on_relaxation": self.rests_on_relaxation,
            "notes": [str(one) for one in self.notes],
            "unsafe": [one.as_json() for one in self.unsafe],
        }
