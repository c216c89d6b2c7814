"""What an administrator does to an account only together with a second person: asked by one, confirmed by another.

Whoever is let in, or let do more, is known to a colleague beside the administrator; and whoever deceives one person
into removing the second factor of somebody else has not yet deceived the other.
"""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import joinedload

from casework.accounts import actions, policy, queries
from casework.accounts.models import AccountStep, Organisation, Reason, SecondFactor, User
from casework.accounts.permissions import MATRIX, Role
from casework.accounts.rules import STEP_WAITS, StepKind, StepState
from casework.core import audit, clock
from casework.core.db import db
from casework.core.errors import DomainError
from casework.core.scope import Principal, system

# -- who is the second person --------------------------------------------------------------------------------------


def seconds(user: User, asked_by_id: UUID | None) -> list[User]:
    """Who may confirm what somebody asks about this user: the other supervisors of the user's organisation.

    Where there is none, and for who works in an office: the other administrators. Only who can sign in now.
    """
    besides = {user.id, asked_by_id}
    if user.organisation.kind == "partner":
        found = _who_can_sign_in(besides, User.role == Role.SUPERVISOR, User.organisation_id == user.organisation_id)
        if found:
            return found
    return _who_can_sign_in(besides, User.role == Role.ADMINISTRATOR)


def _who_can_sign_in(besides: Collection[UUID | None], *which: ColumnElement[bool]) -> list[User]:
    statement = (
        select(User)
        .join(User.organisation)
        .join(SecondFactor, SecondFactor.user_id == User.id)
        .where(
            User.is_active,
            Organisation.is_active,
            User.password_sealed.is_not(None),
            User.id.not_in([one for one in besides if one]),
            *which,
        )
        .order_by(User.name)
    )
    return list(db.session.scalars(statement))


def _is_second(step: AccountStep, who: Principal) -> bool:
    return who.user_id in {one.id for one in seconds(step.user, step.asked_by_id)}


# -- what waits ----------------------------------------------------------------------------------------------------


def _waits() -> ColumnElement[bool]:
    return (AccountStep.state == StepState.WAITING) & (AccountStep.asked_at > clock.now() - STEP_WAITS)


def waiting_for(who: Principal) -> list[AccountStep]:
    """What this user may confirm or refuse, the longest waiting first."""
    statement = select(AccountStep).where(_waits()).order_by(AccountStep.asked_at, AccountStep.id)
    if not who.may("accounts:manage"):
        statement = statement.where(AccountStep.organisation_id == who.organisation_id)
    found = db.session.scalars(
        statement.options(joinedload(AccountStep.user).joinedload(User.organisation), joinedload(AccountStep.asked_by))
    )
    return [step for step in found if _is_second(step, who)]


def waiting_about(user: User) -> AccountStep | None:
    """What was asked for about this user and nobody has decided yet."""
    return db.session.scalar(select(AccountStep).where(AccountStep.user_id == user.id, _waits()))


def about_whom_waits() -> set[UUID]:
    """The users about whom something waits for a second person, for the list of an administrator."""
    return set(db.session.scalars(select(AccountStep.user_id).where(_waits())))


def to_decide(step_id: UUID, who: Principal) -> AccountStep | None:
    """A step that this user is the second person for, decided or not; to everybody else there is none. Locked."""
    step = db.session.scalar(select(AccountStep).where(AccountStep.id == step_id).with_for_update(of=AccountStep))
    return step if step is not None and _is_second(step, who) else None


def to_tell() -> list[AccountStep]:
    """What waits, and what was decided of late: whom it concerns is told."""
    return list(
        db.session.scalars(
            select(AccountStep)
            .where(or_(_waits(), AccountStep.decided_at > clock.now() - STEP_WAITS))
            .order_by(AccountStep.asked_at)
        )
    )


# -- asking --------------------------------------------------------------------------------------------------------


def why_not(user: User, asked_by_id: UUID | None) -> str | None:
    """What speaks against asking for the removal of this user's second factor now."""
    if user.id == asked_by_id:
        return str(_("Nobody removes their own second factor: set up another app on the page of your account."))
    if queries.second_factor_of(user.id) is None:
        return str(_("There is nothing to remove: with the next sign-in they set up a second factor."))
    if waiting_about(user) is not None:
        return str(_("Something was asked for about this account already and waits for a second person."))
    return None


def ask_removal(user: User, why: str) -> AccountStep:
    """Ask for the removal of a second factor: nothing changes before a second person has confirmed it."""
    refusal = why_not(user, _me())
    if refusal:
        raise DomainError(refusal)
    if not seconds(user, _me()):
        raise DomainError(_("There is nobody who could confirm this."))
    return _ask(user, StepKind.SECOND_FACTOR, why)


def invite(
    *, name: str, email: str, role: Role, organisation: Organisation, language: str
) -> tuple[User, str, AccountStep | None]:
    """A new account, the token of its link, and what waits: until a second person confirms, the link opens nothing."""
    user, token = actions.invite(name=name, email=email, role=role, organisation=organisation, language=language)
    if not seconds(user, _me()):
        _note_alone(user)
        return user, token, None
    user.is_active = False
    db.session.flush()
    return user, token, _ask(user, StepKind.INVITE)


def change(user: User, *, name: str, role: Role, is_active: bool, grants: Collection[str]) -> AccountStep | None:
    """Change an account. What lets somebody do more than before waits for a second person; the rest holds at once."""
    more = (MATRIX[role] | frozenset(policy.grantable(role, grants))) - policy.permissions_of(user)
    if not is_active or (user.is_active and not more):
        actions.change_user(user, name=name, role=role, is_active=is_active, grants=grants)
        return None
    if not seconds(user, _me()):
        actions.change_user(user, name=name, role=role, is_active=is_active, grants=grants)
        _note_alone(user)
        return None
    actions.check_role(role, user.organisation)
    if waiting_about(user) is not None:
        raise DomainError(_("Something was asked for about this account already and waits for a second person."))
    kept = sorted(set(user.grants or []) & set(grants))
    actions.change_user(user, name=name, role=user.role, is_active=user.is_active, grants=kept)
    had = {"role": user.role.value, "grants": kept, "is_active": user.is_active}
    wanted = {"role": role.value, "grants": policy.grantable(role, grants), "had": had}
    return _ask(user, StepKind.CHANGE, arguments=wanted)


def _ask(user: User, kind: StepKind, why: str = "", arguments: dict[str, Any] | None = None) -> AccountStep:
    me = _me()
    assert me is not None  # noqa: S101 - a signed-in administrator
    db.session.execute(select(User.id).where(User.id == user.id).with_for_update())
    expire(AccountStep.user_id == user.id)
    step = AccountStep(
        organisation_id=user.organisation_id,
        user_id=user.id,
        kind=kind,
        arguments=arguments or {},
        asked_by_id=me,
        asked_at=clock.now(),
    )
    if why:
        step.reason = Reason(why)
    db.session.add(step)
    db.session.flush()  # of two who ask at once, the database refuses the second
    _note_with_who_asked("account-step:asked", step)
    return step


# -- deciding ------------------------------------------------------------------------------------------------------


def confirm(step: AccountStep, seen_version: int) -> None:
    """Agree as a second person, which does it at once."""
    _must_wait(step, seen_version)
    user = step.user
    if step.kind == StepKind.SECOND_FACTOR:
        factor = queries.second_factor_of(user.id)
        if factor is None or factor.confirmed_at > step.asked_at:
            raise DomainError(_("They have set up their second factor anew since this was asked. Refuse it."))
    elif step.kind == StepKind.CHANGE:
        now = {"role": user.role.value, "grants": user.grants or [], "is_active": user.is_active}
        if now != step.arguments["had"]:
            raise DomainError(_("The account has changed since this was asked. Refuse it."))
    _decide(step, StepState.CONFIRMED)
    if step.kind == StepKind.SECOND_FACTOR:
        actions.remove_second_factor(user)
    elif step.kind == StepKind.CHANGE:
        role, grants = Role(step.arguments["role"]), step.arguments["grants"]
        actions.change_user(user, name=user.name, role=role, is_active=True, grants=grants)
    else:
        actions.change_user(user, name=user.name, role=user.role, is_active=True)
    _note_with_who_asked("account-step:confirmed", step)


def refuse(step: AccountStep, seen_version: int) -> None:
    """Do not agree: the account stays as it is, and who asked is told."""
    _must_wait(step, seen_version)
    _decide(step, StepState.REFUSED)
    _note_with_who_asked("account-step:refused", step)


def take_back(step: AccountStep) -> None:
    """An administrator takes back what one of them asked for."""
    step.state, step.decided_at = StepState.TAKEN_BACK, clock.now()
    db.session.flush()
    _note_with_who_asked("account-step:taken-back", step)


def expire(*which: ColumnElement[bool]) -> int:
    """End what nobody decided in time; how many it were."""
    late = select(AccountStep).where(
        AccountStep.state == StepState.WAITING, AccountStep.asked_at <= clock.now() - STEP_WAITS, *which
    )
    found = list(db.session.scalars(late))
    for step in found:
        step.state, step.decided_at = StepState.EXPIRED, clock.now()
    db.session.flush()
    return len(found)


def _must_wait(step: AccountStep, seen_version: int) -> None:
    if step.state != StepState.WAITING or step.asked_at <= clock.now() - STEP_WAITS or step.version != seen_version:
        raise DomainError(_("This was decided, taken back or has run out since the page was opened."))
    if _me() in (None, step.asked_by_id, step.user_id):
        raise DomainError(_("Somebody else decides about this: neither who asked, nor whom it is about."))


def _decide(step: AccountStep, state: StepState) -> None:
    step.state, step.decided_by_id, step.decided_at = state, _me(), clock.now()
    db.session.flush()


def _me() -> UUID | None:
    found: UUID | None = db.session.info["principal"].user_id
    return found


def _note_alone(user: User) -> None:
    """With nobody to confirm it, as for the first people of the first partner, it holds at once; the trail says so."""
    audit.note("account-step:at-once", "users", user.id)


def _note_with_who_asked(action: str, step: AccountStep) -> None:
    """The change itself stands in the trail of the user's organisation; this in the one of who asked."""
    who: Principal = db.session.info["principal"]
    theirs = step.asked_by.organisation_id if step.asked_by else who.organisation_id
    if who.organisation_id != theirs:
        who = system("account steps", theirs)
    audit.note(action, "account_steps", step.id, who=who)
