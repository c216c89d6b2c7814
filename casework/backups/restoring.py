"""Putting a backup back: into an empty database of either kind, with the key ring in place.

The whole file is read and checked before anything is touched. Rows go in with one transaction, stored files beside it;
then what changed since is done again: erased persons are erased once more, nobody stays signed in, no one-time link
opens. What was begun and not finished is marked in the instance folder: the site does not start on it, and the same
command goes on with it.
"""

import json
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

import sqlalchemy as sa
from flask import current_app
from sqlalchemy import delete, select, update

from casework.accounts.models import OneTimeLink, SignedIn
from casework.backups import archive, checking, copying, files, making, sealing
from casework.backups.archive import FilePiece, Head, Rows, Tally
from casework.backups.checking import Findings
from casework.core import audit, clock, erased, events
from casework.core.config import Settings
from casework.core.db import alembic, db, session_for
from casework.core.scope import acting_as, system
from casework.core.vault import vault
from casework.persons.models import Person

MARKER = "restoring.json"
COMING = "files.coming"
Say = Callable[[str], object]


class CannotRestore(Exception):
    """Why a backup is not put back, in a sentence for whoever runs the command."""


@dataclass(frozen=True)
class Checked:
    """A backup that was read to its end and is what was written."""

    path: Path
    head: Head
    secret: bytes
    tally: Tally


@dataclass
class Restored:
    """What was put back, and what was found."""

    head: Head
    tally: Tally
    was_older: bool = False
    erased_again: int = 0
    not_erased: list[str] = field(default_factory=list)
    findings: Findings = field(default_factory=Findings)

    @property
    def is_well(self) -> bool:
        return not self.findings.wrong and not self.not_erased


def look(path: Path, key: sealing.PrivateKey) -> Checked:
    """Open the file with the private key and read all of it."""
    try:
        with path.open("rb") as file:
            outer = sealing.head(file)
            secret = outer.secret(key)
            tally = making.read_through(file, secret)
        with path.open("rb") as file:
            return Checked(path, _inside(file, secret)[0], secret, tally)
    except FileNotFoundError:
        raise CannotRestore(f"There is no file {path}.") from None
    except sealing.NotForThisKey:
        raise CannotRestore("This backup was sealed to other keys than the one that you gave.") from None
    except archive.OfAnotherSite:
        raise CannotRestore(
            "This backup was not written with the key ring that is in place: it is of another site, or somebody else "
            "sealed it to the same key. Put the copy of the keys that belong to it into the folder keys."
        ) from None
    except sealing.Damaged:
        raise CannotRestore(
            "This file is not a whole backup: it was cut off, changed or mixed up. Use another."
        ) from None


def _inside(file: BinaryIO, secret: bytes) -> tuple[Head, Iterator[Rows | FilePiece | Tally]]:
    head, records = archive.head_of(sealing.pieces(file, sealing.head(file), secret))
    return head, archive.contents(head, records, making.mac_key())


# -- what was begun ----------------------------------------------------------------------------------------------


def begun(settings: Settings) -> dict[str, str] | None:
    """What was begun here and not finished: which backup, and whether its rows are in (`loaded`)."""
    path = settings.instance / MARKER
    if not path.exists():
        return None
    try:
        found: dict[str, str] = json.loads(path.read_text("utf-8"))
    except ValueError:
        return {}
    return found


def _mark(settings: Settings, backup_id: str, step: str) -> None:
    path = settings.instance / MARKER
    beside = path.with_suffix(".new")
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        json.dump({"backup": backup_id, "step": step}, file)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)


# -- putting back ------------------------------------------------------------------------------------------------


def restore(checked: Checked, say: Say) -> Restored:
    """Put back what was read and checked, do again what was done since, and check what lies there now."""
    settings = making.settings()
    head = checked.head
    if not copying.is_known(head.revision):
        raise CannotRestore(
            f"This backup was made by a newer version (Casework {head.casework}, tables {head.revision}): install it."
        )
    mark = begun(settings)
    if mark is not None and mark.get("backup") != head.id:
        raise CannotRestore(
            f"Another restore was begun here and not finished. Restore that backup ({mark.get('backup')}), or empty "
            f"the database, remove {settings.instance / MARKER} and begin anew."
        )
    with db.engine.connect() as connection:
        used, has = copying.in_use(connection), copying.revision(connection)
    if used and mark is None:
        raise CannotRestore(f"The database is in use (there are {used}): a backup is put back into an empty one only.")
    if not used:
        _check_empty(settings, head, has, is_going_on=mark is not None)
        _load(settings, checked, say)
    say("Rows and files are in. Now what was done since: erasures, sign-ins, newer tables.")
    was_older = _bring_up_to_date(head)
    result = Restored(head, checked.tally, was_older)
    _do_again(result)
    say("Checking what lies there now.")
    result.findings = checking.check_all()
    if missing := sorted(set(head.key_ids) - set(vault().ring.keys)):
        result.findings.wrong.append(
            f"The key ring in place lacks {', '.join(missing)}: what was sealed under it cannot be read. Put a copy of "
            "the keys in place that has it, unless it was destroyed on purpose."
        )
    (settings.instance / MARKER).unlink(missing_ok=True)
    return result


def _check_empty(settings: Settings, head: Head, has: str, *, is_going_on: bool) -> None:
    if has and has > head.revision:
        raise CannotRestore(
            f"The database has empty tables of a newer version ({has}) than the backup ({head.revision}). Use a "
            "database without any."
        )
    folder = files.whole_folder()
    if is_going_on:
        shutil.rmtree(folder, ignore_errors=True)
    elif folder.exists() and any(folder.iterdir()):
        raise CannotRestore(f"There are stored files in {folder} already, of another database. Move them away.")


def _load(settings: Settings, checked: Checked, say: Say) -> None:
    head = checked.head
    _mark(settings, head.id, "loading")
    _upgrade(head.revision)
    coming = settings.instance / COMING
    shutil.rmtree(coming, ignore_errors=True)
    coming.mkdir(mode=0o700)
    say(f"Putting back {checked.tally.all_rows} rows and {checked.tally.files} files.")
    with session_for(system("restore")) as session, checked.path.open("rb") as file:
        connection = session.connection()
        with copying.filling(connection):
            _, contents = _inside(file, checked.secret)
            _put_all(connection, contents, coming)
        _compare(connection, checked)
        shutil.rmtree(files.whole_folder(), ignore_errors=True)  # empty, or of a first try
        coming.replace(files.whole_folder())
        session.commit()
    _mark(settings, head.id, "loaded")


def _put_all(connection: sa.Connection, contents: Iterator[Rows | FilePiece | Tally], coming: Path) -> None:
    writing: BinaryIO | None = None
    try:
        for one in contents:
            if isinstance(one, Rows):
                copying.put(connection, one.shape, one.lines)
            elif isinstance(one, FilePiece) and one.begins:
                _finish(writing)
                writing = _created(coming, one.file.path)
            elif isinstance(one, FilePiece) and writing is not None:
                writing.write(one.data)
    finally:
        _finish(writing)


def _created(coming: Path, below: str) -> BinaryIO:
    if not files.is_place(below):
        raise sealing.Damaged
    path = coming / below
    path.parent.mkdir(mode=0o700, exist_ok=True)
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")


def _finish(writing: BinaryIO | None) -> None:
    if writing is not None and not writing.closed:
        writing.flush()
        os.fsync(writing.fileno())
        writing.close()


def _compare(connection: sa.Connection, checked: Checked) -> None:
    """Read back every row that was put in: as many, and the same, as in the backup."""
    found = Tally()
    for shape in checked.head.tables:
        found.add_rows(shape.name, [])
        for line in copying.lines(connection, shape):
            found.add_rows(shape.name, [line])
    if (found.rows, found.sums) != (checked.tally.rows, checked.tally.sums):
        wrong = [name for name in found.rows if found.sums[name] != checked.tally.sums.get(name)]
        raise CannotRestore(f"What was put in reads otherwise than the backup: {', '.join(wrong)}. Nothing was saved.")


# -- what was done since -----------------------------------------------------------------------------------------


def _bring_up_to_date(head: Head) -> bool:
    """Bring tables of an older version up to this one; whether there was anything to do."""
    newest = {one.revision for one in alembic.heads()}
    if newest == {head.revision}:
        return False
    _upgrade()
    return True


def _upgrade(to: str = "heads") -> None:
    with current_app.app_context():  # of its own: the connection is let go at its end, and with it a lock
        alembic.upgrade(to)


def _do_again(result: Restored) -> None:
    """What was true when the backup was made and must not be true again."""
    with acting_as(system("restore")):
        db.session.execute(delete(SignedIn))
        db.session.execute(update(OneTimeLink).where(OneTimeLink.used_at.is_(None)).values(used_at=clock.now()))
        audit.note("backup:restored", "backups", backup=result.head.id, made=result.head.at)
        db.session.commit()
    with acting_as(system("restore")):
        listed = erased.listed()
        if listed:
            answers = events.restored.send(None, erased=listed)
            result.erased_again = sum(int(answer or 0) for _, answer in answers)
            db.session.commit()
    with acting_as(system("restore")):
        tombstones = set(db.session.scalars(select(Person.id).where(Person.erased_on.is_not(None))))
        alive = set(db.session.scalars(select(Person.id).where(Person.erased_on.is_(None)))) & set(listed)
    if alive:
        result.not_erased.append(f"{len(alive)} persons on the list of erased persons are still in the database.")
    if unlisted := tombstones - set(listed):
        result.not_erased.append(
            f"{len(unlisted)} persons who were erased are not on the list of erased persons: it is older than the "
            "backup, or was lost. Put its newest copy in place and restore into an empty database once more."
        )
