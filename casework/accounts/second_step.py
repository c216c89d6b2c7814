"""The second step of signing in, setting up the second factor, and giving a fresh code when something asks for it.

Each is one transaction of its own, before anything is answered: a code counts once, whatever happens to the request.
"""

from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import uuid4

from flask import request, session
from flask_babel import force_locale
from sqlalchemy import delete, select, update
from sqlalchemy.orm import joinedload

from casework.accounts import devices, second_factor, throttle
from casework.accounts.models import SecondFactor, SignedIn, User
from casework.accounts.passwords import new_token, token_hash
from casework.accounts.sign_in import (
    WAITING,
    TooMany,
    apart,
    enter,
    is_over,
    principal_for,
    take,
    this_device,
)
from casework.core import audit, clock, i18n
from casework.core.db import db
from casework.core.events import account_event
from casework.core.scope import Principal, acting_as, own, principal, system

GIVEN_WITHIN = timedelta(minutes=5)
SET_UP_WITHIN = timedelta(minutes=30)
"""How long a session waits for its second step; longer where an app has to be found first."""

SESSIONS = 3
"""At once, of one user: whoever begins another ends the oldest."""

TOLD_AFTER = 5
"""Wrong codes until their user is told."""

DOOR = "second factor"


class Expired(Exception):
    """No session waits for this step: it took too long, or the step was done."""


@dataclass(frozen=True)
class Waiting:
    """A session that waits for its second step."""

    token: str
    user: User
    factor: SecondFactor | None


@dataclass(frozen=True)
class Entered:
    """What is to be said to who has just signed in."""

    ended: int
    """How many sessions elsewhere were ended for this one."""
    codes_left: int | None = None
    """Recovery codes left, when one was used."""


def waiting() -> Waiting | None:
    """Who has given the password in this browser and not yet the second factor."""
    token = session.get(WAITING)
    if not token:
        return None
    with apart(system("sign-in"), writing=False) as reading:
        held = reading.get(SignedIn, token_hash(token))
        if held is None or not held.is_pending:
            return None
        user = reading.get(User, held.user_id, options=[joinedload(User.organisation)])
        factor = second_factor.factor_of(reading, held.user_id)
    if user is None or not user.is_active or not user.organisation.is_active:
        return None
    if clock.now() - held.created_at > (GIVEN_WITHIN if factor else SET_UP_WITHIN):
        return None
    return Waiting(token, user, factor)


def _count(user: User, address: str | None) -> str | None:
    """Count an attempt, or TooMany; the hash of this browser if it is known to be the user's."""
    with apart(system("sign-in"), writing=False) as reading:
        device = devices.known_here(reading, user.email)
    with apart(system("sign-in"), writing=True) as counting:
        wait = throttle.count_attempt(counting, user.email, address, DOOR, device)
    if wait > timedelta(0):
        raise TooMany(wait)
    return device


# -- the second step ---------------------------------------------------------------------------------------------


def give(code: str | None, recovery: str | None, address: str | None) -> Entered | None:
    """The second step, or None when the code was wrong, used already, or nobody's."""
    held = waiting()
    if held is None or held.factor is None:
        raise Expired
    device = _count(held.user, address)
    with acting_as(system("sign-in", held.user.organisation_id)):
        if not _is_right(held.user, code, recovery):
            _note_wrong(held.user)
            db.session.commit()
            return None
        token, who, ended = _begin(held, address, device)
        left = second_factor.codes_left(db.session, held.user.id) if recovery else None
        db.session.commit()
    enter(token, held.user, who)
    return Entered(ended, left)


def set_up(code: str | None, address: str | None) -> list[str] | None:
    """The second step of who has no second factor yet: checked once by a code. The recovery codes, or None."""
    held = waiting()
    if held is None or held.factor is not None:
        raise Expired
    device, seed = _count(held.user, address), second_factor.seed_for(held.token)
    step = second_factor.matching_step(seed, code, clock.now())
    if step is None:
        return None
    with acting_as(system("sign-in", held.user.organisation_id)):
        second_factor.enrol(db.session, held.user, seed, step)
        codes = second_factor.new_codes(db.session, held.user.id)
        token, who, _ended = _begin(held, address, device)
        audit.note("second-factor:set", "users", held.user.id, who=who)
        db.session.commit()
    enter(token, held.user, who)
    return codes


def _is_right(user: User, code: str | None, recovery: str | None) -> bool:
    """Whether this is a code that counts; it then counts no more."""
    factor = second_factor.factor_of(db.session, user.id)
    if factor is None:
        return False
    if not recovery:
        step = second_factor.matching_step(factor.seed.seed, code, clock.now())
        return step is not None and second_factor.accept(db.session, user.id, step)
    if not second_factor.use_code(db.session, user.id, recovery):
        return False
    audit.note("recovery-code:used", "users", user.id, who=principal_for(user))
    _tell(user, "recovery_code", f"recovery_code:{uuid4()}")
    return True


def _note_wrong(user: User) -> None:
    audit.note("second-factor:failed", "users", user.id)
    if second_factor.count_wrong(db.session, user.id) % TOLD_AFTER == 0:
        _tell(user, "wrong_codes", f"wrong_codes:{uuid4()}")


def _begin(held: Waiting, address: str | None, device: str | None) -> tuple[str, Principal, int]:
    """End the session that waited and begin one under a new token; how many others ended for it."""
    user, now = held.user, clock.now()
    waited = delete(SignedIn).where(SignedIn.token_hash == token_hash(held.token), SignedIn.is_pending)
    if db.session.execute(waited).rowcount != 1:  # type: ignore[attr-defined]
        raise Expired
    throttle.forgive(db.session, user.email, address, DOOR, device)
    ended = _make_room(user)
    token, who = new_token(), principal_for(user, uuid4(), now)
    made = SignedIn(
        token_hash=token_hash(token),
        id=who.session_id,
        user_id=user.id,
        is_pending=False,
        created_at=now,
        seen_at=now,
        confirmed_at=now,
    )
    made.device = devices.browser(request.user_agent.string)
    db.session.add(made)
    # Not through the mapped object: signing in is no edit, and must not clash with an administrator's.
    db.session.execute(update(User).where(User.id == user.id).values(last_signed_in_at=now))
    if device is None and not devices.is_first(db.session, user.id):
        _tell(user, "new_device", f"new_device:{who.session_id}", _in_words(user, made))
    devices.remember(db.session, user)
    audit.note("sign-in", "users", user.id, who=who)
    return token, who, ended


def _make_room(user: User) -> int:
    """End the oldest sessions, so that one more may begin; how many were still in use."""
    held = select(SignedIn).where(SignedIn.user_id == user.id, SignedIn.is_pending.is_(False))
    sessions = list(db.session.scalars(held.order_by(SignedIn.created_at.desc())))
    in_use = [one for one in sessions if not is_over(one)]
    for one in sessions:
        if one not in in_use[: SESSIONS - 1]:
            db.session.delete(one)
    ended = in_use[SESSIONS - 1 :]
    for one in ended:
        _tell(user, "session_ended", f"session_ended:{one.id}", _in_words(user, one))
    return len(ended)


def _in_words(user: User, one: SignedIn) -> str:
    """When, and in which browser: never from which address."""
    with force_locale(user.language):
        return " · ".join(part for part in (i18n.moment(one.created_at), devices.words(one.device)) if part)


def _tell(user: User, kind: str, key: str, words: str | None = None) -> None:
    account_event.send(user, kind=kind, key=key, words=words)


# -- a fresh code ------------------------------------------------------------------------------------------------


def confirm(code: str | None, recovery: str | None, address: str | None) -> bool:
    """Who is signed in proves anew to be themselves; the session goes on under a new token."""
    who: Principal = own(principal())
    db.session.rollback()  # what was only looked up for this request holds SQLite's write lock
    former, token, now = this_device(), new_token(), clock.now()
    with apart(system("sign-in"), writing=False) as reading:
        user = own(reading.get(User, who.user_id, options=[joinedload(User.organisation)]))
    device = _count(user, address)
    with acting_as(system("sign-in", user.organisation_id)):
        is_right = _is_right(user, code, recovery)
        if is_right:
            throttle.forgive(db.session, user.email, address, DOOR, device)
            # An update, not a merge: a session ended in the meantime must not come back to life.
            held = update(SignedIn).where(SignedIn.token_hash == former, SignedIn.is_pending.is_(False))
            db.session.execute(held.values(token_hash=token_hash(token), confirmed_at=now, seen_at=now))
            audit.note("second-factor:confirmed", "users", user.id, who=who)
        else:
            _note_wrong(user)
        db.session.commit()
    if is_right:
        take(token, replace(who, confirmed_at=now))
    return is_right
