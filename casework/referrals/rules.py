"""How far a referral is, what each side may do with it, and while the other may read what was told.

Plain Python: no database, no clock.
"""

from datetime import date, timedelta
from enum import StrEnum

DAYS = 7
"""How long an answer may take, unless a recipient is known to need more."""
MOST_DAYS = 60


class State(StrEnum):
    DRAFT = "draft"
    SENT = "sent"
    NO_ANSWER = "no_answer"
    ACCEPTED = "accepted"
    SERVED = "served"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    ENDED = "ended"


class Ending(StrEnum):
    """Why nothing of it can be read any more."""

    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    CONSENT = "consent"
    ENDED = "ended"


LIVE = frozenset({State.SENT, State.NO_ANSWER, State.ACCEPTED, State.SERVED})
"""While it is so, the receiver reads what was told; before and after, nothing."""
WAITING = frozenset({State.SENT, State.NO_ANSWER})
AT_WORK = frozenset({State.ACCEPTED, State.SERVED})


class Kind(StrEnum):
    """What a step was."""

    SENT = "sent"
    ADDITION = "addition"
    NARROWED = "narrowed"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    NO_ANSWER = "no_answer"
    LINKED = "linked"
    MESSAGE = "message"
    SERVICE = "service"
    FEEDBACK = "feedback"
    PROGRESS = "progress"
    ENDED = "ended"
    WITHDRAWN = "withdrawn"
    CONSENT = "consent"


class Step(StrEnum):
    """What somebody can do from here."""

    CHOOSE = "choose"
    SEND = "send"
    DISCARD = "discard"
    ADD = "add"
    ACCEPT = "accept"
    DECLINE = "decline"
    LINK = "link"
    LAWYER = "lawyer"
    MESSAGE = "message"
    SERVICE = "service"
    FEEDBACK = "feedback"
    PROGRESS = "progress"
    WITHDRAW = "withdraw"
    END = "end"


_SENDER: dict[State, frozenset[Step]] = {
    State.DRAFT: frozenset({Step.CHOOSE, Step.SEND, Step.DISCARD}),
    State.SENT: frozenset({Step.ADD, Step.MESSAGE, Step.WITHDRAW}),
    State.NO_ANSWER: frozenset({Step.ADD, Step.MESSAGE, Step.WITHDRAW}),
    State.ACCEPTED: frozenset({Step.ADD, Step.MESSAGE, Step.FEEDBACK, Step.PROGRESS, Step.WITHDRAW, Step.END}),
    State.SERVED: frozenset({Step.ADD, Step.MESSAGE, Step.FEEDBACK, Step.PROGRESS, Step.WITHDRAW, Step.END}),
}
_RECEIVER: dict[State, frozenset[Step]] = {
    State.SENT: frozenset({Step.ACCEPT, Step.DECLINE, Step.MESSAGE}),
    State.NO_ANSWER: frozenset({Step.ACCEPT, Step.DECLINE, Step.MESSAGE}),
    State.ACCEPTED: frozenset(
        {Step.LINK, Step.LAWYER, Step.MESSAGE, Step.SERVICE, Step.FEEDBACK, Step.PROGRESS, Step.END}
    ),
    State.SERVED: frozenset(
        {Step.LINK, Step.LAWYER, Step.MESSAGE, Step.SERVICE, Step.FEEDBACK, Step.PROGRESS, Step.END}
    ),
}


def steps(state: State, *, is_sender: bool, is_outside: bool) -> frozenset[Step]:
    """What a side may do now. What an outside service does is recorded by hand, by the sender."""
    found = (_SENDER if is_sender else _RECEIVER).get(state, frozenset())
    if is_outside and is_sender and state != State.DRAFT:
        by_hand = _RECEIVER.get(state, frozenset()) - {Step.LINK, Step.LAWYER}
        found = (found | by_hand) - {Step.MESSAGE, Step.PROGRESS}
    return found


def answer_due(sent_on: date, days: int) -> date:
    return sent_on + timedelta(days=days)


def is_late(state: State, due_on: date | None, today: date) -> bool:
    """Whether an answer is overdue: the day itself is still in time."""
    return state in WAITING and due_on is not None and today > due_on
