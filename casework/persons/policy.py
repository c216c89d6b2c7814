"""Which persons: those of one's own organisation (the walls see to that); a draft only for its writer."""

from sqlalchemy import ColumnElement

from casework.core.scope import Principal
from casework.persons.models import Draft


def own_drafts(who: Principal) -> ColumnElement[bool]:
    return Draft.owner_id == who.user_id
