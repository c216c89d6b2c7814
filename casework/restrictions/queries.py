"""Restrictions and emergency access of one's own organisation."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from casework.accounts.models import User
from casework.accounts.permissions import Role
from casework.cases.models import CaseParty
from casework.core import clock, paging
from casework.core.audit import AuditEntry
from casework.core.db import db
from casework.core.paging import Page
from casework.restrictions.models import EmergencyAccess, Restriction

PAGE = 25

# -- restricted records ------------------------------------------------------------------------------------------


def all_standing(person_id: UUID) -> list[Restriction]:
    return list(
        db.session.scalars(
            select(Restriction)
            .where(Restriction.person_id == person_id, Restriction.ended_at.is_(None))
            .order_by(Restriction.since)
        )
    )


def standing(person_id: UUID) -> Restriction | None:
    """The restriction of a record, if it is restricted now."""
    return next(iter(all_standing(person_id)), None)


def is_restricted(person_id: UUID) -> bool:
    return standing(person_id) is not None


def restricted_ids() -> frozenset[UUID]:
    """All restricted persons, whoever asks: an export leaves them out for their own team, too."""
    return frozenset(db.session.scalars(select(Restriction.person_id).where(Restriction.ended_at.is_(None))))


def former(person_id: UUID) -> list[Restriction]:
    """The restrictions of a record that were lifted, the latest first."""
    return list(
        db.session.scalars(
            select(Restriction)
            .where(Restriction.person_id == person_id, Restriction.ended_at.is_not(None))
            .order_by(Restriction.ended_at.desc())
        )
    )


# -- emergency access --------------------------------------------------------------------------------------------


def emergency(person_id: UUID) -> EmergencyAccess | None:
    """The emergency access to a record that whoever acts has now."""
    who = db.session.info["principal"]
    if who is None or who.user_id is None:
        return None
    return db.session.scalar(
        select(EmergencyAccess)
        .where(
            EmergencyAccess.user_id == who.user_id,
            EmergencyAccess.person_id == person_id,
            EmergencyAccess.ended_at.is_(None),
            EmergencyAccess.until_at > clock.now(),
        )
        .order_by(EmergencyAccess.until_at.desc())
        .limit(1)
    )


def has_emergency(person_id: UUID) -> bool:
    """Whether whoever acts has emergency access to this person's record now."""
    return emergency(person_id) is not None


def count_since(user_id: UUID, since: datetime) -> int:
    """How often a colleague has opened a record in an emergency since then."""
    counted = select(func.count()).select_from(EmergencyAccess)
    return db.session.scalar(counted.where(EmergencyAccess.user_id == user_id, EmergencyAccess.from_at > since)) or 0


def time_since(user_id: UUID, person_id: UUID, since: datetime) -> timedelta:
    """How long one record has been open so to a colleague, of what began since then."""
    rows = db.session.scalars(
        select(EmergencyAccess).where(
            EmergencyAccess.user_id == user_id, EmergencyAccess.person_id == person_id, EmergencyAccess.from_at > since
        )
    )
    return sum((_end(one) - one.from_at for one in rows), timedelta())


def last_judged(user_id: UUID, person_id: UUID) -> EmergencyAccess | None:
    """The emergency access of a colleague to a record that a supervisor judged last."""
    return db.session.scalar(
        select(EmergencyAccess)
        .where(
            EmergencyAccess.user_id == user_id,
            EmergencyAccess.person_id == person_id,
            EmergencyAccess.reviewed_at.is_not(None),
        )
        .order_by(EmergencyAccess.reviewed_at.desc())
        .limit(1)
    )


def _end(access: EmergencyAccess) -> datetime:
    return min(access.ended_at or access.until_at, access.until_at)


def count_between(user_id: UUID, begin: datetime, end: datetime) -> int:
    """The same within a while."""
    counted = select(func.count()).select_from(EmergencyAccess)
    within = (EmergencyAccess.from_at >= begin, EmergencyAccess.from_at < end)
    return db.session.scalar(counted.where(EmergencyAccess.user_id == user_id, *within)) or 0


def users_of(role: Role) -> list[UUID]:
    """The active colleagues of one role."""
    who = db.session.info["principal"]
    wanted = select(User.id).where(User.organisation_id == who.organisation_id, User.role == role, User.is_active)
    return list(db.session.scalars(wanted))


def supervisors() -> list[User]:
    ids = users_of(Role.SUPERVISOR)
    return list(db.session.scalars(select(User).where(User.id.in_(ids)).order_by(User.name)))


_WITH_BOTH = (selectinload(EmergencyAccess.user), selectinload(EmergencyAccess.person))


def access(access_id: UUID) -> EmergencyAccess | None:
    return db.session.scalar(select(EmergencyAccess).where(EmergencyAccess.id == access_id).options(*_WITH_BOTH))


def accesses(reviewed: bool, number: int = 1) -> Page[EmergencyAccess]:
    """What waits for a supervisor, the oldest first; or what was judged, the latest first."""
    wanted = EmergencyAccess.reviewed_at.is_not(None) if reviewed else EmergencyAccess.reviewed_at.is_(None)
    order = EmergencyAccess.reviewed_at.desc() if reviewed else EmergencyAccess.from_at
    total = db.session.scalar(select(func.count()).select_from(EmergencyAccess).where(wanted)) or 0
    statement = select(EmergencyAccess).where(wanted).order_by(order, EmergencyAccess.id).options(*_WITH_BOTH)
    return paging.page(statement, total, number, PAGE)


def waiting_count(but: UUID | None = None) -> int:
    """How many emergency accesses wait to be judged, one's own left out."""
    counted = select(func.count()).select_from(EmergencyAccess).where(EmergencyAccess.reviewed_at.is_(None))
    return db.session.scalar(counted.where(EmergencyAccess.user_id != but) if but is not None else counted) or 0


@dataclass(frozen=True)
class Done:
    """Something done to a record while it was open in an emergency."""

    at: datetime
    action: str
    kind: str | None


def done_in(access: EmergencyAccess) -> list[Done]:
    """What the trail holds of what a colleague did with a record while it was open so, and of lists that named it."""
    in_cases = select(CaseParty.case_id).where(CaseParty.person_id == access.person_id, CaseParty.voided_at.is_(None))
    record = {str(one) for one in (access.person_id, *db.session.scalars(in_cases))}
    rows = db.session.scalars(
        select(AuditEntry)
        .where(AuditEntry.actor_id == access.user_id, AuditEntry.at >= access.from_at, AuditEntry.at <= _end(access))
        .order_by(AuditEntry.number)
    )
    return [Done(row.at, row.action, row.subject_kind) for row in rows if _is_of(row, str(access.person_id), record)]


def _is_of(row: AuditEntry, person_id: str, record: set[str]) -> bool:
    """Whether it was noted on a page of the record, which is marked, or on a list or in a search that showed it."""
    is_marked = person_id in json.loads(row.details).get("emergency", "")
    return is_marked or str(row.subject_id) in record or not record.isdisjoint(row.seen.ids)


def accessed(ids: Iterable[UUID]) -> list[EmergencyAccess]:
    """Every emergency access to these persons, the latest first."""
    wanted = EmergencyAccess.person_id.in_(list(ids))
    return list(
        db.session.scalars(
            select(EmergencyAccess).where(wanted).order_by(EmergencyAccess.from_at.desc()).options(*_WITH_BOTH)
        )
    )
