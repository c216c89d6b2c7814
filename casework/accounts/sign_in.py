"""Signing in and out, and who is signed in: Flask-Login over sessions that the server keeps.

Signing in takes two steps. The right password begins a session that waits: it opens the second step and nothing else.
The second (`second_step`) ends that one and begins another under a new token. The cookie holds a random token and
nothing about its owner; the database holds the token's hash. Whoever is signed in is looked up for every request, in a
session apart and before the request's own begins, so that a deactivated account, another role or an ended session
counts from the next request on.
"""

import hmac
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import flask_login
from flask import Flask, current_app, g, session
from flask_login import LoginManager, UserMixin
from flask_wtf.csrf import validate_csrf
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session, joinedload
from wtforms import ValidationError

from casework.accounts import devices, passwords, throttle
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


def principal_for(user: User, session_id: UUID | None = None, confirmed_at: datetime | None = None) -> Principal:
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
        confirmed_at=confirmed_at,
    )


@contextmanager
def apart(who: Principal, writing: bool) -> Iterator[Session]:
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
    with apart(system("sign-in"), writing=False) as reading:
        held = reading.get(SignedIn, hashed)
        user = reading.get(User, held.user_id, options=[joinedload(User.organisation)]) if held is not None else None
    if held is None or user is None or held.is_pending:
        return None
    if is_over(held) or not user.is_active or not user.organisation.is_active:
        with apart(system("sign-in"), writing=True) as writing:
            writing.execute(delete(SignedIn).where(SignedIn.token_hash == hashed))
            writing.commit()
        return None
    if now - held.seen_at >= SEEN_EVERY:
        with apart(system("sign-in"), writing=True) as writing:
            # An update, not a merge: a session ended in the meantime must not come back to life.
            writing.execute(update(SignedIn).where(SignedIn.token_hash == hashed).values(seen_at=now))
            writing.commit()
    return Device(token, principal_for(user, held.id, held.confirmed_at))


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


def give_password(email: str | None, password: str | None, address: str | None) -> bool:
    """The first step, or False: whether the name, the password or the account was wrong is not said."""
    email, password = normal_email(email), password or ""
    with apart(system("sign-in"), writing=False) as reading:
        device = devices.known_here(reading, email)
    with apart(system("sign-in"), writing=True) as counting:
        wait = throttle.count_attempt(counting, email, address, device=device)
    if wait > timedelta(0):
        raise TooMany(wait)
    with apart(system("sign-in"), writing=False) as reading:
        user = reading.scalar(select(User).where(User.email == email).options(joinedload(User.organisation)))
    may = user is not None and user.is_active and user.organisation.is_active
    known = user.password.hash if user is not None and may else None
    # No database session is open while this takes its quarter of a second.
    if not passwords.matches(known, password[: LONGEST_PASSWORD + 1]) or user is None or known is None:
        _note_failure(user)
        return False
    outdated = passwords.hashed(password) if passwords.is_outdated(known) else None
    with apart(principal_for(user), writing=True) as writing:
        throttle.forgive(writing, email, address, device=device)
        if outdated is not None:
            writing.get_one(User, user.id).password = Password(outdated)
        token = _begin_waiting(writing, user)
        writing.commit()
    language = session.get("language")
    session.clear()
    if language in LANGUAGES:
        session["language"] = language
    session[WAITING] = token
    g.pop(FORMS, None)  # the token made for the page that was just sent
    return True


def _note_failure(user: User | None) -> None:
    with apart(system("sign-in", user.organisation_id if user else None), writing=True) as writing:
        audit.note("sign-in-failed", "users", user.id if user else None, session=writing)
        writing.commit()


WAITING = "waiting"
"""Where the cookie has the token of a session that waits for its second step."""

MOST_WAITING = 5
"""Sessions of one user that wait for their second step: whoever begins another ends the oldest."""


def _begin_waiting(writing: Session, user: User) -> str:
    """The token of a session that waits for its second step."""
    token, now = new_token(), clock.now()
    waiting = select(SignedIn).where(SignedIn.user_id == user.id, SignedIn.is_pending)
    for one in list(writing.scalars(waiting.order_by(SignedIn.created_at.desc())))[MOST_WAITING - 1 :]:
        writing.delete(one)
    writing.add(
        SignedIn(
            token_hash=token_hash(token), id=uuid4(), user_id=user.id, is_pending=True, created_at=now, seen_at=now
        )
    )
    return token


def enter(token: str, user: User, who: Principal) -> None:
    """Take up a session in this browser; what its cookie held before is gone."""
    language = session.get("language")
    session.clear()
    if language in LANGUAGES:
        session["language"] = language
    session[FORMS] = _secret_of_forms(user)
    g.pop(FORMS, None)  # the token made for the page that was just sent
    take(token, who)


def take(token: str, who: Principal) -> None:
    """From now on this browser's session goes by this token."""
    flask_login.login_user(Device(token, who))
    # Flask-Login adds a fingerprint of address and browser, which nothing here uses.
    session.pop("_id", None)
    session.pop("_fresh", None)
    g.principal = who


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
