"""Making a backup and noting it; letting the oldest go."""

from pathlib import Path

from flask import current_app

from casework.backups import making, queries, rules
from casework.backups.making import Made, NotMade
from casework.backups.models import Backup
from casework.core import clock, events
from casework.core.db import db, session_for
from casework.core.jobs import place
from casework.core.scope import system
from casework.core.vault import vault


def listen() -> None:
    """Say which backups need a key, before it is destroyed."""
    events.key_destroying.connect(_who_needs, weak=False)


def _who_needs(sender: object, key_id: str) -> str | None:
    found = queries.under_key(key_id)
    if not found:
        return None
    newest = found[0].began_at.date().isoformat()
    return f"Backups that are kept and need this key: {len(found)}, the newest of {newest}."


def make(to: Path | None = None, *, by_itself: bool = False) -> Made:
    """Make one. That it was made, or was not and why, is noted and saved at once, whatever comes after."""
    began = clock.now()
    try:
        made = making.make(to)
    except NotMade as error:
        _note(Backup(began_at=began, by_itself=by_itself, key_ids=[], recipients=[], failure=error.trouble.value))
        raise
    except Exception as error:
        _note(Backup(began_at=began, by_itself=by_itself, key_ids=[], recipients=[], failure=place(error)))
        raise
    _note(
        Backup(
            id=made.id,
            began_at=made.at,
            by_itself=by_itself,
            file=made.path.name,
            size=made.size,
            rows=made.tally.all_rows,
            files=made.tally.files,
            sha256=made.sha256,
            key_ids=sorted(vault().ring.keys),
            recipients=[one.fingerprint for one in making.recipients()],
        )
    )
    return made


def _note(one: Backup) -> None:
    one.ended_at = clock.now()
    with session_for(system("backup")) as session:
        session.add(one)
        session.commit()


def tidy() -> int:
    """Remove what makes room for newer ones, and note what somebody took away; how many are gone."""
    folder = current_app.extensions["settings"].backup_dir
    kept = [one for one in queries.kept_by_themselves() if one.file]
    gone = [one for one in kept if not (folder / str(one.file)).exists()]
    there = [one for one in kept if one not in gone]
    for one in rules.to_remove(there, current_app.extensions["settings"].backup_keep):
        (folder / str(one.file)).unlink(missing_ok=True)
        gone.append(one)
    for one in gone:
        one.removed_at = clock.now()
    db.session.flush()
    return len(gone)
