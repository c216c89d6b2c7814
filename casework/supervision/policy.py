"""Who may plan whose absence, and who stands in for whom today."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import ColumnElement, and_, select

from casework.core import clock
from casework.core.db import db
from casework.core.scope import Principal
from casework.supervision.models import Cover, Reassignment


def may_plan(who: Principal, user_id: UUID) -> bool:
    """One’s own absence; a supervisor anybody’s."""
    return who.may("team:cover") or user_id == who.user_id


def may_read(who: Principal, cover: Cover) -> bool:
    """What was noted for an absence is for the two and for supervisors."""
    return may_plan(who, cover.user_id) or cover.cover_id == who.user_id


def concerned(made: Reassignment) -> set[UUID | None]:
    """Who handed cases over, had them, or got them."""
    return {made.made_by_id, *(one for line in made.lines for one in (line.from_lawyer_id, line.to_lawyer_id))}


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
