"""What a sheet says is a function of its content, and tells nothing of what is withheld."""

import json
from copy import deepcopy
from dataclasses import replace
from typing import Any

import pytest

from casework.factsheets.content import paragraphs, sheet
from casework.factsheets.model import Drawing, Kind, Sheet
from tests.factsheets import contents
from tests.factsheets.conftest import SheetIn
from tests.releases import published

LANGUAGES = ("en", "ru", "kk")


def drawing(made: Sheet, code: str) -> Drawing:
    return next(one for one in made.all_drawings if one.code == code)


def values(one: Drawing, line: int = 0) -> list[tuple[str, int | None]]:
    return [(point.code, point.value) for point in one.lines[line].points]


def with_cells(table: str, changed: dict[tuple[str, ...], int | None]) -> dict[str, Any]:
    """The publication with other cells in one table; None: withheld."""
    release = deepcopy(contents.release_content())
    found = next(one for one in release["tables"] if one["code"] == table)
    for cell in found["cells"]:
        at = tuple(cell["at"])
        if at in changed:
            cell.pop("hidden", None)
            cell.pop("value", None)
            cell.update({"hidden": True} if changed[at] is None else {"value": changed[at]})
    return release


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_sheet_is_in_its_own_language(in_app: None, language: str) -> None:
    """Whatever language the page around it has."""
    made = sheet(contents.national(language))
    place = LANGUAGES.index(language)
    assert made.language == language
    assert made.title == contents.said("title", language)
    assert made.figures[0].name == published.NAMES["refugees_asylum"][place]
    assert made.groups[0].drawings[0].heading == published.DIMENSIONS["origin"][place]
    assert made.area_name == contents.KAZAKHSTAN[language]


def test_what_is_no_content_is_refused(in_app: None) -> None:
    with pytest.raises(ValueError, match=r"casework\.release/1"):
        sheet({**contents.national(), "format": "casework.release/1"})


def test_key_figures_carry_value_qualifier_scope_source_and_day(national: SheetIn) -> None:
    made = national("en")
    found = {each.code: each for one in made.figures for each in one.all}
    estimate = found["refugee_like"]
    assert (estimate.value, estimate.qualifier, estimate.text) == (65511, "up_to", "up to 65,511")
    assert (estimate.source, estimate.scope, estimate.note) == (
        "UNHCR estimate",
        "KAZ",
        "Never added to any other figure.",
    )
    assert found["refugees_asylum"].source == "Counted from the case data of partners"
    assert found["stateless_known"].source == "The sum of its parts"
    assert [one.value for one in found["stateless_known"].components] == [7399, 466]
    assert made.funding is not None
    assert (made.funding.received, made.funding.is_received_derived) == ("about USD 2.7 million", True)
    assert made.funding.scope == "Five countries of Central Asia"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("number", [0, 1, 4, 100_000])
def test_nothing_of_a_withheld_number_is_in_a_sheet(in_app: None, language: str, number: int) -> None:
    """Were the numbers in the publication, no size, order, share, note or word of the sheet would have them."""
    release = contents.release_content()
    release["figures"][0]["parts"] = [published.figure("refugees_asylum_afg", ("A",) * 3, None)]
    release["accounts"][0]["opening"] = {"hidden": True}
    leaking = deepcopy(release)
    cells = [cell for table in leaking["tables"] for cell in table["cells"]]
    for one in (*cells, leaking["accounts"][0]["opening"], leaking["figures"][0]["parts"][0]):
        if one.get("hidden"):
            one["value"] = number
    leaking["durations"][1]["median_days"] = number
    made, told = (sheet(contents.national(language, one)) for one in (release, leaking))
    assert made.digest != told.digest, "the contents differ: a release never has these numbers"
    assert replace(told, digest=made.digest, release_digest=made.release_digest) == made


def test_lines_stand_by_what_is_shown(national: SheetIn) -> None:
    """The largest first, what is withheld in the publication's order, the rest of all last though it is larger."""
    made = national("en")
    assert values(drawing(made, "refugees_asylum-region")) == [
        ("KZ-75", 402),
        ("KZ-71", 121),
        ("KZ-79", 97),
        ("KZ-61", None),
        ("KZ-59", None),
    ]
    assert values(drawing(made, "refugees_asylum-origin")) == [("AFG", 320), ("UKR", 242), ("UZB", 23), ("OTHER", 61)]
    assert values(drawing(made, "cases_closed-outcome")) == [("POS", 31), ("NEG", 12), ("LATE", None), ("NONE", None)]


def test_shares_are_told_only_where_everything_is_shown(national: SheetIn) -> None:
    made = national("en")
    assert drawing(made, "refugees_asylum-origin").has_shares
    for code in ("refugees_asylum-region", "cases_closed-outcome"):
        assert drawing(made, code).has_hidden
        assert not drawing(made, code).has_shares


def test_a_total_that_is_withheld_has_no_shares(in_app: None) -> None:
    release = with_cells("refugees_asylum_by_status_origin", {("*", "*"): None})
    origins = drawing(sheet(contents.national(release=release)), "refugees_asylum-origin")
    assert (origins.total, origins.has_shares, origins.highlight) == (None, False, "")


@pytest.mark.parametrize(
    ("largest", "highlight"),
    [(320, "AFG"), (300, "AFG"), (262, "")],
    ids=["more than all that is withheld", "just more", "something withheld may be larger"],
)
def test_the_largest_stands_out_only_where_it_must_be_the_largest(in_app: None, largest: int, highlight: str) -> None:
    release = with_cells(
        "refugees_asylum_by_status_origin",
        {("*", "AFG"): largest, ("*", "UKR"): None, ("*", "UZB"): None, ("*", "OTHER"): 61},
    )
    origins = drawing(sheet(contents.national(release=release)), "refugees_asylum-origin")
    assert origins.highlight == highlight
    assert not origins.has_shares


def test_two_that_are_alike_do_not_stand_out(in_app: None) -> None:
    release = with_cells("refugees_asylum_by_status_origin", {("*", "AFG"): 281, ("*", "UKR"): 281})
    assert drawing(sheet(contents.national(release=release)), "refugees_asylum-origin").highlight == ""


def test_women_and_men_stand_back_to_back(national: SheetIn) -> None:
    made = national("en")
    for population, women in (("refugees_asylum", [20, 41, 30, 190, 19]), ("undetermined", None)):
        pyramid = drawing(made, f"{population}-sex-age")
        assert pyramid.kind is Kind.PYRAMID
        assert [one.code for one in pyramid.lines] == ["F", "M"]
        assert [one.code for one in pyramid.lines[0].points] == ["0-4", "5-11", "12-17", "18-59", "60+"]
        if women is not None:
            assert [one.value for one in pyramid.lines[0].points] == women
        assert pyramid.note == ""
    assert drawing(made, "undetermined-sex-age").table == "undetermined_by_sex_age_region"


@pytest.mark.parametrize("others", [7, None])
def test_persons_of_another_sex_are_told_of_in_words(in_app: None, others: int | None) -> None:
    sexes = published.SEX | {"X": ("Another", "Иной", "Өзге")}
    counts: dict[tuple[str, ...], int] = {("X", "18-59"): 7}
    counts.update({(sex, age): 20 for sex in ("F", "M") for age in published.AGE})
    hidden = [("X", age) for age in ("*", *published.AGE)] if others is None else []
    table = published.table(
        "refugees_asylum", {"sex": sexes, "age": published.AGE}, counts, "2025-01-01", hidden=hidden
    )
    release = contents.release_content()
    release["tables"] = [one for one in release["tables"] if one["code"] != table["code"]] + [table]
    pyramid = drawing(sheet(contents.national(release=release)), "refugees_asylum-sex-age")
    assert [one.code for one in pyramid.lines] == ["F", "M"]
    assert "another or unknown sex" in pyramid.note


def test_the_finest_table_makes_the_picture(in_app: None) -> None:
    coarse = published.table(
        "refugees_asylum",
        {"origin": {code: published.ORIGIN[code] for code in ("AFG", "OTHER")}},
        {("AFG",): 320, ("OTHER",): 326},
        "2025-01-01",
    )
    release = contents.release_content()
    release["tables"] = [coarse, *release["tables"]]
    made = sheet(contents.national(release=release))
    assert drawing(made, "refugees_asylum-origin").table == "refugees_asylum_by_status_origin"


def test_regions_put_together_are_bars(in_app: None) -> None:
    text = json.dumps(contents.release_content()).replace('"KZ-59"', '"NORTH"')
    made = sheet(contents.national(release=json.loads(text)))
    assert drawing(made, "refugees_asylum-region").kind is Kind.BARS
    assert drawing(sheet(contents.national()), "refugees_asylum-region").kind is Kind.TILES


def test_a_table_that_was_left_out_makes_no_picture(in_app: None) -> None:
    release = contents.release_content()
    release["tables"] = [one for one in release["tables"] if "month" not in one["code"]]
    codes = {one.code for one in sheet(contents.national(release=release)).all_drawings}
    assert "sessions-month" not in codes
    assert {"refugees_asylum-origin", "cases_closed-outcome", "trend-refugees_asylum"} <= codes


def test_a_period_is_a_day_a_year_or_from_to(in_app: None) -> None:
    made = sheet(contents.national())
    assert drawing(made, "refugees_asylum-origin").period == "1 January 2025"
    assert drawing(made, "sessions-month").period == "2024"
    text = json.dumps(contents.release_content()).replace(
        '["2024-01-01", "2025-01-01"]', '["2024-07-01", "2025-01-01"]'
    )
    half = sheet(contents.national(release=json.loads(text)))
    assert drawing(half, "sessions-month").period == "1 July 2024 – 31 December 2024"


def test_a_trend_has_a_gap_where_its_source_says_nothing(in_app: None) -> None:
    trend = contents.trend()
    trend["lines"][1]["points"].append({"as_of": "2024-01-01", "value": None, "absent": True})
    trend["lines"][0]["points"].append({"as_of": "2026-01-01", "value": None})
    made = drawing(sheet(contents.national(trends=[trend])), "trend-refugees_asylum")
    releases, database = made.lines
    assert [one.code[:4] for one in releases.points] == ["2022", "2023", "2024", "2025", "2026"]
    assert [(one.value, one.is_absent) for one in releases.points] == [
        (None, True),
        (None, True),
        (622, False),
        (646, False),
        (None, False),  # withheld, which is something else
    ]
    assert [(one.value, one.is_absent) for one in database.points[:3]] == [(657, False), (1148, False), (None, True)]
    assert database.source == "UNHCR Refugee Population Statistics Database"
    assert made.period == "2022–2026"


def test_every_line_of_a_drawing_has_the_same_points(national: SheetIn, regional: SheetIn) -> None:
    """They make the table beside it."""
    for made in (national("ru"), regional("kk")):
        for one in made.all_drawings:
            assert len({tuple(point.code for point in line.points) for line in one.lines}) == 1, one.code
            assert all((one.title, one.period, one.unit, one.source, one.heading)), one.code
        assert len({one.code for one in made.all_drawings}) == len(made.all_drawings)


def test_a_regional_sheet_draws_its_countries(regional: SheetIn) -> None:
    made = regional("en")
    (by_country,) = made.all_drawings
    assert values(by_country) == [("KGZ", 680), ("KAZ", 646)]
    assert by_country.period == "1 December 2024 – 1 January 2025"
    assert by_country.total == 1326
    assert [(one.area, one.as_of.isoformat()) for one in made.countries] == [
        ("KAZ", "2025-01-01"),
        ("KGZ", "2024-12-01"),
    ]
    assert (made.tables, made.groups, made.law, made.release) == ((), (), None, "")


def test_a_correction_says_why_and_what(correction: SheetIn) -> None:
    made = correction("ru")
    assert made.correction is not None
    assert made.correction.reason == contents.said("reason", "ru")
    assert [(one.what, one.before, one.after) for one in made.correction.changes] == [
        (published.NAMES["refugees_asylum"][1], "645", "646")
    ]


def test_words_are_explained_once(national: SheetIn) -> None:
    made = national("en")
    names = [one.name for one in made.terms]
    assert len(names) == len(set(names))
    assert {"Refugees and asylum-seekers", "Counselling sessions", "Confirming a nationality"} <= set(names)
    assert all(one.definition for one in made.terms)


def test_sources_and_citation(national: SheetIn) -> None:
    made = national("en")
    assert "In a refugee-like situation: UNHCR estimate, as of 1 January 2025" in made.sources
    assert "Refugee Data Finder: UNHCR Refugee Population Statistics Database" in made.sources
    assert made.citation == "Kazakhstan: factsheet. As of 1 January 2025. Edition KAZ-2025-01-01-e1."


def test_paragraphs_are_parted_by_empty_lines() -> None:
    assert paragraphs("One\nline.\r\n\r\n\n Two. \n\n") == ("One line.", "Two.")
    assert paragraphs("One. \n \t\nTwo.") == ("One.", "Two.")
    assert paragraphs("  ") == ()
    assert paragraphs("7\u00a0399\n\u202fof them") == ("7\u00a0399 \u202fof them",), "what must not break stays"
