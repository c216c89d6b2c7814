"""Every shipped time limit against days worked out by hand, on the calendar of Kazakhstan as it is shipped.

A limit is counted by its value, its unit and what it does with a day off. For each such kind some acts were counted on
paper; every limit of the kind has to give the same days, through the same engine as the pages.
"""

from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest

from casework.procedures import shipped
from casework.procedures.rules import Limit, Procedure
from casework.proceedings.rules import Happening, reckon
from casework.workdays.official import official
from casework.workdays.rules import Calendar

D = date.fromisoformat

WORKED: list[tuple[int, str, str, str, str, str]] = [
    # value, unit, on a day off, the act, due, worked out
    (0, "day", "next", "2026-05-04", "2026-05-04", "the same day, a Monday"),
    (0, "day", "next", "2026-08-01", "2026-08-03", "the same day is a Saturday: Monday"),
    (1, "day", "stays", "2026-05-04", "2026-05-05", "the next day"),
    (1, "day", "stays", "2026-02-28", "2026-03-01", "a Sunday, and it stays"),
    (1, "day", "stays", "2024-02-28", "2024-02-29", "a leap day"),
    (3, "day", "next", "2026-03-03", "2026-03-06", "Tuesday to Friday"),
    (3, "day", "next", "2024-05-06", "2024-05-10", "Thursday 9 May is Victory Day; 10 May is worked"),
    (3, "day", "next", "2026-03-18", "2026-03-26", "21 March begins Nauryz; 24 and 25 March stand for its weekend"),
    (5, "day", "next", "2026-03-02", "2026-03-10", "Saturday 7; Sunday 8 March moves to Monday 9; Tuesday 10"),
    (5, "day", "next", "2024-04-29", "2024-05-04", "Saturday 4 May 2024 was worked for Wednesday the 8th"),
    (10, "day", "next", "2026-02-16", "2026-02-26", "a Thursday"),
    (10, "day", "next", "2025-05-27", "2025-06-09", "6 June 2025 is Kurban Ait, a Friday: Monday 9"),
    (60, "day", "next", "2026-01-05", "2026-03-06", "26 days of January, 28 of February, 6 of March"),
    (60, "day", "next", "2026-05-07", "2026-07-07", "24 of May, 30 of June, 6 July is Capital Day: Tuesday 7"),
    (1, "workday", "next", "2026-05-08", "2026-05-12", "Saturday 9 May moves to Monday 11; Tuesday 12"),
    (1, "workday", "next", "2024-05-03", "2024-05-04", "the working Saturday"),
    (3, "workday", "next", "2024-12-31", "2025-01-08", "1-3 off, 4 Saturday, Sunday 5 worked, 6, 7 Christmas, 8"),
    (3, "workday", "next", "2026-03-20", "2026-03-30", "off until 25 March; 26, 27, Monday 30"),
    (15, "workday", "next", "2026-02-02", "2026-02-23", "three whole weeks"),
    (15, "workday", "next", "2025-05-26", "2025-06-17", "Friday 6 June, Kurban Ait, does not count"),
    (20, "workday", "next", "2026-01-05", "2026-02-03", "Christmas on Wednesday 7 January does not count or move"),
    (20, "workday", "next", "2024-04-22", "2024-05-23", "1, 7, 8 and 9 May off, Saturday 4 May worked"),
    (1, "month", "next", "2026-01-31", "2026-03-02", "28 February is the last day of the month, a Saturday: Monday"),
    (1, "month", "next", "2024-01-31", "2024-02-29", "the leap day, a Thursday"),
    (1, "month", "next", "2026-04-07", "2026-05-08", "7 May is a holiday: Friday 8"),
    (2, "month", "next", "2025-12-31", "2026-03-02", "28 February 2026, a Saturday: Monday"),
    (2, "month", "next", "2025-04-06", "2025-06-09", "Kurban Ait on Friday 6 June: Monday 9"),
    (3, "month", "next", "2026-05-04", "2026-08-04", "a Tuesday"),
    (3, "month", "next", "2026-02-27", "2026-05-28", "Wednesday 27 May 2026 is Kurban Ait: Thursday"),
    (3, "month", "next", "2025-12-08", "2026-03-10", "Sunday 8 March moves to Monday 9: Tuesday 10"),
    (3, "month", "stays", "2026-05-01", "2026-08-01", "a Saturday: a certificate runs out all the same"),
    (3, "month", "stays", "2025-11-30", "2026-02-28", "February has no 30th"),
    (6, "month", "next", "2025-08-31", "2026-03-02", "28 February 2026, a Saturday: Monday"),
    (6, "month", "next", "2026-01-12", "2026-07-13", "12 July is a Sunday: Monday"),
    (6, "month", "next", "2026-02-28", "2026-08-28", "the same number, not the last day"),
    (1, "year", "next", "2026-02-03", "2027-02-03", "a Wednesday"),
    (1, "year", "next", "2024-02-29", "2025-02-28", "no leap day in 2025: the last day, a Friday"),
    (1, "year", "stays", "2024-02-29", "2025-02-28", "no leap day in 2025"),
    (1, "year", "stays", "2025-03-08", "2026-03-08", "a Sunday and a holiday: it stays"),
    (5, "year", "stays", "2024-02-29", "2029-02-28", "no leap day in 2029"),
    (5, "year", "stays", "2026-11-23", "2031-11-23", "a Sunday, and it stays"),
    (10, "year", "stays", "2026-11-23", "2036-11-23", "a Sunday, and it stays"),
    (10, "year", "stays", "2024-02-29", "2034-02-28", "no leap day in 2034"),
    (1, "day", "stays", "2026-05-08", "2026-05-09", "24 hours: Victory Day does not help"),
    (3, "day", "next", "2026-05-24", "2026-05-28", "Wed 27 May is Kurban Ait: Thursday"),
    (5, "day", "next", "2026-05-04", "2026-05-12", "Sat 9 May is a holiday, moved to Mon 11: Tuesday"),
    (10, "day", "next", "2026-03-11", "2026-03-26", "21-23 March, with Sat and Sun moved to 24 and 25: Thu 26"),
    (60, "day", "next", "2026-03-02", "2026-05-04", "day 60 is Fri 1 May, then a weekend: Mon 4"),
    (3, "workday", "next", "2026-05-25", "2026-05-29", "Tue 26, not Wed 27 (Kurban Ait), Thu 28, Fri 29"),
    (15, "workday", "next", "2026-04-27", "2026-05-21", "1, 7 and the moved 11 May are off"),
    (20, "workday", "next", "2026-03-02", "2026-04-03", "the moved 9 March and 23-25 March are off"),
    (2, "month", "next", "2026-06-30", "2026-08-31", "30 August is a Sunday: Mon 31"),
    (3, "month", "next", "2025-11-30", "2026-03-02", "there is no 30 February; Sat 28: Mon 2 March"),
    (1, "year", "next", "2028-02-29", "2029-02-28", "a leap day: the last of February"),
    (1, "year", "stays", "2028-02-29", "2029-02-28", "a leap day: the last of February"),
    (10, "year", "stays", "2026-05-09", "2036-05-09", "a document ends on the holiday itself"),
]

BY_KIND: dict[tuple[int, str, str], list[tuple[str, str, str]]] = defaultdict(list)
for value, unit, on_day_off, act, due, why in WORKED:
    BY_KIND[value, unit, on_day_off].append((act, due, why))

LIMITS = [(procedure, limit) for procedure in shipped.procedures() for limit in procedure.limits]


def calendar() -> Calendar:
    known = official()
    return Calendar(dict(known.days_off), frozenset(known.workdays))


@pytest.mark.parametrize(("procedure", "limit"), LIMITS, ids=lambda one: one.code)
def test_a_shipped_limit_ends_on_the_day_worked_out_by_hand(procedure: Procedure, limit: Limit) -> None:
    worked = BY_KIND[limit.value, limit.unit, limit.on_day_off]
    assert len(worked) >= 2, "count two acts of this kind of limit by hand, and add them above"
    for on, due, why in worked:
        for start in limit.starts:
            told = _told(limit, start, D(on))
            clocks = reckon(told, (limit,), calendar(), D(on)).clocks
            assert [(one.starts_on, one.due_on) for one in clocks] == [(D(on), D(due))], f"{start}: {why}"


def _told(limit: Limit, start: str, on: date) -> list[Happening]:
    """What starts the clock on this day: the act, the day it was served, or the act that an extension counts from."""
    now = datetime(2026, 1, 1, tzinfo=UTC)
    if limit.basis is not None:
        later = on + timedelta(days=80)
        return [
            Happening(uuid4(), limit.basis, on, recorded_at=now),
            Happening(uuid4(), start, later, recorded_at=now),
        ]
    made = on - timedelta(days=9) if limit.counts_from == "served" else on
    return [Happening(uuid4(), start, made, served_on=on, recorded_at=now)]


def test_what_was_worked_out_is_used() -> None:
    assert set(BY_KIND) == {(limit.value, limit.unit, limit.on_day_off) for _procedure, limit in LIMITS}
