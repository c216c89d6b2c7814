"""One's own side of the questions between partners; and, once both have agreed, the one look at the other's."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, time
from uuid import UUID

from flask import g
from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, contains_eager, selectinload

from casework.accounts.models import Organisation, User
from casework.accounts.permissions import Role
from casework.core import audit, clock
from casework.core.audit import Revision
from casework.core.db import db, session_for
from casework.core.scope import Principal, acting_as, system
from casework.elsewhere.models import ElsewhereLook, Overlap, OverlapSide
from casework.elsewhere.rules import OPEN_TO_BOTH, PAUSE, Due, Standing, numbers, standing, within_limits
from casework.persons import index
from casework.persons import queries as persons
from casework.persons.models import Person

REASON = "known elsewhere"


def the_system(organisation_id: UUID | None = None) -> Principal:
    """Who looks across organisations, and in whose name it stands in their trails."""
    return system(REASON, organisation_id)


@contextmanager
def reading_in(organisation_id: UUID) -> Iterator[None]:
    """Act as the system in one organisation, and only read: in a session of its own, which takes no write lock."""
    with acting_as(the_system(organisation_id)):
        g.reading = True
        yield


# -- one's own side ----------------------------------------------------------------------------------------------

PARTS: dict[str, frozenset[Standing]] = {
    "answer": frozenset({Standing.ASKED}),
    "compare": frozenset({Standing.COMPARING}),
    "ask": frozenset({Standing.OPEN, Standing.NOT_AGREED}),
    "waiting": frozenset({Standing.WAITING, Standing.SAID}),
    "settled": frozenset({Standing.SAME, Standing.DIFFERENT}),
}
"""How the list is divided; what is not settled is open."""


def sides(part: str | None = None) -> list[OverlapSide]:
    """One's own sides of what is open, or of one part; those that wait for something from here first.

    Never in the order in which they were found, for that would tell when the other side wrote what.
    """
    wanted = PARTS.get(part or "") or frozenset(Standing) - PARTS["settled"]
    order = [one for group in PARTS.values() for one in sorted(group)]
    found = [one for one in _sides() if standing_of(one) in wanted]
    return sorted(found, key=lambda one: (order.index(standing_of(one)), one.person.number, str(one.id)))


def _sides() -> list[OverlapSide]:
    statement = (
        select(OverlapSide)
        .join(OverlapSide.overlap)
        .options(contains_eager(OverlapSide.overlap), selectinload(OverlapSide.person))
    )
    return list(db.session.scalars(statement))


def counts() -> dict[str, int]:
    """How many of one's own sides are in each part."""
    standings = [standing_of(one) for one in _sides()]
    return {part: sum(one in wanted for one in standings) for part, wanted in PARTS.items()}


def side(side_id: UUID) -> OverlapSide | None:
    statement = select(OverlapSide).where(OverlapSide.id == side_id)
    return db.session.scalar(statement.options(selectinload(OverlapSide.overlap), selectinload(OverlapSide.person)))


def of_person(person_id: UUID) -> list[OverlapSide]:
    """The questions about a record that are open, for its page."""
    statement = select(OverlapSide).where(OverlapSide.person_id == person_id)
    found = db.session.scalars(statement.options(selectinload(OverlapSide.overlap)))
    settled = PARTS["settled"]
    return sorted((one for one in found if standing_of(one) not in settled), key=lambda one: str(one.id))


def every_of(person_id: UUID) -> list[OverlapSide]:
    """All one's own sides of questions about a record, settled ones too."""
    statement = select(OverlapSide).where(OverlapSide.person_id == person_id)
    return list(db.session.scalars(statement.options(selectinload(OverlapSide.overlap))))


def standing_of(one: OverlapSide) -> Standing:
    return standing(one.overlap, one)


def person_of(one: OverlapSide) -> Person:
    """Whom it is about: of a record that was merged, the one that goes on."""
    return persons.person(one.person_id) or one.person


# -- the other side ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Other:
    """What the system must know of the other side to take a step. Nothing of it is shown."""

    side_id: UUID
    organisation_id: UUID
    person_id: UUID
    verdict: str | None


def other(one: OverlapSide) -> Other | None:
    with session_for(the_system(), reading=True) as apart:
        found = _other(apart, one)
        return Other(found.id, found.organisation_id, found.person_id, found.verdict) if found is not None else None


def _other(apart: Session, one: OverlapSide) -> OverlapSide | None:
    return apart.scalar(
        select(OverlapSide).where(
            OverlapSide.overlap_id == one.overlap_id, OverlapSide.organisation_id != one.organisation_id
        )
    )


@dataclass(frozen=True)
class Card:
    """What a side sees of the other once both have agreed: never more."""

    partner: str
    name: str
    birth_year: int | None
    number: str
    supervisors: tuple[tuple[str, str], ...]
    """(name, e-mail) of whom to call."""
    shared_numbers: frozenset[str] = frozenset()
    """Numbers that stand in both records: kept with a verdict, and shown to nobody."""


def card(one: OverlapSide) -> Card | None:
    """The other side's record, read now; None unless both have agreed and still do. Noted in both trails.

    The only place where anything of a record passes from one organisation to another.
    """
    with session_for(the_system(), reading=True) as apart:
        # The state is read anew: what the request holds of it may be older than a withdrawal.
        question, mine = apart.get(Overlap, one.overlap_id), apart.get(OverlapSide, one.id)
        theirs = _other(apart, one)
        if question is None or question.state not in OPEN_TO_BOTH or mine is None or theirs is None:
            return None
        partner = apart.get_one(Organisation, theirs.organisation_id)
        if mine.consent_on is None or theirs.consent_on is None or not partner.is_active:
            return None
        own, found = _going_on(apart, mine.person_id), _going_on(apart, theirs.person_id)
        audit.note("elsewhere:card", "persons", own.id)
        audit.note("elsewhere:shown", "persons", found.id, who=the_system(theirs.organisation_id))
        return Card(
            partner=partner.name,
            name=found.identity.full_name or found.identity.latin_name or "",
            birth_year=found.birth_year,
            number=found.number,
            supervisors=_supervisors(apart, theirs.organisation_id),
            shared_numbers=numbers(index.profile_of(own)) & numbers(index.profile_of(found)),
        )


def _going_on(apart: Session, person_id: UUID) -> Person:
    found = apart.get_one(Person, person_id)
    return found if found.merged_into_id is None else _going_on(apart, found.merged_into_id)


def _supervisors(apart: Session, organisation_id: UUID) -> tuple[tuple[str, str], ...]:
    statement = select(User.name, User.email).where(
        User.organisation_id == organisation_id, User.role == Role.SUPERVISOR, User.is_active
    )
    return tuple((row.name, row.email) for row in apart.execute(statement.order_by(User.name)))


# -- what the daily look needs, as the system ---------------------------------------------------------------------


def partners() -> list[UUID]:
    """The organisations that hold persons."""
    statement = select(Organisation.id).where(Organisation.kind == "partner", Organisation.is_active)
    return list(db.session.scalars(statement.order_by(Organisation.id)))


def due() -> list[Due]:
    """The records of the acting organisation that are new or were changed since they were last compared."""
    last = (
        select(
            ElsewhereLook.person_id,
            func.max(ElsewhereLook.looked_at).label("looked_at"),
            func.max(ElsewhereLook.changed_at).label("changed_at"),
        )
        .group_by(ElsewhereLook.person_id)
        .subquery()
    )
    statement = (
        select(Person.id, Person.changed_at, Person.registered_by_id, last.c.looked_at)
        .outerjoin(last, last.c.person_id == Person.id)
        .where(
            Person.merged_into_id.is_(None),
            or_(last.c.changed_at.is_(None), Person.changed_at > last.c.changed_at),
        )
    )
    return _with_lawyers([tuple(row) for row in db.session.execute(statement)])


def waiting() -> frozenset[UUID]:
    """The records of the acting organisation that wait for their turn: nobody compares them, from neither side.

    Else the limits would hold for the look of one's own partner only, and not for the looks of the others.
    """
    found = due()
    turn, _waiting = within_limits(found, looked_today(), clock.today())
    return frozenset(one.person_id for one in found) - {one.person_id for one in turn}


def looked_today() -> list[Due]:
    """What of the acting organisation was compared today already."""
    since = datetime.combine(clock.today(), time(0), clock.ALMATY)
    statement = (
        select(Person.id, Person.changed_at, Person.registered_by_id, ElsewhereLook.looked_at)
        .join(ElsewhereLook, ElsewhereLook.person_id == Person.id)
        .where(ElsewhereLook.looked_at >= since)
    )
    week = clock.now() - PAUSE
    return _with_lawyers([(*row[:3], week) for row in db.session.execute(statement)])


_Row = tuple[UUID, datetime, UUID | None, datetime | None]


def _with_lawyers(rows: list[_Row]) -> list[Due]:
    changed = changed_by(Person.__tablename__, [row[0] for row in rows])
    found = []
    for person_id, changed_at, registered_by, looked_at in rows:
        lawyers = {by for by, at in changed.get(person_id, ()) if looked_at is None or at > looked_at}
        lawyers |= {registered_by} if registered_by is not None else set()
        looked_on = clock.day_of(looked_at) if looked_at is not None else None
        found.append(Due(person_id, changed_at, frozenset(lawyers), looked_on))
    return found


def changed_by(kind: str, ids: list[UUID]) -> dict[UUID, list[tuple[UUID, datetime]]]:
    """Who changed these rows of a table, and when."""
    found: dict[UUID, list[tuple[UUID, datetime]]] = {}
    for start in range(0, len(ids), 500):
        statement = select(Revision.subject_id, Revision.actor_id, Revision.at).where(
            Revision.subject_kind == kind,
            Revision.subject_id.in_(ids[start : start + 500]),
            Revision.actor_id.is_not(None),
        )
        for subject_id, actor_id, at in db.session.execute(statement):
            if actor_id is not None:
                found.setdefault(subject_id, []).append((actor_id, at))
    return found


def sides_between(person_ids: Iterable[UUID]) -> dict[frozenset[UUID], list[OverlapSide]]:
    """The sides of every question about these records, by the two records that it is about today.

    After a merge two questions can be about the same two records. Over all organisations: only the system asks this.
    """
    own = select(OverlapSide.overlap_id).where(OverlapSide.person_id.in_(list(person_ids)))
    statement = select(OverlapSide).where(OverlapSide.overlap_id.in_(own)).options(selectinload(OverlapSide.overlap))
    of_overlap: dict[UUID, list[OverlapSide]] = {}
    for one in db.session.scalars(statement):
        of_overlap.setdefault(one.overlap_id, []).append(one)
    found: dict[frozenset[UUID], list[OverlapSide]] = {}
    for both in of_overlap.values():
        found.setdefault(frozenset(one.person_id for one in both), []).extend(both)
    return found


def looks(organisation_id: UUID) -> dict[UUID, ElsewhereLook]:
    """When each record of an organisation was last compared."""
    statement = select(ElsewhereLook).where(ElsewhereLook.organisation_id == organisation_id)
    return {one.person_id: one for one in db.session.scalars(statement)}
