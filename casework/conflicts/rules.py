"""When an opposing party may be somebody whom the house also helps, and what a decision on it means."""

from collections.abc import Collection, Iterable, Iterator
from datetime import date
from enum import StrEnum
from typing import Protocol, TypeVar
from uuid import UUID

from casework.persons import likeness
from casework.persons.likeness import Confidence, Point, Profile
from casework.persons.names import likeness as name_likeness
from casework.persons.names import name_parts, readings, skeleton


class How(StrEnum):
    """How a client comes to be opposed to another."""

    DIRECT = "direct"
    RELATIVE = "relative"
    ELSEWHERE = "elsewhere"


GONE = "gone"
"""The confidence of a conflict whose facts no longer say so: it is shown nowhere and holds nobody back."""

SAYS_SOMEONE_ELSE = "NOT_SAME"
"""The one decision that falls when it turns out more certain that it is the same person: the others presume it."""

NEEDS_REASON = "NOT_OPPOSED"
"""The decision that nobody can follow later without a reason."""

NAMES_AGREE = 86.0
FATHERS_DIFFER = 60.0


def opposed(opponent: Profile, person: Profile) -> Confidence | None:
    """How surely an opposing party is this person.

    Of an opposing party often nothing but a name is known, and to miss a conflict is worse than to ask: a family and a
    given name that agree are enough to ask. Not when something that is known of both differs.
    """
    found = likeness.compare(opponent, person)
    if found.confidence is not None:
        return found.confidence
    points = {point.name: point for point in found.points}
    if points["name"].agrees is not True or points["iin"].agrees is False or points["sex"].agrees is False:
        return None
    if _is_of_another_age(opponent, person, points["born"]) or _has_another_father(opponent, person):
        return None
    return Confidence.POSSIBLE if _both_names_agree(opponent, person) else None


def _is_of_another_age(one: Profile, other: Profile, born: Point) -> bool:
    """Whether two birth dates are of two people. Of an opposing party the year is often a guess: one more or less."""
    if born.agrees is not False or one.born.year is None or other.born.year is None:
        return False
    return born.how != "year" or abs(one.born.year - other.born.year) > 1


def _has_another_father(one: Profile, other: Profile) -> bool:
    if not one.patronymic or not other.patronymic:
        return False
    return name_likeness(one.patronymic, other.patronymic) < FATHERS_DIFFER


def _both_names_agree(one: Profile, other: Profile) -> bool:
    """Family name and given name, in either order; or two whole names of at least two words each."""
    for family, given in ((one.family_name, one.given_name), (one.given_name, one.family_name)):
        if _agree(family, other.family_name) and _agree(given, other.given_name):
            return True
    whole = [[name for _, name in profile.names if len(name_parts(name)) > 1] for profile in (one, other)]
    # Two of the kind "name" were compared part by part, and their fathers’ names must not outweigh a given name.
    main = (_main(one), _main(other))
    return any(_agree(mine, theirs) for mine in whole[0] for theirs in whole[1] if (mine, theirs) != main)


def _main(profile: Profile) -> str:
    return next((name for kind, name in profile.names if kind == "name"), "")


def _agree(one: str, other: str) -> bool:
    return bool(one) and bool(other) and name_likeness(one, other) >= NAMES_AGREE


def keys(profile: Profile) -> frozenset[str]:
    """What two records of one person share at least one of: a number, or a word of the name by its consonants.

    So that a person is compared with a few opposing parties and not with all.
    """
    return frozenset(_keys(profile))


def _keys(profile: Profile) -> Iterator[str]:
    for _, name in profile.names:
        for part in name_parts(name):
            yield from (consonants for form in readings(part) if (consonants := skeleton(form)))
    yield from (f"#{number}" for number in {profile.iin, *profile.documents, *profile.phones} if number)


def asks_again(decision: str | None, before: str, now: Confidence) -> bool:
    """Whether a decision falls because the facts have changed."""
    if decision != SAYS_SOMEONE_ELSE:
        return False
    return before == GONE or (now is Confidence.CERTAIN and before != Confidence.CERTAIN)


# -- two lawyers -------------------------------------------------------------------------------------------------


class Held(Protocol):
    """What a case must tell."""

    @property
    def id(self) -> UUID: ...
    @property
    def lawyer_id(self) -> UUID: ...
    @property
    def closed_on(self) -> date | None: ...


_Case = TypeVar("_Case", bound=Held)


def held_by(cases: Iterable[_Case], lawyer_id: UUID, but: Collection[UUID] = ()) -> _Case | None:
    """An open case of these that this lawyer holds."""
    return next(
        (one for one in cases if one.closed_on is None and one.lawyer_id == lawyer_id and one.id not in but), None
    )
