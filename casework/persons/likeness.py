"""Whether two records may be of one person: which points agree, which differ, and what that proves.

How two names stand to each other is decided in `spelling`; here it is weighed together with dates and numbers. Plain
Python: no database, no clock, no key. No function raises, whatever the text.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum, StrEnum

from rapidfuzz.distance import OSA

from casework.persons import names, spelling
from casework.persons.profile import Profile, Ready, blocks, ready
from casework.persons.rules import check_iin
from casework.persons.spelling import Agreement, Standing

__all__ = ["Comparison", "Confidence", "Point", "Pooled", "Profile", "Rarity", "blocks", "chance", "compare"]


class Confidence(StrEnum):
    """In words for people; `None` stands for: nothing to say."""

    CERTAIN = "certain"
    LIKELY = "likely"
    POSSIBLE = "possible"


@dataclass(frozen=True, slots=True)
class Point:
    """One thing compared. `agrees` is None when one of the two does not say."""

    name: str
    """name, born, sex, origin, birth_place, iin, document, phone."""
    agrees: bool | None
    how: str = ""
    """For names a reason code of names.why; for dates "day", "month", "year"; else empty."""


@dataclass(frozen=True, slots=True)
class Comparison:
    points: tuple[Point, ...]
    score: float
    """0 to 100, for the order of several: 90 and more is certain, 70 likely, 45 possible."""
    confidence: Confidence | None


# ---------------------------------------------------------------------------------------------------------
# How far each point agrees


class _Born(IntEnum):
    """What two dates of birth prove, from what speaks most against one person."""

    GENERATION = 0
    OTHER = 1
    UNKNOWN = 2
    """Not said, or as near as estimates are."""
    YEAR = 3
    """The year, or a date that one slip explains."""
    MONTH = 4
    DAY = 5


_GENERATION = 12
_AGREE, _SILENT, _DIFFER = 2, 1, 0


def _born(one: Ready, other: Ready) -> tuple[_Born, Point]:
    mine, theirs = one.born, other.born
    if mine.year is None or theirs.year is None:
        return _Born.UNKNOWN, Point("born", None)
    years = abs(mine.year - theirs.year)
    if years >= _GENERATION:
        return _Born.GENERATION, Point("born", False, "year")
    if one.is_year_only or other.is_year_only:
        if years == 0:
            return _Born.YEAR, Point("born", True, "year")
        estimates = mine.estimated + theirs.estimated + (one.is_year_only or other.is_year_only)
        return _Born.UNKNOWN if years < estimates else _Born.OTHER, Point("born", False, "year")
    if mine.day is None or theirs.day is None:
        is_same = (mine.year, mine.month) == (theirs.year, theirs.month)
        return _Born.MONTH if is_same else _Born.OTHER, Point("born", is_same, "month")
    if str(mine) == str(theirs):
        return _Born.DAY, Point("born", True, "day")
    is_swapped = (mine.year, mine.month, mine.day) == (theirs.year, theirs.day, theirs.month)
    is_slip = OSA.distance(str(mine).replace("-", ""), str(theirs).replace("-", "")) == 1
    return _Born.YEAR if is_swapped or is_slip else _Born.OTHER, Point("born", False, "day")


@dataclass(frozen=True, slots=True)
class _Evidence:
    """How far each point agrees, in steps from what speaks against one person to what speaks for."""

    name: Agreement | None
    born: _Born
    sex: int
    origin: int
    place: int
    iin: int
    document: int
    phone: int
    is_met: bool
    """Whether a block holds both."""

    @property
    def given(self) -> Standing:
        return self.name.given if self.name else Standing.UNKNOWN

    @property
    def family(self) -> Standing:
        return self.name.family if self.name else Standing.UNKNOWN

    @property
    def father(self) -> Standing:
        return self.name.patronymic if self.name else Standing.UNKNOWN

    @property
    def weight(self) -> float:
        """0 to 1, for the order of comparisons of one confidence."""
        name = 6 * self.given + 4 * self.family + 2 * self.father if self.name else 0
        rest = 6 * self.phone + 3 * self.place + self.sex + self.origin + 8 * self.iin + 8 * self.document
        return (name + 6 * self.born + rest) / (36 + 30 + 54)


def _agree(one: str, other: str, *, unknown: tuple[str, ...] = ("",)) -> int:
    if one in unknown or other in unknown:
        return _SILENT
    return _AGREE if one == other else _DIFFER


def _among(mine: frozenset[str], theirs: frozenset[str]) -> int:
    if not mine or not theirs:
        return _SILENT
    return _DIFFER if mine.isdisjoint(theirs) else _AGREE


def _places(one: str, other: str) -> int:
    if not one or not other:
        return _SILENT
    return _AGREE if names.likeness(one, other) >= 85 else _DIFFER


def _weighed(one: Profile, other: Profile) -> tuple[_Evidence, tuple[Point, ...]]:
    mine, theirs = ready(one), ready(other)
    sex = _agree(one.sex, other.sex, unknown=("U", "X", ""))
    name = spelling.agreement(mine.views, theirs.views, sex == _AGREE)
    is_alike = None if name is None else name.given >= Standing.NEAR and name.family != Standing.OTHER
    if name is not None and name.given is Standing.UNKNOWN:
        is_alike = name.family >= Standing.NEAR
    born, born_point = _born(mine, theirs)
    found = _Evidence(
        name,
        born,
        sex,
        _agree(one.origin, other.origin, unknown=("UNK", "")),
        _places(mine.place, theirs.place),
        _agree(mine.iin, theirs.iin),
        _among(mine.documents, theirs.documents),
        _among(mine.phones, theirs.phones),
        not mine.blocks.isdisjoint(theirs.blocks),
    )
    said = {_AGREE: True, _SILENT: None, _DIFFER: False}
    points = (
        Point("name", is_alike, name.reason if name and name.given + name.family > 1 else ""),
        born_point,
        *(
            Point(about, said[step])
            for about, step in (
                ("sex", found.sex),
                ("origin", found.origin),
                ("birth_place", found.place),
                ("iin", found.iin),
                ("document", found.document),
                ("phone", found.phone),
            )
        ),
    )
    return found, points


# ---------------------------------------------------------------------------------------------------------
# What it proves

_NOTHING, _POSSIBLE, _LIKELY, _CERTAIN = range(4)
_WORDS = (None, Confidence.POSSIBLE, Confidence.LIKELY, Confidence.CERTAIN)
_FROM = (0.0, 45.0, 70.0, 90.0, 100.0)


def compare(one: Profile, other: Profile, rarity: Rarity | None = None) -> Comparison:
    """What speaks for and against two records being of one person; the same from both sides.

    Certain: one number and a like name, or the whole name, the day of birth and one point more. Another given name is
    a twin or a sister, unless a number says otherwise. With `rarity`, two names alone are possible when they are rare;
    without, only three names are.
    """
    found, points = _weighed(one, other)
    if found.name is None and found.iin != _AGREE and found.document != _AGREE:
        return Comparison(points, 0.0, None)
    step = max(_by_number(found), _by_name(found, rarity))
    if found.iin == _DIFFER and _is_sure_of_iin(one, other):
        step = min(step, _POSSIBLE)
    if step >= _LIKELY and not found.is_met:
        step = _POSSIBLE
    score = _FROM[step] + found.weight * (_FROM[step + 1] - _FROM[step] - 0.1)
    return Comparison(points, round(score, 2), _WORDS[step])


def _is_sure_of_iin(one: Profile, other: Profile) -> bool:
    """Whether two numbers are of two people: both can be, and no slip of the hand makes one of the other."""
    mine, theirs = ready(one).iin, ready(other).iin
    return OSA.distance(mine, theirs) > 1 or (check_iin(mine).is_valid and check_iin(theirs).is_valid)


def _by_number(found: _Evidence) -> int:
    """What an equal number proves. One passport may hold a family, so the name has to be like it."""
    if found.iin != _AGREE and found.document != _AGREE:
        return _NOTHING
    is_iin = found.iin == _AGREE
    if found.given is Standing.UNKNOWN:
        step = _LIKELY if found.family >= Standing.NEAR and found.born > _Born.OTHER else _POSSIBLE
    elif found.given is Standing.OTHER:
        step = (_LIKELY if is_iin else _POSSIBLE) if found.born is _Born.DAY else _POSSIBLE if is_iin else _NOTHING
    elif found.born is _Born.GENERATION:  # a son of his father's name, entered in his passport
        step = _LIKELY if is_iin else _POSSIBLE
    elif found.given is Standing.NEAR and (found.family is Standing.OTHER or not is_iin):
        step = _LIKELY if found.born > _Born.OTHER else _POSSIBLE
    else:
        step = _CERTAIN
    return step - 1 if found.sex == _DIFFER and step > _POSSIBLE else step


def _by_name(found: _Evidence, rarity: Rarity | None) -> int:
    """What names prove together with dates, phones and places."""
    if found.given is Standing.OTHER or found.born is _Born.GENERATION:
        return _NOTHING
    if found.given < Standing.SAME:
        step = _of_unsure_given_name(found)
    elif found.family is Standing.OTHER:
        step = _of_changed_surname(found)
    elif found.father is Standing.OTHER:
        step = _POSSIBLE if found.born is _Born.DAY and found.family >= Standing.NEAR else _NOTHING
    elif found.family is Standing.SAME:
        step = _of_same_name(found, rarity)
    else:
        step = _of_near_name(found)
    if found.sex == _DIFFER:
        step = max(_NOTHING, step - 1)
    return min(step, _LIKELY) if found.origin == _DIFFER else step


def _of_unsure_given_name(found: _Evidence) -> int:
    has_father, has_phone = found.father is Standing.SAME, found.phone == _AGREE
    if found.given is Standing.UNKNOWN:
        is_enough = found.born is _Born.DAY and found.family is Standing.SAME and (has_father or has_phone)
    elif found.born is _Born.DAY:
        is_enough = found.family >= Standing.NEAR and found.father != Standing.OTHER
    else:
        is_enough = found.born >= _Born.YEAR and found.family is Standing.SAME and has_father and has_phone
    return _POSSIBLE if is_enough else _NOTHING


def _of_changed_surname(found: _Evidence) -> int:
    """Who married, and did not tell the name she had."""
    has_father, has_phone = found.father is Standing.SAME, found.phone == _AGREE
    if found.father is Standing.OTHER:
        return _NOTHING
    if found.born is _Born.DAY:
        return _LIKELY if has_father and has_phone else _POSSIBLE if has_father or has_phone else _NOTHING
    return _POSSIBLE if found.born >= _Born.YEAR and has_father and has_phone else _NOTHING


def _of_near_name(found: _Evidence) -> int:
    """One given name; the family name is nearly the same, or one of the two has none."""
    others = (found.father is Standing.SAME) + (found.phone == _AGREE) + (found.place == _AGREE)
    if found.born is _Born.DAY:
        return _LIKELY if others else _POSSIBLE
    if found.born >= _Born.YEAR:
        return _POSSIBLE if others else _NOTHING
    has_both = found.father is Standing.SAME and found.phone == _AGREE
    return _POSSIBLE if found.born is _Born.UNKNOWN and has_both else _NOTHING


def _of_same_name(found: _Evidence, rarity: Rarity | None) -> int:
    has_father, has_phone, has_place = found.father is Standing.SAME, found.phone == _AGREE, found.place == _AGREE
    others = has_father + has_phone + has_place
    if found.born is _Born.DAY:
        return _CERTAIN if others else _LIKELY
    if found.born is _Born.MONTH:
        return _LIKELY if others else _POSSIBLE
    if found.born is _Born.YEAR:
        if has_phone or (has_father and has_place):
            return _LIKELY
        return _POSSIBLE if others or _is_rare(found, rarity, 1 / 40) else _NOTHING
    if found.born is _Born.UNKNOWN:
        if others == 3:
            return _LIKELY
        if has_phone or (has_father and has_place):
            return _POSSIBLE
        if rarity is None:
            return _POSSIBLE if has_father else _NOTHING
        return _POSSIBLE if _is_rare(found, rarity, 1 / 20 if has_place else 1.0) else _NOTHING
    return _POSSIBLE if others >= 2 else _NOTHING


# ---------------------------------------------------------------------------------------------------------
# How much of it is chance

_RAREST = 1 / 10_000
_BORN = {"day": 1 / 20_000, "month": 1 / 480, "year": 1 / 40}
_OTHERS = {"sex": 1 / 2, "origin": 1 / 3, "birth_place": 1 / 20, "phone": 1e-4, "document": 1e-9, "iin": 1e-9}
_NEARLY = 3  # as many names as sound nearly like one


class Rarity:
    """How many of a caseload bear each word of a name. Words are counted by their sound, as they are compared."""

    def __init__(self, profiles: Iterable[Profile] = ()) -> None:
        self.persons = 0
        self._bearers: Counter[str] = Counter()
        for profile in profiles:
            self.add(profile)

    def add(self, profile: Profile) -> None:
        self.persons += 1
        self._bearers.update(_sounds_of(profile))

    def remove(self, profile: Profile) -> None:
        """Forget a profile that was added."""
        self.persons -= 1
        self._bearers.subtract(_sounds_of(profile))

    def bearers(self, word: str) -> int:
        """How many have this word, or one of its sound, in a name of theirs."""
        return self._bearers[names.skeleton(word)]

    def of(self, word: str) -> float:
        """The share of people with this word in their name: never less than one in ten thousand, nor than one more
        than were counted, since a small caseload does not prove a name rare."""
        return max(_RAREST, min(1.0, (self.bearers(word) + 1) / (self.persons + 1)))


class Pooled(Rarity):
    """Several caseloads counted as one, as when partners are compared."""

    def __init__(self, caseloads: Iterable[Rarity]) -> None:
        super().__init__()
        self.caseloads = list(caseloads)
        self.persons = sum(one.persons for one in self.caseloads)

    def bearers(self, word: str) -> int:
        return sum(one.bearers(word) for one in self.caseloads)


def _sounds_of(profile: Profile) -> set[str]:
    return {names.skeleton(word) for view in ready(profile).views for word in view.words}


def _is_rare(found: _Evidence, rarity: Rarity | None, share: float) -> bool:
    """Whether hardly anybody else of this caseload would have this name by chance, and what else it goes with."""
    if rarity is None or found.name is None:
        return True
    persons = max(rarity.persons, 2)
    expected = persons * share
    for _standing, mine, theirs in _agreeing(found.name):
        expected *= max(max(min(map(rarity.bearers, words)) - 1, 1) for words in (mine, theirs)) / persons
    return expected <= 0.5


def _agreeing(name: Agreement) -> list[tuple[Standing, tuple[str, ...], tuple[str, ...]]]:
    parts = [
        (name.given, name.one.given, name.other.given),
        (name.family, name.one.family, name.other.family),
        (name.patronymic, name.one.patronymic, name.other.patronymic),
    ]
    return [part for part in parts if part[0] >= Standing.NEAR]


def chance(one: Profile, other: Profile, rarity: Rarity) -> float:
    """The probability that two different people agree on all the points that these two agree on.

    Times the number of people compared it says how many such pairs chance alone makes. A father's name that is also the
    stem of the family name is no second proof.
    """
    found, points = _weighed(one, other)
    probability = 1.0
    known: set[str] = set()
    for standing, mine, theirs in _agreeing(found.name) if found.name else ():
        sounds = {names.skeleton("".join(words)) for words in (mine, theirs)}
        if not any(before.startswith(sound) for before in known for sound in sounds):
            share = max(min(map(rarity.of, words)) for words in (mine, theirs))
            probability *= min(1.0, share if standing is Standing.SAME else share * _NEARLY)
        known |= sounds
    for point in points:
        if point.agrees and point.name != "name":
            probability *= _BORN[point.how] if point.name == "born" else _OTHERS[point.name]
    return probability
