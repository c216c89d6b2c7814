"""Users and organisations, as far as the principal may see them."""

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import joinedload

from casework.accounts import second_factor
from casework.accounts.models import OneTimeLink, Organisation, SecondFactor, SignedIn, User
from casework.accounts.passwords import token_hash
from casework.accounts.permissions import Role
from casework.accounts.policy import visible_users
from casework.core import clock
from casework.core.db import db, session_for
from casework.core.forms import Choices
from casework.core.scope import system


def user(user_id: UUID) -> User | None:
    return db.session.scalar(select(User).where(User.id == user_id, visible_users(db.session.info["principal"])))


def users(organisation_id: UUID | None = None) -> list[User]:
    statement = (
        select(User)
        .where(visible_users(db.session.info["principal"]))
        .options(joinedload(User.organisation))
        .order_by(User.name)
    )
    if organisation_id is not None:
        statement = statement.where(User.organisation_id == organisation_id)
    return list(db.session.scalars(statement))


def state(one: User) -> str:
    """active, invited (no password chosen yet) or deactivated."""
    if not one.is_active:
        return "deactivated"
    return "active" if one.has_password else "invited"


def email_is_taken(email: str) -> bool:
    return db.session.scalar(select(User.id).where(User.email == email)) is not None


def open_link(token: str) -> tuple[OneTimeLink, User] | None:
    """The link with this token and whom it is for, while it may be used. Locked: it is used once."""
    found = db.session.execute(
        select(OneTimeLink, User)
        .join(User, User.id == OneTimeLink.user_id)
        .join(User.organisation)
        .where(
            OneTimeLink.token_hash == token_hash(token),
            OneTimeLink.used_at.is_(None),
            OneTimeLink.expires_at > clock.now(),
            User.is_active,
            Organisation.is_active,
        )
        .with_for_update(of=OneTimeLink)
    ).one_or_none()
    return (found[0], found[1]) if found is not None else None


def devices(user_id: UUID) -> list[SignedIn]:
    """Where a user is signed in, the latest first."""
    statement = select(SignedIn).where(SignedIn.user_id == user_id, SignedIn.is_pending.is_(False))
    return list(db.session.scalars(statement.order_by(SignedIn.seen_at.desc())))


def second_factor_of(user_id: UUID) -> SecondFactor | None:
    return second_factor.factor_of(db.session, user_id)


def recovery_codes_left(user_id: UUID) -> int:
    return second_factor.codes_left(db.session, user_id)


def are_unused_codes(user_id: UUID, typed: Sequence[str]) -> bool:
    """Whether these are recovery codes of this user, none of them used."""
    return second_factor.are_unused(db.session, user_id, typed)


def organisation(organisation_id: UUID) -> Organisation | None:
    return db.session.get(Organisation, organisation_id)


def organisations() -> list[Organisation]:
    return list(db.session.scalars(select(Organisation).order_by(Organisation.name_en)))


def active_organisations() -> list[UUID]:
    """The ids of those whose people may sign in: for what the system does for each."""
    statement = select(Organisation.id).where(Organisation.is_active).order_by(Organisation.name_en)
    with session_for(system("organisations"), reading=True) as apart:
        return list(apart.scalars(statement))


def user_counts() -> dict[UUID, int]:
    """How many active accounts each organisation has."""
    statement = select(User.organisation_id, func.count()).where(User.is_active).group_by(User.organisation_id)
    return {row[0]: row[1] for row in db.session.execute(statement)}


def caseworkers(besides: Collection[UUID] = ()) -> list[User]:
    """Who can hold a case in one's own organisation: its active lawyers and supervisors.

    `besides`: and these users of it, who may have left or changed their role.
    """
    who = db.session.info["principal"]
    may_hold = and_(User.is_active, User.role.in_([Role.LAWYER, Role.SUPERVISOR]))
    statement = (
        select(User)
        .where(User.organisation_id == who.organisation_id, or_(may_hold, User.id.in_(besides)))
        .order_by(User.name)
    )
    return list(db.session.scalars(statement))


def caseworker_choices() -> Choices:
    return lambda: [(str(one.id), one.name) for one in caseworkers()]


def names(user_ids: set[UUID | None]) -> dict[UUID | None, str]:
    """The names behind some ids, for a timeline or a trail. Colleagues only; others stay unnamed."""
    statement = select(User.id, User.name).where(
        User.id.in_([one for one in user_ids if one]), visible_users(db.session.info["principal"])
    )
    return {row[0]: row[1] for row in db.session.execute(statement)}
