"""Made-up caseloads and the tables of a factsheet over them; run as a script, it prints how long protection takes."""

from __future__ import annotations

import itertools
import random
import sys
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from casework.disclosure.protection import Effort, Protected, protect
from casework.disclosure.tables import TOTAL, At, Category, Dimension, Equation, Facts, Spot, Table, When

OPENING, CLOSING = date(2024, 1, 1), date(2025, 1, 1)
Person = Mapping[str, Any]


def dimension(code: str, *codes: str, rest: str = "", is_sensitive: bool = False) -> Dimension:
    """A dimension of these categories, and of the rest when it has a name."""
    categories = [Category(one) for one in codes] + ([Category(rest, None)] if rest else [])
    return Dimension(code, tuple(categories), is_sensitive)


def table(
    population: str,
    when: When,
    dimensions: Sequence[Dimension],
    persons: Sequence[Person],
    partners: Sequence[str] = (),
    is_published: bool = True,
) -> Table:
    """Persons counted; a person's "partner" says who knows it, where `partners` is given."""
    counted: dict[str, Counter[At]] = {who: Counter() for who in ("", *partners)}
    for person in persons:
        at = []
        for one in dimensions:
            codes = {category.code for category in one.categories}
            others = next((category.code for category in one.categories if category.members is None), "")
            for category in one.categories:
                if category.members and person[one.code] in category.members:
                    at.append(category.code)
                    break
            else:
                at.append(person[one.code] if person[one.code] in codes else others)
        for margin in itertools.product(*((code, TOTAL) for code in at)):
            counted[""][margin] += person.get("times", 1)
            if partners and person["partner"] in counted:
                counted[person["partner"]][margin] += person.get("times", 1)
    everywhere = itertools.product(*([*(c.code for c in one.categories), TOTAL] for one in dimensions))
    return Table(
        code="_".join([population, "by", *(one.code for one in dimensions)]),
        population=population,
        when=when,
        dimensions=tuple(dimensions),
        counts={at: counted[""][at] for at in everywhere},
        own={who: dict(counted[who]) for who in partners},
        is_published=is_published,
    )


def spot(population: str, when: When, **traits: str) -> Spot:
    return Spot(population, when, frozenset(traits.items()))


# -- a caseload like that of the factsheet ---------------------------------------------------------------------------

SEXES, AGES = ("F", "M", "X"), ("0-4", "5-11", "12-17", "18-24", "25-59", "60+")
REGIONS = (*(f"R{number:02}" for number in range(20)), "UNK")
ORIGINS = tuple(f"O{number:02}" for number in range(30))
PARTNERS = ("P1", "P2", "P3", "P4")


def _skewed(chance: random.Random, codes: Sequence[str], by: float) -> str:
    weights = [by**-position for position in range(len(codes))]
    return chance.choices(codes, weights)[0]


def people(size: int, chance: random.Random) -> list[dict[str, Any]]:
    """So many persons; of a large caseload most are counted many at a time, and a few hundred one by one."""
    times, single = (1, size) if size <= 10_000 else (size // 5_000, 500)
    if times > 1:
        return [{**one, "times": times} for one in people(5_000, chance)] + people(single, chance)
    return [
        {
            "times": 1,
            "status": "ASR" if chance.random() < 0.5 else "REF",
            "origin": _skewed(chance, ORIGINS, 1.45),
            "sex": chance.choices(SEXES, (0.45, 0.54, 0.01))[0],
            "age": chance.choices(AGES, (0.05, 0.1, 0.1, 0.15, 0.5, 0.1))[0],
            "region": _skewed(chance, REGIONS, 1.35),
            "partner": chance.choices((*PARTNERS, ""), (0.5, 0.25, 0.15, 0.05, 0.05))[0],
            "flow": chance.choice(("registered", "reopened", "transferred")),
        }
        for _ in range(size)
    ]


def factsheet(refugees: int, undetermined: int, seed: int = 1, listed_from: int = 10) -> Facts:
    """Ten linked tables of two populations, with what came and left in the year."""
    chance = random.Random(seed)
    tables: list[Table] = []
    equations: list[Equation] = []
    forced: set[Spot] = set()
    floors: dict[Spot, int] = {}
    for population, size in (("refugees_asylum", refugees), ("undetermined", undetermined)):
        persons = people(size, chance)
        came, left = people(max(size // 5, 20), chance), people(max(size // 6, 15), chance)
        counted = Counter(one["origin"] for one in persons)
        listed = sorted(code for code, count in counted.items() if count >= listed_from)[:11]
        origin = dimension("origin", *listed, rest="OTHER")
        sex, age, region = dimension("sex", *SEXES), dimension("age", *AGES), dimension("region", *REGIONS)
        status, flow = dimension("status", "ASR", "REF"), dimension("flow", "registered", "reopened", "transferred")
        sheets = [[sex, age], [region], [sex, region], [age, region]]
        if population == "refugees_asylum":
            sheets = [[status, origin], [sex, age], [status, region], [status, sex, age]]
            forced |= {spot(population, CLOSING, status=one) for one in ("ASR", "REF")}
        tables += [table(population, CLOSING, one, persons, PARTNERS) for one in sheets]
        forced.add(spot(population, CLOSING))
        floors |= {spot(population, CLOSING, origin=one): listed_from for one in listed}
        for way, moved in (("in", came), ("out", left)):
            name, period = f"{population}:{way}", (OPENING, CLOSING)
            tables.append(table(name, period, [flow], moved, PARTNERS))
            tables.append(table(name, period, [origin, sex], moved, PARTNERS, is_published=False))
            forced.add(spot(name, period))
    return Facts(tuple(tables), tuple(equations), frozenset(forced), floors)


def report(protected: Protected, facts: Facts) -> str:
    cells = sum(len(one.counts) for one in facts.tables if one.is_published)
    gap = 1 - protected.lower_bound / protected.weight if protected.weight else 0.0
    proof = "optimal" if protected.is_optimal else "not proven"
    return (
        f"{cells} cells, {protected.count} withheld, weight {protected.weight:.1f}, "
        f"at least {protected.lower_bound:.1f} (gap {gap:.1%}), {proof}, {len(protected.unsafe)} clashes"
    )


def main(efforts: Sequence[str]) -> None:
    for refugees, undetermined in ((646, 466), (5_000, 4_000), (1_000_000, 400_000)):
        for seed in (1, 2, 3):
            facts = factsheet(refugees, undetermined, seed=seed)
            for effort in efforts or [Effort.NORMAL]:
                start = time.perf_counter()
                protected = protect(facts, seed=b"secret", effort=Effort(effort))
                seconds = time.perf_counter() - start
                sys.stdout.write(f"{refugees:>9} {seed} {effort} {seconds:6.2f} s  {report(protected, facts)}\n")


if __name__ == "__main__":
    main(sys.argv[1:])
