"""What is done for data subjects by itself, every day."""

from datetime import time

from casework.core import erased
from casework.core.jobs import Job, daily
from casework.rights import actions, queries


def look() -> int:
    """Remind of terms that end, and see that nobody erased is missing from the list that a restore goes by."""
    erased.remember(queries.tombstones())
    return actions.remind()


LOOK = Job("rights.look", daily(time(6, 30)), look)
