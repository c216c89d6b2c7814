"""What consents do by themselves: reminding before they run out, and stopping what goes on when they have."""

from datetime import time

from casework.consents import actions
from casework.core.jobs import Job, daily


def look() -> int:
    """Each morning: what has run out is ended first, then whoever must act is reminded of what will."""
    return actions.end_expired() + actions.remind()


LOOK = Job("consents.look", daily(time(6, 30)), look)
