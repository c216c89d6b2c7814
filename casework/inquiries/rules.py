"""Which State may not be asked about a person who fled from it."""

from enum import StrEnum

PROTECTED = frozenset({"ASR", "REF-C", "REF-M", "REF-D"})
"""Displacement status of those who ask for protection or were granted it."""
ENDED = frozenset({"REJ", "CLO", "NOC"})
"""Displacement status of those whose claim for protection has come to its end, or who need none."""
NOT_OURS = "KAZ"
"""An inquiry goes to another State."""


class Danger(StrEnum):
    """Why a State cannot be asked."""

    ORIGIN = "origin"
    UNKNOWN = "unknown"


def danger(state: str, origin: str, *, is_country: bool) -> Danger | None:
    """What speaks against asking a State about somebody protected; `is_country`: whether the origin names a State.

    Data of asylum-seekers and refugees never go to the country of origin (UNHCR data protection policy). While nobody
    has recorded which that is, any State may be it.
    """
    if not is_country:
        return Danger.UNKNOWN
    return Danger.ORIGIN if state == origin else None
