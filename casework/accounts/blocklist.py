"""How soon somebody who tries well-known passwords and words first would have guessed one, on whatever keyboard."""

import gzip
import re
import unicodedata
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Mapping
from functools import cache
from math import log2
from pathlib import Path

LIST = Path(__file__).parent / "wellknown" / "passwords.txt.gz"

# What one more sign adds for a guesser, in bits; digits are mostly dates and telephone numbers.
LETTER, DIGIT, SIGN, BETWEEN, AGAIN, OWN, YEAR, ROW, LISTED = 4.7, 2.5, 3.0, 1.0, 1.0, 1.0, 6.0, 5.0, 7.0
SHORTEST, LONGEST = 3, 24

LATIN_KEYS = "qwertyuiop[]asdfghjkl;'zxcvbnm,.`"
LATIN_SHIFTED = '{}:"<>~'
RUSSIAN_KEYS = "йцукенгшщзхъфывапролджэячсмитьбюё"
RUSSIAN_SHIFTED = "хъжэбюё"
# Where the Russian keyboard has digits, the Kazakh one has its own letters.
DIGIT_KEYS = "2345890-="
DIGIT_SHIFTED = "@#$%*()_+"
KAZAKH_KEYS = "әіңғүұқөһ"

SPELLINGS = [
    str.maketrans("013457@$!+", "oieastasit"),
    str.maketrans("013457@$!+", "oleastasit"),
    # Signs and Latin letters that look like Cyrillic ones.
    str.maketrans("0@346aceopxykmbhtё", "оазчбасеорхукмвнте"),
    str.maketrans(RUSSIAN_KEYS, LATIN_KEYS),
    str.maketrans(LATIN_KEYS + LATIN_SHIFTED, RUSSIAN_KEYS + RUSSIAN_SHIFTED),
    str.maketrans(RUSSIAN_KEYS + KAZAKH_KEYS, LATIN_KEYS + DIGIT_KEYS),
    str.maketrans(
        LATIN_KEYS + LATIN_SHIFTED + DIGIT_KEYS + DIGIT_SHIFTED,
        RUSSIAN_KEYS + RUSSIAN_SHIFTED + KAZAKH_KEYS + KAZAKH_KEYS,
    ),
    str.maketrans("!@#$%^&*()", "1234567890"),
    # The Kazakh letters alone, where the rest was typed as meant.
    str.maketrans(DIGIT_KEYS, KAZAKH_KEYS),
]

ROWS = (
    "01234567890123456789",
    "abcdefghijklmnopqrstuvwxyz",
    "абвгдеёжзийклмнопрстуфхцчшщъыьэюя",
    "qwertyuiopasdfghjklzxcvbnm",
    "йцукенгшщзхъфывапролджэячсмитьбю",
    "әіңғүұқөһ",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p",
    "q1w2e3r4t5y6u7i8o9p0",
)
IN_A_ROW = "\n".join([*ROWS, *(row[::-1] for row in ROWS)])


def plain(password: str) -> str:
    """The password without what somebody who guesses tries anyway: capitals, another way to write the same letter."""
    return unicodedata.normalize("NFC", password.casefold())


def spellings(text: str) -> list[str]:
    """What it may have been meant as, sign by sign: other keyboards, signs in place of letters."""
    return list(dict.fromkeys([text, *(text.translate(table) for table in SPELLINGS)]))


def bits(password: str, own: Iterable[str], listed: Iterable[str], enough: float) -> float:
    """The fewest guesses that lead to it, as a power of two, not counted on where they are certainly enough."""
    text = plain(password)
    spelt = spellings(text)
    near = dict.fromkeys(map(plain, listed), LISTED) | dict.fromkeys(map(plain, own), OWN)
    least = [0.0]
    for end in range(1, len(text) + 1):
        least.append(least[-1] + _alone(text[end - 1]))
        for start in range(max(0, end - LONGEST), end - SHORTEST + 1):
            if least[start] < min(least[end], enough):
                least[end] = min(least[end], least[start] + _together([one[start:end] for one in spelt], near))
        for length in range(1, end // 2 + 1):
            if text[end - length : end] == text[end - 2 * length : end - length]:
                least[end] = min(least[end], least[end - length] + AGAIN)
        if min(least[-LONGEST:]) >= enough:
            break
    return least[-1]


def known(text: str) -> float | None:
    """Where the word or password stands in the list of well-known ones, as a power of two; None where it does not."""
    table, mark = _table(), _mark(text)
    place = bisect_left(table, mark)
    if place == len(table) or table[place] & ~0xFF != mark:
        return None
    return (table[place] & 0xFF) / 4


def size() -> int:
    """How many well-known passwords and words the list has."""
    return len(_table())


def _alone(sign: str) -> float:
    if sign.isalpha():
        return LETTER
    if sign.isdigit():
        return DIGIT
    return BETWEEN if sign in " -_.,'" else SIGN


def _together(spelt: list[str], near: Mapping[str, float]) -> float:
    found = [len(spelt[0]) * LETTER]
    if re.fullmatch(r"(19|20)[0-9]{2}", spelt[0]):
        found.append(YEAR)
    for piece in dict.fromkeys(spelt):
        if len(piece) > SHORTEST and piece in IN_A_ROW:
            found.append(ROW)
        for said in (piece, piece[::-1]):
            found.append(near.get(said, LETTER * LONGEST))
            found.append(known(said) or LETTER * LONGEST)
    return min(found)


def _mark(text: str) -> int:
    return hash(text) & ~0xFF & (2**64 - 1)


@cache
def _table() -> "array[int]":
    """Marks in order, the place in the list in the last byte: a megabyte where the words themselves would be ten."""
    words = gzip.decompress(LIST.read_bytes()).decode("utf-8").split()
    return array("Q", sorted(_mark(word) | round(4 * log2(place + 2)) for place, word in enumerate(words)))
