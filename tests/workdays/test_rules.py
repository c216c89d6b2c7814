"""Time limits on the calendar of Kazakhstan: worked by hand, the published calendar, and what must always hold."""

import csv
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.workdays.official import NAMES, official
from casework.workdays.rules import Calendar, OnDayOff, Unit, months_after

PUBLISHED = Path(__file__).parent / "kz_calendar_2020_2028.csv"
KAZAKHSTAN = Calendar(official().days_off, frozenset(official().workdays))

# start, value, unit, on a day off, end as counted, due, why
WORKED = [
    # Calendar days
    ("2026-05-04", 0, "day", "next", "2026-05-04", "2026-05-04", "nothing to count: the same Monday"),
    ("2026-08-01", 0, "day", "next", "2026-08-01", "2026-08-03", "the same day is a Saturday: Monday"),
    ("2026-08-01", 0, "day", "stays", "2026-08-01", "2026-08-01", "the same Saturday, and it stays"),
    ("2026-06-02", 3, "day", "next", "2026-06-05", "2026-06-05", "day 1 is Wed 3 June, day 3 Friday"),
    ("2026-06-01", 5, "day", "next", "2026-06-06", "2026-06-08", "Sat 6 June: Mon 8"),
    ("2026-05-04", 5, "day", "next", "2026-05-09", "2026-05-12", "Sat 9 May is Victory Day, moved to Mon 11: Tue 12"),
    ("2026-05-04", 5, "day", "stays", "2026-05-09", "2026-05-09", "a certificate expires on the holiday itself"),
    ("2026-05-24", 3, "day", "next", "2026-05-27", "2026-05-28", "Wed 27 May is Kurban Ait: Thursday"),
    ("2025-06-03", 3, "day", "next", "2025-06-06", "2025-06-09", "Fri 6 June is Kurban Ait, then a weekend: Mon 9"),
    ("2025-06-02", 3, "day", "next", "2025-06-05", "2025-06-05", "the day before Kurban Ait is worked"),
    ("2024-04-30", 4, "day", "next", "2024-05-04", "2024-05-04", "Sat 4 May 2024 was worked for Wed 8"),
    ("2024-05-05", 3, "day", "next", "2024-05-08", "2024-05-10", "Wed 8 off for Sat 4, Thu 9 Victory Day: Fri 10"),
    ("2025-01-02", 3, "day", "next", "2025-01-05", "2025-01-05", "Sun 5 January 2025 was worked for Fri 3"),
    (
        "2024-12-28",
        5,
        "day",
        "next",
        "2025-01-02",
        "2025-01-05",
        "New Year, Fri 3 off for Sun 5, Sat 4: Sun 5 is worked",
    ),
    ("2024-01-04", 3, "day", "next", "2024-01-07", "2024-01-08", "7 January on a Sunday does not move: Mon 8"),
    ("2026-01-04", 3, "day", "next", "2026-01-07", "2026-01-08", "7 January on a Wednesday: Thu 8"),
    ("2024-08-20", 10, "day", "next", "2024-08-30", "2024-09-02", "Fri 30 August 2024 is Constitution Day: Mon 2"),
    ("2025-08-20", 12, "day", "next", "2025-09-01", "2025-09-02", "Sat 30 August 2025 moved to Mon 1: Tue 2"),
    ("2026-08-20", 11, "day", "next", "2026-08-31", "2026-08-31", "no 30 August in 2026: nothing moves to Mon 31"),
    ("2027-08-20", 10, "day", "next", "2027-08-30", "2027-08-30", "Mon 30 August 2027 is worked"),
    ("2026-03-05", 10, "day", "next", "2026-03-15", "2026-03-16", "Sun 15 March 2026 is a plain Sunday: Mon 16"),
    ("2027-03-05", 10, "day", "next", "2027-03-15", "2027-03-16", "Mon 15 March 2027 is Constitution Day: Tue 16"),
    # Working days
    ("2026-05-04", 0, "workday", "next", "2026-05-04", "2026-05-04", "nothing to count"),
    ("2026-05-02", 0, "workday", "next", "2026-05-02", "2026-05-04", "nothing to count, but a Saturday: Mon 4"),
    ("2026-04-30", 3, "workday", "next", "2026-05-06", "2026-05-06", "Fri 1 May off, weekend, 4, 5, 6"),
    ("2024-05-03", 3, "workday", "next", "2024-05-10", "2024-05-10", "Sat 4 is worked, Mon 6, 7 to 9 off, Fri 10"),
    ("2024-12-30", 3, "workday", "next", "2025-01-06", "2025-01-06", "Tue 31, then Sun 5 which is worked, Mon 6"),
    ("2025-01-06", 1, "workday", "next", "2025-01-08", "2025-01-08", "7 January off: Wed 8"),
    (
        "2026-03-19",
        3,
        "workday",
        "next",
        "2026-03-27",
        "2026-03-27",
        "Fri 20, Nauryz with two moved days to 25, 26, 27",
    ),
    ("2025-03-19", 3, "workday", "next", "2025-03-27", "2025-03-27", "Thu 20, Nauryz 21 to 25, 26, 27"),
    ("2024-03-20", 3, "workday", "next", "2024-03-28", "2024-03-28", "21, 22 off, Sat 23 moved to Mon 25: 26, 27, 28"),
    ("2026-06-01", 20, "workday", "next", "2026-06-29", "2026-06-29", "four full weeks from Tue 2 to Mon 29"),
    ("2026-06-29", 5, "workday", "next", "2026-07-07", "2026-07-07", "30, 1, 2, 3, Mon 6 is Capital Day, Tue 7"),
    ("2025-07-03", 2, "workday", "next", "2025-07-08", "2025-07-08", "Fri 4, Sun 6 moved to Mon 7, Tue 8"),
    ("2023-06-26", 5, "workday", "next", "2023-07-03", "2023-07-03", "27, Kurban Ait, 29, 30, Sat 1 July is worked, 3"),
    ("2022-03-04", 2, "workday", "next", "2022-03-09", "2022-03-09", "Sat 5 is worked for Mon 7, Tue 8 off, Wed 9"),
    ("2027-05-14", 1, "workday", "next", "2027-05-17", "2027-05-17", "Kurban Ait on Sun 16 May does not move: Mon 17"),
    ("2027-01-01", 1, "workday", "next", "2027-01-05", "2027-01-05", "Sat 2 January moved to Mon 4: Tue 5"),
    ("2027-01-05", 2, "workday", "next", "2027-01-08", "2027-01-08", "Wed 6, Thu 7 off, Fri 8"),
    # Months
    ("2026-05-04", 3, "month", "next", "2026-08-04", "2026-08-04", "a Tuesday"),
    ("2026-05-01", 3, "month", "next", "2026-08-01", "2026-08-03", "Sat 1 August: Mon 3"),
    (
        "2026-05-01",
        3,
        "month",
        "stays",
        "2026-08-01",
        "2026-08-01",
        "a certificate of 3 months expires on the Saturday",
    ),
    ("2025-01-31", 1, "month", "next", "2025-02-28", "2025-02-28", "no 31 February; common year, a Friday"),
    ("2024-01-31", 1, "month", "next", "2024-02-29", "2024-02-29", "leap year, a Thursday"),
    ("2026-01-31", 1, "month", "next", "2026-02-28", "2026-03-02", "Sat 28 February: Mon 2 March"),
    ("2028-01-31", 1, "month", "next", "2028-02-29", "2028-02-29", "leap year, a Tuesday"),
    ("2025-08-31", 6, "month", "next", "2026-02-28", "2026-03-02", "an inquiry sent on 31 August; Sat 28 February"),
    ("2025-11-30", 3, "month", "next", "2026-02-28", "2026-03-02", "no 30 February"),
    ("2026-03-31", 1, "month", "next", "2026-04-30", "2026-04-30", "no 31 April; a Thursday"),
    ("2026-02-28", 1, "month", "next", "2026-03-28", "2026-03-30", "the same number, not the last day; Sat: Mon 30"),
    ("2026-12-31", 1, "month", "next", "2027-01-31", "2027-02-01", "over the turn of the year; Sunday: Mon 1"),
    ("2026-11-23", 6, "month", "next", "2027-05-23", "2027-05-24", "Sun 23 May: Mon 24"),
    ("2024-12-07", 1, "month", "next", "2025-01-07", "2025-01-08", "Tue 7 January is off"),
    ("2026-09-25", 1, "month", "next", "2026-10-25", "2026-10-27", "Republic Day on a Sunday, moved to Mon 26: Tue 27"),
    ("2023-09-16", 3, "month", "next", "2023-12-16", "2023-12-19", "Sat 16 December moved to Mon 18: Tue 19"),
    ("2026-05-04", 0, "month", "next", "2026-05-04", "2026-05-04", "nothing to count"),
    # Years
    ("2024-02-29", 1, "year", "next", "2025-02-28", "2025-02-28", "no leap day in 2025; a Friday"),
    ("2024-02-29", 4, "year", "next", "2028-02-29", "2028-02-29", "the next leap day"),
    ("2023-02-28", 1, "year", "next", "2024-02-28", "2024-02-28", "the same number, not the leap day"),
    ("2025-06-06", 1, "year", "next", "2026-06-06", "2026-06-08", "Kurban Ait has moved on; a Saturday all the same"),
    ("2025-03-15", 2, "year", "next", "2027-03-15", "2027-03-16", "became Constitution Day meanwhile"),
    ("2021-11-22", 5, "year", "next", "2026-11-22", "2026-11-23", "a Sunday: Mon 23"),
    ("2021-11-22", 5, "year", "stays", "2026-11-22", "2026-11-22", "a certificate of 5 years expires on the Sunday"),
]


@pytest.mark.parametrize(
    ("start", "value", "unit", "on_day_off", "raw_end", "due", "why"),
    WORKED,
    ids=[f"{row[0]}+{row[1]}{row[2]}-{row[3]}" for row in WORKED],
)
def test_worked_by_hand(start: str, value: int, unit: str, on_day_off: str, raw_end: str, due: str, why: str) -> None:
    term = KAZAKHSTAN.end_of(date.fromisoformat(start), value, unit, on_day_off)
    assert (term.raw_end.isoformat(), term.due_on.isoformat()) == (raw_end, due), why
    assert term.starts_on.isoformat() == start
    assert term.is_moved == (raw_end != due) == (term.moved_because is not None)


@pytest.mark.parametrize(
    ("start", "value", "unit", "because"),
    [
        ("2026-05-01", 3, "month", ""),  # a plain Saturday has no name
        ("2025-06-03", 3, "day", "Kurban Ait, first day"),
        ("2026-05-08", 3, "day", "Victory Day (moved)"),
        ("2024-05-05", 3, "day", "Day off (worked on 4 May 2024 instead)"),
    ],
)
def test_why_it_moved(start: str, value: int, unit: str, because: str) -> None:
    named = Calendar({day: words.en for day, words in official().days_off.items()}, frozenset(official().workdays))
    assert named.end_of(date.fromisoformat(start), value, unit).moved_because == because


def published() -> Iterator[tuple[str, str, str]]:
    with PUBLISHED.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            yield row["date"], row["kind"], row["name_en"]


@pytest.mark.parametrize(("day", "kind", "name"), list(published()), ids=lambda value: value[:10])
def test_the_published_calendar(day: str, kind: str, name: str) -> None:
    assert KAZAKHSTAN.is_working(date.fromisoformat(day)) == (kind == "working_weekend"), name


def test_no_day_off_beyond_the_published_calendar() -> None:
    listed = {day for day, _, _ in published()}
    day = date(2020, 1, 1)
    while day < date(2029, 1, 1):
        if day.isoformat() not in listed:
            assert KAZAKHSTAN.is_working(day) == (day.weekday() < 5), day
        day += timedelta(days=1)


def test_every_name_has_its_words() -> None:
    """A library that calls a holiday otherwise than before would show English to a Kazakh reader."""
    for day, words in official().days_off.items():
        assert words.ru != words.en, (day, words)
        assert words.kk != words.en, (day, words)
    assert set(NAMES) >= {"Eid al-Adha", "Constitution Day"}


def test_estimates_are_known_as_such() -> None:
    assert date(2025, 6, 6) not in official().estimated
    assert date(2027, 5, 16) in official().estimated


def test_what_stands_in_both_lists_is_worked() -> None:
    day = date(2026, 5, 7)
    calendar = Calendar({day: "Holiday"}, {day})
    assert calendar.is_working(day)
    assert calendar.why_off(day) == ""
    assert calendar.working_days_between(day - timedelta(days=1), day) == 1


def test_why_a_day_is_off() -> None:
    assert KAZAKHSTAN.why_off(date(2026, 8, 1)) == ""
    assert KAZAKHSTAN.why_off(date(2026, 8, 3)) == ""
    assert Calendar({date(2026, 5, 7): "Holiday"}).why_off(date(2026, 5, 7)) == "Holiday"


@pytest.mark.parametrize(
    ("first", "last", "count"),
    [
        ("2026-11-23", "2026-11-23", 0),  # the day itself is not counted
        ("2026-11-23", "2026-11-30", 5),
        ("2026-11-30", "2026-11-23", -5),
        ("2026-11-20", "2026-11-22", 0),  # Friday to Sunday
        ("2026-11-22", "2026-11-23", 1),
        ("2024-05-03", "2024-05-10", 3),  # Sat 4, Mon 6, Fri 10
        ("2025-01-01", "2025-01-08", 3),  # Sun 5, Mon 6, Wed 8
        # 261 Mondays to Fridays less 14; the press of 2025 said 246, with Monday 31 August still off
        ("2025-12-31", "2026-12-31", 247),
    ],
)
def test_working_days_between(first: str, last: str, count: int) -> None:
    assert KAZAKHSTAN.working_days_between(date.fromisoformat(first), date.fromisoformat(last)) == count


def test_the_nearest_working_day() -> None:
    assert KAZAKHSTAN.next_working(date(2026, 5, 9)) == date(2026, 5, 12)
    assert KAZAKHSTAN.previous_working(date(2026, 5, 11)) == date(2026, 5, 8)
    assert (
        KAZAKHSTAN.next_working(date(2026, 5, 12))
        == date(2026, 5, 12)
        == KAZAKHSTAN.previous_working(date(2026, 5, 12))
    )


@pytest.mark.parametrize(
    ("value", "unit", "on_day_off"),
    [
        (-1, "day", "next"),
        (1, "week", "next"),
        (1, "day", "sometimes"),
        (9000, "year", "next"),
        (10**12, "day", "next"),
    ],
)
def test_what_cannot_be_counted(value: int, unit: str, on_day_off: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        KAZAKHSTAN.end_of(date(2026, 5, 4), value, unit, on_day_off)


# -- what always holds -----------------------------------------------------------------------------------------------

days = st.dates(date(1995, 1, 1), date(2095, 1, 1))
near = st.dates(date(2026, 1, 1), date(2026, 3, 31))
units = st.sampled_from(list(Unit))
endings = st.sampled_from(list(OnDayOff))
values = st.integers(0, 60)
calendars = st.just(KAZAKHSTAN) | st.builds(
    Calendar, st.dictionaries(near, st.just("Holiday"), max_size=30), st.frozensets(near, max_size=30)
)
starts = days | near


@given(calendars, starts, values, units, endings)
def test_never_before_the_act(calendar: Calendar, start: date, value: int, unit: Unit, ending: OnDayOff) -> None:
    term = calendar.end_of(start, value, unit, ending)
    assert start <= term.raw_end <= term.due_on
    assert value == 0 or term.due_on > start
    assert ending is OnDayOff.NEXT or not term.is_moved


@given(calendars, starts, values, values, units, endings)
def test_more_time_never_ends_earlier(
    calendar: Calendar, start: date, value: int, more: int, unit: Unit, ending: OnDayOff
) -> None:
    term = calendar.end_of(start, value, unit, ending)
    assert calendar.end_of(start, value + more, unit, ending).due_on >= term.due_on


@given(calendars, starts, st.integers(0, 40), values, units, endings)
def test_a_later_act_never_ends_earlier(
    calendar: Calendar, start: date, later: int, value: int, unit: Unit, ending: OnDayOff
) -> None:
    term = calendar.end_of(start, value, unit, ending)
    assert calendar.end_of(start + timedelta(days=later), value, unit, ending).due_on >= term.due_on


@given(calendars, starts, values, units)
def test_what_moves_ends_on_the_first_working_day(calendar: Calendar, start: date, value: int, unit: Unit) -> None:
    term = calendar.end_of(start, value, unit, OnDayOff.NEXT)
    assert calendar.is_working(term.due_on)
    skipped = range((term.due_on - term.raw_end).days)
    assert not any(calendar.is_working(term.raw_end + timedelta(days=one)) for one in skipped)


@given(calendars, starts, st.integers(1, 60))
def test_counting_there_and_back(calendar: Calendar, start: date, value: int) -> None:
    due = calendar.end_of(start, value, Unit.WORKDAY).due_on
    assert calendar.working_days_between(start, due) == value
    assert calendar.working_days_between(due, start) == -value
    assert calendar.working_days_between(start, due - timedelta(days=1)) == value - 1


@given(calendars, starts, st.integers(0, 400))
def test_counting_days_one_by_one_comes_to_the_same(calendar: Calendar, first: date, length: int) -> None:
    last = first + timedelta(days=length)
    one_by_one = sum(calendar.is_working(first + timedelta(days=one)) for one in range(1, length + 1))
    assert calendar.working_days_between(first, last) == one_by_one


@given(starts, values)
def test_a_month_keeps_its_number_or_ends_the_month(start: date, months: int) -> None:
    end = months_after(start, months)
    assert end.day == start.day or (end.day < start.day and (end + timedelta(days=1)).day == 1)
    assert (end.year * 12 + end.month) - (start.year * 12 + start.month) == months
