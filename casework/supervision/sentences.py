"""Notices of the team in words: how many cases, from whom; who stands in, and until when."""

from datetime import date
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import ngettext

from casework.accounts.queries import names
from casework.core import i18n
from casework.notices.models import SAID, Notice
from casework.notices.pages import SENTENCES


def handed_over(notices: list[Notice]) -> dict[UUID, str]:
    """To the reader: cases that came, that went, or, for who only stands in, that changed hands."""
    who = _names({one.values[SAID]["by"] for one in notices})
    return {one.id: _moved(one.values[SAID], str(one.user_id), who) for one in notices}


def _moved(said: dict[str, Any], reader: str, who: dict[str, str]) -> str:
    by = who.get(said["by"]) or _("Former colleague")
    got, left, every = said["got"].get(reader, 0), said["left"].get(reader, 0), said["all"]
    if said["what"] == "back":
        if got:
            return ngettext(
                "%(num)s case was given back to you – %(who)s",
                "%(num)s cases were given back to you – %(who)s",
                got,
                who=by,
            )
        return ngettext(
            "%(num)s case went back to its former lawyer – %(who)s",
            "%(num)s cases went back to their former lawyers – %(who)s",
            left or every,
            who=by,
        )
    if got:
        return ngettext(
            "%(num)s case was handed over to you – %(who)s",
            "%(num)s cases were handed over to you – %(who)s",
            got,
            who=by,
        )
    if left:
        return ngettext(
            "%(num)s case of yours was handed over – %(who)s",
            "%(num)s cases of yours were handed over – %(who)s",
            left,
            who=by,
        )
    return ngettext("%(num)s case handed over – %(who)s", "%(num)s cases handed over – %(who)s", every, who=by)


def cover(notices: list[Notice]) -> dict[UUID, str]:
    """Who stands in for the reader, or for whom the reader does, from which day to which."""
    who = _names({one.values[SAID][name] for one in notices for name in ("user", "cover")})
    return {one.id: _stands_in(one.values[SAID], str(one.user_id), who) for one in notices}


def _stands_in(said: dict[str, Any], reader: str, who: dict[str, str]) -> str:
    away, there = (who.get(said[name]) or _("Former colleague") for name in ("user", "cover"))
    days = {"first": i18n.day(date.fromisoformat(said["first"])), "last": i18n.day(date.fromisoformat(said["last"]))}
    if said["what"] == "ended":
        if reader == said["cover"]:
            return _("You no longer stand in for %(name)s", name=away)
        return _("%(name)s no longer stands in for %(away)s", name=there, away=away)
    if reader == said["cover"]:
        return _("You stand in for %(name)s: %(first)s to %(last)s", name=away, **days)
    if reader == said["user"]:
        return _("%(name)s stands in for you: %(first)s to %(last)s", name=there, **days)
    return _("%(name)s stands in for %(away)s: %(first)s to %(last)s", name=there, away=away, **days)


def _names(ids: set[str]) -> dict[str, str]:
    return {str(user_id): name for user_id, name in names({UUID(one) for one in ids if one}).items()} if ids else {}


def listen() -> None:
    """The page of notices asks how these read."""
    SENTENCES.update(handed_over=handed_over, cover=cover)
