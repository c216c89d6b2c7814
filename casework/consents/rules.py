"""What an answer to a question for consent covers, and when it ends. Plain Python: no database, no clock."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Protocol, TypeVar

from casework.persons.ages import ADULT_FROM

SOON = timedelta(days=30)
ASSENT_FROM = 14
"""From this age on a child is asked, too, and the answer is recorded."""


class Purpose(StrEnum):
    """What the person is asked for; the list `consent_purpose`."""

    REGISTER = "REGISTER"
    UNHCR = "UNHCR"
    AUTHORITY = "AUTHORITY"
    REFERRAL = "REFERRAL"
    TRANSFER = "TRANSFER"
    STATISTICS = "STATISTICS"
    STORY = "STORY"


class State(StrEnum):
    """What the person answered. A withdrawn consent was given before."""

    GIVEN = "given"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class ByWhom(StrEnum):
    """Who answered: the person, or for a child a parent or guardian."""

    SELF = "self"
    GUARDIAN = "guardian"


class Assent(StrEnum):
    """What the child says to it."""

    YES = "yes"
    NO = "no"
    TOO_YOUNG = "too_young"


class Standing(StrEnum):
    """What an answer is today."""

    IN_FORCE = "in_force"
    SOON = "soon"
    SUSPENDED = "suspended"
    EXPIRED = "expired"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    SUPERSEDED = "superseded"
    VOID = "void"


class Answer(Protocol):
    """What an answer must tell."""

    @property
    def purpose(self) -> str: ...
    @property
    def recipient(self) -> str | None: ...
    @property
    def state(self) -> str: ...
    @property
    def answered_on(self) -> date: ...
    @property
    def expires_on(self) -> date | None: ...
    @property
    def withdrawn_on(self) -> date | None: ...
    @property
    def recorded_at(self) -> datetime: ...
    @property
    def sequence(self) -> int: ...
    @property
    def is_void(self) -> bool: ...


AnyAnswer = TypeVar("AnyAnswer", bound=Answer)


def in_order(answer: Answer) -> tuple[date, datetime, int]:
    """By the day of the answer; of one day, as they were recorded."""
    return answer.answered_on, answer.recorded_at, answer.sequence


def holding(answers: Iterable[AnyAnswer], purpose: str, recipient: str | None, on: date) -> AnyAnswer | None:
    """The last answer to one question by a day, whatever it says; of one day the one recorded later."""
    found = [
        one
        for one in answers
        if not one.is_void and (one.purpose, one.recipient) == (purpose, recipient) and one.answered_on <= on
    ]
    return max(found, key=in_order, default=None)


def covers(answer: Answer, on: date) -> bool:
    """Whether an answer lets something be done on a day: its last day is still good, the day of withdrawal is not."""
    if answer.is_void or answer.state == State.REFUSED or answer.answered_on > on:
        return False
    if answer.withdrawn_on is not None and answer.withdrawn_on <= on:
        return False
    return answer.expires_on is None or on <= answer.expires_on


def rests_on_registration(purpose: str) -> bool:
    """Whether what is agreed to for a purpose holds only while the person agrees to be registered and helped.

    Who is counted is a question of its own: what was said to that is followed, whatever else was said.
    """
    return purpose not in (Purpose.REGISTER, Purpose.STATISTICS)


def has_left(answers: Iterable[Answer], on: date) -> bool:
    """Whether the person's last word on being registered and helped lets nothing be done on a day: they refused, took
    it back, or it ran out. Where it was never asked, or every answer is void, nobody has said no.
    """
    last = holding(answers, Purpose.REGISTER, None, on)
    return last is not None and not covers(last, on)


def standing(answer: Answer, is_last: bool, today: date, *, is_left: bool = False) -> Standing:
    """What an answer is today, in the row of those to the same question. `is_left`: the person `has_left`."""
    if answer.is_void:
        return Standing.VOID
    if answer.state == State.WITHDRAWN:
        return Standing.WITHDRAWN
    if not is_last:
        return Standing.SUPERSEDED
    if answer.state == State.REFUSED:
        return Standing.REFUSED
    if answer.expires_on is not None and answer.expires_on < today:
        return Standing.EXPIRED
    if is_left and rests_on_registration(answer.purpose):
        return Standing.SUSPENDED
    return Standing.SOON if answer.expires_on is not None and answer.expires_on <= today + SOON else Standing.IN_FORCE


def is_asked_for_assent(age: int | None) -> bool:
    return age is not None and ASSENT_FROM <= age < ADULT_FROM
