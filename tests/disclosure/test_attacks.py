"""The attacks that every release has to withstand: each works without the protection, and none with it.

Facts are counted from made-up persons; what is printed of them is turned into a publication here. Attacks on numbers
are carried out by the independent attacker (casework.attack); attacks on pages and files are shown to have nothing to
work on, because what is drawn and written is a function of the publication alone (see also tests/releases).
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from itertools import combinations, product
from typing import Any

import numpy as np
import pytest

from casework.attack.audit import attack
from casework.attack.certificates import make_up
from casework.attack.geometry import build
from casework.attack.reading import read
from casework.attack.report import Reason, Report
from casework.attack.space import Space
from casework.disclosure.protection import protect
from casework.disclosure.tables import TOTAL, At, Category, Dimension, Equation, Facts, Hidden, Spot, Table, When
from casework.factsheets.content import sheet
from casework.factsheets.model import Sheet
from casework.releases import counting, publication, rules
from casework.releases.publication import Frame
from tests.conftest import Acting
from tests.factories import World
from tests.factsheets import contents

SEED = b"a secret of this installation"
DAY, LATER = date(2024, 1, 1), date(2025, 1, 1)
YEAR = (DAY, LATER)

Person = Mapping[str, str]
Json = dict[str, Any]


def dimension(code: str, *categories: str | tuple[str, Iterable[str] | None], sensitive: bool = False) -> Dimension:
    made = (
        Category(one) if isinstance(one, str) else Category(one[0], None if one[1] is None else frozenset(one[1]))
        for one in categories
    )
    return Dimension(code, tuple(made), sensitive)


STATUS = dimension("status", "REF", "ASR")
ORIGIN = dimension("origin", "AFG", "SYR", "UKR")
SEX = dimension("sex", "F", "M")


def persons(counts: Mapping[tuple[str, ...], int], *names: str, **rest: str) -> list[Person]:
    """So many persons with each of these traits."""
    return [dict(zip(names, at, strict=True)) | rest for at, count in counts.items() for _ in range(count)]


def _category(dimension: Dimension, code: str) -> str:
    for one in dimension.categories:
        if one.members is not None and code in (one.members or {one.code}):
            return one.code
    return next(one.code for one in dimension.categories if one.members is None)


def _margins(people: Iterable[Person], dimensions: Sequence[Dimension]) -> dict[At, int]:
    counts: Counter[At] = Counter()
    for person in people:
        at = [_category(one, person[one.code]) for one in dimensions]
        counts.update(product(*((code, TOTAL) for code in at)))
    places = product(*([TOTAL, *(each.code for each in one.categories)] for one in dimensions))
    return {at: counts[at] for at in places}


def table(
    code: str,
    people: Sequence[Person],
    *dimensions: Dimension,
    population: str = "refugees_asylum",
    when: When = DAY,
    **rest: Any,
) -> Table:
    """The table of these persons, with what each partner (trait `partner`) counts itself."""
    partners = sorted({one["partner"] for one in people if "partner" in one})
    own = {name: _margins([one for one in people if one.get("partner") == name], dimensions) for name in partners}
    return Table(code, population, when, dimensions, _margins(people, dimensions), own=own, **rest)


def facts(*tables: Table, **rest: Any) -> Facts:
    """With all grand totals shown."""
    totals = frozenset(Spot(one.population, one.when, frozenset()) for one in tables if one.is_published)
    return Facts(tables, forced=rest.pop("forced", totals), **rest)


def printed(found: Facts, hidden: Hidden, since: date = DAY) -> Json:
    """What is published of these facts: no number in a withheld cell."""
    return {
        "as_of": max(one.when for one in found.tables if isinstance(one.when, date)).isoformat()
        if any(isinstance(one.when, date) for one in found.tables)
        else since.isoformat(),
        "since": since.isoformat(),
        "threshold": 5,
        "tables": [_table(one, hidden.get(one.code, frozenset())) for one in found.tables if one.is_published],
        "equations": [
            {"terms": [[factor, _spot(spot)] for factor, spot in one.terms], "constant": one.constant}
            for one in found.equations
        ],
        "floors": [[_spot(spot), least] for spot, least in found.floors.items()],
    }


def _when(when: When) -> Any:
    return when.isoformat() if isinstance(when, date) else [one.isoformat() for one in when]


def _spot(spot: Spot) -> Json:
    return {"population": spot.population, "when": _when(spot.when), "traits": dict(spot.traits)}


def _table(one: Table, withheld: frozenset[At]) -> Json:
    return {
        "code": one.code,
        "population": one.population,
        "when": _when(one.when),
        "dimensions": [
            {
                "code": each.code,
                "is_sensitive": each.is_sensitive,
                "categories": [
                    {"code": cat.code, "members": None if cat.members is None else sorted(cat.members)}
                    for cat in each.categories
                ],
            }
            for each in one.dimensions
        ],
        "cells": [
            {"at": list(at), "hidden": True} if at in withheld else {"at": list(at), "value": count}
            for at, count in one.counts.items()
        ],
    }


def own_of(*all_facts: Facts) -> dict[str, list[dict[str, dict[str, int]]]]:
    names = sorted({name for one in all_facts for each in one.tables for name in each.own})
    return {
        name: [
            {each.code: {"|".join(at): n for at, n in each.own.get(name, {}).items()} for each in one.tables}
            for one in all_facts
        ]
        for name in names
    }


def primary(found: Facts) -> Hidden:
    """What every tool withholds: the small cells, and nothing else."""
    return {one.code: frozenset(at for at, n in one.counts.items() if 1 <= n < 5) for one in found.tables}


def unprotected(*chain: Facts, hidden: Sequence[Hidden] | None = None) -> Report:
    """The attack on what is printed without the protection: by default only the small cells are withheld."""
    patterns = hidden or [primary(one) for one in chain]
    return attack([printed(one, each) for one, each in zip(chain, patterns, strict=True)], own_of(*chain))


def protected(*chain: Facts) -> tuple[Report, list[Hidden]]:
    """The attack on what the protection lets through, release after release; something has to be left to read."""
    before: list[tuple[Facts, Hidden]] = []
    for one in chain:
        found = protect(one, before, seed=SEED)
        assert found.unsafe == ()
        for each in one.tables:
            if each.is_published:
                assert len(found.hidden[each.code]) < len(each.counts)
        before.append((one, found.hidden))
    report = attack([printed(one, hidden) for one, hidden in before], own_of(*chain))
    return report, [hidden for _, hidden in before]


def fails(report: Report, reason: Reason, *, table: str | None = None, at: At | None = None) -> bool:
    return any(one.reason is reason and table in (None, one.table) and at in (None, one.at) for one in report.unsafe)


def assert_safe(report: Report) -> None:
    assert report.unsafe == ()
    assert not report.rests_on_relaxation
    assert report.certified + report.harmless == report.hidden


CASELOAD = persons(
    {
        ("REF", "AFG"): 3,
        ("REF", "SYR"): 10,
        ("REF", "UKR"): 12,
        ("ASR", "AFG"): 20,
        ("ASR", "SYR"): 7,
        ("ASR", "UKR"): 9,
    },
    "status",
    "origin",
)


def test_1_a_row_or_a_column_minus_its_visible_parts() -> None:
    """What acro and SACRO leave: they withhold the small cells and no further one, so a subtraction finds them."""
    found = facts(table("t", CASELOAD, STATUS, ORIGIN))
    assert fails(unprotected(found), Reason.EXACT, table="t", at=("REF", "AFG"))
    assert_safe(protected(found)[0])


def test_2_two_linked_tables_that_share_a_margin() -> None:
    status = dimension("status", "REF", "ASR", "NON")
    people = [
        *persons({("REF", "F"): 3, ("ASR", "F"): 20, ("ASR", "M"): 20}, "status", "sex"),
        *persons({("NON", "F"): 15, ("NON", "M"): 15}, "status", "sex"),
    ]
    by_status, by_sex = table("by_status", people, status), table("by_status_sex", people, status, SEX)
    found = facts(by_status, by_sex)
    one = {"by_status": frozenset({("REF",), ("NON",)})}
    small = {("REF", "F"), ("REF", TOTAL), ("ASR", "F"), ("ASR", TOTAL)}
    assert attack([printed(facts(by_status), one)]).is_safe
    report = unprotected(found, hidden=[one | {"by_status_sex": frozenset(small)}])
    assert fails(report, Reason.EXACT, at=("REF",))
    assert_safe(protected(found)[0])


def test_3_a_cycle_of_three_tables() -> None:
    """Any two of the tables are safe together; the third leaves fewer caseloads than its cells would."""
    a, b, c = dimension("a", "1", "2"), dimension("b", "1", "2"), dimension("c", "1", "2", "3")
    counts = {
        ("1", "1", "1"): 3,
        ("1", "1", "2"): 3,
        ("1", "1", "3"): 6,
        ("2", "1", "1"): 1,
        ("2", "1", "2"): 9,
        ("2", "2", "1"): 6,
        ("2", "2", "2"): 6,
        ("2", "2", "3"): 6,
    }
    people = persons(counts, "a", "b", "c")
    tables = [table("ab", people, a, b), table("bc", people, b, c), table("ac", people, a, c)]
    pattern = {
        "ab": frozenset[At](),
        "bc": frozenset(product("12", "13")),
        "ac": frozenset(product("12", "12")),
    }
    for pair in combinations(tables, 2):
        assert attack([printed(facts(*pair), pattern)]).is_safe
    found = facts(*tables)
    assert fails(unprotected(found, hidden=[pattern]), Reason.NARROW, table="bc", at=("1", "1"))
    assert_safe(protected(found)[0])


REGIONS = dimension("region", "ALA", "ALM", "AST", "KRG")
MACRO = dimension("region", ("SOUTH", ["ALA", "ALM"]), ("NORTH", ["AST", "KRG"]))
PLACES = persons({("ALA",): 60, ("ALM",): 3, ("AST",): 30, ("KRG",): 12}, "region")


def test_4_a_hierarchy() -> None:
    """A region in its macro-region; OTHER against a former, finer list."""
    fine, wide = table("by_region", PLACES, REGIONS), table("by_macro_region", PLACES, MACRO)
    found = facts(fine, wide)
    pattern = {"by_region": frozenset({("ALM",), ("KRG",)}), "by_macro_region": frozenset[At]()}
    assert attack([printed(facts(fine), pattern)]).is_safe
    assert fails(unprotected(found, hidden=[pattern]), Reason.EXACT, table="by_region", at=("ALM",))
    assert_safe(protected(found)[0])
    people = persons({("AFG",): 50, ("SYR",): 30, ("UKR",): 12, ("XXA",): 3}, "origin")
    former = table("former", people, dimension("origin", "AFG", "SYR", "UKR", ("OTHER", None)))
    present = table("present", people, dimension("origin", "AFG", "SYR", ("OTHER", None)))
    found = facts(former, present)
    pattern = {"former": frozenset({("SYR",), ("OTHER",)}), "present": frozenset[At]()}
    assert attack([printed(facts(former), pattern)]).is_safe
    assert fails(unprotected(found, hidden=[pattern]), Reason.EXACT, table="former", at=("OTHER",))
    assert_safe(protected(found)[0])


def test_5_one_hidden_cell_left_in_a_line() -> None:
    found = facts(table("t", CASELOAD, STATUS, ORIGIN))
    row_only = frozenset({("REF", "AFG"), ("REF", "SYR")})
    assert fails(unprotected(found, hidden=[{"t": row_only}]), Reason.EXACT, at=("REF", "AFG"))
    _, (hidden,) = protected(found)
    for position in range(2):
        for line, count in Counter(
            tuple(code for place, code in enumerate(at) if place != position) for at in hidden["t"]
        ).items():
            assert count != 1, f"one withheld cell in line {line}"


def test_6_all_others_in_a_line_are_visible_zeros() -> None:
    people = [one for one in CASELOAD if one["status"] != "REF" or one["origin"] == "AFG"]
    found = facts(table("t", people, STATUS, ORIGIN))
    report = unprotected(found)
    assert fails(report, Reason.EXACT, at=("REF", TOTAL))
    assert fails(report, Reason.EXACT, at=("REF", "AFG"))
    assert_safe(protected(found)[0])


DECISION = dimension("decision", "granted", "rejected", sensitive=True)


def test_7_a_whole_group_in_one_sensitive_category() -> None:
    people = persons(
        {
            ("AFG", "rejected"): 12,
            ("SYR", "granted"): 9,
            ("SYR", "rejected"): 8,
            ("UKR", "granted"): 11,
            ("UKR", "rejected"): 9,
        },
        "origin",
        "decision",
    )
    found = facts(table("t", people, ORIGIN, DECISION, population="decisions", when=YEAR))
    assert fails(unprotected(found), Reason.GROUP, at=("AFG", "rejected"))
    assert_safe(protected(found)[0])


def test_8_a_partner_subtracts_its_own_persons() -> None:
    counts = {("AFG",): 30, ("SYR",): 20, ("UKR",): 25}
    ours = persons({("AFG",): 27, ("SYR",): 5, ("UKR",): 9}, "origin", partner="Partner")
    others = persons({("AFG",): 3, ("SYR",): 15, ("UKR",): 16}, "origin", partner="Other")
    found = facts(table("t", [*ours, *others], ORIGIN))
    assert found.tables[0].counts[TOTAL,] == sum(counts.values())
    assert fails(unprotected(found), Reason.REST, at=("AFG",))
    assert_safe(protected(found)[0])


def stock(people: Sequence[Person], when: date, origin: Dimension = ORIGIN) -> Table:
    return table("undetermined_by_origin", people, origin, population="undetermined", when=when)


def moves(kind: str, people: Sequence[Person], origin: Dimension = ORIGIN, when: Any = YEAR) -> list[Table]:
    """Who came or went: published by flow, known but unpublished by origin."""
    population = f"undetermined:{kind}"
    flow = dimension("flow", "one", "two")
    named = [{"flow": "one", **one} for one in people]
    return [
        table(f"{population}_by_flow", named, flow, population=population, when=when),
        table(f"{population}_by_origin", people, origin, population=population, when=when, is_published=False),
    ]


def yearly(
    before: Sequence[Person], came: Sequence[Person], origins: Sequence[Dimension] = (ORIGIN, ORIGIN)
) -> list[Facts]:
    """Releases as of two days, and the account between them: nobody left."""
    later = [*before, *came]
    spots = [
        (1, "undetermined", DAY),
        (1, "undetermined:in", YEAR),
        (-1, "undetermined:out", YEAR),
        (-1, "undetermined", LATER),
    ]
    account = Equation(tuple((factor, Spot(name, when, frozenset())) for factor, name, when in spots))
    stocks = frozenset({Spot("undetermined", DAY, frozenset()), Spot("undetermined", LATER, frozenset())})
    opening = table("undetermined_opening", before, population="undetermined", when=DAY)
    second = [stock(later, LATER, origins[1]), *moves("in", came, origins[1]), *moves("out", [], origins[1]), opening]
    return [facts(stock(before, DAY, origins[0])), facts(*second, equations=(account,), forced=stocks)]


def test_9_two_releases_and_one_person_more() -> None:
    before = persons({("AFG",): 20, ("SYR",): 12, ("UKR",): 30}, "origin")
    chain = yearly(before, [{"origin": "AFG"}])
    nothing: list[Hidden] = [{}, {}]
    assert fails(unprotected(*chain, hidden=nothing), Reason.DERIVED)
    later = protect(chain[1], [(chain[0], {"undetermined_by_origin": frozenset()})], seed=SEED)
    assert later.unsafe == ()
    report = attack([printed(chain[0], {}), printed(chain[1], later.hidden)])
    assert report.unsafe == ()


def test_10_two_releases_with_different_folding() -> None:
    """Listed later, in OTHER before, and hardly anyone moved in between."""
    shorter = dimension("origin", "AFG", "SYR", ("OTHER", None))
    longer = dimension("origin", "AFG", "SYR", "UKR", ("OTHER", None))
    before = persons({("AFG",): 40, ("SYR",): 13, ("UKR",): 14, ("XXA",): 3}, "origin")
    chain = yearly(before, [], (shorter, longer))
    code = "undetermined_by_origin"
    assert attack([printed(chain[1], {code: frozenset({("SYR",), ("OTHER",)})})]).is_safe
    report = unprotected(*chain, hidden=[{code: frozenset()}, {code: frozenset({("SYR",), ("OTHER",)})}])
    assert fails(report, Reason.EXACT, at=("OTHER",))
    assert_safe(protected(*chain)[0])


def test_11_overlapping_geographies() -> None:
    """The city inside the region in one table, beside it in the other."""
    inside = dimension("region", ("ALMATY", ["ALA", "ALM"]), "AST", "KRG")
    one, two = table("inside", PLACES, inside), table("beside", PLACES, REGIONS)
    pattern = {"beside": frozenset({("ALM",), ("KRG",)}), "inside": frozenset[At]()}
    assert attack([printed(facts(two), pattern)]).is_safe
    assert fails(unprotected(facts(one, two), hidden=[pattern]), Reason.EXACT, table="beside", at=("ALM",))
    assert_safe(protected(facts(one, two))[0])


KIND = dimension("type", "legal", "social", "other")


def sessions(code: str, counts: Mapping[tuple[str, ...], int], when: When) -> Table:
    return table(code, persons(counts, "type"), KIND, population="sessions", when=when)


def test_11_overlapping_periods() -> None:
    """Half a year, and a month more: the difference is a month in which two had a legal consultation."""
    half, more = (DAY, date(2024, 7, 1)), (DAY, date(2024, 8, 1))
    chain = [
        facts(sessions("sessions_by_type", {("legal",): 40, ("social",): 20, ("other",): 30}, half)),
        facts(sessions("sessions_by_type", {("legal",): 42, ("social",): 30, ("other",): 47}, more)),
    ]
    assert fails(unprotected(*chain), Reason.DERIVED, at=("legal",))
    later = protect(chain[1], [(chain[0], {"sessions_by_type": frozenset()})], seed=SEED)
    assert later.unsafe == ()
    assert attack([printed(chain[0], {}), printed(chain[1], later.hidden)]).unsafe == ()


# -- pages and files: what is drawn and written is a function of the publication alone ------------------------------

LEGAL = dimension("status", ("REF", ["REF-C", "REF-M", "REF-D"]), "ASR")
LISTED = dimension("origin", "AFG", "CHN", "UKR", ("OTHER", None))
MAIN = dimension("origin", "AFG", "UKR", ("OTHER", None))
FRAME = Frame(as_of=LATER, since=DAY, edition=1, counted_on=date(2025, 2, 3), listed_from=10)


def released(people: Sequence[Person]) -> Facts:
    main = table("refugees_asylum_by_main_origin", people, MAIN, when=LATER)
    both = table("refugees_asylum_by_status_origin", people, LEGAL, LISTED, when=LATER)
    return facts(main, both, Table("undetermined_total", "undetermined", LATER, (), {(): 40}))


def other_worlds(content: Json) -> list[list[Person]]:
    """Caseloads that print the same publication, made up by the attacker."""
    geometry = build([read(content, 0)])
    space = Space(geometry, {})
    for component in space.components:
        for unknown in component.unknowns:
            component.search(((unknown, 1),), is_largest=True)
    found = []
    for number in range(min(len(one.worlds) for one in space.components)):
        values = np.array(space.low)
        for component in space.components:
            values[component.unknowns] = component.worlds[number]
        group = next(one for one in geometry.groups.values() if len(one.frames) == 2)
        names, profiles = make_up(group, values)
        assert profiles is not None
        some = [{name: _somebody(label) for name, label in zip(names, one, strict=True)} for one in profiles]
        found.append([one for one, count in zip(some, profiles.values(), strict=True) for _ in range(count)])
    return found


def _somebody(label: str) -> str:
    return "XXA" if label.startswith("!") else label.split("|", maxsplit=1)[0]


@pytest.fixture
def _statistics(acting: Acting, world: World) -> Iterator[None]:
    with acting(world.principal("statistics")):
        yield


PEOPLE = persons(
    {
        ("REF-C", "AFG"): 20,
        ("REF-M", "CHN"): 3,
        ("REF-D", "UKR"): 30,
        ("REF-C", "XXA"): 6,
        ("ASR", "AFG"): 10,
        ("ASR", "CHN"): 12,
        ("ASR", "UKR"): 40,
        ("ASR", "XXA"): 9,
    },
    "status",
    "origin",
)


@pytest.mark.usefixtures("_statistics")
def test_12_to_17_and_20_two_caseloads_with_one_sheet() -> None:
    """Percentages, averages, charts, files, previews, identifiers: the same for caseloads that print the same.

    What is withheld differs between them; so nothing that a page or a file shows can depend on it.
    """
    truth = released(PEOPLE)
    hidden = protect(truth, seed=SEED).hidden
    assert hidden["refugees_asylum_by_status_origin"] >= {("REF", "CHN")}
    content = publication.build(FRAME, truth, hidden)
    worlds = other_worlds(content)
    counts = {released(one).tables[1].counts["REF", "CHN"] for one in worlds}
    assert len(counts) > 1
    assert max(counts) >= 5
    for one in worlds:
        same = publication.build(FRAME, released(one), hidden)
        # 15 and 20: the file itself, byte by byte; no identifier and no moment in it.
        assert rules.canonical(same) == rules.canonical(content)
        # 12, 13, 14, 16: every number, order, colour and sentence of the sheet.
        assert sheet(contents.national(release=same)) == sheet(contents.national(release=content))
        # 17: what the officer is told about the draft.
        assert attack([same]) == attack([content])
    text = rules.canonical(content).decode()
    assert not re.search(r"[0-9a-f]{8}-[0-9a-f]{4}-|\d\dT\d\d:|\d\d:\d\d:", text)


def test_12_a_percentage_with_one_decimal_would_tell_the_count() -> None:
    total, count = 646, 3
    told = [one for one in range(total + 1) if round(100 * one / total, 1) == round(100 * count / total, 1)]
    assert told == [count]


@pytest.mark.usefixtures("_statistics")
def test_12_nothing_that_is_counted_is_published_as_a_share() -> None:
    truth = released(PEOPLE)
    content = publication.build(FRAME, truth, protect(truth, seed=SEED).hidden)
    cells = [cell for one in content["tables"] for cell in one["cells"]]
    assert all(isinstance(cell.get("value", 0), int) for cell in cells)
    assert all(isinstance(one["value"], int) for one in content["figures"] if one.get("spot"))


def test_13_an_average_times_its_denominator() -> None:
    """The mean over three is told by a mean over ten and one over seven; medians of tens of days tell no sum."""
    days = [12, 400, 31, 90, 100, 110, 95, 105, 98, 102]
    assert round(10 * (sum(days) / 10) - 7 * (sum(days[3:]) / 7)) == sum(days[:3])
    rounded = {counting._rounded([one, *days[1:]], persons=10) for one in range(0, 400, 7)}
    assert rounded == {100}
    assert counting._rounded(days[1:], persons=10) is None, "nine decisions"
    assert counting._rounded(days, persons=9) is None, "nine persons"


@pytest.mark.usefixtures("_statistics")
def test_14_what_is_withheld_stands_in_no_order_and_has_no_length() -> None:
    truth = released(PEOPLE)
    content = publication.build(FRAME, truth, protect(truth, seed=SEED).hidden)
    for table_ in content["tables"]:
        order = [tuple(one["at"]) for one in table_["cells"]]
        names = [[TOTAL, *(one["code"] for one in each["categories"])] for each in table_["dimensions"]]
        assert order == list(product(*names))


@pytest.mark.usefixtures("_statistics")
def test_14_a_chart_is_drawn_without_what_is_withheld() -> None:
    """Bars, their order, axis and words: whatever numbers stand behind those withheld, the sheet is the same."""
    few = persons({("ASR", "CHN"): 2, ("REF-C", "AFG"): 9, ("ASR", "UKR"): 7, ("ASR", "AFG"): 21}, "status", "origin")
    truth = released([*few, *persons({("ASR", "XXA"): 8, ("REF-M", "UKR"): 6}, "status", "origin")])
    hidden = protect(truth, seed=SEED).hidden
    withheld = hidden["refugees_asylum_by_status_origin"]
    assert {at for at in withheld if at[0] == TOTAL}, "bars of the chart by origin"

    def drawn(found: Facts, pattern: Hidden) -> Sheet:
        return sheet(contents.national(release=publication.build(FRAME, found, pattern)))

    def planted(count: int) -> Facts:
        """With other numbers in place of those withheld: rising in one caseload, falling in the other."""
        return replace(
            truth,
            tables=tuple(
                replace(
                    one,
                    counts={
                        **one.counts,
                        **{at: abs(count - n) for n, at in enumerate(sorted(hidden.get(one.code, ())))},
                    },
                )
                for one in truth.tables
            ),
        )

    shown = drawn(truth, hidden)
    origins = next(one for one in shown.groups[0].drawings if one.code == "refugees_asylum-origin")
    assert [point.value for point in origins.lines[0].points].count(None) >= 2
    for count in (0, 1, 3, 60, 500):
        assert drawn(planted(count), hidden) == shown
        assert drawn(planted(count), {}) != drawn(truth, {}), "without the protection it tells them apart"


def test_16_rounding_unpicked_from_sums() -> None:
    """Three numbers rounded to fives tell little each; with their sums, rounded as well, hardly two caseloads fit."""
    parts = (3, 7, 8)

    def rounded(caseload: Sequence[int]) -> list[int]:
        a, b, c = caseload
        return [5 * ((one + 2) // 5) for one in (a, b, c, a + b, b + c, a + c, a + b + c, a + 2 * b)]

    fitting = [one for one in product(range(20), repeat=3) if rounded(one) == rounded(parts)]
    assert parts in fitting
    assert max(one[0] for one in fitting) < 5
    # What is published is exact or withheld: there is no rounding to unpick, and the cell keeps its room.
    people = persons({("A",): 3, ("B",): 7, ("C",): 8}, "origin")
    found = facts(table("t", people, dimension("origin", "A", "B", "C")))
    report, (hidden,) = protected(found)
    assert_safe(report)
    content = printed(found, hidden)["tables"][0]["cells"]
    assert all(one["value"] == found.tables[0].counts[tuple(one["at"])] for one in content if "value" in one)


def test_18_replaying_the_protection_over_all_worlds() -> None:
    """Who knows the method asks which numbers would have led to this pattern: all that fit, each protected again.

    With the seed that was used only small numbers are left; without it anything that the table allows.
    """
    line = dimension("origin", "A", "B", "C", "D")

    def pattern(counts: Sequence[int], seed: bytes) -> frozenset[At]:
        people = persons({(code,): count for code, count in zip("ABCD", counts, strict=True)}, "origin")
        return protect(facts(table("t", people, line)), seed=seed).hidden["t"]

    truth = (2, 5, 5, 9)
    seen = pattern(truth, SEED)
    assert seen == {("A",), ("B",), ("C",)}
    worlds = [(*one, 9) for one in product(range(13), repeat=3) if sum(one) == 12]
    known = {one[0] for one in worlds if pattern(one, SEED) == seen}
    guessed = {one[0] for one in worlds for number in range(6) if pattern(one, bytes([number]) * 16) == seen}
    assert 2 in known
    assert max(known) < 5
    assert min(guessed) == 0
    assert max(guessed) >= 8


def test_19_an_external_sum_minus_a_figure_of_partners() -> None:
    """Stateless known = Government + undetermined: the sum is printed, and the Government's 7,399 is known."""
    status = dimension("status", "UND", "STL", "NAT")
    people = persons({("UND",): 3, ("STL",): 12, ("NAT",): 20}, "status")
    spot = Spot("refugees_asylum", DAY, frozenset({("status", "UND")}))
    known = Spot("stateless_known", DAY, frozenset())
    total = Table("stateless_known", "stateless_known", DAY, (), {(): 7402})
    sum_ = Equation(((1, known), (-1, spot)), 7399)
    pattern = {"t": frozenset({("UND",), ("STL",)})}
    parts = table("t", people, status)
    assert attack([printed(facts(parts), pattern)]).is_safe
    found = facts(parts, total, equations=(sum_,), forced=frozenset({Spot("refugees_asylum", DAY, frozenset())}))
    assert fails(unprotected(found, hidden=[pattern]), Reason.EXACT, at=("UND",))
    outcome = protect(found, seed=SEED)
    assert outcome.unsafe == ()
    assert outcome.hidden["stateless_known"] == {()}
    assert_safe(attack([printed(found, outcome.hidden)]))


def test_21_two_cells_that_can_only_add_up_to_three() -> None:
    people = [
        *persons({("REF", "AFG"): 1, ("REF", "SYR"): 2, ("REF", "UKR"): 12}, "status", "origin"),
        *persons({("ASR", "AFG"): 20, ("ASR", "SYR"): 7, ("ASR", "UKR"): 9}, "status", "origin"),
    ]
    found = facts(table("t", people, STATUS, ORIGIN))
    square = frozenset(product(("REF", "ASR"), ("AFG", "SYR")))
    report = unprotected(found, hidden=[{"t": square}])
    assert fails(report, Reason.NARROW, at=("REF", "AFG"))
    assert not fails(report, Reason.EXACT)
    assert_safe(protected(found)[0])


@pytest.mark.parametrize("size", [40, 120])
def test_what_only_withholds_small_cells_is_derivable(size: int) -> None:
    """Primary suppression alone (acro, SACRO): of a made-up caseload nearly all that it withholds comes back."""
    people = [
        {"status": "REF" if n % 3 else "ASR", "origin": ("AFG", "SYR", "UKR")[n * n % 7 % 3], "sex": "FM"[n % 5 == 0]}
        for n in range(size)
    ]
    people += persons({("ASR", "UKR", "M"): 1, ("REF", "SYR", "M"): 1}, "status", "origin", "sex")
    found = facts(table("t", people, STATUS, ORIGIN, SEX))
    withheld = primary(found)["t"]
    assert withheld
    report = unprotected(found)
    assert {one.at for one in report.unsafe if one.reason in {Reason.EXACT, Reason.NARROW}} == withheld
    assert_safe(protected(found)[0])
