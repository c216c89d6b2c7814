"""What a backup holds, as a stream of records: tables as typed lines, then stored files, then what was counted.

It belongs to no database: values are written by what they are (a moment, a number, bytes), not by how SQLite or
PostgreSQL keeps them. Whoever writes adds at the end how many rows and files there were and their digests, under a MAC
that only this installation's key ring can make: a file that somebody else sealed to the same key is not taken for ours.

Record: 1 byte kind, 4 bytes length, content. H head, T table, R rows, F file, D data of a file, E end.
"""

import base64
import hashlib
import hmac
import json
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from casework.backups.sealing import Damaged

VERSION = 1
Row = tuple[Any, ...]
_AT_ONCE = 128 * 1024
_LONGEST = 64 * 1024 * 1024
_PRESSED = 3
"""How hard rows are compressed: what is sealed in them hardly gives, the rest gives at once."""


@dataclass(frozen=True)
class TableShape:
    """The columns of a table, each with the kind of its values."""

    name: str
    columns: tuple[tuple[str, str], ...]
    key: tuple[str, ...]


@dataclass(frozen=True)
class Head:
    """What a backup says of itself before anything else."""

    id: str
    at: str
    casework: str
    revision: str
    database: str
    key_ids: list[str]
    tables: list[TableShape]
    version: int = VERSION


@dataclass(frozen=True)
class FileHead:
    """Where a stored file lies below the folder of files, and how long it is."""

    path: str
    size: int


@dataclass
class Tally:
    """Rows and files as they pass by: how many, and what they were. The order of rows does not count."""

    rows: dict[str, int] = field(default_factory=dict)
    sums: dict[str, int] = field(default_factory=dict)
    files: int = 0
    volume: int = 0
    all_files: str = hashlib.sha256().hexdigest()

    def add_rows(self, table: str, lines: list[bytes]) -> None:
        self.rows[table] = self.rows.get(table, 0) + len(lines)
        found = sum(int.from_bytes(hashlib.sha256(one).digest(), "big") for one in lines)
        self.sums[table] = (self.sums.get(table, 0) + found) % 2**256

    def add_file(self, path: str, size: int, digest: str) -> None:
        self.files += 1
        self.volume += size
        self.all_files = hashlib.sha256(f"{self.all_files}|{path}|{size}|{digest}".encode()).hexdigest()

    @property
    def all_rows(self) -> int:
        return sum(self.rows.values())

    def as_json(self) -> dict[str, Any]:
        digests = {name: f"{one:064x}" for name, one in self.sums.items()}
        return {"rows": self.rows, "digests": digests, "files": self.files, "all_files": self.all_files}


# -- values ------------------------------------------------------------------------------------------------------

_WRITTEN: dict[str, Callable[[Any], Any]] = {
    "uuid": lambda value: value.hex,
    "moment": lambda value: value.astimezone(UTC).isoformat(),
    "date": date.isoformat,
    "bytes": lambda value: base64.b64encode(value).decode(),
    "number": str,
}
_READ: dict[str, Callable[[Any], Any]] = {
    "uuid": UUID,
    "moment": datetime.fromisoformat,
    "date": date.fromisoformat,
    "bytes": base64.b64decode,
    "number": Decimal,
}


def line_of(shape: TableShape, row: Row) -> bytes:
    """A row as it is written and as its digest is taken."""
    values = [
        value if value is None or kind not in _WRITTEN else _WRITTEN[kind](value)
        for (_, kind), value in zip(shape.columns, row, strict=True)
    ]
    return json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode()


def row_of(shape: TableShape, line: bytes) -> Row:
    values = json.loads(line)
    return tuple(
        value if value is None or kind not in _READ else _READ[kind](value)
        for (_, kind), value in zip(shape.columns, values, strict=True)
    )


# -- writing -----------------------------------------------------------------------------------------------------


class Writer:
    """Writes the records of a backup, one after the other, and counts what passes."""

    def __init__(self, write: Callable[[bytes], None], mac_key: bytes) -> None:
        self._write = write
        self._mac = hmac.new(mac_key, digestmod=hashlib.sha256)
        self.tally = Tally()

    def _put(self, kind: bytes, content: bytes) -> None:
        record = kind + len(content).to_bytes(4, "big") + content
        self._mac.update(record)
        self._write(record)

    def begin(self, head: Head) -> None:
        self._put(b"H", _json(asdict(head)))

    def table(self, shape: TableShape, rows: Iterable[Row]) -> None:
        self._put(b"T", _json(shape.name))
        self.tally.add_rows(shape.name, [])
        lines: list[bytes] = []
        waiting = 0
        for row in rows:
            lines.append(line_of(shape, row))
            waiting += len(lines[-1])
            if waiting > _AT_ONCE:
                self._put_rows(shape.name, lines)
                lines, waiting = [], 0
        if lines:
            self._put_rows(shape.name, lines)

    def _put_rows(self, table: str, lines: list[bytes]) -> None:
        self.tally.add_rows(table, lines)
        self._put(b"R", zlib.compress(b"\n".join(lines), _PRESSED))

    def file(self, path: str, size: int, pieces: Iterable[bytes]) -> None:
        self._put(b"F", _json(asdict(FileHead(path, size))))
        digest, written = hashlib.sha256(), 0
        for piece in pieces:
            digest.update(piece)
            written += len(piece)
            self._put(b"D", piece)
        if written != size:
            raise OSError(f"A stored file has {written} bytes instead of {size}.")
        self.tally.add_file(path, size, digest.hexdigest())

    def end(self) -> None:
        self._put(b"E", _json({**self.tally.as_json(), "mac": self._mac.hexdigest()}))


def _json(content: Any) -> bytes:
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


# -- reading -----------------------------------------------------------------------------------------------------


class OfAnotherSite(Exception):
    """Sealed to the right key, but not by the installation whose key ring is in place."""


@dataclass(frozen=True)
class Rows:
    """Some rows of a table."""

    shape: TableShape
    lines: list[bytes]


@dataclass(frozen=True)
class FilePiece:
    """Some bytes of a stored file; the first of a file has none."""

    file: FileHead
    data: bytes
    begins: bool = False


def head_of(pieces: Iterator[bytes]) -> tuple[Head, Iterator[tuple[bytes, bytes]]]:
    """The head of a backup, and the records from it on."""
    records = _records(pieces)
    kind, content = next(records, (b"", b""))
    if kind != b"H":
        raise Damaged
    given = json.loads(content)
    if given.get("version") != VERSION:
        raise Damaged
    shapes = [
        TableShape(one["name"], tuple((name, kind) for name, kind in one["columns"]), tuple(one["key"]))
        for one in given["tables"]
    ]
    return Head(**{**given, "tables": shapes}), _again((kind, content), records)


def _again(first: tuple[bytes, bytes], rest: Iterator[tuple[bytes, bytes]]) -> Iterator[tuple[bytes, bytes]]:
    yield first
    yield from rest


def _records(pieces: Iterator[bytes]) -> Iterator[tuple[bytes, bytes]]:
    waiting = bytearray()

    def take(length: int) -> bytes:
        while len(waiting) < length:
            piece = next(pieces, None)
            if piece is None:
                raise Damaged
            waiting.extend(piece)
        taken = bytes(waiting[:length])
        del waiting[:length]
        return taken

    while True:
        kind, length = take(1), int.from_bytes(take(4), "big")
        if length > _LONGEST:
            raise Damaged
        content = take(length)
        if kind == b"E" and (waiting or any(pieces)):  # to the end: only there it shows that the file was not cut off
            raise Damaged
        yield kind, content
        if kind == b"E":
            return


def contents(head: Head, records: Iterator[tuple[bytes, bytes]], mac_key: bytes) -> Iterator[Rows | FilePiece | Tally]:
    """Everything in a backup in its order; its tally comes last, and only if all of it was right."""
    shapes = {one.name: one for one in head.tables}
    mac, tally = hmac.new(mac_key, digestmod=hashlib.sha256), Tally()
    shape: TableShape | None = None
    file, digest, got = None, hashlib.sha256(), 0
    for kind, content in records:
        if kind != b"D" and file is not None:
            if got != file.size:
                raise Damaged
            tally.add_file(file.path, got, digest.hexdigest())
            file = None
        if kind == b"E":
            said = json.loads(content)
            if not hmac.compare_digest(str(said.pop("mac", "")), mac.hexdigest()):
                raise OfAnotherSite
            if said != tally.as_json():
                raise Damaged
            yield tally
            return
        mac.update(kind + len(content).to_bytes(4, "big") + content)
        if kind == b"T":
            shape = shapes.get(json.loads(content))
            if shape is None:
                raise Damaged
            tally.add_rows(shape.name, [])
        elif kind == b"R" and shape is not None:
            lines = zlib.decompress(content).split(b"\n")
            tally.add_rows(shape.name, lines)
            yield Rows(shape, lines)
        elif kind == b"F":
            file, digest, got = FileHead(**json.loads(content)), hashlib.sha256(), 0
            yield FilePiece(file, b"", begins=True)
        elif kind == b"D" and file is not None:
            digest.update(content)
            got += len(content)
            yield FilePiece(file, content)
        elif kind != b"H":
            raise Damaged
