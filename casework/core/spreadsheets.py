"""Texts that a spreadsheet opens as texts: for files of rows, which cannot say of a cell that it is no formula."""

import unicodedata

_STARTERS = frozenset("=+-@")
_CONTROLS = ("\t", "\r", "\n")


def inert(text: str) -> str:
    """The text, with an apostrophe before it where a spreadsheet could take it for a formula.

    What counts is the first thing that can be seen, in whatever width it is written: blanks and marks of direction
    before it are passed over by spreadsheets, too (OWASP: CSV injection).
    """
    seen = (one for one in unicodedata.normalize("NFKC", text) if one.isprintable() and not one.isspace())
    is_formula = next(seen, "") in _STARTERS or text.startswith(_CONTROLS)
    return f"'{text}" if is_formula else text
