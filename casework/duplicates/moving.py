"""What points at a record, and what becomes of it when the record goes into another.

Everything that points at a person is found in the metadata of the tables: a new feature's table is covered the day it
exists. A column that stays where it is says so and why: `info={"merge": "stays: …"}`.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Index, UniqueConstraint, and_, select
from sqlalchemy.orm import Mapper

from casework.core import reach
from casework.core.db import Base, db
from casework.persons import queries as persons
from casework.persons.models import Person, Relative

MOVED, VOIDED, LEFT = "moved", "voided", "left"
"""What becomes of a row: it goes along; it says what the other record says already; it does, but cannot be void."""


class Reference(NamedTuple):
    """A column that points at persons."""

    mapper: Mapper[Any]
    key: str
    stays: str | None
    """Why its rows stay where they are in a merge; None: they move."""

    @property
    def model(self) -> Any:
        return self.mapper.class_

    @property
    def table_name(self) -> str:
        return str(self.model.__tablename__)

    @property
    def column(self) -> Any:
        return getattr(self.model, self.key)


def references() -> list[Reference]:
    """Every column of every table that points at a person, by the names of table and column."""
    found = [
        Reference(mapper, link.key, link.said)
        for mapper in Base.registry.mappers
        for link in reach.links_of(mapper, "merge")
        if link.is_of_a_person
    ]
    return sorted(found, key=lambda one: (one.table_name, one.key))


def moving() -> list[Reference]:
    return [one for one in references() if one.stays is None]


@dataclass(frozen=True)
class Planned:
    """What becomes of one row."""

    row: Any
    key: str
    how: str

    @property
    def table_name(self) -> str:
        return str(self.row.__tablename__)

    @property
    def was_void(self) -> bool:
        """Whether it was void before, so that nobody misses it."""
        return self.how == MOVED and getattr(self.row, "voided_at", None) is not None


def plan(kept: Person, gone: Person) -> list[Planned]:
    """What becomes of every row that points at the record that goes. Nothing is changed by asking."""
    return [step for reference in moving() for step in _planned(reference, kept, gone)]


def _planned(reference: Reference, kept: Person, gone: Person) -> Iterator[Planned]:
    beside = [one for one in moving() if one.mapper is reference.mapper and one.key != reference.key]
    for row in db.session.scalars(select(reference.model).where(reference.column == gone.id)):
        if any(getattr(row, other.key) == kept.id for other in beside):  # about the two of them, who are one
            how = VOIDED if _can_be_void(row) else LEFT
            if how == LEFT or row.voided_at is None:
                yield Planned(row, reference.key, how)
            continue
        twin = _twin(row, reference.key, kept.id)
        if twin is None:
            yield Planned(row, reference.key, MOVED)
        elif _can_be_void(row):
            yield from _one_of_both(row, twin, reference.key)
        else:
            yield Planned(row, reference.key, LEFT)


def _one_of_both(row: Any, twin: Any, key: str) -> Iterator[Planned]:
    """The same is said on both records: one saying is enough. Who comes first in a case goes on doing so."""
    if getattr(row, "position", 0) < getattr(twin, "position", 0):
        yield Planned(twin, key, VOIDED)
        yield Planned(row, key, MOVED)
    else:
        yield Planned(row, key, VOIDED)


def _can_be_void(row: Any) -> bool:
    return hasattr(row, "voided_at")


def stands_beside(row: Any, key: str, leaving: Collection[UUID] = ()) -> bool:
    """Whether a void row would be there twice if it stood again. Rows that are `leaving` are not in its way."""
    return _twin(row, key, getattr(row, key), is_standing=True, leaving=leaving) is not None


def has_place(row: Any, key: str, person_id: UUID) -> bool:
    """Whether a row could belong to this person without being there twice."""
    return _twin(row, key, person_id) is None


def _twin(
    row: Any, key: str, person_id: UUID, *, is_standing: bool = False, leaving: Collection[UUID] = ()
) -> Any | None:
    """The row that says the same of this person already, so that this one has no place there."""
    gone = {row.id, *leaving}
    if isinstance(row, Relative) and (is_standing or row.voided_at is None):
        link = _linked(row, key, person_id, gone)
        if link is not None:
            return link
    model = type(row)
    for names, only in _unique(model):
        values = {name: getattr(row, name) for name in names}
        if key not in values or None in values.values():
            continue
        where = [only] if only is not None else []
        if not is_standing and where and db.session.scalar(select(model.id).where(model.id == row.id, *where)) is None:
            continue  # a void row stands in nobody's way
        same = and_(*(getattr(model, name) == value for name, value in {**values, key: person_id}.items()))
        found = db.session.scalar(select(model).where(same, model.id.not_in(gone), *where))
        if found is not None:
            return found
    return None


def _linked(row: Relative, key: str, person_id: UUID, but: Collection[UUID]) -> Relative | None:
    """A family link reads from both sides, so the same two may be linked the other way round."""
    other_id = row.relative_id if key == "person_id" else row.person_id
    links = (one for one in persons.relatives(person_id) if one.id not in but)
    return next((one for one in links if other_id in (one.person_id, one.relative_id)), None)


def _unique(model: Any) -> Iterator[tuple[list[str], ColumnElement[bool] | None]]:
    """What may be there only once in a table: the attributes, and for which rows, if not for all."""
    mapper: Any = model.__mapper__
    table = mapper.local_table
    dialect = db.session.get_bind().dialect.name
    for rule in (*table.constraints, *table.indexes):
        if isinstance(rule, UniqueConstraint) or (isinstance(rule, Index) and rule.unique):
            only = rule.dialect_options[dialect].get("where") if isinstance(rule, Index) else None
            yield [mapper.get_property_by_column(column).key for column in rule.columns], only
