"""P1, P2, P3: figures as of a day, beside plain SQL over the base tables and DuckDB over the same rows."""

from collections import Counter, defaultdict
from uuid import UUID

from sqlalchemy import text

from bench import beside
from bench.beside import Duck
from bench.country import AS_OF, DAY, SINCE, Country
from casework.core.db import db
from casework.core.scope import unscoped
from casework.figures import indicators, report
from casework.figures.flows import Stocks
from casework.releases.events import ENOUGH, Window, events

P1_BAR, P1_GROWTH, P2_BAR, P3_BAR = 0.020, 2.0, 1.0, 1.3
COLUMNS = ("status", "origin", "sex", "age_band", "region")


class Figures:
    """What was measured in one country."""

    def __init__(self, place: Country) -> None:
        duck = Duck(place.path)
        values = beside.asked(DAY)
        by_figure = beside.timed(lambda: report.key_figures(DAY), 15)
        plain = beside.timed(lambda: _sql(beside.KEY_FIGURES, values), 2)
        in_duck = beside.timed(lambda: duck.all(beside.KEY_FIGURES, values), 5)
        self.key_figures = by_figure
        _agree_on_key_figures(duck)
        _say("P1 Key Figures as of a day", place.persons, by_figure, P1_BAR, "GROUP BY", plain, "DuckDB", in_duck)

        crossed = beside.timed(_cross_table, 5)
        in_duck = beside.timed(lambda: duck.all(beside.CROSS_TABLE, values), 5)
        _agree_on_cross_table(duck)
        _say("P2 status × origin × sex × age × region", place.persons, crossed, in_duck * P2_BAR, "DuckDB", in_duck)

        year = {"since": SINCE.isoformat(), "day": AS_OF.isoformat()}
        counted = beside.timed(_sessions, 3)
        plain = beside.timed(lambda: _sql(beside.SESSIONS, year), 3)
        _agree_on_sessions()
        what = f"P3 sessions of a year of {place.sessions:,} by kind and month"
        _say(what, place.persons, counted, plain * P3_BAR, "GROUP BY", plain)


def growth(small: Figures, large: Figures) -> None:
    """How many times as much the Key Figures cost in a larger country."""
    times = large.key_figures / small.key_figures
    print(f"P1 costs {times:.2f} times as much in the largest country as in the small one; bar {P1_GROWTH}")


def _say(what: str, persons: int, taken: float, bar: float, *others: str | float) -> None:
    beside_it = "  ".join(
        f"{name} {seconds * 1000:,.1f} ms ({seconds / taken:,.1f}×)"
        for name, seconds in zip(others[::2], others[1::2], strict=True)
        if isinstance(seconds, float)
    )
    print(f"   {what}: {taken * 1000:,.1f} ms; bar {bar * 1000:,.1f} ms, ratio {taken / bar:.2f}; {beside_it}")


def _sql(question: str, values: dict[str, object]) -> list[tuple[object, ...]]:
    statement = text(question).execution_options(**unscoped("bench"))
    wanted = {name: value for name, value in values.items() if f":{name}" in question}
    return [tuple(row) for row in db.session.execute(statement, wanted)]


# -- P1 ----------------------------------------------------------------------------------------------------------


def _agree_on_key_figures(duck: Duck) -> None:
    found = report.key_figures(DAY).figure("undetermined").value
    for rows in (_sql(beside.KEY_FIGURES, beside.asked(DAY)), duck.all(beside.KEY_FIGURES, beside.asked(DAY))):
        counted: Counter[tuple[object, object]] = Counter()
        for dimension, code, _origin, persons in rows:
            counted[dimension, code] += int(str(persons))
        if found != counted["nationality", "UN"]:
            raise AssertionError(f"{found} in the ledger, {counted} in the tables")


# -- P2 ----------------------------------------------------------------------------------------------------------


def _cross_table() -> Counter[tuple[str, ...]]:
    """As releases count, but for all who are in the stock and by everything at once."""
    statuses = indicators.REFUGEES_AND_ASYLUM_SEEKERS.statuses
    found: Counter[tuple[str, ...]] = Counter()
    for (_owner, *at), persons in Stocks().by(DAY, "displacement", statuses, COLUMNS).items():
        found[tuple(at)] += persons
    return found


def _agree_on_cross_table(duck: Duck) -> None:
    there = {tuple(row[:5]): row[5] for row in duck.all(beside.CROSS_TABLE, beside.asked(DAY))}
    here = dict(_cross_table())
    if here != there:
        raise AssertionError(f"{len(here)} cells in the ledger, {len(there)} in DuckDB, {here.items() ^ there.items()}")


# -- P3 ----------------------------------------------------------------------------------------------------------

Cells = dict[tuple[str, str], tuple[int, int]]


def _sessions() -> Cells:
    """Sessions by kind and month, and how many persons are behind each, up to ENOUGH: what a release asks before it
    shows a cell.

    By sex there is no such table: several persons may be in one session.
    """
    times: Counter[tuple[str, str]] = Counter()
    persons: dict[tuple[str, str], set[UUID]] = defaultdict(set)
    for event in events("sessions", Window(SINCE, AS_OF)):
        at = str(event.codes["modality"]), event.month
        times[at] += event.times
        persons[at] |= event.persons
    return {at: (times[at], min(len(persons[at]), ENOUGH)) for at in times}


def _agree_on_sessions() -> None:
    year = {"since": SINCE.isoformat(), "day": AS_OF.isoformat()}
    there = {(row[0], row[1]): (row[2], min(row[3], ENOUGH)) for row in _sql(beside.SESSIONS, year)}
    if _sessions() != there:
        raise AssertionError("the sessions of the application and those of plain SQL differ")
