"""Notices in words: what each says, where it leads, whom it is about as far as its reader may know."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from itertools import groupby
from typing import Any
from uuid import UUID

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.routing import BuildError

from casework.core import clock, i18n
from casework.core.scope import Principal
from casework.notices import queries
from casework.notices.kinds import KINDS
from casework.notices.models import SAID, Notice

Names = Callable[[Collection[UUID]], dict[UUID, str]]

NAMES_OF_CASES: list[Names] = []
NAMES_OF_PERSONS: list[Names] = []
"""How the case or the person is called that a notice is about: the features above know, and mask what is restricted."""


SENTENCES: dict[str, Callable[[list[Notice]], dict[UUID, str]]] = {}
"""By kind: how notices read that say more than their kind, such as how many cases and who gave them."""


@dataclass(frozen=True)
class Line:
    """One notice as the page shows it."""

    notice: Notice
    title: str
    url: str
    about: str
    words: str
    at: str
    is_urgent: bool

    @property
    def is_unread(self) -> bool:
        return self.notice.read_at is None


def groups(notices: list[Notice]) -> list[dict[str, Any]]:
    """The notices of a page by day, what is unread before what was read."""
    named = _names(NAMES_OF_CASES, {one.case_id for one in notices if one.case_id})
    named |= _names(NAMES_OF_PERSONS, {one.person_id for one in notices if one.person_id})
    titles: dict[UUID, str] = {}
    for code, sentences in SENTENCES.items():
        titles |= sentences([one for one in notices if one.kind == code and SAID in one.values])
    found = []
    for (is_read, day), of_day in groupby(notices, lambda one: (one.read_at is not None, clock.day_of(one.made_at))):
        title = _("Today") if day == clock.today() else i18n.day(day)
        found.append(
            {
                "id": f"{'read' if is_read else 'unread'}-{day.isoformat()}",
                "title": _("%(day)s · read", day=title) if is_read else title,
                "lines": [_line(one, named, titles) for one in of_day],
            }
        )
    return found


def _names(registered: list[Names], ids: set[UUID]) -> dict[UUID, str]:
    found: dict[UUID, str] = {}
    for names in registered if ids else ():
        found |= names(ids)
    return found


def _line(notice: Notice, named: dict[UUID, str], titles: dict[UUID, str]) -> Line:
    kind = KINDS.get(notice.kind)
    about = next((named[one] for one in (notice.case_id, notice.person_id) if one in named), "")
    return Line(
        notice=notice,
        title=titles.get(notice.id) or (str(kind.title) if kind is not None else _("Notice")),
        url=url(notice),
        about=about,
        words=notice.words.text or "",
        at=f"{notice.made_at.astimezone(clock.ALMATY):%H:%M}",
        is_urgent=kind is not None and kind.is_urgent,
    )


def url(notice: Notice) -> str:
    """Where it is seen; nowhere when the page is no more."""
    try:
        return url_for(notice.endpoint, **{name: value for name, value in notice.values.items() if name != SAID})
    except BuildError:
        return ""


def bell() -> int:
    """How many unread notices the bar at the top of every page tells of."""
    return queries.unread()


def desk_counts(who: Principal) -> list[dict[str, Any]]:
    """What waits to be read, for the desk; nothing when nothing does."""
    waiting = queries.unread()
    words = ngettext("notice you have not read", "notices you have not read", waiting)
    return [{"value": waiting, "label": words, "url": url_for("notices.index"), "tone": ""}] if waiting else []
