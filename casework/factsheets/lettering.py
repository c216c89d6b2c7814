"""How wide words are in the shipped font, so that no picture clips them or sets one over another."""

import re
from collections.abc import Sequence
from functools import cache

from PIL import ImageFont

from casework.core import i18n
from casework.core.typesetting import FONTS

FAMILY = '"Golos Text", "Segoe UI", Roboto, system-ui, "Noto Sans", sans-serif'
_SPACES = re.compile(r"[ \t\r\n]+")
_WORD = re.compile(r"[^ –-]+[–-]* ?|[–-]+ ?")
"""A space that does not break, as between the digits of a number, is none of them."""
_EM = 1000
_SPARE = 1.03
"""A reader without the shipped font sees another one, about as wide."""


def width(text: str, size: float, *, is_bold: bool = False) -> float:
    """How wide a line is set in this size, in the size's unit."""
    return _font(is_bold).getlength(text) * size / _EM * _SPARE


def widest(lines: Sequence[str], size: float, *, is_bold: bool = False) -> float:
    return max((width(line, size, is_bold=is_bold) for line in lines), default=0)


def wrapped(text: str, room: float, size: float, *, is_bold: bool = False) -> tuple[str, ...]:
    """The text in lines no wider than `room`: broken at spaces and after hyphens, inside a word only if it must be."""
    lines: list[str] = []
    current = ""
    for word in _words(text):
        if width((current + word).rstrip(), size, is_bold=is_bold) <= room:
            current += word
            continue
        if current:
            lines.append(current.rstrip())
        *broken, current = _broken(word, room, size, is_bold=is_bold)
        lines += broken
    return (*lines, current.rstrip())


def fits(text: str, room: float, size: float) -> bool:
    """Whether no word of it has to be broken."""
    return all(width(word.rstrip(), size) <= room for word in _words(text))


def _words(text: str) -> list[str]:
    """What may stand on a line of its own, with the space or the hyphen that joins it to the next."""
    return _WORD.findall(" ".join(_SPACES.split(text.strip()))) or [""]


def _broken(word: str, room: float, size: float, *, is_bold: bool) -> list[str]:
    """A word in parts of a line each: hyphenated where the language does, else wherever the line ends."""
    parts = [""]
    syllables = i18n.syllables(word)
    for number, syllable in enumerate(syllables):
        for piece in [syllable] if width(syllable + "-", size, is_bold=is_bold) <= room else syllable:
            hyphen = "" if number == len(syllables) - 1 and piece == syllable else "-"
            if parts[-1] and width((parts[-1] + piece).rstrip() + hyphen, size, is_bold=is_bold) > room:
                parts[-1] += "-"
                parts.append("")
            parts[-1] += piece
    return parts


@cache
def _font(is_bold: bool) -> ImageFont.FreeTypeFont:
    name = "GolosText-Bold.ttf" if is_bold else "GolosText-Regular.ttf"
    # The basic layout needs no library that one machine has and another has not: widths are the same everywhere.
    return ImageFont.truetype(FONTS / name, _EM, layout_engine=ImageFont.Layout.BASIC)
