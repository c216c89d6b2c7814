"""The factsheet as PDF: two pages of A4 where it fits, tagged (PDF/UA-1), set by Typst.

All words and pictures go to one shipped Typst file as JSON: nothing of them is ever read as Typst. How they are laid
out is its business (factsheet.typ); what is said, in which order and under which heading, is decided in paper.py.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from flask_babel import force_locale

from casework.core.typesetting import check_characters, missing_characters, tagged_pdf
from casework.factsheets import paper
from casework.factsheets.model import Sheet

_SOURCE = Path(__file__).parent / "factsheet.typ"

_SIZES = (8.0, 7.6, 7.3, 7.0, 6.8)
"""Of the text, in points: the largest that fits on two pages. What fits in none of them is set in the largest."""
_ENOUGH = 2
"""Pages."""


def pdf(sheet: Sheet) -> bytes:
    """The PDF of a sheet, in its language. The same sheet gives the same bytes: its only date is the sheet's own.

    Raises Unprintable with the characters that no shipped font has.
    """
    with force_locale(sheet.language):
        words = _spaced(paper.words(sheet))
    check_characters(_said(words))
    made = dict.fromkeys(_SIZES, b"")

    def fits(size: float) -> bool:
        made[size] = tagged_pdf(_SOURCE, "sheet", {**words, "size": size}, on=sheet.as_of)
        return pages(made[size]) <= _ENOUGH

    at = bisect_left(_SIZES, True, key=fits)
    chosen = _SIZES[at] if at < len(_SIZES) else _SIZES[0]
    return made[chosen] or tagged_pdf(_SOURCE, "sheet", {**words, "size": chosen}, on=sheet.as_of)


def unprintable(text: str) -> str:
    """The characters of a text that no shipped font has, each once."""
    return missing_characters([text.translate(_SPACES)])


_PAGES = re.compile(rb"^\d+ 0 obj\n<</Type/Pages/Count (\d+)/", re.MULTILINE)
"""As Typst writes it. No text of a sheet looks like this: line ends and angles are written otherwise in a PDF."""


def pages(made: bytes) -> int:
    """How many pages a PDF made here has."""
    return max((int(one[1]) for one in _PAGES.finditer(made)), default=0)


_SPACES = str.maketrans(
    {"\u202f": "\u00a0", "\u2007": "\u00a0", "\u2009": "\u00a0", "\t": " ", "\u200b": "", "\ufeff": ""}
)
"""Spaces that the fonts do not have, as those that they have: nobody is asked to write them otherwise."""
_THOUSANDS = re.compile(r"(?<=\d) (?=\d{3}(?!\d))")


def _spaced(words: Any) -> Any:
    """The same JSON with spaces that can be set; no number is broken over two lines. Pictures are no prose."""
    if isinstance(words, str):
        text = words.translate(_SPACES)
        return text if text.startswith("<svg") else _THOUSANDS.sub("\u00a0", text)
    if isinstance(words, dict):
        return {name: _spaced(one) for name, one in words.items()}
    return [_spaced(one) for one in words] if isinstance(words, list) else words


def _said(words: Any) -> Iterator[str]:
    """Every text of the JSON, with those of its pictures."""
    if isinstance(words, str):
        yield words
    elif isinstance(words, dict):
        for one in words.values():
            yield from _said(one)
    elif isinstance(words, list):
        for one in words:
            yield from _said(one)
