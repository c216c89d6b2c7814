"""Making a backup: one moment of everything, sealed to a key that this machine does not hold, and read back.

The moment is that of one reading transaction; nobody waits for it. Stored files are held by hard links from before the
moment until they are copied, so that one that is dropped meanwhile is still there. The finished file is read again from
its beginning with the key that is still in memory, which is then forgotten: from there on only the recipient opens it.
"""

import errno
import fcntl
import hashlib
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO
from uuid import UUID, uuid4

from flask import current_app

from casework import __version__
from casework.backups import archive, copying, files, sealing
from casework.backups.archive import Head, Tally, Writer
from casework.backups.rules import Trouble
from casework.core import clock
from casework.core.config import Settings
from casework.core.db import alembic, one_moment, session_for
from casework.core.errors import ConfigurationError
from casework.core.scope import system
from casework.core.vault import vault

HELD = "held-for-backup"
ENDING, ENDING_NEW = ".backup", ".new"
_READ = 1024 * 1024


class NotMade(Exception):
    """No backup was made, or what was written is not one. Nothing of it was left behind."""

    def __init__(self, trouble: Trouble) -> None:
        super().__init__(trouble.value)
        self.trouble = trouble


@dataclass(frozen=True)
class Made:
    """A backup that was written and read back."""

    id: UUID
    path: Path
    at: datetime
    size: int
    sha256: str
    tally: Tally


def settings() -> Settings:
    found: Settings = current_app.extensions["settings"]
    return found


def recipients() -> list[sealing.PublicKey]:
    """To whom backups are sealed. Fewer than one is trouble."""
    if not settings().backup_recipient:
        raise NotMade(Trouble.NO_RECIPIENT)
    try:
        return [sealing.public_key(path) for path in settings().backup_recipient]
    except ConfigurationError as error:
        raise NotMade(Trouble.NO_RECIPIENT) from error


def mac_key() -> bytes:
    """What shows that a backup was written with this installation's key ring in place."""
    return vault().key("backups")


def make(to: Path | None = None) -> Made:
    """Write a backup to this file, or under a name of its own into the folder of the settings."""
    keys = recipients()
    backup_id, now = uuid4(), clock.now()
    target = to or _folder() / f"casework-{now:%Y-%m-%dT%H%M%SZ}-{backup_id.hex[:8]}{ENDING}"
    if target.exists():
        raise NotMade(Trouble.IN_THE_WAY)
    beside = target.with_name(target.name + ENDING_NEW)
    with _one_at_a_time(), _troubles():
        _clear(target.parent)
        try:
            with os.fdopen(os.open(beside, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                sealer = sealing.Sealer(file, keys, str(backup_id), now)
                tally = _write(sealer, backup_id, now)
                digest = sealer.finish()
                file.flush()
                os.fsync(file.fileno())
            check(beside, sealer.secret, tally, digest)
            beside.replace(target)
            _flush(target.parent)
        finally:
            beside.unlink(missing_ok=True)
    return Made(backup_id, target, now, sealer.size, digest, tally)


def _clear(folder: Path) -> None:
    """Remove what one that was killed left half written: nobody has touched it for an hour."""
    for left in folder.glob(f"casework-*{ENDING}{ENDING_NEW}"):
        if left.stat().st_mtime < time.time() - 3600:
            left.unlink(missing_ok=True)


def _folder() -> Path:
    folder = settings().backup_dir
    if folder is None:
        raise NotMade(Trouble.NO_FOLDER)
    return folder


@contextmanager
def _troubles() -> Iterator[None]:
    """What the machine refuses, by a name under which somebody can do something about it."""
    try:
        yield
    except OSError as error:
        known = {
            errno.ENOSPC: Trouble.NO_ROOM,
            errno.EDQUOT: Trouble.NO_ROOM,
            errno.EFBIG: Trouble.NO_ROOM,
            errno.ENOENT: Trouble.NO_FOLDER,
            errno.ENOTDIR: Trouble.NO_FOLDER,
            errno.EACCES: Trouble.NOT_WRITABLE,
            errno.EPERM: Trouble.NOT_WRITABLE,
            errno.EROFS: Trouble.NOT_WRITABLE,
            errno.EEXIST: Trouble.IN_THE_WAY,
        }
        if error.errno not in known:
            raise
        raise NotMade(known[error.errno]) from error


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    """Whoever begins while another is at work waits. What a killed one left is removed."""
    path = settings().instance / "backup.lock"
    with os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        held = settings().instance / HELD
        shutil.rmtree(held, ignore_errors=True)
        try:
            yield
        finally:
            shutil.rmtree(held, ignore_errors=True)


def _flush(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


# -- one moment --------------------------------------------------------------------------------------------------


def _write(sealer: sealing.Sealer, backup_id: UUID, now: datetime) -> Tally:
    writer = Writer(sealer.write, mac_key())
    wanted = ", ".join(one.revision for one in alembic.heads())
    held = settings().instance / HELD
    _hold(held)
    with session_for(system("backup"), reading=True) as session:
        one_moment(session)
        connection = session.connection()
        revision = copying.revision(connection)  # the first thing that is read: this is the moment
        if revision != wanted:
            raise NotMade(Trouble.OTHER_TABLES)
        _hold(held)
        shapes = copying.shapes()
        head = Head(
            id=str(backup_id),
            at=now.isoformat(),
            casework=__version__,
            revision=revision,
            database=connection.dialect.name,
            key_ids=sorted(vault().ring.keys),
            tables=shapes,
        )
        writer.begin(head)
        for shape in shapes:
            writer.table(shape, copying.rows(connection, shape))
    for path in sorted(held.glob("*/*")):
        with path.open("rb") as file:
            writer.file(f"{path.parent.name}/{path.name}", path.stat().st_size, _pieces(file))
    writer.end()
    return writer.tally


def _hold(held: Path) -> None:
    """Keep every stored file that is there now from vanishing, whatever is dropped from here on."""
    for path in files.everything():
        there = held / path.parent.name / path.name
        if not there.exists():
            there.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            try:
                os.link(path, there)
            except FileNotFoundError:
                continue  # dropped between two looks, before the moment or with a transaction after it
            except OSError as error:
                if error.errno not in (errno.EXDEV, errno.EPERM, errno.EOPNOTSUPP, errno.EMLINK):
                    raise
                shutil.copyfile(path, there)  # a file system without links


def _pieces(file: BinaryIO) -> Iterator[bytes]:
    while data := file.read(_READ):
        yield data


# -- reading back ------------------------------------------------------------------------------------------------


def check(path: Path, secret: bytes, tally: Tally, digest: str) -> None:
    """Read the file from the disk, all of it, and compare it with what was to be written."""
    hashed = hashlib.sha256()
    with path.open("rb") as file:
        if hasattr(os, "posix_fadvise"):  # from the disk, as far as that can be asked for
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
        for data in _pieces(file):
            hashed.update(data)
        try:
            found = read_through(file, secret)
        except (sealing.Damaged, archive.OfAnotherSite) as error:
            raise NotMade(Trouble.DAMAGED) from error
    if hashed.hexdigest() != digest or found != tally:
        raise NotMade(Trouble.DAMAGED)


def read_through(file: BinaryIO, secret: bytes) -> Tally:
    """Open every piece from the beginning on and count; nothing is kept."""
    file.seek(0)
    outer = sealing.head(file)
    head, records = archive.head_of(sealing.pieces(file, outer, secret))
    if head.id != outer.id:
        raise sealing.Damaged
    found: Tally | None = None
    for one in archive.contents(head, records, mac_key()):
        if isinstance(one, Tally):
            found = one
    if found is None:
        raise sealing.Damaged
    return found
