"""When a mail may leave: quiet hours over midnight, days of the week, one mail a day, what is urgent."""

from datetime import datetime

import pytest

from casework.core.clock import ALMATY
from casework.notices.rules import Hours, goes_at, is_quiet, may_leave, opens

WORKDAYS = ("0", "1", "2", "3", "4")
NEVER = Hours(weekdays=())


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """In September 2026, where the 14th is a Monday, in Almaty."""
    return datetime(2026, 9, day, hour, minute, tzinfo=ALMATY)


@pytest.mark.parametrize(
    ("hours", "moment", "quiet"),
    [
        (Hours(), at(15, 19, 59), False),
        (Hours(), at(15, 20), True),
        (Hours(), at(16, 6, 59), True),
        (Hours(), at(16, 7), False),
        (Hours(quiet_from=60, quiet_until=120), at(15, 1, 30), True),
        (Hours(quiet_from=60, quiet_until=120), at(15, 2), False),
        (Hours(quiet_from=None, quiet_until=None), at(15, 3), False),
        (Hours(quiet_from=480, quiet_until=480), at(15, 8), False),
        (Hours(weekdays=WORKDAYS), at(19, 12), True),
        (NEVER, at(15, 12), True),
    ],
)
def test_quiet_hours(hours: Hours, moment: datetime, quiet: bool) -> None:
    assert is_quiet(hours, moment) is quiet


@pytest.mark.parametrize(
    ("hours", "moment", "first"),
    [
        (Hours(), at(15, 12), at(15, 12)),
        (Hours(), at(15, 22), at(16, 7)),
        (Hours(), at(16, 3), at(16, 7)),
        (Hours(weekdays=WORKDAYS), at(18, 21), at(21, 7)),  # from Friday evening to Monday morning
        (Hours(quiet_from=None, quiet_until=None, weekdays=WORKDAYS), at(19, 12), at(21, 0)),
        (Hours(weekdays=("1",)), at(15, 21), at(22, 7)),
        (NEVER, at(15, 12), None),
    ],
)
def test_what_comes_in_quiet_hours_waits(hours: Hours, moment: datetime, first: datetime | None) -> None:
    assert opens(hours, moment) == first


@pytest.mark.parametrize(
    ("hours", "made_at", "is_urgent", "leaves"),
    [
        (Hours(once_a_day_at=17 * 60), at(15, 9), False, at(15, 17)),
        (Hours(once_a_day_at=17 * 60), at(15, 18), False, at(16, 17)),
        (Hours(once_a_day_at=17 * 60), at(15, 9), True, at(15, 9)),  # what is urgent does not wait for it
        (Hours(once_a_day_at=6 * 60), at(15, 9), False, at(16, 7)),
        (Hours(), at(15, 23), True, at(16, 7)),
        (Hours(urgent_at_once=True), at(15, 23), True, at(15, 23)),
        (Hours(urgent_at_once=True), at(15, 23), False, at(16, 7)),
    ],
)
def test_when_a_mail_leaves(hours: Hours, made_at: datetime, is_urgent: bool, leaves: datetime) -> None:
    assert goes_at(hours, made_at, is_urgent) == leaves


def test_a_turn_that_was_missed_keeps_the_quiet_hours() -> None:
    """The server was off all afternoon: what was due at noon does not come at night."""
    assert not may_leave(Hours(), at(15, 12), False, at(15, 22))
    assert may_leave(Hours(), at(15, 12), False, at(16, 7))
    assert not may_leave(NEVER, at(15, 12), False, at(16, 7))
