"""The browsers of a user: which are known by a cookie of theirs, and how one is called in a list."""

import hmac
import re
from datetime import timedelta
from uuid import UUID

from flask import Response, after_this_request, current_app, request
from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.accounts.models import Browser, KnownDevice, User
from casework.accounts.passwords import new_token, token_hash
from casework.core import clock
from casework.core.config import Settings
from casework.core.vault import vault

KNOWN_FOR = timedelta(days=180)
AT_MOST = 10
"""Devices known of one user: the one unused longest is forgotten."""

_PROGRAMS = (
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("YaBrowser", "Yandex Browser"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
_SYSTEMS = (
    ("Windows", "Windows"),
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)
"""What a browser says of itself, the most telling first: most of them name others, too."""


def browser(user_agent: str | None) -> Browser:
    """The family of a browser and of its system; nothing of versions and models, which would single somebody out."""
    said = (user_agent or "")[:500]
    program = next((name for sign, name in _PROGRAMS if re.search(rf"{sign}[A-Za-z]*/", said)), "")
    return Browser(program, next((name for sign, name in _SYSTEMS if sign in said), ""))


def words(one: Browser) -> str:
    """Firefox · Windows; nothing when it did not say."""
    return " · ".join(part for part in (one.program, one.system) if part)


# -- known devices -----------------------------------------------------------------------------------------------


def _cookie(email: str) -> str:
    """Its name, one for each user of a shared browser: none replaces another's, and none serves two."""
    settings: Settings = current_app.extensions["settings"]
    whose = hmac.new(vault().key("known devices"), email.encode(), "sha256").hexdigest()[:8]
    return f"{'__Host-' if settings.https else ''}casework-device-{whose}"


def _here(email: str) -> str | None:
    """The hash of the cookie that this browser has of this user."""
    token = request.cookies.get(_cookie(email))
    return token_hash(token) if token and len(token) < 100 else None


def known_here(session: Session, email: str) -> str | None:
    """This browser's hash, if who signs in with this address has signed in here before."""
    hashed = _here(email)
    if hashed is None:
        return None
    return session.scalar(
        select(KnownDevice.token_hash)
        .join(User, User.id == KnownDevice.user_id)
        .where(User.email == email, KnownDevice.token_hash == hashed, KnownDevice.seen_at > clock.now() - KNOWN_FOR)
    )


def is_first(session: Session, user_id: UUID) -> bool:
    """Whether the user has signed in nowhere yet."""
    return session.scalar(select(KnownDevice.user_id).where(KnownDevice.user_id == user_id).limit(1)) is None


def remember(session: Session, user: User) -> None:
    """Know this browser from now on: by the cookie it has, or by one it gets with this answer."""
    now, hashed = clock.now(), _here(user.email)
    held = session.get(KnownDevice, (user.id, hashed)) if hashed else None
    if held is not None:
        held.seen_at = now
    else:
        # Always a token of ours, never one that somebody planted.
        token = new_token()
        session.add(KnownDevice(user_id=user.id, token_hash=token_hash(token), seen_at=now))
        _give(_cookie(user.email), token)
    session.flush()
    mine = select(KnownDevice).where(KnownDevice.user_id == user.id).order_by(KnownDevice.seen_at.desc())
    for forgotten in list(session.scalars(mine))[AT_MOST:]:
        session.delete(forgotten)


def _give(name: str, token: str) -> None:
    settings: Settings = current_app.extensions["settings"]
    lasting = int(KNOWN_FOR.total_seconds())

    @after_this_request
    def set_cookie(answer: Response) -> Response:
        answer.set_cookie(name, token, max_age=lasting, secure=settings.https, httponly=True, samesite="Lax")
        return answer
