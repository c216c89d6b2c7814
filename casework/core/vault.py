"""Sealing what identifies a person, so that a stolen database or backup names nobody.

One envelope per group of fields: AES-256-GCM under a key of the organisation, padded (Padmé, at least 256 bytes) and
bound by its associated data to organisation, record and kind. The keys are derived (HKDF-SHA256) from secrets in a key
ring that lies outside the database. Every envelope names its key, so that keys can be changed while old values open,
and values be sealed anew under a newer key (`sealed_anew`).

Envelope: magic `CW`, version 1, algorithm 1 (AES-256-GCM), 4 bytes key id, 12 bytes nonce, ciphertext and tag.
"""

import base64
import json
import os
import secrets
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import lru_cache, partial
from pathlib import Path
from typing import Any
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from flask import current_app

from casework.core import clock
from casework.core.errors import ConfigurationError

HOUSE = UUID(int=0)
"""Stands where an organisation's id would: for what belongs to the installation as a whole."""

LASTING = "00000000"
"""Stands where a key id would: for the few values that never change their key, because nothing may rewrite them."""

_HEADER = b"CW\x01\x01"
_NONCE = slice(8, 20)
_SHORTEST = 256
_NEWEST = 2


class Unreadable(Exception):
    """The envelope does not open: another key, another record, or changed. One error for all, on purpose."""


@dataclass(frozen=True)
class KeyRing:
    """The secrets of this installation: `keys` maps a key id (8 hex digits) to 32 bytes."""

    active: str
    keys: dict[str, bytes]
    chain: bytes
    made: dict[str, datetime] = field(default_factory=dict)
    """When; a ring of version 1 does not say."""
    retired: dict[str, datetime] = field(default_factory=dict)
    """Keys under which nothing lies any more: they open old copies until they are destroyed."""
    destroyed: dict[str, datetime] = field(default_factory=dict)
    """Keys that are gone for good, by their ids."""

    @staticmethod
    def new() -> "KeyRing":
        return KeyRing("", {}, secrets.token_bytes(32)).rotated()

    def rotated(self) -> "KeyRing":
        """The same ring with a new active key; older keys stay, to open what they sealed."""
        added = secrets.token_hex(4)
        while added in {*self.keys, *self.destroyed, LASTING}:
            added = secrets.token_hex(4)
        return replace(
            self,
            active=added,
            keys={**self.keys, added: secrets.token_bytes(32)},
            made={**self.made, added: _second()},
        )

    def with_retired(self, key_id: str) -> "KeyRing":
        """The same ring, in which this key waits for its end."""
        return replace(self, retired={**self.retired, key_id: _second()})

    def without(self, key_id: str) -> "KeyRing":
        """The same ring without this key: only that it was there is still known."""
        left: list[dict[str, Any]] = [
            {one: value for one, value in held.items() if one != key_id}
            for held in (self.keys, self.made, self.retired)
        ]
        return replace(
            self, keys=left[0], made=left[1], retired=left[2], destroyed={**self.destroyed, key_id: _second()}
        )

    def save(self, path: Path) -> None:
        """Write the ring so that only its owner can read it, all or nothing."""
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.parent.chmod(0o700)
        content = {
            "version": _NEWEST,
            "written": _second().isoformat(),
            "active": self.active,
            "keys": {
                name: {
                    "key": base64.b64encode(key).decode(),
                    "made": _text(self.made.get(name)),
                    "retired": _text(self.retired.get(name)),
                }
                for name, key in self.keys.items()
            },
            "destroyed": {name: _text(moment) for name, moment in self.destroyed.items()},
            "chain": base64.b64encode(self.chain).decode(),
        }
        beside = path.with_suffix(".new")
        descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump(content, file, indent=1)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)

    @staticmethod
    def load(path: Path) -> "KeyRing":
        if not path.exists():
            raise ConfigurationError(
                f"There is no key ring at {path}. Run “casework init” first, or restore your keys."
            )
        if path.stat().st_mode & 0o077:
            raise ConfigurationError(f"Others can read the key ring {path}. Run: chmod 600 {path}")
        try:
            ring = _ring(json.loads(path.read_text("utf-8")))
        except (ValueError, KeyError, TypeError, AttributeError, OSError) as error:
            raise ConfigurationError(f"The key ring {path} is damaged: restore it from your copy.") from error
        if ring.active not in ring.keys or any(len(key) != 32 for key in [*ring.keys.values(), ring.chain]):
            raise ConfigurationError(f"The key ring {path} is damaged: restore it from your copy.")
        return ring


def _ring(content: dict[str, Any]) -> KeyRing:
    """What the file says: version 2, or 1, which knew no dates."""
    if content.get("version", 1) > _NEWEST:
        raise ConfigurationError("The key ring was written by a newer version of Casework. Use that version.")
    held = {name: one if isinstance(one, dict) else {"key": one} for name, one in content["keys"].items()}
    return KeyRing(
        active=content["active"],
        keys={name: base64.b64decode(one["key"], validate=True) for name, one in held.items()},
        chain=base64.b64decode(content["chain"], validate=True),
        made={name: datetime.fromisoformat(one["made"]) for name, one in held.items() if one.get("made")},
        retired={name: datetime.fromisoformat(one["retired"]) for name, one in held.items() if one.get("retired")},
        destroyed={name: datetime.fromisoformat(moment) for name, moment in content.get("destroyed", {}).items()},
    )


def _second() -> datetime:
    return clock.now().replace(microsecond=0)


def _text(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def key_id_of(envelope: bytes) -> str:
    """Under which key it was sealed. Raises Unreadable when it is no envelope."""
    if envelope[:4] != _HEADER or len(envelope) < 36:
        raise Unreadable
    return envelope[4:8].hex()


def nonce_of(envelope: bytes) -> bytes:
    """Twelve random bytes that belong to one sealing of one value, and stay when the value gets another key."""
    return envelope[_NONCE]


class Vault:
    """Seals and opens. It knows keys and bytes, not what they mean.

    With the `path` of its ring it notices by itself that keys were added or taken away: no restart is needed.
    """

    def __init__(self, ring: KeyRing, path: Path | None = None) -> None:
        self._ring, self._path = ring, path
        self._seen = self._stamp()
        self._cipher = lru_cache(maxsize=1024)(self._make_cipher)
        self._lasting = lru_cache(maxsize=1024)(partial(self._derived, ring.chain))

    @property
    def ring(self) -> KeyRing:
        """The ring as its file says now. A file that is damaged or of another site changes nothing while this runs."""
        stamp = self._stamp()
        if stamp is not None and stamp != self._seen:
            try:
                found = KeyRing.load(self._path or Path())
            except ConfigurationError:
                return self._ring  # doctor says what is wrong with it; what runs goes on with what it has
            self._seen = stamp
            if found.chain == self._ring.chain:
                self._ring = found
                self._cipher.cache_clear()
        return self._ring

    def _stamp(self) -> tuple[int, int] | None:
        try:
            found = self._path.stat() if self._path else None
        except OSError:
            return None
        return (found.st_mtime_ns, found.st_ino) if found else None

    def key(self, purpose: str, organisation_id: UUID = HOUSE, key_id: str | None = None) -> bytes:
        """32 bytes for one purpose of one organisation. Without a key id the key never rotates (chains, cookies)."""
        if key_id is None:
            return self._lasting(purpose, organisation_id)
        if key_id not in self.ring.keys:
            raise Unreadable
        return self._derived(self._ring.keys[key_id], purpose, organisation_id)

    @staticmethod
    def _derived(secret: bytes, purpose: str, organisation_id: UUID) -> bytes:
        info = f"casework|1|{purpose}|{organisation_id}".encode()
        return HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=info).derive(secret)

    def _make_cipher(self, organisation_id: UUID, key_id: str) -> AESGCM:
        if key_id == LASTING:
            return AESGCM(self.key("seal for good", organisation_id))
        return AESGCM(self.key("seal", organisation_id, key_id))

    def seal(self, plain: bytes, organisation_id: UUID, record_id: UUID, kind: str, *, lasting: bool = False) -> bytes:
        key_id = LASTING if lasting else self.ring.active
        return self._sealed(_padded(plain), organisation_id, record_id, kind, key_id, os.urandom(12))

    def sealed_anew(self, envelope: bytes, organisation_id: UUID, record_id: UUID, kind: str) -> bytes:
        """The same value under the active key, or Unreadable.

        Its nonce stays, by which the trail knows this sealing of this value; under the other key it was never used.
        """
        key_id = self.ring.active
        padded = self._padded_in(envelope, organisation_id, record_id, kind)
        if key_id_of(envelope) in (key_id, LASTING):
            return envelope
        return self._sealed(padded, organisation_id, record_id, kind, key_id, nonce_of(envelope))

    def open(self, envelope: bytes, organisation_id: UUID, record_id: UUID, kind: str) -> bytes:
        """The plain bytes, or Unreadable."""
        padded = self._padded_in(envelope, organisation_id, record_id, kind)
        length = int.from_bytes(padded[:4], "big")
        return padded[4 : 4 + length]

    def _sealed(
        self, padded: bytes, organisation_id: UUID, record_id: UUID, kind: str, key_id: str, nonce: bytes
    ) -> bytes:
        cipher = self._cipher(organisation_id, key_id)
        sealed = cipher.encrypt(nonce, padded, _bound_to(organisation_id, record_id, kind))
        return _HEADER + bytes.fromhex(key_id) + nonce + sealed

    def _padded_in(self, envelope: bytes, organisation_id: UUID, record_id: UUID, kind: str) -> bytes:
        cipher = self._cipher(organisation_id, key_id_of(envelope))
        try:
            return cipher.decrypt(nonce_of(envelope), envelope[20:], _bound_to(organisation_id, record_id, kind))
        except InvalidTag:
            raise Unreadable from None


def _bound_to(organisation_id: UUID, record_id: UUID, kind: str) -> bytes:
    return f"casework|1|{organisation_id}|{record_id}|{kind}".encode()


def _padded(plain: bytes) -> bytes:
    """Length-prefixed and padded to a Padmé length (Nikitin et al., PETS 2019): leaks O(log log n) bits of length."""
    body = len(plain).to_bytes(4, "big") + plain
    size = max(len(body), _SHORTEST)
    exponent = size.bit_length() - 1
    mask = (1 << (exponent - exponent.bit_length())) - 1
    return body.ljust((size + mask) & ~mask, b"\0")


def vault() -> Vault:
    """The vault of the running application."""
    found: Vault = current_app.extensions["vault"]
    return found
