"""Signing in and out, and who is signed in: Flask-Login over sessions that the server keeps.

The cookie holds a random token and nothing about its owner; the database holds the token's hash. Whoever is signed in
is looked up for every request, in a session apart and before the request's own begins, so that a deactivated account,
another role or an ended session counts from the next request on.
"""

import hmac
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID, uuid4

import flask_login
from flask import Flask, current_app, g, session
from flask_login import LoginManager, UserMixin
from flask_wtf.csrf import validate_csrf
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session, joinedload
from wtforms import ValidationError

from casework.accounts import passwords, throttle
from casework.accounts.models import Password, SignedIn, User
from casework.accounts.passwords import new_token, token_hash
from casework.accounts.policy import permissions_of
from casework.accounts.rules import LONGEST_PASSWORD
from casework.core import audit, clock
from casework.core.config import LANGUAGES, Settings
from casework.core.db import db, session_for
from casework.core.scope import Principal, system

SEEN_EVERY = timedelta(minutes=1)

manager = LoginManager()
manager.session_protection = None  # it binds to address and browser, and phones change their address all day


@dataclass(frozen=True, eq=False)
class Device(UserMixin):
    """A signed-in device, as Flask-Login sees it."""

    token: str
    principal: Principal

    def get_id(self) -> str:
        return self.token


def init_app(app: Flask) -> None:
    app.config.setdefault("PASSWORD_COST", passwords.COST)
    manager.init_app(app, add_context_processor=False)


def principal_for(user: User, session_id: UUID | None = None) -> Principal:
    """The principal that a user is while signed in."""
    language = user.language if user.language in LANGUAGES else "en"
    return Principal(
        user_id=user.id,
        organisation_id=user.organisation_id,
        role=user.role.value,
        name=user.name,
        organisation_name=getattr(user.organisation, f"name_{language}"),
        language=language,
        permissions=permissions_of(user),
        session_id=session_id,
    )


@contextmanager
def _apart(who: Principal, writing: bool) -> Iterator[Session]:
    """A short session of its own. SQLite has one write lock: reading leaves it alone."""
    with session_for(who, reading=not writing) as own:
        yield own


# -- who is signed in --------------------------------------------------------------------------------------------


def current() -> Principal | None:
    """Who sends this request."""
    return getattr(flask_login.current_user, "principal", None)


@manager.user_loader
def _device(token: str) -> Device | None:
    now = clock.now()
    hashed = token_hash(token)
    with _apart(system("sign-in"), writing=False) as reading:
        held = reading.get(SignedIn, hashed)
        user = reading.get(User, held.user_id, options=[joinedload(User.organisation)]) if held is not None else None
    if held is None or user is None:
        return None
    if is_over(held) or not user.is_active or not user.organisation.is_active:
        with _apart(system("sign-in"), writing=True) as writing:
            writing.execute(delete(SignedIn).where(SignedIn.token_hash == hashed))
            writing.commit()
        return None
    if now - held.seen_at >= SEEN_EVERY:
        with _apart(system("sign-in"), writing=True) as writing:
            # An update, not a merge: a session ended in the meantime must not come back to life.
            writing.execute(update(SignedIn).where(SignedIn.token_hash == hashed).values(seen_at=now))
            writing.commit()
    return Device(token, principal_for(user, held.session_id))


def is_over(held: SignedIn) -> bool:
    """Unused for too long, or begun too long ago."""
    settings: Settings = current_app.extensions["settings"]
    now = clock.now()
    return now - held.seen_at > timedelta(minutes=settings.idle_minutes) or now - held.created_at > timedelta(
        hours=settings.session_hours
    )


def this_device() -> str | None:
    """The hash under which this device's session is kept."""
    token = getattr(flask_login.current_user, "token", None)
    return token_hash(token) if token else None


# -- in and out --------------------------------------------------------------------------------------------------


@dataclass
class TooMany(Exception):
    """Too many failures of late: how long to wait before the next attempt."""

    wait: timedelta


def normal_email(email: str | None) -> str:
    return (email or "").strip().casefold()[:254]


def sign_in(email: str | None, password: str | None, address: str | None) -> bool:
    """Sign in on this device, or False: whether the name, the password or the account was wrong is not said."""
    email, password = normal_email(email), password or ""
    with _apart(system("sign-in"), writing=True) as counting:
        wait = throttle.count_attempt(counting, email, address)
    if wait > timedelta(0):
        raise TooMany(wait)
    with _apart(system("sign-in"), writing=False) as reading:
        user = reading.scalar(select(User).where(User.email == email).options(joinedload(User.organisation)))
    may = user is not None and user.is_active and user.organisation.is_active
    known = user.password.hash if user is not None and may else None
    # No database session is open while this takes its quarter of a second.
    if not passwords.matches(known, password[: LONGEST_PASSWORD + 1]) or user is None or known is None:
        _note_failure(user)
        return False
    outdated = passwords.hashed(password) if passwords.is_outdated(known) else None
    _begin(user, email, address, outdated)
    return True


def _note_failure(user: User | None) -> None:
    with _apart(system("sign-in", user.organisation_id if user else None), writing=True) as writing:
        audit.note("sign-in-failed", "users", user.id if user else None, session=writing)
        writing.commit()


def _begin(user: User, email: str, address: str | None, rehashed: str | None) -> None:
    """Begin a session under a new token; what the cookie held before is gone."""
    settings: Settings = current_app.extensions["settings"]
    token, now = new_token(), clock.now()
    who = principal_for(user, uuid4())
    with _apart(who, writing=True) as writing:
        throttle.forgive(writing, email, address)
        writing.execute(
            delete(SignedIn).where(
                SignedIn.user_id == user.id,
                SignedIn.created_at < now - timedelta(hours=settings.session_hours),
            )
        )
        # Not through the mapped object: signing in is no edit, and must not clash with an administrator's.
        writing.execute(update(User).where(User.id == user.id).values(last_signed_in_at=now))
        if rehashed is not None:
            writing.get_one(User, user.id).password = Password(rehashed)
        writing.add(
            SignedIn(
                token_hash=token_hash(token),
                session_id=who.session_id,
                user_id=user.id,
                created_at=now,
                seen_at=now,
            )
        )
        audit.note("sign-in", "users", user.id, session=writing)
        writing.commit()
    language = session.get("language")
    session.clear()
    if language in LANGUAGES:
        session["language"] = language
    session[FORMS] = _secret_of_forms(user)
    g.pop(FORMS, None)  # the token made for the page that was just sent
    flask_login.login_user(Device(token, who))
    # Flask-Login adds a fingerprint of address and browser, which nothing here uses.
    session.pop("_id", None)
    session.pop("_fresh", None)


FORMS = "csrf_token"
"""Where Flask-WTF keeps, in the cookie, the secret that the tokens of all forms carry."""


def _secret_of_forms(user: User) -> str:
    """The same whenever this user signs in, until the password changes, and nobody else's.

    A form that lay open while the session ran out can then be sent after signing in again, and by its user only.
    """
    key = current_app.extensions["vault"].key("forms")
    words = f"{user.id}|{user.password.hash}".encode()
    return hmac.new(key, words, "sha256").hexdigest()


def is_own_form(token: str | None) -> bool:
    """Whether a form with this token was made for who is signed in here now."""
    try:
        validate_csrf(token)
    except ValidationError:
        return False
    return True


def sign_out() -> None:
    """End the session of this device, wherever its cookie may have gone."""
    who, hashed = current(), this_device()
    if who is not None and hashed is not None:
        db.session.execute(delete(SignedIn).where(SignedIn.token_hash == hashed))
        audit.note("sign-out", "users", who.user_id)
    language = session.get("language")
    flask_login.logout_user()
    session.clear()
    if language in LANGUAGES:
        session["language"] = language
    g.principal = None
