"""Who may plan whose absence, and who stands in for whom today."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import ColumnElement, and_, select

from casework.core import clock
from casework.core.db import db
from casework.core.scope import Principal
from casework.supervision.models import Cover


def may_plan(who: Principal, user_id: UUID) -> bool:
    """One’s own absence; a supervisor anybody’s."""
    return who.may("team:cover") or user_id == who.user_id


def holds_today() -> ColumnElement[bool]:
    today = clock.today()
    return and_(Cover.ended_at.is_(None), Cover.from_on <= today, Cover.until_on >= today)


def stands_in_for(user_id: UUID) -> set[UUID]:
    """The colleagues who are away today and whose urgent work this user does."""
    return set(db.session.scalars(select(Cover.user_id).where(holds_today(), Cover.cover_id == user_id)))


def standing_in(user_ids: Iterable[UUID]) -> set[UUID]:
    """Who stands in today for any of these colleagues."""
    statement = select(Cover.cover_id).where(holds_today(), Cover.user_id.in_(list(user_ids)))
    return set(db.session.scalars(statement))
