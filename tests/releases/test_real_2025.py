"""Kazakhstan's published cross-table of 2025 goes in as a caseload, and comes out as it was published.

Source: UNHCR, Refugee Data Finder (data/unhcr_kaz_demographics.csv): refugees and asylum-seekers at the end of 2025,
which is as of 1 January 2026, by country of origin, place, sex and age. 4,057 of them are counted without any of these.
"""

import csv
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path

import pytest

from casework.core import clock
from casework.disclosure.tables import TOTAL, At
from casework.figures.rules import PersonFacts, cell_on
from casework.releases import actions, counting, declared, queries
from tests.conftest import Acting
from tests.factories import World
from tests.releases.ledger import Known, balanced, consistent, keep, moment, small, someone, table, total

TABLES = Path(__file__).parents[1] / "figures" / "data" / "unhcr_kaz_demographics.csv"
SINCE, AS_OF = date(2025, 1, 1), date(2026, 1, 1)
STATUS = {"REF": "REF-C", "ASY": "ASR"}
BANDS = {"0_4": "0-4", "5_11": "5-11", "12_17": "12-17", "18_59": "18-59", "60": "60+", "other": "UNK"}
BORN = {
    "0-4": (2023, 3),
    "5-11": (2017, 3),
    "12-17": (2010, 3),
    "18-59": (1986, 3),
    "60+": (1950, 3),
    "UNK": (None, None),
}
PLACES = {
    "Akmola Region": "KZ-11", "Aktobe Region": "KZ-15", "Almaty": "KZ-75", "Almaty Region": "KZ-19", "Astana": "KZ-71",
    "Atyrau Region": "KZ-23", "East Kazakhstan Region": "KZ-63", "Jambyl Region": "KZ-31", "Karaganda Region": "KZ-35",
    "Kostanay Region": "KZ-39", "Mangystau Region": "KZ-47", "North Kazakhstan Region": "KZ-59", "Shymkent": "KZ-79",
    "West Kazakhstan Region": "KZ-27", "Dispersed in the country / territory": "UNK",
}  # fmt: skip
Cell = tuple[str, str, str, str, str]
"""REF or ASY, origin, region, sex, age."""


def published() -> dict[Cell, int]:
    """Every number of the file, as it stands in it."""
    found: Counter[Cell] = Counter()
    with TABLES.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["year"] != "2025" or row["pop_type"] not in STATUS:
                continue
            place = PLACES[row["location"].removesuffix(" [Admin 1]")]
            line = (row["pop_type"], row["coo_iso"], place)
            cells = {(*line, sex.upper(), BANDS[band]): int(row[f"{sex}_{band}"]) for sex in "fm" for band in BANDS}
            found.update(cells)
            found[*line, "U", "UNK"] += int(row["total"]) - sum(cells.values())
    return {cell: persons for cell, persons in found.items() if persons}


@pytest.fixture(scope="module")
def numbers() -> dict[Cell, int]:
    return published()


@pytest.fixture
def caseload(acting: Acting, world: World, numbers: dict[Cell, int]) -> Iterator[None]:
    """One person for each, half of them at either partner."""
    with clock.at(date(2026, 2, 3)):
        with acting(world.principal("statistics")):
            keep(
                Known(world.organisations["AB"[number % 2]], who, moment(date(2025, 6, 1)))
                for cell, persons in numbers.items()
                for number, who in enumerate([_one(*cell)] * persons)
            )
        yield


def _one(kind: str, origin: str, region: str, sex: str, age: str) -> PersonFacts:
    came = date(2024, 5, 1)
    return someone(came, displacement=STATUS[kind], origin=origin, region=region, sex=sex, born=BORN[age])


def summed(numbers: Mapping[Cell, int], *places: int) -> dict[At, int]:
    """The published numbers put together by some of their characteristics."""
    found: Counter[At] = Counter()
    for cell, persons in numbers.items():
        found[tuple({"ASY": "ASR"}.get(cell[place], cell[place]) for place in places)] += persons
    return dict(found)


def with_rest(numbers: Mapping[At, int], listed: list[str]) -> dict[At, int]:
    found: Counter[At] = Counter()
    for (status, origin), persons in numbers.items():
        found[status, origin if origin in listed else "OTHER"] += persons
    return dict(found)


def test_the_file_is_what_was_published(numbers: dict[Cell, int]) -> None:
    assert summed(numbers, 0) == {("REF",): 4377, ("ASR",): 163}
    assert min(numbers.values()) >= 5
    assert numbers["REF", "UKR", "UNK", "U", "UNK"] == 4057
    for cell in numbers:
        counted = cell_on(_one(*cell), "displacement", AS_OF)
        assert counted is not None
        assert counted.age_band == cell[4]


def test_it_comes_out_as_it_went_in(acting: Acting, world: World, caseload: None, numbers: dict[Cell, int]) -> None:
    with acting(world.principal("statistics")):
        listed = counting.listed(AS_OF, 10)
        tables = [*declared.TABLES.values(), declared.named("refugees_asylum_by_origin_region_sex")]
        facts = counting.facts(AS_OF, SINCE, tables, listed)
    assert listed["refugees_asylum"] == ["AFG", "ISR", "RUS", "SYR", "UKR"]
    by_origin = with_rest(summed(numbers, 0, 1), listed["refugees_asylum"])
    by_region: Counter[At] = Counter()
    for (_status, origin, region, sex), persons in summed(numbers, 0, 1, 2, 3).items():
        by_region[origin if origin in listed["refugees_asylum"] else "OTHER", region, sex] += persons
    assert small(table(facts, "refugees_asylum_by_status_origin")) == by_origin
    assert small(table(facts, "refugees_asylum_by_status_sex_age")) == summed(numbers, 0, 3, 4)
    assert small(table(facts, "refugees_asylum_by_status_region")) == summed(numbers, 0, 2)
    assert small(table(facts, "refugees_asylum_by_origin_region_sex")) == by_region
    assert total(facts, "refugees_asylum_by_main_origin") == 4540
    assert table(facts, "refugees_asylum_by_main_origin").counts["AFG",] == 250
    for one in facts.tables:
        consistent(one)
    balanced(facts)
    assert total(facts, "refugees_asylum:in_by_flow") == 0
    own = table(facts, "refugees_asylum_by_status_region").own
    assert {partner: counts[TOTAL, TOTAL] for partner, counts in own.items()} == {
        "Partner Aster": sum((persons + 1) // 2 for persons in numbers.values()),
        "Partner Birch": sum(persons // 2 for persons in numbers.values()),
    }


def test_a_release_shows_nothing_else(acting: Acting, world: World, caseload: None, numbers: dict[Cell, int]) -> None:
    """Counted, protected, attacked: every number that is shown is the published one."""
    codes = [code for code in declared.TABLES if code.startswith("refugees_asylum")]
    with acting(world.principal("statistics")):
        release = actions.begin(AS_OF, SINCE, codes, 10)
        for _step in range(3):
            actions.next_step(release)
        assert (release.report or {})["is_safe"]
        shown = {one["code"]: one for one in queries.publication(release)["tables"]}
    expected = {
        "refugees_asylum_by_status_origin": with_rest(summed(numbers, 0, 1), ["AFG", "ISR", "RUS", "SYR", "UKR"]),
        "refugees_asylum_by_status_sex_age": summed(numbers, 0, 3, 4),
        "refugees_asylum_by_status_region": summed(numbers, 0, 2),
    }
    for code, counts in expected.items():
        cells = {tuple(cell["at"]): cell.get("value") for cell in shown[code]["cells"]}
        told = {at: value for at, value in cells.items() if value is not None and TOTAL not in at}
        assert told == {at: counts.get(at, 0) for at in told}, code
        assert len(told) > len(cells) / 4, code
        assert cells[(TOTAL,) * len(next(iter(cells)))] == 4540
