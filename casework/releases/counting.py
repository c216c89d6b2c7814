"""The exact counts behind a release: every table with all its margins, and what is known to add up.

Nothing but the protection may read them. The same records give the same facts on either database, in the same order.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import product
from statistics import median
from typing import Any
from uuid import UUID

from sqlalchemy import select

from casework.accounts.models import Organisation
from casework.core.db import db
from casework.core.i18n import Text
from casework.disclosure.tables import MONTH, TOTAL, At, Category, Dimension, Equation, Facts, Spot, Table, When
from casework.figures import flows, indicators, queries, rules
from casework.figures.flows import Came, Period, Stocks
from casework.procedures import queries as procedures
from casework.releases import declared
from casework.releases.declared import KEY_FIGURE, DeclaredTable
from casework.releases.definitions import DIMENSIONS, IN, OUT, POPULATIONS, STOCK
from casework.releases.events import Event, Window, decided, events
from casework.releases.rules import THRESHOLD

LISTED_AT_LEAST = 10
"""No country of origin is listed with fewer, whatever is asked for."""
ENOUGH_DECIDED = 10
ROUNDED_TO = 10
"""Days: a median says nothing of any one case."""

Listed = Mapping[str, Sequence[str]]
"""Countries of origin, by the code of a stock."""

_COLUMNS = {"age": "age_band", "macro_region": "region", "main_origin": "origin"}
_IMMUTABLE = ("origin", "sex")


@dataclass
class _Group:
    """All that is in one finest cell at one partner: how often, and who, as far as they are not all different."""

    times: int = 0
    others: int = 0
    """Persons who are in no other group and no other time."""
    persons: set[UUID] = field(default_factory=set)


Groups = dict[tuple[str, At], _Group]
"""By organisation and cell."""


# -- the whole -------------------------------------------------------------------------------------------------


def facts(
    as_of: date,
    since: date,
    tables: Sequence[DeclaredTable],
    listed: Listed,
    *,
    cut: datetime | None = None,
    earlier: datetime | None = None,
    listed_from: int = 0,
    listed_before: Listed | None = None,
) -> Facts:
    """All counts of a release as of a day and of what happened since another; both are firsts of months (ValueError).

    `cut`: what was recorded until then; None: what is recorded now. `earlier`: the cut of the release that was frozen
    as of `since`: the account opens with what that one counted, and what was recorded since then about the time before
    is a line of its own. `listed`: the countries of origin to list; those not `listed_before` have a floor,
    `listed_from`. Persons at several partners count once, and a partner's own counts leave out whom another counts.
    """
    declared.months(since, as_of)
    count = _Count(as_of, since, listed, cut, earlier)
    chosen = [KEY_FIGURE, *(one for one in tables if one != KEY_FIGURE)]
    found = [count.table(one) for one in chosen]
    found += [count.total(code, as_of) for code in _stocks() if not any(one.population == code for one in found)]
    for code in _stocks():
        found += count.unpublished_flows(code, [one for one in chosen if one.of.stock == code])
    told = {one.population for one in found}
    moving = [code for code in _stocks() if {code + IN, code + OUT} <= told]
    found += [count.total(code, since) for code in moving]
    return Facts(
        tables=tuple(found),
        equations=(*_accounts(moving, since, as_of), *_same_numbers(found, since, as_of), *_sums(found, as_of)),
        forced=_forced(found, as_of),
        floors=_floors(as_of, listed, listed_from, listed_before or {}),
    )


def listed(
    as_of: date, listed_from: int, before: Listed | None = None, *, cut: datetime | None = None
) -> dict[str, list[str]]:
    """The countries of origin to list, by stock: with at least so many persons, or listed in an earlier release.

    With 0 none but those listed before. Countries that the Key Figures name are always listed. Raises ValueError below
    LISTED_AT_LEAST.
    """
    if 0 < listed_from < LISTED_AT_LEAST:
        raise ValueError("so few persons must not be listed by country")
    stocks = Stocks(cut)
    found: dict[str, list[str]] = {}
    for code in _stocks():
        population = POPULATIONS[code]
        counts: Counter[str] = Counter()
        found_at = stocks.by(as_of, population.history, population.statuses, ("origin",))
        for (_owner, *origin), persons in found_at.items():
            counts[origin[0]] += persons
        named = {origin for origin, persons in counts.items() if 0 < listed_from <= persons}
        named.update((before or {}).get(code, ()))
        if code == KEY_FIGURE.population:
            named.update(declared.NAMED_ORIGINS)
        found[code] = sorted(named)
    return found


def _stocks() -> list[str]:
    return [code for code, one in POPULATIONS.items() if one.kind == STOCK]


# -- counting one table ------------------------------------------------------------------------------------------


class _Count:
    """What is read once for all tables of a release."""

    def __init__(
        self, as_of: date, since: date, listed: Listed, cut: datetime | None, earlier: datetime | None
    ) -> None:
        self.as_of, self.since, self.listed, self.cut, self.earlier = as_of, since, listed, cut, earlier
        self._stocks = Stocks(cut)
        self._as_released = Stocks(earlier if earlier is not None else cut)
        self._partners = _partners()
        self._same = flows.same_persons(cut)
        self._events: dict[str, list[Event]] = {}
        self._came: dict[str, list[Came]] = {}

    def table(self, one: DeclaredTable, *, is_published: bool = True) -> Table:
        """A declared table with its counts."""
        dimensions = [
            declared.dimension(each, one.population, self.since, self.as_of, self.listed) for each in one.dimensions
        ]
        place = [_placing(code, dimension) for code, dimension in zip(one.dimensions, dimensions, strict=True)]
        if one.of.kind == STOCK:
            groups = self._persons(one, place, self.as_of, self._stocks)
        elif declared.is_of_the_ledger(one.population):
            groups = self._flows(one, place)
        else:
            groups = self._happened(one, place)
        dimensions = [_with_strays(dimension, n, groups) for n, dimension in enumerate(dimensions)]
        counts, persons, own = _margins(dimensions, groups)
        zero = declared.impossible(one, dimensions)
        return Table(
            code=one.code,
            population=one.population,
            when=self.as_of if one.of.kind == STOCK else (self.since, self.as_of),
            dimensions=tuple(dimensions),
            counts=counts,
            persons=None if one.of.kind == STOCK else persons,
            own=own,
            # A case that was of another kind when it got its outcome makes none of them impossible.
            structural=frozenset() if any(counts[at] for at in zero) else zero,
            is_published=is_published,
        )

    def total(self, population: str, day: date) -> Table:
        """A stock as one number: as of the day of the release, or at the start of its period."""
        stocks = self._as_released if day == self.since else self._stocks
        groups = self._persons(DeclaredTable(population, ()), [], day, stocks)
        counts, _persons, own = _margins([], groups)
        name = "opening" if day == self.since else "total"
        return Table(f"{population}_{name}", population, day, (), counts, own=own)

    def unpublished_flows(self, population: str, chosen: Sequence[DeclaredTable]) -> list[Table]:
        """Who came and who left by what nobody changes: a reader can subtract two stocks of a release by it."""
        told = {tuple(each for each in _IMMUTABLE if each in _characteristics(one)) for one in chosen}
        wanted = {by for by in told if by} - {(by,) for pair in told if len(pair) > 1 for by in pair}
        return [
            self.table(DeclaredTable(population + way, dimensions), is_published=False)
            for way in (IN, OUT)
            for dimensions in sorted(wanted - {one.dimensions for one in chosen if one.population == population + way})
        ]

    def _persons(self, one: DeclaredTable, place: Sequence["_Place"], day: date, stocks: Stocks) -> Groups:
        columns = [_COLUMNS.get(each, each) for each in one.dimensions]
        groups: Groups = defaultdict(_Group)
        for (owner, *raw), persons in stocks.by(day, one.of.history, one.of.statuses, columns).items():
            at = tuple(put(code) for put, code in zip(place, raw, strict=True))
            groups[self._partners[owner], at].times += persons
        return groups

    def _flows(self, one: DeclaredTable, place: Sequence["_Place"]) -> Groups:
        of = one.of
        if of.stock not in self._came:
            period = Period(self.since, self.as_of, self.cut, self.earlier)
            self._came[of.stock] = flows.came_and_left(period, of.history, of.statuses)
        groups: Groups = defaultdict(_Group)
        for came in self._came[of.stock]:
            if came.is_in != one.population.endswith(IN):
                continue
            at = tuple(put(getattr(came, each)) for put, each in zip(place, one.dimensions, strict=True))
            group = groups[self._partners[came.organisation_id], at]
            group.times += came.times
            if came.person is None:
                group.others += came.times
            else:
                group.persons.add(came.person)
        return groups

    def _happened(self, one: DeclaredTable, place: Sequence["_Place"]) -> Groups:
        if one.population not in self._events:
            self._events[one.population] = events(one.population, Window(self.since, self.as_of, self.cut))
        groups: Groups = defaultdict(_Group)
        for event in self._events[one.population]:
            raw = (event.month if each == MONTH else event.codes.get(each) for each in one.dimensions)
            at = tuple(put(code) for put, code in zip(place, raw, strict=True))
            group = groups[self._partners[event.organisation_id], at]
            group.times += event.times
            group.persons.update(self._same.get(person, person) for person in event.persons)
        return groups


def _partners() -> dict[UUID, str]:
    """What a partner is called in the facts: its name, which is the same in every database; if need be with its id."""
    rows = db.session.execute(select(Organisation.id, Organisation.name_en)).all()
    borne = Counter(name for _id, name in rows)
    return {one: name if borne[name] == 1 else f"{name} {one}" for one, name in rows}


_Place = Callable[[Any], str]


def _placing(code: str, dimension: Dimension) -> _Place:
    """In which category of a dimension a recorded code is."""
    category_of = {
        member: one.code
        for one in dimension.categories
        for member in (one.members or (one.code,))
        if one.members is not None
    }
    unknown = declared.unknown(code)
    return lambda recorded: category_of.get(recorded, unknown)


def _with_strays(dimension: Dimension, place: int, groups: Groups) -> Dimension:
    """With a line for what was recorded under a code that no list knows, if there is any: no one is left out."""
    known = {one.code for one in dimension.categories}
    strays = sorted({at[place] for _partner, at in groups} - known)
    more = tuple(Category(code) for code in strays)
    return Dimension(dimension.code, (*dimension.categories, *more), dimension.is_sensitive) if more else dimension


def _margins(
    dimensions: Sequence[Dimension], groups: Groups
) -> tuple[dict[At, int], dict[At, int], dict[str, dict[At, int]]]:
    """Every cell of a table, zeros and margins too: how many, how many persons, and how many of each partner."""
    places = product(*([TOTAL, *(one.code for one in dimension.categories)] for dimension in dimensions))
    counts: dict[At, int] = dict.fromkeys(places, 0)
    others: Counter[At] = Counter()
    persons: dict[At, set[UUID]] = defaultdict(set)
    own: dict[str, dict[At, int]] = {}
    for (partner, at), group in sorted(groups.items(), key=lambda pair: pair[0]):
        if not group.times:
            continue
        of_partner = own.setdefault(partner, {})
        for margin in product(*((TOTAL, code) for code in at)):
            counts[margin] += group.times
            others[margin] += group.others
            persons[margin] |= group.persons
            of_partner[margin] = of_partner.get(margin, 0) + group.times
    behind = {at: others[at] + len(persons[at]) if at in persons else 0 for at in counts}
    return counts, behind, own


def _characteristics(one: DeclaredTable) -> set[str]:
    return {DIMENSIONS[each].characteristic for each in one.dimensions}


# -- what is known to add up ---------------------------------------------------------------------------------------


def _whole(population: str, when: When) -> Spot:
    return Spot(population, when, frozenset())


def _accounts(stocks: Iterable[str], since: date, as_of: date) -> list[Equation]:
    """Opening + in − out − closing = 0."""
    period = (since, as_of)
    return [
        Equation(
            (
                (1, _whole(code, since)),
                (1, _whole(code + IN, period)),
                (-1, _whole(code + OUT, period)),
                (-1, _whole(code, as_of)),
            )
        )
        for code in stocks
    ]


def _same_numbers(tables: Iterable[Table], since: date, as_of: date) -> list[Equation]:
    """Sessions are sessions, whether they are counted by themselves or among the activities."""
    by_month = {table.population for table in tables if any(one.code == MONTH for one in table.dimensions)}
    told = {table.population for table in tables}
    found = []
    for code in ("sessions", "services"):
        if not {code, "activities"} <= told:
            continue
        whens: list[When] = [(since, as_of)]
        if {code, "activities"} <= by_month:
            starts = [date.fromisoformat(f"{month}-01") for month in declared.months(since, as_of)]
            whens += zip(starts, [*starts[1:], as_of], strict=True)
        among = frozenset({("activity", code)})
        found += [Equation(((1, Spot("activities", when, among)), (-1, _whole(code, when)))) for when in whens]
    return found


def _sums(tables: Iterable[Table], as_of: date) -> list[Equation]:
    """A Key Figure that is a sum of a counted figure and one of others tells the counted one."""
    whole = {
        table.population: table.counts[(TOTAL,) * len(table.dimensions)] for table in tables if table.when == as_of
    }
    found = []
    for figure in indicators.KEY_FIGURES:
        counted = [one for one in figure.components if one.code in whole]
        others = [one for one in figure.components if one.code not in whole]
        if counted and all(queries.external_in([one.series], as_of) for one in others):
            terms = tuple((1, _whole(one.code, as_of)) for one in counted)
            found.append(Equation(terms, sum(whole[one.code] for one in counted)))
    return found


def _forced(tables: Iterable[Table], as_of: date) -> frozenset[Spot]:
    """Grand totals, of events only with enough persons behind them, and the parts of the Key Figure if all are large,
    for partners without their own as well.

    Who came and who left are told apart only if both may be: their difference is known.
    """
    found: set[Spot] = set()
    totals: dict[tuple[str, When], int] = {}
    for table in tables:
        at = (TOTAL,) * len(table.dimensions)
        totals[table.population, table.when] = (
            table.counts[at] if table.persons is None else min(table.counts[at], table.persons[at])
        )
        if table.code == KEY_FIGURE.code and _are_large(table):
            origin = table.dimensions[0]
            parts = (frozenset({("origin", origin.identity(one))}) for one in origin.categories)
            found |= {Spot(table.population, as_of, part) for part in parts}
    for population, when in totals:
        beside = {population}
        if declared.is_of_the_ledger(population) and not isinstance(when, date):
            beside = {population.partition(":")[0] + way for way in (IN, OUT)}
        if isinstance(when, date) or all(_is_safe(totals.get((one, when), 0)) for one in beside):
            found.add(_whole(population, when))
    return frozenset(found)


def _are_large(table: Table) -> bool:
    """As the Key Figures are shown outside releases."""
    places = [(one.code,) for one in table.dimensions[0].categories]
    own = [[of_partner.get(at, 0) for at in places] for of_partner in table.own.values()]
    return rules.may_be_shown([table.counts[at] for at in places], own)


def _is_safe(behind: int) -> bool:
    return behind == 0 or behind >= THRESHOLD


def _floors(as_of: date, listed: Listed, listed_from: int, before: Listed) -> dict[Spot, int]:
    """Whoever knows the method knows that a country newly listed counts at least so many."""
    return {
        Spot(code, as_of, frozenset({("origin", origin)})): listed_from
        for code, origins in sorted(listed.items())
        for origin in origins
        if listed_from
        and origin not in before.get(code, ())
        and not (code == KEY_FIGURE.population and origin in declared.NAMED_ORIGINS)
    }


# -- how long it took ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Duration:
    """The median of days until the first decision under a procedure; None when there were too few."""

    code: str
    name: Text
    definition: Text
    median_days: int | None

    @property
    def is_hidden(self) -> bool:
        return self.median_days is None


_DURATION = Text(
    "The median number of days from the registration of an asylum application, or the filing of any other, to "
    "the first "
    "decision, over the cases decided in the period; rounded to ten days, and withheld for fewer than ten cases.",
    "Медианное число дней от регистрации ходатайства об убежище или подачи иного заявления до первого решения "
    "по делам, "
    "решённым за период; округлено до десяти дней и не показывается, если дел менее десяти.",
    "Баспана туралы өтінішхат тіркелгеннен немесе өзге өтініш берілгеннен алғашқы шешімге дейінгі күндердің медианасы, "
    "кезең ішінде шешілген істер бойынша; он күнге дейін дөңгелектелген, істер оннан аз болса көрсетілмейді.",
)


def durations(since: date, as_of: date, *, cut: datetime | None = None) -> list[Duration]:
    """For each procedure the median days to a first decision, in the order of the procedures."""
    same = flows.same_persons(cut)
    days: dict[str, list[int]] = defaultdict(list)
    persons: dict[str, set[UUID]] = defaultdict(set)
    for one in decided(Window(since, as_of, cut)):
        days[one.procedure].append(one.days)
        persons[one.procedure].update(same.get(person, person) for person in one.persons)
    return [
        Duration(code, declared.category_text("procedure", code), _DURATION, _rounded(days[code], len(persons[code])))
        for code in dict.fromkeys(one.code for one in procedures.every())
    ]


def _rounded(days: Sequence[int], persons: int) -> int | None:
    if min(len(days), persons) < ENOUGH_DECIDED:
        return None
    return ROUNDED_TO * int((median(days) + ROUNDED_TO / 2) // ROUNDED_TO)
