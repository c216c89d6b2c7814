"""Appointments in time: when two of them clash, what may become of one, and which days a page of the calendar shows."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum


class State(StrEnum):
    """What became of an appointment. Words: the code list `appointment_state`."""

    PLANNED = "PLANNED"
    HELD = "HELD"
    MISSED = "MISSED"
    CANCELLED = "CANCELLED"


class Kind(StrEnum):
    """What stands in the calendar."""

    DEADLINE = "deadline"
    APPOINTMENT = "appointment"
    STEP = "step"
    LETTER = "letter"
    EXPIRY = "expiry"


class View(StrEnum):
    """How the calendar is drawn."""

    AGENDA = "agenda"
    MONTH = "month"
    LIST = "list"


AGENDA_DAYS = 14


@dataclass(frozen=True)
class Slot:
    """A stretch of somebody's time."""

    starts_at: datetime
    minutes: int

    @property
    def ends_at(self) -> datetime:
        return self.starts_at + timedelta(minutes=self.minutes)

    def overlaps(self, other: "Slot") -> bool:
        """Whether one cannot be at both. One that begins when the other ends is no clash."""
        return self.starts_at < other.ends_at and other.starts_at < self.ends_at


def may_become(now: State, next_: State, *, has_begun: bool) -> bool:
    """Held or missed is only what has begun; whatever was said can be taken back."""
    if next_ is State.PLANNED:
        return now is not State.PLANNED
    if now is not State.PLANNED:
        return False
    return has_begun or next_ is State.CANCELLED


@dataclass(frozen=True)
class Span:
    """The days that a page shows, and the days at which the pages before and after it begin."""

    first: date
    last: date
    earlier: date
    later: date

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last


def span(view: View, day: date) -> Span:
    """Two weeks from a day for the agenda; the day's month otherwise."""
    if view is View.AGENDA:
        step = timedelta(days=AGENDA_DAYS)
        return Span(day, day + step - timedelta(days=1), day - step, day + step)
    first = day.replace(day=1)
    last = day.replace(day=monthrange(day.year, day.month)[1])
    return Span(first, last, (first - timedelta(days=1)).replace(day=1), last + timedelta(days=1))
