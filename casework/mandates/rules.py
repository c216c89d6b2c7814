"""Whether a power of attorney holds on a day, and what it lacks when it does not."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from casework.workdays.rules import months_after

SOON = timedelta(days=30)
ADULT_FROM = 18
PARENT_OF = frozenset({"SON", "DAU", "FCM", "FCF"})
"""The relative is this of the person: then the person acts for the relative, as a parent or a foster parent."""
CHILD_OF = frozenset({"FTH", "MTH", "GRD"})
"""The relative is this of the person: then the relative acts for the person, as a parent or a guardian."""


class State(StrEnum):
    """What a power of attorney is today."""

    VALID = "valid"
    SOON = "soon"
    EXPIRED = "expired"
    REVOKED = "revoked"
    VOID = "void"


class Flaw(StrEnum):
    """Why one does not serve, from the furthest miss to the nearest."""

    NONE = "none"
    SCOPE = "scope"
    LAWYER = "lawyer"
    EARLY = "early"
    REVOKED = "revoked"
    EXPIRED = "expired"


@dataclass(frozen=True)
class Terms:
    """How long the law lets one hold, in years: the list `poa_term` says it for each day."""

    longest: int
    """However late the day written in it."""
    unsaid: int
    """When it names no day."""


class Power(Protocol):
    """What a power of attorney must tell."""

    @property
    def terms(self) -> Terms: ...

    @property
    def scope(self) -> list[str]: ...
    @property
    def lawyer_id(self) -> UUID | None: ...
    @property
    def issued_on(self) -> date: ...
    @property
    def expires_on(self) -> date | None: ...
    @property
    def revoked_on(self) -> date | None: ...
    @property
    def is_void(self) -> bool: ...


@dataclass(frozen=True)
class Lack:
    """What is missing: the flaw of the power that comes nearest, and the day that makes it one."""

    flaw: Flaw
    on: date | None = None


def last_day(power: Power) -> date:
    """The last day on which it is good: the day written in it, but never more than the law allows."""
    if power.expires_on is None:
        return months_after(power.issued_on, 12 * power.terms.unsaid)
    return min(power.expires_on, months_after(power.issued_on, 12 * power.terms.longest))


def state(power: Power, today: date) -> State:
    if power.is_void:
        return State.VOID
    if power.revoked_on is not None and power.revoked_on <= today:
        return State.REVOKED
    end = last_day(power)
    if end < today:
        return State.EXPIRED
    return State.SOON if end <= today + SOON else State.VALID


def flaw(power: Power, scope: str, on: date, lawyer_id: UUID | None = None) -> Lack | None:
    """What a power lacks to represent somebody on a day; None when it serves.

    Its last day is still good; the day on which it is revoked is not. Without `lawyer_id` it does not
    matter whom it names.
    """
    if scope not in power.scope:
        return Lack(Flaw.SCOPE)
    if lawyer_id is not None and power.lawyer_id not in (None, lawyer_id):
        return Lack(Flaw.LAWYER)
    if on < power.issued_on:
        return Lack(Flaw.EARLY, power.issued_on)
    if power.revoked_on is not None and power.revoked_on <= on:
        return Lack(Flaw.REVOKED, power.revoked_on)
    end = last_day(power)
    if end < on:
        return Lack(Flaw.EXPIRED, end)
    return None


def lack(powers: Iterable[Power], scope: str, on: date, lawyer_id: UUID | None = None) -> Lack | None:
    """None when one of these powers serves; else what the nearest of them lacks."""
    nearest = Lack(Flaw.NONE)
    order = list(Flaw)
    for power in powers:
        if power.is_void:
            continue
        found = flaw(power, scope, on, lawyer_id)
        if found is None:
            return None
        place, best = order.index(found.flaw), order.index(nearest.flaw)
        if place > best or (place == best and (found.on or date.min) > (nearest.on or date.min)):
            nearest = found
    return nearest


def is_child(age: int | None) -> bool:
    """Whether somebody else acts for a person of this age; of an unknown age nobody does."""
    return age is not None and age < ADULT_FROM
