"""Saved views of the list of cases: keeping filters under a name, sharing them, opening the list with one.

Apart from `queries` and `actions`, which are about cases: nothing of a case depends on what is here.
"""

from dataclasses import fields
from datetime import timedelta
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import or_, select

from casework.cases.models import FirstView, SavedView, ViewName
from casework.cases.queries import Filters
from casework.core import clock
from casework.core.db import db
from casework.core.errors import DomainError

MOST = 30
"""Views that one user keeps: more are no help in finding one."""
PUT_BACK_WITHIN = timedelta(days=30)

_NOT_KEPT = ("page", "chips")


def views() -> list[SavedView]:
    """One's own, as one has put them in order, then those that colleagues share, by their names."""
    me = _me()
    statement = select(SavedView).where(
        SavedView.deleted_at.is_(None), or_(SavedView.owner_id == me, SavedView.is_shared)
    )
    found = db.session.scalars(statement).all()
    mine = sorted((one for one in found if one.owner_id == me), key=lambda one: one.position)
    others = sorted((one for one in found if one.owner_id != me), key=lambda one: (one.name.text or "").casefold())
    return [*mine, *others]


def deleted() -> list[SavedView]:
    """One's own that were deleted of late, and can be put back."""
    statement = (
        select(SavedView)
        .where(SavedView.owner_id == _me(), SavedView.deleted_at > clock.now() - PUT_BACK_WITHIN)
        .order_by(SavedView.deleted_at.desc())
    )
    return list(db.session.scalars(statement))


def view(view_id: UUID) -> SavedView | None:
    """One's own, or a shared one."""
    return next((one for one in views() if one.id == view_id), None)


def own_view(view_id: UUID) -> SavedView | None:
    """One that may be changed: one's own, deleted ones too."""
    return db.session.scalar(select(SavedView).where(SavedView.id == view_id, SavedView.owner_id == _me()))


def first() -> SavedView | None:
    """With which view the list opens for whoever acts; none when its owner deleted it, or shares it no more."""
    chosen = _first_row()
    return view(chosen.view_id) if chosen is not None else None


def kept(filters: Filters) -> dict[str, str]:
    """What of the filters a view keeps: codes as they stand in the address, and nothing that is as it always is."""
    usual = Filters()
    return {
        one.name: str(getattr(filters, one.name))
        for one in fields(Filters)
        if one.name not in _NOT_KEPT and getattr(filters, one.name) != getattr(usual, one.name)
    }


def save(name: str, filters: dict[str, str], *, is_shared: bool) -> SavedView:
    mine = [one for one in views() if one.owner_id == _me()]
    if len(mine) >= MOST:
        raise DomainError(_("You keep %(most)s views already. Delete one first.", most=MOST))
    _must_be_free(name, None)
    made = SavedView(
        owner_id=_me(),
        name=ViewName(name),
        filters=filters,
        is_shared=is_shared,
        position=max((one.position for one in mine), default=0) + 1,
    )
    db.session.add(made)
    db.session.flush()
    return made


def change(one: SavedView, name: str, *, is_shared: bool) -> None:
    """Rename it, share it with the organisation or keep it to oneself again."""
    _must_be_free(name, one)
    one.name, one.is_shared = ViewName(name), is_shared
    db.session.flush()


def delete(one: SavedView) -> None:
    one.deleted_at = one.deleted_at or clock.now()
    db.session.flush()


def put_back(one: SavedView) -> None:
    _must_be_free(one.name.text or "", one)
    one.deleted_at = None
    db.session.flush()


def earlier(one: SavedView) -> None:
    """Before the one that stands before it."""
    mine = [other for other in views() if other.owner_id == one.owner_id]
    at = mine.index(one)
    if at:
        mine[at - 1], mine[at] = mine[at], mine[at - 1]
    for position, other in enumerate(mine, 1):
        other.position = position
    db.session.flush()


def open_with(one: SavedView | None) -> None:
    """From now on the list opens with this view; or, with none, with all open cases."""
    chosen = _first_row()
    if one is None:
        if chosen is not None:
            db.session.delete(chosen)
    elif chosen is None:
        db.session.add(FirstView(user_id=_me(), view_id=one.id))
    else:
        chosen.view_id = one.id
    db.session.flush()


def _must_be_free(name: str, but: SavedView | None) -> None:
    taken = {(one.name.text or "").casefold() for one in views() if one.owner_id == _me() and one is not but}
    if name.casefold() in taken:
        raise DomainError(_("You have a view of this name already."), "name")


def _first_row() -> FirstView | None:
    return db.session.scalar(select(FirstView).where(FirstView.user_id == _me()))


def _me() -> UUID:
    found: UUID = db.session.info["principal"].user_id
    return found
