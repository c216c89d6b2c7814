"""What hangs on a case and its persons, and what of it goes along to another partner.

Found in the metadata of the tables: a new feature's table is covered the day it exists. A column whose rows stay, or
whose value does, says so and why: `info={"transfer": "stays: …"}`.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import Uuid, select
from sqlalchemy.orm import Mapper, Session

from casework.accounts.models import User
from casework.cases.models import Case, CaseEvent
from casework.consultations.models import Attendance, Consultation
from casework.core import reach
from casework.core.columns import sealed_groups
from casework.core.db import Base
from casework.core.reach import Link, Part
from casework.persons.models import Person, StatusEntry
from casework.persons.rules import Dimension
from casework.proceedings.models import Act

AT_ONCE = 500
MARK = "transfer"
"""Under which a column says that its rows, or its values, stay."""


LEFT_OUT: dict[str, Callable[[Any], bool]] = {
    # Who was put into the case by mistake, and who of the sender's staff had it, says nothing about it to the receiver.
    CaseEvent.__tablename__: lambda row: row.kind in ("reassigned", "party_voided"),
    # That nobody answered in time is found anew from the acts.
    Act.__tablename__: lambda row: row.is_deemed,
    # With the receiver the person is registered from the day of the transfer.
    StatusEntry.__tablename__: lambda row: row.dimension == Dimension.REGISTRATION,
    # What was agreed to for somebody else is between the person, the sender and them.
    "consents": lambda row: row.recipient is not None,
}
"""Rows of a table that goes along which stay all the same."""


def parts() -> tuple[Part, ...]:
    """Every table that hangs on cases or persons, each after those that its rows refer to."""
    return reach.parts(MARK)


def links_of(mapper: Mapper[Any]) -> list[Link]:
    """What the rows of a table refer to, by the name of the column."""
    return reach.links_of(mapper, MARK)


def going() -> list[Part]:
    return [one for one in parts() if one.stays is None]


def staying() -> dict[str, str]:
    """Which tables stay with the sender, and why."""
    return {one.name: one.stays for one in parts() if one.stays is not None}


# -- what of one case goes along -----------------------------------------------------------------------------------


@dataclass
class Load:
    """The rows of one case and its persons, by the name of their table, each after those that it refers to."""

    case: Case
    persons: list[Person]
    rows: dict[str, list[Any]] = field(default_factory=dict)

    def all(self) -> Iterator[Any]:
        yield self.case
        yield from self.persons
        for rows in self.rows.values():
            yield from rows

    @property
    def counts(self) -> dict[str, int]:
        return {"persons": len(self.persons), **{name: len(rows) for name, rows in self.rows.items() if rows}}


def load(session: Session, case: Case, person_ids: Collection[UUID]) -> Load:
    """What goes along with a case and these of its persons. Nothing that names anybody else does."""
    chosen = set(person_ids)
    persons = [party.person for party in case.parties if party.person_id in chosen]
    found = Load(case, persons)
    ids: dict[str, set[UUID]] = {"cases": {case.id}, "persons": {one.id for one in persons}}
    is_whole = {party.person_id for party in case.parties} <= chosen
    for part in going():
        rows = [row for row in _owned(session, part, ids[part.owner.target]) if _goes(part, row, ids)]
        if part.model is Consultation and not is_whole:
            rows = _attended(session, rows, ids["persons"])
        found.rows[part.name] = rows
        ids[part.name] = {row.id for row in rows}
    return found


def _owned(session: Session, part: Part, owners: Collection[UUID]) -> Iterator[Any]:
    column, wanted = getattr(part.model, part.owner.key), sorted(owners, key=str)
    for start in range(0, len(wanted), AT_ONCE):
        statement = select(part.model).where(column.in_(wanted[start : start + AT_ONCE])).order_by(part.model.id)
        yield from session.scalars(statement)


def _goes(part: Part, row: Any, ids: Mapping[str, Collection[UUID]]) -> bool:
    if part.name in LEFT_OUT and LEFT_OUT[part.name](row):
        return False
    for link in part.links:
        value = getattr(row, link.key)
        # A paper about somebody else stays; that somebody else answered for the person does not keep the answer here.
        must = not link.nullable or (link.is_of_a_person and not part.is_of_persons)
        if link.stays is None and value is not None and must and value not in ids.get(link.target, ()):
            return False
    return True


def _attended(session: Session, rows: list[Any], persons: Collection[UUID]) -> list[Any]:
    """The sessions in which somebody of these took part."""
    there = select(Attendance.consultation_id).where(Attendance.person_id.in_(list(persons)))
    held = set(session.scalars(there))
    return [row for row in rows if row.id in held]


# -- what a row says when it has moved -------------------------------------------------------------------------------


@dataclass(frozen=True)
class Ids:
    """What the ids of the sender's rows become: derived from the transfer, so that twice copied is once there."""

    transfer_id: UUID
    known: frozenset[UUID]
    instead: Mapping[UUID, UUID] = field(default_factory=dict)
    """Persons whom the receiver has recorded already."""
    house: frozenset[UUID] = frozenset()
    """Ids of what belongs to the installation, such as procedures: they stay what they are."""

    def of(self, old: UUID) -> UUID | None:
        if old in self.instead:
            return self.instead[old]
        return self.made(old) if old in self.known else None

    def made(self, old: UUID) -> UUID:
        return uuid5(self.transfer_id, str(old))

    def within(self, value: Any) -> Any:
        """The same value with the new ids in it, however deep; the ids of what did not move are left out."""
        if isinstance(value, UUID):
            return value if value in self.house else self.of(value)
        if isinstance(value, str):
            return self._text(value)
        if isinstance(value, list):
            return [self.within(one) for one in value]
        if isinstance(value, dict):
            return {key: self.within(one) for key, one in value.items()}
        return value

    def _text(self, value: str) -> str | None:
        if len(value) != 36 or value.count("-") != 4:
            return value
        try:
            named = UUID(value)
        except ValueError:
            return value
        found = self.within(named)
        return str(found) if found is not None else None


KEPT = frozenset({"id", "organisation_id", "version"})
"""What a row never brings along."""


def values(row: Any, ids: Ids, lawyer_id: UUID) -> dict[str, Any]:
    """The plain columns of a row as the receiver writes them: whoever of the sender's staff it names is not in them."""
    mapper: Mapper[Any] = row.__mapper__
    links = {link.key: link.target for link in links_of(mapper)}
    found: dict[str, Any] = {}
    for attribute in mapper.column_attrs:
        column: Any = attribute.columns[0]
        if attribute.key in KEPT or column.info.get("sealed") or "transfer" in column.info:
            continue
        value = getattr(row, attribute.key)
        target = links.get(attribute.key)
        if target == User.__tablename__:
            value = None if column.nullable else lawyer_id
        elif target is not None and not _is_of_an_organisation(target):
            pass  # a procedure, a time limit, a template: the same for everyone
        else:
            value = ids.within(value)
        found[attribute.key] = value
    return found


def groups(row: Any) -> dict[str, Any]:
    """What is sealed in a row, opened; without what stays with whoever wrote it."""
    columns = row.__mapper__.column_attrs
    return {
        name: getattr(row, name)
        for name, group in sealed_groups(type(row)).items()
        if "transfer" not in columns[group.column].columns[0].info and getattr(row, group.column) is not None
    }


def sealed_columns(model: Any) -> list[str]:
    """The columns of a table that are emptied when its rows have moved."""
    return [group.column for group in sealed_groups(model).values()]


def _is_of_an_organisation(table_name: str) -> bool:
    table = Base.metadata.tables[table_name]
    return "organisation_id" in table.c and isinstance(table.c.organisation_id.type, Uuid)
