"""Whether frozen releases would still come out the same: everything is counted again for it, and that is remembered."""

import time
from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from flask import current_app

from casework.core import clock
from casework.releases import queries
from casework.releases.models import Release

REMEMBERED = timedelta(minutes=10)
PATIENCE = 1.0
"""Seconds that a list may spend on counting; the first release is always counted."""


def corrected(release: Release) -> tuple[str, ...]:
    """The codes of the tables of a frozen release that would come out otherwise today, as of some minutes ago."""
    known: dict[UUID, tuple[datetime, tuple[str, ...]]] = current_app.extensions.setdefault("corrected", {})
    now = clock.now()
    if release.id not in known or not timedelta() <= now - known[release.id][0] < REMEMBERED:
        known[release.id] = (now, queries.corrected_since(release))
    return known[release.id][1]


def of_latest(releases: Iterable[Release]) -> dict[UUID, bool]:
    """Of the first of these frozen releases, as many as there is time for: whether something was corrected."""
    found = {}
    began = time.monotonic()
    for one in releases:
        found[one.id] = bool(corrected(one))
        if time.monotonic() - began > PATIENCE:
            break
    return found
