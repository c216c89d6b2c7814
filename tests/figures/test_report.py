"""The Key Figures: what is counted, what others say, what does not add up, and what is withheld."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import pytest

from casework.core import clock
from casework.core.scope import system
from casework.figures import actions, indicators, report
from casework.persons import actions as persons
from tests.conftest import Acting
from tests.factories import World
from tests.figures.caseload import crowd, registered

DAY = date(2025, 1, 1)
TODAY = date(2026, 11, 23)


@pytest.fixture(autouse=True)
def _on_a_monday() -> Iterator[None]:
    with clock.at(TODAY):
        yield


def findings(found: report.KeyFigures) -> set[tuple[str, str]]:
    return {(one.kind, one.indicator.code) for one in found.findings}


def test_the_published_total_does_not_equal_its_parts(acting: Acting, world: World) -> None:
    with acting(system("test")):
        found = report.key_figures(DAY)
        sums = [one.message for one in found.findings if one.kind == "sum"]
        assert sums == ["The printed 7,866 is not equal to 7,399 + 466 = 7,865."]


def test_external_figures_say_how_exact_they_are(acting: Acting, world: World) -> None:
    with acting(system("test")):
        found = report.key_figures(DAY)
        assert found.figure("refugee_like").text == "up to 65,511"
        assert found.figure("citizenship_granted").text == "more than 16,000"
        assert found.figure("funding_required").text == "USD 9.6 million"
        assert found.figure("funding_share").text == "28%"
        assert found.figure("funding_share").as_of == date(2025, 3, 31)
        assert found.figure("funding_share").indicator.scope == indicators.REGIONAL


def test_the_caseload_counts(acting: Acting, world: World) -> None:
    with acting(world.principal("lawyer", "A")):
        crowd(7, displacement="ASR", origin="AFG")
        crowd(6, displacement="REF-C", origin="UKR")
        crowd(5, nationality="UN", origin="KAZ")
        registered(nationality="AR")
    with acting(world.principal("lawyer", "B")):
        crowd(8, displacement="REF-M", origin="UZB")
        persons.set_status(registered(displacement="ASR"), "displacement", "REJ", date(2024, 5, 5), "rejected")
    with acting(world.principal("statistics")):
        found = report.key_figures(DAY)
        assert found.figure("refugees_asylum").value == 21
        assert [part.value for part in found.figure("refugees_asylum").parts] == [7, 6, 8]
        assert found.figure("undetermined").value == 5
        assert found.figure("stateless_known").value == 7404
        assert ("printed", "refugees_asylum") in findings(found)
        assert report.key_figures(date(2024, 3, 1)).figure("refugees_asylum").value == 0


def test_an_organisation_sees_its_own_counts_only(acting: Acting, world: World) -> None:
    for where, count in (("A", 9), ("B", 6)):
        with acting(world.principal("lawyer", where)):
            crowd(count, displacement="ASR")
    with acting(world.principal("supervisor", "A")):
        found = report.key_figures(DAY, world.organisations["A"])
        assert [(one.indicator.code, one.value) for one in found.figures] == [
            ("refugees_asylum", 9),
            ("undetermined", 0),
        ]
        assert found.findings == ()
        assert {one.total for one in report.breakdowns(DAY, world.organisations["A"])} == {9, 0}


def test_the_latest_figure_by_the_day_holds(acting: Acting, world: World) -> None:
    with acting(world.principal("statistics")):
        actions.enter_external(
            series="stateless_government", as_of=date(2026, 1, 1), value=Decimal(7300), source="Ministry"
        )
        assert report.key_figures(date(2025, 12, 31)).figure("stateless_government").value == 7399
        assert report.key_figures(date(2026, 1, 1)).figure("stateless_government").value == 7300
        assert report.key_figures(date(2024, 12, 31)).figure("stateless_government").value is None
        assert report.key_figures(date(2024, 12, 31)).figure("stateless_known").value is None


def test_old_figures_are_flagged(acting: Acting, world: World) -> None:
    with acting(system("test")):
        assert ("stale", "refugee_like") not in findings(report.key_figures(date(2026, 7, 1)))
        assert ("stale", "refugee_like") in findings(report.key_figures(date(2026, 7, 2)))
        assert ("missing", "refugee_like") in findings(report.key_figures(date(2024, 7, 2)))


def test_small_counts_never_leave(acting: Acting, world: World) -> None:
    with acting(world.principal("lawyer")):
        crowd(30, displacement="ASR", origin="AFG", region="KZ-75", sex="F")
        crowd(20, displacement="ASR", origin="UKR", region="KZ-71", sex="M")
        crowd(3, displacement="ASR", origin="SYR", region="KZ-10", sex="F")
    with acting(world.principal("statistics")):
        found = report.key_figures(DAY)
        parts = {part.indicator.code: part for part in found.figure("refugees_asylum").parts}
        assert parts["refugees_asylum_other"].value is None
        assert parts["refugees_asylum_other"].text == "hidden to protect people"
        # One withheld count alone would follow from the total.
        assert sum(part.is_hidden for part in parts.values()) >= 2
        tables = {
            one.by: {row.code: row.value for row in one.rows}
            for one in report.breakdowns(DAY)
            if one.indicator.code == "refugees_asylum"
        }
        assert tables["region"]["KZ-10"] is None
        assert sum(value is None for value in tables["region"].values()) >= 2
        assert "SYR" not in tables["origin"]
        assert tables["sex"] == {"F": 33, "M": 20, "X": 0, "U": 0}


def test_the_origins_do_not_give_back_what_the_parts_withhold(acting: Acting, world: World) -> None:
    with acting(world.principal("lawyer")):
        for origin, count in (("AFG", 10), ("UKR", 60), ("UZB", 40), ("TJK", 3), ("SYR", 12)):
            crowd(count, displacement="ASR", origin=origin)
    with acting(world.principal("statistics")):
        parts = [part.value for part in report.key_figures(DAY).figure("refugees_asylum").parts]
        assert parts == [10, 60, 55]
        origins = next(one for one in report.breakdowns(DAY) if one.by == "origin")
        assert [(row.code, row.value) for row in origins.rows] == [
            ("UKR", 60),
            ("UZB", 40),
            ("AFG", 10),
            ("OTHER", 15),
        ]


def test_small_flows_hide_the_totals_that_tell_them(acting: Acting, world: World) -> None:
    with acting(world.principal("lawyer")):
        people = [registered(date(2023, 5, 5), nationality="UN") for _ in range(20)]
        for person in people[:3]:
            persons.set_status(person, "registration", "LEFT", date(2024, 5, 5), "died")
        crowd(7, nationality="UN")
        found = report.account(indicators.UNDETERMINED, date(2024, 1, 1), DAY)
        assert (found.opening, found.closing) == (20, 24)
        assert found.total_entered is None
        assert found.total_left is None
        assert {row.value for row in (*found.entered, *found.left)} == {None}
        for person in people[3:9]:
            persons.set_status(person, "registration", "LEFT", date(2024, 5, 5), "died")
        found = report.account(indicators.UNDETERMINED, date(2024, 1, 1), DAY)
        assert (found.opening, found.total_entered, found.total_left, found.closing) == (20, 7, 9, 18)
        assert [(row.label, row.value) for row in found.left] == [("Died", 9)]
