"""Whatever the protection calls safe, the attack finds safe too: for any reader, for partners, over releases."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import pytest

from casework.attack.audit import attack
from casework.disclosure.linkage import spots
from casework.disclosure.protection import protect
from casework.disclosure.tables import Dimension, Equation, Facts, Hidden, Spot, Table
from tests.disclosure.sheets import dimension, spot, table
from tests.disclosure.test_attacks import own_of, printed

DAYS = (date(2024, 1, 1), date(2024, 4, 1), date(2024, 7, 1), date(2024, 10, 1))
ORIGINS = [dimension("origin", *listed, rest="OTHER") for listed in (["AFG"], ["AFG", "SYR"], ["AFG", "SYR", "UKR"])]
"""Whoever is listed stays listed."""
SEX, REGION = dimension("sex", "F", "M"), dimension("region", "R1", "R2", "R3")
FLOW = dimension("flow", "new", "correction")
POPULATION = "undetermined"


@dataclass(frozen=True)
class Someone:
    """Days as places in DAYS: came before the first, left before the second; since when, and until when, known."""

    traits: Mapping[str, str]
    came: int
    left: int
    known: int
    voided: int

    def is_there(self, day: int, moment: int) -> bool:
        return self.came <= day < self.left and self.known <= moment < self.voided


def caseload(chance: random.Random, partners: Sequence[str]) -> list[Someone]:
    found = []
    for _ in range(chance.choice((25, 60, 120))):
        came = chance.choice((0, 0, 0, 1, 2, 3))
        late = chance.random() < 0.08
        known = came + chance.randint(1, 3) if late else came
        found.append(
            Someone(
                {
                    "origin": chance.choices(("AFG", "SYR", "UKR", "IRN"), (12, 6, 2, 1))[0],
                    "sex": chance.choice("FM"),
                    "region": chance.choices(("R1", "R2", "R3"), (8, 3, 1))[0],
                    "partner": chance.choice(partners),
                },
                came,
                came + chance.randint(1, 3) if chance.random() < 0.2 else 9,
                known,
                known + chance.randint(1, 3) if chance.random() < 0.03 else 99,
            )
        )
    return found


def release(
    people: Sequence[Someone],
    day: int,
    since: int,
    moment: int,
    earlier: int | None,
    partners: Sequence[str],
    sheets: Sequence[Sequence[str]],
    origin: Dimension,
) -> Facts:
    """A release drawn up at a moment; `earlier`: when the one as of `since` was, whose closing is the opening."""
    by = {one.code: one for one in (origin, SEX, REGION)}
    before = moment if earlier is None else earlier
    period = (DAYS[since], DAYS[day])
    stock = [one.traits for one in people if one.is_there(day, moment)]
    opening = [one.traits for one in people if one.is_there(since, before)]
    known = [one for one in people if one.known <= moment < one.voided]
    came = [{**one.traits, "flow": "new"} for one in known if since < one.came <= day]
    left = [{**one.traits, "flow": "new"} for one in known if since < one.left <= day]
    for one in people:
        was, now = one.is_there(since, before), one.is_there(since, moment)
        if now and not was:
            came.append({**one.traits, "flow": "correction"})
        if was and not now:
            left.append({**one.traits, "flow": "correction"})
    tables = [table(POPULATION, DAYS[day], [by[code] for code in one], stock, partners) for one in sheets]
    immutable = {tuple(code for code in one if code != "region") for one in sheets} - {()}
    immutable -= {(code,) for one in immutable if len(one) > 1 for code in one}
    for way, moved in ((":in", came), (":out", left)):
        name = POPULATION + way
        tables.append(table(name, period, [FLOW], moved, partners))
        tables += [
            table(name, period, [by[code] for code in one], moved, partners, is_published=False)
            for one in sorted(immutable)
        ]
    code = f"{POPULATION}_opening"
    at_start = table(POPULATION, DAYS[since], [], opening, partners)
    tables.append(Table(code, POPULATION, DAYS[since], (), at_start.counts, own=at_start.own))
    account = Equation(
        (
            (1, spot(POPULATION, DAYS[since])),
            (1, spot(f"{POPULATION}:in", period)),
            (-1, spot(f"{POPULATION}:out", period)),
            (-1, spot(POPULATION, DAYS[day])),
        )
    )
    forced = {spot(POPULATION, DAYS[since]), spot(POPULATION, DAYS[day])}
    if all(not (0 < len(one) < 5) for one in (came, left)):
        forced |= {Spot(POPULATION + way, period, frozenset()) for way in (":in", ":out")}
    return Facts(tuple(tables), (account,), frozenset(forced))


CHAINS = (
    ((1, 0),),
    ((1, 0), (1, 0)),
    ((1, 0), (2, 1), (3, 2)),
    ((1, 0), (2, 1), (1, 0)),
    ((1, 0), (2, 1), (1, 0), (3, 2)),
    ((1, 0), (2, 1), (2, 1), (3, 2)),
    ((2, 0), (1, 0), (2, 1)),
)
"""Which days, since when. A day that comes again is another edition; one that lies before, after a draft of later."""
SHEETS = ([["origin", "sex"], ["region"]], [["origin"], ["sex", "region"]], [["origin", "region"]])


def chain(chance: random.Random, partners: Sequence[str]) -> Iterator[Facts]:
    people = caseload(chance, partners)
    last: dict[int, int] = {}
    shape, same = chance.choice(CHAINS), chance.choice(SHEETS)
    listed = chance.randint(0, 2)
    for number, (day, since) in enumerate(shape):
        listed = max(listed, chance.randint(0, 2)) if chance.random() < 0.3 else listed
        sheets = same if chance.random() < 0.7 else chance.choice(SHEETS)
        moment = max(day, number) + (chance.random() < 0.5)
        moment = max([moment, *last.values()])
        yield release(people, day, since, moment, last.get(since), partners, sheets, ORIGINS[listed])
        last[day] = moment


Exact = dict[Spot, tuple[int, tuple[int, ...]]]
Scope = tuple[str, date | None]


def is_mistaken(chain: Sequence[tuple[Facts, Hidden]]) -> bool:
    """Two editions show the same and differ in what they withhold: readers take them for one, and are wrong."""
    seen: dict[Scope, list[tuple[Exact, dict[Spot, int]]]] = {}
    for facts, hidden in chain:
        here: dict[Scope, tuple[Exact, dict[Spot, int]]] = {}
        for one in facts.tables:
            scope = (one.population, one.when if isinstance(one.when, date) else None)
            exact, shown = here.setdefault(scope, ({}, {}))
            for at, where in spots(one).items() if one.is_published else ():
                exact[where] = one.counts[at], tuple(one.own[who].get(at, 0) for who in sorted(one.own))
                if at not in hidden.get(one.code, ()):
                    shown[where] = one.counts[at]
        for scope, (exact, shown) in here.items():
            for was, had in seen.setdefault(scope, []):
                is_alike = all(had.get(where, count) == count for where, count in shown.items())
                if is_alike and any(was.get(where, count) != count for where, count in exact.items()):
                    return True
            seen[scope].append((exact, shown))
    return False


def agreed(seed: int) -> tuple[int, int]:
    """How many releases the chain came to, and how many cells they withhold."""
    chance = random.Random(seed)
    partners = [f"P{n}" for n in range(chance.randint(1, 4))]
    before: list[tuple[Facts, Hidden]] = []
    for facts in chain(chance, partners):
        found = protect(facts, before, seed=b"secret")
        if found.unsafe:
            break
        before.append((facts, found.hidden))
    if not before or is_mistaken(before):
        return 0, 0
    report = attack([printed(one, hidden) for one, hidden in before], own_of(*(one for one, _ in before)))
    behind = [{one.code: one for one in facts.tables} for facts, _ in before]
    days = [max(one.when for one in facts.tables if isinstance(one.when, date)) for facts, _ in before]
    # Of editions a reader does not know how far they are of the same persons, and may be wrong.
    for one in report.intervals if len(set(days)) == len(days) else ():
        here = behind[one.publication][one.table]
        true = here.counts[one.at] - (here.own.get(one.who, {}).get(one.at, 0) if one.who else 0)
        assert one.low <= true <= (true if one.high is None else one.high), (seed, one, true)
    assert report.unsafe == (), (seed, len(before), report.unsafe)
    return len(before), report.hidden


@pytest.mark.parametrize("seed", range(40))
def test_what_is_protected_withstands_the_attack(seed: int) -> None:
    agreed(seed)
