"""The working calendar and the arithmetic of deadlines, in words."""

from __future__ import annotations

from calendar import Calendar as Weeks
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from babel import Locale
from babel.dates import format_date, get_day_names
from flask_babel import gettext as _
from flask_babel import ngettext

from casework.core import i18n
from casework.workdays import queries
from casework.workdays.models import DayOff
from casework.workdays.official import official
from casework.workdays.rules import ONE_DAY, SATURDAY, Calendar, Term, Unit

# -- a deadline, in words --------------------------------------------------------------------------------------------


def term_words(term: Term, value: int, unit: str) -> str:
    """The arithmetic of a deadline: how long from which day, and from which day off to where it moved."""
    counted = counted_words(term.starts_on, value, unit)
    moved = moved_words(term)
    return f"{counted}; {moved}" if moved else counted


def counted_words(start: date, value: int, unit: str) -> str:
    """3 months from 4 May 2026. Nothing to count is the same day."""
    day = i18n.day(start)
    if value == 0:
        return _("the same day, %(day)s", day=day)
    match Unit(unit):
        case Unit.DAY:
            return ngettext("%(num)d calendar day from %(day)s", "%(num)d calendar days from %(day)s", value, day=day)
        case Unit.WORKDAY:
            return ngettext("%(num)d working day from %(day)s", "%(num)d working days from %(day)s", value, day=day)
        case Unit.MONTH:
            return ngettext("%(num)d month from %(day)s", "%(num)d months from %(day)s", value, day=day)
        case Unit.YEAR:
            return ngettext("%(num)d year from %(day)s", "%(num)d years from %(day)s", value, day=day)


def moved_words(term: Term) -> str:
    """From which day off the end moved; nothing where it did not."""
    if not term.is_moved:
        return ""
    day = full_day(term.raw_end)
    # Asked anew: the term may have been counted under another language, or for a row of the database.
    name = queries.calendar().why_off(term.raw_end)
    if name:
        return _("moved from %(day)s (%(name)s) to the next working day", day=day, name=name)
    return _("moved from %(day)s to the next working day", day=day)


def workdays_left(today: date, due: date) -> str:
    """5 working days left · 2 working days late · today."""
    if due == today:
        return _("today")
    left = queries.calendar().working_days_between(today, due)
    if left > 0:
        return ngettext("%(num)d working day left", "%(num)d working days left", left)
    if left < 0:
        return ngettext("%(num)d working day late", "%(num)d working days late", -left)
    return _("before the next working day") if due > today else _("late since a day off")


def full_day(day: date) -> str:
    """Saturday 1 August 2026 · суббота, 1 августа 2026 г. · 2026 ж. 1 тамыз, сенбі."""
    if i18n.language() == "en":
        return format_date(day, "EEEE d MMMM y", locale="en_GB")
    return format_date(day, "full", locale=i18n.language())


# -- a year on the page ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Cell:
    """One day of a month. Kind: off, working (though one would not think so), weekend, or nothing."""

    day: date
    kind: str
    words: str
    is_today: bool = False


@dataclass(frozen=True)
class Special:
    """A day of a month that is worth its words."""

    day: date
    words: str
    is_off: bool
    is_open: bool
    """Whether somebody still has to compare it with its source, or it is an estimate."""


@dataclass(frozen=True)
class Month:
    """One small month."""

    first: date
    weeks: list[list[Cell | None]]
    specials: list[Special]
    working: int

    @property
    def title(self) -> str:
        return i18n.month_name(self.first)

    @property
    def working_words(self) -> str:
        return ngettext("%(num)d working day", "%(num)d working days", self.working)


def year(number: int, today: date) -> list[Month]:
    """The twelve months of a year."""
    entered = queries.entered(date(number, 1, 1), date(number, 12, 31))
    return [_month(date(number, month, 1), queries.calendar(), entered, today) for month in range(1, 13)]


def _month(first: date, calendar: Calendar, entered: Mapping[date, DayOff], today: date) -> Month:
    weeks = [
        [_cell(day, calendar, entered, today) if day.month == first.month else None for day in week]
        for week in Weeks().monthdatescalendar(first.year, first.month)
    ]
    cells = [cell for week in weeks for cell in week if cell]
    specials = [
        Special(cell.day, cell.words, cell.kind == "off", _is_open(cell.day, entered)) for cell in cells if cell.words
    ]
    return Month(first, weeks, specials, calendar.working_days_between(first - ONE_DAY, cells[-1].day))


def _cell(day: date, calendar: Calendar, entered: Mapping[date, DayOff], today: date) -> Cell:
    is_today = day == today
    if not calendar.is_working(day):
        words = calendar.why_off(day)
        return Cell(day, "off" if words else "weekend", words, is_today)
    if day in calendar.workdays:
        return Cell(day, "working", _why_worked(day, entered), is_today)
    return Cell(day, "", "", is_today)


def _why_worked(day: date, entered: Mapping[date, DayOff]) -> str:
    return entered[day].label if day in entered else str(official().workdays.get(day, ""))


def _is_open(day: date, entered: Mapping[date, DayOff]) -> bool:
    return not entered[day].is_confirmed if day in entered else day in official().estimated


def weekdays() -> list[tuple[str, str, bool]]:
    """Monday to Sunday: short, in full, and whether it belongs to the weekend."""
    locale = Locale.parse("en_GB" if i18n.language() == "en" else i18n.language())
    short = get_day_names("abbreviated", context="stand-alone", locale=locale)
    full = get_day_names("wide", context="stand-alone", locale=locale)
    return [(short[number], full[number], number >= SATURDAY) for number in range(7)]
