"""Whose comment may be changed, how long what was taken back can be put back, and who may be spoken to in one."""

from datetime import timedelta

from casework.accounts.models import User
from casework.accounts.sign_in import principal_for
from casework.cases.models import Case
from casework.comments.models import Comment
from casework.core import clock
from casework.core.db import db
from casework.core.scope import Principal
from casework.restrictions import policy as restrictions

PUT_BACK_WITHIN = timedelta(minutes=30)


def may_open(colleague: User, case: Case) -> bool:
    """Whether a colleague may open the record at all: nobody is spoken to about what is withheld from them."""
    return case.id not in restrictions.decide(db.session, principal_for(colleague)).cases


def is_own(comment: Comment, who: Principal | None) -> bool:
    """Only who wrote it may change it or take it back."""
    return who is not None and who.user_id == comment.author_id


def may_put_back(comment: Comment, who: Principal | None) -> bool:
    return is_own(comment, who) and comment.voided_at is not None and clock.now() - comment.voided_at <= PUT_BACK_WITHIN
