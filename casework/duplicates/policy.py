"""Who may decide about a pair, beyond what a role allows."""

from casework.core.scope import Principal
from casework.duplicates.models import DuplicatePair


def is_over(pair: DuplicatePair) -> bool:
    """Whether one of the two was merged since, into the other or into a third: nothing is left to decide."""
    return pair.person.merged_into_id is not None or pair.other.merged_into_id is not None


def may_decide(who: Principal | None, pair: DuplicatePair) -> bool:
    """Whoever compares records may decide a pair that nobody has, and change what they said themselves.

    What somebody else decided, and what waits for the supervisor, only a supervisor changes.
    """
    if who is None or not who.may("person:compare") or is_over(pair):
        return False
    return pair.decision is None or who.may("person:merge") or (pair.decided_by_id == who.user_id is not None)
