"""How two names stand to each other: one spelt in two ways, nearly the same, or another name.

`names` finds generously; here is decided what an answer proves. Marat and Murat have the same consonants and are two
brothers, Мұхаммед and محمد look different and are one name: so consonants must agree, and vowels as far as both
spellings have them. Plain Python: no database, no clock. No function raises, whatever the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache
from itertools import permutations

from rapidfuzz.distance import OSA
from rapidfuzz.fuzz import ratio

from casework.persons.names import alphabet, likeness, name_parts, normal_form, readings, skeleton


class Standing(IntEnum):
    """How two parts of names stand to each other, from what proves least to what proves most."""

    OTHER = 0
    UNKNOWN = 1
    """One of the two has none."""
    NEAR = 2
    """A typing mistake apart, or one has more to it: may be two names that sound alike."""
    SAME = 3


Words = tuple[str, ...]

_HYPHENS = re.compile("[-\u2010-\u2015\u2212]+")
_RELATIONS = frozenset({"uli", "kizi", "ogli", "oglu", "ugli", "bin", "ibn", "bint", "ben"})
# What officials join in many ways: Abdul Rahman, Абдурахман; Shams ad-Din, Шамсиддин; Amanullah, Аманолло.
_JOINED = (
    (re.compile("^abd[aeiou]+(?:l(?=[rnsštdzž]))?(?=[^aeiou].)"), "abd"),
    (re.compile("(?<=.{3})[aeiou]l?(?=din$)"), ""),
    (re.compile("(?<=.{3})[aou]l[ao]$"), "la"),
)
_MOST_WORDS = 4


_form = lru_cache(maxsize=100_000)(normal_form)
_sound = lru_cache(maxsize=100_000)(skeleton)
_alphabet = lru_cache(maxsize=100_000)(alphabet)


@lru_cache(maxsize=50_000)
def words(text: str) -> Words:
    """The words of a part of a name, hyphenated ones apart, without "son of" and "daughter of"."""
    found = [word for word in name_parts(_HYPHENS.sub(" ", text)) if _form(word)]
    return tuple([word for word in found if _form(word) not in _RELATIONS] or found)[:_MOST_WORDS]


def _without_joint(form: str) -> str:
    for joint, shorter in _JOINED:
        form = joint.sub(shorter, form)
    return form


@lru_cache(maxsize=50_000)
def sounds(word: str) -> Words:
    """The consonants of a word in the ways it may be read, the usual one first."""
    return tuple(dict.fromkeys(found for form in readings(word) if (found := skeleton(_without_joint(form)))))[:3]


# ---------------------------------------------------------------------------------------------------------
# One word

_VOWELS = re.compile("[aeiou]+")
_SOFT = re.compile("(?<=[^aeiou])i(?=[aou])")  # Күләш, Куляш
_HEARD_ALIKE = {
    frozenset(pair)
    for pair in (
        *(("a", "e"), ("a", "o"), ("e", "i"), ("o", "u")),
        *(("ai", "ei"), ("ai", "e"), ("ai", "i"), ("ei", "e"), ("ei", "i"), ("au", "o"), ("ou", "o"), ("ai", "oi")),
    )
}
_ALIKE_IN_FRONT = frozenset({frozenset("ou"), frozenset("ei")})
_MAYBE_IN_FRONT = frozenset({frozenset("eo")})  # Елена, Олена
_VOWELS_OF_UYGHUR = frozenset("ەۇۆۈې")  # which writes every vowel
_MAYBE = frozenset({frozenset("ue")})  # Юсуф, Yousef


@dataclass(frozen=True, slots=True)
class _Word:
    alphabet: str
    form: str
    consonants: str
    vowels: Words
    """Those before the first consonant, after it, after the second …"""
    written: Words
    """The same before an i that only softens a consonant was left out: Arabic letters may write just that."""


@lru_cache(maxsize=50_000)
def _read(word: str) -> tuple[_Word, ...]:
    script = "U" if _VOWELS_OF_UYGHUR & set(word) else alphabet(word)
    return tuple(_word(script, form) for form in readings(word) if form)


def _word(script: str, form: str) -> _Word:
    form = _without_joint(form)
    consonants = _VOWELS.sub("", form)
    vowels, written = (tuple(re.split("[^aeiou]", text)) for text in (_SOFT.sub("", form), form))
    return _Word(script, form, consonants, vowels, written)


@lru_cache(maxsize=100_000)
def _standing(one: str, other: str, of_one_sex: bool) -> Standing:
    best = Standing.OTHER
    for x in _read(one):
        for y in _read(other):
            best = max(best, _compared(x, y, of_one_sex))
            if best is Standing.SAME:
                return best
    return best


def _compared(x: _Word, y: _Word, of_one_sex: bool) -> Standing:
    if x.form == y.form:
        return Standing.SAME
    if skeleton(x.form) == skeleton(y.form) and len(x.vowels) == len(y.vowels):
        standing = _vowels(x, y, of_one_sex)
        is_same_sound = x.consonants == y.consonants or x.alphabet != y.alphabet
        return standing if is_same_sound else min(standing, Standing.NEAR)  # Самира, Замира
    if x.consonants.replace("t", "d") == y.consonants.replace("t", "d"):  # Ахмет, Ahmad
        return min(_vowels(x, y, of_one_sex), Standing.NEAR)
    return Standing.NEAR if _is_one_slip(x.form, y.form) else Standing.OTHER


def _vowels(x: _Word, y: _Word, of_one_sex: bool) -> Standing:
    """What the vowels say of two words with the same consonants."""
    if (x.alphabet == "A") != (y.alphabet == "A"):
        return _long_vowels(*((x, y) if x.alphabet == "A" else (y, x)))
    standing = Standing.SAME
    # Latin letters are written after the rules of several languages; Cyrillic letters hardly.
    is_one_way = x.alphabet == y.alphabet != "L"
    last = len(x.vowels) - 1
    for place, (mine, theirs) in enumerate(zip(x.vowels, y.vowels, strict=True)):
        if mine == theirs:
            continue
        if not mine or not theirs:
            if is_one_way and x.alphabet == "A":  # حسن, حسین: a long vowel is written
                return Standing.OTHER
            if place == last and mine + theirs == "a" and not of_one_sex:  # Валентин, Валентина
                standing = Standing.NEAR
            continue
        if not _are_heard_alike(mine, theirs):
            if frozenset((mine, theirs)) not in (_MAYBE_IN_FRONT if place == 0 else () if is_one_way else _MAYBE):
                return Standing.OTHER
            standing = Standing.NEAR
        elif place == 0 and is_one_way and frozenset((mine, theirs)) not in _ALIKE_IN_FRONT:  # Елена, Алена
            standing = Standing.NEAR
    return standing


_LONG = {"a": "aoe", "i": "ie", "u": "uo", "e": "ei", "o": "ou"}


def _long_vowels(arabic: _Word, other: _Word) -> Standing:
    """Whether the long vowels, all that Arabic letters write, are in the other word. In front, and in the article, alef
    stands for any."""
    for place, (mine, theirs) in enumerate(zip(arabic.written, other.written, strict=True)):
        long = mine.removeprefix("a") if place == 0 or arabic.consonants[place:].startswith("l") else mine
        if theirs and not all(set(_LONG[vowel]) & set(theirs) for vowel in long):
            return Standing.OTHER
    return Standing.SAME


def _are_heard_alike(one: str, other: str) -> bool:
    if frozenset((one, other)) in _HEARD_ALIKE:
        return True
    shorter, longer = sorted((one, other), key=len)
    # A glide more or less in a longer run of vowels: Раия, Рая.
    return len(shorter) > 1 and shorter.replace("i", "") == longer.replace("i", "")


def _is_one_slip(one: str, other: str) -> bool:
    """Whether a slip of the hand explains the difference of two words, and they are long enough for it to."""
    if one[0] != other[0] or OSA.distance(one, other, score_cutoff=1) > 1:
        return False
    shorter = min(len(one), len(other))
    if len(one) != len(other):
        # What only goes on is another name: Мария, Марина; Дания, Данияр.
        return shorter >= 6 and not (one.startswith(other) or other.startswith(one))
    return shorter >= 5 if sorted(one) == sorted(other) else shorter >= 7


# ---------------------------------------------------------------------------------------------------------
# Parts of names

_COMMON_FIRST = frozenset(skeleton(word) for word in ("muhammad", "gul", "bibi", "abdul", "nur"))
"""Words with which the given names of brothers and sisters begin."""


@lru_cache(maxsize=100_000)
def given_names(one: Words, other: Words, of_one_sex: bool) -> Standing:
    """How two given names stand to each other: the brother of Мохаммад Али is Мохаммад Хасан."""
    if not one or not other:
        return Standing.UNKNOWN
    together = _standing("".join(one), "".join(other), of_one_sex)
    if together is Standing.SAME or len(one) == len(other) == 1:
        return together
    shorter, longer = (one, other) if (len(one), one) <= (len(other), other) else (other, one)
    best = Standing.OTHER
    for chosen in permutations(longer, len(shorter)):
        standing = min(_standing(*pair, of_one_sex) for pair in zip(shorter, chosen, strict=True))
        best = max(best, standing)
    if len(shorter) < len(longer) and all(_sound(word) in _COMMON_FIRST for word in shorter):
        best = min(best, Standing.NEAR)
    return max(best, together)


@lru_cache(maxsize=100_000)
def surnames(one: Words, other: Words) -> Standing:
    """How two family names, or two fathers' names, stand to each other; the endings of men and women are the same."""
    if not one or not other:
        return Standing.UNKNOWN
    standing = max(_standing(x, y, True) for x in ("".join(one), *one) for y in ("".join(other), *other))
    if standing is Standing.SAME:
        return standing
    return Standing.NEAR if likeness(" ".join(one), " ".join(other)) >= 78 else standing


# ---------------------------------------------------------------------------------------------------------
# Whole names


@dataclass(frozen=True, slots=True)
class View:
    """One way in which a record names its person."""

    family: Words = ()
    given: Words = ()
    patronymic: Words = ()

    @property
    def words(self) -> Words:
        return self.family + self.given + self.patronymic


def views(family: str, given: str, patronymic: str, further: Iterable[str]) -> tuple[View, ...]:
    """The ways in which a record names its person: its parts, and the further full names with their words in place.

    A further name of one word (a former surname) takes the rest from the parts.
    """
    main = View(words(family), words(given), words(patronymic))
    found = [main] if main.words else []
    for full in further:
        found.extend(_placed(words(full) if full else (), main))
    return tuple(dict.fromkeys(view for view in found if view.words))[:8]


def _placed(full: Words, main: View) -> Iterator[View]:
    """The words of a further name in their places, found by likeness to the parts, else by the usual order."""
    left = list(full)
    given, patronymic, family = (
        _taken(left, part, least) for part, least in ((main.given, 80), (main.patronymic, 80), (main.family, 75))
    )
    if not left:
        yield View(family, given, patronymic)
    elif given or family or patronymic:
        if given and not family:
            yield View(tuple(left), given, patronymic or main.patronymic)
        elif family and not given:
            yield View(family, tuple(left[:1]), patronymic or tuple(left[1:]))
        else:
            yield View(family, given, patronymic or tuple(left)) if given else View(tuple(left), main.given, patronymic)
    elif len(left) == 1:
        yield View(tuple(left), main.given, main.patronymic)
        if main.family:
            yield View(main.family, tuple(left), main.patronymic)
    else:
        yield View(tuple(left[:1]), tuple(left[1:2]), tuple(left[2:]))
        if not main.words:
            yield View(tuple(left[-1:]), tuple(left[:1]), tuple(left[1:-1]))


def _taken(left: list[str], part: Words, least: float) -> Words:
    """Takes the words out that are this part in another spelling."""
    taken = []
    for own in part:
        best = max(left, key=lambda word: (_closeness(word, own), word), default="")
        if best and _closeness(best, own) >= least:
            left.remove(best)
            taken.append(best)
    return tuple(taken)


def _closeness(one: str, other: str) -> float:
    """How near the letters or the consonants of two words are, 0 to 100."""
    return max(ratio(_form(one), _form(other)), 0.95 * ratio(_sound(one), _sound(other)))


@dataclass(frozen=True, slots=True)
class Agreement:
    """How two records stand to each other by name, in the two ways of naming that agree best."""

    given: Standing
    family: Standing
    patronymic: Standing
    one: View
    other: View

    @property
    def reason(self) -> str:
        """The code of names.why that says it."""
        parts = [
            (mine, theirs) for mine, theirs in zip(_parts(self.one), _parts(self.other), strict=True) if mine and theirs
        ]
        if min(self.given, self.family) is Standing.OTHER:
            return "part"
        forms = [tuple(map(_form, part)) for pair in parts for part in pair]
        if forms[::2] == forms[1::2]:
            scripts = [_alphabet("".join(view.words)) for view in (self.one, self.other)]
            return "same" if scripts[0] == scripts[1] else "other_alphabet"
        consonants = [tuple(map(_sound, part)) for pair in parts for part in pair]
        return "other_spelling" if consonants[::2] == consonants[1::2] else "similar"


def _parts(view: View) -> tuple[Words, Words, Words]:
    return view.family, view.given, view.patronymic


_REASONS = ("part", "similar", "other_spelling", "other_alphabet", "same")


def agreement(one: tuple[View, ...], other: tuple[View, ...], of_one_sex: bool) -> Agreement | None:
    """How two records stand to each other by name; None when one of them has none."""
    found = [_straight(mine, theirs, of_one_sex) for mine in one for theirs in other]
    best = max(map(_weight, found), default=0)
    if best < _weight_of(Standing.SAME, Standing.SAME, Standing.OTHER):
        found += [each for mine in one for theirs in other if (each := _crosswise(mine, theirs, of_one_sex))]
        best = max(map(_weight, found), default=0)
    return max((each for each in found if _weight(each) == best), key=_order, default=None)


def _order(found: Agreement) -> tuple[int, list[list[str]]]:
    """Of equal ones the best reason, then the words: so that it is the same from both sides."""
    return _REASONS.index(found.reason), sorted((sorted(found.one.words), sorted(found.other.words)))


def _straight(one: View, other: View, of_one_sex: bool) -> Agreement:
    return Agreement(
        given_names(one.given, other.given, of_one_sex),
        surnames(one.family, other.family),
        surnames(one.patronymic, other.patronymic),
        one,
        other,
    )


def _crosswise(one: View, other: View, of_one_sex: bool) -> Agreement | None:
    """Family and given name written in each other's place: only when both are the same for certain."""
    for mine, theirs in ((one.family, other.given), (one.given, other.family)):
        if min(given_names(mine, theirs, of_one_sex), surnames(mine, theirs)) is not Standing.SAME:
            return None
    fathers = surnames(one.patronymic, other.patronymic)
    return Agreement(Standing.SAME, Standing.SAME, fathers, View(one.given, one.family, one.patronymic), other)


def _weight(found: Agreement) -> int:
    return _weight_of(found.given, found.family, found.patronymic)


def _weight_of(given: Standing, family: Standing, patronymic: Standing) -> int:
    return given * 16 + family * 4 + patronymic
