"""Entering, changing and removing days of the working calendar. What a day was before stays in the audit trail."""

import csv
from datetime import date
from pathlib import Path

from flask_babel import gettext as _
from sqlalchemy import select

from casework.core import audit
from casework.core.db import db
from casework.core.errors import DomainError
from casework.core.events import calendar_changed
from casework.workdays import queries
from casework.workdays.models import DayKind, DayOff
from casework.workdays.official import official
from casework.workdays.rules import SATURDAY

SEED = Path(__file__).parent / "seed" / "days_off.csv"
FIRST_YEAR, LAST_YEAR = 2000, 2100


def seed() -> int:
    """Add the shipped days that are not there yet. What an administrator entered or edited stays. Counts new ones."""
    have = set(db.session.scalars(select(DayOff.day)))
    added = 0
    with SEED.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            day = date.fromisoformat(row["day"])
            if day in have:
                continue
            db.session.add(
                DayOff(
                    day=day,
                    kind=DayKind(row["kind"]).value,
                    label_en=row["label_en"],
                    label_ru=row["label_ru"],
                    label_kk=row["label_kk"],
                    source=row["source"],
                    is_confirmed=row["confirmed"] == "yes",
                )
            )
            added += 1
    _settle()
    return added


def add(
    day: date, kind: str, *, label_en: str, label_ru: str, label_kk: str, source: str, is_confirmed: bool = False
) -> DayOff:
    """Make one day a day off, or a working one, whatever the library says of it."""
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise DomainError(_("The calendar reaches from 2000 to 2100."), "day")
    if queries.on_day(day) is not None:
        raise DomainError(_("Something is entered for this day already: change that."), "day")
    _refuse_what_says_nothing(day, kind)
    row = DayOff(
        day=day,
        kind=DayKind(kind).value,
        label_en=label_en,
        label_ru=label_ru,
        label_kk=label_kk,
        source=source,
        is_confirmed=is_confirmed,
    )
    db.session.add(row)
    _settle()
    return row


def change(
    row: DayOff, *, kind: str, label_en: str, label_ru: str, label_kk: str, source: str, is_confirmed: bool
) -> None:
    """Correct what is entered for a day. Another day is another entry."""
    _refuse_what_says_nothing(row.day, kind)
    now = (DayKind(kind).value, label_en, label_ru, label_kk, source, is_confirmed)
    before = (row.kind, row.label_en, row.label_ru, row.label_kk, row.source, row.is_confirmed)
    if now == before:
        return
    _keep_former(row)
    row.kind, row.label_en, row.label_ru, row.label_kk, row.source, row.is_confirmed = now
    _settle()


def remove(row: DayOff) -> None:
    """Take an entry back: the day becomes again what the library says. What it said stays in the audit trail."""
    _keep_former(row)
    db.session.delete(row)
    _settle()


def _refuse_what_says_nothing(day: date, kind: str) -> None:
    """A plain Sunday is a day off already; an ordinary Tuesday is worked already: most likely a mistyped day."""
    known = official()
    is_weekend = day.weekday() >= SATURDAY
    if kind == DayKind.OFF and is_weekend and day not in known.days_off and day not in known.workdays:
        raise DomainError(_("This is a plain Saturday or Sunday: it is a day off without being entered."), "day")
    if kind == DayKind.WORKING and not is_weekend and day not in known.days_off:
        raise DomainError(_("This is an ordinary working day: it is worked without being entered."), "day")


def _keep_former(row: DayOff) -> None:
    former = f"{row.day} {row.kind} {row.label_en} | {row.label_ru} | {row.label_kk} | {row.source}"
    audit.note("days_off:was", "days_off", row.id, fields=[former, "confirmed" if row.is_confirmed else "unconfirmed"])


def _settle() -> None:
    db.session.flush()
    queries.forget()
    calendar_changed.send()
