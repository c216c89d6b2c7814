"""Names across alphabets: one spelling-free form for comparing, and an index that finds people by it.

A name met here was written in Kazakh, Russian, Uzbek, Tajik, Ukrainian, Persian, Arabic, Turkish or English
by a dozen officials. `normal_form` brings a part of it to one Latin form; `skeleton` keeps its consonants,
which is what survives transcription. All fuzziness is on the side of the question; nothing here may be
written to disk unsealed. Plain Python: no database, no clock. No function raises, whatever the text.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left, insort
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from heapq import nlargest
from itertools import pairwise
from threading import RLock
from uuid import UUID

from rapidfuzz.fuzz import ratio

# ---------------------------------------------------------------------------------------------------------
# Letters. In a normal form č, š and ž stand for ch, sh and zh, so that one sound is one letter.

_CYRILLIC_LETTERS = {
    "a": "аә", "b": "б", "v": "в", "g": "гғґҕѓ", "d": "д", "e": "еёєэ", "z": "з", "i": "ийіїӣыј",
    "k": "кқҡќ", "l": "лљ", "m": "м", "n": "нңҥӈњ", "o": "оөў", "p": "п", "r": "р", "s": "сѕ", "t": "т",
    "u": "уұүӯ", "f": "ф", "h": "хҳһ", "ts": "ц", "č": "чћ", "š": "шщ", "ž": "жҷҗџђ", "iu": "ю", "ia": "я",
    "": "ъь",
}  # fmt: skip
_CYRILLIC = {letter: latin for latin, letters in _CYRILLIC_LETTERS.items() for letter in letters}

_ARABIC_LETTERS = {
    "a": "اآأإٱع",
    "b": "ب",
    "p": "پ",
    "t": "تطټٹ",
    "s": "ثسصښ",
    "ž": "جژځږ",
    "č": "چڅ",
    "h": "حهھہةۀخ",
    "e": "ە",
    "d": "دډڈ",
    "z": "ذزضظ",
    "r": "رړڑ",
    "š": "ش",
    "g": "غگګ",
    "f": "ف",
    "k": "قكکڪ",
    "l": "ل",
    "m": "م",
    "n": "نںڼڭ",
    "u": "وؤۇۈ",
    "o": "ۆ",
    "v": "ۋ",
    "i": "يیىېےۍئ",
    "": "ء",
}
_ARABIC = {letter: latin for latin, letters in _ARABIC_LETTERS.items() for letter in letters}

_LATIN_LETTERS = str.maketrans(
    {
        "ş": "š", "ș": "š", "ŝ": "š", "š": "š", "ç": "č", "č": "č", "ć": "č", "ž": "ž", "ğ": "g", "ǵ": "g",
        "ġ": "g", "ı": "i", "ñ": "n", "ń": "n", "ŋ": "n", "ä": "a", "á": "a", "ə": "a", "æ": "a", "ö": "o",
        "ó": "o", "ø": "o", "œ": "o", "ü": "u", "ū": "u", "ú": "u", "ý": "u", "ł": "l", "đ": "d", "þ": "t",
        "ð": "d",
    }
)  # fmt: skip

# In a Latin word, longest first. Never applied to Cyrillic, where "сх" is not "sh".
_LATIN_SOUNDS = (
    ("schtsch", "š"), ("shch", "š"), ("tsch", "č"), ("dsch", "ž"), ("tch", "č"), ("dzh", "ž"), ("sch", "š"),
    ("dj", "ž"), ("dž", "ž"),
    ("zh", "ž"), ("sh", "š"), ("ch", "č"), ("cz", "č"), ("kh", "h"), ("gh", "g"), ("ph", "f"), ("ck", "k"),
    ("th", "t"), ("tz", "ts"), ("ou", "u"), ("oo", "u"), ("ee", "i"), ("q", "k"), ("w", "v"), ("y", "i"),
    ("j", "ž"),
)  # fmt: skip
_LATIN_SOUND = re.compile("|".join(sound for sound, _ in _LATIN_SOUNDS))
_SOUND_TO_LETTER = dict(_LATIN_SOUNDS)

_ALIKE_TO_CYRILLIC = dict(zip("aceopxykmtiACEOPXYKMTIBHbh", "асеорхукмтіАСЕОРХУКМТІВНьһ", strict=True))
_ALIKE_TO_LATIN = {cyrillic: latin for latin, cyrillic in _ALIKE_TO_CYRILLIC.items() if latin not in "bh"}

# Suffixes that say "son of", "daughter of": what remains is the father's name. Per alphabet, since the
# Persian surname Rasuli is no Kazakh patronymic while Rasuly would be one.
_PATRONYMIC = re.compile(
    r"(?<=\w\w)(?:"
    r"ович|евич|йович|ьевич|овна|евна|івна|ївна|ұлы|улы|қызы|кызы|гызы|ўғли|ўгли|угли|уғли|оглы|огли|оглу|оғлы"
    r"|қизи|кизи|"
    r"ov[iy]t?ch|ev[iy]t?ch|ov[iy]č|ev[iy]č|ovna|evna|ivna|uly|ulı|kyzy|qyzy|kysy|qysy|qizi|kizi|gyzy"
    r"|ogly|ogli|oglu|ugli"
    r")\Z"
)
# These are in normal form already.
_RELATION_WORDS = frozenset({"uli", "kizi", "ogli", "oglu", "ugli", "bin", "ibn", "bint", "bnt", "bn", "ben", "ul"})
_JOINED_TO_NEXT = frozenset({"abd", "abdul", "abdal", "abdel", "abdur", "abdus", "abdu", "abu", "al", "el", "ad", "ud"})
_JOINED_TO_LAST = frozenset({"zai", "zada", "zadeh", "zade", "zoda", "hel", "din"})
_PARTICLES = _RELATION_WORDS | _JOINED_TO_NEXT | _JOINED_TO_LAST

_VOWELS = frozenset("aeiou")
_COARSE = str.maketrans("zfpkw", "svbgv")
_WITHOUT_VOWELS = str.maketrans("", "", "aeiou")
_NO_LETTERS = frozenset("ʹʺʻʼʽʾʿˀˁˈˊˋـ")  # apostrophes and tatweel, which Unicode counts as letters
_BETWEEN_WORDS = re.compile(r"[\s,;/()\[\]{}_.«»“”„|\\+:&]+")
_HYPHENS = re.compile("[-\u2010-\u2015\u2212\u05be\u058a\ufe58\ufe63\uff0d~]+")


def _is_cyrillic(letter: str) -> bool:
    return "\u0400" <= letter <= "\u052f" or "\u1c80" <= letter <= "\u1c8f"


def _is_arabic(letter: str) -> bool:
    return "\u0600" <= letter <= "\u06ff" or "\u0750" <= letter <= "\u077f"


def _is_latin(letter: str) -> bool:
    return letter < "\u0250" or "\u1e00" <= letter <= "\u1eff"


def _script(letter: str) -> str:
    for code, belongs in (("L", _is_latin), ("C", _is_cyrillic), ("A", _is_arabic)):
        if belongs(letter):
            return code
    return "?"


def alphabet(text: str) -> str:
    """The alphabet most letters of a name are in: "L"atin, "C"yrillic, "A"rabic, "?" another or none."""
    counts = dict.fromkeys("LCA?", 0)
    for letter in text:
        if letter.isalpha():
            counts[_script(letter)] += 1
    return max(counts, key=lambda code: (counts[code], code == "?"))


def _without_look_alikes(word: str) -> str:
    """The word in one alphabet, when letters of the other one only stand in for those that look the same."""
    cyrillic = [letter for letter in word if _is_cyrillic(letter)]
    latin = [letter for letter in word if letter.isalpha() and _is_latin(letter)]
    if cyrillic and latin:
        if all(letter in _ALIKE_TO_CYRILLIC for letter in latin):
            return "".join(_ALIKE_TO_CYRILLIC.get(letter, letter) for letter in word)
        if all(letter in _ALIKE_TO_LATIN for letter in cyrillic):
            return "".join(_ALIKE_TO_LATIN.get(letter, letter) for letter in word)
    return word


def _letters(part: str) -> str:
    """The letters and digits of a part: one case, no vowel signs, no apostrophes, no look-alikes."""
    text = unicodedata.normalize("NFKC", part)
    text = "".join(c for c in text if (c.isalnum() or unicodedata.combining(c)) and c not in _NO_LETTERS)
    text = _without_look_alikes(text).casefold()
    text = unicodedata.normalize("NFKC", text).translate(_LATIN_LETTERS)
    return "".join(plain for c in text if (plain := _plain_letter(c)).isalnum())


def _plain_letter(letter: str) -> str:
    if letter.isdecimal():
        return str(unicodedata.decimal(letter))
    if _is_latin(letter) and letter not in "čšž":
        return unicodedata.normalize("NFD", letter)[0]
    return letter


# ---------------------------------------------------------------------------------------------------------
# Sounds

_Reading = tuple[tuple[re.Pattern[str], str], ...]


def _sounds(letters: str, latin_reading: _Reading = ()) -> str:
    """The sounds of letters, alphabet by alphabet, in the letters of a normal form."""
    sounds: list[str] = []
    start = 0
    while start < len(letters):
        script = _script(letters[start])
        end = start
        while end < len(letters) and _script(letters[end]) == script:
            end += 1
        run = letters[start:end]
        if script == "C":
            sounds.append("".join(_CYRILLIC.get(letter, letter) for letter in run).replace("dž", "ž"))
        elif script == "A":
            sounds.append(_arabic_sounds(run))
        elif script == "L":
            sounds.append(_latin_sounds(run, latin_reading))
        else:
            sounds.append(run)
        start = end
    return "".join(sounds)


def _arabic_sounds(run: str) -> str:
    # Waw is a consonant at the start and before alef or ye; between consonants it writes a long vowel.
    run = re.sub("^و|و(?=[اآیيى])", "ۋ", run)
    return "".join(_ARABIC.get(letter, letter) for letter in run)


def _latin_sounds(run: str, reading: _Reading) -> str:
    for written, sound in reading:
        run = written.sub(sound, run)
    # Alexander, Maxim, Roxana, Felix; else x is the Uzbek and Kazakh kh.
    run = re.sub("(?<=[aefi]le)x|(?<=^ale)x|(?<=^ma)x(?=i)|(?<=^ro)x|(?<=eli)x|(?<=^)x(?=eni)", "ks", run)
    run = _LATIN_SOUND.sub(lambda found: _SOUND_TO_LETTER[found[0]], run).replace("x", "h")
    return re.sub("c(?=[eiy])", "s", run).replace("c", "k")


_DOUBLED = re.compile(r"(.)\1+", re.DOTALL)
_V_BETWEEN_VOWELS = re.compile("(?:^|(?<=[aeio]))u(?=[aeio])")
_IO_AFTER_CONSONANT = re.compile("(?<=[bvgdzklmnprstfhčšž])io")
_SURNAME_A = re.compile("(?<=[a-zčšž]{2}[oe]v)a$")
_SURNAME_SKI = re.compile("(?<=[a-zčšž]{2}sk)(?:aia|ai|oi|ei)$")


def _tidy(sounds: str) -> str:
    """One spelling for what several transcriptions keep apart."""
    sounds = _DOUBLED.sub(r"\1", sounds)
    sounds = _DOUBLED.sub(r"\1", sounds.replace("ie", "e"))  # Yerlan, Ерлан
    sounds = _IO_AFTER_CONSONANT.sub("e", sounds)  # Fyodor, Фёдор
    sounds = _V_BETWEEN_VOWELS.sub("v", sounds)  # Уәли, Wali, Вали
    sounds = _SURNAME_SKI.sub("i", _SURNAME_A.sub("", sounds))
    if len(sounds) > 2 and sounds[-1] == "h":  # Fatimah, فاطمه
        sounds = sounds[:-1]
    return _DOUBLED.sub(r"\1", sounds)


def normal_form(part: str) -> str:
    """One part of a name in the one Latin form in which spellings are compared; "" when it has no letters.

    Patronymics become the father's name, feminine surnames the masculine. Not for showing to anyone.
    Source: rules in the design notes on names, section 2.
    """
    return _tidy(_sounds(_PATRONYMIC.sub("", _letters(part))))


def skeleton(part: str) -> str:
    """The consonants of a part in coarse classes (z=s, f=w=v, p=b, k=q=g), with "a" for a vowel in front.

    Vowels are what transcriptions disagree on, and Arabic script hardly writes them. "" when there are no
    letters.
    """
    return _consonants(normal_form(part))


def _consonants(form: str) -> str:
    marker = "a" if form and form[0] in _VOWELS else ""
    # Doubles go while the vowels still stand between: kuge has two consonants although k and g are one class.
    return marker + _DOUBLED.sub(r"\1", form.translate(_COARSE)).translate(_WITHOUT_VOWELS)


def _reading(*rules: tuple[str, str]) -> _Reading:
    return tuple((re.compile(written), sound) for written, sound in rules)


# Other ways in which Latin letters may have been meant; a bar keeps two letters from being read as one sound.
_LATIN_READINGS: tuple[_Reading, ...] = (
    _reading(("j", "y")),  # German, Polish
    _reading(("ch", "kh")),  # German
    _reading(("ch", "sh")),  # French
    _reading(("c", "zh")),  # Turkish
    _reading(("c", "k")),
    _reading(("x", "ks")),
    _reading(("(?<=[szg])h", "|h")),  # Ishaq
    _reading(("(?<![cszkgpt])h", "g")),  # Ukrainian
    _reading(("j", "y"), ("ch", "kh")),
)


def readings(part: str) -> tuple[str, ...]:
    """The normal forms a part of a question may have been meant as; the usual one first, no repeats.

    Latin letters are read in several ways (German j and ch, French ch, Turkish c); Cyrillic г also as h.
    """
    letters = _PATRONYMIC.sub("", _letters(part))
    found = [_tidy(_sounds(letters))]
    found.extend(
        _tidy(_sounds(letters, rules).replace("|", ""))
        for rules in _LATIN_READINGS
        if any(written.search(letters) for written, _ in rules)
    )
    if "г" in letters:
        found.append(_tidy(_sounds(letters.replace("г", "һ"))))
    if "sh" in found[0]:  # Исхак, for a record that says Ishaq
        found.append(_tidy(found[0].replace("sh", "š")))
    return tuple(dict.fromkeys(found))


# ---------------------------------------------------------------------------------------------------------
# Whole names


def name_parts(full: str) -> tuple[str, ...]:
    """The parts of a full name as written; of a hyphenated part the whole and then its elements."""
    parts: list[str] = []
    for written in _written_words(full):
        elements = [element for element in _HYPHENS.split(written) if element]
        parts.extend([written, *elements] if len(elements) > 1 else elements)
    return tuple(parts)


def _written_words(full: str) -> list[str]:
    return [word for word in _BETWEEN_WORDS.split(full) if any(c.isalnum() for c in word)]


@dataclass(frozen=True, slots=True)
class _Name:
    """A name made ready for comparing: its words, and further keys under which it may be asked for."""

    alphabet: str
    words: tuple[str, ...]
    further: tuple[str, ...]

    @property
    def keys(self) -> tuple[str, ...]:
        return self.words + self.further


def _read(full: str) -> _Name:
    """The comparable form of a full name; particles joined to their word (Abd al-Rahman, Yusuf Zai)."""
    forms: list[str] = []
    compounds: list[str] = []
    for written in _written_words(full):
        elements = [form for form in map(normal_form, _HYPHENS.split(written)) if form]
        if len(elements) > 1:
            compounds.append(_tidy("".join(elements)))
        forms.extend(elements)
    words: list[str] = []
    held = ""
    for form in forms:
        if form in _JOINED_TO_NEXT:
            held += form
        elif form in _JOINED_TO_LAST and words and not held:
            words[-1] = _tidy(words[-1] + form)
        else:
            words.append(_tidy(held + form))
            held = ""
    if held:
        words.append(held)
    words = [word for word in words if word not in _RELATION_WORDS] or words
    further = [form for form in (*compounds, *forms) if form not in words and len(form) > 2]
    further = [form for form in dict.fromkeys(further) if form not in _PARTICLES]
    return _Name(alphabet(full), tuple(words), tuple(further))


def _word_likeness(one: str, other: str) -> float:
    """0 to 100: letters and consonants together; the fewer consonants there are, the less they prove."""
    if one == other:
        return 100.0
    letters = ratio(one, other)
    mine, theirs = _consonants(one), _consonants(other)
    proof = {0: 0.0, 1: 0.0, 2: 0.5}.get(min(len(mine), len(theirs)), 0.65)
    # Never quite 100: only the same normal form is the same.
    return min(99.0, max(letters, proof * ratio(mine, theirs) + (1 - proof) * letters))


def _best_pairing(table: Sequence[Sequence[float]]) -> tuple[float, tuple[int, ...]]:
    """The one-to-one pairing of rows with columns of the greatest sum; -1 for a row left alone.

    Exact for the few words a name has; rows are at most _WORDS.
    """
    width = len(table[0]) if table else 0
    best: dict[int, tuple[float, tuple[int, ...]]] = {0: (0.0, ())}
    for row in table:
        following: dict[int, tuple[float, tuple[int, ...]]] = {}
        for taken, (total, pairs) in best.items():
            choices = [(taken, total, -1)]
            choices += [
                (taken | 1 << column, total + row[column], column)
                for column in range(width)
                if row[column] > 0 and not taken >> column & 1
            ]
            for columns, value, column in choices:
                known = following.get(columns)
                if known is None or value > known[0]:
                    following[columns] = (value, (*pairs, column))
        best = following
    return max(best.values(), key=lambda found: found[0])


_WORDS = 6  # of a longer name only the first words are paired


def likeness(a: str, b: str) -> float:
    """How alike two full names are, 0 to 100; symmetric, whatever the alphabets and the order of the words.

    100 means the same normal forms. A word one name has and the other lacks (a patronymic) costs little.
    """
    one, other = _read(a), _read(b)
    if not one.words or not other.words:
        return 0.0
    ways = [_names_likeness(one.words, other.words)]
    ways += [_names_likeness(words, other.words) for words in _alternatives(a, one)]
    ways += [_names_likeness(one.words, words) for words in _alternatives(b, other)]
    return round(max(ways), 1)


def _alternatives(full: str, name: _Name) -> Iterator[tuple[str, ...]]:
    """The words of a name of single words in its other readings."""
    written = [part for word in _written_words(full) for part in _HYPHENS.split(word)]
    read = [forms for forms in map(readings, written) if forms[0]]
    if tuple(forms[0] for forms in read) != name.words:
        return
    for way in range(1, max(map(len, read))):
        yield tuple(forms[min(way, len(forms) - 1)] for forms in read)


def _names_likeness(one: tuple[str, ...], other: tuple[str, ...]) -> float:
    shorter, longer = sorted((one[:_WORDS], other[:_WORDS]), key=lambda words: (len(words), words))
    weights = [[min(len(x), len(y)) + 2.0 for y in longer] for x in shorter]
    table = [
        [_word_likeness(x, y) * weight for y, weight in zip(longer, row, strict=True)]
        for x, row in zip(shorter, weights, strict=True)
    ]
    total, pairs = _best_pairing(table)
    paired = [(row, column) for row, column in enumerate(pairs) if column >= 0]
    weight = sum(weights[row][column] for row, column in paired) or 1.0
    alone = len(longer) - len(paired) + (len(shorter) - len(paired))
    words = total / weight * (1 - 0.04 * alone)
    together = ratio("".join(sorted(one)), "".join(sorted(other))) if len(one) != len(other) else 0.0
    written_together = max(together, ratio("".join(one), "".join(other)))
    return max(words, min(99.0, written_together)) if one != other else 100.0


# ---------------------------------------------------------------------------------------------------------
# Finding


@dataclass(frozen=True, slots=True)
class Hit:
    """A person found: how well (0 to 100), by which kind of name or number, and why (see `why`)."""

    person_id: UUID
    score: float
    kind: str
    reason_code: str


def why(query: str, name: str) -> str:
    """Why a name answers a question, as a stable code.

    "same": the same spelling in this form; "other_alphabet": the same, written in another alphabet; "part":
    only some of the words asked for; "beginning": a word asked for begins one of the name; "other_spelling":
    the same consonants; "similar": near. For numbers the index says "number".
    """
    asked = _asked_words(query)
    answer = _answer(asked, alphabet(query), _read(name), {})
    return answer[1] if answer else "similar"


_LEAST_SCORE = 45.0
_GOOD_SCORE = 93.0  # with an answer this good nobody is looked for among the misspelt
_LEAST_WORD = 50.0
_LONGEST_NEIGHBOURED = 14
_SKELETON_LETTERS = "abdghlmnrstvčšž"
_Scores = dict[tuple[tuple[str, ...], str], float]


def _asked_words(query: str) -> list[tuple[str, ...]]:
    """The words of a question, each in all its readings."""
    by_first: dict[str, tuple[str, ...]] = {}
    for written in _written_words(query):
        for element in _HYPHENS.split(written):
            forms = readings(element)
            by_first[forms[0]] = forms
    return [by_first.get(word, (word,)) for word in _read(query).words][:_WORDS]


def _asked_score(asked: tuple[str, ...], key: str) -> float:
    """How well a word of a name answers a word of a question, which may be only its beginning."""
    score = max(_word_likeness(form, key) for form in asked)
    begun = max((len(form) for form in asked if key.startswith(form)), default=0)
    return max(score, 75 + 23 * begun / len(key)) if begun and score < 100 else score


def _answer(asked: Sequence[tuple[str, ...]], asked_in: str, name: _Name, known: _Scores) -> tuple[float, str] | None:
    """Score and reason with which a name answers a question; None when not at all. `known` is filled."""
    keys = name.keys[:10]
    if not asked or not keys:
        return None
    table: list[list[float]] = []
    for forms in asked:
        row = []
        for key in keys:
            score = known.get((forms, key))
            if score is None:
                score = known[forms, key] = _asked_score(forms, key)
            row.append(score if score >= _LEAST_WORD else 0.0)
        table.append(row)
    weights = [min(len(forms[0]), 8) + 2.0 for forms in asked]
    total, pairs = _best_pairing([[score * w for score in row] for row, w in zip(table, weights, strict=True)])
    # Words nobody asked for cost a little, so that the name that is all there comes first.
    unasked = max(0, len(name.words) - sum(column >= 0 for column in pairs))
    score = total / sum(weights) - 0.4 * min(unasked, 5)
    if len(asked) != len(name.words):  # Anna Maria, Annamaria
        together = ratio("".join(forms[0] for forms in asked), "".join(name.words))
        score = max(score, min(99.0, together))
    if score < _LEAST_SCORE:
        return None
    return round(max(0.0, score), 1), _reason(asked, asked_in, name, table, pairs)


def _reason(
    asked: Sequence[tuple[str, ...]],
    asked_in: str,
    name: _Name,
    table: Sequence[Sequence[float]],
    pairs: Sequence[int],
) -> str:
    if any(column < 0 for column in pairs):
        return "part"
    keys = name.keys
    scores = [row[column] for row, column in zip(table, pairs, strict=True)]
    if min(scores) == 100:
        return "same" if name.alphabet == asked_in else "other_alphabet"
    consonants_agree = begins = True
    for forms, column, score in zip(asked, pairs, scores, strict=True):
        consonants = _consonants(keys[column])
        consonants_agree &= any(_consonants(form) == consonants for form in forms)
        begins &= score == 100 or any(keys[column].startswith(form) for form in forms)
    if begins:
        return "beginning"
    return "other_spelling" if consonants_agree else "similar"


def _one_edit_from(consonants: str) -> set[str]:
    """Skeletons one letter away: one left out, added, changed, or two neighbours swapped."""
    cuts = [(consonants[:i], consonants[i:]) for i in range(len(consonants) + 1)]
    near = {head + tail[1:] for head, tail in cuts if tail}
    near.update(head + tail[1] + tail[0] + tail[2:] for head, tail in cuts if len(tail) > 1)
    near.update(head + letter + tail[1:] for head, tail in cuts if tail for letter in _SKELETON_LETTERS)
    near.update(head + letter + tail for head, tail in cuts for letter in _SKELETON_LETTERS)
    near.discard(consonants)
    near.discard("")
    return near


def _number_keys(text: str, kind: str | None = None) -> list[tuple[str, str]]:
    """How a number or address is looked up: exact but for spaces, signs, case; phones by 9 last digits."""
    plain = "".join(
        str(unicodedata.decimal(c)) if c.isdecimal() else c
        for c in unicodedata.normalize("NFKC", text).casefold()
        if c.isalnum()
    )
    keys = [("", plain)] if plain and kind != "phone" else []
    if kind in (None, "phone") and plain.isdecimal() and len(plain) >= 9:
        keys.append(("phone", plain[-9:]))
    return keys


@dataclass(slots=True)
class _Person:
    person_id: UUID
    names: list[tuple[str, _Name]]
    numbers: list[tuple[tuple[str, str], str]]


class NameIndex:
    """The names of one organisation's persons, in memory; found in any alphabet, misspelt, begun, swapped.

    Safe to use from several threads. Measured on one core: 3 to 10 ms a question at ten thousand persons.
    """

    def __init__(self) -> None:
        self._lock = RLock()
        self._persons: dict[int, _Person] = {}
        self._number_of: dict[UUID, int] = {}
        self._next = 0
        self._by_form: dict[str, set[int]] = {}
        self._by_skeleton: dict[str, set[str]] = {}
        self._forms: list[str] = []
        self._by_number: dict[tuple[str, str], set[int]] = {}

    def __len__(self) -> int:
        return len(self._persons)

    def __contains__(self, person_id: object) -> bool:
        return person_id in self._number_of

    def put(
        self,
        person_id: UUID,
        names: Iterable[tuple[str, str]],
        extras: Iterable[tuple[str, str]] = (),
    ) -> None:
        """Index a person by (kind, full name) and exact (kind, number) pairs, in place of what was known.

        The kind "phone" is compared by its last nine digits; every other kind of number as a whole.
        """
        person = _Person(
            person_id,
            [(kind, read) for kind, full in names if (read := _read(full)).words],
            [(key, kind) for kind, text in extras for key in _number_keys(text, kind)],
        )
        with self._lock:
            self.drop(person_id)
            number = self._next
            self._next += 1
            self._persons[number] = person
            self._number_of[person_id] = number
            for form in {key for _, name in person.names for key in name.keys}:
                if form not in self._by_form:
                    self._by_form[form] = set()
                    self._by_skeleton.setdefault(_consonants(form), set()).add(form)
                    insort(self._forms, form)
                self._by_form[form].add(number)
            for key, _ in person.numbers:
                self._by_number.setdefault(key, set()).add(number)

    def drop(self, person_id: UUID) -> None:
        """Forget a person; nothing happens when the person is not known."""
        with self._lock:
            number = self._number_of.pop(person_id, None)
            if number is None:
                return
            person = self._persons.pop(number)
            for form in {key for _, name in person.names for key in name.keys}:
                self._by_form[form].discard(number)
                if not self._by_form[form]:
                    self._forget_form(form)
            for key, _ in person.numbers:
                holders = self._by_number.get(key, set())
                holders.discard(number)
                if not holders:
                    self._by_number.pop(key, None)

    def _forget_form(self, form: str) -> None:
        del self._by_form[form]
        del self._forms[bisect_left(self._forms, form)]
        consonants = _consonants(form)
        self._by_skeleton[consonants].discard(form)
        if not self._by_skeleton[consonants]:
            del self._by_skeleton[consonants]

    def find(self, query: str, limit: int = 20) -> list[Hit]:
        """The persons a question may mean, best first; by number when it is one, else by name."""
        with self._lock:
            hits = self._find_number(query)
            asked, asked_in = _asked_words(query), alphabet(query)
            if asked and limit > 0:
                known: _Scores = {}
                found = self._find_names(asked, asked_in, limit, known, self._plain_forms)
                if not found or found[0].score < _GOOD_SCORE:
                    found = self._find_names(asked, asked_in, limit, known, self._near_forms)
                numbered = {hit.person_id for hit in hits}
                hits += [hit for hit in found if hit.person_id not in numbered]
            return hits[: max(0, limit)]

    def _find_number(self, query: str) -> list[Hit]:
        hits: dict[UUID, Hit] = {}
        for key in _number_keys(query):
            for number in sorted(self._by_number.get(key, ())):
                person = self._persons[number]
                kind = next(kind for known, kind in person.numbers if known == key)
                hits.setdefault(person.person_id, Hit(person.person_id, 100.0, kind, "number"))
        return list(hits.values())

    def _plain_forms(self, asked: tuple[str, ...]) -> set[str]:
        """Words of names with the consonants of a word asked for, or beginning with it."""
        forms: set[str] = set()
        for form in asked:
            forms |= self._by_skeleton.get(_consonants(form), set())
            if len(form) > 1:
                start = bisect_left(self._forms, form)
                following = self._forms[start : start + 200]
                forms.update(known for known in following if known.startswith(form))
        return forms

    def _near_forms(self, asked: tuple[str, ...]) -> set[str]:
        """Also words of names whose consonants are one letter away."""
        forms = self._plain_forms(asked)
        for consonants in {_consonants(form) for form in asked}:
            if len(consonants) <= _LONGEST_NEIGHBOURED:
                for near in _one_edit_from(consonants) & self._by_skeleton.keys():
                    forms |= self._by_skeleton[near]
        return forms

    def _find_names(
        self,
        asked: Sequence[tuple[str, ...]],
        asked_in: str,
        limit: int,
        known: _Scores,
        forms_for: Callable[[tuple[str, ...]], set[str]],
    ) -> list[Hit]:
        rough: dict[int, float] = {}
        wanted = dict.fromkeys([*asked, *_written_together(asked), *self._written_apart(asked)])
        for forms in wanted:
            weight = min(len(forms[0]), 8) + 2.0
            best: dict[int, float] = {}
            for form in forms_for(forms):
                score = known.get((forms, form))
                if score is None:
                    score = known[forms, form] = _asked_score(forms, form)
                if score >= _LEAST_WORD:
                    for number in self._by_form[form]:
                        if best.get(number, 0.0) < score:
                            best[number] = score
            for number, score in best.items():
                rough[number] = rough.get(number, 0.0) + score * weight
        likely = nlargest(max(80, 2 * limit), rough, key=lambda number: (rough[number], -number))
        hits = []
        for number in likely:
            person = self._persons[number]
            answers = [
                (*answer, kind) for kind, name in person.names if (answer := _answer(asked, asked_in, name, known))
            ]
            if answers:
                score, reason, kind = max(answers, key=lambda answer: answer[0])
                hits.append(Hit(person.person_id, score, kind, reason))
        return nlargest(limit, hits, key=lambda hit: hit.score)

    def _written_apart(self, asked: Sequence[tuple[str, ...]]) -> Iterator[tuple[str, ...]]:
        """The two words of names that a word of a question is made of: Annamaria, Anna Maria."""
        for word in (forms[0] for forms in asked):
            for place in range(3, len(word) - 2):
                if word[:place] in self._by_form and word[place:] in self._by_form:
                    yield from ((word[:place],), (word[place:],))


def _written_together(asked: Sequence[tuple[str, ...]]) -> Iterator[tuple[str, ...]]:
    """Neighbouring words of a question as one, for names that are written so."""
    for one, other in pairwise(asked):
        yield (_tidy(one[0] + other[0]),)
