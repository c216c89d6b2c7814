"""Whose comment may be changed, how long what was taken back can be put back, and who may be spoken to in one."""

from collections.abc import Collection
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select

from casework.accounts.models import User
from casework.accounts.sign_in import principal_for
from casework.cases.models import Case
from casework.comments.models import Comment
from casework.core import clock
from casework.core.db import db
from casework.core.scope import Principal
from casework.restrictions import policy as restrictions
from casework.restrictions.queries import restricted_ids

PUT_BACK_WITHIN = timedelta(minutes=30)


def may_open(colleague: User, case: Case) -> bool:
    """Whether a colleague may open the record at all: nobody is spoken to about what is withheld from them."""
    return case.id not in closed_to(colleague)


def only_who_may_open(user_ids: Collection[UUID | None], case_id: UUID) -> set[UUID]:
    """Of these colleagues those who may open a case: of what happens in a restricted record the others hear nothing."""
    return {one for one, closed in closed_to_each(user_ids).items() if case_id not in closed}


def closed_to_each(user_ids: Collection[UUID | None]) -> dict[UUID, frozenset[UUID]]:
    """The cases that each of these colleagues may not open."""
    ids = {one for one in user_ids if one is not None}
    if not ids or not restricted_ids():
        return dict.fromkeys(ids, frozenset())
    return {one.id: closed_to(one) for one in db.session.scalars(select(User).where(User.id.in_(ids)))}


def closed_to(colleague: User) -> frozenset[UUID]:
    """The cases that a colleague may not open."""
    return restrictions.decide(db.session, principal_for(colleague)).cases


def is_own(comment: Comment, who: Principal | None) -> bool:
    """Only who wrote it may change it or take it back."""
    return who is not None and who.user_id == comment.author_id


def may_put_back(comment: Comment, who: Principal | None) -> bool:
    return is_own(comment, who) and comment.voided_at is not None and clock.now() - comment.voided_at <= PUT_BACK_WITHIN
