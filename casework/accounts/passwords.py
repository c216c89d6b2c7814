"""Hashing passwords with argon2id, a few at a time so that a flood of sign-ins cannot exhaust the memory; tokens."""

import base64
import hashlib
import secrets
import threading
import unicodedata

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from flask import current_app

COST = (3, 64 * 1024, 1)
"""Passes, KiB of memory, lanes. Tests set a lower one in the application's configuration (PASSWORD_COST)."""

_at_once = threading.BoundedSemaphore(4)


def _hasher() -> PasswordHasher:
    passes, memory, lanes = current_app.config["PASSWORD_COST"]
    return PasswordHasher(time_cost=passes, memory_cost=memory, parallelism=lanes)


def _normal(password: str) -> str:
    # The same letters typed on another device may arrive composed otherwise.
    return unicodedata.normalize("NFC", password)


def hashed(password: str) -> str:
    with _at_once:
        return _hasher().hash(_normal(password))


def matches(known: str | None, password: str) -> bool:
    """Whether this is the password. Without a hash it takes as long and says no: nobody learns which names exist."""
    with _at_once:
        try:
            _hasher().verify(known or _nobodys(), _normal(password))
        except (VerificationError, InvalidHashError):
            return False
    return known is not None


def is_outdated(known: str) -> bool:
    return _hasher().check_needs_rehash(known)


def _nobodys() -> str:
    """A hash of no password, at today's cost."""
    passes, memory, lanes = current_app.config["PASSWORD_COST"]
    salt, digest = (base64.b64encode(secrets.token_bytes(n)).decode().rstrip("=") for n in (16, 32))
    return f"$argon2id$v=19$m={memory},t={passes},p={lanes}${salt}${digest}"


def new_token() -> str:
    """256 random bits, for a session's cookie or a link."""
    return secrets.token_urlsafe(32)


def token_hash(token: str) -> str:
    """What is kept of a token. One round is enough: there is nothing to guess in 256 random bits."""
    return hashlib.sha256(token.encode()).hexdigest()
