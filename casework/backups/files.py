"""Stored files as a backup sees them: all of them, wherever they lie, sealed as they are."""

from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

from casework.core import storage
from casework.core.storage import Place
from casework.core.vault import HOUSE


def whole_folder() -> Path:
    """The folder that holds the files of all organisations."""
    return storage.folder(HOUSE).parent


def everything() -> Iterator[Path]:
    """Where every stored file, and every part of one, lies; not what is only just being written."""
    return (path for path in whole_folder().glob("*/*") if is_place(f"{path.parent.name}/{path.name}"))


def is_place(below: str) -> bool:
    """Whether a file may lie there below the whole folder: under an organisation, by a random name."""
    organisation, _, name = below.partition("/")
    try:
        return str(Place(UUID(organisation), name, HOUSE).path) == str(whole_folder() / below)
    except ValueError:
        return False
