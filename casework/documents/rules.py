"""Names, validity and versions of documents: plain Python, without database or clock."""

import unicodedata
from collections.abc import Iterable
from datetime import date, timedelta
from enum import StrEnum
from typing import Protocol, TypeVar
from uuid import UUID

SLICE = 512 * 1024
"""The most that is sent at a time of a file that may take several attempts."""

EXPIRES_SOON = timedelta(days=30)
_LONGEST_NAME = 120
_NOT_IN_NAMES = dict.fromkeys(map(ord, '<>:"|?*'), "_")


class Validity(StrEnum):
    EXPIRED = "expired"
    SOON = "soon"
    VALID = "valid"


def validity(expires_on: date | None, today: date) -> Validity | None:
    """Whether a document still holds; on its last day it does. None when no end is known."""
    if expires_on is None:
        return None
    if expires_on < today:
        return Validity.EXPIRED
    return Validity.SOON if expires_on <= today + EXPIRES_SOON else Validity.VALID


def cleaned_name(given: str | None) -> str:
    """A file's own name without folders, control characters and tricks of direction; never longer than 120 letters."""
    name = unicodedata.normalize("NFC", given or "").replace("\\", "/").rpartition("/")[2]
    name = "".join(c for c in name if unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"))
    name = " ".join(name.translate(_NOT_IN_NAMES).split()).strip(" .")
    stem, dot, extension = name.rpartition(".")
    if not dot:
        return name[:_LONGEST_NAME]
    return f"{stem[: _LONGEST_NAME - len(extension[:20]) - 1].rstrip(' .')}.{extension[:20]}"


def extension_of(name: str) -> str:
    """What stands after the last dot, in small letters."""
    stem, _, extension = name.rpartition(".")
    return extension.lower() if stem else ""


class _Version(Protocol):
    id: UUID
    replaces_id: UUID | None


Version = TypeVar("Version", bound=_Version)


def versions(documents: Iterable[Version], of: Version) -> list[Version]:
    """All versions of a document, the newest first; a void one may stand beside the one that took its place."""
    every = list(documents)
    chain = {of.id}
    while True:
        more = {one.id for one in every if one.replaces_id in chain} | {
            one.replaces_id for one in every if one.id in chain and one.replaces_id is not None
        }
        if more <= chain:
            break
        chain |= more
    depth = {one.id: one.replaces_id for one in every}

    def steps(one: Version) -> int:
        count, before = 0, one.replaces_id
        while before is not None and count <= len(every):
            count, before = count + 1, depth.get(before)
        return count

    return sorted((one for one in every if one.id in chain), key=steps, reverse=True)
