"""Clashes, what may become of an appointment, spans of days, and hours as they are typed."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.core.forms import read_hour
from casework.diary.rules import Slot, State, View, may_become, span

TEN = datetime(2026, 9, 15, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("minutes_later", "long", "clashes"),
    [(0, 60, True), (59, 5, True), (60, 60, False), (-30, 30, False), (-30, 31, True), (-60, 300, True)],
)
def test_one_cannot_be_at_two_places(minutes_later: int, long: int, clashes: bool) -> None:
    one, other = Slot(TEN, 60), Slot(TEN + timedelta(minutes=minutes_later), long)
    assert one.overlaps(other) is clashes
    assert other.overlaps(one) is clashes


@pytest.mark.parametrize(
    ("now", "next_", "has_begun", "may"),
    [
        ("PLANNED", "HELD", False, False),
        ("PLANNED", "HELD", True, True),
        ("PLANNED", "MISSED", False, False),
        ("PLANNED", "CANCELLED", False, True),
        ("HELD", "PLANNED", True, True),
        ("CANCELLED", "PLANNED", False, True),
        ("HELD", "MISSED", True, False),
        ("PLANNED", "PLANNED", True, False),
    ],
)
def test_what_may_become_of_an_appointment(now: str, next_: str, has_begun: bool, may: bool) -> None:
    assert may_become(State(now), State(next_), has_begun=has_begun) is may


def test_the_agenda_is_two_weeks_from_a_day() -> None:
    found = span(View.AGENDA, date(2026, 12, 25))
    assert (found.first, found.last) == (date(2026, 12, 25), date(2027, 1, 7))
    assert (found.earlier, found.later) == (date(2026, 12, 11), date(2027, 1, 8))


def test_a_month_is_that_of_the_day() -> None:
    found = span(View.MONTH, date(2028, 2, 29))
    assert (found.first, found.last) == (date(2028, 2, 1), date(2028, 2, 29))
    assert (found.earlier, found.later) == (date(2028, 1, 1), date(2028, 3, 1))


@given(st.dates(date(1950, 1, 1), date(2090, 1, 1)), st.sampled_from(list(View)))
def test_later_and_earlier_leave_no_day_out(day: date, view: View) -> None:
    here = span(view, day)
    assert day in here
    assert span(view, here.later).first == here.last + timedelta(days=1)
    assert span(view, here.earlier).last == here.first - timedelta(days=1)


@pytest.mark.parametrize(
    ("typed", "means"),
    [
        ("14:30", time(14, 30)),
        ("9:05", time(9, 5)),
        ("09.05", time(9, 5)),
        ("1430", time(14, 30)),
        (" 14 ", time(14)),
        ("0:00", time()),
        ("24:00", None),
        ("14:60", None),
        ("14:3", None),
        ("²:30", None),
        ("noon", None),
        ("", None),
        ("14:30:00", None),
        ("-1:30", None),
    ],
)
def test_an_hour_as_it_is_typed(typed: str, means: time | None) -> None:
    assert read_hour(typed) == means
