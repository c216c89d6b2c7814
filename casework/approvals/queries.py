"""What an organisation wants approved, and what waits for it."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from uuid import UUID

from sqlalchemy import Select, func, or_, select

from casework.accounts.models import User
from casework.accounts.permissions import Role
from casework.approvals import kinds, rules
from casework.approvals.models import Approval, ApprovalRule
from casework.approvals.rules import State, Who
from casework.core import paging, withheld
from casework.core.audit import Revision
from casework.core.db import db
from casework.core.paging import Page
from casework.core.scope import Principal

PAGE = 25
"""Requests on one page of the queue."""


def rule(code: str) -> str:
    """Whose acts of this kind one's own organisation wants approved."""
    return db.session.scalar(select(ApprovalRule.who).where(ApprovalRule.code == code)) or Who.OFF


def rules_in_force() -> dict[str, str]:
    """What one's own organisation has chosen, by kind."""
    return {one.code: one.who for one in db.session.scalars(select(ApprovalRule))}


def rules_version() -> int:
    """A number that every change of the rules makes another one."""
    return db.session.scalar(select(func.coalesce(func.sum(ApprovalRule.version), 0))) or 0


def is_wanted(code: str, who: Principal | None = None) -> bool:
    """Whether an act of this kind waits for a second person, when this user does it; what jobs do never does."""
    actor = who or db.session.info["principal"]
    if actor is None or actor.is_system or _approved.get():
        return False
    return rules.applies(rule(code), actor.role)


_approved: ContextVar[bool] = ContextVar("approved", default=False)


@contextmanager
def approved_already() -> Iterator[None]:
    """What a second person has just approved is done with all that follows from it: nobody is asked a third time."""
    token = _approved.set(True)
    try:
        yield
    finally:
        _approved.reset(token)


def deciders() -> list[User]:
    """The active supervisors of one's own organisation."""
    who = db.session.info["principal"]
    statement = select(User).where(
        User.organisation_id == who.organisation_id, User.role == Role.SUPERVISOR, User.is_active
    )
    return list(db.session.scalars(statement.order_by(User.name)))


def waiting() -> list[Approval]:
    """What waits, the oldest first."""
    return list(db.session.scalars(_queue()))


def waiting_page(number: int) -> Page[Approval]:
    """A page of what waits, the oldest first."""
    return paging.page(_queue(), waiting_count(), number, PAGE)


def _queue() -> Select[Approval]:
    return select(Approval).where(Approval.state == State.WAITING).order_by(Approval.asked_at, Approval.id)


def waiting_count(but_asked_by: UUID | None = None) -> int:
    """How many wait for somebody else than who asked."""
    statement = select(func.count()).select_from(Approval).where(Approval.state == State.WAITING)
    if but_asked_by is not None:
        statement = statement.where(Approval.asked_by_id != but_asked_by)
    return db.session.scalar(statement) or 0


def decided(limit: int = 5) -> list[Approval]:
    """What was decided last."""
    statement = select(Approval).where(Approval.state.in_((State.APPROVED, State.RETURNED)))
    return list(db.session.scalars(statement.order_by(Approval.decided_at.desc(), Approval.id).limit(limit)))


def is_mine(one: Approval) -> bool:
    return bool(one.asked_by_id == db.session.info["principal"].user_id)


def is_me(user: User) -> bool:
    return bool(user.id == db.session.info["principal"].user_id)


def actor_name() -> str:
    """Who acts, by name."""
    name: str = db.session.info["principal"].name
    return name


def asked_by_me(limit: int = 50) -> list[Approval]:
    """What one asked for oneself: what waits first, then what was decided last."""
    statement = select(Approval).where(Approval.asked_by_id == db.session.info["principal"].user_id)
    order = (Approval.state != State.WAITING, func.coalesce(Approval.decided_at, Approval.asked_at).desc(), Approval.id)
    hidden = withheld.mine()
    return [
        one
        for one in db.session.scalars(statement.order_by(*order).limit(limit))
        if one.case_id not in hidden.cases and one.person_id not in hidden.persons
    ]


def approval(approval_id: UUID) -> Approval | None:
    return db.session.scalar(select(Approval).where(Approval.id == approval_id))


def of_subject(subject_id: UUID, code: str | None = None) -> Approval | None:
    """What waits about a row, of one kind or of any: the oldest."""
    statement = select(Approval).where(Approval.subject_id == subject_id, Approval.state == State.WAITING)
    if code is not None:
        statement = statement.where(Approval.code == code)
    return db.session.scalar(statement.order_by(Approval.asked_at).limit(1))


def waiting_of(code: str) -> list[Approval]:
    """What waits of one kind, the oldest first."""
    return list(db.session.scalars(_queue().where(Approval.code == code)))


def latest(code: str, subject_id: UUID) -> Approval | None:
    """The last request of a kind about a row, whatever became of it."""
    return latest_of(code, [subject_id]).get(subject_id)


def latest_of(code: str, subject_ids: Collection[UUID]) -> dict[UUID, Approval]:
    """The last request of a kind about each of some rows, read at once."""
    if not subject_ids:
        return {}
    statement = select(Approval).where(Approval.subject_id.in_(subject_ids), Approval.code == code)
    return {one.subject_id: one for one in db.session.scalars(statement.order_by(Approval.asked_at, Approval.id))}


def about(case_ids: list[UUID], person_ids: list[UUID]) -> list[Approval]:
    """What waits about these cases and persons, the oldest first."""
    statement = select(Approval).where(
        Approval.state == State.WAITING, or_(Approval.case_id.in_(case_ids), Approval.person_id.in_(person_ids))
    )
    return list(db.session.scalars(statement.order_by(Approval.asked_at, Approval.id)))


def has_changed(one: Approval) -> bool:
    """Whether its subject is another than when it was asked, or gone: then nobody can approve it."""
    return kinds.kind(one.code).version(one) != one.subject_version


def changes_since(one: Approval) -> list[Revision]:
    """What was changed in the subject after it was asked, the first change first."""
    subjects = [one.subject_id, *kinds.kind(one.code).also(one)]
    statement = select(Revision).where(
        Revision.subject_id.in_(subjects), Revision.subject_kind == one.subject_kind, Revision.at > one.asked_at
    )
    return list(db.session.scalars(statement.order_by(Revision.at, Revision.id)))
