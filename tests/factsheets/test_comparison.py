"""Two editions side by side: differences, what happened in between, what was corrected, what is counted otherwise."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

import pytest

from casework.factsheets.comparison import Event, Side, Story, Told, compare, side
from casework.factsheets.model import Change
from casework.releases.reading import Account, Category, Cell, Dimension, Flow, Population, Table
from tests.factsheets.conftest import SheetIn

PEOPLE = Population("undetermined", "Undetermined nationality", "…", "stock", "persons", 1)
Y24, Y25, Y26, Y27 = (date(year, 1, 1) for year in (2024, 2025, 2026, 2027))


def told(value: int | None, **changes: object) -> Told:
    base = Told("undetermined", "Undetermined", "" if value is None else str(value), value, "persons", "KAZ", Y25)
    return replace(base, **changes)  # type: ignore[arg-type]


def account(
    start: date, end: date, opening: int, closing: int, came: Mapping[str, int | None], left: Mapping[str, int | None]
) -> Account:
    def flows(of: Mapping[str, int | None]) -> tuple[Flow, ...]:
        return tuple(Flow(code, code, Cell(value)) for code, value in of.items())

    return Account(PEOPLE, start, end, Cell(opening), flows(came), Cell(None), flows(left), Cell(None), Cell(closing))


def edition(day: date, value: int | None, *accounts: Account, **changes: object) -> Side:
    base = Side(day.isoformat(), day, (told(value, as_of=day),), accounts)
    return replace(base, **changes)  # type: ignore[arg-type]


def amounts(story: Story) -> dict[Event, int | None]:
    return {one.kind: one.total for one in story.events}


FIRST = edition(Y25, 466, account(Y24, Y25, 500, 466, {}, {"confirmed_kz": 34}))
SECOND = edition(
    Y26, 417, account(Y25, Y26, 466, 417, {"identified": 58}, {"confirmed_kz": 100, "departed": 6, "merged": 1})
)
THIRD = edition(Y27, 420, account(Y26, Y27, 417, 420, {"identified": 10, "reopened": 1}, {"confirmed_kz": 8}))


def test_the_difference_is_told_by_arrivals_decisions_departures_and_records() -> None:
    found = compare(FIRST, SECOND)
    assert [one.difference for one in found.pairs] == [-49]
    story = found.stories[0]
    assert (story.before, story.after, story.unexplained) == (466, 417, 0)
    assert amounts(story) == {Event.ARRIVAL: 58, Event.DECISION: -100, Event.DEPARTURE: -6, Event.RECORDS: -1}


def test_accounts_that_follow_on_each_other_make_one_story() -> None:
    story = compare(FIRST, THIRD, [SECOND]).stories[0]
    assert (story.before, story.after, story.unexplained) == (466, 420, 0)
    assert amounts(story) == {Event.ARRIVAL: 69, Event.DECISION: -108, Event.DEPARTURE: -6, Event.RECORDS: -1}


def test_nothing_is_told_when_a_link_of_the_chain_is_missing() -> None:
    assert compare(FIRST, THIRD).stories == ()
    assert compare(FIRST, THIRD, [edition(date(2026, 7, 1), 400)]).stories == ()


def test_what_was_withheld_makes_no_sum() -> None:
    later = edition(
        Y26, 417, account(Y25, Y26, 466, 417, {"identified": 58}, {"confirmed_kz": None, "acquired_kz": None})
    )
    found = compare(FIRST, later)
    assert amounts(found.stories[0]) == {Event.ARRIVAL: 58, Event.DECISION: None}
    assert found.stories[0].unexplained is None
    assert compare(FIRST, edition(Y26, None)).pairs[0].difference is None


def test_a_number_that_the_lines_leave_is_told() -> None:
    later = edition(Y26, 417, account(Y25, Y26, 466, 417, {"identified": 58}, {"confirmed_kz": 100}))
    assert compare(FIRST, later).stories[0].unexplained == -7


def test_other_units_and_figures_of_one_edition_only_have_no_difference() -> None:
    cases = edition(Y26, 417, figures=(told(417, unit="cases"),))
    assert [one.difference for one in compare(FIRST, cases).pairs] == [None]
    other = edition(Y26, 1, figures=(told(5, code="pledges"),))
    assert [(one.before is None, one.after is None) for one in compare(FIRST, other).pairs] == [
        (True, False),
        (False, True),
    ]


def test_another_definition_source_or_threshold_is_method() -> None:
    before = edition(Y25, 466, figures=(told(466, definition="Open cases.", source="Partners"),), threshold=5)
    after = edition(Y26, 417, figures=(told(417, definition="Registered.", source="Ministry"),), threshold=10)
    found = compare(before, after)
    assert found.pairs[0].is_redefined
    assert len(found.method) == 3
    assert compare(before, replace(before, as_of=Y26)).method == ()


def table(version: int = 1, *, origins: tuple[str, ...] = ("AFG", "OTHER"), code: str = "by_origin") -> Table:
    dimension = Dimension("origin", "Origin", tuple(Category(one, one) for one in origins))
    return Table(code, code, "…", "persons", version, PEOPLE, None, Y25, (dimension,), {}, 0, 0)


@pytest.mark.parametrize(
    ("before", "after", "told_as"),
    [
        (table(1), table(2), "new definition"),
        (table(), table(origins=("AFG", "UKR", "OTHER")), "now also shows: UKR"),
        (table(origins=("AFG", "UKR", "OTHER")), table(), "no longer shows apart: UKR"),
        (table(), table(code="by_region"), "is new"),
    ],
)
def test_tables_that_are_made_otherwise_are_method(in_app: None, before: Table, after: Table, told_as: str) -> None:
    found = compare(edition(Y25, 1, tables=(before,)), edition(Y26, 1, tables=(after,)))
    assert any(told_as in line for line in found.method)


def test_of_one_day_the_corrections_are_told(correction: SheetIn, national: SheetIn) -> None:
    change = Change("Refugees and asylum-seekers", "645", "646")
    found = compare(side(national("en"), "first"), side(correction("en"), "second"), (), [change], ["It was wrong."])
    assert found.is_same_day
    assert (found.reasons, found.corrections, found.stories) == (("It was wrong.",), (change,), ())


def test_a_story_begins_with_what_the_earlier_edition_says(in_app: None) -> None:
    """The later release opens with 470: four were recorded late."""
    later = edition(Y26, 417, account(Y25, Y26, 470, 417, {"identified": 47}, {"confirmed_kz": 100}))
    story = compare(FIRST, later).stories[0]
    assert (story.before, story.after, story.unexplained) == (466, 417, 0)
    assert amounts(story)[Event.RECORDS] == 4


def test_numbers_with_a_qualifier_have_no_difference() -> None:
    estimate = edition(Y26, 4200, figures=(told(4200, qualifier="up_to"),))
    assert compare(FIRST, estimate).pairs[0].difference is None


def test_editions_are_compared_by_what_they_publish(national: SheetIn) -> None:
    first = side(national("ru"), "2025")
    values = {one.code: one.value for one in first.figures}
    assert values["refugees_asylum"] == 646
    assert compare(first, first).pairs[0].difference == 0
