"""The arithmetic of stocks and flows: opening + in - out = closing. Plain Python: no database, no clock.

Every person is, as of any day, in at most one cell per counted dimension. Each change of that cell is a pair
of moves (out of the old one, into the new one), dated by the day of the change; moves are only ever appended.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Literal, NamedTuple

from casework.persons.counted import Statistics
from casework.persons.rules import (
    UNKNOWN_REGION,
    AgeBand,
    Dimension,
    DisplacementStatus,
    Flow,
    NationalityStatus,
    Registration,
    age_band,
    band_changes,
    status_on,
)

COUNTED_DIMENSIONS = (Dimension.DISPLACEMENT, Dimension.NATIONALITY)
_NOT_COUNTED = frozenset({str(DisplacementStatus.NOT_RECORDED), str(NationalityStatus.NOT_ASSESSED)})
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Entry:
    """One standing (not voided) entry of a person's history; on one day the higher `sequence` holds."""

    dimension: str
    code: str
    effective_on: date
    reason: str | None = None
    sequence: int = 0


@dataclass(frozen=True, slots=True)
class PersonFacts:
    """The coded facts about one person that statistics may use; nothing here identifies anyone."""

    sex: str
    origin: str
    birth_year: int | None
    birth_month: int | None
    entries: tuple[Entry, ...] = ()


class Cell(NamedTuple):
    """Where a person is counted in one dimension ("displacement" or "nationality")."""

    dimension: str
    status: str
    origin: str
    sex: str
    age_band: str
    region: str


class Move(NamedTuple):
    """A person entering (+1) or leaving (-1) a cell on a day; it shows as of the day after."""

    effective_on: date
    cell: Cell
    quantity: Literal[1, -1]
    flow: str


@dataclass(frozen=True, slots=True)
class Account:
    """Opening stock, net quantity of each flow, closing stock, in persons; opening + flows = closing."""

    opening: int
    closing: int
    flows: dict[str, int] = field(default_factory=dict)


# ---------------------------------------------------------------------------------------------------------
# One person


def movements(facts: PersonFacts, horizon: date) -> list[Move]:
    """All moves of one person in both counted dimensions, in order of day; outs before ins.

    A change effective on day d gives moves on d, visible as of d + 1. A new age band first holding as of day
    f gives moves on f - 1. Age moves are given up to and including `horizon`, so that the sum of the moves is
    exact as of every day up to horizon + 1; recorded entries are given whatever their day. The flow of a
    change is the reason of the entry that caused it (see _flow); of a change of region "moved"; of age alone
    "age". Source: UNHCR annual statistics (stock-flow identities); team contract.
    """
    by_day: dict[date, list[Entry]] = {}
    for entry in sorted(facts.entries, key=lambda e: (e.effective_on, e.sequence)):
        by_day.setdefault(entry.effective_on, []).append(entry)
    bands = {first - _DAY: band for first, band in band_changes(facts.birth_year, facts.birth_month)}
    days = sorted(by_day.keys() | {day for day in bands if day <= horizon})

    moves: list[Move] = []
    holding: dict[str, Entry] = {}
    band = AgeBand.UNKNOWN if facts.birth_year is None else AgeBand.INFANT
    bands_ahead = sorted(bands.items())
    places: dict[str, Cell] = {}
    for day in days:
        before = dict(holding)
        holding.update((entry.dimension, entry) for entry in by_day.get(day, ()))
        while bands_ahead and bands_ahead[0][0] <= day:
            band = bands_ahead.pop(0)[1]
        for dimension in COUNTED_DIMENSIONS:
            old, new = places.get(dimension), _place(facts, dimension, holding, band)
            if old == new:
                continue
            flow = _flow(dimension, before, holding, old, new)
            if old is not None:
                moves.append(Move(day, old, -1, flow))
                del places[dimension]
            if new is not None:
                moves.append(Move(day, new, 1, flow))
                places[dimension] = new
    return moves


def _place(facts: PersonFacts, dimension: str, holding: Mapping[str, Entry], band: AgeBand) -> Cell | None:
    """The cell given by the entries that hold."""
    registration, status = holding.get(Dimension.REGISTRATION), holding.get(dimension)
    if registration is None or registration.code != Registration.ACTIVE:
        return None
    if status is None or status.code in _NOT_COUNTED or _withdrew(holding):
        return None
    residence = holding.get(Dimension.RESIDENCE)
    region = residence.code if residence else UNKNOWN_REGION
    return Cell(str(dimension), str(status.code), facts.origin, str(facts.sex), str(band), str(region))


def _withdrew(holding: Mapping[str, Entry]) -> bool:
    """Whether the person does not let themselves be counted."""
    said = holding.get(Dimension.STATISTICS)
    return said is not None and said.code == Statistics.WITHDRAWN


def _flow(
    dimension: str,
    before: Mapping[str, Entry],
    after: Mapping[str, Entry],
    old: Cell | None,
    new: Cell | None,
) -> str:
    """Why a person went from one cell to another on a day, when one or several things changed on it."""
    status_then, status_now = before.get(dimension), after.get(dimension)
    has_new_status = (status_then and status_then.code) != (status_now and status_now.code)
    status_reason = str((status_now and status_now.reason) or Flow.STATUS_CHANGE)

    was, now = before.get(Dimension.REGISTRATION), after.get(Dimension.REGISTRATION)
    was_active = was is not None and was.code == Registration.ACTIVE
    if now is not None and now.code == Registration.ACTIVE and not was_active:
        return str(now.reason or (Flow.REOPENED if was else Flow.IDENTIFIED))
    if now is not None and now.code != Registration.ACTIVE and was_active:
        reason = str(now.reason or Flow.CLOSED)
        # A file closed on the very day the status was settled left because it was settled: "confirmed_kz" is
        # what UNHCR's account asks for. Died, departed, merged ... say more than the status and stand.
        return status_reason if reason == Flow.CLOSED and has_new_status else reason
    if _withdrew(before) != _withdrew(after):
        return str(after[Dimension.STATISTICS].reason)
    if has_new_status:
        return status_reason
    if old is not None and new is not None and old.region != new.region:
        return str(Flow.MOVED)
    return str(Flow.AGE)


def until(facts: PersonFacts, merged_on: date) -> PersonFacts:
    """The facts of a record that was merged into another on a day: from then on nothing of it holds."""
    entries = [entry for entry in facts.entries if entry.effective_on <= merged_on]
    last = max((entry.sequence for entry in entries), default=0)
    end = Entry(str(Dimension.REGISTRATION), str(Registration.LEFT), merged_on, str(Flow.MERGED), last + 1)
    return replace(facts, entries=(*entries, end))


def taken_back(first: Iterable[Move], second: Iterable[Move], flow: Flow) -> list[Move]:
    """What has to be added to the moves of `second` so that it counts only while `first` does not, per dimension.

    Both are moves about one and the same person, recorded twice; with the answer, every day counts the person once, and
    as `first` says. Where the second record enters a stock in which the person already is, or the first enters or
    leaves while the second stays, the answer has this `flow`; a later change of the second is answered by its own flow,
    so that an account names a confirmation once. In order of day.
    """
    others, own = _by_day(first), _by_day(second)
    elsewhere: Counter[str] = Counter()
    cells: Counter[Cell] = Counter()
    hidden: dict[str, Cell | None] = {}
    answers: list[Move] = []
    for day in sorted(others.keys() | own.keys()):
        for move in others.get(day, ()):
            elsewhere[move.cell.dimension] += move.quantity
        before = _occupied(cells)
        for move in own.get(day, ()):
            cells[move.cell] += move.quantity
        after = _occupied(cells)
        for dimension in sorted(before.keys() | after.keys()):
            old = hidden.get(dimension)
            new = after.get(dimension) if elsewhere[dimension] else None
            if old == new:
                continue
            why = flow if before.get(dimension) is None else _flow_of(own.get(day, ()), dimension, flow)
            answers += [Move(day, old, 1, str(why))] if old is not None else []
            answers += [Move(day, new, -1, str(why))] if new is not None else []
            hidden[dimension] = new
    return answers


def _by_day(moves: Iterable[Move]) -> dict[date, list[Move]]:
    found: dict[date, list[Move]] = {}
    for move in moves:
        found.setdefault(move.effective_on, []).append(move)
    return found


def _occupied(cells: Mapping[Cell, int]) -> dict[str, Cell]:
    """In which cell of each dimension a person stands."""
    return {cell.dimension: cell for cell, quantity in cells.items() if quantity > 0}


def _flow_of(moves: Iterable[Move], dimension: str, otherwise: str) -> str:
    """Why a person changed cells in a dimension, by the moves of a day; otherwise when nothing of it moved."""
    net: Counter[str] = Counter()
    for move in moves:
        if move.cell.dimension == dimension:
            net[move.flow] += abs(move.quantity)
    return max(net, key=lambda flow: (net[flow], flow)) if net else otherwise


def counted_cell(records: Iterable[PersonFacts], dimension: str, as_of: date) -> Cell | None:
    """Where a person recorded several times is counted as of a day: as the first record that counts says."""
    cells = (cell_on(facts, dimension, as_of) for facts in records)
    return next((cell for cell in cells if cell is not None), None)


def cell_on(facts: PersonFacts, dimension: str, as_of: date) -> Cell | None:
    """The cell a person is in as of a day, counted directly from the histories; None when in no stock.

    The control for the ledger: it shares nothing with `movements` but the vocabulary.
    """
    if status_on(facts.entries, Dimension.REGISTRATION, as_of) != Registration.ACTIVE:
        return None
    status = status_on(facts.entries, dimension, as_of)
    if status is None or status == "ND":
        return None
    if status_on(facts.entries, Dimension.STATISTICS, as_of) == Statistics.WITHDRAWN:
        return None
    return Cell(
        dimension=str(dimension),
        status=status,
        origin=facts.origin,
        sex=str(facts.sex),
        age_band=str(age_band(facts.birth_year, facts.birth_month, as_of)),
        region=status_on(facts.entries, Dimension.RESIDENCE, as_of) or UNKNOWN_REGION,
    )


# ---------------------------------------------------------------------------------------------------------
# The ledger


def difference(want: Iterable[Move], have: Iterable[Move]) -> list[Move]:
    """The moves to append to `have` so that its net is that of `want`, per day, cell and flow.

    Nothing is ever taken out of the ledger: a move no longer wanted is answered by its opposite with the same
    day, cell and flow. Empty when the nets already agree. Sorted; every quantity is +1 or -1.
    """
    net: Counter[tuple[date, Cell, str]] = Counter()
    for move in want:
        net[move.effective_on, move.cell, str(move.flow)] += move.quantity
    for move in have:
        net[move.effective_on, move.cell, str(move.flow)] -= move.quantity
    missing: list[Move] = []
    for (day, cell, flow), quantity in sorted(net.items()):
        sign: Literal[1, -1] = 1 if quantity > 0 else -1
        missing.extend([Move(day, cell, sign, flow)] * abs(quantity))
    return sorted(missing, key=lambda move: (move.effective_on, move.quantity))


def stock(moves: Iterable[Move], as_of: date) -> dict[Cell, int]:
    """Persons per cell as of a day: the sum of all moves before it. Empty cells are left out."""
    net: Counter[Cell] = Counter()
    for move in moves:
        if move.effective_on < as_of:
            net[move.cell] += move.quantity
    return {cell: persons for cell, persons in net.items() if persons}


def account(moves: Iterable[Move], start: date, end: date) -> Account:
    """Opening stock as of `start`, net persons per flow, closing stock as of `end`, over the given moves.

    Give it the moves of the cells the account is about (one status, one region ...): a change inside them
    nets to nothing. Flows are of the days start <= day < end; positive is in, negative out; flows that net to
    nothing are left out. Raises ValueError when the period ends before it starts. Source: UNHCR annual
    statistics, e.g. STAPOP_end = STAPOP_start + NATLOSS + STAOTHINC - NATACQ - STAOTHDEC.
    """
    if end < start:
        raise ValueError("the period ends before it starts")
    opening = closing = 0
    flows: Counter[str] = Counter()
    for move in moves:
        if move.effective_on >= end:
            continue
        closing += move.quantity
        if move.effective_on < start:
            opening += move.quantity
        else:
            flows[str(move.flow)] += move.quantity
    return Account(opening, closing, {flow: net for flow, net in sorted(flows.items()) if net})


# ---------------------------------------------------------------------------------------------------------
# The parts of a Key Figure


def may_be_shown(parts: Iterable[int], own: Iterable[Sequence[int]] = (), threshold: int = 5) -> bool:
    """Whether the parts of a total that everyone knows may be shown beside it: all of them, or none.

    None when one of them is of 1 to threshold - 1 persons, nor when all persons together are so few. None when a
    partner, by what it counts itself of each part (`own`), would be left with so few of a part, unless no more than
    these are left to it of all. A release always shows the parts that pass here, so the two together never tell what
    one of them withholds; and that nothing is shown says of no part that it is the small one. Source: UNHCR redacts
    counts below 5; tests replay the method over all small totals.
    """
    counts = list(parts)
    for mine in own:
        rests = [count - one for count, one in zip(counts, mine, strict=True)]
        if any(0 < rest < min(threshold, sum(rests)) for rest in rests):
            return False
    # A total of exactly the threshold is withheld, too, so that a reader cannot exclude that all are in one part.
    return all(count == 0 or count >= threshold for count in counts) and not 0 < sum(counts) <= threshold
