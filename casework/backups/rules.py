"""When a backup is too old, which ones make room, and what keeps one from being made."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TypeVar

OLDEST = timedelta(hours=24)
"""How old the last good backup may be."""

Kept = TypeVar("Kept")


class Trouble(StrEnum):
    """Why there is no backup, as far as somebody can do something about it."""

    NO_FOLDER = "no_folder"
    NO_RECIPIENT = "no_recipient"
    NO_ROOM = "no_room"
    NOT_WRITABLE = "not_writable"
    OTHER_TABLES = "other_tables"
    IN_THE_WAY = "in_the_way"
    DAMAGED = "damaged"


def is_too_old(last: datetime | None, now: datetime) -> bool:
    """Whether so much has happened since the last good backup that the loss of this machine would hurt."""
    return last is None or now - last > OLDEST


def to_remove(kept: Sequence[Kept], keep: int) -> Sequence[Kept]:
    """Those that make room, of backups in the order from the newest to the oldest. The newest always stays."""
    return kept[max(keep, 1) :]
