"""What the ledger says: counts of persons as of a day, never who they are."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import InstrumentedAttribute

from casework.core import clock
from casework.core.db import db
from casework.core.scope import unscoped
from casework.elsewhere.models import Overlap, OverlapSide
from casework.elsewhere.rules import State
from casework.figures import rules
from casework.figures.models import Balance, ExternalFigure, LedgerMonth, Movement, Offset
from casework.persons import queries as persons
from casework.persons.models import Person, StatusEntry

CELL: dict[type, tuple[InstrumentedAttribute[Any], ...]] = {
    table: tuple(getattr(table, name) for name in rules.Cell._fields) for table in (Balance, Movement, Offset)
}
_ENTRY = tuple(getattr(StatusEntry, field.name) for field in fields(rules.Entry))
BALANCE_COLUMNS = (Balance.month, *CELL[Balance], Balance.organisation_id, Balance.quantity)


# -- one person, for posting ---------------------------------------------------------------------------------


def records(person: Person) -> list[Person]:
    """All records of this person inside the organisation: the one that goes on, then those merged into it."""
    goes_on = persons.person(person.id) if person.merged_into_id else person
    return [person] if goes_on is None else [goes_on, *persons.merged_into(goes_on.id)]


def person_facts(person: Person) -> rules.PersonFacts:
    """What statistics may know of a person."""
    entries = db.session.execute(
        select(*_ENTRY).where(StatusEntry.person_id == person.id, StatusEntry.voided_at.is_(None))
    )
    facts = rules.PersonFacts(
        sex=person.sex,
        origin=person.origin,
        birth_year=person.birth_year,
        birth_month=person.birth_month,
        entries=tuple(rules.Entry(*entry) for entry in entries),
    )
    return facts if person.merged_on is None else rules.until(facts, person.merged_on)


def posted_moves(person: Person) -> list[rules.Move]:
    """The moves of a person that are in the ledger."""
    rows = db.session.execute(
        select(Movement.effective_on, Movement.quantity, Movement.flow, *CELL[Movement]).where(
            Movement.person_id == person.id
        )
    )
    return _moves(rows)


# -- one person, known to several partners -------------------------------------------------------------------

Records = tuple[UUID, ...]
"""The ids of the records of one person at one partner: the one that goes on, then those merged into it."""


def known_as(person_id: UUID) -> list[Records]:
    """All records of a person, one group per partner; first the partner that registered the person first.

    Taken for the same are records that a partner and another may both have, as long as nobody has said that they are
    of two people: until it is resolved a person counts once.
    """
    found, waiting = {_goes_on(person_id)}, {_goes_on(person_id)}
    while waiting:
        records = {one for each in waiting for one in _merged_group(each)}
        waiting = {_goes_on(one) for one in _beside(records)} - found
        found |= waiting
    first = _registered(found)
    return [_merged_group(one) for one in sorted(found, key=lambda one: (first[one], str(one)))]


def asked_about() -> list[UUID]:
    """The persons about whom there is a question between partners: of the acting organisation, or of all."""
    return list(db.session.scalars(select(OverlapSide.person_id)))


def _goes_on(person_id: UUID) -> UUID:
    into = db.session.scalar(_everywhere(select(Person.merged_into_id).where(Person.id == person_id)))
    return person_id if into is None else _goes_on(into)


def _beside(person_ids: Iterable[UUID]) -> list[UUID]:
    """Whose records stand opposite these in a question between partners that is not answered with no."""
    own = (
        select(OverlapSide.overlap_id)
        .join(Overlap, Overlap.id == OverlapSide.overlap_id)
        .where(OverlapSide.person_id.in_(list(person_ids)), Overlap.state != State.DIFFERENT)
    )
    overlaps = list(db.session.scalars(_everywhere(own)))
    both = select(OverlapSide.person_id).where(OverlapSide.overlap_id.in_(overlaps))
    return list(db.session.scalars(_everywhere(both))) if overlaps else []


def _registered(person_ids: Iterable[UUID]) -> dict[UUID, date]:
    days = select(Person.id, Person.registered_on).where(Person.id.in_(list(person_ids)))
    return {row.id: row.registered_on for row in db.session.execute(_everywhere(days))}


def _merged_group(person_id: UUID) -> Records:
    found = [person_id]
    for one in found:
        found += db.session.scalars(_everywhere(select(Person.id).where(Person.merged_into_id == one)))
    return tuple(found)


def _everywhere(statement: Any) -> Any:
    return statement.execution_options(**unscoped("each person once"))


def moves_of(records: Records) -> list[rules.Move]:
    """What the ledger holds about all records of a person at one partner."""
    rows = select(Movement.effective_on, Movement.quantity, Movement.flow, *CELL[Movement])
    return _moves(db.session.execute(_everywhere(rows.where(Movement.person_id.in_(records)))))


def offset_moves(records: Records) -> list[rules.Move]:
    """What has been taken back of them in national figures."""
    rows = select(Offset.effective_on, Offset.quantity, Offset.flow, *CELL[Offset])
    return _moves(db.session.execute(rows.where(Offset.person_id.in_(records))))


def _moves(rows: Iterable[Any]) -> list[rules.Move]:
    return [rules.Move(day, rules.Cell(*cell), quantity, flow) for day, quantity, flow, *cell in rows]


# -- stocks --------------------------------------------------------------------------------------------------


def opened_month(as_of: date) -> date | None:
    """The last month opened by a day, from whose balances the stock of the day is counted on."""
    return db.session.scalar(select(func.max(LedgerMonth.month)).where(LedgerMonth.month <= as_of))


def _cells(
    as_of: date, columns: Sequence[str], where: Iterable[tuple[str, Any]], organisation_id: UUID | None
) -> Counter[tuple[str, ...]]:
    """Persons as of a day by these columns: the balance of the last opened month and what moved since.

    Over all organisations, without those who are counted with another partner already.
    """
    month = opened_month(as_of)
    net: Counter[tuple[str, ...]] = Counter()
    parts: list[tuple[type, ColumnElement[bool]]] = [(Movement, Movement.effective_on < as_of)]
    if month is not None:
        parts = [(Balance, Balance.month == month), (Movement, _between(month, as_of))]
    if organisation_id is None and "organisation_id" not in columns:
        parts.append((Offset, Offset.effective_on < as_of))
    for table, when in parts:
        by = [getattr(table, name) for name in columns]
        statement: Any = select(func.sum(table.quantity), *by).where(when)  # type: ignore[attr-defined]
        for name, values in where:
            statement = statement.where(getattr(table, name).in_(values))
        if by:
            statement = statement.group_by(*by)
        for quantity, *key in _counted(statement, table, organisation_id):
            net[tuple(key)] += int(quantity or 0)
    return net


def _counted(statement: Any, table: Any, organisation_id: UUID | None) -> Any:
    """Run a count: over one organisation (then wall 1 stands as everywhere), or over all, of which only sums leave."""
    if organisation_id is not None:
        return db.session.execute(statement.where(table.organisation_id == organisation_id))
    return db.session.execute(statement.execution_options(**unscoped("national figures")))


def _between(start: date, end: date) -> ColumnElement[bool]:
    return (Movement.effective_on >= start) & (Movement.effective_on < end)


def stock(as_of: date, dimension: str, statuses: Iterable[str], organisation_id: UUID | None = None) -> int:
    """Persons in any of these statuses as of a day: in one organisation, or everywhere."""
    where = [("dimension", [dimension]), ("status", list(statuses))]
    return sum(_cells(as_of, (), where, organisation_id).values())


def stock_by(
    as_of: date, dimension: str, statuses: Iterable[str], by: str, organisation_id: UUID | None = None
) -> dict[str, int]:
    """The same by origin, sex, age band, region or status. Exact: protect it before it is shown."""
    where = [("dimension", [dimension]), ("status", list(statuses))]
    counts = _cells(as_of, (by,), where, organisation_id)
    return {code: persons for (code,), persons in sorted(counts.items()) if persons}


def account(
    start: date, end: date, dimension: str, statuses: Iterable[str], organisation_id: UUID | None = None
) -> rules.Account:
    """Opening stock as of `start`, what flowed in and out, closing stock as of `end`."""
    if end < start:
        raise ValueError("the period ends before it starts")
    codes = list(statuses)
    flows: Counter[str] = Counter()
    for table in (Movement, Offset) if organisation_id is None else (Movement,):
        statement = (
            select(table.flow, func.sum(table.quantity))
            .where(table.dimension == dimension, table.status.in_(codes))
            .where(table.effective_on >= start, table.effective_on < end)
            .group_by(table.flow)
        )
        flows.update({flow: int(net) for flow, net in _counted(statement, table, organisation_id)})
    return rules.Account(
        opening=stock(start, dimension, codes, organisation_id),
        closing=stock(end, dimension, codes, organisation_id),
        flows={flow: net for flow, net in sorted(flows.items()) if net},
    )


def has_movements(organisation_id: UUID | None = None) -> bool:
    """Whether anyone has ever been counted."""
    statement = select(func.max(Movement.quantity))
    return any(found for (found,) in _counted(statement, Movement, organisation_id))


# -- the control ---------------------------------------------------------------------------------------------

Located = tuple[UUID | None, rules.Cell]
"""An organisation, or None for what national figures take back, and a cell."""


@dataclass(frozen=True)
class Difference:
    """A cell in which the ledger and the base tables disagree."""

    as_of: date
    organisation_id: UUID | None
    cell: rules.Cell
    ledger: int
    recount: int


@dataclass(frozen=True)
class _Known:
    """A person as one partner has recorded them, perhaps in several records that were merged."""

    organisation_id: UUID
    records: tuple[rules.PersonFacts, ...]


def _everyone() -> list[list[_Known]]:
    """The coded facts of all persons: read from the base tables, not from the ledger.

    One list per person; it is longer than one where several partners have, or may have, the same person.
    """
    entries: dict[UUID, list[rules.Entry]] = defaultdict(list)
    recorded = select(StatusEntry.person_id, *_ENTRY).where(StatusEntry.voided_at.is_(None))
    for person_id, *entry in db.session.execute(recorded.execution_options(**unscoped("recount"))):
        entries[person_id].append(rules.Entry(*entry))
    rows = select(
        Person.id,
        Person.organisation_id,
        Person.merged_into_id,
        Person.merged_on,
        Person.sex,
        Person.origin,
        Person.birth_year,
        Person.birth_month,
    ).order_by(Person.merged_on.desc(), Person.number)
    facts: dict[UUID, rules.PersonFacts] = {}
    going_on: dict[UUID, UUID] = {}
    into: dict[UUID, list[UUID]] = defaultdict(list)
    for person_id, organisation_id, merged_into_id, merged_on, sex, origin, year, month in db.session.execute(
        rows.execution_options(**unscoped("recount"))
    ):
        told = rules.PersonFacts(sex, origin, year, month, tuple(entries[person_id]))
        facts[person_id] = told if merged_on is None else rules.until(told, merged_on)
        if merged_into_id is None:
            going_on[person_id] = organisation_id
        else:
            into[merged_into_id].append(person_id)
    asked = [tuple(records[0] for records in known_as(one)) for one in asked_about()]
    several = {one for known in asked for one in known}
    groups = {*asked, *((one,) for one in going_on if one not in several)}
    return [
        [_Known(going_on[one], tuple(facts[record] for record in _with_merged(one, into))) for one in known]
        for known in groups
    ]


def _with_merged(person_id: UUID, into: Mapping[UUID, list[UUID]]) -> list[UUID]:
    """This record and those that went into it, in the order in which they are posted."""
    return [person_id, *(one for each in into.get(person_id, ()) for one in _with_merged(each, into))]


def _recounted(everyone: Iterable[list[_Known]], as_of: date) -> Counter[Located]:
    found: Counter[Located] = Counter()
    for known in everyone:
        for dimension in rules.COUNTED_DIMENSIONS:
            cells = [
                (one.organisation_id, cell)
                for one in known
                if (cell := rules.counted_cell(one.records, dimension, as_of)) is not None
            ]
            found.update(cells)
            found.subtract((None, cell) for _organisation_id, cell in cells[1:])
    return found


def recount(as_of: date) -> dict[Located, int]:
    """Persons per organisation and cell as of a day, counted from the histories one by one."""
    return {located: persons for located, persons in _recounted(_everyone(), as_of).items() if persons}


def ledger(as_of: date) -> dict[Located, int]:
    """The same from the ledger."""
    counts = _cells(as_of, ("organisation_id", *rules.Cell._fields), (), None)
    found: dict[Located, int] = {_located(key): persons for key, persons in counts.items() if persons}
    offsets = select(func.sum(Offset.quantity), *CELL[Offset]).where(Offset.effective_on < as_of)
    for quantity, *cell in db.session.execute(offsets.group_by(*CELL[Offset])):
        if quantity:
            found[None, rules.Cell(*cell)] = int(quantity)
    return found


def _located(key: tuple[Any, ...]) -> Located:
    return key[0], rules.Cell(*key[1:])


def verify(as_of: date | None = None) -> list[Difference]:
    """Recount from the base tables and compare: as of one day, or of every opened month and of tomorrow."""
    if as_of is not None:
        days = [as_of]
    else:
        days = [*db.session.scalars(select(LedgerMonth.month).order_by(LedgerMonth.month))]
        days.append(clock.today() + timedelta(days=1))
    everyone = _everyone()
    differences: list[Difference] = []
    for day in days:
        differences += _compared(day, ledger(day), _recounted(everyone, day))
    return differences


def _compared(day: date, kept: Mapping[Located, int], counted: Mapping[Located, int]) -> list[Difference]:
    return [
        Difference(day, located[0], located[1], kept.get(located, 0), counted.get(located, 0))
        for located in sorted(kept.keys() | counted.keys(), key=lambda pair: (str(pair[0]), pair[1]))
        if kept.get(located, 0) != counted.get(located, 0)
    ]


# -- figures that come from elsewhere ------------------------------------------------------------------------


def external_figures() -> list[ExternalFigure]:
    """Every figure that was entered, void ones too, newest day first."""
    return [
        *db.session.scalars(
            select(ExternalFigure).order_by(
                ExternalFigure.as_of.desc(),
                ExternalFigure.series,
                ExternalFigure.scope,
                ExternalFigure.source,
                ExternalFigure.entered_at,
            )
        )
    ]


def external_figure(figure_id: UUID) -> ExternalFigure | None:
    return db.session.get(ExternalFigure, figure_id)


def external_in(series: Iterable[str], by: date) -> list[ExternalFigure]:
    """The standing figures of these series as of a day or before; first what holds.

    A verified figure holds before every unverified one, of whatever day: what one person typed never replaces what
    two have seen. Of either kind the latest day holds, and of one day what was entered last. So an unverified
    figure is used only while nothing verified exists, and a void one never.
    """
    statement = (
        select(ExternalFigure)
        .where(
            ExternalFigure.series.in_(list(series)),
            ExternalFigure.category == "",
            ExternalFigure.as_of <= by,
            ExternalFigure.voided_at.is_(None),
        )
        .order_by(ExternalFigure.verified_at.is_(None), ExternalFigure.as_of.desc(), ExternalFigure.entered_at.desc())
    )
    return [*db.session.scalars(statement)]
