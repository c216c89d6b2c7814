"""Which users and organisations a principal may see, and which users may hold a case."""

from collections.abc import Collection

from sqlalchemy import ColumnElement, false, true

from casework.accounts.models import User
from casework.accounts.permissions import GRANTABLE, MATRIX, Role
from casework.core.scope import Principal


def visible_users(who: Principal | None) -> ColumnElement[bool]:
    """An administrator sees every account; everyone else the colleagues of their own organisation."""
    if who is None:
        return false()
    if who.is_system or who.may("accounts:manage"):
        return true()
    return User.organisation_id == who.organisation_id


def may_hold_cases(user: User) -> bool:
    """Whether cases and next steps may be given to them: not after they left or changed their role."""
    return user.is_active and "case:edit" in MATRIX[user.role]


def granted(user: User) -> frozenset[str]:
    """What this user may beyond the role: what was given, as far as it may still be given to that role."""
    return GRANTABLE.get(user.role, frozenset()) & frozenset(user.grants or ())


def grantable(role: Role, grants: Collection[str]) -> list[str]:
    """Of what is wanted beside a role, what may be given to it."""
    return sorted(GRANTABLE.get(role, frozenset()) & frozenset(grants))


def permissions_of(user: User) -> frozenset[str]:
    """All that this user may: by role, and by what was given beside it."""
    return MATRIX[user.role] | granted(user)
