"""The second factor: one-time codes of an authenticator app, each accepted once, and recovery codes."""

import base64
import hashlib
import hmac
import io
import secrets
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import pyotp
import segno
from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from casework.accounts.models import KnownDevice, RecoveryCode, SecondFactor, Seed, User
from casework.core import clock
from casework.core.vault import vault

SECONDS = 30
WINDOW = (-1, 0, 1)
"""How many steps of 30 seconds a phone's clock may be off."""

RECOVERY_CODES = 10
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
LENGTH = 24
"""Of a recovery code: 120 bits, so that there is nothing to guess and a keyed hash is enough."""


# -- the seed ----------------------------------------------------------------------------------------------------


def seed_for(token: str) -> str:
    """The seed offered to whoever holds this token while they set up their app.

    Nothing is stored until a code has shown that the app has it, and every sign-in is offered another: whoever once
    saw a code that was not taken up knows nothing of the one that was.
    """
    offered = hmac.digest(vault().key("second factor offered"), token.encode(), "sha256")
    return base64.b32encode(offered[:20]).decode()


def in_groups(text: str) -> str:
    """In groups of four, as one reads it out."""
    return " ".join(text[start : start + 4] for start in range(0, len(text), 4))


def picture(seed: str, email: str) -> bytes:
    """The QR code that an authenticator app reads, as SVG."""
    address = pyotp.TOTP(seed).provisioning_uri(name=email, issuer_name="Casework")
    drawn = io.BytesIO()
    segno.make(address, error="m", micro=False).save(drawn, kind="svg", scale=5, border=4, light="#fff")
    return drawn.getvalue()


def enrol(session: Session, user: User, seed: str, step: int = 0) -> None:
    """From now on this seed is the user's. `step`: the code with which it was checked counts no more."""
    factor = SecondFactor(user_id=user.id, confirmed_at=clock.now(), last_step=step, wrong=0)
    factor.seed = Seed(seed)
    session.add(factor)
    session.flush()


def factor_of(session: Session, user_id: UUID) -> SecondFactor | None:
    return session.scalar(select(SecondFactor).where(SecondFactor.user_id == user_id))


def replace(session: Session, user: User, seed: str, step: int) -> None:
    """Another seed instead of the present one; the recovery codes stay."""
    session.execute(delete(SecondFactor).where(SecondFactor.user_id == user.id))
    enrol(session, user, seed, step)


def remove(session: Session, user_id: UUID) -> None:
    """The phone is lost and the codes with it: the next sign-in sets up another, and no device is known any more."""
    for held in (SecondFactor, RecoveryCode, KnownDevice):
        session.execute(delete(held).where(held.user_id == user_id))


# -- one-time codes ----------------------------------------------------------------------------------------------


def step_of(moment: datetime) -> int:
    return int(moment.timestamp()) // SECONDS


def matching_step(seed: str, code: str | None, moment: datetime) -> int | None:
    """The time step whose code this is, near this moment; none when it is not one."""
    plain = "".join((code or "").split())
    if not (plain.isascii() and plain.isdigit()):
        return None
    codes, now = pyotp.TOTP(seed), step_of(moment)
    found = [now + by for by in WINDOW if hmac.compare_digest(codes.generate_otp(now + by), plain)]
    return found[-1] if found else None


def accept(session: Session, user_id: UUID, step: int) -> bool:
    """Take the code of this step, in one statement: of many who send it at once, one gets in."""
    taken = session.execute(
        update(SecondFactor)
        .where(SecondFactor.user_id == user_id, SecondFactor.last_step < step)
        .values(last_step=step, wrong=0)
    )
    return bool(taken.rowcount == 1)  # type: ignore[attr-defined]


def count_wrong(session: Session, user_id: UUID) -> int:
    """One more wrong code; how many there are since the last right one."""
    session.execute(update(SecondFactor).where(SecondFactor.user_id == user_id).values(wrong=SecondFactor.wrong + 1))
    return session.scalar(select(SecondFactor.wrong).where(SecondFactor.user_id == user_id)) or 0


def code_at(seed: str, moment: datetime) -> str:
    return pyotp.TOTP(seed).generate_otp(step_of(moment))


def next_code(factor: SecondFactor, moment: datetime) -> str | None:
    """The code that would be accepted now: what a training copy shows to whoever has no app."""
    now = step_of(moment)
    left = [now + by for by in WINDOW if now + by > factor.last_step]
    return pyotp.TOTP(factor.seed.seed).generate_otp(left[0]) if left else None


# -- recovery codes ----------------------------------------------------------------------------------------------


def new_codes(session: Session, user_id: UUID) -> list[str]:
    """Ten recovery codes. Earlier ones end."""
    session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user_id))
    made = ["".join(secrets.choice(LETTERS) for _ in range(LENGTH)) for _ in range(RECOVERY_CODES)]
    now = clock.now()
    for code in made:
        session.add(RecoveryCode(user_id=user_id, code_hash=_hash(user_id, code), made_at=now))
    session.flush()
    return ["-".join(in_groups(code).split()) for code in made]


def use_code(session: Session, user_id: UUID, typed: str | None) -> bool:
    """Take a recovery code, in one statement; False when it is none, or was used."""
    code = _plain(typed)
    if len(code) != LENGTH:
        return False
    taken = session.execute(
        update(RecoveryCode)
        .where(
            RecoveryCode.user_id == user_id,
            RecoveryCode.code_hash == _hash(user_id, code),
            RecoveryCode.used_at.is_(None),
        )
        .values(used_at=clock.now())
    )
    return bool(taken.rowcount == 1)  # type: ignore[attr-defined]


def codes_left(session: Session, user_id: UUID) -> int:
    unused = select(func.count()).where(RecoveryCode.user_id == user_id, RecoveryCode.used_at.is_(None))
    return session.scalar(unused) or 0


def are_unused(session: Session, user_id: UUID, typed: Sequence[str]) -> bool:
    """Whether these are recovery codes of this user, none of them used."""
    hashes = {_hash(user_id, _plain(one)) for one in typed[:RECOVERY_CODES]}
    known = select(func.count()).where(
        RecoveryCode.user_id == user_id, RecoveryCode.code_hash.in_(hashes), RecoveryCode.used_at.is_(None)
    )
    return bool(typed) and len(typed) <= RECOVERY_CODES and session.scalar(known) == len(hashes)


def _plain(typed: str | None) -> str:
    """As it was printed: what looks alike in print is not told apart, for base 32 has no 0, 1 and 8."""
    kept = "".join(one for one in (typed or "")[:200].upper() if one.isascii() and one.isalnum())
    return kept.translate(str.maketrans("018", "OIB"))


def _hash(user_id: UUID, code: str) -> str:
    return hmac.new(vault().key("recovery codes"), f"{user_id}|{code}".encode(), hashlib.sha256).hexdigest()
