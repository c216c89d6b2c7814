"""Opposing parties and conflicts of one's own organisation."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from flask import current_app
from sqlalchemy import ColumnElement, Select, exists, func, or_, select
from sqlalchemy.orm import aliased, selectinload

from casework.cases.models import Case, CaseParty
from casework.conflicts.models import Conflict, OpposingLook, OpposingParty
from casework.conflicts.rules import GONE, SAYS_SOMEONE_ELSE, How, held_by, keys, opposed
from casework.core import clock, paging, withheld
from casework.core.db import db, once_per_page
from casework.core.paging import Page
from casework.elsewhere.queries import changed_by
from casework.elsewhere.rules import Due
from casework.persons import index
from casework.persons import queries as persons
from casework.persons.likeness import Confidence, Profile
from casework.persons.models import Contacts, DocumentNumber, Identity, Person
from casework.persons.rules import PartialDate
from casework.reference import queries as codes

PAGE = 25

_Columns = TypeVar("_Columns")

# -- opposing parties --------------------------------------------------------------------------------------------


def opposing_party(case_id: UUID, opposing_id: UUID) -> OpposingParty | None:
    return db.session.scalar(
        select(OpposingParty)
        .where(OpposingParty.id == opposing_id, OpposingParty.case_id == case_id)
        .options(selectinload(OpposingParty.person), selectinload(OpposingParty.case))
    )


@once_per_page
def opposing_of_case(case_id: UUID, with_void: bool = False) -> list[OpposingParty]:
    """Whom a case is against, in the order of recording; void ones last, if they are asked for."""
    statement = (
        select(OpposingParty)
        .where(OpposingParty.case_id == case_id)
        .order_by(OpposingParty.voided_at.is_not(None), OpposingParty.recorded_at)
        .options(selectinload(OpposingParty.person))
    )
    if not with_void:
        statement = statement.where(OpposingParty.voided_at.is_(None))
    return list(db.session.scalars(statement))


def profile_of(opposing: OpposingParty) -> Profile:
    """What is known of an opposing party, ready for comparing: of somebody registered, what the record says."""
    if opposing.person is not None:
        return index.profile_of(opposing.person)
    who = opposing.who
    identity = Identity(
        family_name=who.family_name,
        given_name=who.given_name,
        patronymic=who.patronymic,
        latin_name=who.latin_name,
        former_names=list(who.former_names),
        born=who.born,
        iin=who.iin,
        documents=[DocumentNumber(number=who.document)] if who.document else [],
    )
    return index.profile_from(identity, "U", PartialDate.from_text(who.born or ""), "UNK", Contacts(phone=who.phone))


@dataclass(frozen=True, slots=True)
class Standing:
    """An opposing party that is not void and not a body, ready for comparing. Lives in memory only."""

    id: UUID
    case_id: UUID
    person_id: UUID | None
    """Somebody registered: then nobody else is compared."""
    profile: Profile
    keys: frozenset[str]


_Stamp = tuple[int, datetime, UUID | None]


def standing(organisation_id: UUID) -> list[Standing]:
    """Every opposing party of an organisation. They are few: each is opened once by a worker, and again when changed.

    Which there are is asked anew each time, so that what is kept in memory is never more than what was opened.
    """
    kept: dict[UUID, dict[UUID, tuple[_Stamp, Standing]]] = current_app.extensions.setdefault("opposing", {})
    before = kept.get(organisation_id, {})
    there = {
        row.id: (row.version, row.changed_at, row.person_id)
        for row in db.session.execute(
            select(OpposingParty.id, OpposingParty.version, OpposingParty.changed_at, OpposingParty.person_id).where(
                OpposingParty.organisation_id == organisation_id,
                OpposingParty.voided_at.is_(None),
                OpposingParty.is_body.is_(False),
            )
        )
    }
    now = {one: before[one] for one, stamp in there.items() if one in before and before[one][0] == stamp}
    missing = there.keys() - now.keys()
    if missing:
        with withheld.unveiled("what is kept is everybody's: it is compared, never shown"):
            for row in db.session.scalars(select(OpposingParty).where(OpposingParty.id.in_(missing))):
                # Of somebody registered only the number of the record is compared.
                profile = profile_of(row) if row.person_id is None else Profile(person_id=row.person_id)
                found = Standing(row.id, row.case_id, row.person_id, profile, keys(profile))
                now[row.id] = (there[row.id], found)
    kept[organisation_id] = now
    return [found for _, found in now.values()]


def parties_of(case_ids: Iterable[UUID]) -> dict[UUID, set[UUID]]:
    """Who is in each of these cases."""
    found: dict[UUID, set[UUID]] = {}
    statement = select(CaseParty.case_id, CaseParty.person_id).where(
        CaseParty.case_id.in_(list(case_ids)), CaseParty.voided_at.is_(None)
    )
    for case_id, person_id in db.session.execute(statement):
        found.setdefault(case_id, set()).add(person_id)
    return found


def clients_among(person_ids: Collection[UUID], *, with_open_case: bool = False) -> set[UUID]:
    """Which of these persons are in a case, or were: a former client is owed silence, too."""
    statement = select(CaseParty.person_id).where(
        CaseParty.person_id.in_(list(person_ids)), CaseParty.voided_at.is_(None)
    )
    if with_open_case:
        statement = statement.join(Case, Case.id == CaseParty.case_id).where(Case.closed_on.is_(None))
    return set(db.session.scalars(statement)) if person_ids else set()


# -- conflicts ---------------------------------------------------------------------------------------------------


def _alive(statement: Select[_Columns]) -> Select[_Columns]:
    """Conflicts whose facts stand: nothing is void, nobody merged away, and somebody still acts for one side."""
    return (
        statement.select_from(Conflict)
        .outerjoin(OpposingParty, OpposingParty.id == Conflict.opposing_id)
        .outerjoin(Case, Case.id == OpposingParty.case_id)
        .outerjoin(Person, Person.id == Conflict.person_id)
        .where(
            Conflict.confidence != GONE,
            OpposingParty.voided_at.is_(None),
            Person.merged_into_id.is_(None),
            or_(Conflict.how == How.ELSEWHERE, Case.closed_on.is_(None), _has_open_case()),
        )
    )


def _conflicts() -> Select[Conflict]:
    """The same with the persons and cases of both sides."""
    opposing = selectinload(Conflict.opposing)
    case = opposing.selectinload(OpposingParty.case)
    return _alive(select(Conflict)).options(
        selectinload(Conflict.person),
        opposing.selectinload(OpposingParty.person),
        case.selectinload(Case.lawyer),
        case.selectinload(Case.parties).selectinload(CaseParty.person),
    )


def _has_open_case() -> ColumnElement[bool]:
    theirs, party = aliased(Case), aliased(CaseParty)
    return exists(
        select(party.id)
        .join(theirs, theirs.id == party.case_id)
        .where(party.person_id == Conflict.person_id, party.voided_at.is_(None), theirs.closed_on.is_(None))
    )


def conflict(conflict_id: UUID) -> Conflict | None:
    return db.session.scalar(_conflicts().where(Conflict.id == conflict_id))


def of_person(person_ids: Collection[UUID]) -> list[Conflict]:
    """The conflicts in which these persons may be on the other side of somebody’s case, the undecided first."""
    if not person_ids:
        return []
    return list(db.session.scalars(_conflicts().where(Conflict.person_id.in_(list(person_ids))).order_by(*_order())))


def of_case(case_id: UUID) -> list[Conflict]:
    """The conflicts with whom this case is against."""
    return list(db.session.scalars(_conflicts().where(OpposingParty.case_id == case_id).order_by(*_order())))


def _order() -> tuple[Any, ...]:
    """What is to be decided first, and of that what is surest: certain, likely, possible."""
    return Conflict.decision.is_not(None), Conflict.confidence, Conflict.found_at, Conflict.id


def page(decided: bool, number: int = 1) -> Page[Conflict]:
    """The queue of the supervisor: what waits, or what was decided."""
    order = (Conflict.decided_at.desc(), Conflict.id) if decided else _order()
    return paging.page(_conflicts().where(_is_decided(decided)).order_by(*order), _count(decided), number, PAGE)


def _is_decided(decided: bool) -> ColumnElement[bool]:
    return Conflict.decision.is_not(None) if decided else Conflict.decision.is_(None)


def _count(decided: bool) -> int:
    return db.session.scalar(_alive(select(func.count())).where(_is_decided(decided))) or 0


def open_count() -> int:
    """How many conflicts wait for the supervisor."""
    return _count(False)


def decided_count() -> int:
    return _count(True)


def next_open(but: UUID) -> Conflict | None:
    """What waits next, after one was decided."""
    return db.session.scalar(_conflicts().where(_is_decided(False), Conflict.id != but).order_by(*_order()).limit(1))


def inside(person_ids: Collection[UUID]) -> list[Conflict]:
    """Every row about these persons within the organisation, gone ones too: for checking anew."""
    return list(
        db.session.scalars(
            select(Conflict).where(Conflict.person_id.in_(list(person_ids)), Conflict.how != How.ELSEWHERE)
        )
    )


def persons_opposed_by(opposing_id: UUID) -> set[UUID]:
    """Whom an opposing party was found to be, or to be related to."""
    statement = select(Conflict.person_id).where(Conflict.opposing_id == opposing_id, Conflict.how != How.ELSEWHERE)
    return {one for one in db.session.scalars(statement) if one is not None}


def needing_two_lawyers(person_ids: Collection[UUID], case_id: UUID | None = None) -> list[Conflict]:
    """The conflicts of these persons, or with whom this case is against, that were decided as: two lawyers."""
    ids = set(person_ids) | {gone.id for one in person_ids for gone in persons.merged_into(one)}
    return _needing_two_lawyers(ids, [case_id] if case_id is not None else [])


def needing_two_lawyers_in(chosen: Collection[Case]) -> dict[UUID, list[Conflict]]:
    """The same for each of many cases, in a few questions."""
    record_of = persons.records_of({party.person_id for one in chosen for party in one.parties})
    found: dict[UUID, list[Conflict]] = {}
    for conflict in _needing_two_lawyers([one for one in record_of if one], [one.id for one in chosen]):
        person_id = record_of.get(conflict.person_id)
        for one in chosen:
            is_against = conflict.opposing is not None and conflict.opposing.case_id == one.id
            if is_against or (person_id is not None and person_id in {party.person_id for party in one.parties}):
                found.setdefault(one.id, []).append(conflict)
    return found


def _needing_two_lawyers(person_ids: Collection[UUID], case_ids: Collection[UUID]) -> list[Conflict]:
    means = [item.code for item in codes.items("conflict_decision") if item.attributes.get("separate_lawyers")]
    concerned = or_(Conflict.person_id.in_(person_ids), OpposingParty.case_id.in_(case_ids))
    return list(
        db.session.scalars(
            select(Conflict)
            .join(OpposingParty, OpposingParty.id == Conflict.opposing_id)
            .where(
                Conflict.decision.in_(means),
                Conflict.confidence != GONE,
                OpposingParty.voided_at.is_(None),
                concerned,
            )
            .options(selectinload(Conflict.opposing).selectinload(OpposingParty.case))
        )
    )


def still_with_one_lawyer(conflict: Conflict, of_person: Iterable[Case]) -> Case | None:
    """The open case of the client that is with the lawyer of the case against them, when there are to be two."""
    opposing = conflict.opposing
    if opposing is None or not opposing.case.is_open or not needs_two_lawyers(conflict):
        return None
    return held_by(of_person, opposing.case.lawyer_id, but={opposing.case_id})


def needs_two_lawyers(conflict: Conflict) -> bool:
    return bool(codes.attribute("conflict_decision", conflict.decision, "separate_lawyers"))


def compared_person(conflict: Conflict) -> Person | None:
    """Who is compared with the opposing party: the client, or the relative of theirs who is most like it."""
    opposing, client = conflict.opposing, conflict.person
    if opposing is None or client is None or conflict.how != How.RELATIVE:
        return client
    links = persons.relatives(client.id)
    ids = {link.relative_id if link.person_id == client.id else link.person_id for link in links}
    if opposing.person_id is not None:
        return persons.persons(ids & {opposing.person_id}).get(opposing.person_id)
    against = profile_of(opposing)
    order = list(Confidence)
    found = [(opposed(against, index.profile_of(one)), one) for one in persons.persons(ids).values()]
    alike = [(order.index(sure), one.number, one) for sure, one in found if sure is not None]
    return min(alike, key=lambda one: one[:2])[2] if alike else None


def opposed_to_each_other(one: UUID, other: UUID) -> list[tuple[OpposingParty, bool]]:
    """Where one of two records is a client and the other is, surely or perhaps, whom the case is against."""
    both = {one, other}
    cases_of = select(CaseParty.case_id).where(CaseParty.person_id.in_(both), CaseParty.voided_at.is_(None))
    statement = select(OpposingParty).where(OpposingParty.case_id.in_(cases_of), OpposingParty.voided_at.is_(None))
    against = list(db.session.scalars(statement.options(selectinload(OpposingParty.case))))
    parties = parties_of(opposing.case_id for opposing in against)
    rows = to_show(row for row in inside(both) if row.how == How.DIRECT and row.confidence != GONE)
    sure = {(row.opposing_id, row.person_id): row.confidence == Confidence.CERTAIN for row in rows}
    found = []
    for opposing in sorted(against, key=lambda opposing: opposing.case.number):
        for person_id in both - parties[opposing.case_id]:
            if opposing.person_id == person_id:
                found.append((opposing, True))
            elif (opposing.id, person_id) in sure:
                found.append((opposing, sure[opposing.id, person_id]))
    return found


def to_show(found: Iterable[Conflict]) -> list[Conflict]:
    """Without those that turned out to be about somebody else: they are no conflicts."""
    return [one for one in found if one.decision != SAYS_SOMEONE_ELSE]


# -- across organisations ----------------------------------------------------------------------------------------


def elsewhere() -> list[Conflict]:
    return list(db.session.scalars(select(Conflict).where(Conflict.how == How.ELSEWHERE)))


def looks() -> dict[UUID, OpposingLook]:
    return {one.opposing_id: one for one in db.session.scalars(select(OpposingLook))}


def written_at(opposing: OpposingParty) -> datetime:
    """When what is compared of an opposing party was last written: of somebody registered, in the record, too."""
    person = opposing.person
    return opposing.changed_at if person is None else max(opposing.changed_at, person.changed_at)


def in_turn(
    opposing: Iterable[OpposingParty], looks: Mapping[UUID, OpposingLook], since: datetime | None = None
) -> list[Due]:
    """Opposing parties as what waits for its turn: with whoever recorded them, or wrote in them since the last one.

    `since`: count what was written after this, instead of after the last turn.
    """
    everyone = list(opposing)
    changed = changed_by(OpposingParty.__tablename__, [one.id for one in everyone])
    changed |= changed_by(Person.__tablename__, [one.person_id for one in everyone if one.person_id is not None])
    found = []
    for one in everyone:
        look = looks.get(one.id)
        after = since or (look.looked_at if look is not None else None)
        writing = [*changed.get(one.id, ()), *(changed.get(one.person_id, ()) if one.person_id is not None else ())]
        users = {by for by, at in writing if after is None or at > after}
        users |= {one.recorded_by_id} if one.recorded_by_id is not None else set()
        looked_on = clock.day_of(look.looked_at) if look is not None else None
        found.append(Due(one.id, written_at(one), frozenset(users), looked_on))
    return found


def every_standing() -> list[OpposingParty]:
    """Every opposing party that is a person and not void, the longest unchanged first."""
    return list(
        db.session.scalars(
            select(OpposingParty)
            .where(OpposingParty.voided_at.is_(None), OpposingParty.is_body.is_(False))
            .order_by(OpposingParty.changed_at, OpposingParty.id)
            .options(selectinload(OpposingParty.person), selectinload(OpposingParty.case))
        )
    )
