"""Sealing what identifies a person, so that a stolen database or backup names nobody.

One envelope per group of fields: AES-256-GCM under a key of the organisation, padded (Padmé, at least 256 bytes) and
bound by its associated data to organisation, record and kind. The keys are derived (HKDF-SHA256) from secrets in a key
ring that lies outside the database. Every envelope names its key, so that keys can be changed while old values open.

Envelope: magic `CW`, version 1, algorithm 1 (AES-256-GCM), 4 bytes key id, 12 bytes nonce, ciphertext and tag.
"""

import base64
import json
import os
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from flask import current_app

from casework.core.errors import ConfigurationError

HOUSE = UUID(int=0)
"""Stands where an organisation's id would: for what belongs to the installation as a whole."""

_HEADER = b"CW\x01\x01"
_SHORTEST = 256


class Unreadable(Exception):
    """The envelope does not open: another key, another record, or changed. One error for all, on purpose."""


@dataclass(frozen=True)
class KeyRing:
    """The secrets of this installation: `keys` maps a key id (8 hex digits) to 32 bytes."""

    active: str
    keys: dict[str, bytes]
    chain: bytes

    @staticmethod
    def new() -> "KeyRing":
        first = secrets.token_hex(4)
        return KeyRing(first, {first: secrets.token_bytes(32)}, secrets.token_bytes(32))

    def rotated(self) -> "KeyRing":
        """The same ring with a new active key; older keys stay, to open what they sealed."""
        added = secrets.token_hex(4)
        return KeyRing(added, {**self.keys, added: secrets.token_bytes(32)}, self.chain)

    def save(self, path: Path) -> None:
        """Write the ring so that only its owner can read it, all or nothing."""
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.parent.chmod(0o700)
        content = {
            "version": 1,
            "written": datetime.now(UTC).isoformat(timespec="seconds"),
            "active": self.active,
            "keys": {name: base64.b64encode(key).decode() for name, key in self.keys.items()},
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
            content = json.loads(path.read_text("utf-8"))
            keys = {name: base64.b64decode(key, validate=True) for name, key in content["keys"].items()}
            ring = KeyRing(content["active"], keys, base64.b64decode(content["chain"], validate=True))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise ConfigurationError(f"The key ring {path} is damaged: restore it from your copy.") from error
        if ring.active not in ring.keys or any(len(key) != 32 for key in [*ring.keys.values(), ring.chain]):
            raise ConfigurationError(f"The key ring {path} is damaged: restore it from your copy.")
        return ring


class Vault:
    """Seals and opens. It knows keys and bytes, not what they mean."""

    def __init__(self, ring: KeyRing) -> None:
        self.ring = ring
        self._cipher = lru_cache(maxsize=1024)(self._make_cipher)

    def key(self, purpose: str, organisation_id: UUID = HOUSE, key_id: str | None = None) -> bytes:
        """32 bytes for one purpose of one organisation. Without a key id the key never rotates (chains, cookies)."""
        secret = self.ring.chain if key_id is None else self.ring.keys.get(key_id)
        if secret is None:
            raise Unreadable
        info = f"casework|1|{purpose}|{organisation_id}".encode()
        return HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=info).derive(secret)

    def _make_cipher(self, organisation_id: UUID, key_id: str) -> AESGCM:
        return AESGCM(self.key("seal", organisation_id, key_id))

    def seal(self, plain: bytes, organisation_id: UUID, record_id: UUID, kind: str) -> bytes:
        nonce = os.urandom(12)
        key_id = self.ring.active
        sealed = self._cipher(organisation_id, key_id).encrypt(
            nonce, _padded(plain), _bound_to(organisation_id, record_id, kind)
        )
        return _HEADER + bytes.fromhex(key_id) + nonce + sealed

    def open(self, envelope: bytes, organisation_id: UUID, record_id: UUID, kind: str) -> bytes:
        """The plain bytes, or Unreadable."""
        if envelope[:4] != _HEADER or len(envelope) < 36:
            raise Unreadable
        try:
            plain = self._cipher(organisation_id, envelope[4:8].hex()).decrypt(
                envelope[8:20], envelope[20:], _bound_to(organisation_id, record_id, kind)
            )
        except InvalidTag:
            raise Unreadable from None
        length = int.from_bytes(plain[:4], "big")
        return plain[4 : 4 + length]


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
