"""The days of a release, its code, the bytes its hash is of, and by how much two editions differ.

Plain Python: no database, no clock.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from casework.disclosure.tables import TOTAL, Facts

FORMAT = "casework.release/1"
THRESHOLD = 5
"""Counts below are withheld, as in UNHCR's own databases."""

BLOCKING = frozenset({"sum", "missing", "unverified"})
"""Kinds of findings with which nothing is frozen unless an officer has explained and signed them."""

NONE_LISTED = 0
LISTED_FROM = (10, 25, 100, NONE_LISTED)
"""From how many persons a country of origin may be listed by name; NONE_LISTED: none but those listed before."""


class Wrong(StrEnum):
    """Why there can be no release as of a day."""

    NOT_A_FIRST = "not a first"
    IN_FUTURE = "in future"
    BEFORE_FROZEN = "before frozen"
    SINCE_NOT_A_FIRST = "since not a first"
    SINCE_MISSING = "since missing"
    SINCE_NOT_BEFORE = "since not before"
    SINCE_GIVEN = "since given"


class NotAllowed(ValueError):
    """A release of these days cannot be."""

    def __init__(self, why: Wrong) -> None:
        super().__init__(str(why))
        self.why = why


@dataclass(frozen=True, slots=True)
class Days:
    """What a release is as of, and since when it tells what happened. Of a correction, the days of what it corrects."""

    as_of: date
    since: date
    is_correction: bool


def days(as_of: date, since: date | None, frozen: Mapping[date, date], today: date) -> Days:
    """The days of a release, given the `since` of every day that has a frozen one.

    The as-of days are firsts of months, not in the future. A day that has a frozen release gets a correction of it; any
    other lies after all frozen ones, and its period begins at the last of them, so that periods never overlap. Only of
    the first release the officer chooses since when. Raises NotAllowed.
    """
    if as_of.day != 1:
        raise NotAllowed(Wrong.NOT_A_FIRST)
    if as_of > today:
        raise NotAllowed(Wrong.IN_FUTURE)
    if as_of in frozen:
        settled: date | None = frozen[as_of]
    else:
        settled = max(frozen, default=None)
        if settled is not None and as_of < settled:
            raise NotAllowed(Wrong.BEFORE_FROZEN)
    if settled is not None:
        if since not in (None, settled):
            raise NotAllowed(Wrong.SINCE_GIVEN)
        return Days(as_of, settled, as_of in frozen)
    if since is None:
        raise NotAllowed(Wrong.SINCE_MISSING)
    if since.day != 1:
        raise NotAllowed(Wrong.SINCE_NOT_A_FIRST)
    if since >= as_of:
        raise NotAllowed(Wrong.SINCE_NOT_BEFORE)
    return Days(as_of, since, False)


def code(country: str, as_of: date, edition: int) -> str:
    """KAZ-2025-01-01-e1; d1: a draft that was discarded. It says nothing of when anything was made."""
    return f"{country}-{as_of.isoformat()}-{'e' if edition > 0 else 'd'}{abs(edition)}"


def canonical(content: Mapping[str, Any]) -> bytes:
    """The one way to write a publication: sorted keys, no spaces, UTF-8, one line.

    Raises ValueError for a number that JSON does not know, TypeError for what is no JSON at all.
    """
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return f"{text}\n".encode()


def digest(content: bytes) -> str:
    """SHA-256, in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def pattern(publication: Mapping[str, Any]) -> dict[str, frozenset[tuple[str, ...]]]:
    """Which cells of each table a publication withholds."""
    return {
        table["code"]: frozenset(tuple(cell["at"]) for cell in table["cells"] if cell.get("hidden"))
        for table in publication["tables"]
    }


def differing(ours: Mapping[str, Mapping[Any, int]], theirs: Mapping[str, Mapping[Any, int]]) -> tuple[str, ...]:
    """The codes of the tables whose counts are not the same; a coordinate left out counts 0."""
    return tuple(
        sorted(
            table
            for table in ours.keys() | theirs.keys()
            if _counted(ours.get(table, {})) != _counted(theirs.get(table, {}))
        )
    )


def _counted(counts: Mapping[Any, int]) -> dict[Any, int]:
    return {at: count for at, count in counts.items() if count}


# -- from one release to another ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Line:
    """Persons for one reason over several releases. `value` None: withheld in at least one of them."""

    code: str
    value: int | None


@dataclass(frozen=True, slots=True)
class Difference:
    """Why a population counts otherwise in a later release than in an earlier one.

    opening + all entered + corrected − all left = closing, in persons; None: withheld, or told by what is withheld.
    What was recorded late about days before a period is one of the reasons there. `corrected` is what editions of the
    same day tell otherwise.
    """

    population: str
    opening: int | None
    closing: int | None
    entered: tuple[Line, ...]
    left: tuple[Line, ...]
    total_entered: int | None
    total_left: int | None
    corrected: int | None


Publication = Mapping[str, Any]


def difference(chain: Iterable[Publication]) -> tuple[Difference, ...]:
    """From the first of these publications to the last, by reason, for every population whose account both have.

    `chain` holds the older release, then those of the days between and the newer one, in the order of their days.
    Nothing is read but publications.
    """
    older, *later = chain
    newer = (later or [older])[-1]
    found = []
    for population, closing in _closings(newer).items():
        if population not in _closings(older):
            continue
        opening = _closings(older)[population]
        moving = [one for one in later if one["as_of"] != older["as_of"]]
        moved = {way: [_lines(one, population, way) for one in moving] for way in WAYS}
        found.append(
            Difference(
                population,
                opening,
                closing,
                entered=_added(moved["in"]),
                left=_added(moved["out"]),
                total_entered=_sum(one.get("*") for one in moved["in"]),
                total_left=_sum(one.get("*") for one in moved["out"]),
                corrected=_corrected(older, moving or later, population),
            )
        )
    return tuple(found)


WAYS = ("in", "out")


def _corrected(older: Publication, later: Iterable[Publication], population: str) -> int | None:
    """What later releases count otherwise for the days of those before them."""
    before, corrected = _closings(older)[population], 0
    for one in later:
        account = _accounts(one).get(population)
        again = "closing" if one["as_of"] == older["as_of"] else "opening"
        counted = account[again].get("value") if account else None
        if before is None or counted is None:
            return None
        corrected += counted - before
        before = _closings(one)[population]
    return corrected


def _accounts(publication: Publication) -> dict[str, Any]:
    return {account["population"]: account for account in publication["accounts"]}


def _closings(publication: Publication) -> dict[str, int | None]:
    return {population: one["closing"].get("value") for population, one in _accounts(publication).items()}


def _lines(publication: Publication, population: str, way: str) -> dict[str, int | None]:
    """The reasons of an account with their numbers, and "*" for all of them; None where withheld."""
    account = _accounts(publication).get(population)
    table = next((one for one in publication["tables"] if account and one["code"] == account[way]), None)
    if table is None:
        return {"*": None}
    place = [dimension["code"] for dimension in table["dimensions"]].index("flow")
    return {
        cell["at"][place]: cell.get("value")
        for cell in table["cells"]
        if all(code == "*" for other, code in enumerate(cell["at"]) if other != place)
    }


def _added(releases: list[dict[str, int | None]]) -> tuple[Line, ...]:
    codes = sorted({code for one in releases for code in one} - {"*"})
    lines = [Line(code, _sum([one.get(code, 0) for one in releases])) for code in codes]
    return tuple(line for line in lines if line.value != 0)


def _sum(values: Iterable[int | None]) -> int | None:
    total = 0
    for value in values:
        if value is None:
            return None
        total += value
    return total


def few_changed(before: Facts, now: Facts, threshold: int = THRESHOLD) -> tuple[str, ...]:
    """The published tables in which an edition and the one it corrects differ by 1 to threshold - 1, by code.

    Counted are the finest cells that both have, up and down alike. Shown beside each other the two would say of each of
    so few who they are: their lines in every table. Totals by themselves are exact by decision and do not count.
    """
    known = {table.code: table for table in before.tables if table.is_published}
    found = []
    for table in now.tables:
        old = known.get(table.code)
        if old is None or not table.is_published or not table.dimensions:
            continue
        cells = [at for at in table.counts if TOTAL not in at and at in old.counts]
        changed = sum(abs(table.counts[at] - old.counts[at]) for at in cells)
        if 0 < changed < threshold:
            found.append(table.code)
    return tuple(found)
