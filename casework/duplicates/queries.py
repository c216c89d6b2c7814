"""Likely pairs of one's own organisation: the queue and its parts, one pair, and how far the search has come."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select, true
from sqlalchemy.orm import selectinload

from casework.cases.models import Case, CaseParty
from casework.core import paging, withheld
from casework.core.db import db
from casework.core.paging import Page
from casework.duplicates.models import DuplicatePair, DuplicateSearch, Merge
from casework.duplicates.rules import IN_ORDER, Decision
from casework.persons.models import Person

PAGE = 25
PARTS = ("open", "unsure", "same", "decided")
"""Of the queue: nobody has looked; waits for the supervisor; waits to be merged; done."""

_WITH_PERSONS = (selectinload(DuplicatePair.person), selectinload(DuplicatePair.other))


def pair(pair_id: UUID) -> DuplicatePair | None:
    return db.session.scalar(select(DuplicatePair).where(DuplicatePair.id == pair_id).options(*_WITH_PERSONS))


def pair_between(one: UUID, other: UUID) -> DuplicatePair | None:
    """The pair of these two records, whichever was registered first."""
    return db.session.scalar(
        select(DuplicatePair)
        .where(DuplicatePair.person_id.in_((one, other)), DuplicatePair.other_id.in_((one, other)))
        .options(*_WITH_PERSONS)
    )


def pairs_with(ids: Collection[UUID]) -> list[DuplicatePair]:
    """Every pair that one of these records is in, decided or not."""
    statement = select(DuplicatePair).where(or_(DuplicatePair.person_id.in_(ids), DuplicatePair.other_id.in_(ids)))
    return list(db.session.scalars(statement))


def of_person(person_id: UUID) -> list[DuplicatePair]:
    """The pairs of a record that still wait for somebody, the likeliest first."""
    waits = or_(_part("open"), _part("unsure"), _part("same"))
    statement = (
        select(DuplicatePair)
        .where(_is_with(person_id), waits, _may_be_seen())
        .order_by(*_order())
        .options(*_WITH_PERSONS)
    )
    return list(db.session.scalars(statement))


def _may_be_seen() -> ColumnElement[bool]:
    """Without pairs of which a record is restricted: whom somebody is like says who they are."""
    hidden = withheld.mine().persons
    return and_(DuplicatePair.person_id.not_in(hidden), DuplicatePair.other_id.not_in(hidden)) if hidden else true()


def _is_with(person_id: UUID) -> ColumnElement[bool]:
    return or_(DuplicatePair.person_id == person_id, DuplicatePair.other_id == person_id)


def open_count(lawyer_id: UUID | None = None) -> int:
    """How many pairs nobody has looked at, of all or of one lawyer's people."""
    return _count("open", lawyer_id)


def waiting_for_supervisor() -> int:
    """How many pairs wait for the supervisor: somebody was unsure, or they are to be merged."""
    return _count("unsure") + _count("same")


def _count(part: str, lawyer_id: UUID | None = None) -> int:
    return db.session.scalar(_narrowed(select(func.count()).select_from(DuplicatePair), part, lawyer_id)) or 0


def counts(lawyer_id: UUID | None = None) -> dict[str, int]:
    """How long each part of the queue is."""
    return {part: _count(part, lawyer_id) for part in PARTS}


def page(part: str, lawyer_id: UUID | None, number: int) -> Page[DuplicatePair]:
    """A page of one part of the queue: what waits, the surest first; what is decided, the latest first."""
    statement = _narrowed(select(DuplicatePair), part, lawyer_id).order_by(*_order(part)).options(*_WITH_PERSONS)
    return paging.page(statement, _count(part, lawyer_id), number, PAGE)


def following(current: DuplicatePair, part: str, lawyer_id: UUID | None = None) -> DuplicatePair | None:
    """The pair after this one in a part of the queue; after the last comes the first, and never the same."""
    rest = _narrowed(select(DuplicatePair), part, lawyer_id).where(DuplicatePair.id != current.id)
    rest = rest.order_by(*_order()).limit(1)
    return db.session.scalar(rest.where(_is_after(current))) or db.session.scalar(rest)


def place(current: DuplicatePair, part: str, lawyer_id: UUID | None = None) -> int:
    """The how-manieth this one is in a part of the queue."""
    wanted = _narrowed(select(func.count()).select_from(DuplicatePair), part, lawyer_id)
    after = wanted.where(_is_after(current))
    return _count(part, lawyer_id) - (db.session.scalar(after) or 0)


def _rank() -> ColumnElement[int]:
    return case(*((DuplicatePair.confidence == one.value, n) for n, one in enumerate(IN_ORDER)), else_=len(IN_ORDER))


def _order(part: str = "open") -> tuple[Any, ...]:
    if part == "decided":
        return DuplicatePair.decided_at.desc(), DuplicatePair.id
    return _rank(), DuplicatePair.found_at, DuplicatePair.id


def _is_after(current: DuplicatePair) -> ColumnElement[bool]:
    ranks = [one.value for one in IN_ORDER]
    rank = ranks.index(current.confidence) if current.confidence in ranks else len(ranks)
    found_at, found_with_it = DuplicatePair.found_at, DuplicatePair.found_at == current.found_at
    later = or_(found_at > current.found_at, and_(found_with_it, DuplicatePair.id > current.id))
    return or_(_rank() > rank, and_(_rank() == rank, later))


def _narrowed(statement: Select[Any], part: str, lawyer_id: UUID | None) -> Select[Any]:
    statement = statement.where(_part(part), _may_be_seen())
    return statement.where(_is_of(lawyer_id)) if lawyer_id is not None else statement


def _part(name: str) -> ColumnElement[bool]:
    is_over = _is_over()
    if name == "decided":
        return and_(
            DuplicatePair.decision.is_not(None), or_(DuplicatePair.decision == Decision.DIFFERENT.value, is_over)
        )
    wanted = DuplicatePair.decision.is_(None) if name == "open" else DuplicatePair.decision == name
    return and_(wanted, ~is_over)


def _is_over() -> ColumnElement[bool]:
    return or_(
        DuplicatePair.person.has(Person.merged_into_id.is_not(None)),
        DuplicatePair.other.has(Person.merged_into_id.is_not(None)),
    )


def _is_of(lawyer_id: UUID) -> ColumnElement[bool]:
    """About somebody whom this lawyer registered, or who is in an open case of theirs."""
    theirs = (
        select(CaseParty.person_id)
        .join(Case, Case.id == CaseParty.case_id)
        .where(CaseParty.voided_at.is_(None), Case.lawyer_id == lawyer_id, Case.closed_on.is_(None))
    )
    return or_(
        *(
            or_(side.has(Person.registered_by_id == lawyer_id), column.in_(theirs))
            for side, column in (
                (DuplicatePair.person, DuplicatePair.person_id),
                (DuplicatePair.other, DuplicatePair.other_id),
            )
        )
    )


# -- merges -------------------------------------------------------------------------------------------------------


def merges_of(person_id: UUID) -> list[Merge]:
    """The merges that stand of which a record is a part, the latest first."""
    either = or_(Merge.kept_id == person_id, Merge.gone_id == person_id)
    return list(
        db.session.scalars(select(Merge).where(either, Merge.undone_at.is_(None)).order_by(Merge.merged_at.desc()))
    )


def merge_of(gone_id: UUID) -> Merge | None:
    """The merge that stands by which this record went into another."""
    return db.session.scalar(select(Merge).where(Merge.gone_id == gone_id, Merge.undone_at.is_(None)))


def merge_by_id(merge_id: UUID) -> Merge | None:
    return db.session.scalar(select(Merge).where(Merge.id == merge_id))


# -- the search ------------------------------------------------------------------------------------------------------


def search(*, to_go_on: bool = False) -> DuplicateSearch | None:
    """How far the search of one's own organisation has come; held against others when it is to go on."""
    statement = select(DuplicateSearch).execution_options(populate_existing=True)
    return db.session.scalar(statement.with_for_update() if to_go_on else statement)


def living_count() -> int:
    """How many records there are that were not merged into another."""
    return db.session.scalar(select(func.count()).select_from(Person).where(Person.merged_into_id.is_(None))) or 0


def next_ids(after: UUID | None, limit: int) -> list[UUID]:
    """The records that come next when all are looked at."""
    statement = select(Person.id).where(Person.merged_into_id.is_(None)).order_by(Person.id).limit(limit)
    return list(db.session.scalars(statement.where(Person.id > after) if after is not None else statement))


def changed(since: datetime, after: tuple[datetime, UUID] | None, limit: int) -> list[tuple[datetime, UUID]]:
    """The records changed since, in the order of their change, from a place on; merged ones too."""
    statement = select(Person.changed_at, Person.id).where(Person.changed_at > since)
    if after is not None:
        moment, last = after
        statement = statement.where(
            or_(Person.changed_at > moment, and_(Person.changed_at == moment, Person.id > last))
        )
    found = db.session.execute(statement.order_by(Person.changed_at, Person.id).limit(limit))
    return [(moment, person_id) for moment, person_id in found]


def merged(ids: Iterable[UUID]) -> set[UUID]:
    """Those of these records that went into another."""
    wanted = select(Person.id).where(Person.id.in_(list(ids)), Person.merged_into_id.is_not(None))
    return set(db.session.scalars(wanted))


def told_apart_before() -> dict[frozenset[UUID], list[int]]:
    """Pairs told apart of which a record has since gone into another, by the records that go on.

    With each, how many numbers were equal then.
    """
    merged_ones = db.session.execute(select(Person.id, Person.merged_into_id).where(Person.merged_into_id.is_not(None)))
    into = {row.id: row.merged_into_id for row in merged_ones}
    if not into:
        return {}

    def going_on(person_id: UUID) -> UUID:
        while (next_id := into.get(person_id)) is not None:
            person_id = next_id
        return person_id

    found: dict[frozenset[UUID], list[int]] = {}
    for one in db.session.scalars(
        select(DuplicatePair).where(DuplicatePair.decision == Decision.DIFFERENT.value, _is_over())
    ):
        key = frozenset((going_on(one.person_id), going_on(one.other_id)))
        found.setdefault(key, []).append(one.equal_numbers)
    return found
