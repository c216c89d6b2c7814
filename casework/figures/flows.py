"""The ledger as releases read it: stocks by cell, who came and who left, as it was recorded by a moment.

Rows are taken together in the database; what leaves here are sums, and ids of persons only to tell them apart.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, select, union

from casework.core.db import db
from casework.core.scope import unscoped
from casework.elsewhere.models import Overlap, OverlapSide
from casework.elsewhere.rules import State
from casework.figures import rules
from casework.figures.models import Balance, Movement, Offset
from casework.figures.queries import opened_month
from casework.persons.models import Person
from casework.persons.rules import Flow

_WITHIN = (str(Flow.AGE), str(Flow.MOVED))
"""Changes of one person's cell that never enter or leave a status."""
_ANSWERS = frozenset({*_WITHIN, str(Flow.ELSEWHERE), str(Flow.MERGED), str(Flow.TRANSFERRED)})
"""What a record comes or leaves for only because another record of the same person does the opposite."""

Codes = tuple[str, ...]
Stock = Counter[tuple[UUID, *Codes]]
"""Persons by organisation, then by the columns asked for. Of a person whom two partners have, only one counts."""


def _all(statement: Any) -> list[Any]:
    return list(db.session.execute(statement.execution_options(**unscoped("national figures"))))


# -- stocks ----------------------------------------------------------------------------------------------------


class Stocks:
    """Stocks by what had been recorded until a moment; None: until now. Read it once for all tables of a release."""

    def __init__(self, cut: datetime | None = None) -> None:
        self._cut = cut
        self._late: dict[date, list[tuple[UUID, rules.Cell, int]]] = {}

    def by(self, as_of: date, dimension: str, statuses: Iterable[str], columns: Sequence[str]) -> Stock:
        """Persons as of a day by organisation and these columns of a cell.

        The balance of the last opened month, what moved since, and without what was recorded later than the cut.
        """
        codes, month = set(statuses), opened_month(as_of)
        parts: list[tuple[Any, ColumnElement[bool]]] = [(Movement, Movement.effective_on < as_of)]
        if month is not None:
            since = (Movement.effective_on >= month) & (Movement.effective_on < as_of)
            parts = [(Balance, Balance.month == month), (Movement, since)]
        parts.append((Offset, Offset.effective_on < as_of))
        net: Stock = Counter()
        for rows, when in parts:
            by = [_owner(rows), *(getattr(rows, name) for name in columns)]
            statement = select(func.sum(rows.quantity), *by).where(when)
            statement = statement.where(rows.dimension == dimension, rows.status.in_(codes)).group_by(*by)
            for quantity, *key in _all(_with_owner(statement, rows)):
                net[tuple(key)] += int(quantity)
        for owner, cell, quantity in self._recorded_later(as_of):
            if cell.dimension == dimension and cell.status in codes:
                net[owner, *(getattr(cell, name) for name in columns)] -= quantity
        return Counter({key: persons for key, persons in net.items() if persons})

    def _recorded_later(self, as_of: date) -> list[tuple[UUID, rules.Cell, int]]:
        # Grouped from the end: grouped by organisation first, SQLite reads the whole ledger in the order of its index.
        if self._cut is None:
            return []
        if as_of not in self._late:
            self._late[as_of] = []
            for rows in (Movement, Offset):
                by = (_owner(rows), *(getattr(rows, name) for name in rules.Cell._fields))
                late = select(*by, func.sum(rows.quantity)).where(
                    rows.recorded_at > self._cut, rows.effective_on < as_of
                )
                self._late[as_of] += [
                    (owner, rules.Cell(*cell), int(quantity))
                    for owner, *cell, quantity in _all(_with_owner(late.group_by(*reversed(by)), rows))
                ]
        return self._late[as_of]


def _owner(rows: Any) -> Any:
    """The organisation of a row; an offset is of the one whose record it takes back."""
    return Person.organisation_id if rows is Offset else rows.organisation_id


def _with_owner(statement: Select[Any], rows: Any) -> Select[Any]:
    return statement.join(Person, Person.id == Offset.person_id) if rows is Offset else statement


# -- who came, who left ----------------------------------------------------------------------------------------


class Came(NamedTuple):
    """So many entries of the same kind. `person`: whose they are, where it came or left more than once; else None."""

    organisation_id: UUID
    is_in: bool
    flow: str
    origin: str
    sex: str
    times: int
    person: UUID | None


@dataclass(frozen=True)
class Period:
    """From a day to before another, as it was recorded by a moment.

    `earlier`: the moment by which the opening was counted, where it was counted before; what has been recorded since
    then about the time before the first day is a correction of the period.
    """

    since: date
    as_of: date
    cut: datetime | None = None
    earlier: datetime | None = None


def came_and_left(period: Period, dimension: str, statuses: Iterable[str]) -> list[Came]:
    """Everyone who came into these statuses in a period, and everyone who left them.

    What counts is the net of a person's day, by origin and sex: changes inside the statuses vanish, and so do those of
    a record that is counted with another. So for every origin and sex, opening + in − out = closing.
    """
    codes = list(statuses)

    def counted(rows: Any) -> ColumnElement[bool]:
        found: ColumnElement[bool] = (rows.dimension == dimension) & rows.status.in_(codes)
        return found if period.cut is None else found & (rows.recorded_at <= period.cut)

    def moved(rows: Any) -> ColumnElement[bool]:
        return counted(rows) & (rows.effective_on >= period.since) & (rows.effective_on < period.as_of)

    def late(rows: Any) -> ColumnElement[bool]:
        return counted(rows) & (rows.effective_on < period.since) & (rows.recorded_at > period.earlier)

    records = _Records.known(period.cut)
    apart = [*_SEVERAL]
    if period.earlier is not None:
        apart.append(select(Movement.person_id).where(late(Movement)))
    found = union(*apart).subquery()
    several = select(found.c[0])
    came = _of_single_records(moved(Movement), several)
    came += _netted(_rows(moved, several), records)
    if period.earlier is not None:
        corrected = _netted(_rows(late), records, by_day=False)
        came += [one._replace(flow=str(Flow.CORRECTION)) for one in corrected]
    return came


def _of_single_records(moved: ColumnElement[bool], several: Select[Any]) -> list[Came]:
    """Of persons with one record only: then a day has one flow, and the database can net it."""
    by = (Movement.organisation_id, Movement.person_id, Movement.flow, Movement.origin, Movement.sex)
    net = func.sum(Movement.quantity)
    rows = _all(
        select(*by, net)
        .where(moved, Movement.flow.not_in(_WITHIN), Movement.person_id.not_in(several))
        .group_by(*by, Movement.effective_on)
        .having(net != 0)
    )
    days = Counter(row[1] for row in rows)
    times = Counter((*row[2:], row[0], row[1] if days[row[1]] > 1 else None) for row in rows)
    return [
        Came(organisation_id, net > 0, flow, origin, sex, abs(net) * count, person)
        for (flow, origin, sex, net, organisation_id, person), count in times.items()
    ]


class _Row(NamedTuple):
    """What a movement or offset says of a person's record."""

    organisation_id: UUID
    record: UUID
    on: date
    flow: str
    origin: str
    sex: str
    quantity: int
    is_answer: bool


def _rows(which: Callable[[Any], ColumnElement[bool]], several: Select[Any] | None = None) -> list[_Row]:
    """The movements and offsets of persons one by one."""
    found: list[_Row] = []
    for rows in (Movement, Offset):
        by = (_owner(rows), rows.person_id, rows.effective_on, rows.flow, rows.origin, rows.sex)
        statement = _with_owner(select(*by, func.sum(rows.quantity)), rows).where(which(rows)).group_by(*reversed(by))
        if several is not None:
            statement = statement.where(rows.person_id.in_(several))
        found += [_Row._make((*key, int(quantity), rows is Offset)) for *key, quantity in _all(statement)]
    return found


def _netted(rows: Iterable[_Row], records: "_Records", *, by_day: bool = True) -> list[Came]:
    """The net of each person's day, by origin and sex.

    Of a record first; then, where one comes or leaves only because another of the same person does the opposite, of
    those records together. Whether it does so is in the ledger, so that what was recorded by a moment gives the same
    answer for ever, whatever is found out about the records later.
    """
    days: dict[Any, dict[UUID, list[_Row]]] = defaultdict(lambda: defaultdict(list))
    for row in rows:
        key = (records.linked.get(row.record, row.record), row.on if by_day else None, row.origin, row.sex)
        days[key][row.record].append(row)
    came = []
    for of_record in days.values():
        moving = [found for found in of_record.values() if sum(row.quantity for row in found)]
        together = [[row for found in moving for row in found]] if any(map(_answers, moving)) else moving
        came += [one for found in together if (one := _net(found, records)) is not None]
    return came


def _answers(rows: list[_Row]) -> bool:
    net: Counter[str | bool] = Counter()
    for row in rows:
        net[row.flow] += row.quantity
        net[row.is_answer] += row.quantity
    return bool(net[True]) or any(net[flow] for flow in _ANSWERS)


def _net(rows: list[_Row], records: "_Records") -> Came | None:
    net = sum(row.quantity for row in rows)
    if net == 0:
        return None
    sign = 1 if net > 0 else -1
    owners: Counter[UUID] = Counter()
    flows: Counter[str] = Counter()
    for row in rows:
        owners[row.organisation_id] += sign * row.quantity
        flows[row.flow] += sign * row.quantity
    # Whoever's record came or left knows of it; of several flows, what was said of the person, not of the record.
    owner = max(owners, key=lambda one: (owners[one], str(one)))
    flow = max(flows, key=lambda one: (flows[one] > 0, one not in _ANSWERS, flows[one], one))
    person = min((records.same.get(row.record, row.record) for row in rows), key=str)
    return Came(owner, net > 0, flow, rows[0].origin, rows[0].sex, abs(net), person)


# -- one person, several records -------------------------------------------------------------------------------


_SEVERAL = (
    select(Person.id).where(Person.merged_into_id.is_not(None)),
    select(Person.merged_into_id).where(Person.merged_into_id.is_not(None)),
    select(OverlapSide.person_id),
    select(Offset.person_id),
)
"""Whoever has, or had, several records: their days are netted one by one."""


@dataclass(frozen=True)
class _Records:
    """For each record of somebody with several, the one that stands for all of them."""

    same: dict[UUID, UUID]
    """Those that are, or may be, of one person."""
    linked: dict[UUID, UUID]
    """Also those about which two partners said that they are of two people: the ledger knows when that was."""

    @classmethod
    def known(cls, cut: datetime | None) -> "_Records":
        merged = _all(select(Person.id, Person.merged_into_id).where(Person.merged_into_id.is_not(None)))
        pairs = [(one, other) for one, other in merged]
        sides = select(OverlapSide.overlap_id, OverlapSide.person_id, Overlap.state, Overlap.found_at)
        first: dict[UUID, UUID] = {}
        asked, same = [], []
        for overlap_id, person_id, state, found_at in _all(sides.join(Overlap, Overlap.id == OverlapSide.overlap_id)):
            pair = (first.setdefault(overlap_id, person_id), person_id)
            asked.append(pair)
            if state != State.DIFFERENT and (cut is None or found_at <= cut):
                same.append(pair)
        return cls(_standing([*pairs, *same]), _standing([*pairs, *asked]))


def _standing(pairs: Iterable[tuple[UUID, UUID]]) -> dict[UUID, UUID]:
    stands: dict[UUID, UUID] = {}

    def find(one: UUID) -> UUID:
        while stands.setdefault(one, one) != one:
            one = stands[one]
        return one

    for pair in pairs:
        first, second = sorted(map(find, pair), key=str)
        stands[second] = first
    return {one: find(one) for one in stands}


def same_persons(cut: datetime | None = None) -> dict[UUID, UUID]:
    """For each record of a person who has, or may have, others, the one that stands for all of them.

    Those are records that were merged, and records of two partners about which nobody has said that they are of two
    people; found by the cut, as far as can be told.
    """
    return _Records.known(cut).same
