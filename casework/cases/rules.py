"""Periods that the list of cases can be narrowed to: a month, a quarter, a year."""

import re
from dataclasses import dataclass
from datetime import date, timedelta

_CODE = re.compile(r"(?P<year>(?:19|20)\d\d)(?:-(?P<month>0[1-9]|1[0-2])|-Q(?P<quarter>[1-4]))?", re.ASCII)


@dataclass(frozen=True)
class Period:
    """From a day to a day, both included; the code says which: 2026-11, 2026-Q4, 2026."""

    code: str
    first: date
    last: date

    @property
    def is_month(self) -> bool:
        return "-" in self.code and "Q" not in self.code

    @property
    def is_quarter(self) -> bool:
        return "Q" in self.code


def period(code: str) -> Period | None:
    """The period with this code; None when it is none."""
    said = _CODE.fullmatch(code)
    if said is None:
        return None
    year = int(said["year"])
    if said["month"]:
        return Period(code, date(year, int(said["month"]), 1), _last_day(year, int(said["month"])))
    if said["quarter"]:
        end = 3 * int(said["quarter"])
        return Period(code, date(year, end - 2, 1), _last_day(year, end))
    return Period(code, date(year, 1, 1), date(year, 12, 31))


def recent_periods(today: date) -> list[Period]:
    """The last twelve months, the last four quarters and three years, each with the present one."""
    months = [_back(today, step) for step in range(12)]
    quarters = list(dict.fromkeys(f"{one.year}-Q{(one.month + 2) // 3}" for one in months))[:4]
    codes = [f"{one.year}-{one.month:02}" for one in months] + quarters
    codes += [str(today.year - step) for step in range(3)]
    return [found for code in codes if (found := period(code)) is not None]


def month_of(day: date) -> str:
    return f"{day.year}-{day.month:02}"


def _back(day: date, months: int) -> date:
    whole = day.year * 12 + day.month - 1 - months
    return date(whole // 12, whole % 12 + 1, 1)


def _last_day(year: int, month: int) -> date:
    return _back(date(year, month, 1), -1) - timedelta(days=1)
