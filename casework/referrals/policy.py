"""Who reads what another partner told: who decides on it, and who works on it."""

from casework.core.scope import Principal
from casework.referrals.models import ReferralSide
from casework.restrictions.policy import TEAM


def may_read(who: Principal, side: ReferralSide | None) -> bool:
    """Supervisors, the lawyer who works on it or has the case it is linked to, and who stands in for them."""
    if who.may("referral:take"):
        return True
    if side is None or who.user_id is None:
        return False
    workers = {side.lawyer_id, side.case.lawyer_id if side.case is not None else None}
    return bool(workers & {who.user_id}.union(*(colleagues(who.user_id) for colleagues in TEAM)))
