"""Sheets that others printed: each published figure stands in one, and what does not add up in it is told."""

import csv
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from casework.editions import printed
from casework.editions.printed import PrintedSheet
from casework.factsheets.comparison import Side, Told, compare
from tests.conftest import Acting
from tests.factories import World

_FILE = Path(__file__).parent / "data" / "published_figures.csv"
ROWS = {one["id"]: one for one in csv.DictReader(_FILE.open(encoding="utf-8"))}


@pytest.fixture
def sheets(acting: Acting, world: World) -> Iterator[list[PrintedSheet]]:
    with acting(world.principal("statistics")):
        yield printed.sheets()


def with_title(sheets: list[PrintedSheet], words: str) -> PrintedSheet:
    return next(one for one in sheets if words in one.title)


def test_every_published_figure_stands_in_a_printed_sheet(sheets: list[PrintedSheet]) -> None:
    values = {figure.value for one in sheets for figure in one.figures}
    composed = {"F04"}  # the sum of two figures of the Refugee Data Finder, printed by nobody
    for name, row in ROWS.items():
        if name not in composed:
            assert Decimal(row["printed"].split()[0].rstrip("%")) in values, name


def test_the_total_that_is_wrong_by_one_is_a_finding(sheets: list[PrintedSheet]) -> None:
    found = with_title(sheets, "key figures as of 1 January 2025")
    assert found.as_of == date(2025, 1, 1)
    assert ["7,866" in one.text and "7,865" in one.text for one in found.remarks if one.is_failure] == [True]


def test_the_total_that_leaves_out_the_asylum_seekers_is_a_finding(sheets: list[PrintedSheet]) -> None:
    found = with_title(sheets, "basic facts, July 2016")
    failure = next(one.text for one in found.remarks if one.is_failure)
    assert "7,567" in failure
    assert "184" in failure
    assert "7,751" in failure
    assert any("1 January 2016" in one.text for one in found.remarks if not one.is_failure)


def test_a_share_that_was_cut_off_is_told_and_no_failure(sheets: list[PrintedSheet]) -> None:
    found = with_title(sheets, "Central Asia fact sheet, March 2021")
    assert found.failures == 0
    assert any("7.83" in one.text for one in found.remarks)


def test_a_printed_sheet_stands_beside_ours_by_the_figures_meaning(sheets: list[PrintedSheet]) -> None:
    theirs = printed.side(with_title(sheets, "key figures as of 1 January 2025"))
    ours = Side(
        "ours", date(2025, 1, 1),
        (Told("stateless_known", "Stateless", "7,865", 7865, "persons", "KAZ", date(2025, 1, 1)),),
    )  # fmt: skip
    pair = next(one for one in compare(theirs, ours).pairs if one.before and one.after)
    assert pair.difference == -1
