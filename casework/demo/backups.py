"""The backups of the last nights, as an administrator finds them listed: one of them was not made."""

from datetime import timedelta

from casework.backups.models import Backup
from casework.backups.rules import Trouble
from casework.core import clock
from casework.core.db import db
from casework.core.scope import acting_as, system

NIGHTS = 9
FAILED = 4
"""So many nights ago there was no room left."""


def add(reason: str) -> None:
    """One a night, each a little larger; the oldest has made room."""
    with acting_as(system(reason)):
        for ago in range(NIGHTS, 0, -1):
            began = clock.now().replace(hour=20, minute=30, second=5, microsecond=0) - timedelta(days=ago)
            one = Backup(
                began_at=began,
                ended_at=began + timedelta(seconds=41 - ago),
                by_itself=True,
                key_ids=[],
                recipients=["0" * 64],
                removed_at=began + timedelta(days=NIGHTS - 1) if ago == NIGHTS else None,
            )
            if ago == FAILED:
                one.failure = Trouble.NO_ROOM.value
            else:
                one.file = f"casework-{began:%Y-%m-%dT%H%M%SZ}-{one.id.hex[:8]}.backup"
                one.size, one.rows, one.files = (30_000_000 - ago * 21_000, 248_000 - ago * 170, 51 - ago)
                one.sha256 = one.id.hex * 2
            db.session.add(one)
        db.session.commit()
