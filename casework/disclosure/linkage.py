"""All tables of all releases as one set of numbers, and everything that is known to add up among them."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import IntEnum

from casework.disclosure.categories import Group, group_of
from casework.disclosure.tables import MONTH, TOTAL, At, Facts, Hidden, Spot, Table, When

IMMUTABLE = frozenset({"origin", "sex"})
"""Nobody's changes: who was counted in one stock and not in the next came or left in between with the same."""

WAYS = (":in", ":out")

Traits = frozenset[tuple[str, str]]


class State(IntEnum):
    """What becomes of a number."""

    SHOWN = 0
    """Everyone knows it: forced, structural, or shown before."""
    FREE = 1
    """To be decided."""
    WITHHELD = 2
    """Stays unseen, whatever is decided."""
    DERIVED = 3
    """In no published table; what can be worked out of the others must stay vague."""


@dataclass
class Number:
    """One number of the problem: `value` and `own` as counted, `at_least` as the method tells everyone."""

    spot: Spot
    value: int
    state: State
    at_least: int = 0
    own: dict[str, int] = field(default_factory=dict)
    persons: int | None = None
    places: list[tuple[str, At]] = field(default_factory=list)
    """Where this release shows it."""
    was_withheld: bool | None = None
    """In the release before; None: it was not there."""
    is_forced: bool = False
    is_structural: bool = False


Row = tuple[tuple[int, int], ...]
"""Pairs of a number's index and its factor: with these factors the differences between any two caseloads that print
the same add up to 0."""


@dataclass
class Problem:
    """The numbers, what adds up, and the lines of sensitive dimensions: (the group, one category of it)."""

    numbers: list[Number] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    lines: list[tuple[int, int]] = field(default_factory=list)
    totals: dict[int, int] = field(default_factory=dict)
    """For each number the one that counts all of its population at the same time, if there is one."""
    sizes: dict[str, int] = field(default_factory=dict)
    """How many cells each table of the release to be decided has."""


_Class = dict[Traits, int]


class Linkage:
    """Builds the problem, release after release."""

    def __init__(self) -> None:
        self.problem = Problem()
        # Editions of a day whose numbers agree are one class; a corrected population starts another.
        self._classes: dict[tuple[str, When], list[_Class]] = {}
        self._families: dict[tuple[str, When], dict[str, dict[tuple[Group, ...], None]]] = {}
        self._known_rows: set[Row] = set()
        self._days: list[tuple[str, tuple[date, date], dict[str, _Class]]] = []

    def add(self, facts: Facts, hidden: Hidden | None) -> None:
        """One more release: `hidden` says what an earlier one withheld, None stands for the one to be decided."""
        placed = {table.code: spots(table) for table in facts.tables}
        counts: dict[tuple[str, When], dict[Traits, int]] = {}
        for table in facts.tables:
            for at, spot in placed[table.code].items():
                if (
                    counts.setdefault((spot.population, spot.when), {}).setdefault(spot.traits, table.counts[at])
                    != (table.counts[at])
                ):
                    raise ValueError(f"{table.code}: {at} is another number in another table")
        known = frozenset(self._classes)
        shown_as = {key: self._class_of(key, found) for key, found in counts.items()}
        for table in facts.tables:
            self._add_table(table, placed[table.code], facts.forced, hidden, shown_as)
        for table in facts.tables:
            self._add_margins(table, placed[table.code], shown_as)
        for spot, floor in facts.floors.items():
            index = shown_as.get((spot.population, spot.when), {}).get(spot.traits)
            if index is not None:
                number = self.problem.numbers[index]
                number.at_least = max(number.at_least, min(floor, number.value))
        self._add_equations(facts, shown_as)
        self._note_days(shown_as, known)

    def finish(self) -> Problem:
        """Link what stands in different tables and releases."""
        for key, classes in self._classes.items():
            for one in classes:
                self._link_categories(key, one)
        self._link_periods()
        self._link_days()
        for classes in self._classes.values():
            for one in classes:
                total = one.get(frozenset())
                if total is not None:
                    for index in one.values():
                        self.problem.totals[index] = total
        return self.problem

    def row(self, terms: Iterable[tuple[int, int]]) -> None:
        """These add up: once is enough."""
        summed: dict[int, int] = {}
        for index, factor in terms:
            summed[index] = summed.get(index, 0) + factor
        row = tuple(sorted((index, factor) for index, factor in summed.items() if factor))
        if row and row[0][1] < 0:
            row = tuple((index, -factor) for index, factor in row)
        if row and row not in self._known_rows:
            self._known_rows.add(row)
            self.problem.rows.append(row)

    # -- one release ---------------------------------------------------------------------------------------------

    def _class_of(self, key: tuple[str, When], counts: Mapping[Traits, int]) -> _Class:
        classes = self._classes.setdefault(key, [])
        for one in classes:
            if all(
                self.problem.numbers[one[traits]].value == count for traits, count in counts.items() if traits in one
            ):
                # The latest is last: links over time go by it.
                classes.remove(one)
                classes.append(one)
                return one
        classes.append({})
        return classes[-1]

    def _add_table(
        self,
        table: Table,
        placed: Mapping[At, Spot],
        forced: frozenset[Spot],
        hidden: Hidden | None,
        shown_as: Mapping[tuple[str, When], _Class],
    ) -> None:
        withheld = None if hidden is None else hidden.get(table.code, frozenset())
        if withheld is None:
            self.problem.sizes[table.code] = len(table.counts)
        for at, count in table.counts.items():
            spot = placed[at]
            key = (spot.population, spot.when)
            index = shown_as[key].get(spot.traits)
            if index is None:
                index = len(self.problem.numbers)
                self.problem.numbers.append(Number(spot, count, State.DERIVED))
                shown_as[key][spot.traits] = index
            number = self.problem.numbers[index]
            number.own.update({partner: own[at] for partner, own in table.own.items() if own.get(at)})
            if table.persons is not None:
                number.persons = table.persons[at]
            number.is_structural |= at in table.structural
            if number.is_structural:
                number.state = State.SHOWN
            if not table.is_published or number.is_structural:
                if hidden is None and table.is_published:
                    number.places.append((table.code, at))
                continue
            if withheld is not None:
                if at not in withheld:
                    number.state = State.SHOWN
                elif number.state == State.DERIVED:
                    number.state = State.WITHHELD
            else:
                number.places.append((table.code, at))
                was_withheld = self._was_withheld_before(key, number, shown_as[key])
                if spot in forced and not was_withheld:
                    number.is_forced = True
                    number.state = State.SHOWN
                elif number.state != State.SHOWN:
                    number.state = State.WITHHELD if was_withheld else State.FREE

    def _was_withheld_before(self, key: tuple[str, When], number: Number, mine: _Class) -> bool:
        """In an edition of the same day, of a population that was corrected since: it stays withheld."""
        for one in self._classes[key]:
            index = one.get(number.spot.traits)
            if one is not mine and index is not None and self.problem.numbers[index].state == State.WITHHELD:
                return True
        return False

    def _add_margins(
        self, table: Table, placed: Mapping[At, Spot], shown_as: Mapping[tuple[str, When], _Class]
    ) -> None:
        def index_at(at: At) -> int:
            spot = placed[at]
            return shown_as[spot.population, spot.when][spot.traits]

        for position, dimension in enumerate(table.dimensions):
            family = tuple(group_of(dimension, category) for category in dimension.categories)
            for at in table.counts:
                if at[position] != TOTAL:
                    continue
                parts = [(*at[:position], category.code, *at[position + 1 :]) for category in dimension.categories]
                if table.counts[at] != sum(table.counts[part] for part in parts):
                    raise ValueError(f"{table.code}: {at} is not the sum of its parts")
                self.row([(index_at(at), -1), *((index_at(part), 1) for part in parts)])
                if dimension.code != MONTH:
                    key = (placed[at].population, placed[at].when)
                    self._families.setdefault(key, {}).setdefault(dimension.code, {})[family] = None
                if dimension.is_sensitive and table.is_published:
                    self._add_line(table, index_at(at), [(part, index_at(part)) for part in parts])

    def _add_line(self, table: Table, group: int, parts: Sequence[tuple[At, int]]) -> None:
        possible = [index for at, index in parts if at not in table.structural]
        if len(possible) > 1:
            self.problem.lines.extend((group, index) for index in possible if (group, index) not in self.problem.lines)

    def _add_equations(self, facts: Facts, shown_as: Mapping[tuple[str, When], _Class]) -> None:
        for equation in facts.equations:
            terms: list[tuple[int, int]] = []
            rest, missing = -equation.constant, []
            for factor, spot in equation.terms:
                key = (spot.population, spot.when)
                index = shown_as.get(key, {}).get(spot.traits)
                if index is None:
                    missing.append((factor, spot))
                    continue
                terms.append((index, factor))
                rest += factor * self.problem.numbers[index].value
            if not missing:
                if rest:
                    raise ValueError(f"An equation is not true: {equation}")
                self.row(terms)
            elif len(missing) == 1 and rest % missing[0][0] == 0:
                factor, spot = missing[0]
                known = self._latest(spot.population, spot.when).get(spot.traits)
                if known is not None and self.problem.numbers[known].value == -rest // factor:
                    self.row([*terms, (known, factor)])
                else:
                    # A number that only the account prints.
                    self.row(terms)
            else:
                raise ValueError(f"An equation of numbers that are not counted: {equation}")

    # -- over tables and releases --------------------------------------------------------------------------------

    def _latest(self, population: str, when: When) -> _Class:
        classes = self._classes.get((population, when))
        return classes[-1] if classes else {}

    def derived(self, one: _Class, spot: Spot, terms: Sequence[tuple[int, int]]) -> int:
        """The index of a number that nobody publishes and everyone may reckon: factor × number, summed."""
        index = one.get(spot.traits)
        if index is not None:
            return index
        numbers = self.problem.numbers
        partners = sorted({partner for index, _ in terms for partner in numbers[index].own})
        own = {partner: sum(f * numbers[i].own.get(partner, 0) for i, f in terms) for partner in partners}
        numbers.append(
            Number(
                spot,
                sum(factor * numbers[index].value for index, factor in terms),
                State.DERIVED,
                own={partner: count for partner, count in own.items() if count > 0},
            )
        )
        one[spot.traits] = len(numbers) - 1
        return len(numbers) - 1

    def _link_categories(self, key: tuple[str, When], one: _Class) -> None:
        """A group of codes is the sum of the finer groups within it, and of what they leave out."""
        families = self._families.get(key, {})
        groups = {
            (code, group.identity): group for code, lists in families.items() for family in lists for group in family
        }
        for traits, index in list(one.items()):
            for code, lists in families.items():
                mine = next((trait for trait in traits if trait[0] == code), None)
                group = Group.everyone() if mine is None else groups[mine]
                others = traits - {mine} if mine else traits
                for family in lists:
                    parts = [part for part in family if part != group and part.is_within(group)]
                    indices = [one.get(others | {(code, part.identity)}) for part in parts]
                    if not parts or None in indices:
                        continue
                    found = [(part, 1) for part in indices if part is not None]
                    left = group.without(parts)
                    if left.is_empty or mine is None:
                        self._row_if_true([(index, -1), *found])
                        continue
                    spot = Spot(*key, others | {(code, left.identity)})
                    terms = [(index, 1), *((part, -1) for part, _ in found)]
                    if sum(self.problem.numbers[i].value * factor for i, factor in terms) < 0:
                        continue  # Editions that cannot be put together.
                    rest = self.derived(one, spot, terms)
                    self._row_if_true([(index, -1), *found, (rest, 1)])

    def _row_if_true(self, terms: Sequence[tuple[int, int]]) -> None:
        if sum(self.problem.numbers[index].value * factor for index, factor in terms) == 0:
            self.row(terms)

    def _link_periods(self) -> None:
        """Elementary periods: what overlapping or nested periods tell about the days between their ends."""
        periods: dict[tuple[str, Traits], dict[tuple[date, date], int]] = {}
        for (population, when), classes in self._classes.items():
            if isinstance(when, tuple):
                for traits, index in classes[-1].items():
                    periods.setdefault((population, traits), {})[when] = index
        for (population, traits), counted in periods.items():
            if len(counted) > 1:
                self._link_ends(population, traits, counted)

    def _link_ends(self, population: str, traits: Traits, counted: Mapping[tuple[date, date], int]) -> None:
        # What happened up to each day, as far as the periods connect the days: sums of ± periods.
        ends = sorted({day for period in counted for day in period})
        until: dict[date, dict[int, int]] = {}
        roots: dict[date, date] = {}
        for start in ends:
            if start in until:
                continue
            until[start], roots[start] = {}, start
            reached = [start]
            while reached:
                day = reached.pop()
                for (first, last), index in counted.items():
                    for here, there, factor in ((first, last, 1), (last, first, -1)):
                        if here == day and there not in until:
                            until[there], roots[there] = _plus(until[day], {index: factor}), start
                            reached.append(there)
        for (first, last), index in counted.items():
            inner = [day for day in ends if first <= day <= last and roots[day] == roots[first]]
            if len(inner) < 3:
                continue
            terms = [(index, -1)]
            for begin, end in itertools.pairwise(inner):
                made_of = [(i, f) for i, f in _plus(until[end], until[begin], -1).items() if f]
                if sum(self.problem.numbers[i].value * f for i, f in made_of) < 0:
                    break
                classes = self._classes.setdefault((population, (begin, end)), [{}])
                terms.append((self.derived(classes[-1], Spot(population, (begin, end), traits), made_of), 1))
            else:
                self._row_if_true(terms)

    def _note_days(self, shown_as: Mapping[tuple[str, When], _Class], before: frozenset[tuple[str, When]]) -> None:
        """Which state of an earlier day a release went on from: a later edition of that day changes nothing of it.

        A day that no one knew `before` stands beside a later one of which there was a draft.
        """
        days: dict[str, list[date]] = {}
        for population, when in shown_as:
            if not isinstance(when, tuple):
                days.setdefault(population, []).append(when)
        for population, told in days.items():
            known = sorted(when for each, when in self._classes if each == population and not isinstance(when, tuple))
            for first, second in itertools.pairwise(known):
                is_between = first == max(told) and (population, first) not in before
                if second == max(told) or is_between or (first in told and second in told):
                    found = {name: self._state(shown_as, (population, day)) for name, day in _ends(first, second)}
                    for way in WAYS:
                        moved = (population + way, (first, second))
                        if moved in shown_as:
                            found[way] = shown_as[moved]
                    self._days.append((population, (first, second), found))

    def _state(self, shown_as: Mapping[tuple[str, When], _Class], key: tuple[str, When]) -> _Class:
        return shown_as[key] if key in shown_as else self._latest(*key)

    def _link_days(self) -> None:
        """From one as-of day to the next: more = came − left, also by what nobody changes."""
        for population, period, found in self._days:
            opening, closing = found["opening"], found["closing"]
            came, left = (found.get(way) or self._latest(population + way, period) for way in WAYS)
            for traits, index in closing.items():
                if {code for code, _ in traits} <= IMMUTABLE and all(traits in one for one in (came, left, opening)):
                    # Corrections between the releases are printed in the account: they shift, they do not blur.
                    self.row([(index, 1), (opening[traits], -1), (came[traits], -1), (left[traits], 1)])


def _ends(first: date, second: date) -> tuple[tuple[str, date], ...]:
    return ("opening", first), ("closing", second)


def spots(table: Table) -> dict[At, Spot]:
    """The number that stands at each coordinate, whichever table shows it."""
    traits: list[dict[str, tuple[str, str]]] = [
        {category.code: (dimension.code, dimension.identity(category)) for category in dimension.categories}
        for dimension in table.dimensions
    ]
    found = {}
    for at in table.counts:
        when = table.when
        here = []
        for dimension, names, code in zip(table.dimensions, traits, at, strict=True):
            if code != TOTAL and dimension.code == MONTH:
                when = month(code)
            elif code != TOTAL:
                here.append(names[code])
        found[at] = Spot(table.population, when, frozenset(here))
    return found


def month(code: str) -> tuple[date, date]:
    """The first days of a month (2024-05) and of the next."""
    year, number = map(int, code.split("-"))
    return date(year, number, 1), date(year + number // 12, number % 12 + 1, 1)


def _plus(one: Mapping[int, int], other: Mapping[int, int], factor: int = 1) -> dict[int, int]:
    summed = dict(one)
    for index, value in other.items():
        summed[index] = summed.get(index, 0) + factor * value
    return summed
