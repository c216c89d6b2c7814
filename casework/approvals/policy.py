"""Who sees a request: who asked, and those who decide."""

from casework.approvals.models import Approval
from casework.core.db import db


def visible(approval: Approval | None) -> Approval | None:
    """The request, if the acting user may see it; otherwise it is as if it were not there."""
    who = db.session.info["principal"]
    if approval is None or who is None:
        return None
    return approval if who.may("approval:decide") or approval.asked_by_id == who.user_id else None
