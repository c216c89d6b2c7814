"""When something may be said about a person whom another partner may have too, and how the two sides come to see.

Plain Python: no database, no clock.
"""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from casework.persons.likeness import Comparison, Confidence, Profile

A_DAY = 20
"""Records of one lawyer that are compared with other partners' in a day; the rest wait for their turn."""
PAUSE = timedelta(days=7)
"""A record is compared at most this often, however often it is changed."""
SILENCE = timedelta(days=14)
"""After so long without an answer, the asker is told that there is none."""
AGAIN = timedelta(days=30)
"""Whoever was not agreed with may ask again after this."""
BY_CHANCE = 0.01
"""How probable it may be, at most, that any of all the comparisons made finds two different people alike."""


class State(StrEnum):
    """How far the question between two partners is. Nobody is taken for two people before `DIFFERENT`."""

    SUSPECTED = "suspected"
    ASKED = "asked"
    AGREED = "agreed"
    SAME = "same"
    DIFFERENT = "different"


OPEN_TO_BOTH = frozenset({State.AGREED, State.SAME})
"""Only then does each side see the other's card."""


class Answer(StrEnum):
    AGREED = "agreed"
    DECLINED = "declined"


class Verdict(StrEnum):
    SAME = "same"
    DIFFERENT = "different"


class Standing(StrEnum):
    """How one side stands: the state of the question, and what of it is this side's."""

    OPEN = "open"
    NOT_AGREED = "not_agreed"
    WAITING = "waiting"
    ASKED = "asked"
    COMPARING = "comparing"
    SAID = "said"
    SAME = "same"
    DIFFERENT = "different"


class Step(StrEnum):
    ASK = "ask"
    ANSWER = "answer"
    VERDICT = "verdict"
    WITHDRAW = "withdraw"


STEPS: dict[Standing, frozenset[Step]] = {
    Standing.OPEN: frozenset({Step.ASK}),
    Standing.NOT_AGREED: frozenset({Step.ASK}),
    Standing.WAITING: frozenset({Step.WITHDRAW}),
    Standing.ASKED: frozenset({Step.ANSWER}),
    Standing.COMPARING: frozenset({Step.VERDICT, Step.WITHDRAW}),
    Standing.SAID: frozenset({Step.VERDICT, Step.WITHDRAW}),
    Standing.SAME: frozenset({Step.VERDICT, Step.WITHDRAW}),
    Standing.DIFFERENT: frozenset(),
}


class Question(Protocol):
    """What the question between the two sides must tell."""

    @property
    def state(self) -> str: ...
    @property
    def changed_at(self) -> datetime: ...


class Side(Protocol):
    """What one side must tell."""

    @property
    def asked_at(self) -> datetime | None: ...
    @property
    def verdict(self) -> str | None: ...


def standing(question: Question, side: Side) -> Standing:
    """How this side stands. Who asked last is known by the moment: asking is what then changed the question."""
    match State(question.state):
        case State.SUSPECTED:
            return Standing.NOT_AGREED if side.asked_at is not None else Standing.OPEN
        case State.ASKED:
            return Standing.WAITING if side.asked_at == question.changed_at else Standing.ASKED
        case State.AGREED:
            return Standing.SAID if side.verdict == Verdict.SAME else Standing.COMPARING
        case State.SAME:
            return Standing.SAME
    return Standing.DIFFERENT


def steps(question: Question, side: Side, now: datetime) -> frozenset[Step]:
    """What this side may do now."""
    found = standing(question, side)
    if found is Standing.NOT_AGREED and now < question.changed_at + AGAIN:
        return frozenset()
    return STEPS[found]


def is_unanswered(question: Question, side: Side, now: datetime) -> bool:
    """Whether one's own question has waited too long."""
    return standing(question, side) is Standing.WAITING and now >= question.changed_at + SILENCE


# -- what is said at all -----------------------------------------------------------------------------------------


def may_say(chance: float, comparisons: int) -> bool:
    """Whether a likeness means more than that many people were compared."""
    return chance * max(comparisons, 1) < BY_CHANCE


def is_telling(comparison: Comparison | None, chance: float, comparisons: int) -> bool:
    """Whether a likeness between two partners' records is worth a question."""
    if comparison is None or comparison.confidence not in (Confidence.CERTAIN, Confidence.LIKELY):
        return False
    return may_say(chance, comparisons)


MOST_NAMES, MOST_DOCUMENTS = 8, 6
"""What a record of one person holds at most, even of one who moved and married often."""


def is_of_many(profile: Profile) -> bool:
    """Whether a record may be a list of people to be tried out at one go: of it nothing is said."""
    return len(profile.names) > MOST_NAMES or len(profile.documents) > MOST_DOCUMENTS


def numbers(profile: Profile) -> frozenset[str]:
    """The numbers that are one person's only."""
    return frozenset(one for one in (profile.iin, *profile.documents) if one)


# -- who is compared, and when -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Due:
    """A record that is to be compared with other partners'."""

    person_id: UUID
    changed_at: datetime
    lawyers: frozenset[UUID]
    """Who registered it, and who changed it since it was last compared: whoever may be trying something out."""
    looked_on: date | None = None


def within_limits(due: Iterable[Due], done_today: Iterable[Due], today: date) -> tuple[list[Due], Counter[UUID]]:
    """Whose turn it is, those that have waited longest first; and how many records of each lawyer wait for theirs."""
    used = Counter(lawyer for one in done_today for lawyer in one.lawyers)
    turn: list[Due] = []
    waiting: Counter[UUID] = Counter()
    for one in sorted(due, key=lambda one: (one.changed_at, str(one.person_id))):
        is_soon = one.looked_on is not None and today - one.looked_on < PAUSE
        full = {lawyer for lawyer in one.lawyers if used[lawyer] >= A_DAY}
        if is_soon or full:
            waiting.update(full or one.lawyers)
            continue
        used.update(one.lawyers)
        turn.append(one)
    return turn, waiting


def is_raised_again(shared: Collection[str], known_then: Collection[str]) -> bool:
    """Whether two whom a partner said to be different have a number in common that they had not then."""
    return bool(set(shared) - set(known_then))
