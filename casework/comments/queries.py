"""The comments of a case, who may be mentioned in one, and who follows the case."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload, selectinload

from casework.accounts.models import User
from casework.accounts.queries import caseworkers
from casework.cases.models import Case
from casework.comments.models import Comment, Follow
from casework.comments.policy import PUT_BACK_WITHIN
from casework.core import clock
from casework.core.db import db


def of_case(case_id: UUID) -> list[Comment]:
    """What stands, the latest first; and what one took back oneself a moment ago."""
    since: datetime = clock.now() - PUT_BACK_WITHIN
    me = db.session.info["principal"].user_id
    own_of_late = (Comment.author_id == me) & (Comment.voided_at >= since)
    statement = (
        select(Comment)
        .where(Comment.case_id == case_id, or_(Comment.voided_at.is_(None), own_of_late))
        .options(joinedload(Comment.author), selectinload(Comment.mentions))
        .order_by(Comment.written_at.desc(), Comment.id)
    )
    return list(db.session.scalars(statement))


def comment(case_id: UUID, comment_id: UUID) -> Comment | None:
    return db.session.scalar(select(Comment).where(Comment.id == comment_id, Comment.case_id == case_id))


def colleagues() -> list[User]:
    """Who may be spoken to in a comment: those of one's own organisation who work on cases, without oneself."""
    me = db.session.info["principal"].user_id
    return [one for one in caseworkers() if one.id != me]


def followers(case_id: UUID) -> set[UUID]:
    """Who asked to be told what happens in a case; its lawyer is told without asking."""
    return set(db.session.scalars(select(Follow.user_id).where(Follow.case_id == case_id)))


def followers_of(case_ids: Collection[UUID]) -> dict[UUID, set[UUID]]:
    """The same of many cases, at once."""
    found: dict[UUID, set[UUID]] = {}
    for case_id, user_id in db.session.execute(
        select(Follow.case_id, Follow.user_id).where(Follow.case_id.in_(case_ids))
    ):
        found.setdefault(case_id, set()).add(user_id)
    return found


def follow(case_id: UUID, user_id: UUID | None) -> Follow | None:
    return db.session.scalar(select(Follow).where(Follow.case_id == case_id, Follow.user_id == user_id))


def followed(user_id: UUID) -> list[UUID]:
    """The open cases that somebody follows."""
    statement = (
        select(Follow.case_id)
        .join(Case, Case.id == Follow.case_id)
        .where(Follow.user_id == user_id, Case.closed_on.is_(None))
    )
    return list(db.session.scalars(statement))
