"""Files on the disk, sealed piece by piece, so that a stolen disk or backup shows none of them.

A file is kept in pieces of 64 KiB, each AES-256-GCM under a key of the organisation and bound by its associated data to
organisation, record, position and whether it is the last: a piece that is changed, moved, missing or another file's
does not open. Files have random names in `files/<organisation>` of the instance folder. A file lasts only if the
transaction that wrote it does; one that is dropped goes when the transaction is saved.

File: magic `CF`, version 1, algorithm 1 (AES-256-GCM), 4 bytes key id, then pieces: 12 bytes nonce, ciphertext, tag.
"""

import io
import os
import re
import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from flask import current_app
from sqlalchemy import event

from casework.core.db import db
from casework.core.scope import ScopedSession
from casework.core.vault import Unreadable, vault

Data = bytes | bytearray | memoryview
PIECE = 64 * 1024
_HEADER = b"CF\x01\x01"
_NONCE, _TAG = 12, 16
_SEALED_PIECE = _NONCE + PIECE + _TAG
_NAME = re.compile(r"[0-9a-f]{32}(\.\d{1,12})?")


@dataclass(frozen=True)
class Place:
    """Where a file lies, and the record without whose id it does not open."""

    organisation_id: UUID
    name: str
    record_id: UUID

    def part(self, offset: int) -> "Place":
        """The place of a part of the same file, from this byte on."""
        return Place(self.organisation_id, f"{self.name}.{offset}", self.record_id)

    @property
    def path(self) -> Path:
        if not _NAME.fullmatch(self.name):
            raise ValueError("The name of a stored file is 32 hexadecimal digits.")
        return folder(self.organisation_id) / self.name


def new_name() -> str:
    """A name that says nothing and cannot be guessed."""
    return secrets.token_hex(16)


def folder(organisation_id: UUID) -> Path:
    """Where the files of an organisation lie."""
    return _root() / str(organisation_id)


def _root() -> Path:
    instance: Path = current_app.extensions["settings"].instance
    return instance / "files"


def _make(path: Path) -> None:
    for one in (path.parent, path):
        one.mkdir(parents=True, exist_ok=True, mode=0o700)
        if one.stat().st_mode & 0o077:
            one.chmod(0o700)


# -- pieces ------------------------------------------------------------------------------------------------------


class _Seal:
    """Seals and opens the pieces of one file."""

    def __init__(self, key: bytes, bound_to: str) -> None:
        self._cipher = AESGCM(key)
        self._bound_to = bound_to

    def _place(self, position: int, is_last: bool) -> bytes:
        return f"casework|file|1|{self._bound_to}|{position}|{int(is_last)}".encode()

    def seal(self, piece: Data, position: int, is_last: bool, nonce: bytes | None = None) -> bytes:
        nonce = nonce or os.urandom(_NONCE)
        return nonce + self._cipher.encrypt(nonce, bytes(piece), self._place(position, is_last))

    def open(self, sealed: bytes, position: int, is_last: bool) -> bytes:
        if len(sealed) < _NONCE + _TAG:
            raise Unreadable
        try:
            return self._cipher.decrypt(sealed[:_NONCE], sealed[_NONCE:], self._place(position, is_last))
        except InvalidTag:
            raise Unreadable from None


def _seal_of(place: Place, key_id: str) -> _Seal:
    key = vault().key("files", place.organisation_id, key_id)
    return _Seal(key, f"{place.organisation_id}|{place.record_id}|{place.name.partition('.')[2]}")


class _Writer:
    """Writes pieces to an open file; the last one is known only at the end."""

    def __init__(self, file: io.RawIOBase | io.BufferedIOBase | io.FileIO, seal: _Seal) -> None:
        self._file, self._seal = file, seal
        self._waiting = bytearray()
        self._position = 0
        self.size = 0

    def write(self, data: Data) -> int:
        length = memoryview(data).nbytes
        self._waiting += data
        self.size += length
        while len(self._waiting) > PIECE:
            self._put(self._waiting[:PIECE], is_last=False)
            del self._waiting[:PIECE]
        return length

    def finish(self) -> None:
        self._put(self._waiting, is_last=True)
        self._waiting = bytearray()

    def _put(self, piece: Data, *, is_last: bool) -> None:
        sealed = memoryview(self._seal.seal(piece, self._position, is_last))
        while sealed:
            sealed = sealed[self._file.write(sealed) or 0 :]
        self._position += 1


class Reader(io.RawIOBase):
    """Reads a sealed file anywhere in it, one piece in memory at a time."""

    def __init__(self, descriptor: int, seal: _Seal, begins_at: int) -> None:
        super().__init__()
        self._descriptor, self._seal, self._begins_at = descriptor, seal, begins_at
        body = os.fstat(descriptor).st_size - begins_at
        full, rest = divmod(body, _SEALED_PIECE)
        self._pieces = full + (rest > 0)
        self.size = body - self._pieces * (_NONCE + _TAG)
        self._at = 0
        self._opened: tuple[int, bytes] = (-1, b"")
        if self._pieces < 1 or 0 < rest < _NONCE + _TAG:
            raise Unreadable

    def sealed(self, position: int) -> bytes:
        return os.pread(self._descriptor, _SEALED_PIECE, self._begins_at + position * _SEALED_PIECE)

    def sealed_anew(self, seal: _Seal) -> Iterator[bytes]:
        """The pieces under another key. Their nonces stay: what is done twice gives the same bytes."""
        for position in range(self._pieces):
            nonce = self.sealed(position)[:_NONCE]
            yield seal.seal(self.piece(position), position, position == self._pieces - 1, nonce)

    def piece(self, position: int) -> bytes:
        if self._opened[0] != position:
            sealed = self.sealed(position)
            self._opened = (position, self._seal.open(sealed, position, position == self._pieces - 1))
        return self._opened[1]

    def pieces(self) -> Iterator[bytes]:
        return (self.piece(position) for position in range(self._pieces))

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        position, within = divmod(self._at, PIECE)
        if self._at >= self.size:
            return 0
        found = self.piece(position)[within : within + len(buffer)]
        buffer[: len(found)] = found
        self._at += len(found)
        return len(found)

    def read(self, size: int | None = -1, /) -> bytes:
        """As many bytes as are asked for: what reads pictures and archives takes fewer for the end."""
        found = bytearray()
        while size is None or size < 0 or len(found) < size:
            part = super().read(PIECE if size is None or size < 0 else size - len(found))
            if not part:
                break
            found += part
        return bytes(found)

    def seek(self, offset: int, whence: int = os.SEEK_SET, /) -> int:
        self._at = max(0, offset + {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self.size}[whence])
        return self._at

    def tell(self) -> int:
        return self._at

    def close(self) -> None:
        if not self.closed:
            os.close(self._descriptor)
        super().close()


class Spool(io.RawIOBase):
    """What arrives with a request, until it is known what becomes of it: first written, then read.

    It is sealed under a key that exists in memory only and has no name on the disk, so nothing of it outlives the
    request, however that ends.
    """

    def __init__(self) -> None:
        super().__init__()
        _make(_root())
        path = _root() / f"{new_name()}.held"
        self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        path.unlink()
        self._seal = _Seal(secrets.token_bytes(32), "held")
        self._writer: _Writer | None = _Writer(io.FileIO(self._descriptor, "wb", closefd=False), self._seal)
        self._reader: Reader | None = None

    def writable(self) -> bool:
        return self._writer is not None

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def write(self, data: Any, /) -> int:
        if self._writer is None:
            raise io.UnsupportedOperation("What arrived is read already.")
        return self._writer.write(data)

    def _read_from(self) -> Reader:
        if self._writer is not None:
            self._writer.finish()
            self._writer = None
        if self._reader is None:
            self._reader = Reader(os.dup(self._descriptor), self._seal, 0)
        return self._reader

    def readinto(self, buffer: Any) -> int:
        return self._read_from().readinto(buffer)

    def read(self, size: int | None = -1, /) -> bytes:
        return self._read_from().read(size)

    def seek(self, offset: int, whence: int = os.SEEK_SET, /) -> int:
        return self._read_from().seek(offset, whence)

    def tell(self) -> int:
        return self._writer.size if self._writer is not None else self._read_from().tell()

    def close(self) -> None:
        if not self.closed:
            os.close(self._descriptor)
            if self._reader is not None:
                self._reader.close()
        super().close()


# -- files -------------------------------------------------------------------------------------------------------


def keep(place: Place, content: Iterable[bytes]) -> int:
    """Write a file, whole or not at all; it goes again if the transaction is not saved. Returns its length."""
    path = place.path
    _make(path.parent)
    key_id = vault().ring.active
    with _whole(path, key_id) as file:
        writer = _Writer(file, _seal_of(place, key_id))
        for data in content:
            writer.write(data)
        writer.finish()
    db.session.info.setdefault(_WRITTEN, []).append(path)
    return writer.size


@contextmanager
def _whole(path: Path, key_id: str) -> Iterator[io.FileIO]:
    """A file under this name once all of it is on the disk, or none."""
    beside = path.with_name(f"{path.name}.new-{secrets.token_hex(4)}")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with io.FileIO(descriptor, "wb") as file:
            file.write(_HEADER + bytes.fromhex(key_id))
            yield file
            os.fsync(descriptor)
        beside.replace(path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise
    _flush_folder(path.parent)


def seal_anew(place: Place) -> bool:
    """Put a file under the active key, whole or not at all; False when it lies under it already, or is gone.

    A file that is dropped at this very moment may come to lie there once more: the sweep takes it.
    """
    key_id = vault().ring.active
    if key_id_of(place.path) in (None, key_id):
        return False
    with opened(place) as reader, suppress(FileNotFoundError), _whole(place.path, key_id) as file:
        for sealed in reader.sealed_anew(_seal_of(place, key_id)):
            file.write(sealed)
        place.path.stat()  # dropped meanwhile: then it must not come back
        return True
    return False


def parts_of(place: Place) -> list[Place]:
    """The parts of a file that is still arriving."""
    found = folder(place.organisation_id).glob(f"{place.name}.*")
    return [place.part(int(one.suffix[1:])) for one in found if one.suffix[1:].isdigit()]


def pieces_of(stream: Any) -> Iterator[bytes]:
    """What a file-like object holds, piece by piece."""
    while data := stream.read(PIECE):
        yield data


def _flush_folder(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def opened(place: Place) -> Reader:
    """The file, to be read anywhere in it. Unreadable when it is not there, was changed, or is another's."""
    try:
        descriptor = os.open(place.path, os.O_RDONLY | os.O_NOFOLLOW)
    except OSError:
        raise Unreadable from None
    try:
        header = os.pread(descriptor, 8, 0)
        if header[:4] != _HEADER or len(header) < 8:
            raise Unreadable
        return Reader(descriptor, _seal_of(place, header[4:].hex()), len(header))
    except BaseException:
        os.close(descriptor)
        raise


def read(place: Place) -> Iterator[bytes]:
    """The file piece by piece. All of it is looked at first, so that nothing of a changed file is given out."""
    reader = opened(place)
    try:
        for _ in reader.pieces():
            pass
    except BaseException:
        reader.close()
        raise
    return _closing(reader)


def _closing(reader: Reader) -> Iterator[bytes]:
    with reader:
        yield from reader.pieces()


def drop(place: Place) -> None:
    """Remove the file once the transaction is saved."""
    db.session.info.setdefault(_DROPPED, []).append(place.path)


def discard(place: Place) -> None:
    """Remove at once a file that was just written and is refused."""
    place.path.unlink(missing_ok=True)


def count_by_key() -> dict[str, int]:
    """How many files each key of the ring has sealed."""
    counts: dict[str, int] = {}
    for path in _root().glob("*/*"):
        if key_id := key_id_of(path):
            counts[key_id] = counts.get(key_id, 0) + 1
    return counts


def key_id_of(path: Path) -> str | None:
    """Which key sealed a file; None when there is none, as when a part has just become a document."""
    try:
        with path.open("rb") as file:
            header = file.read(8)
    except FileNotFoundError:
        return None
    return header[4:].hex() if header[:4] == _HEADER and len(header) == 8 else None


def remove_leftovers(organisation_id: UUID, in_use: set[str], *, parts_before: float, files_before: float) -> int:
    """Remove what no record names: halves and parts older than one moment, whole files older than another."""
    removed = 0
    with suppress(FileNotFoundError):
        for entry in os.scandir(folder(organisation_id)):
            name, _, part = entry.name.partition(".")
            changed = entry.stat(follow_symlinks=False).st_mtime
            is_half = ".new-" in entry.name
            if (name not in in_use or is_half) and changed < (parts_before if part else files_before):
                Path(entry.path).unlink(missing_ok=True)
                removed += 1
    return removed


_WRITTEN, _DROPPED = "files written", "files dropped"


@event.listens_for(ScopedSession, "before_commit")
def _while_saving(session: ScopedSession) -> None:
    """From here on nobody can be sure: a database may save and its answer be lost on the way.

    Then the files stay: one that no record names goes with the sweep, one that a record names would be lost for good.
    """
    session.flush()  # what is refused here is surely not saved, and its files go
    session.info.pop(_WRITTEN, None)


@event.listens_for(ScopedSession, "after_commit")
def _after_saving(session: ScopedSession) -> None:
    _remove(session.info.pop(_DROPPED, []))


@event.listens_for(ScopedSession, "after_rollback")
def _after_taking_back(session: ScopedSession) -> None:
    session.info.pop(_DROPPED, None)
    _remove(session.info.pop(_WRITTEN, []))


def _remove(paths: list[Path]) -> None:
    for path in paths:
        path.unlink(missing_ok=True)
