"""Code lists: what can be chosen today, and what a code means."""

from datetime import date
from typing import Any
from uuid import UUID

from flask import g
from sqlalchemy import select

from casework.core import clock
from casework.core.db import db
from casework.core.forms import Choices
from casework.reference.models import CodeItem


def _all() -> dict[str, list[CodeItem]]:
    """Every list, once per application context: a page asks for dozens of labels."""
    if "code_lists" not in g:
        lists: dict[str, list[CodeItem]] = {}
        order = (CodeItem.list, CodeItem.position, CodeItem.effective_from)
        for found in db.session.scalars(select(CodeItem).order_by(*order)):
            lists.setdefault(found.list, []).append(found)
        g.code_lists = lists
    loaded: dict[str, list[CodeItem]] = g.code_lists
    return loaded


def items(list_name: str, on: date | None = None) -> list[CodeItem]:
    """The items of a list in force on a day (today), in their order. The newest of several dated rows of a code."""
    day = on or clock.today()
    newest: dict[str, CodeItem] = {}
    for found in _all().get(list_name, []):
        if found.effective_from <= day and (found.retired_on is None or found.retired_on > day):
            newest[found.code] = found
    return list(newest.values())


def item(list_name: str, code: str | None) -> CodeItem | None:
    """The item of a code: the one in force today, else the latest there was."""
    if not code:
        return None
    dated = [found for found in _all().get(list_name, []) if found.code == code]
    in_force = [found for found in dated if found.effective_from <= clock.today()]
    known = in_force or dated
    return known[-1] if known else None


def label(list_name: str, code: str | None) -> str:
    """The words for a code, also of a retired one. An unknown code shows itself."""
    found = item(list_name, code)
    return found.label if found is not None else (code or "")


def attribute(list_name: str, code: str | None, name: str) -> Any:
    found = item(list_name, code)
    return found.attributes.get(name) if found is not None else None


def choices(list_name: str, track: str | None = None, **attributes: Any) -> Choices:
    """Choices for a form field: items in force, of a track where the list says which, with these attributes."""

    def offered() -> list[tuple[str, str]]:
        return [
            (found.code, found.label)
            for found in items(list_name)
            if (track is None or track in found.attributes.get("tracks", [track]))
            and (track is None or found.attributes.get("track", track) == track)
            and all(found.attributes.get(name) == value for name, value in attributes.items())
        ]

    return offered


def lists() -> list[str]:
    return sorted(_all())


def every_item(list_name: str) -> list[CodeItem]:
    """All items of a list, the retired and the future ones too, in their order."""
    statement = (
        select(CodeItem)
        .where(CodeItem.list == list_name)
        .order_by(CodeItem.position, CodeItem.code, CodeItem.effective_from)
    )
    return list(db.session.scalars(statement))


def item_by_id(item_id: UUID) -> CodeItem | None:
    return db.session.get(CodeItem, item_id)


def counts() -> list[tuple[str, int, int]]:
    """Each list with how many of its items are in force, and how many of those are still to be confirmed."""
    found = ((name, items(name)) for name in lists())
    return [(name, len(now), sum(not one.is_confirmed for one in now)) for name, now in found]
