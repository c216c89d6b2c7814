"""The trail as the alerts read it; alerts and rules of one's own organisation, never one's own alerts."""

import json
from collections.abc import Collection
from datetime import date, datetime, time, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, func, select, true
from sqlalchemy.orm import selectinload

from casework.accounts.models import User
from casework.accounts.permissions import Role
from casework.alerts.models import Alert, AlertReading, AlertRule
from casework.alerts.rules import AN_HOUR, COUNTS, DEFAULTS, NIGHT_ENDS, OPENS, Act, Day, Kind, Rule, State, night_of
from casework.cases.models import Case
from casework.comments.models import Follow
from casework.core import clock, paging
from casework.core.audit import AuditEntry, Revision
from casework.core.clock import ALMATY
from casework.core.db import db
from casework.core.paging import Page
from casework.persons.models import Person
from casework.restrictions import policy as restrictions
from casework.restrictions import queries as emergencies

PAGE = 25
USUAL = 30
"""Days whose median is what is usual for a colleague."""

SHOWN = 100
"""Records that the page of an alert names."""

# -- the trail ---------------------------------------------------------------------------------------------------


def reading() -> AlertReading | None:
    return db.session.scalar(select(AlertReading))


def last_number() -> int:
    return db.session.scalar(select(func.max(AuditEntry.number))) or 0


def number_at(moment: datetime) -> int:
    """The first entry from a moment on. Entries stand in order, so that halving finds it without reading them all."""
    low, high = 1, last_number() + 1
    while low < high:
        middle = (low + high) // 2
        at = db.session.scalar(select(AuditEntry.at).where(AuditEntry.number == middle))
        if at is not None and at < moment:
            low = middle + 1
        else:
            high = middle
    return low


def active_since(number: int, until: int) -> set[tuple[UUID, date]]:
    """Who did something on which day, in these entries; or in the night that began on it."""
    rows = db.session.execute(
        select(AuditEntry.actor_id, AuditEntry.at).where(
            AuditEntry.number > number, AuditEntry.number <= until, AuditEntry.actor_id.is_not(None)
        )
    )
    found = {(actor_id, at) for actor_id, at in rows if actor_id is not None}
    return {(actor_id, day) for actor_id, at in found for day in (clock.day_of(at), night_of(at))}


def begin_of(day: date) -> datetime:
    return datetime.combine(day, time(), ALMATY)


def acts(user_id: UUID, begin: datetime, end: datetime) -> list[Act]:
    """What a colleague did from one moment to another."""
    rows = db.session.execute(
        select(AuditEntry.at, AuditEntry.action, AuditEntry.subject_kind, AuditEntry.subject_id, AuditEntry.details)
        .where(
            AuditEntry.number >= number_at(begin - timedelta(hours=1)),  # one noted then may have been written first
            AuditEntry.actor_id == user_id,
            AuditEntry.at >= begin,
            AuditEntry.at < end,
        )
        .order_by(AuditEntry.number)
    )
    return [Act(at, action, kind, subject_id, _rows(details)) for at, action, kind, subject_id, details in rows]


def _rows(details: str) -> int:
    found = json.loads(details).get("rows", 0)
    return found if isinstance(found, int) else 0


def what_of(user: User, day: date) -> Day:
    """A day of a colleague, with what is known of their work beside it."""
    begin = begin_of(day)
    end = begin + timedelta(days=1)
    around = acts(user.id, begin - AN_HOUR, end + timedelta(hours=NIGHT_ENDS))
    found = [one for one in around if begin <= one.at < end]
    opened = {one.subject_id for one in found if one.kind == "cases" and one.subject_id is not None}
    return Day(
        acts=found,
        hour_before=[one for one in around if one.at < begin],
        morning_after=[one for one in around if one.at >= end],
        is_supervisor=user.role == Role.SUPERVISOR,
        own_cases=_own(user.id, opened, begin),
        emergencies=emergencies.count_between(user.id, end - timedelta(days=7), end),
        limited=_limited(user.id, day),
    )


def _own(user_id: UUID, case_ids: Collection[UUID], begin: datetime) -> set[UUID]:
    """Of these cases, those that are somebody's or a colleague's for whom they act, or on which they worked or which
    they followed already when the day began: on the day itself anybody can say that they do.
    """
    if not case_ids:
        return set()
    theirs = {user_id}.union(*(colleagues(user_id) for colleagues in restrictions.TEAM))
    holds = select(Case.id).where(Case.id.in_(case_ids), Case.lawyer_id.in_(theirs))
    follows = select(Follow.case_id).where(
        Follow.case_id.in_(case_ids), Follow.user_id == user_id, Follow.since < begin
    )
    owners = _owners_at(case_ids, begin)
    works = {one for one, owner in owners.items() if owner in {str(user) for user in theirs}}
    return {*db.session.scalars(holds), *db.session.scalars(follows), *works}


def _owners_at(case_ids: Collection[UUID], begin: datetime) -> dict[UUID, str]:
    """Whose the next step of each of these cases was at a moment: as it is, but for what was changed since."""
    now = db.session.execute(select(Case.id, Case.next_step_owner_id).where(Case.id.in_(case_ids)))
    found = {case_id: str(owner) for case_id, owner in now}
    changes = select(Revision).where(
        Revision.subject_kind == "cases", Revision.subject_id.in_(case_ids), Revision.at >= begin
    )
    for change in db.session.scalars(changes.order_by(Revision.at.desc())):
        if "next_step_owner_id" in change.former.values:
            found[change.subject_id] = str(change.former.values["next_step_owner_id"])
    return found


def _limited(user_id: UUID, day: date) -> int:
    begin = begin_of(day)
    return (
        db.session.scalar(
            select(func.count())
            .select_from(AuditEntry)
            .where(
                AuditEntry.subject_id == user_id,
                AuditEntry.action.in_(("elsewhere:limited", "conflict:limited")),
                AuditEntry.at >= begin,
                AuditEntry.at < begin + timedelta(days=1),
            )
        )
        or 0
    )


def usual(user_id: UUID, before: date) -> list[int]:
    """How many records a colleague opened on each day of work of the month before."""
    begin, end = begin_of(before - timedelta(days=USUAL)), begin_of(before)
    rows = db.session.execute(
        select(AuditEntry.at, AuditEntry.subject_id).where(
            AuditEntry.number >= number_at(begin),
            AuditEntry.actor_id == user_id,
            AuditEntry.action.in_(OPENS),
            AuditEntry.subject_kind == "persons",
            AuditEntry.at >= begin,
            AuditEntry.at < end,
        )
    )
    by_day: dict[date, set[UUID | None]] = {}
    for at, subject_id in rows:
        by_day.setdefault(clock.day_of(at), set()).add(subject_id)
    return [len(found) for found in by_day.values()]


def colleague(user_id: UUID) -> User | None:
    who = db.session.info["principal"]
    return db.session.scalar(select(User).where(User.id == user_id, User.organisation_id == who.organisation_id))


# -- rules -------------------------------------------------------------------------------------------------------


def rule(kind: Kind, day: date) -> Rule:
    """What holds on a day: the latest that the organisation has said, or what is usual."""
    said = db.session.scalar(
        select(AlertRule)
        .where(AlertRule.kind == kind, AlertRule.from_on <= day)
        .order_by(AlertRule.from_on.desc())
        .limit(1)
    )
    return Rule(said.threshold, said.is_on, said.with_weekends) if said is not None else DEFAULTS[kind]


def rules_said(kind: Kind) -> list[AlertRule]:
    """All that the organisation has said of a kind, the latest first."""
    return list(db.session.scalars(select(AlertRule).where(AlertRule.kind == kind).order_by(AlertRule.from_on.desc())))


def rule_from(kind: Kind, day: date) -> AlertRule | None:
    return db.session.scalar(select(AlertRule).where(AlertRule.kind == kind, AlertRule.from_on == day))


# -- alerts ------------------------------------------------------------------------------------------------------


def of_day(user_id: UUID, kind: Kind, day: date) -> Alert | None:
    return db.session.scalar(select(Alert).where(Alert.user_id == user_id, Alert.kind == kind, Alert.day == day))


def _not_ones_own() -> ColumnElement[bool]:
    who = db.session.info["principal"]
    return Alert.user_id != who.user_id if who is not None and who.user_id is not None else true()


def alert(alert_id: UUID) -> Alert | None:
    """An alert about somebody else."""
    return db.session.scalar(
        select(Alert).where(Alert.id == alert_id, _not_ones_own()).options(selectinload(Alert.user))
    )


def count(state: State) -> int:
    counted = select(func.count()).select_from(Alert).where(Alert.state == state, _not_ones_own())
    return db.session.scalar(counted) or 0


def page(state: State, number: int = 1) -> Page[Alert]:
    """What nobody has looked at, the latest day first; or what somebody has."""
    order = (Alert.day.desc(), Alert.found_at.desc()) if state is State.OPEN else (Alert.decided_at.desc(),)
    statement = select(Alert).where(Alert.state == state, _not_ones_own()).order_by(*order, Alert.id)
    return paging.page(statement.options(selectinload(Alert.user)), count(state), number, PAGE)


def readers(user_id: UUID) -> list[UUID]:
    """Who is told of an alert about a colleague: supervisors and focal points, never who it is about."""
    found = [*emergencies.users_of(Role.SUPERVISOR), *emergencies.users_of(Role.PROTECTION)]
    return [one for one in found if one != user_id]


def records(alert: Alert) -> list[Person]:
    """The persons whose records the acts of an alert opened: those that it counted when it was last counted. Where
    something else was counted than records, those of its day.
    """
    if alert.kind in (Kind.MANY, Kind.NIGHT):
        acted = counted_in(alert)
    else:
        begin = begin_of(alert.day)
        acted = [one for one in acts(alert.user_id, begin, begin + timedelta(days=1)) if one.action in OPENS]
    ids = {one.subject_id for one in acted if one.kind == "persons" and one.subject_id is not None}
    statement = select(Person).where(Person.id.in_(ids)).order_by(Person.number).limit(SHOWN)
    return list(db.session.scalars(statement))


def counted_in(alert: Alert) -> list[Act]:
    """The acts that an alert counted, by the rule of its day and as far as they were there when it was last counted."""
    kind = Kind(alert.kind)
    found = COUNTS[kind](what_of(alert.user, alert.day), rule(kind, alert.day)).acts
    return [one for one in found if one.at <= alert.changed_at]


def others_cases(alert: Alert) -> list[Case]:
    """The colleagues’ cases that an alert about such cases counted."""
    if alert.kind != Kind.OTHERS:
        return []
    ids = {one.subject_id for one in counted_in(alert) if one.subject_id is not None}
    return list(db.session.scalars(select(Case).where(Case.id.in_(ids)).order_by(Case.number).limit(SHOWN)))
