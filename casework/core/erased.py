"""Whom nobody may bring back: the random ids of erased persons, kept beside the keys and outside every backup.

A backup that was made before somebody was erased still holds them. Whoever puts it back erases them once more, by this
list. It holds ids that mean nothing to anybody else.
"""

import json
import os
from collections.abc import Iterable
from uuid import UUID

from flask import current_app

from casework.core import clock
from casework.core.config import Settings
from casework.core.errors import ConfigurationError


def remember(person_ids: Iterable[UUID]) -> None:
    """Add whoever is not on the list yet. Only after their erasure is saved: who is on it will be erased again."""
    known = set(listed())
    added = [one for one in dict.fromkeys(person_ids) if one not in known]
    if not added:
        return
    path = _settings().erased_file
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    lines = "".join(json.dumps({"person": str(one), "at": clock.now().isoformat()}) + "\n" for one in added)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(lines)  # one write to the end: another process that adds at this moment loses nothing
        file.flush()
        os.fsync(file.fileno())


def listed() -> list[UUID]:
    """Everybody on the list, in the order in which they were erased."""
    path = _settings().erased_file
    if not path.exists():
        return []
    lines = path.read_text("utf-8").splitlines()
    try:
        return list(dict.fromkeys(UUID(json.loads(line)["person"]) for line in lines if line.strip()))
    except (ValueError, KeyError, TypeError) as error:
        raise ConfigurationError(f"The list of erased persons {path} is damaged: restore it from your copy.") from error


def _settings() -> Settings:
    found: Settings = current_app.extensions["settings"]
    return found
