"""What a release counts: every cell with its margins, whoever came and left, and what partners did."""

from collections import Counter
from collections.abc import Iterator
from datetime import date
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import event

from casework.core import clock
from casework.core.db import db
from casework.core.scope import system
from casework.core.vault import KeyRing, Vault
from casework.disclosure.tables import TOTAL, Facts, Spot, as_json
from casework.elsewhere.rules import State
from casework.figures import actions, queries
from casework.figures.flows import Stocks
from casework.persons import actions as persons
from casework.persons.rules import PartialDate
from casework.releases import counting, declared
from casework.releases.declared import DeclaredTable
from casework.releases.definitions import IN, OUT
from tests.conftest import Acting
from tests.factories import World
from tests.figures.caseload import again, crowd, registered
from tests.figures.test_ledger_property import elsewhere
from tests.releases.ledger import Known, balanced, consistent, keep, moment, small, someone, table, total

SINCE, AS_OF = date(2024, 10, 1), date(2025, 1, 1)
TODAY = date(2025, 2, 10)
EVERY_TABLE = list(declared.TABLES.values())
IMMUTABLE = [DeclaredTable(code, ("origin", "sex")) for code in ("refugees_asylum", "undetermined")]


@pytest.fixture(autouse=True)
def today() -> Iterator[None]:
    with clock.at(TODAY):
        yield


def counted(
    tables: list[DeclaredTable] | None = None,
    listed: dict[str, list[str]] | None = None,
    **more: object,
) -> Facts:
    tables = EVERY_TABLE if tables is None else tables
    listed = listed or {"refugees_asylum": ["AFG", "UKR"], "undetermined": []}
    return counting.facts(AS_OF, SINCE, tables, listed, **more)  # type: ignore[arg-type]


# -- stocks ------------------------------------------------------------------------------------------------------


@pytest.fixture
def caseload(acting: Acting, world: World) -> None:
    """Fifteen at A and seven at B in 2024, before and in the period."""
    with acting(world.principal("lawyer")):
        crowd(9, displacement="ASR", region="KZ-10")
        crowd(3, displacement="REF-M", origin="UKR", sex="M", region="KZ-63")
        crowd(2, date(2024, 11, 5), displacement="REF-C", origin="SYR", region="KZ-75")
        crowd(1, date(2025, 1, 1), displacement="ASR")  # shows from the next day
    with acting(world.principal("lawyer", "B")):
        crowd(4, displacement="ASR", nationality="UN", origin="UZB", region="KZ-10")
        crowd(3, displacement="REF-D", sex="X", region="UNK")


def test_stocks_by_cell(acting: Acting, world: World, caseload: None) -> None:
    tables = [*EVERY_TABLE, declared.named("refugees_asylum_by_sex_macro_region")]
    with acting(world.principal("statistics")):
        facts = counted(tables, {"refugees_asylum": ["AFG", "SYR", "UKR"], "undetermined": ["UZB"]})
    for one in facts.tables:
        consistent(one)
    balanced(facts)
    assert small(table(facts, "refugees_asylum_by_status_origin")) == {
        ("ASR", "AFG"): 9,
        ("ASR", "OTHER"): 4,
        ("REF", "UKR"): 3,
        ("REF", "SYR"): 2,
        ("REF", "AFG"): 3,
    }
    assert small(table(facts, "refugees_asylum_by_main_origin")) == {("AFG",): 12, ("UKR",): 3, ("OTHER",): 6}
    assert small(table(facts, "refugees_asylum_by_sex_macro_region")) == {
        ("F", "EAST"): 13,
        ("M", "EAST"): 3,
        ("F", "SOUTH"): 2,
        ("X", "UNK"): 3,
    }
    assert small(table(facts, "undetermined_by_region")) == {("KZ-10",): 4}
    by_region = table(facts, "refugees_asylum_by_status_region")
    assert by_region.persons is None
    assert (by_region.own["Partner Birch"]["ASR", TOTAL], by_region.own["Partner Aster"]["ASR", TOTAL]) == (4, 9)
    assert {one.code for one in facts.tables if not one.is_published} == {
        "refugees_asylum:in_by_origin",
        "refugees_asylum:out_by_origin",
        "refugees_asylum:in_by_sex",
        "refugees_asylum:out_by_sex",
        "undetermined:in_by_sex",
        "undetermined:out_by_sex",
    }


def test_ages_are_those_of_the_day(acting: Acting, world: World) -> None:
    with acting(world.principal("lawyer")):
        people = [someone(SINCE, nationality="UN", born=born) for born in ((2019, 12), (2020, 1), (None, None))]
        keep(Known(world.organisations["A"], one, moment(TODAY)) for one in people)
    with acting(world.principal("statistics")):
        found = small(table(counted(), "undetermined_by_sex_age"))
    assert found == {("F", "5-11"): 1, ("F", "0-4"): 1, ("F", "UNK"): 1}


def test_what_is_chosen_is_counted_and_the_key_figures_always(acting: Acting, world: World, caseload: None) -> None:
    with acting(world.principal("statistics")):
        facts = counted([declared.named("sessions_by_month")])
        assert [one.code for one in facts.tables if one.is_published] == [
            "refugees_asylum_by_main_origin",
            "sessions_by_month",
            "undetermined_total",
            "refugees_asylum_opening",
        ]
        assert total(facts, "undetermined_total") == 4
        with pytest.raises(ValueError, match="whole months"):
            counting.facts(AS_OF, date(2024, 10, 2), EVERY_TABLE, {})


def test_which_origins_are_listed(acting: Acting, world: World, caseload: None) -> None:
    with acting(world.principal("statistics")):
        with pytest.raises(ValueError, match="so few"):
            counting.listed(AS_OF, 9)
        assert counting.listed(AS_OF, 10) == {"refugees_asylum": ["AFG", "UKR"], "undetermined": []}
        before = {"refugees_asylum": ["SYR"], "undetermined": ["KGZ"]}
        listed = counting.listed(AS_OF, 10, before)
        assert listed == {"refugees_asylum": ["AFG", "SYR", "UKR"], "undetermined": ["KGZ"]}
        assert counting.listed(AS_OF, 0, before) == listed
    with acting(world.principal("lawyer")):
        crowd(10, displacement="ASR", origin="IRN", nationality="UN")
    with acting(world.principal("statistics")):
        listed = counting.listed(AS_OF, 10, before)
        facts = counted(EVERY_TABLE, listed, listed_from=10, listed_before=before)
        assert counting.listed(AS_OF, 10, cut=moment(date(2025, 2, 9)))["undetermined"] == []
    assert facts.floors == {
        Spot(code, AS_OF, frozenset({("origin", "IRN")})): 10 for code in ("refugees_asylum", "undetermined")
    }


def test_what_is_always_shown(acting: Acting, world: World, caseload: None) -> None:
    with acting(world.principal("statistics")):
        forced = counted().forced
    assert Spot("refugees_asylum", AS_OF, frozenset()) in forced
    assert Spot("undetermined", AS_OF, frozenset()) in forced, "a grand total, however small"
    assert Spot("undetermined", SINCE, frozenset()) in forced
    period = (SINCE, AS_OF)
    assert Spot("refugees_asylum:in", period, frozenset()) not in forced, "two came"
    assert Spot("refugees_asylum:out", period, frozenset()) not in forced, "and the difference is known"
    assert Spot("undetermined:in", period, frozenset()) in forced
    assert not [spot for spot in forced if spot.traits], "three from Ukraine"
    with acting(world.principal("lawyer")):
        crowd(5, date(2024, 10, 7), displacement="ASR", origin="UKR")
        crowd(3, date(2024, 10, 7), displacement="ASR", origin="SYR")
    with acting(world.principal("statistics")):
        forced = counted().forced
    assert not [spot for spot in forced if spot.traits], "one partner would be left with three from Afghanistan"
    with acting(world.principal("lawyer", "B")):
        crowd(2, date(2024, 10, 7), displacement="ASR")
        crowd(3, date(2024, 10, 7), displacement="ASR", origin="UZB")
    with acting(world.principal("statistics")):
        forced = counted().forced
    assert {spot.traits for spot in forced if spot.traits} == {
        frozenset({("origin", identity)}) for identity in ("AFG", "UKR", "!AFG|UKR")
    }
    assert {Spot("refugees_asylum:in", period, frozenset()), Spot("refugees_asylum:out", period, frozenset())} <= forced


def test_what_adds_up(acting: Acting, world: World, caseload: None) -> None:
    with acting(world.principal("statistics")):
        facts = counted()
    value = {}
    for one in facts.tables:
        at = (TOTAL,) * len(one.dimensions)
        value[Spot(one.population, one.when, frozenset())] = one.counts[at]
    for equation in facts.equations:
        known = [(factor, value[spot]) for factor, spot in equation.terms if spot in value]
        if len(known) == len(equation.terms):
            assert sum(factor * count for factor, count in known) == equation.constant
    names = [tuple(spot.population for _factor, spot in one.terms) for one in facts.equations]
    assert ("undetermined", "undetermined:in", "undetermined:out", "undetermined") in names
    assert names.count(("activities", "sessions")) == 4, "the period and its three months"
    assert (("undetermined",), 4) in [(name, one.constant) for name, one in zip(names, facts.equations, strict=True)]


# -- who came, who left --------------------------------------------------------------------------------------------


def flows(facts: Facts, code: str) -> dict[str, int]:
    return {at[0]: count for at, count in small(table(facts, f"{code}_by_flow")).items()}


def test_changes_inside_a_population_are_no_flows(acting: Acting, world: World) -> None:
    with acting(world.principal("lawyer")):
        keep(
            Known(world.organisations["A"], facts, moment(TODAY))
            for facts in (
                someone(
                    date(2024, 1, 5),
                    ("displacement", "REF-C", date(2024, 10, 1), "recognised_refugee"),
                    ("residence", "KZ-10", date(2024, 11, 1), "moved"),
                    displacement="ASR",
                    born=(2012, 11),  # twelve years old in the period
                ),
                someone(date(2024, 12, 31), displacement="ASR", nationality="UN", sex="M"),
                someone(date(2025, 1, 1), displacement="ASR"),
                someone(
                    date(2024, 2, 1), ("nationality", "NC-KZ", date(2024, 12, 1), "confirmed_kz"), nationality="UN"
                ),
                someone(
                    date(2024, 2, 1), ("registration", "LEFT", date(2024, 9, 30), "died"), nationality="UN", sex="M"
                ),
            )
        )
    with acting(world.principal("statistics")):
        facts = counted()
    balanced(facts)
    assert flows(facts, "refugees_asylum:in") == {"identified": 1}
    assert flows(facts, "refugees_asylum:out") == {}
    assert flows(facts, "undetermined:in") == {"identified": 1}
    assert flows(facts, "undetermined:out") == {"confirmed_kz": 1}
    assert small(table(facts, "undetermined:out_by_sex")) == {("F",): 1}


def test_who_comes_twice_is_one_person(acting: Acting, world: World) -> None:
    left = ("registration", "LEFT", date(2024, 10, 20), "lost_contact")
    back = ("registration", "ACTIVE", date(2024, 11, 3), "reopened")
    with acting(world.principal("lawyer")):
        people = [someone(date(2024, 10, 2), left, back, nationality="UN", sex=sex) for sex in "FFM"]
        keep(Known(world.organisations["A"], one, moment(TODAY)) for one in people)
    with acting(world.principal("statistics")):
        facts = counted()
    came = table(facts, "undetermined:in_by_flow")
    assert came.persons is not None
    assert (came.counts[(TOTAL,)], came.persons[(TOTAL,)]) == (6, 3)
    assert (came.counts[("reopened",)], came.persons[("reopened",)]) == (3, 3)
    by_sex = table(facts, "undetermined:in_by_sex")
    assert by_sex.persons is not None
    assert (by_sex.counts[("F",)], by_sex.persons[("F",)]) == (4, 2)
    balanced(facts)


def test_what_is_recorded_late_is_a_correction(acting: Acting, world: World) -> None:
    """The next account opens with what was published, and says what was found since."""
    cut = moment(date(2024, 10, 3))
    with clock.at(date(2024, 10, 2)), acting(world.principal("lawyer")):
        crowd(6, nationality="UN")
        leaver, *_rest = crowd(2, nationality="UN", sex="M")
        known = registered(nationality="UN", origin="UZB")
        known_id = known.id
    with acting(world.principal("lawyer")):  # in February
        crowd(3, date(2024, 4, 1), nationality="UN", origin="KGZ")
        leaves(leaver, date(2024, 9, 1))
        correct_origin(known_id, "TJK")
    with acting(world.principal("statistics")):
        released = counting.facts(SINCE, date(2024, 7, 1), IMMUTABLE, {}, cut=cut)
        facts = counted([*IMMUTABLE, *EVERY_TABLE], {"undetermined": ["UZB"]}, earlier=cut)
        fresh = counted()
        assert counting.facts(SINCE, date(2024, 7, 1), IMMUTABLE, {}, cut=cut) == released
    assert total(facts, "undetermined_opening") == total(released, "undetermined_by_origin_sex") == 9
    balanced(facts)
    assert flows(facts, "undetermined:in") == {"correction": 4}, "three who were not known, one from another country"
    assert flows(facts, "undetermined:out") == {"correction": 2}
    came, left = (small(table(facts, f"undetermined{way}_by_origin_sex")) for way in (IN, OUT))
    assert (came, left) == ({("OTHER", "F"): 4}, {("UZB", "F"): 1, ("OTHER", "M"): 1})
    assert total(fresh, "undetermined_opening") == 11, "without an earlier release it opens with what is known now"
    assert flows(fresh, "undetermined:in") == {}


def leaves(person_id: UUID, on: date) -> None:
    persons.set_status(again(person_id), "registration", "LEFT", on, "departed")


def correct_origin(person_id: UUID, origin: str) -> None:
    person = again(person_id)
    persons.correct_identity(
        person,
        person.identity,
        sex=person.sex,
        birth=PartialDate(1990, 5),
        origin=origin,
        arrived=PartialDate(),
        languages=[],
    )


def test_whom_two_partners_have_comes_and_leaves_once(acting: Acting, world: World) -> None:
    with acting(world.principal("lawyer")):
        mine = registered(date(2024, 11, 5), nationality="UN").id
    with acting(world.principal("lawyer", "B")):
        theirs = registered(date(2024, 8, 5), nationality="UN").id
        also = registered(date(2024, 11, 20), nationality="UN", sex="M").id
    with acting(system("test")):
        elsewhere(mine, theirs, State.SUSPECTED)
    with acting(world.principal("statistics")):
        before = counted(cut=moment(TODAY))
    with clock.at(date(2025, 2, 11)), acting(world.principal("lawyer", "B")):
        leaves(theirs, date(2024, 12, 3))
    with clock.at(date(2025, 2, 11)), acting(system("test")):
        actions.settle_offsets()
    with acting(world.principal("statistics")):
        facts = counted()
    for one in (before, facts):
        balanced(one)
        assert flows(one, "undetermined:in") == {"identified": 1}, "who came to A was counted at B"
        assert flows(one, "undetermined:out") == {}, "who left B is still at A"
    by_region = table(before, "undetermined_by_region")
    assert by_region.own == {"Partner Birch": {("KZ-75",): 2, (TOTAL,): 2}}
    assert table(facts, "undetermined_by_region").own["Partner Aster"] == {("KZ-75",): 1, (TOTAL,): 1}
    assert also


# -- nothing else is read ------------------------------------------------------------------------------------------


def test_no_sealed_column_is_read(
    app: Flask, acting: Acting, world: World, caseload: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An officer of the country office counts everything with keys that open nothing of it."""
    monkeypatch.setitem(app.extensions, "vault", Vault(KeyRing.new()))
    said: list[str] = []

    def hear(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        said.append(statement)

    with acting(world.principal("statistics")):
        event.listen(db.engine, "before_cursor_execute", hear)
        try:
            counted(EVERY_TABLE, counting.listed(AS_OF, 10), cut=clock.now(), earlier=moment(SINCE))
            counting.durations(SINCE, AS_OF)
        finally:
            event.remove(db.engine, "before_cursor_execute", hear)
    assert len(said) > 20
    assert not [one for one in said if "sealed" in one]


def test_the_same_on_any_database(acting: Acting, world: World, caseload: None) -> None:
    """Nothing depends on ids or on the order of rows."""
    with acting(world.principal("statistics")):
        facts = as_json(counted())
        assert as_json(counted()) == facts
        organisations = [str(one) for one in world.organisations.values()]
    assert not [one for one in organisations if one in str(facts)]


def test_months_opened_or_not(acting: Acting, world: World, caseload: None) -> None:
    seekers = (AS_OF, "displacement", ["ASR"], ("region",))
    with acting(system("test")):
        plain = Stocks(moment(TODAY)).by(*seekers)
        actions.open_months(date(2025, 2, 10))
        assert queries.opened_month(AS_OF) == AS_OF
        assert Stocks().by(*seekers) == Stocks(moment(TODAY)).by(*seekers) == plain
        assert Stocks(moment(date(2024, 12, 1))).by(*seekers) == Counter()
