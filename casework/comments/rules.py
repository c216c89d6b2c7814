"""Who is meant by the names that stand after @ in a text."""

import re
from collections import Counter
from collections.abc import Mapping
from typing import TypeVar

Whom = TypeVar("Whom")

_AT = re.compile(r"(?<![\w.])@")  # not the sign inside an e-mail address


def mentioned(text: str, colleagues: Mapping[Whom, str]) -> set[Whom]:
    """The colleagues (by name) whom a text speaks to: “@” and the whole name, or the first name if only one has it.

    Of two names of which one begins with the other, the longer one is meant; letters may be large or small.
    """
    first_names = Counter(_folded(name).split(" ")[0] for name in colleagues.values() if name.strip())
    known: dict[str, Whom] = {}
    for whom, name in colleagues.items():
        if not name.strip():
            continue
        first = _folded(name).split(" ")[0]
        if first_names[first] == 1:
            known.setdefault(first, whom)
        known[_folded(name)] = whom
    longest_first = sorted(known, key=len, reverse=True)
    found = set()
    for part in _AT.split(_folded(text))[1:]:
        hit = next((name for name in longest_first if _begins(part, name)), None)
        if hit is not None:
            found.add(known[hit])
    return found


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())


def _begins(text: str, name: str) -> bool:
    """Whether a text begins with this name, and not with a longer word."""
    return text.startswith(name) and re.match(r"[\w-]", text[len(name) :]) is None
