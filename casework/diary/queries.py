"""What stands in the calendar of one's own organisation: of one lawyer or of all, between two days."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from casework.accounts.models import Organisation, User
from casework.accounts.passwords import token_hash
from casework.accounts.permissions import MATRIX
from casework.accounts.queries import caseworkers
from casework.cases import queries as cases
from casework.cases.models import Case, CaseParty
from casework.core import clock
from casework.core.audit import AuditEntry
from casework.core.db import db, once_per_page, session_for
from casework.core.scope import system
from casework.diary.models import Appointment, CalendarFeed
from casework.diary.rules import Kind, State
from casework.letters.models import Letter
from casework.notices import queries as notices
from casework.proceedings import queries as proceedings
from casework.proceedings.models import Deadline
from casework.proceedings.rules import State as Running

cases.WITH_A_DATE.append(proceedings.has_running_deadline)  # so that the list of cases knows which are bare

SOON = timedelta(days=7)
LONG_AGO = date(1900, 1, 1)
AT_MOST = 500
"""Of one kind on one page: more than anyone reads."""


@dataclass(frozen=True)
class Entry:
    """One thing in the calendar: on which day (and when), of which case, whose it is, and the row it was read from."""

    kind: Kind
    on: date
    case: Case
    lawyer_id: UUID | None
    row: Any
    at: datetime | None = None

    @property
    def is_planned(self) -> bool:
        return self.kind is not Kind.APPOINTMENT or self.row.state == State.PLANNED

    @property
    def order(self) -> tuple[Any, ...]:
        """By day; what has an hour by its hour, before what only has a day."""
        return self.on, self.at is None, self.at or clock.now(), self.kind, self.case.number


# -- appointments ------------------------------------------------------------------------------------------------


def appointment(case_id: UUID, appointment_id: UUID) -> Appointment | None:
    return db.session.scalar(
        select(Appointment)
        .where(Appointment.id == appointment_id, Appointment.case_id == case_id)
        .options(selectinload(Appointment.lawyer))
    )


@once_per_page
def of_case(case_id: UUID) -> list[Appointment]:
    """Every appointment of a case, the next ones first, then those that are over, the latest first."""
    statement = select(Appointment).where(Appointment.case_id == case_id).options(selectinload(Appointment.lawyer))
    found = list(db.session.scalars(statement.order_by(Appointment.starts_at)))
    ahead = [one for one in found if one.state == State.PLANNED]
    return ahead + [one for one in reversed(found) if one.state != State.PLANNED]


def clashes(one: Appointment) -> list[Appointment]:
    """The lawyer's other planned appointments that overlap with this one."""
    # No appointment takes longer than a day, so that the index on the beginning is enough.
    near = Appointment.starts_at.between(one.starts_at - timedelta(days=1), one.slot.ends_at)
    statement = (
        select(Appointment)
        .where(near, Appointment.lawyer_id == one.lawyer_id, Appointment.id != one.id)
        .where(Appointment.state == State.PLANNED)
        .order_by(Appointment.starts_at)
        .options(selectinload(Appointment.case))
    )
    return [other for other in db.session.scalars(statement) if other.slot.overlaps(one.slot)]


# -- the calendar ------------------------------------------------------------------------------------------------


def entries(
    first: date, last: date, lawyer_id: UUID | None = None, kinds: Collection[Kind] = tuple(Kind)
) -> list[Entry]:
    """Everything between two days, in order. The kinds are asked for one after the other, each in a few questions."""
    found: list[Entry] = []
    if Kind.DEADLINE in kinds or Kind.EXPIRY in kinds:
        found += [one for one in _deadlines(first, last, lawyer_id) if one.kind in kinds]
    for kind, ask in _SOURCES.items():
        if kind in kinds:
            found += ask(first, last, lawyer_id)
    return sorted(found, key=lambda one: one.order)


def whose(user_id: UUID) -> list[UUID]:
    """Whose dates are a user's today: their own, and those of colleagues who are away, for whom they stand in."""
    return [user_id, *sorted(cases.stands_in_for(user_id))]


def together(of_each: Iterable[list[Entry]]) -> list[Entry]:
    """What several colleagues have, in one order."""
    return sorted((one for found in of_each for one in found), key=lambda one: one.order)


def overdue(lawyer_id: UUID | None = None, kinds: Collection[Kind] = tuple(Kind)) -> list[Entry]:
    """What lies in the past and waits: also appointments of which nobody has said whether they took place."""
    found = entries(LONG_AGO, clock.today() - timedelta(days=1), lawyer_id, kinds)
    return [one for one in found if one.is_planned]


def near(lawyer_id: UUID | None = None) -> list[Entry]:
    """Deadlines and certificates that end within a week, or that ask for attention earlier, as their limits say."""
    return _entries_of(proceedings.near(clock.today() + SOON, lawyer_id))


def _deadlines(first: date, last: date, lawyer_id: UUID | None) -> list[Entry]:
    return _entries_of(proceedings.due(last, since=first, lawyer_id=lawyer_id))


def _entries_of(deadlines: list[Deadline]) -> list[Entry]:
    return [Entry(_kind_of(one), one.due_on, one.case, one.case.lawyer_id, one) for one in deadlines]


def _kind_of(deadline: Deadline) -> Kind:
    return Kind.EXPIRY if deadline.who == "EXPIRY" else Kind.DEADLINE


def _appointments(first: date, last: date, lawyer_id: UUID | None) -> list[Entry]:
    statement = (
        select(Appointment)
        .join(Case, Case.id == Appointment.case_id)
        .where(Appointment.starts_at >= _midnight(first), Appointment.starts_at < _midnight(last + timedelta(days=1)))
        # What was planned in a case that was closed since is nobody's appointment any more.
        .where(or_(Case.closed_on.is_(None), Appointment.state != State.PLANNED))
        .order_by(Appointment.starts_at)
        .limit(AT_MOST)
        .options(selectinload(Appointment.case).options(*_WITH_PERSONS))
    )
    if first == LONG_AGO:
        statement = statement.where(Appointment.state == State.PLANNED)
    if lawyer_id is not None:
        statement = statement.where(Appointment.lawyer_id == lawyer_id)
    return [
        Entry(Kind.APPOINTMENT, one.on, one.case, one.lawyer_id, one, one.starts_at)
        for one in db.session.scalars(statement)
    ]


_WITH_PERSONS = (selectinload(Case.parties).selectinload(CaseParty.person), selectinload(Case.lawyer))


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), clock.ALMATY)


def _steps(first: date, last: date, lawyer_id: UUID | None) -> list[Entry]:
    statement = (
        select(Case)
        .where(_has_step_between(first, last, lawyer_id))
        .order_by(Case.next_step_due_on, Case.number)
        .limit(AT_MOST)
        .options(*_WITH_PERSONS)
    )
    return [
        Entry(Kind.STEP, one.next_step_due_on or first, one, one.next_step_owner_id, one)
        for one in db.session.scalars(statement)
    ]


def _has_step_between(first: date, last: date, lawyer_id: UUID | None) -> ColumnElement[bool]:
    between = Case.closed_on.is_(None) & Case.next_step_due_on.between(first, last)
    return between if lawyer_id is None else between & (Case.next_step_owner_id == lawyer_id)


def _letters(first: date, last: date, lawyer_id: UUID | None) -> list[Entry]:
    statement = (
        select(Letter)
        .join(Case, Case.id == Letter.case_id)
        .where(Case.closed_on.is_(None), Letter.sent_on.is_not(None), Letter.voided_at.is_(None))
        .where(Letter.replied_on.is_(None), Letter.reply_due_on.between(first, last))
        .order_by(Letter.reply_due_on, Letter.id)
        .limit(AT_MOST)
        .options(selectinload(Letter.case).options(*_WITH_PERSONS))
    )
    if lawyer_id is not None:
        statement = statement.where(Case.lawyer_id == lawyer_id)
    return [
        Entry(Kind.LETTER, one.reply_due_on or first, one.case, one.case.lawyer_id, one)
        for one in db.session.scalars(statement)
    ]


_SOURCES: dict[Kind, Callable[[date, date, UUID | None], list[Entry]]] = {
    Kind.APPOINTMENT: _appointments,
    Kind.STEP: _steps,
    Kind.LETTER: _letters,
}


def deadline_counts() -> tuple[int, int]:
    """How many legal deadlines of the whole organisation have passed, and how many come near."""
    counted = (
        select(func.count(Deadline.id))
        .join(Case, Case.id == Deadline.case_id)
        .where(Deadline.state == Running.OPEN, Deadline.who != "EXPIRY", Case.closed_on.is_(None))
    )
    today = clock.today()
    passed = db.session.scalar(counted.where(Deadline.due_on < today))
    coming = db.session.scalar(counted.where(proceedings.is_near(today + SOON)))
    return passed or 0, coming or 0


# -- feeds and reminders -----------------------------------------------------------------------------------------


def feed_of(user_id: UUID) -> CalendarFeed | None:
    """The feed that a user has now."""
    return db.session.scalar(
        select(CalendarFeed).where(CalendarFeed.user_id == user_id, CalendarFeed.revoked_at.is_(None))
    )


def last_fetched_at(user_id: UUID) -> datetime | None:
    """When a calendar program last fetched this user's dates: the audit says it."""
    statement = select(func.max(AuditEntry.at)).where(
        AuditEntry.actor_id == user_id, AuditEntry.action == "calendar:feed"
    )
    return db.session.scalar(statement)


def feed_owner(token: str) -> User | None:
    """Whose dates the feed with this token holds, while it stands and while they may see a calendar themselves."""
    statement = (
        select(User)
        .join(CalendarFeed, CalendarFeed.user_id == User.id)
        .join(User.organisation)
        .where(CalendarFeed.token_hash == token_hash(token), CalendarFeed.revoked_at.is_(None))
        .where(User.is_active, Organisation.is_active)
        .options(joinedload(User.organisation))
    )
    with session_for(system("calendar feed"), reading=True) as apart:
        owner = apart.scalar(statement)
    return owner if owner is not None and "calendar:see" in MATRIX[owner.role] else None


def to_remind() -> list[User]:
    """The colleagues of the acting organisation who work on cases and did not switch reminders off."""
    wanting = notices.wanting([one.id for one in caseworkers()], "reminder")
    return [one for one in caseworkers() if one.id in wanting and one.has_password]
