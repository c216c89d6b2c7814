"""Everything that is kept of a person: found by walking from the record along the metadata of the tables.

Rows are emptied of what is sealed in them. A table whose rows go altogether, because without their words they would say
what nobody needs to know any more, says so: `info={"erase": "deleted: …"}`; a sealed column that is left as it is:
`info={"erase": "stays: …"}`.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select

from casework.cases.models import Case, CaseParty
from casework.consultations.models import Attendance, Consultation
from casework.core import reach
from casework.core.columns import sealed_groups
from casework.core.db import Base, db
from casework.core.reach import Link, Part
from casework.core.scope import scoped_tables
from casework.documents.models import Document
from casework.persons import queries as persons
from casework.persons.models import Person

MARK = "erase"
AT_ONCE = 500


@dataclass
class Reach:
    """What is kept of a person, by the name of the table, each table after those that it refers to."""

    persons: list[Person]
    """The record, and those that went into it."""
    alone: list[Case]
    """Cases in which nobody else is who is not erased."""
    shared: list[Case]
    ids: dict[str, set[UUID]] = field(default_factory=dict)
    """Of all rows that are the person’s, whether anything is written in them or not."""
    emptied: dict[str, list[Any]] = field(default_factory=dict)
    deleted: dict[str, list[Any]] = field(default_factory=dict)
    left: dict[str, int] = field(default_factory=dict)
    """Of the cases with others: how many rows with words, which may be about both, are left as they are."""

    @property
    def person_ids(self) -> set[UUID]:
        return {one.id for one in self.persons}

    def rows(self) -> Iterator[Any]:
        for found in (self.emptied, self.deleted):
            for rows in found.values():
                yield from rows

    def files(self) -> list[Document]:
        """The documents whose files go."""
        return [one for one in self.emptied.get(Document.__tablename__, []) if one.place.path.exists()]

    @property
    def counts(self) -> dict[str, int]:
        """How many rows that hold something of the person, by table; what was emptied before does not count."""
        found = {name: sum(1 for row in rows if holds(row)) for name, rows in self.emptied.items()}
        found |= {name: len(rows) for name, rows in self.deleted.items()}
        return {name: count for name, count in sorted(found.items()) if count}


def find(person: Person) -> Reach:
    """What is kept of this person and under the records that were merged into theirs."""
    records = [person, *persons.merged_into(person.id)]
    person_ids = {one.id for one in records}
    alone, shared = _cases(person_ids)
    found = Reach(records, alone, shared)
    found.emptied = {reach.PERSONS: list(records), reach.CASES: list(alone)}
    ids: dict[str, set[UUID]] = {reach.PERSONS: set(person_ids), reach.CASES: {one.id for one in alone}}
    for part in parts():
        if not goes(part) and not words_of(part.model):
            ids[part.name] = set(_rows(part, ids, only_ids=True))
            continue
        rows = {row.id: row for row in _rows(part, ids)}
        if part.model is Consultation:
            rows |= {row.id: row for row in _attended_alone(shared, person_ids)}
        ids[part.name] = set(rows)
        (found.deleted if goes(part) else found.emptied)[part.name] = list(rows.values())
        for table, key in _across(part.name):
            ids[table] = {getattr(row, key) for row in rows.values()}
    found.ids = ids
    found.left = _left(shared, ids)
    return found


def parts() -> tuple[Part, ...]:
    return reach.parts(MARK, shared=True)


def goes(part: Part) -> bool:
    """Whether the rows of a table go altogether."""
    return any((link.said or "").startswith("deleted") for link in part.links)


def carrying(part: Part) -> list[Link]:
    """By which columns a row belongs to a person: what it merely mentions, as a letter its document, is none."""
    return [
        link
        for link in part.links
        if link.target != part.name
        and link.stays is None
        and (not link.nullable or link.target in (reach.PERSONS, reach.CASES) or link.said == "goes along")
    ]


def holds(row: Any) -> bool:
    """Whether anything is sealed in a row."""
    return any(getattr(row, name) is not None for name in words_of(row.__mapper__.class_))


@cache
def words_of(model: Any) -> tuple[str, ...]:
    """The sealed columns of a table that are emptied."""
    columns = model.__mapper__.column_attrs
    return tuple(
        group.column
        for group in sealed_groups(model).values()
        if not str(columns[group.column].columns[0].info.get(MARK, "")).startswith("stays")
    )


def unexplained() -> list[str]:
    """Sealed columns of an organisation's tables which no erasure reaches and of which nobody has said why."""
    reached = {reach.PERSONS, reach.CASES, *(part.name for part in parts())}
    return [
        f"{table.name}.{column.name}"
        for table in Base.metadata.sorted_tables
        if table.name in scoped_tables() and table.name not in reached
        for column in table.c
        if column.info.get("sealed") and MARK not in column.info
    ]


def _rows(part: Part, ids: Mapping[str, Collection[UUID]], *, only_ids: bool = False) -> Iterator[Any]:
    wanted_of = part.model.id if only_ids else part.model
    for link in carrying(part):
        wanted = sorted(ids.get(link.target, ()), key=str)
        for start in range(0, len(wanted), AT_ONCE):
            some = wanted[start : start + AT_ONCE]
            yield from db.session.scalars(select(wanted_of).where(getattr(part.model, link.key).in_(some)))


def _across(side_table: str) -> Iterator[tuple[str, str]]:
    """Rows that two organisations share, of which this table holds one's own side: their table, the side's column."""
    for mapper in Base.registry.mappers:
        table, key = getattr(mapper.class_, "__sides__", ("", ""))
        if table == side_table:
            yield mapper.class_.__tablename__, key


def _cases(person_ids: Collection[UUID]) -> tuple[list[Case], list[Case]]:
    """The cases in which the person is or was: those of nobody else, and those with others."""
    of_them = select(CaseParty.case_id).where(CaseParty.person_id.in_(list(person_ids)))
    others = (
        select(CaseParty.case_id)
        .join(Person, CaseParty.person_id == Person.id)
        .where(
            CaseParty.voided_at.is_(None),
            CaseParty.person_id.not_in(list(person_ids)),
            Person.erased_on.is_(None),
        )
    )
    with_others = set(db.session.scalars(others.where(CaseParty.case_id.in_(of_them))))
    found = list(db.session.scalars(select(Case).where(Case.id.in_(of_them)).order_by(Case.number)))
    alone = [one for one in found if one.id not in with_others]
    return alone, [one for one in found if one.id in with_others]


def _attended_alone(shared: Collection[Case], person_ids: Collection[UUID]) -> list[Consultation]:
    """Sessions of cases with others, in which nobody of the others took part."""
    if not shared:
        return []
    of_cases = Consultation.case_id.in_([one.id for one in shared])
    mine = select(Attendance.consultation_id).where(Attendance.person_id.in_(list(person_ids)))
    others = select(Attendance.consultation_id).where(Attendance.person_id.not_in(list(person_ids)))
    held = select(Consultation).where(of_cases, Consultation.id.in_(mine), Consultation.id.not_in(others))
    return list(db.session.scalars(held))


def _left(shared: Collection[Case], ids: Mapping[str, Collection[UUID]]) -> dict[str, int]:
    """What is written in the cases with others and not emptied, by table."""
    found: dict[str, int] = {}
    case_ids = [one.id for one in shared]
    for part in parts():
        link = next((one for one in part.links if one.target == reach.CASES), None)
        words = [getattr(part.model, name) for name in words_of(part.model)]
        if not case_ids or link is None or not words or goes(part):
            continue
        written = or_(*(one.is_not(None) for one in words))
        rows = select(part.model.id).where(getattr(part.model, link.key).in_(case_ids), written)
        count = sum(1 for one in db.session.scalars(rows) if one not in ids[part.name])
        if count:
            found[part.name] = count
    return found
