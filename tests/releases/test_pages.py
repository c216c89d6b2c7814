"""A publication as pages read it: grids, accounts and words; and that nothing withheld can come through."""

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from flask_babel import force_locale

from casework.releases import pages, reading, rules, verdict
from casework.releases.models import Release, Step
from tests.releases import published

pytestmark = pytest.mark.parametrize("backend", ["sqlite"], indirect=True, scope="session")  # words, no database


@pytest.fixture(autouse=True)
def _in_english(app: Flask) -> Iterator[None]:
    with app.test_request_context(), force_locale("en"):
        yield


@pytest.fixture
def publication() -> reading.Publication:
    return reading.publication(published.publication())


def named(publication: reading.Publication, code: str) -> reading.Table:
    return next(one for one in publication.tables if one.code == code)


def values(cells: tuple[reading.Cell, ...]) -> list[int | None]:
    return [one.value for one in cells]


# -- tables ----------------------------------------------------------------------------------------------------------


def test_the_longer_dimension_goes_down_and_the_other_across(publication: reading.Publication) -> None:
    table = named(publication, "refugees_asylum_by_status_origin")
    (grid,) = table.grids
    assert (grid.rows_name, grid.columns_name) == ("Country of origin", "Status")
    assert grid.columns[0] == "Asylum-seeker"
    assert [(one.label, values(one.cells), one.total.value) for one in grid.lines] == [
        ("Afghanistan", [118, None, None], 320),
        ("Ukraine", [None, None, None], 242),
        ("Uzbekistan", [None, None, None], 23),
        ("Other countries", [31, 30, 0], 61),
    ]
    assert grid.lines[-1].cells[-1].is_structural
    assert (values(grid.totals), grid.total.value) == ([201, 242, 203], 646)
    assert (table.shown, table.hidden) == (12, 8)


def test_one_dimension_is_a_list(publication: reading.Publication) -> None:
    table = named(publication, "refugees_asylum_by_region")
    assert table.is_simple
    (grid,) = table.grids
    assert [(one.label, one.total.value) for one in grid.lines][-2:] == [
        ("Turkistan Region", None),
        ("North Kazakhstan Region", None),
    ]


def test_of_three_dimensions_all_come_first_and_then_each_by_itself(publication: reading.Publication) -> None:
    grids = named(publication, "undetermined_by_sex_age_region").grids
    assert [one.label for one in grids] == ["", "Women and girls", "Men and boys"]
    whole, women, men = (one.lines[0].total.value for one in grids)
    assert None not in (whole, women, men)
    assert whole == (women or 0) + (men or 0)
    oldest = grids[1].lines[-1]
    assert [one.value for one in oldest.cells] == [None, 12, 12, 12, None]


def test_lines_keep_the_order_of_the_publication(publication: reading.Publication) -> None:
    """Sorted by size, a withheld line would stand between two shown ones and so be told."""
    content = published.publication()
    for table in content["tables"]:
        for dimension in table["dimensions"]:
            dimension["categories"].reverse()
    turned = reading.publication(content)
    for one, other in zip(publication.tables, turned.tables, strict=True):
        assert [line.label for line in one.grids[0].lines] == [line.label for line in reversed(other.grids[0].lines)]


def test_a_cell_that_is_not_there_is_not_a_zero() -> None:
    content = published.publication()
    table = next(one for one in content["tables"] if one["code"] == "refugees_asylum_by_region")
    table["cells"] = [one for one in table["cells"] if one["at"] != ["KZ-75"]]
    found = named(reading.publication(content), "refugees_asylum_by_region")
    assert found.grids[0].lines[0].total.is_hidden


@pytest.mark.parametrize("left", [{"hidden": True, "value": 3}, {"hidden": True}, {"value": None}])
def test_what_is_marked_as_withheld_never_shows_a_number(left: dict[str, Any]) -> None:
    """Should a number ever stand beside the mark, the page does not show it."""
    content = published.publication()
    table = next(one for one in content["tables"] if one["code"] == "refugees_asylum_by_region")
    table["cells"][1] = {"at": ["KZ-75"], **left}
    assert named(reading.publication(content), "refugees_asylum_by_region").cell(("KZ-75",)) == reading.HIDDEN


def test_totals_without_dimensions_are_no_table() -> None:
    content = published.publication()
    content["tables"].append(
        {**content["tables"][0], "code": "refugees_asylum_total", "dimensions": [], "cells": [{"at": [], "value": 646}]}
    )
    sections = pages.sections(reading.publication(content))
    assert "refugees_asylum_total" not in [table.code for section in sections for table in section.tables]


def test_sections_hold_every_table_but_the_lines_of_accounts(publication: reading.Publication) -> None:
    found = [table.code for section in pages.sections(publication) for table in section.tables]
    left_out = {f"{code}:{way}_by_flow" for code in ("refugees_asylum", "undetermined") for way in ("in", "out")}
    assert {one.code for one in publication.tables} - set(found) == left_out


@pytest.mark.parametrize(("language", "name"), [("ru", "Афганистан"), ("kk", "Ауғанстан"), ("en", "Afghanistan")])
def test_words_are_those_of_the_page(language: str, name: str) -> None:
    with force_locale(language):
        publication = reading.publication(published.publication())
    assert named(publication, "refugees_asylum_by_status_origin").grids[0].lines[0].label == name


# -- accounts and figures --------------------------------------------------------------------------------------------


def test_an_account_tells_why(publication: reading.Publication) -> None:
    account = publication.accounts[0]
    assert account.opening.value == 622
    assert [(one.label, one.cell.value) for one in account.came] == [("Identified or registered", 61), ("Reopened", 8)]
    assert [(one.label, one.cell.value) for one in account.left] == [("Departed", 40), ("Died", 5)]
    assert (account.all_came.value, account.all_left.value, account.closing.value) == (69, 45, 646)
    assert not account.has_hidden
    assert publication.accounts[1].has_hidden


def test_a_withheld_line_of_an_account_stays_in_it(publication: reading.Publication) -> None:
    """Only a line that is known to be zero is left out: leaving out a withheld one would say that it is zero."""
    account = publication.accounts[1]
    assert [(one.code, one.cell.value) for one in account.came][1:] == [("REOPENED", None), ("CORRECTED", None)]


def test_an_account_after_a_release_says_what_was_corrected() -> None:
    content = published.publication()
    content["accounts"][0] |= {"released": {"value": 620}, "corrected": {"value": 2}}
    content["accounts"][1] |= {"released": {"hidden": True}, "corrected": {"hidden": True}}
    first, second = reading.publication(content).accounts
    assert (first.released, first.corrected) == (reading.Cell(620), reading.Cell(2))
    assert second.corrected == reading.HIDDEN


def test_figures_have_their_parts_and_sources(publication: reading.Publication) -> None:
    rows = pages.sources(publication)
    assert [row[0]["text"] for row in rows] == [
        "Refugees and asylum-seekers",
        "Persons known to be stateless or of undetermined nationality",
        "… Stateless persons registered by the Government",
        "… Persons of undetermined nationality registered by partners",
    ]
    assert [row[1]["text"] for row in rows] == ["646", "7,865", "about 7,399", "466"]
    assert rows[2][3] == {"text": "Ministry of Internal Affairs", "note": "Letter of 3 July 2024"}


def test_a_withheld_figure_has_no_text() -> None:
    content = published.publication(figures=[published.figure("refugees_asylum", ("A", "Б", "Ә"), None)])
    (row,) = pages.sources(reading.publication(content))
    assert row[1] == {"hidden_figure": True}


# -- verdict ---------------------------------------------------------------------------------------------------------


def draft(**values: Any) -> Release:
    content = published.publication()
    return Release(
        id=None,
        step=Step.ATTACKED,
        tables=[one["code"] for one in content["tables"]],
        listed_from=10,
        **values,
    )


def test_the_attack_is_told_in_plain_words() -> None:
    told = " ".join(verdict.attack_words(published.REPORT["attack"]))
    assert "14 numbers in them are withheld" in told
    assert "neither a reader nor a partner" in told
    assert "For 12 of them this is proven by two whole caseloads" in told
    assert "One of them needs no proof" in told
    assert "rests on a calculation with the cells alone" in told


def test_nothing_is_claimed_that_the_attack_did_not_find() -> None:
    attack = {
        **published.REPORT["attack"],
        "is_safe": False,
        "certified": 0,
        "harmless": 0,
        "rests_on_relaxation": False,
    }
    told = " ".join(verdict.attack_words(attack))
    assert "left with room" not in told
    assert "proven" not in told


def test_unsafe_tables_come_with_what_would_help(app: Flask) -> None:
    unsafe = [
        {"table": "refugees_asylum_by_region", "reason": "narrow", "fixes": ["coarser:region", "coarser:age"]},
        {"table": "refugees_asylum_by_region", "reason": "exact", "fixes": ["drop:refugees_asylum_by_region"]},
        {"table": "refugees_asylum_by_status_origin", "reason": "rest", "fixes": ["fold:origin"]},
    ]
    first, second = verdict.unsafe(draft(report={"unsafe": unsafe}))
    assert first.table == "Refugees and asylum-seekers, by region"
    assert first.reasons == (
        "A withheld number could be narrowed down to a few.",
        "A withheld number could be worked out exactly.",
    )
    assert [one.label for one in first.fixes] == [
        "Put regions together",
        "Leave this table out",
    ]
    assert second.fixes[0].label == "Put more countries of origin together"
    assert second.fixes[-1].label == "Leave this table out"


def test_no_fix_is_offered_that_changes_nothing(app: Flask) -> None:
    """The Key Figure's parts and the totals are in every release, whatever is chosen."""
    unsafe = [
        {"table": one, "reason": "small_total", "fixes": ["fold:origin", f"drop:{one}"]}
        for one in ("refugees_asylum_by_main_origin", "undetermined_total")
    ]
    found = verdict.unsafe(draft(report={"unsafe": unsafe}))
    assert [one.fixes for one in found] == [(), ()]


def test_a_fix_fills_in_the_next_draft() -> None:
    before = draft(as_of=published.date(2025, 1, 1), since=published.date(2024, 1, 1))
    assert verdict.fixed(before, "fold:origin")["listed_from"] == "25"
    by_parts = verdict.fixed(before, "coarser:refugees_asylum_by_region")["tables"]
    assert "refugees_asylum_by_macro_region" in by_parts
    assert "refugees_asylum_by_region" not in by_parts
    assert "decisions_by_result" not in verdict.fixed(before, "drop:decisions_by_result")["tables"]
    for nonsense in ("", "coarser:no_such_table", "fold", "\0", "drop:"):
        assert verdict.fixed(before, nonsense)["tables"] == before.tables


@pytest.mark.parametrize(("least", "then"), [(10, 25), (25, 100), (100, rules.NONE_LISTED), (0, 0), (7, 0)])
def test_folding_goes_on_until_none_is_listed(least: int, then: int) -> None:
    assert verdict.coarser_than(least) == then


# -- days and changes ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("today", "frozen", "due"),
    [
        ((2026, 11, 23), [], (2026, 10, 1)),
        ((2026, 1, 1), [], (2026, 1, 1)),
        ((2026, 3, 31), [], (2026, 1, 1)),
        ((2026, 11, 23), [(2026, 7, 1)], (2026, 10, 1)),
        ((2026, 11, 23), [(2026, 10, 1)], (2026, 11, 1)),
        ((2026, 11, 23), [(2026, 11, 1)], (2026, 11, 1)),
    ],
)
def test_the_quarter_is_due_and_then_the_month(
    today: tuple[int, int, int], frozen: list[tuple[int, int, int]], due: tuple[int, int, int]
) -> None:
    day = published.date
    assert pages.default_day(day(*today), {day(*one): day(2020, 1, 1) for one in frozen}) == day(*due)


def test_changes_carry_the_words_of_the_later_release() -> None:
    older = published.publication("2024-01-01", "2023-01-01")
    older["accounts"][0]["closing"] = {"value": 620}
    newer = published.publication()
    first, second = pages.changes(rules.difference([older, newer]), reading.publication(newer))
    assert [(one.label, one.sign, one.value) for one in first.lines] == [
        ("Identified or registered", "+", 61),
        ("Reopened", "+", 8),
        ("All who came", "+", 69),
        ("Departed", "−", 40),
        ("Died", "−", 5),
        ("All who left", "−", 45),
        ("Recorded late or corrected", "+", 2),
    ]
    assert (first.opening, first.closing) == (620, 646)
    assert [one.value for one in second.lines if one.label == "Reopened"] == [None]
