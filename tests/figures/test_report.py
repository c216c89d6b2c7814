"""The Key Figures: what is counted, what others say, what does not add up; and an organisation's own caseload."""

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


def national_parts(day: date = DAY) -> list[int | None]:
    return [part.value for part in report.key_figures(day).figure("refugees_asylum").parts]


def test_one_small_part_of_the_country_hides_them_all(acting: Acting, world: World) -> None:
    with acting(world.principal("lawyer")):
        crowd(30, displacement="ASR", origin="AFG")
        crowd(20, displacement="ASR", origin="UKR")
        crowd(3, displacement="ASR", origin="SYR")
    with acting(world.principal("statistics")):
        assert national_parts() == [None, None, None]
        found = report.key_figures(DAY).figure("refugees_asylum")
        assert found.value == 53
        assert {part.text for part in found.parts} == {"hidden to protect people"}
    with acting(world.principal("lawyer", "B")):
        crowd(2, displacement="ASR", origin="UZB")
    with acting(world.principal("statistics")):
        assert national_parts() == [None, None, None], "B would be left with three"
    with acting(world.principal("lawyer")):
        crowd(2, displacement="ASR", origin="SYR")
    with acting(world.principal("statistics")):
        assert national_parts() == [30, 20, 7]


def test_a_release_hands_over_what_it_counted(acting: Acting, world: World) -> None:
    counted = {"refugees_asylum": 646, "refugees_asylum_afg": 320, "refugees_asylum_ukr": None, "undetermined": 466}
    with acting(world.principal("lawyer")):
        crowd(1, displacement="ASR")
    with acting(world.principal("statistics")):
        found = report.key_figures(DAY, counted=counted)
        assert found.figure("refugees_asylum").value == 646
        parts = {one.indicator.code: (one.value, one.is_hidden) for one in found.figure("refugees_asylum").parts}
        assert parts == {"refugees_asylum_afg": (320, False), "refugees_asylum_ukr": (None, True)}
        assert found.figure("stateless_known").value == 7865
        assert ("sum", "stateless_known") in findings(found)


def test_an_organisation_counts_its_own_files_exactly(acting: Acting, world: World) -> None:
    with acting(world.principal("lawyer")):
        crowd(9, displacement="ASR", origin="AFG", region="KZ-75")
        crowd(2, displacement="ASR", origin="UKR", region="KZ-71", sex="M")
        crowd(1, displacement="ASR", origin="SYR", region="KZ-10")
    with acting(world.principal("lawyer", "B")):
        crowd(3, displacement="ASR", origin="SYR", region="KZ-10")
    with acting(world.principal("supervisor", "A")):
        own = world.organisations["A"]
        found = report.key_figures(DAY, own).figure("refugees_asylum")
        assert (found.value, [part.value for part in found.parts]) == (12, [9, 2, 1])
        tables = {
            one.by: {row.code: row.value for row in one.rows}
            for one in report.breakdowns(DAY, own)
            if one.indicator.code == "refugees_asylum"
        }
        assert tables["origin"] == {"AFG": 9, "UKR": 2, "SYR": 1}
        assert tables["sex"] == {"F": 10, "M": 2, "X": 0, "U": 0}
        assert {code: count for code, count in tables["region"].items() if count} == {
            "KZ-75": 9,
            "KZ-71": 2,
            "KZ-10": 1,
        }
        assert len(tables["region"]) > 20, "a region without anyone is said"


def test_the_account_names_every_reason_and_balances(acting: Acting, world: World) -> None:
    own = world.organisations["A"]
    with acting(world.principal("lawyer")):
        people = [registered(date(2023, 5, 5), nationality="UN") for _ in range(6)]
        for person, reason in zip(people, ("died", "departed", "lost_contact", "lost_contact"), strict=False):
            persons.set_status(person, "registration", "LEFT", date(2024, 5, 5), reason)
        persons.set_status(people[4], "nationality", "NC-KZ", date(2024, 6, 6), "confirmed_kz")
        persons.set_status(people[0], "registration", "ACTIVE", date(2024, 7, 7), "reopened")
        crowd(2, nationality="UN")
    with acting(world.principal("supervisor", "A")):
        found = report.account(indicators.UNDETERMINED, date(2024, 1, 1), DAY, own)
        assert (found.opening, found.closing) == (6, 4)
        assert [(row.code, row.value) for row in found.came] == [("identified", 2), ("reopened", 1)]
        assert [(row.code, row.value) for row in found.left] == [
            ("confirmed_kz", 1),
            ("confirmed_other", 0),
            ("acquired_kz", 0),
            ("recognised_stateless", 0),
            ("departed", 1),
            ("died", 1),
            ("merged", 0),
            ("lost_contact", 2),
        ]
        for start, end in ((date(2023, 1, 1), DAY), (date(2024, 5, 5), date(2024, 5, 6)), (DAY, DAY)):
            for indicator in indicators.COUNTED:
                one = report.account(indicator, start, end, own)
                came, left = (sum(row.value for row in rows) for rows in (one.came, one.left))
                assert one.opening + came - left == one.closing


def test_a_reason_stands_once_in_an_account(acting: Acting, world: World) -> None:
    """What took more back than it brought stands among those who left, not among those who came as 0 as well."""
    with acting(world.principal("lawyer")):
        person = registered(date(2023, 5, 5), nationality="UN")
        persons.set_status(person, "nationality", "NC-KZ", date(2024, 6, 6), "identified")
    with acting(world.principal("supervisor", "A")):
        found = report.account(indicators.UNDETERMINED, date(2024, 1, 1), DAY, world.organisations["A"])
        assert [row.code for row in found.came] == ["reopened"]
        assert (found.left[0].code, found.left[0].value) == ("identified", 1)
