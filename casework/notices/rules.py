"""When somebody may be written to: quiet hours, days of the week, one mail a day."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from casework.core.clock import ALMATY

EVERY_DAY = ("0", "1", "2", "3", "4", "5", "6")
"""The days of the week: 0 is Monday."""


@dataclass(frozen=True)
class Hours:
    """What somebody said about when mails may come; hours are minutes after midnight in Almaty."""

    quiet_from: int | None = 20 * 60
    quiet_until: int | None = 7 * 60
    weekdays: tuple[str, ...] = EVERY_DAY
    once_a_day_at: int | None = None
    urgent_at_once: bool = False


def is_quiet(hours: Hours, moment: datetime) -> bool:
    """Whether nothing may come at this moment."""
    local = moment.astimezone(ALMATY)
    if str(local.weekday()) not in hours.weekdays:
        return True
    start, end, minute = hours.quiet_from, hours.quiet_until, local.hour * 60 + local.minute
    if start is None or end is None or start == end:
        return False
    return start <= minute < end if start < end else minute >= start or minute < end


def opens(hours: Hours, moment: datetime) -> datetime | None:
    """The first moment from this one on at which something may come; none when no day of the week is left."""
    if not is_quiet(hours, moment):
        return moment
    day = moment.astimezone(ALMATY).date()
    for ahead in range(9):
        for minute in (0, hours.quiet_until or 0):
            begins = _at(day + timedelta(days=ahead), minute)
            if begins > moment and not is_quiet(hours, begins):
                return begins
    return None


def goes_at(hours: Hours, made_at: datetime, is_urgent: bool) -> datetime | None:
    """When a mail about what happened at a moment may leave: at once, after the quiet hours, or with those of the day.

    What is urgent does not wait for the mail of the day; where its reader allows it, it does not wait at all.
    """
    if is_urgent and hours.urgent_at_once:
        return made_at
    if is_urgent or hours.once_a_day_at is None:
        return opens(hours, made_at)
    day = made_at.astimezone(ALMATY).date()
    turn = _at(day, hours.once_a_day_at)
    return opens(hours, turn if turn >= made_at else _at(day + timedelta(days=1), hours.once_a_day_at))


def may_leave(hours: Hours, made_at: datetime, is_urgent: bool, now: datetime) -> bool:
    """Whether its turn has come. A turn that was missed does not come in quiet hours all the same."""
    turn = goes_at(hours, made_at, is_urgent)
    breaks_through = is_urgent and hours.urgent_at_once
    return turn is not None and turn <= now and (breaks_through or not is_quiet(hours, now))


def _at(day: date, minute: int) -> datetime:
    return datetime.combine(day, time(minute // 60, minute % 60), ALMATY)
