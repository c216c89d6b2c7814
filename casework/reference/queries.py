"""Code lists: what can be chosen today, and what a code means."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from flask import current_app, g
from sqlalchemy import func, select

from casework.core import clock
from casework.core.db import db
from casework.core.forms import Choices
from casework.core.i18n import Text
from casework.reference.models import CodeItem


@dataclass(frozen=True)
class Item:
    """One dated item of a list, as pages and rules read it."""

    list: str
    code: str
    words: Text
    effective_from: date
    retired_on: date | None
    attributes: dict[str, Any]
    is_confirmed: bool

    @property
    def label(self) -> str:
        return str(self.words)


Lists = dict[str, dict[str, list[Item]]]


def _all() -> Lists:
    """Every list by code, with all dated items of a code. Kept by the process until any item changes."""
    if "code_lists" not in g:
        stamp = db.session.execute(select(func.count(), func.sum(CodeItem.version)).select_from(CodeItem)).one()
        kept: tuple[Any, Lists] | None = current_app.extensions.get("code_lists")
        if kept is None or kept[0] != tuple(stamp):
            is_editing = any(isinstance(row, CodeItem) for row in db.session)
            kept = (tuple(stamp), _loaded())
            if not is_editing:  # what an edit has not committed yet may still be taken back
                current_app.extensions["code_lists"] = kept
        g.code_lists = kept[1]
    lists: Lists = g.code_lists
    return lists


def _loaded() -> Lists:
    lists: Lists = {}
    columns = (
        CodeItem.list, CodeItem.code, CodeItem.label_en, CodeItem.label_ru, CodeItem.label_kk,
        CodeItem.effective_from, CodeItem.retired_on, CodeItem.attributes, CodeItem.is_confirmed,
    )  # fmt: skip
    order = (CodeItem.list, CodeItem.position, CodeItem.effective_from)
    for name, code, en, ru, kk, *rest in db.session.execute(select(*columns).order_by(*order)):
        lists.setdefault(name, {}).setdefault(code, []).append(Item(name, code, Text(en, ru, kk), *rest))
    return lists


def items(list_name: str, on: date | None = None) -> list[Item]:
    """The items of a list in force on a day (today), in their order. The newest of several dated rows of a code."""
    day = on or clock.today()
    in_force = (
        [item for item in dated if item.effective_from <= day and (item.retired_on is None or item.retired_on > day)]
        for dated in _all().get(list_name, {}).values()
    )
    return [dated[-1] for dated in in_force if dated]


def item(list_name: str, code: str | None) -> Item | None:
    """The item of a code: the one in force today, else the latest there was."""
    dated = _all().get(list_name, {}).get(code or "")
    if not dated:
        return None
    in_force = [found for found in dated if found.effective_from <= clock.today()]
    return (in_force or dated)[-1]


def label(list_name: str, code: str | None) -> str:
    """The words for a code, also of a retired one. An unknown code shows itself."""
    found = item(list_name, code)
    return found.label if found is not None else (code or "")


def attribute(list_name: str, code: str | None, name: str) -> Any:
    found = item(list_name, code)
    return found.attributes.get(name) if found is not None else None


@dataclass(frozen=True)
class Offered:
    """What of a list a form field offers."""

    list_name: str
    track: str | None
    attributes: dict[str, Any]

    def __call__(self) -> list[tuple[str, str]]:
        return [(found.code, found.label) for found in items(self.list_name) if self._holds(found)]

    def _holds(self, found: Item) -> bool:
        track = self.track
        return (
            (track is None or track in found.attributes.get("tracks", [track]))
            and (track is None or found.attributes.get("track", track) == track)
            and all(found.attributes.get(name) == value for name, value in self.attributes.items())
        )

    def words(self, code: str) -> str | None:
        """What a code is called that a record holds, though the field offers it no more."""
        found = item(self.list_name, code)
        return found.label if found is not None else None


def choices(list_name: str, track: str | None = None, **attributes: Any) -> Choices:
    """Choices for a form field: items in force, of a track where the list says which, with these attributes."""
    return Offered(list_name, track, attributes)


BEGUN_EMPTY = frozenset({"donor"})
"""Lists that are shipped without an item, for each installation to fill."""


def lists() -> list[str]:
    return sorted({*_all(), *BEGUN_EMPTY})


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
