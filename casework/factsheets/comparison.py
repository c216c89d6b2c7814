"""Two editions side by side: what each says, and what of the difference is events, corrections or another method.

Only arithmetic on what was published: a comparison can tell no more than a reader with both sheets and a pencil. Where
a number was withheld in either, there is no difference.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from flask_babel import gettext as _

from casework.core import i18n
from casework.factsheets.model import Change, Sheet
from casework.releases.reading import Account, Figure, Table

Number = int | Decimal


class Event(StrEnum):
    """What may have happened to a person counted: by that, the lines of an account are put together."""

    ARRIVAL = "arrival"
    DECISION = "decision"
    DEPARTURE = "departure"
    RECORDS = "records"
    """Nothing happened to anybody: duplicates were found, an entry was corrected."""


_EVENTS: Mapping[Event, frozenset[str]] = {
    Event.ARRIVAL: frozenset({"identified", "reopened"}),
    Event.DEPARTURE: frozenset({"departed", "died", "lost_contact", "closed", "transferred"}),
    Event.RECORDS: frozenset({"merged", "elsewhere", "correction"}),
}


def event(flow: str) -> Event:
    """What kind of event a flow is. Every other one is a decision: recognised, rejected, confirmed."""
    return next((kind for kind, flows in _EVENTS.items() if flow in flows), Event.DECISION)


@dataclass(frozen=True)
class Told:
    """A figure as an edition tells it. `value` None: withheld or not known."""

    code: str
    name: str
    text: str
    value: Number | None
    unit: str
    scope: str
    as_of: date | None
    source: str = ""
    definition: str = ""
    qualifier: str = ""
    is_hidden: bool = False


@dataclass(frozen=True)
class Side:
    """One of two editions, or a sheet that others printed: then there are figures only."""

    name: str
    as_of: date
    figures: tuple[Told, ...]
    accounts: tuple[Account, ...] = ()
    tables: tuple[Table, ...] = ()
    threshold: int = 0


@dataclass(frozen=True)
class Pair:
    """A figure in both editions, or in one. `difference`: after less before, None where that means nothing."""

    name: str
    before: Told | None
    after: Told | None
    difference: Decimal | None
    is_redefined: bool


@dataclass(frozen=True)
class Entry:
    """A line of an account over the time between two editions. `value`: persons, with its sign; None: withheld."""

    label: str
    value: int | None


@dataclass(frozen=True)
class Events:
    """The lines of one kind, and all of them together (None: one of them is withheld)."""

    kind: Event
    entries: tuple[Entry, ...]

    @property
    def total(self) -> int | None:
        return _sum(one.value for one in self.entries)


@dataclass(frozen=True)
class Story:
    """Of one population: from the number before to the number after, by what happened."""

    name: str
    before: int | None
    after: int | None
    events: tuple[Events, ...]
    unexplained: int | None
    """What the lines leave, 0 when they account for all; None when lines are withheld."""


@dataclass(frozen=True)
class Comparison:
    """Everything that two editions differ in."""

    before: Side
    after: Side
    pairs: tuple[Pair, ...]
    stories: tuple[Story, ...]
    corrections: tuple[Change, ...]
    """Of one day: what the later edition says otherwise."""
    reasons: tuple[str, ...]
    """Why there were corrections after the earlier edition, the first correction first."""
    method: tuple[str, ...]

    @property
    def is_same_day(self) -> bool:
        return self.before.as_of == self.after.as_of


def side(sheet: Sheet, name: str) -> Side:
    """An edition of ours, under the name that the page gives it."""
    accounts = tuple(one.account for one in sheet.groups if one.account is not None)
    return Side(
        name=name,
        as_of=sheet.as_of,
        figures=tuple(_told(sheet.figures)),
        accounts=accounts,
        tables=sheet.tables,
        threshold=sheet.threshold,
    )


def _told(figures: Iterable[Figure]) -> Iterator[Told]:
    for one in figures:
        yield Told(
            one.code, one.name, one.text, one.value, one.unit, one.scope, one.as_of, one.source, one.definition,
            one.qualifier, one.is_hidden,
        )  # fmt: skip
        yield from _told((*one.parts, *one.components))


def compare(
    before: Side,
    after: Side,
    between: Sequence[Side] = (),
    corrections: Sequence[Change] = (),
    reasons: Sequence[str] = (),
) -> Comparison:
    """What changed from one edition to the other.

    `between`: the editions of days between them, the earliest first; their accounts are the links of a chain. Without
    the whole chain nothing is told about events. `corrections`, `reasons`: of two editions of one day, what the later
    says otherwise and why.
    """
    return Comparison(
        before=before,
        after=after,
        pairs=tuple(_pairs(before, after)),
        stories=tuple(_stories(before, _chain(before, (*between, after)))),
        corrections=tuple(corrections),
        reasons=tuple(reasons),
        method=tuple(_method(before, after)),
    )


def _pairs(before: Side, after: Side) -> Iterator[Pair]:
    earlier, later = ({(one.code, one.scope): one for one in each.figures} for each in (before, after))
    for key in [*later, *(key for key in earlier if key not in later)]:
        one, other = earlier.get(key), later.get(key)
        found = other or one
        if found is None:
            continue
        yield Pair(
            name=found.name,
            before=one,
            after=other,
            difference=_difference(one, other),
            is_redefined=_is_redefined(one, other),
        )


def _is_redefined(before: Told | None, after: Told | None) -> bool:
    """Whether both say what they count, and not the same. A sheet that others printed says nothing of it."""
    if before is None or after is None or not before.definition or not after.definition:
        return False
    return (before.definition, before.unit) != (after.definition, after.unit)


def _difference(before: Told | None, after: Told | None) -> Decimal | None:
    if before is None or after is None or before.value is None or after.value is None or before.unit != after.unit:
        return None
    if before.qualifier or after.qualifier:
        return None  # “up to” less “more than” is no number
    return Decimal(after.value) - Decimal(before.value)


# -- what happened between them ----------------------------------------------------------------------------------


def _chain(before: Side, later: Sequence[Side]) -> tuple[Side, ...]:
    """The editions whose accounts lead from one to the other without a gap; none when there is one."""
    day, links = before.as_of, []
    for one in sorted(later, key=lambda each: each.as_of):
        if one.as_of == day:
            continue
        if not one.accounts or any(account.start != day for account in one.accounts):
            return ()
        links.append(one)
        day = one.as_of
    return tuple(links)


def _stories(before: Side, chain: Sequence[Side]) -> Iterator[Story]:
    if not chain:
        return
    told = {one.population.code: one.closing.value for one in before.accounts}
    for account in chain[0].accounts:
        code = account.population.code
        links = [one for each in chain for one in each.accounts if one.population.code == code]
        if len(links) == len(chain):
            yield _story(told.get(code, account.opening.value), links)


def _story(before: int | None, links: Sequence[Account]) -> Story:
    """`before`: what the earlier edition says. Where a link opens with another number, records were corrected."""
    lines: dict[tuple[Event, str], list[int | None]] = {}
    standing = before
    for account in links:
        if account.opening.value != standing:
            lines.setdefault((Event.RECORDS, _("Recorded late or corrected")), []).append(
                None if account.opening.value is None or standing is None else account.opening.value - standing
            )
        standing = account.closing.value
        for sign, flows in ((1, account.came), (-1, account.left)):
            for one in flows:
                value = None if one.cell.value is None else sign * one.cell.value
                lines.setdefault((event(one.code), one.label), []).append(value)
    told = tuple(
        Events(kind, entries)
        for kind in Event
        if (entries := tuple(Entry(label, _sum(values)) for (of, label), values in lines.items() if of is kind))
    )
    after = links[-1].closing.value
    happened = _sum(one.total for one in told)
    unexplained = None if before is None or after is None or happened is None else after - before - happened
    return Story(links[0].population.name, before, after, told, unexplained)


def _sum(values: Iterable[int | None]) -> int | None:
    found = list(values)
    return None if None in found else sum(one for one in found if one is not None)


# -- another method ----------------------------------------------------------------------------------------------


def _method(before: Side, after: Side) -> Iterator[str]:
    """What is counted or told otherwise, in sentences."""
    earlier = {(one.code, one.scope): one for one in before.figures}
    for one in after.figures:
        was = earlier.get((one.code, one.scope))
        if _is_redefined(was, one):
            yield _("%(figure)s: the definition was changed.", figure=one.name)
        if was is not None and was.source and one.source and was.source != one.source:
            yield _(
                "%(figure)s: the source was “%(before)s” and is now “%(after)s”.",
                figure=one.name, before=was.source, after=one.source,
            )  # fmt: skip
    if before.threshold and after.threshold and before.threshold != after.threshold:
        yield _(
            "Counts below %(before)s were withheld; now counts below %(after)s are.",
            before=i18n.number(before.threshold), after=i18n.number(after.threshold),
        )  # fmt: skip
    if before.tables and after.tables:
        yield from _tables(before.tables, after.tables)


def _tables(before: Sequence[Table], after: Sequence[Table]) -> Iterator[str]:
    earlier, later = ({one.code: one for one in each} for each in (before, after))
    for code, one in later.items():
        was = earlier.get(code)
        if was is None:
            yield _("“%(table)s” is new.", table=one.name)
        elif was.version != one.version:
            yield _("“%(table)s” is counted by a new definition.", table=one.name)
        else:
            yield from _categories(was, one)
    for code, one in earlier.items():
        if code not in later:
            yield _("“%(table)s” is no longer published.", table=one.name)


def _categories(before: Table, after: Table) -> Iterator[str]:
    for was, one in zip(before.dimensions, after.dimensions, strict=False):
        if one.code == "month":
            continue
        labels = [{each.code: each.label for each in of.categories} for of in (was, one)]
        for sentence, gone in (
            (_("“%(table)s” now also shows: %(what)s."), labels[1].keys() - labels[0].keys()),
            (_("“%(table)s” no longer shows apart: %(what)s."), labels[0].keys() - labels[1].keys()),
        ):
            if gone:
                names = {**labels[0], **labels[1]}
                yield sentence % {"table": after.name, "what": ", ".join(sorted(names[code] for code in gone))}
