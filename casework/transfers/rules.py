"""How far a transfer is, and what either side may do then. Plain Python: no database, no clock."""

from datetime import datetime, timedelta
from enum import StrEnum


class State(StrEnum):
    """How far a transfer is. Until the case is copied, everything can be taken back."""

    OFFERED = "offered"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    FAILED = "failed"
    COPIED = "copied"
    MOVED = "moved"


OPEN = frozenset({State.OFFERED, State.ACCEPTED, State.FAILED, State.COPIED})
"""While one of these holds, the case cannot be offered once more."""
BEFORE_COPYING = frozenset({State.OFFERED, State.ACCEPTED, State.FAILED})
ARRIVED = frozenset({State.COPIED, State.MOVED})


TOO_LONG = timedelta(hours=1)
"""After a minute a case that is copied is closed where it came from; after this time something keeps it."""


def is_stuck(state: str, changed_at: datetime, now: datetime) -> bool:
    """Whether a case has been here and there for longer than a turn of the job explains."""
    return state == State.COPIED and now - changed_at >= TOO_LONG


class Failure(StrEnum):
    """Why copying stopped. Nothing had moved then: a copy is there as a whole or not at all."""

    CONSENT = "consent"
    CLOSED = "closed"
    PARTIES = "parties"
    SPACE = "space"
    LAWYER = "lawyer"
    RECORDS = "records"
    FILE = "file"
    UNEXPECTED = "unexpected"


class Step(StrEnum):
    ACCEPT = "accept"
    DECLINE = "decline"
    WITHDRAW = "withdraw"
    AGAIN = "again"


_SENDER: dict[State, frozenset[Step]] = {
    State.OFFERED: frozenset({Step.WITHDRAW}),
    State.ACCEPTED: frozenset({Step.WITHDRAW}),
    State.FAILED: frozenset({Step.WITHDRAW}),
}
_RECEIVER: dict[State, frozenset[Step]] = {
    State.OFFERED: frozenset({Step.ACCEPT, Step.DECLINE}),
    State.ACCEPTED: frozenset({Step.DECLINE}),
    State.FAILED: frozenset({Step.AGAIN, Step.DECLINE}),
}


def steps(state: str, *, is_sender: bool) -> frozenset[Step]:
    """What a side may do now."""
    return (_SENDER if is_sender else _RECEIVER).get(State(state), frozenset())


def recipient(organisation_id: object) -> str:
    """How a partner is named in a consent."""
    return f"organisation:{organisation_id}"
