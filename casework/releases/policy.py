"""Who may read which releases."""

from casework.core.scope import Principal
from casework.releases.models import Release


def may_read(who: Principal | None, release: Release) -> bool:
    """What is frozen is for whoever may see releases; drafts and what was discarded only for who makes them."""
    if who is None:
        return False
    return who.is_system or who.may("release:make") or (release.is_frozen and who.may("release:see"))
