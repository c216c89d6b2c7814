"""The team in numbers, who is away, and what was handed over together."""

from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import selectinload
from sqlalchemy.orm.attributes import set_committed_value

from casework.accounts.models import User
from casework.accounts.queries import caseworkers
from casework.cases import queries as cases
from casework.cases.models import Case, CaseParty
from casework.cases.queries import Filters
from casework.core import clock
from casework.core.db import db, once_per_page
from casework.core.errors import DomainError
from casework.mandates import queries as mandates
from casework.supervision.models import Cover, Reassignment, ReassignmentLine
from casework.supervision.rules import Piece, middle, spread

# -- the board ---------------------------------------------------------------------------------------------------


def lists(period: str) -> dict[str, Filters]:
    """What the board counts, each as the list of cases behind it."""
    return {
        "open": Filters(),
        "overdue": Filters(due="overdue"),
        "deadline": Filters(lacks="deadline_passed"),
        "bare": Filters(due="bare"),
        "none30": Filters(contact="none30"),
        "none60": Filters(contact="none60"),
        "none90": Filters(contact="none90"),
        "opened": Filters(state="all", opened=period),
        "closed": Filters(state="closed", closed=period),
        "certificate": Filters(lacks="certificate"),
        "consent": Filters(lacks="no_consent"),
        "power": Filters(lacks="no_power"),
        "inquiry": Filters(lacks="inquiry"),
    }


@dataclass(frozen=True)
class Counted:
    """The numbers of one lawyer."""

    lawyer: User
    numbers: dict[str, int]


@dataclass(frozen=True)
class Board:
    rows: list[Counted]
    totals: dict[str, int]


def board(wanted: dict[str, Filters]) -> Board:
    """The numbers of each lawyer and of all: whoever can hold cases, and whoever still has some in any list."""
    found = cases.counts_by_lawyer(wanted)
    holders = {lawyer_id for lawyer_id, numbers in found.items() if any(numbers.values())}
    nothing = dict.fromkeys(wanted, 0)
    rows = [Counted(one, found.get(one.id, nothing)) for one in caseworkers(besides=holders)]
    return Board(rows, {name: sum(numbers[name] for numbers in found.values()) for name in wanted})


@dataclass(frozen=True)
class Stay:
    """How long open cases of one kind have stood at one stage until today."""

    track: str
    stage: str
    days: list[int]
    by_lawyer: dict[UUID, list[int]]

    @property
    def median(self) -> int:
        return middle(self.days) or 0


def stays() -> list[Stay]:
    """For each stage the days that its open cases have been there, the longest first."""
    today = clock.today()
    found: dict[tuple[str, str], Stay] = {}
    statement = select(Case.track, Case.stage, Case.lawyer_id, Case.stage_since).where(Case.closed_on.is_(None))
    for track, stage, lawyer_id, since in db.session.execute(statement):
        stay = found.setdefault((track, stage), Stay(track, stage, [], {}))
        days = max((today - since).days, 0)
        stay.days.append(days)
        stay.by_lawyer.setdefault(lawyer_id, []).append(days)
    return sorted(found.values(), key=lambda one: (-one.median, one.track, one.stage))


# -- who is away -------------------------------------------------------------------------------------------------

_WITH_USERS = (selectinload(Cover.user), selectinload(Cover.cover))
LOOKED_BACK = timedelta(days=90)


def cover(cover_id: UUID) -> Cover | None:
    return db.session.scalar(select(Cover).where(Cover.id == cover_id).options(*_WITH_USERS))


def covers() -> list[Cover]:
    """Those of today and to come, and those of the last three months, the next to begin first."""
    statement = select(Cover).where(Cover.until_on >= clock.today() - LOOKED_BACK).order_by(Cover.from_on, Cover.id)
    return list(db.session.scalars(statement.options(*_WITH_USERS)))


@once_per_page
def standing_covers(on: date) -> list[Cover]:
    """The covers of a day."""
    statement = (
        select(Cover)
        .where(Cover.ended_at.is_(None), Cover.from_on <= on, Cover.until_on >= on)
        .order_by(Cover.until_on, Cover.id)
    )
    return list(db.session.scalars(statement.options(*_WITH_USERS)))


def away_until() -> dict[UUID, date]:
    """Who is away today, and until which day."""
    found: dict[UUID, date] = {}
    for one in standing_covers(clock.today()):
        found[one.user_id] = max(one.until_on, found.get(one.user_id, one.until_on))
    return found


def stood_in_for(user_id: UUID) -> list[Cover]:
    """For whom somebody stands in today."""
    return [one for one in standing_covers(clock.today()) if one.cover_id == user_id]


def others_meanwhile(first: date, last: date, but: UUID | None = None) -> list[Cover]:
    """What else is agreed for any of these days."""
    statement = select(Cover).where(
        Cover.ended_at.is_(None), Cover.from_on <= last, Cover.until_on >= first, Cover.id.is_distinct_from(but)
    )
    return list(db.session.scalars(statement.options(*_WITH_USERS)))


# -- handing over ------------------------------------------------------------------------------------------------


def open_loads() -> dict[UUID, int]:
    """How many open cases each lawyer has who can hold some."""
    found = cases.counts_by_lawyer({"open": Filters()})
    return {one.id: found.get(one.id, {"open": 0})["open"] for one in caseworkers()}


def open_cases_of(lawyer_id: UUID) -> list[Case]:
    """Everything a lawyer would leave behind, the next thing due first."""
    statement = (
        select(Case)
        .where(Case.lawyer_id == lawyer_id, Case.closed_on.is_(None))
        .order_by(Case.next_step_due_on.is_(None), Case.next_step_due_on, Case.number)
    )
    with_persons = (selectinload(Case.parties).selectinload(CaseParty.person), selectinload(Case.lawyer))
    return list(db.session.scalars(statement.options(*with_persons)))


Check = Callable[[Case, UUID], None]
"""Refuses a case going to a lawyer: cases.queries.assigning_check of all of them."""


@dataclass
class Proposal:
    """Who gets which case, why another is left where it is, and what speaks against a choice."""

    given: dict[UUID, UUID] = field(default_factory=dict)
    refusals: dict[UUID, str] = field(default_factory=dict)


@contextmanager
def _as_if_given() -> Iterator["_Trial"]:
    """Within it, rules see cases as given to somebody; nothing of it is ever written."""
    with db.session.no_autoflush, ExitStack() as undo:
        yield _Trial(undo)


class _Trial:
    def __init__(self, undo: ExitStack) -> None:
        self._undo = undo

    def give(self, case: Case, lawyer_id: UUID) -> None:
        self._undo.callback(set_committed_value, case, "lawyer_id", case.lawyer_id)
        set_committed_value(case, "lawyer_id", lawyer_id)


def refusal(case: Case, lawyer_id: UUID, check: Check) -> str | None:
    """What speaks against giving a case to a lawyer, such as a conflict of interest; nothing is changed."""
    try:
        check(case, lawyer_id)
    except DomainError as error:
        return error.message
    return None


def proposed(chosen: Iterable[Case], to: Collection[UUID], is_even: bool = False) -> Proposal:
    """Open cases spread over lawyers by what they carry now, or as many to each whatever they carry.

    A lawyer against whom something speaks is passed by.
    """
    made = Proposal()
    by_id = {one.id: one for one in chosen if one.is_open}
    check = cases.assigning_check(list(by_id.values()))
    loads = open_loads()
    with _as_if_given() as trial:

        def may_get(case_id: UUID, lawyer_id: UUID) -> bool:
            case = by_id[case_id]
            if case.lawyer_id == lawyer_id:
                return False
            against = refusal(case, lawyer_id, check)
            if against is None:
                trial.give(case, lawyer_id)
                return True
            made.refusals[case_id] = against
            return False

        pieces = [
            Piece(one.id, frozenset(party.person_id for party in one.parties), _is_urgent(one))
            for one in by_id.values()
        ]
        made.given = spread(pieces, {one: 0 if is_even else load for one, load in loads.items() if one in to}, may_get)
    made.refusals = {one: words for one, words in made.refusals.items() if one not in made.given}
    return made


def _is_urgent(case: Case) -> bool:
    return case.next_step_due_on is not None and case.next_step_due_on <= clock.today()


def checked(chosen: Iterable[Case], given: dict[UUID, UUID]) -> dict[UUID, str]:
    """What speaks against giving these cases as said, one after the other."""
    found: dict[UUID, str] = {}
    moving = [one for one in chosen if one.id in given]
    check = cases.assigning_check(moving)
    with _as_if_given() as trial:
        for case in moving:
            against = refusal(case, given[case.id], check)
            if against is None:
                trial.give(case, given[case.id])
            else:
                found[case.id] = against
    return found


def losing_power(chosen: Iterable[Case], given: dict[UUID, UUID]) -> set[UUID]:
    """Which of these cases would have no power of attorney that serves their new lawyer, and have one now."""
    moving = [one for one in chosen if one.id in given]
    before = mandates.lacking_power(moving)
    with _as_if_given() as trial:
        for case in moving:
            trial.give(case, given[case.id])
        return mandates.lacking_power(moving) - before


def reassignment(reassignment_id: UUID) -> Reassignment | None:
    line = selectinload(Reassignment.lines)
    case = line.selectinload(ReassignmentLine.case)
    statement = select(Reassignment).where(Reassignment.id == reassignment_id)
    return db.session.scalar(statement.options(line, case.selectinload(Case.parties).selectinload(CaseParty.person)))


def reassignments(at_most: int = 10) -> list[Reassignment]:
    """What was handed over together lately, the latest first."""
    statement = select(Reassignment).order_by(Reassignment.made_at.desc(), Reassignment.id).limit(at_most)
    return list(db.session.scalars(statement.options(selectinload(Reassignment.lines))))
