"""What a role finds on its desk."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select

from casework.core import clock
from casework.core.audit import AuditEntry
from casework.core.db import db
from casework.diary import queries as diary
from casework.diary.queries import Entry
from casework.diary.rules import Kind
from casework.persons import queries as persons
from casework.persons.models import Person

LAST = 5


@dataclass(frozen=True)
class Dated:
    """What the calendar has for somebody's desk. Next steps stand there by themselves."""

    late: list[Entry]
    soon: list[Entry]
    appointments: list[Entry]
    letters: list[Entry]
    certificates: list[Entry]

    @property
    def all(self) -> list[Entry]:
        return [*self.late, *self.soon, *self.appointments, *self.letters, *self.certificates]


def dated(user_id: UUID) -> Dated:
    """Legal deadlines, today's appointments, late replies and certificates of one lawyer, in a few questions."""
    kinds = (Kind.DEADLINE, Kind.APPOINTMENT, Kind.LETTER, Kind.EXPIRY)
    today = clock.today()
    late = diary.overdue(user_id, kinds)
    near = diary.near(user_id)

    def of(entries: list[Entry], kind: Kind) -> list[Entry]:
        return [one for one in entries if one.kind is kind]

    return Dated(
        late=of(late, Kind.DEADLINE),
        soon=of(near, Kind.DEADLINE),
        appointments=of(late, Kind.APPOINTMENT) + diary.entries(today, today, user_id, (Kind.APPOINTMENT,)),
        letters=of(late, Kind.LETTER),
        certificates=of([*late, *near], Kind.EXPIRY),
    )


def last_opened(user_id: UUID) -> list[Person]:
    """The persons this user opened last, the latest first."""
    latest = func.max(AuditEntry.number)
    ids = db.session.scalars(
        select(AuditEntry.subject_id)
        .where(
            AuditEntry.actor_id == user_id,
            AuditEntry.action == "person:open",
            AuditEntry.subject_id.is_not(None),
        )
        .group_by(AuditEntry.subject_id)
        .order_by(latest.desc())
        .limit(LAST)
    ).all()
    opened = persons.persons(one for one in ids if one is not None)
    found = [opened[one] for one in ids if one in opened]
    # Whoever was merged since goes on as another, and stands there once.
    going_on = [persons.person(one.id) if one.merged_into_id else one for one in found]
    return list({one.id: one for one in going_on if one is not None}.values())
