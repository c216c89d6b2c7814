"""PDFs set by Typst from shipped files and shipped fonts. Words go in as JSON and are never read as Typst source.

Nothing is fetched. Every PDF is tagged (PDF/UA-1), and the same words give the same bytes.
"""

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time
from functools import cache
from pathlib import Path
from typing import Any

import typst

FONTS = Path(__file__).parent / "fonts"
"""Golos Text, regular and bold, and Noto Sans Arabic for names; their licences lie beside them."""


class Unprintable(Exception):
    """The PDF cannot be made. `characters` are those that no shipped font has, if that is why."""

    def __init__(self, characters: str = "") -> None:
        super().__init__("A PDF could not be set.")
        self.characters = characters


def check_characters(words: Iterable[str]) -> None:
    """Unprintable, naming them, when these words have characters that no shipped font has."""
    missing = missing_characters(words)
    if missing:
        raise Unprintable(missing)


def missing_characters(words: Iterable[str]) -> str:
    """The characters of these words that no shipped font has, each once, in their order in Unicode."""
    return "".join(sorted({character for one in words for character in one} - _known()))


def tagged_pdf(source: Path, name: str, words: Mapping[str, Any], *, on: date | None = None) -> bytes:
    """The PDF that a Typst file makes of words it reads as `sys.inputs.<name>`. `on`: the only day in its metadata.

    Unprintable when Typst refuses: the fault is in the file, or a picture of the words has no description.
    """
    moment = datetime.combine(on, time(), UTC) if on is not None else None
    try:
        made: bytes = typst.compile(
            str(source),
            root=str(source.parent),
            font_paths=[str(FONTS)],
            ignore_system_fonts=True,
            sys_inputs={name: json.dumps(words, ensure_ascii=False)},
            pdf_standards=["ua-1"],
            package_path=str(source.parent),
            package_cache_path=str(source.parent),
            timestamp=int(moment.timestamp()) if moment is not None else None,
        )
    except typst.TypstError as error:
        raise Unprintable from error
    return made


@cache
def _known() -> frozenset[str]:
    """The characters of the shipped fonts, from the list that is shipped with them."""
    listed = (FONTS / "characters.txt").read_text("utf-8")
    found = {"\n", " "}
    for line in listed.splitlines():
        if line and not line.startswith("#"):
            first, _, last = line.partition("-")
            found.update(map(chr, range(int(first, 16), int(last or first, 16) + 1)))
    return frozenset(found)
