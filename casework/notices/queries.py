"""What somebody has been told, what they have not read, and how they want to be told."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, func, select

from casework.accounts.models import User
from casework.accounts.policy import permissions_of
from casework.core.db import db
from casework.core.paging import Page, page
from casework.notices.kinds import KINDS
from casework.notices.models import Notice, NoticeChoice, NoticeHours
from casework.notices.rules import Hours

A_PAGE = 50


def _me() -> UUID | None:
    found: UUID | None = db.session.info["principal"].user_id
    return found


def _is_mine() -> ColumnElement[bool]:
    """One's own, without what was told to somebody in another role, which one has no more."""
    who = db.session.info["principal"]
    closed = [code for code, kind in KINDS.items() if not who.may(kind.permission)]
    return (Notice.user_id == who.user_id) & Notice.kind.not_in(closed)


def notice(notice_id: UUID) -> Notice | None:
    """One of one's own notices; nobody sees another's."""
    return db.session.scalar(select(Notice).where(Notice.id == notice_id, _is_mine()))


def mine(unread_only: bool = False, number: int = 1) -> Page[Notice]:
    """One's own notices: what is unread first, each the latest first."""
    condition = [_is_mine(), *([Notice.read_at.is_(None)] if unread_only else [])]
    total = db.session.scalar(select(func.count(Notice.id)).where(*condition)) or 0
    order = (Notice.read_at.is_not(None), Notice.made_at.desc(), Notice.id)
    return page(select(Notice).where(*condition).order_by(*order), total, number, A_PAGE)


def unread() -> int:
    """How many of one's own notices one has not read."""
    waiting = select(func.count(Notice.id)).where(_is_mine(), Notice.read_at.is_(None))
    return db.session.scalar(waiting) or 0


def read_at(moment: datetime) -> list[Notice]:
    """Which of one's own were marked as read at one moment, all at once."""
    return list(db.session.scalars(select(Notice).where(Notice.user_id == _me(), Notice.read_at == moment)))


def known_keys(user_ids: Collection[UUID], keys: Collection[str]) -> set[tuple[UUID, str]]:
    """Who of these was told which of this already."""
    told = select(Notice.user_id, Notice.key).where(Notice.user_id.in_(user_ids), Notice.key.in_(keys))
    return {(user_id, key) for user_id, key in db.session.execute(told)}


def readers(user_ids: Collection[UUID] | None = None) -> list[User]:
    """The active users of the acting organisation, or those of them who are meant."""
    who = db.session.info["principal"]
    statement = select(User).where(User.organisation_id == who.organisation_id, User.is_active)
    if user_ids is not None:
        statement = statement.where(User.id.in_(user_ids))
    return list(db.session.scalars(statement.order_by(User.name)))


def may_be_told(user: User, kind: str) -> bool:
    """Whether a kind of thing is for this user: a lawyer who stands in for a supervisor reads no alerts."""
    return KINDS[kind].permission in permissions_of(user)


# -- how each wants to be told -----------------------------------------------------------------------------------


def choices(user_id: UUID) -> dict[str, bool]:
    """By kind: whether this user wants a mail about it."""
    said = dict(_said([user_id]).get(user_id, {}))
    return {code: said.get(code, kind.by_mail) for code, kind in KINDS.items()}


def wanting(user_ids: Collection[UUID], kind: str) -> set[UUID]:
    """Who of these wants a mail about this kind of thing."""
    said = _said(user_ids)
    return {one for one in user_ids if said.get(one, {}).get(kind, KINDS[kind].by_mail)}


def _said(user_ids: Collection[UUID]) -> dict[UUID, dict[str, bool]]:
    rows = db.session.scalars(select(NoticeChoice).where(NoticeChoice.user_id.in_(user_ids)))
    found: dict[UUID, dict[str, bool]] = {}
    for row in rows:
        found.setdefault(row.user_id, {})[row.kind] = row.by_mail
    return found


def hours(user_ids: Collection[UUID]) -> dict[UUID, Hours]:
    """When each of these may be written to."""
    rows = db.session.scalars(select(NoticeHours).where(NoticeHours.user_id.in_(user_ids)))
    said = {
        row.user_id: Hours(row.quiet_from, row.quiet_until, tuple(row.weekdays), row.once_a_day_at, row.urgent_at_once)
        for row in rows
    }
    return {one: said.get(one, Hours()) for one in user_ids}


def old(before: datetime) -> list[Notice]:
    """Notices of the acting organisation from before a moment, so many as one turn removes."""
    return list(db.session.scalars(select(Notice).where(Notice.made_at < before).order_by(Notice.made_at).limit(2000)))


def unsettled() -> list[Notice]:
    """What waits for a mail, or for the finding that none is wanted; the earliest first."""
    return list(db.session.scalars(select(Notice).where(Notice.settled_at.is_(None)).order_by(Notice.made_at)))
