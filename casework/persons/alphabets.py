"""One spelling-free form for a part of a name, whatever alphabet and custom it was written in.

A name met here was written in Kazakh, Russian, Uzbek, Tajik, Uyghur, Ukrainian, Persian, Arabic, Turkish or English by
a dozen officials. `normal_form` brings a part of it to one Latin form; `skeleton` keeps its consonants, which is what
survives transcription; `readings` are the forms a typed word may have been meant as. Plain Python: no database, no
clock. No function raises, whatever the text.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

# ---------------------------------------------------------------------------------------------------------
# Letters. In a normal form č, š and ž stand for ch, sh and zh, so that one sound is one letter; and ħ for an h
# behind a letter with which it would be read as one sound (Исхак is isħak, not išak).

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

_VOWELS = frozenset("aeiou")
_COARSE = str.maketrans("zfpkw", "svbgv")
_WITHOUT_VOWELS = str.maketrans("", "", "aeiou")
_NO_LETTERS = frozenset("ʹʺʻʼʽʾʿˀˁˈˊˋـ")  # apostrophes and tatweel, which Unicode counts as letters


def _is_cyrillic(letter: str) -> bool:
    return "\u0400" <= letter <= "\u052f" or "\u1c80" <= letter <= "\u1c8f"


def _is_arabic(letter: str) -> bool:
    return "\u0600" <= letter <= "\u06ff" or "\u0750" <= letter <= "\u077f"


def _is_latin(letter: str) -> bool:
    return letter < "\u0250" or "\u1e00" <= letter <= "\u1eff"


@lru_cache(maxsize=4096)
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


def _as_look_alikes(word: str) -> str:
    """A word of Latin letters in the Cyrillic ones that look the same, or the other way; "" when some have none."""
    word = _without_look_alikes(word)
    for table in (_ALIKE_TO_CYRILLIC, _ALIKE_TO_LATIN):
        if len(word) > 2 and all(letter in table for letter in word):
            return "".join(table[letter] for letter in word)
    return ""


def _letters(part: str) -> str:
    """The letters and digits of a part: one case, no vowel signs, no apostrophes, no look-alikes."""
    text = unicodedata.normalize("NFKC", part)
    text = "".join(c for c in text if (c.isalnum() or unicodedata.combining(c)) and c not in _NO_LETTERS)
    text = _without_look_alikes(text).casefold()
    text = unicodedata.normalize("NFKC", text).translate(_LATIN_LETTERS)
    return "".join(plain for c in text if (plain := _plain_letter(c)).isalnum())


@lru_cache(maxsize=4096)
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
    run = _LATIN_SOUND.sub(lambda found: _SOUND_TO_LETTER[found[0]], run).replace("x", "h").replace("ħ", "h")
    return re.sub("c(?=[eiy])", "s", run).replace("c", "k")


_DOUBLED = re.compile(r"(.)\1+", re.DOTALL)
_V_BETWEEN_VOWELS = re.compile("(?:^|(?<=[aeio]))u(?=[aeio])")
_IO_AFTER_CONSONANT = re.compile("(?<=[bvgdzklmnprstfhčšž])io")
_SURNAME_A = re.compile("(?<=[a-zčšž]{2}[oe]v)a$")
_SURNAME_SKI = re.compile("(?<=[a-zčšž]{2}sk)(?:aia|ai|oi|ei)$")

_H_BY_ITSELF = re.compile("(?<=[szkgtp])h")


def tidy(sounds: str) -> str:
    """One spelling for what several transcriptions keep apart."""
    sounds = _DOUBLED.sub(r"\1", sounds.replace("ħ", "h"))
    sounds = sounds.replace("ie", "e").replace("ou", "u").replace("tz", "ts").replace("dž", "ž")  # Yerlan, Ерлан
    sounds = _IO_AFTER_CONSONANT.sub("e", sounds)  # Fyodor, Фёдор
    sounds = _V_BETWEEN_VOWELS.sub("v", sounds)  # Уәли, Wali, Вали
    sounds = _SURNAME_SKI.sub("i", _SURNAME_A.sub("", sounds))
    if len(sounds) > 2 and sounds[-1] == "h":  # Fatimah, فاطمه
        sounds = sounds[:-1]
    return _H_BY_ITSELF.sub("ħ", _DOUBLED.sub(r"\1", sounds))


@lru_cache(maxsize=1 << 16)  # most parts of names are borne by many
def normal_form(part: str) -> str:
    """One part of a name in the one Latin form in which spellings are compared; "" when it has no letters.

    Patronymics become the father's name, feminine surnames the masculine. Its own normal form. Not for showing to
    anyone. Source: rules in the design notes on names, section 2.
    """
    form = _read_once(part)
    # What comes out is read again until nothing changes: so a form compares with itself wherever it came from.
    for _ in range(_READ_AT_MOST):
        again = _read_once(form)
        if again == form:
            break
        form = again
    return form


_READ_AT_MOST = 40


def _read_once(part: str) -> str:
    return tidy(_sounds(_PATRONYMIC.sub("", _letters(part))))


def skeleton(part: str) -> str:
    """The consonants of a part in coarse classes (z=s, f=w=v, p=b, k=q=g), with "a" for a vowel in front.

    Vowels are what transcriptions disagree on, and Arabic script hardly writes them. "" when there are no
    letters.
    """
    return consonants(normal_form(part))


@lru_cache(maxsize=1 << 16)
def consonants(form: str) -> str:
    """The skeleton of what is in normal form already."""
    form = form.replace("ħ", "h")
    marker = "a" if form and form[0] in _VOWELS else ""
    # Doubles go while the vowels still stand between: kuge has two consonants although k and g are one class.
    return marker + _DOUBLED.sub(r"\1", form.translate(_COARSE)).translate(_WITHOUT_VOWELS)


def _reading(*rules: tuple[str, str]) -> _Reading:
    return tuple((re.compile(written), sound) for written, sound in rules)


# Other ways in which Latin letters may have been meant; a bar keeps two letters from being read as one sound.
_LATIN_READINGS: tuple[_Reading, ...] = (
    _reading(("j", "y")),  # German, Polish
    _reading(("(?<![st])ch", "kh")),  # German
    _reading(("chtch", "shch"), ("(?<![tsh])ch", "sh")),  # French
    _reading(("c", "zh")),  # Turkish
    _reading(("c", "k")),
    _reading(("x", "ks")),
    _reading(("(?<=[szg])h", "|h")),  # Ishaq
    _reading(("(?<![cszkgpt])h", "g")),  # Ukrainian
    _reading(("j", "y"), ("(?<![st])ch", "kh")),
)
_BEGINS_AS_KAZAKH = re.compile("[iž][aou]")


def readings(part: str) -> tuple[str, ...]:
    """The normal forms a part of a question may have been meant as; the usual one first, no repeats.

    Latin letters are read in several ways (German j and ch, French ch, Turkish c); Cyrillic г also as h; and a word all
    of whose letters look alike in the two alphabets in both.
    """
    letters = _PATRONYMIC.sub("", _letters(part))
    sounds = [_sounds(letters, rules) for rules in _LATIN_READINGS if any(found.search(letters) for found, _ in rules)]
    if "г" in letters:
        sounds.append(_sounds(letters.replace("г", "һ")))
    usual = normal_form(part)
    if "sħ" in usual:  # Исхак, for a record that says Ishaq
        sounds.append(usual.replace("sħ", "š"))
    if _BEGINS_AS_KAZAKH.match(usual):  # Жүсіп, Юсуф; Жүніс, Yunus
        sounds.append(("ž" if usual[0] == "i" else "i") + usual[1:])
    forms = [normal_form(tidy(one.replace("|", ""))) for one in sounds]
    if other := _as_look_alikes(part):
        forms.append(normal_form(other))
    return tuple(dict.fromkeys([usual, *forms]))
