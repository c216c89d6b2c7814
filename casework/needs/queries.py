"""Specific needs and best-interest steps of one's own organisation, as far as the principal may see them."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from casework.cases import queries as cases
from casework.cases.models import Case
from casework.core import clock, withheld
from casework.core.db import db, once_per_page
from casework.needs.models import BestInterest, SpecificNeed, TakenUp
from casework.needs.policy import LIST, is_sensitive, is_urgent, may_see, may_see_sensitive
from casework.persons.models import Person
from casework.reference import queries as codes


def visible(person_id: UUID) -> list[SpecificNeed]:
    """What a person needs today, without what the principal may not know."""
    return [one for one in every(person_id) if one.is_active]


@once_per_page
def every(person_id: UUID) -> list[SpecificNeed]:
    """The same with those that ended and those recorded by mistake, the latest first."""
    statement = (
        select(SpecificNeed)
        .where(SpecificNeed.person_id == person_id)
        .order_by(SpecificNeed.since_on.desc(), SpecificNeed.recorded_at.desc())
    )
    found = list(db.session.scalars(statement))
    if not any(is_sensitive(one.code) for one in found) or may_see_sensitive(person_id):
        return found
    return [one for one in found if not is_sensitive(one.code)]


def need(person_id: UUID, need_id: UUID) -> SpecificNeed | None:
    statement = select(SpecificNeed).where(SpecificNeed.id == need_id, SpecificNeed.person_id == person_id)
    found = db.session.scalar(statement)
    return found if found is not None and may_see(found.code, person_id) else None


def offered(person_id: UUID, held: str | None = None) -> list[str]:
    """The codes that whoever asks may record of a person, and the one that is recorded already."""
    return [
        one.code
        for one in codes.items(LIST)
        if one.code == held or ("duplicate_of" not in one.attributes and may_see(one.code, person_id))
    ]


def best_interests(person_id: UUID) -> list[BestInterest]:
    """The steps for a child's best interests, the latest first; void ones too."""
    statement = (
        select(BestInterest).where(BestInterest.person_id == person_id).order_by(BestInterest.recorded_at.desc())
    )
    return list(db.session.scalars(statement))


def best_interest(person_id: UUID, best_interest_id: UUID) -> BestInterest | None:
    return db.session.scalar(
        select(BestInterest).where(BestInterest.id == best_interest_id, BestInterest.person_id == person_id)
    )


# -- what is urgent ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Reason:
    """Why somebody needs urgent protection, and since when."""

    kind: str
    """`need`, `best_interest` or `case`."""
    subject_id: UUID
    code: str
    """Of the need, of the step, or the priority of the case."""
    since: date


@dataclass
class Urgent:
    """One person in the queue of urgent protection, with the reasons that the principal may know."""

    person: Person
    reasons: list[Reason] = field(default_factory=list)
    case: Case | None = None
    """The open case of the person that was opened first, or the one that is an emergency."""
    taken: dict[UUID, TakenUp] = field(default_factory=dict)
    """By the reason's subject, who acts on it."""

    @property
    def since(self) -> date:
        return min(one.since for one in self.reasons)

    @property
    def is_taken_up(self) -> bool:
        return all(one.subject_id in self.taken for one in self.reasons)


def urgent() -> list[Urgent]:
    """Everyone who needs urgent protection, who has waited longest first. Restricted records are for their team."""
    found: dict[UUID, Urgent] = {}
    for person, reason in (*_of_needs(), *_of_best_interests()):
        found.setdefault(person.id, Urgent(person)).reasons.append(reason)
    for case, reason in _of_cases():
        if not case.parties or not cases.open_to_me([case]):
            continue
        person = case.parties[0].person
        entry = found.setdefault(person.id, Urgent(person))
        entry.reasons.append(reason)
        entry.case = entry.case or case
    for person_id in withheld.mine().persons & found.keys():
        del found[person_id]
    of_person = cases.cases_by_person(list(found))
    acting = taken(list(found))
    for one in found.values():
        one.case = one.case or next((case for case in cases.open_to_me(of_person[one.person.id]) if case.is_open), None)
        one.taken = {key: row for key, row in acting.items() if row.person_id == one.person.id}
        one.reasons.sort(key=lambda reason: (reason.since, reason.kind, reason.code))
    return sorted(found.values(), key=lambda one: (one.since, one.person.number))


def urgent_person(person_id: UUID) -> Urgent | None:
    return next((one for one in urgent() if one.person.id == person_id), None)


def taken(person_ids: Collection[UUID]) -> dict[UUID, TakenUp]:
    """By its subject, who acts on each reason of these persons."""
    statement = (
        select(TakenUp)
        .where(TakenUp.person_id.in_(list(person_ids)), TakenUp.released_at.is_(None))
        .order_by(TakenUp.taken_at)
    )
    return {row.subject_id: row for row in db.session.scalars(statement) if row.subject_id is not None}


_IN_CARE = (Person.registration == "ACTIVE", Person.merged_into_id.is_(None))


def _of_needs() -> list[tuple[Person, Reason]]:
    # By the permission alone: emergency access opens one record, not a list.
    wanted = [one.code for one in codes.items(LIST) if is_urgent(one.code) and may_see(one.code)]
    statement = (
        select(SpecificNeed)
        .join(Person, Person.id == SpecificNeed.person_id)
        .where(
            SpecificNeed.code.in_(wanted),
            SpecificNeed.until_on.is_(None),
            SpecificNeed.voided_at.is_(None),
            *_IN_CARE,
        )
        .options(selectinload(SpecificNeed.person))
    )
    return [(one.person, Reason("need", one.id, one.code, one.since_on)) for one in db.session.scalars(statement)]


def _of_best_interests() -> list[tuple[Person, Reason]]:
    statement = (
        select(BestInterest)
        .join(Person, Person.id == BestInterest.person_id)
        .where(
            BestInterest.state != "done",
            BestInterest.due_on < clock.today(),
            BestInterest.voided_at.is_(None),
            *_IN_CARE,
        )
        .options(selectinload(BestInterest.person))
    )
    return [
        (one.person, Reason("best_interest", one.id, one.step, one.due_on))
        for one in db.session.scalars(statement)
        if one.due_on is not None
    ]


def _of_cases() -> list[tuple[Case, Reason]]:
    return [(one, Reason("case", one.id, one.priority, cases.priority_since(one))) for one in cases.open_emergencies()]
