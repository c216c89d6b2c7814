"""Slowing down whoever guesses: per name and per network, never locking anyone out for good.

A device in which the user has signed in before is counted by itself: a stranger who tries a name again and again
makes the name wait, but not its owner.
"""

import hashlib
import hmac
import ipaddress
from datetime import timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from casework.accounts.models import FailedSignIn
from casework.accounts.rules import pause
from casework.core import clock
from casework.core.vault import vault

FREE = {"name": 5, "network": 20, "device": 5}
"""Failures before the first pause. More for a network: a whole office may stand behind one address."""

FORGOTTEN_AFTER = timedelta(days=1)


def _keys(email: str, address: str | None, door: str, device: str | None) -> dict[str, str]:
    """What is counted, under a key, so that the table tells neither who tried nor from where."""
    counted = {"device": f"{email}\0{device}"} if device else {"name": email, "network": _network(address)}
    secret = vault().key("failed sign-ins" + door)
    return {
        hmac.new(secret, f"{kind}\0{value}".encode(), hashlib.sha256).hexdigest(): kind
        for kind, value in counted.items()
    }


def _network(address: str | None) -> str:
    try:
        found = ipaddress.ip_address(address or "")
    except ValueError:
        return "unknown"
    # A home or an office has one IPv4 address, but a whole /64 of IPv6 ones.
    return str(ipaddress.ip_network((found, 32 if found.version == 4 else 64), strict=False))


def count_attempt(
    session: Session, email: str, address: str | None, door: str = "", device: str | None = None
) -> timedelta:
    """Count an attempt as failed before it is tried, so that many at once gain nothing. Or say how long to wait.

    Commits, for what is counted must outlast whatever happens to the request. Failures at another `door` than the
    page to sign in are counted apart: a program that keeps trying an old address must not shut out its office.
    `device`: the hash of a device that is known to be this user's.
    """
    keys = _keys(email, address, door, device)
    for _ in range(2):
        try:
            left = _count(session, keys)
            session.commit()
        except IntegrityError:  # two first attempts at the same moment
            session.rollback()
        else:
            return left
    return timedelta(seconds=1)


def _count(session: Session, keys: dict[str, str]) -> timedelta:
    now = clock.now()
    statement = select(FailedSignIn).where(FailedSignIn.key_hash.in_(keys)).order_by(FailedSignIn.key_hash)
    rows = {row.key_hash: row for row in session.scalars(statement.with_for_update())}
    for row in rows.values():
        if now - row.last_at > FORGOTTEN_AFTER:
            row.failures = 0
    waits = [row.last_at + pause(row.failures, FREE[keys[key]]) - now for key, row in rows.items()]
    longest = max(waits, default=timedelta(0))
    if longest > timedelta(0):
        return longest
    for key in keys:
        if key in rows:
            rows[key].failures += 1
            rows[key].last_at = now
        else:
            session.add(FailedSignIn(key_hash=key, failures=1, last_at=now))
    session.flush()
    return timedelta(0)


def forgive(session: Session, email: str, address: str | None, door: str = "", device: str | None = None) -> None:
    """It was the right password: the name starts afresh, and the network gets its one attempt back."""
    for key, kind in _keys(email, address, door, device).items():
        if kind != "network":
            session.execute(delete(FailedSignIn).where(FailedSignIn.key_hash == key))
        else:
            session.execute(
                update(FailedSignIn)
                .where(FailedSignIn.key_hash == key, FailedSignIn.failures > 0)
                .values(failures=FailedSignIn.failures - 1)
            )
    session.execute(delete(FailedSignIn).where(FailedSignIn.last_at < clock.now() - FORGOTTEN_AFTER))
