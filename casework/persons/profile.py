"""What a record says of who it is about, ready for comparing, and the keys under which records of one person meet.

Plain Python: no database, no clock, no key. No function raises, whatever the text.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from uuid import UUID

from casework.persons import spelling
from casework.persons.rules import PartialDate, plain_iin
from casework.persons.spelling import View


@dataclass(frozen=True, slots=True)
class Profile:
    """What one record says of who it is about, ready for comparing. Lives in memory only."""

    person_id: UUID | None = None
    names: tuple[tuple[str, str], ...] = ()
    """(kind, full name): "name", "latin", "former"."""
    family_name: str = ""
    given_name: str = ""
    patronymic: str = ""
    born: PartialDate = field(default_factory=PartialDate)
    sex: str = "U"
    origin: str = "UNK"
    birth_place: str = ""
    iin: str = ""
    documents: frozenset[str] = frozenset()
    phones: frozenset[str] = frozenset()


_ALIKE_IN_DOCUMENTS = str.maketrans(
    {"а": "a", "в": "b", "с": "c", "е": "e", "ё": "e", "н": "h", "к": "k", "м": "m", "о": "0", "р": "p", "т": "t"}
    | {"у": "y", "ү": "y", "ұ": "y", "х": "x", "і": "1", "ѕ": "s", "ј": "j", "қ": "k", "α": "a", "β": "b", "ε": "e"}
    | {"ι": "1", "κ": "k", "ν": "n", "ο": "0", "ρ": "p", "τ": "t", "υ": "y", "χ": "x", "o": "0", "i": "1", "l": "1"}
)
_KINDS_OF_PLACE = re.compile(
    r"\b(?:г|гор|город|с|село|п|пос[её]лок|аул|ауылы?|қала(?:сы)?|обл|область|облысы|р-н|район|ауданы|city|town|village"
    r"|province|region|district|oblast|velayat|вилояти?|viloyati|tumani)\b",
    re.IGNORECASE,
)


def _plain(text: str) -> str:
    text = unicodedata.normalize("NFKC", text.replace("№", "")).casefold()
    return "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in text if c.isalnum())


def plain_document(number: str) -> str:
    """A document's number as it is compared: without spaces and signs, in one case, letters that look alike the same.

    Empty when it proves nothing: hardly a digit in it, or one sign repeated.
    """
    text = _plain(number).translate(_ALIKE_IN_DOCUMENTS)
    return text if len(text) >= 5 and sum(c.isdigit() for c in text) >= 4 and len(set(text)) > 2 else ""


def plain_phone(phone: str) -> str:
    """The last nine digits of a phone number; empty when there are fewer, or one digit repeated."""
    digits = "".join(c for c in _plain(phone) if c.isdigit())[-9:]
    return digits if len(digits) == 9 and len(set(digits)) > 2 else ""


def plain_identification(iin: str) -> str:
    """An IIN as it is compared; empty when it is none, or one digit repeated."""
    digits = "".join(c for c in plain_iin(iin) if c.isdigit())
    return digits if len(digits) == 12 and len(set(digits)) > 2 else ""


@dataclass(frozen=True, slots=True)
class Ready:
    views: tuple[View, ...]
    born: PartialDate
    is_year_only: bool
    """Nothing but the year is proved: it was estimated, or stands for one (1 January)."""
    iin: str
    documents: frozenset[str]
    phones: frozenset[str]
    place: str
    blocks: frozenset[tuple[str, str]]


@lru_cache(maxsize=20_000)
def ready(profile: Profile) -> Ready:
    # The name by its parts is a view of its own; the full name matters only where there are no parts.
    parts = (profile.family_name, profile.given_name, profile.patronymic)
    further = [full for kind, full in profile.names if kind != "name" or not any(parts)]
    views = spelling.views(*parts, further)
    born = profile.born
    is_year_only = born.estimated or born.month is None or (born.month, born.day) == (1, 1)
    iin = plain_identification(profile.iin)
    documents = frozenset(plain for number in profile.documents if (plain := plain_document(number)))
    phones = frozenset(plain for phone in profile.phones if (plain := plain_phone(phone)))
    place = " ".join(_KINDS_OF_PLACE.sub(" ", profile.birth_place.casefold()).split())
    keys = frozenset(_keys(views, born, is_year_only, iin, documents, phones))
    return Ready(views, born, is_year_only, iin, documents, phones, place, keys)


def _keys(
    views: Iterable[View],
    born: PartialDate,
    is_year_only: bool,
    iin: str,
    documents: Iterable[str],
    phones: Iterable[str],
) -> Iterable[tuple[str, str]]:
    if iin:
        yield "iin", iin
    yield from (("document", number) for number in documents)
    yield from (("phone", phone) for phone in phones)
    is_day = born.day is not None and not is_year_only
    if is_day:
        yield "born", str(born)
    for view in views:
        given, family = _sounds(view.given), _sounds(view.family)
        for sound in {*given, *family}:
            if is_day:
                yield "born+name", f"{born} {sound}"
            yield from (("phone+name", f"{phone} {sound}") for phone in phones)
        # In the order of the alphabet, so that swapped names meet.
        for pair in {" ".join(sorted(pair)) for pair in _pairs(given, family)}:
            yield "names", pair
            if born.year is not None:
                yield "year+names", f"{born.year} {pair}"
            if is_day:
                yield "day+names", f"{born.month}-{born.day} {pair}"
            yield from (("names+father", f"{pair} {sound}") for sound in _sounds(view.patronymic)[:2])


def _sounds(words: tuple[str, ...]) -> list[str]:
    """The consonants of a part, whole and word by word: Абдурахман meets Абд ар-Рахман."""
    whole = ["".join(words)] if len(words) > 1 else []
    return list(dict.fromkeys(sound for word in (*words, *whole) for sound in spelling.sounds(word)))[:6]


def _pairs(given: list[str], family: list[str]) -> Iterable[tuple[str, str]]:
    return ((one, other) for one in given or [""] for other in family or [""] if one or other)


def blocks(profile: Profile) -> frozenset[tuple[str, str]]:
    """Keys of which two records of one person share at least one: only records that share one need be compared.

    The numbers, the day of birth, and consonants of the name with the year, the day or the father. What `compare` calls
    certain or likely always shares one.
    """
    return ready(profile).blocks
