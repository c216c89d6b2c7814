"""Cases of one's own organisation: the list with its filters, one case, a person's cases, a lawyer's load."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from flask_babel import LazyString
from sqlalchemy import ColumnElement, and_, case, func, select
from sqlalchemy.orm import selectinload

from casework.accounts.models import User
from casework.accounts.policy import may_hold_cases
from casework.accounts.queries import caseworkers
from casework.cases.models import Case, CaseParty
from casework.cases.rules import period
from casework.core import clock, paging, withheld
from casework.core.db import db
from casework.core.events import cases_assigning
from casework.core.paging import Page
from casework.persons.models import Person

PAGE = 25
NO_CONTACT_AFTER = {"none30": timedelta(days=30), "none60": timedelta(days=60), "none90": timedelta(days=90)}


def case_(case_id: UUID) -> Case | None:
    return db.session.scalar(select(Case).where(Case.id == case_id).options(*_WITH_PERSONS, selectinload(Case.events)))


_WITH_PERSONS = (selectinload(Case.parties).selectinload(CaseParty.person), selectinload(Case.lawyer))


def cases_of(person_ids: list[UUID]) -> list[Case]:
    """The cases of these persons: open ones first, then the most recent."""
    statement = (
        select(Case)
        .where(Case.parties.any(CaseParty.person_id.in_(person_ids)))
        .order_by(Case.closed_on.is_not(None), Case.opened_on.desc(), Case.number)
        .options(*_WITH_PERSONS)
    )
    return list(db.session.scalars(statement))


def open_to_me(of_persons: list[Case]) -> list[Case]:
    """Those of these cases that are not withheld: in one of a family's cases a relative may be whose record is."""
    closed = withheld.mine().cases
    return [one for one in of_persons if one.id not in closed]


def cases_by_person(person_ids: Collection[UUID]) -> dict[UUID, list[Case]]:
    """The cases of each of these persons, in the same order."""
    found: dict[UUID, list[Case]] = {one: [] for one in person_ids}
    for one in cases_of(list(found)) if found else ():
        for party in one.parties:
            if party.person_id in found:
                found[party.person_id].append(one)
    return found


def case_by_number(number: str) -> Case | None:
    return db.session.scalar(select(Case).where(Case.number == number).options(*_WITH_PERSONS))


def cases_numbered(year: str | None, digits: str) -> list[Case]:
    """The cases whose number ends so, of a year (two digits) or of any."""
    pattern = f"KZ-{year or '__'}-{digits}"
    return list(db.session.scalars(select(Case).where(Case.number.like(pattern)).options(*_WITH_PERSONS)))


def has_other_open_case(person_id: UUID, but: UUID) -> bool:
    return other_open_case(person_id, but) is not None


def other_open_case(person_id: UUID, but: UUID | None) -> Case | None:
    """The open case of a person, beside this one, that was opened first."""
    statement = (
        select(Case)
        .where(
            Case.id.is_distinct_from(but), Case.closed_on.is_(None), Case.parties.any(CaseParty.person_id == person_id)
        )
        .order_by(Case.opened_on, Case.number)
    )
    return db.session.scalar(statement.limit(1))


def other_closed_case(person_id: UUID, but: UUID | None) -> Case | None:
    """The case of a person, beside this one, that was closed on the latest day."""
    statement = (
        select(Case)
        .where(
            Case.id.is_distinct_from(but),
            Case.closed_on.is_not(None),
            Case.parties.any(CaseParty.person_id == person_id),
        )
        .order_by(Case.closed_on.desc(), Case.number)
    )
    return db.session.scalar(statement.limit(1))


def mistaken_parties(person_id: UUID) -> list[CaseParty]:
    """Where a person was put into a case by mistake, for the history."""
    statement = select(CaseParty).where(CaseParty.person_id == person_id, CaseParty.voided_at.is_not(None))
    return list(db.session.scalars(statement.options(selectinload(CaseParty.case))))


def mistaken_parties_of(case_id: UUID) -> list[CaseParty]:
    """Who was put into a case by mistake, for the history."""
    statement = select(CaseParty).where(CaseParty.case_id == case_id, CaseParty.voided_at.is_not(None))
    return list(db.session.scalars(statement.options(selectinload(CaseParty.case))))


def open_emergencies() -> list[Case]:
    """Open cases of the highest priority: removal, detention or physical safety."""
    statement = select(Case).where(Case.closed_on.is_(None), Case.priority == "EMERGENCY")
    return list(db.session.scalars(statement.options(*_WITH_PERSONS, selectinload(Case.events))))


def priority_since(case: Case) -> date:
    """Since when a case has the priority that it has."""
    changes = [one for one in case.events if one.kind == "priority" and one.to_code == case.priority]
    return changes[-1].happened_on if changes else case.opened_on


def lawyers() -> list[User]:
    """Whose cases there are to look at: whoever can hold a case, and whoever still does though they cannot any more."""
    holders = db.session.scalars(select(Case.lawyer_id).where(Case.closed_on.is_(None)).distinct())
    return caseworkers(besides=set(holders))


def step_owners() -> list[User]:
    """The same for next steps."""
    owners = db.session.scalars(select(Case.next_step_owner_id).where(Case.next_step_owner_id.is_not(None)).distinct())
    return caseworkers(besides={one for one in owners if one is not None})


def usual_owner(case: Case) -> UUID:
    """Who does the next step when nobody is named: the case's lawyer, or whoever acts when the lawyer has left."""
    who = db.session.info["principal"]
    if may_hold_cases(case.lawyer) or who.user_id is None:
        return case.lawyer_id
    found: UUID = who.user_id
    return found


def next_owner(case: Case) -> UUID:
    """Who does what comes next: whoever does it now, while they may, or else the usual one."""
    present = db.session.get(User, case.next_step_owner_id) if case.next_step_owner_id else None
    return present.id if present is not None and may_hold_cases(present) else usual_owner(case)


def is_overdue() -> ColumnElement[bool]:
    return and_(Case.closed_on.is_(None), Case.next_step_due_on < clock.today())


def is_without_contact(for_how_long: str = "none30") -> ColumnElement[bool]:
    """Open, and no session for 30, 60 or 90 days (or since it was opened, if there was none)."""
    since = func.coalesce(Case.last_contact_on, Case.opened_on)
    return and_(Case.closed_on.is_(None), since < clock.today() - NO_CONTACT_AFTER[for_how_long])


WITH_A_DATE: list[Callable[[], ColumnElement[bool]]] = []
"""What else, beside a next step, gives a case a date to keep: features above say it, such as running deadlines."""


def is_bare() -> ColumnElement[bool]:
    """Open, with no next step and nothing else that has a date: nobody will be reminded of it."""
    dated = [has_date() for has_date in WITH_A_DATE]
    return and_(Case.closed_on.is_(None), Case.next_step_due_on.is_(None), *(~one for one in dated))


@dataclass(frozen=True)
class Condition:
    """What a supervisor looks for in cases: its words, and how to ask the database which have it."""

    words: LazyString
    ask: Callable[[], ColumnElement[bool]]

    def __call__(self) -> ColumnElement[bool]:
        return self.ask()


CONDITIONS: dict[str, Condition] = {}
"""What else the list can be narrowed to: features above say it, such as a legal deadline that has passed."""

STANDS_IN: list[Callable[[UUID], Collection[UUID]]] = []
"""For whom a user does the urgent work today, beside their own: features above say it."""


def stands_in_for(user_id: UUID) -> set[UUID]:
    """The colleagues who are away today and for whom this user stands in."""
    return {one for ask in STANDS_IN for one in ask(user_id)}


_HISTORIES = {"nationality": Person.nationality, "displacement": Person.displacement}


@dataclass
class Filters:
    """What the list is narrowed to. Everything is a code or a date: no person data in a URL."""

    state: str = "open"  # open, closed, all
    lawyer: str = ""
    owner: str = ""  # of the next step
    track: str = ""
    stage: str = ""
    region: str = ""
    priority: str = ""
    status: str = ""  # a history and a code in it: nationality:UN
    due: str = ""  # overdue, week, none, bare
    contact: str = ""  # none30, none60, none90
    lacks: str = ""  # a key of CONDITIONS
    opened: str = ""  # a period: 2026-11, 2026-Q4, 2026
    closed: str = ""  # the same
    sort: str = "due"
    page: int = 1
    chips: list[tuple[str, str]] = field(default_factory=list)


SORTS: dict[str, Callable[[], tuple[Any, ...]]] = {
    "due": lambda: (Case.next_step_due_on.is_(None), Case.next_step_due_on),
    "-due": lambda: (Case.next_step_due_on.is_(None), Case.next_step_due_on.desc()),
    "number": lambda: (Case.number,),
    "-number": lambda: (Case.number.desc(),),
    "opened": lambda: (Case.opened_on,),
    "-opened": lambda: (Case.opened_on.desc(),),
    "contact": lambda: (Case.last_contact_on.is_not(None), Case.last_contact_on),
    "-contact": lambda: (Case.last_contact_on.is_(None), Case.last_contact_on.desc()),
    "stage": lambda: (Case.track, Case.stage_since),
    "-stage": lambda: (Case.track.desc(), Case.stage_since.desc()),
}


def page(filters: Filters) -> Page[Case]:
    narrowed = conditions(filters)
    total = db.session.scalar(select(func.count()).select_from(Case).where(*narrowed)) or 0
    order = SORTS.get(filters.sort, SORTS["due"])()
    wanted = select(Case).where(*narrowed).order_by(*order, Case.id).options(*_WITH_PERSONS)
    return paging.page(wanted, total, filters.page, PAGE)


def chosen(case_ids: Collection[UUID]) -> list[Case]:
    """These cases with their persons, as far as they are there, in the order in which they were chosen."""
    if not case_ids:
        return []
    statement = select(Case).where(Case.id.in_(list(case_ids))).options(*_WITH_PERSONS)
    found = {one.id: one for one in db.session.scalars(statement)}
    return [found[one] for one in dict.fromkeys(case_ids) if one in found]


def load_events(chosen: Collection[Case]) -> None:
    """What happened in each of these cases, read at once, before something is added to it."""
    these = select(Case).where(Case.id.in_([one.id for one in chosen]))
    db.session.scalars(these.options(selectinload(Case.events))).all()


def assigning_check(chosen: Collection[Case]) -> Callable[[Case, UUID], None]:
    """Refuses one of these cases going to a lawyer, for the reasons that other features know, read up at once."""
    checks = [check for _receiver, check in cases_assigning.send(None, cases=chosen)]

    def check_all(case: Case, lawyer_id: UUID) -> None:
        for check in checks:
            check(case, lawyer_id)

    return check_all


def conditions(filters: Filters) -> list[ColumnElement[bool]]:
    """What the list asks for, whether it is shown or only counted."""
    found: list[ColumnElement[bool]] = []
    if filters.state == "open":
        found.append(Case.closed_on.is_(None))
    elif filters.state == "closed":
        found.append(Case.closed_on.is_not(None))
    if filters.lawyer:
        found.append(Case.lawyer_id == UUID(filters.lawyer))
    if filters.owner:
        found.append(Case.next_step_owner_id == UUID(filters.owner))
    coded = ("track", "stage", "priority")
    found += [getattr(Case, name) == getattr(filters, name) for name in coded if getattr(filters, name)]
    found += _of_persons(filters)
    if filters.due:
        found.append(_DUE[filters.due]())
    if filters.contact:
        found.append(is_without_contact(filters.contact))
    if filters.lacks:
        found.append(CONDITIONS[filters.lacks]())
    for day, code in ((Case.opened_on, filters.opened), (Case.closed_on, filters.closed)):
        within = period(code)
        if within is not None:
            found.append(day.between(within.first, within.last))
    return found


def _of_persons(filters: Filters) -> list[ColumnElement[bool]]:
    wanted = []
    if filters.region:
        wanted.append(Person.region == filters.region)
    if filters.status:
        dimension, _colon, code = filters.status.partition(":")
        wanted.append(_HISTORIES[dimension] == code)
    if not wanted:
        return []
    if hidden := withheld.mine().persons:  # a list of those with a status would tell the status
        wanted.append(Person.id.not_in(hidden))
    parties = select(CaseParty.case_id).join(Person, Person.id == CaseParty.person_id)
    return [Case.id.in_(parties.where(CaseParty.voided_at.is_(None), *wanted))]


def is_due_soon() -> ColumnElement[bool]:
    """Its next step is due today or within a week."""
    today = clock.today()
    return and_(Case.closed_on.is_(None), Case.next_step_due_on.between(today, today + timedelta(days=7)))


def is_without_next_step() -> ColumnElement[bool]:
    return and_(Case.closed_on.is_(None), Case.next_step_due_on.is_(None))


_DUE: dict[str, Callable[[], ColumnElement[bool]]] = {
    "overdue": is_overdue,
    "week": is_due_soon,
    "none": is_without_next_step,
    "bare": is_bare,
}


def due_for(user_id: UUID, until: date) -> list[Case]:
    """Open cases whose next step is this user's and due by a day, the most urgent first."""
    statement = (
        select(Case)
        .where(Case.closed_on.is_(None), Case.next_step_owner_id == user_id, Case.next_step_due_on <= until)
        .order_by(Case.next_step_due_on, Case.number)
        .options(*_WITH_PERSONS)
    )
    return list(db.session.scalars(statement))


def open_count(lawyer_id: UUID) -> int:
    return (
        db.session.scalar(
            select(func.count()).select_from(Case).where(Case.lawyer_id == lawyer_id, Case.closed_on.is_(None))
        )
        or 0
    )


def without_next_step(lawyer_id: UUID) -> int:
    return (
        db.session.scalar(
            select(func.count())
            .select_from(Case)
            .where(Case.lawyer_id == lawyer_id, Case.closed_on.is_(None), Case.next_step_due_on.is_(None))
        )
        or 0
    )


def bare_count(lawyer_id: UUID | None = None) -> int:
    """How many cases of a lawyer, or of all, nobody will be reminded of."""
    statement = select(func.count()).select_from(Case).where(is_bare())
    if lawyer_id is not None:
        statement = statement.where(Case.lawyer_id == lawyer_id)
    return db.session.scalar(statement) or 0


def counts_by_lawyer(wanted: Mapping[str, Filters]) -> dict[UUID, dict[str, int]]:
    """How long each of these lists is for each lawyer, in one question to the database."""
    if not wanted:
        return {}
    sums = [
        func.coalesce(func.sum(case((and_(True, *conditions(filters)), 1), else_=0)), 0) for filters in wanted.values()
    ]
    return {
        lawyer_id: dict(zip(wanted, counted, strict=True))
        for lawyer_id, *counted in db.session.execute(select(Case.lawyer_id, *sums).group_by(Case.lawyer_id))
    }
