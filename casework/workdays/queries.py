"""The working calendar: what the library knows, and what administrators entered, which wins."""

from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from uuid import UUID

from flask import current_app, g
from sqlalchemy import select

from casework.core.db import db
from casework.core.i18n import Text
from casework.workdays.models import DayKind, DayOff
from casework.workdays.official import VERSION, official
from casework.workdays.rules import Calendar


@dataclass(frozen=True)
class _Kept:
    stamp: str
    calendar: Calendar


def calendar() -> Calendar:
    """The calendar of today's knowledge. Kept by the process until a day of it changes."""
    return _kept().calendar


def stamp() -> str:
    """Differs whenever the calendar may: what was counted under another stamp is to be counted again."""
    return _kept().stamp


def _kept() -> _Kept:
    if "workdays" not in g:
        now = _stamp()
        kept: _Kept | None = current_app.extensions.get("workdays")
        if kept is None or kept.stamp != now:
            is_editing = any(isinstance(row, DayOff) for row in db.session)
            kept = _Kept(now, _combined())
            if not is_editing:  # what an edit has not committed yet may still be taken back
                current_app.extensions["workdays"] = kept
        g.workdays = kept
    found: _Kept = g.workdays
    return found


def _stamp() -> str:
    # Every row by its id, for a sum of versions would not see one day removed and another entered.
    rows = db.session.execute(select(DayOff.id, DayOff.version).order_by(DayOff.id))
    seen = ";".join([VERSION, *(f"{row_id}:{version}" for row_id, version in rows)])
    return sha256(seen.encode()).hexdigest()[:16]


def _combined() -> Calendar:
    known = official()
    days_off: dict[date, object] = dict(known.days_off)
    workdays = set(known.workdays)
    for row in db.session.execute(select(DayOff.day, DayOff.kind, DayOff.label_en, DayOff.label_ru, DayOff.label_kk)):
        day, kind, *labels = row
        if kind == DayKind.WORKING:
            days_off.pop(day, None)
            workdays.add(day)
        else:
            workdays.discard(day)
            days_off[day] = Text(*labels)
    return Calendar(days_off, frozenset(workdays))


def forget() -> None:
    """Read the calendar anew in this request: a day of it has just changed."""
    g.pop("workdays", None)


def entered(first: date, last: date) -> dict[date, DayOff]:
    """What administrators entered for these days, by day."""
    rows = db.session.scalars(select(DayOff).where(DayOff.day.between(first, last)).order_by(DayOff.day))
    return {row.day: row for row in rows}


def on_day(day: date) -> DayOff | None:
    return db.session.scalar(select(DayOff).where(DayOff.day == day))


def day_off(day_id: UUID) -> DayOff | None:
    return db.session.get(DayOff, day_id)
