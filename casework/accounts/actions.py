"""Inviting, changing and deactivating accounts; one-time links; one's own sessions."""

from collections.abc import Collection
from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

from flask_babel import gettext as _
from sqlalchemy import delete, select

from casework.accounts import passwords, policy, queries, rules, second_factor
from casework.accounts.models import OneTimeLink, Organisation, Password, SignedIn, User
from casework.accounts.passwords import new_token, token_hash
from casework.accounts.permissions import Role
from casework.accounts.sign_in import normal_email, this_device
from casework.core import audit, clock
from casework.core.config import LANGUAGES
from casework.core.db import db
from casework.core.errors import DomainError
from casework.core.events import account_event
from casework.core.scope import Principal

LIFETIMES = {"invite": timedelta(days=7), "reset": timedelta(hours=1)}
WITH_PERSONS = {Role.LAWYER, Role.SUPERVISOR}
OVER_ALL = {Role.STATISTICS, Role.ADMINISTRATOR}


# -- organisations -----------------------------------------------------------------------------------------------


def add_organisation(*, name_en: str, name_ru: str, name_kk: str, kind: str) -> Organisation:
    organisation = Organisation(name_en=name_en, name_ru=name_ru, name_kk=name_kk, kind=kind, is_active=True)
    db.session.add(organisation)
    db.session.flush()
    return organisation


def change_organisation(
    organisation: Organisation, *, name_en: str, name_ru: str, name_kk: str, is_active: bool
) -> None:
    """Rename, deactivate or reactivate. The kind stays: what an organisation holds depends on it."""
    organisation.name_en, organisation.name_ru, organisation.name_kk = name_en, name_ru, name_kk
    if organisation.is_active and not is_active:
        _refuse_without_administrator({user.id for user in queries.users() if user.organisation_id == organisation.id})
        _end_sessions(SignedIn.user_id.in_(select(User.id).where(User.organisation_id == organisation.id)))
    organisation.is_active = is_active
    db.session.flush()


# -- users -------------------------------------------------------------------------------------------------------


def invite(*, name: str, email: str, role: Role, organisation: Organisation, language: str) -> tuple[User, str]:
    """An account without a password, and the token of the link with which its owner chooses one."""
    email = normal_email(email)
    if queries.email_is_taken(email):
        raise DomainError(_("Someone already signs in with this e-mail address."), "email")
    if not organisation.is_active:
        raise DomainError(_("This organisation is deactivated. Reactivate it first."), "organisation")
    check_role(role, organisation)
    user = User(organisation_id=organisation.id, email=email, name=name, role=role, language=language, is_active=True)
    db.session.add(user)
    db.session.flush()
    return user, new_link(user)


def change_user(user: User, *, name: str, role: Role, is_active: bool, grants: Collection[str] | None = None) -> None:
    """Change a name or a role, deactivate or reactivate, give more than the role or take it back (`grants`).

    It takes effect with the user's next request. What another role may not be given ends with the role.
    """
    if role != user.role:
        check_role(role, user.organisation)
    if user.role is Role.ADMINISTRATOR and (role is not Role.ADMINISTRATOR or not is_active):
        _refuse_without_administrator({user.id})
    if user.is_active and not is_active:
        _end_sessions(SignedIn.user_id == user.id)
        _void_links(user)
    user.name, user.role, user.is_active = name, role, is_active
    held = user.grants or []
    given = policy.grantable(role, held if grants is None else grants)
    if given != held:
        user.grants = given
    db.session.flush()


def check_role(role: Role, organisation: Organisation) -> None:
    """Refuse a role in an organisation where nobody has it."""
    if role in WITH_PERSONS and organisation.kind != "partner":
        raise DomainError(_("Lawyers and supervisors work in partner organisations: an office holds no cases."), "role")
    if role in OVER_ALL and organisation.kind != "office":
        raise DomainError(
            _("Statistics officers and administrators see all organisations, so they work in the office."), "role"
        )


def _refuse_without_administrator(leaving: set[UUID]) -> None:
    """Somebody must be left who can let others in."""
    # Locked, so that two administrators who deactivate each other at the same moment do not both succeed.
    left = db.session.scalars(
        select(User)
        .join(User.organisation)
        .where(
            User.role == Role.ADMINISTRATOR,
            User.is_active,
            User.password_sealed.is_not(None),
            Organisation.is_active,
        )
        .with_for_update(of=User)
    ).all()
    if not {user.id for user in left} - leaving:
        raise DomainError(_("This is the last administrator. Make someone else an administrator first."))


# -- one-time links ----------------------------------------------------------------------------------------------


def new_link(user: User) -> str:
    """The token of a link to choose a password: an invitation, or a reset. Only its hash is kept; older links end."""
    if not user.is_active:
        raise DomainError(_("This account is deactivated. Reactivate it first."))
    _void_links(user)
    token = new_token()
    purpose = "reset" if user.has_password else "invite"
    db.session.add(
        OneTimeLink(
            token_hash=token_hash(token),
            user_id=user.id,
            purpose=purpose,
            expires_at=clock.now() + LIFETIMES[purpose],
        )
    )
    db.session.flush()
    return token


def _void_links(user: User) -> None:
    now = clock.now()
    links = select(OneTimeLink).where(
        OneTimeLink.user_id == user.id, OneTimeLink.used_at.is_(None), OneTimeLink.expires_at > now
    )
    for link in db.session.scalars(links):
        link.expires_at = now


def choose_password(link: OneTimeLink, user: User, password: str) -> None:
    """Use up the link: the new password holds from now on, and every session of the user ends."""
    _check_password(password, user)
    link.used_at = clock.now()
    user.password = Password(passwords.hashed(password))
    _end_sessions(SignedIn.user_id == user.id)
    _void_links(user)
    db.session.flush()


def change_password(user: User, current: str, password: str) -> None:
    """Someone changes their own password, which ends their sessions on other devices."""
    if not passwords.matches(user.password.hash, current):
        raise DomainError(_("This is not your present password."), "current")
    _check_password(password, user)
    user.password = Password(passwords.hashed(password))
    sign_out_other_devices(user)
    db.session.flush()


def _check_password(password: str, user: User) -> None:
    if not rules.SHORTEST_PASSWORD <= len(password) <= rules.LONGEST_PASSWORD:
        raise DomainError(_("Use at least 12 characters, and at most 256."), "password")
    organisation = user.organisation
    about = [
        user.name,
        user.email.split("@")[0],
        organisation.name_en,
        organisation.name_ru,
        organisation.name_kk,
    ]
    if rules.is_too_easy(password, about):
        raise DomainError(
            _("This password is easy to guess. Choose several words that have nothing to do with you or each other."),
            "password",
        )


# -- one's own account -------------------------------------------------------------------------------------------


def choose_language(user: User, language: str) -> None:
    if language in LANGUAGES and user.language != language:
        user.language = language
        db.session.flush()


def sign_out_other_devices(user: User) -> int:
    """End every session of the user but this one; how many there were."""
    ended = _end_sessions(SignedIn.user_id == user.id, SignedIn.token_hash != (this_device() or ""))
    audit.note("sign-out-others", "users", user.id, ended=ended)
    return ended


def end_session(user: User, session_id: UUID) -> bool:
    """End one of the user's own sessions; False when there is none (any more)."""
    ended = _end_sessions(SignedIn.user_id == user.id, SignedIn.id == session_id)
    if ended:
        audit.note("session:ended", "users", user.id)
    return bool(ended)


def new_recovery_codes(user: User) -> list[str]:
    """Ten new recovery codes, seen this once; the earlier ones end."""
    codes = second_factor.new_codes(db.session, user.id)
    audit.note("recovery-codes:made", "users", user.id)
    _tell_user(user, "second_factor")
    return codes


def change_second_factor(user: User, seed: str, code: str) -> None:
    """Another app takes the place of the present one, once a code has shown that it works; other sessions end."""
    step = second_factor.matching_step(seed, code, clock.now())
    if step is None:
        raise DomainError(_("This code is not right. Take the one that the app shows now."), "code")
    second_factor.replace(db.session, user, seed, step)
    audit.note("second-factor:set", "users", user.id)
    _tell_user(user, "second_factor")
    sign_out_other_devices(user)
    db.session.flush()


def remove_second_factor(user: User) -> None:
    """For who lost both phone and recovery codes: the next sign-in sets up another; every session ends.

    Nobody decides this alone (`steps`). It stands in the trail of the user's organisation, whoever does it.
    """
    second_factor.remove(db.session, user.id)
    _end_sessions(SignedIn.user_id == user.id)
    who: Principal = db.session.info["principal"]
    audit.note("second-factor:removed", "users", user.id, who=replace(who, organisation_id=user.organisation_id))
    db.session.flush()


def _tell_user(user: User, kind: str) -> None:
    account_event.send(user, kind=kind, key=f"{kind}:{uuid4()}", words=None)


def _end_sessions(*which: object) -> int:
    done = db.session.execute(delete(SignedIn).where(*which))  # type: ignore[arg-type]
    return int(done.rowcount)  # type: ignore[attr-defined]
