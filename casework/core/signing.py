"""The keys with which this installation signs what it publishes and how its trail stands, and public keys of others.

Ed25519 (RFC 8032). A secret half is a file beside the key ring; it is in no database, no backup of one, no log and no
page. A key is known by its fingerprint: SHA-256 of its 32 public bytes.
"""

import base64
import binascii
import hashlib
import os
import re
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from casework.core.errors import ConfigurationError

LENGTH = 32
"""Bytes of a public key."""
SIGNATURE_LENGTH = 64


class NoKey(ValueError):
    """This text is no Ed25519 public key in base64."""


@dataclass(frozen=True)
class PublicKey:
    """Who has its secret half can sign; who has this can check."""

    raw: bytes

    @property
    def text(self) -> str:
        """As it is sent to others: 44 characters."""
        return base64.b64encode(self.raw).decode()

    @property
    def fingerprint(self) -> str:
        return hashlib.sha256(self.raw).hexdigest()

    def has_signed(self, signature: bytes, message: bytes) -> bool:
        """Whether the signature is of exactly this message by this key."""
        try:
            Ed25519PublicKey.from_public_bytes(self.raw).verify(signature, message)
        except InvalidSignature:
            return False
        return True


def public_key(text: str) -> PublicKey:
    """The key that somebody sent as base64, blanks and line breaks apart. Raises NoKey."""
    try:
        raw = base64.b64decode(re.sub(r"\s", "", text), validate=True)
        found = PublicKey(raw)
        if len(raw) != LENGTH or found.text != re.sub(r"\s", "", text):
            raise NoKey
        Ed25519PublicKey.from_public_bytes(raw)
    except (binascii.Error, ValueError) as error:
        raise NoKey from error
    # With a key of small order anybody can make a signature that holds: it would be no one's.
    if raw in _SMALL_ORDER:
        raise NoKey
    return found


_SMALL_ORDER = frozenset(
    bytes.fromhex(one)
    for one in (
        "0100000000000000000000000000000000000000000000000000000000000000",
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0000000000000000000000000000000000000000000000000000000000000080",
        "0100000000000000000000000000000000000000000000000000000000000080",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
    )
)
"""The points of order 1, 2, 4 and 8 of the curve, also as they must not be written."""


def grouped(fingerprint: str) -> str:
    """A fingerprint as it is read aloud: groups of four."""
    return " ".join(fingerprint[n : n + 4] for n in range(0, len(fingerprint), 4))


class SigningKey:
    """The secret half. It shows itself nowhere: neither its `repr` nor any error says what it is."""

    def __init__(self, key: Ed25519PrivateKey) -> None:
        self._key = key

    def sign(self, message: bytes) -> bytes:
        """64 bytes, the same ones for the same message."""
        return self._key.sign(message)

    @property
    def public(self) -> PublicKey:
        raw = self._key.public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
        return PublicKey(raw)


def make(path: Path) -> SigningKey:
    """A new key, in a file that only its owner can read. Raises ConfigurationError when there is one already."""
    if path.exists():
        raise ConfigurationError(f"There is a signing key at {path} already. Nothing was changed.")
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    path.parent.chmod(0o700)
    key = Ed25519PrivateKey.generate()
    content = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    beside = path.with_suffix(".new")
    beside.unlink(missing_ok=True)
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    try:
        path.hardlink_to(beside)  # fails if somebody else made one meanwhile
    except FileExistsError as error:
        raise ConfigurationError(f"There is a signing key at {path} already. Nothing was changed.") from error
    finally:
        beside.unlink()
    return SigningKey(key)


def load(path: Path) -> SigningKey | None:
    """The signing key, or None when none was made. Raises ConfigurationError when others can read it."""
    if not path.exists():
        return None
    for one, should in ((path.parent, "700"), (path, "600")):
        if one.stat().st_mode & 0o077:
            raise ConfigurationError(f"Others can read the signing key {path}. Run: chmod {should} {one}")
    try:
        key = serialization.load_pem_private_key(path.read_bytes(), password=None)
    except (ValueError, TypeError):
        key = None
    if not isinstance(key, Ed25519PrivateKey):
        raise ConfigurationError(f"The signing key {path} is damaged: restore it from your copy.")
    return SigningKey(key)
