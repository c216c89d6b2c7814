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
from casework.figures import rules
from casework.figures.models import Balance, ExternalFigure, LedgerMonth, Movement
from casework.persons.models import Person, StatusEntry

CELL: dict[type, tuple[InstrumentedAttribute[Any], ...]] = {
    table: tuple(getattr(table, name) for name in rules.Cell._fields) for table in (Balance, Movement)
}
_ENTRY = tuple(getattr(StatusEntry, field.name) for field in fields(rules.Entry))
BALANCE_COLUMNS = (Balance.month, *CELL[Balance], Balance.organisation_id, Balance.quantity)


# -- one person, for posting ---------------------------------------------------------------------------------


def person_facts(person: Person) -> rules.PersonFacts:
    """What statistics may know of a person."""
    entries = db.session.execute(
        select(*_ENTRY).where(StatusEntry.person_id == person.id, StatusEntry.voided_at.is_(None))
    )
    return rules.PersonFacts(
        sex=person.sex,
        origin=person.origin,
        birth_year=person.birth_year,
        birth_month=person.birth_month,
        entries=tuple(rules.Entry(*entry) for entry in entries),
    )


def posted_moves(person: Person) -> list[rules.Move]:
    """The moves of a person that are in the ledger."""
    rows = db.session.execute(
        select(Movement.effective_on, Movement.quantity, Movement.flow, *CELL[Movement]).where(
            Movement.person_id == person.id
        )
    )
    return [rules.Move(day, rules.Cell(*cell), quantity, flow) for day, quantity, flow, *cell in rows]


# -- stocks --------------------------------------------------------------------------------------------------


def opened_month(as_of: date) -> date | None:
    """The last month opened by a day, from whose balances the stock of the day is counted on."""
    return db.session.scalar(select(func.max(LedgerMonth.month)).where(LedgerMonth.month <= as_of))


def _cells(
    as_of: date, columns: Sequence[str], where: Iterable[tuple[str, Any]], organisation_id: UUID | None
) -> Counter[tuple[str, ...]]:
    """Persons as of a day by these columns: the balance of the last opened month and what moved since."""
    month = opened_month(as_of)
    net: Counter[tuple[str, ...]] = Counter()
    parts: list[tuple[type, ColumnElement[bool]]] = [(Movement, Movement.effective_on < as_of)]
    if month is not None:
        parts = [(Balance, Balance.month == month), (Movement, _between(month, as_of))]
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
    statement = (
        select(Movement.flow, func.sum(Movement.quantity))
        .where(Movement.dimension == dimension, Movement.status.in_(codes), _between(start, end))
        .group_by(Movement.flow)
    )
    flows = {flow: int(net) for flow, net in _counted(statement, Movement, organisation_id) if net}
    return rules.Account(
        opening=stock(start, dimension, codes, organisation_id),
        closing=stock(end, dimension, codes, organisation_id),
        flows=dict(sorted(flows.items())),
    )


def has_movements(organisation_id: UUID | None = None) -> bool:
    """Whether anyone has ever been counted."""
    statement = select(func.max(Movement.quantity))
    return any(found for (found,) in _counted(statement, Movement, organisation_id))


# -- the control ---------------------------------------------------------------------------------------------

Located = tuple[UUID, rules.Cell]


@dataclass(frozen=True)
class Difference:
    """A cell in which the ledger and the base tables disagree."""

    as_of: date
    organisation_id: UUID
    cell: rules.Cell
    ledger: int
    recount: int


def _everyone() -> list[tuple[UUID, rules.PersonFacts]]:
    """The coded facts of all persons, with no id: read from the base tables, not from the ledger."""
    entries: dict[UUID, list[rules.Entry]] = defaultdict(list)
    recorded = select(StatusEntry.person_id, *_ENTRY).where(StatusEntry.voided_at.is_(None))
    for person_id, *entry in db.session.execute(recorded.execution_options(**unscoped("recount"))):
        entries[person_id].append(rules.Entry(*entry))
    persons = select(
        Person.id, Person.organisation_id, Person.sex, Person.origin, Person.birth_year, Person.birth_month
    ).execution_options(**unscoped("recount"))
    return [
        (organisation_id, rules.PersonFacts(sex, origin, year, month, tuple(entries[person_id])))
        for person_id, organisation_id, sex, origin, year, month in db.session.execute(persons)
    ]


def _recounted(everyone: Iterable[tuple[UUID, rules.PersonFacts]], as_of: date) -> Counter[Located]:
    found: Counter[Located] = Counter()
    for organisation_id, facts in everyone:
        for dimension in rules.COUNTED_DIMENSIONS:
            cell = rules.cell_on(facts, dimension, as_of)
            if cell is not None:
                found[organisation_id, cell] += 1
    return found


def recount(as_of: date) -> dict[Located, int]:
    """Persons per organisation and cell as of a day, counted from the histories one by one."""
    return dict(_recounted(_everyone(), as_of))


def ledger(as_of: date) -> dict[Located, int]:
    """The same from the ledger."""
    counts = _cells(as_of, ("organisation_id", *rules.Cell._fields), (), None)
    return {_located(key): persons for key, persons in counts.items() if persons}


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
        .where(ExternalFigure.series.in_(list(series)), ExternalFigure.as_of <= by, ExternalFigure.voided_at.is_(None))
        .order_by(ExternalFigure.verified_at.is_(None), ExternalFigure.as_of.desc(), ExternalFigure.entered_at.desc())
    )
    return [*db.session.scalars(statement)]
