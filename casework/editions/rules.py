"""What names an edition, how long its texts may be, and what the bytes of a content are.

Plain Python: no database, no clock.
"""

import json
from datetime import date
from typing import Any

from casework.releases.rules import canonical, digest

FORMAT = "casework.factsheet/1"
NATIONAL, REGIONAL = "national", "regional"
CENTRAL_ASIA = "CENTRAL_ASIA"

EXPLAINED = "explained"
"""Why a sum of the release does not come out: as its officer signed it, and in the other languages."""
CORRECTION = "correction"
"""The section that says why there is another edition of a day."""

LONGEST = {"title": 120, "lead": 700, CORRECTION: 1000}
LONGEST_MESSAGE = 500
LONGEST_OTHER = 4000
LONGEST_NOTICE = 1000
"""Letters of why something was withdrawn or sent back."""
MOST_PAGES = 2
"""Of the PDF."""


def code(area: str, as_of: date, number: int) -> str:
    """What names an edition wherever it is quoted: KAZ-2025-01-01-e1; d1: discarded."""
    return f"{area}-{as_of.isoformat()}-{'e' if number > 0 else 'd'}{abs(number)}"


def longest(section: str) -> int:
    """How many letters a text may have."""
    if section.startswith("message"):
        return LONGEST_MESSAGE
    return LONGEST.get(section, LONGEST_OTHER)


def digest_of_text(text: str) -> str:
    """SHA-256 of a text without the space around it: by it a translation knows what it was written for."""
    return digest(text.strip().encode())


def written(content: dict[str, Any]) -> str:
    """The one way to write a content: canonical JSON."""
    return canonical(content).decode()


def read(content: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(content)
    return found
