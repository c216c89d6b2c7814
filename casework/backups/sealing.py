"""A file that anybody can seal and only the holder of a private key can open, streamed piece by piece.

The key of the file is drawn anew for each and sealed (HPKE, RFC 9180, with the hybrid of ML-KEM-768 and X25519) to
every recipient. The content follows in pieces of 256 KiB, each AES-256-GCM under that key; nonce: position and whether
it is the last; associated data: the hash of the head. So a piece that is changed, moved, missing or of another file
does not open, and a file that ends early is no file.

File: magic `CWB`, version 1, 4 bytes length, head (JSON: id, moment, suite, sealed keys), then the pieces.
"""

import base64
import hashlib
import json
import os
import secrets
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hpke
from cryptography.hazmat.primitives.asymmetric import mlkem, x25519
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from casework.core.errors import ConfigurationError

SUITE = "HPKE: ML-KEM-768 with X25519, HKDF-SHA256, AES-256-GCM"
_HPKE = hpke.Suite(hpke.KEM.MLKEM768_X25519, hpke.KDF.HKDF_SHA256, hpke.AEAD.AES_256_GCM)
_MAGIC = b"CWB\x01"
_LONGEST_HEAD = 1024 * 1024
_ML, _X = 1184, 32
_SEED = 64
PIECE = 256 * 1024
_TAG = 16
PUBLIC, PRIVATE = "casework backup public key", "casework backup private key"


class Damaged(Exception):
    """The file is not what was written: cut off, changed, mixed up. One error for all, on purpose."""


class NotForThisKey(Exception):
    """The file was sealed to other keys than this one."""


# -- keys --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class PublicKey:
    """To whom a backup is sealed."""

    raw: bytes

    @property
    def fingerprint(self) -> str:
        return hashlib.sha256(self.raw).hexdigest()

    def seal(self, secret: bytes, about: bytes) -> bytes:
        key = hpke.MLKEM768X25519PublicKey(
            mlkem.MLKEM768PublicKey.from_public_bytes(self.raw[:_ML]),
            x25519.X25519PublicKey.from_public_bytes(self.raw[_ML:]),
        )
        return _HPKE.encrypt(secret, key, about)


@dataclass(frozen=True)
class PrivateKey:
    """What opens a backup. It is never on the machine that makes them."""

    raw: bytes = field(repr=False)

    @staticmethod
    def new() -> "PrivateKey":
        ml, x = mlkem.MLKEM768PrivateKey.generate(), x25519.X25519PrivateKey.generate()
        return PrivateKey(ml.private_bytes_raw() + x.private_bytes_raw())

    def _parts(self) -> tuple[mlkem.MLKEM768PrivateKey, x25519.X25519PrivateKey]:
        return (
            mlkem.MLKEM768PrivateKey.from_seed_bytes(self.raw[:_SEED]),
            x25519.X25519PrivateKey.from_private_bytes(self.raw[_SEED:]),
        )

    @property
    def public(self) -> PublicKey:
        ml, x = self._parts()
        return PublicKey(ml.public_key().public_bytes_raw() + x.public_key().public_bytes_raw())

    def open(self, sealed: bytes, about: bytes) -> bytes:
        return _HPKE.decrypt(sealed, hpke.MLKEM768X25519PrivateKey(*self._parts()), about)


def save(path: Path, key: PublicKey | PrivateKey) -> None:
    """Write a key to a new file; a private one so that only its owner can read it."""
    is_private = isinstance(key, PrivateKey)
    content = {
        "what": PRIVATE if is_private else PUBLIC,
        "suite": SUITE,
        "made": datetime.now(UTC).date().isoformat(),
        "fingerprint": (key.public if isinstance(key, PrivateKey) else key).fingerprint,
        "key": base64.b64encode(key.raw).decode(),
    }
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600 if is_private else 0o644)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(content, file, indent=1)
        file.write("\n")
        file.flush()
        os.fsync(file.fileno())


def public_key(path: Path) -> PublicKey:
    return PublicKey(_loaded(path, PUBLIC, _ML + _X))


def private_key(path: Path) -> PrivateKey:
    return PrivateKey(_loaded(path, PRIVATE, _SEED + _X))


def _loaded(path: Path, what: str, length: int) -> bytes:
    if not path.is_file():
        raise ConfigurationError(f"There is no {what} at {path}. “casework backup keygen” makes a pair.")
    try:
        content = json.loads(path.read_text("utf-8"))
        found, raw = content["what"], base64.b64decode(content["key"], validate=True)
    except (ValueError, KeyError, TypeError) as error:
        raise ConfigurationError(f"{path} is not a {what}.") from error
    if found != what or len(raw) != length:
        raise ConfigurationError(f"{path} is not a {what}.")
    return raw


# -- writing -----------------------------------------------------------------------------------------------------


class Sealer:
    """Writes a sealed file. What is written is on its way to the disk in pieces; nothing of it stays in memory."""

    def __init__(self, file: BinaryIO, recipients: Sequence[PublicKey], backup_id: str, at: datetime) -> None:
        self.secret = secrets.token_bytes(32)
        about = _about(backup_id)
        head = {
            "id": backup_id,
            "at": at.isoformat(timespec="seconds"),
            "suite": SUITE,
            "keys": {one.fingerprint: base64.b64encode(one.seal(self.secret, about)).decode() for one in recipients},
        }
        written = json.dumps(head, sort_keys=True).encode()
        start = _MAGIC + len(written).to_bytes(4, "big") + written
        self._file, self._cipher, self._bound = file, AESGCM(self.secret), hashlib.sha256(start).digest()
        self._hash = hashlib.sha256()
        self._waiting = bytearray()
        self._position = 0
        self.size = 0
        self._put(start)

    def write(self, data: bytes) -> None:
        self._waiting += data
        while len(self._waiting) > PIECE:
            self._seal(bytes(self._waiting[:PIECE]), is_last=False)
            del self._waiting[:PIECE]

    def finish(self) -> str:
        """Write the last piece; SHA-256 of the whole file."""
        self._seal(bytes(self._waiting), is_last=True)
        return self._hash.hexdigest()

    def _seal(self, piece: bytes, *, is_last: bool) -> None:
        self._put(self._cipher.encrypt(_nonce(self._position, is_last), piece, self._bound))
        self._position += 1

    def _put(self, data: bytes) -> None:
        self._file.write(data)
        self._hash.update(data)
        self.size += len(data)


def _about(backup_id: str) -> bytes:
    return f"casework|backup|1|{backup_id}".encode()


def _nonce(position: int, is_last: bool) -> bytes:
    return position.to_bytes(11, "big") + bytes([is_last])


# -- reading -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Head:
    """What stands in front of a sealed file for everybody to read."""

    id: str
    at: datetime
    keys: dict[str, bytes]
    bound: bytes

    def secret(self, key: PrivateKey) -> bytes:
        """The key of the file, for whom it was sealed to."""
        sealed = self.keys.get(key.public.fingerprint)
        if sealed is None:
            raise NotForThisKey
        with suppress(InvalidTag):
            return key.open(sealed, _about(self.id))
        raise Damaged


def head(file: BinaryIO) -> Head:
    """The head of a sealed file, which is read up to its end."""
    magic, length = file.read(4), int.from_bytes(file.read(4), "big")
    if magic != _MAGIC or length > _LONGEST_HEAD:
        raise Damaged
    written = file.read(length)
    try:
        content: dict[str, Any] = json.loads(written)
        keys = {name: base64.b64decode(one, validate=True) for name, one in content["keys"].items()}
        at = datetime.fromisoformat(content["at"])
    except (ValueError, KeyError, TypeError, AttributeError):
        raise Damaged from None
    bound = hashlib.sha256(_MAGIC + length.to_bytes(4, "big") + written).digest()
    return Head(str(content["id"]), at, keys, bound)


def pieces(file: BinaryIO, found: Head, secret: bytes) -> Iterator[bytes]:
    """The content after the head, piece by piece. Damaged as soon as one does not open, or the last is missing."""
    cipher, position = AESGCM(secret), 0
    sealed = file.read(PIECE + _TAG)
    while True:
        following = file.read(PIECE + _TAG)
        if len(sealed) < _TAG:
            raise Damaged
        try:
            yield cipher.decrypt(_nonce(position, not following), sealed, found.bound)
        except InvalidTag:
            raise Damaged from None
        if not following:
            return
        sealed, position = following, position + 1
