"""The arithmetic of legal time limits in Kazakhstan. Plain Python: no database, no clock.

Sources, all to be confirmed by a lawyer:
Civil Code, arts. 171–177: a period runs from the day after the act; a month or a year ends on the same number, or on
the last day of a shorter month; an end on a day off moves to the next working day.
APPC (Code 350-VI of 29 June 2020) on procedural periods.
Law 267-II of 13 December 2001 on holidays, and Labour Code, arts. 84–85: a holiday on a day off makes the next working
day a day off; 7 January and Kurban Ait do not move.
"""

from __future__ import annotations

from bisect import bisect_right
from calendar import monthrange
from collections.abc import Mapping, Set
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from functools import cached_property

ONE_DAY = timedelta(days=1)
SATURDAY = 5


class Unit(StrEnum):
    """What a time limit is counted in."""

    DAY = "day"
    WORKDAY = "workday"
    MONTH = "month"
    YEAR = "year"


class OnDayOff(StrEnum):
    """What becomes of a limit that ends on a day off."""

    NEXT = "next"
    STAYS = "stays"


@dataclass(frozen=True)
class Term:
    """One time limit on the calendar: the act, the end as counted, and the day it is due."""

    starts_on: date
    raw_end: date
    due_on: date
    moved_because: str | None = field(default=None, compare=False)
    """The day off in the words of the page ("" for a plain weekend) where the end moved; None where it did not."""

    @property
    def is_moved(self) -> bool:
        return self.due_on != self.raw_end


@dataclass(frozen=True)
class Calendar:
    """Which days are worked: Monday to Friday, without the days off, with the working weekends."""

    days_off: Mapping[date, object]
    """Each day off with what it is called: words, or an object that str() puts into the language of the page."""
    workdays: Set[date] = frozenset()
    """Days that are worked whatever else they are: working weekends, and holidays that were taken back."""

    def is_working(self, day: date) -> bool:
        return day in self.workdays or (day.weekday() < SATURDAY and day not in self.days_off)

    def why_off(self, day: date) -> str:
        """The name of a day off. Nothing for a plain weekend, and nothing for a day that is worked."""
        return "" if day in self.workdays else str(self.days_off.get(day, ""))

    def next_working(self, day: date) -> date:
        """This day if it is worked, else the first one after it that is."""
        while not self.is_working(day):
            day += ONE_DAY
        return day

    def previous_working(self, day: date) -> date:
        """This day if it is worked, else the last one before it that was."""
        while not self.is_working(day):
            day -= ONE_DAY
        return day

    def end_of(self, start: date, value: int, unit: str, on_day_off: str = OnDayOff.NEXT) -> Term:
        """When a limit ends that an act on this day starts. The day after the act is day 1; 0 is the day itself.

        Civil Code, arts. 172–176; to be confirmed.
        """
        raw_end = self._counted(start, value, Unit(unit))
        if OnDayOff(on_day_off) is OnDayOff.STAYS or self.is_working(raw_end):
            return Term(start, raw_end, raw_end)
        return Term(start, raw_end, self.next_working(raw_end), self.why_off(raw_end))

    def _counted(self, start: date, value: int, unit: Unit) -> date:
        if value < 0:
            raise ValueError("A time limit does not run backwards.")
        try:
            if unit is Unit.DAY:
                return start + timedelta(days=value)
            if unit is Unit.WORKDAY:
                return self._working_days_after(start, value)
            return months_after(start, value * 12 if unit is Unit.YEAR else value)
        except OverflowError as error:
            raise ValueError("A time limit ends before the year 10000.") from error

    def _working_days_after(self, start: date, value: int) -> date:
        day = start
        for _counted in range(value):
            day = self.next_working(day + ONE_DAY)
        return day

    def working_days_between(self, first: date, last: date) -> int:
        """The working days after the first day up to and including the last; negative when the last lies before."""
        if last < first:
            return -self.working_days_between(last, first)
        weekdays = _weekdays_until(last) - _weekdays_until(first)
        return weekdays - _within(self._idle_weekdays, first, last) + _within(self._working_weekends, first, last)

    @cached_property
    def _idle_weekdays(self) -> list[date]:
        return sorted(day for day in self.days_off if day.weekday() < SATURDAY and day not in self.workdays)

    @cached_property
    def _working_weekends(self) -> list[date]:
        return sorted(day for day in self.workdays if day.weekday() >= SATURDAY)


def months_after(start: date, months: int) -> date:
    """The same number some months later; where the month is shorter, its last day.

    Civil Code, art. 173; to be confirmed.
    """
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    if year > date.max.year:
        raise OverflowError
    return date(year, month + 1, min(start.day, monthrange(year, month + 1)[1]))


def _weekdays_until(day: date) -> int:
    """How many Mondays to Fridays there were from 1 January of the year 1, a Monday, to this day."""
    weeks, rest = divmod(day.toordinal(), 7)
    return weeks * 5 + min(rest, 5)


def _within(days: list[date], after: date, until: date) -> int:
    return bisect_right(days, until) - bisect_right(days, after)
