"""Which users and organisations a principal may see."""

from sqlalchemy import ColumnElement, false, true

from casework.accounts.models import User
from casework.core.scope import Principal


def visible_users(who: Principal | None) -> ColumnElement[bool]:
    """An administrator sees every account; everyone else the colleagues of their own organisation."""
    if who is None:
        return false()
    if who.is_system or who.may("accounts:manage"):
        return true()
    return User.organisation_id == who.organisation_id
