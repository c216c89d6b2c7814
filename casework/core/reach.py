"""What hangs on persons and cases: found in the metadata, so a new feature's table is known the day it exists.

Whoever walks has a mark. A column says under it, with a reason, what is different about the rows that it leads to:
`info={"transfer": "stays: …"}`, `info={"erase": "deleted: …"}`.
"""

from collections.abc import Collection
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import Table
from sqlalchemy.orm import Mapper

from casework.core.db import Base
from casework.core.scope import Scoped

CASES, PERSONS = "cases", "persons"


class Link(NamedTuple):
    """A column that refers to another table."""

    key: str
    target: str
    nullable: bool
    said: str | None
    """What the column says under the mark."""

    @property
    def is_of_a_person(self) -> bool:
        return self.target == PERSONS

    @property
    def stays(self) -> str | None:
        """Why the rows that it leads to are left alone; None: they are not."""
        return self.said if (self.said or "").startswith("stays") else None


class Part(NamedTuple):
    """A table whose rows hang on a case or a person: by which column, and what else they refer to."""

    mapper: Mapper[Any]
    owner: Link
    links: tuple[Link, ...]

    @property
    def model(self) -> Any:
        return self.mapper.class_

    @property
    def name(self) -> str:
        return str(self.model.__tablename__)

    @property
    def stays(self) -> str | None:
        """Why its rows are left alone; None: they are not."""
        return self.owner.stays

    @property
    def is_of_persons(self) -> bool:
        """Whether its rows belong to a person, whatever the case."""
        return self.owner.is_of_a_person


@lru_cache
def parts(mark: str, *, shared: bool = False) -> tuple[Part, ...]:
    """Every table that hangs on cases or persons, each after those that its rows refer to.

    `shared`: also what hangs on a row that two organisations share, when one's own side of that hangs on a person.
    """
    mappers: dict[str, Mapper[Any]] = {
        _table(mapper).name: mapper for mapper in Base.registry.mappers if issubclass(mapper.class_, Scoped)
    }
    reached = {CASES, PERSONS}
    found: list[Part] = []
    waiting = [one for one in Base.metadata.sorted_tables if one.name in mappers and one.name not in reached]
    while True:
        left = []
        for table in waiting:
            part = _part(mappers[table.name], mark, reached)
            if part is None:
                left.append(table)
                continue
            found.append(part)
            if part.stays is None:
                reached.add(table.name)
        between = sides(found) - reached if shared else set()
        if not between:
            return tuple(found)
        reached |= between
        waiting = left


def _part(mapper: Mapper[Any], mark: str, reached: Collection[str]) -> Part | None:
    name = _table(mapper).name
    links = tuple(one for one in links_of(mapper, mark) if one.target in reached or one.target == name)
    owner = _owner([one for one in links if one.target != name])
    return Part(mapper, owner, links) if owner is not None else None


def _owner(links: Collection[Link]) -> Link | None:
    """By what a row belongs to somebody: its case before all, then what it is a part of, then its person."""
    ranks = {CASES: 0, PERSONS: 2}
    wanted = [one for one in links if not one.nullable or one.target == CASES]
    return min(wanted, key=lambda one: ranks.get(one.target, 1), default=None) or next(iter(links), None)


def links_of(mapper: Mapper[Any], mark: str) -> list[Link]:
    """What the rows of a table refer to, by the name of the column."""
    found = []
    for constraint in _table(mapper).foreign_key_constraints:
        for element in constraint.elements:
            column = element.parent
            if element.column.name == "id" and column.name != "organisation_id":
                key = mapper.get_property_by_column(column).key
                found.append(Link(key, element.column.table.name, bool(column.nullable), column.info.get(mark)))
    return sorted(found)


def sides(found: Collection[Part]) -> set[str]:
    """The tables shared by two organisations of which one of these tables holds one's own side."""
    names = {one.name for one in found if one.stays is None}
    shared = (mapper.class_ for mapper in Base.registry.mappers if hasattr(mapper.class_, "__sides__"))
    return {model.__tablename__ for model in shared if model.__sides__[0] in names}


def _table(mapper: Mapper[Any]) -> Table:
    table = mapper.local_table
    assert isinstance(table, Table)  # noqa: S101 -- every model of ours is one table
    return table
