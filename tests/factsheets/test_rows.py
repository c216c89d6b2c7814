"""CSV: what libhxl, Excel and the Refugee Data Finder's users need of it."""

import csv
import io
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import date
from itertools import combinations
from typing import Any

import hxl
import pytest

from casework.core.spreadsheets import inert
from casework.factsheets import rows
from casework.factsheets.content import sheet
from casework.factsheets.model import Sheet
from casework.figures import imports, layouts
from casework.releases import declared
from casework.releases.declared import DeclaredTable
from casework.releases.definitions import DIMENSIONS, POPULATIONS
from casework.releases.reading import Cell
from tests.factsheets import contents
from tests.factsheets.conftest import SheetIn
from tests.releases import published

BOM = b"\xef\xbb\xbf"


def _read(content: bytes) -> list[dict[str, str]]:
    """The rows by hashtag, as a program reads them that knows no HXL."""
    lines = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), strict=True))
    return [dict(zip(lines[1], line, strict=True)) for line in lines[2:]]


def _validated(content: bytes) -> Iterator[Any]:
    """All that libhxl's default schema finds, of whatever severity."""
    found: list[Any] = []
    hxl.schema(callback=found.append).validate(hxl.data(io.BytesIO(content)))
    return iter(found)


# -- HXL -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", contents.LANGUAGES)
@pytest.mark.parametrize("kind", ["national", "regional", "correction"])
def test_libhxl_finds_nothing_wrong(request: pytest.FixtureRequest, kind: str, language: str) -> None:
    content = rows.hxl_csv(request.getfixturevalue(kind)(language))
    assert [f"{one.rule.severity}: {one.message}: {one.value}" for one in _validated(content)] == []


def test_libhxl_would_find_it(national: SheetIn) -> None:
    """An asterisk or a dash in place of a number, as others print them, and a day as people write it."""
    content = rows.hxl_csv(national("en"))
    for before, after in ((b",false,646,", b",false,*,"), (b",2025-01-01,", b",1.1.,")):
        spoilt = content.replace(before, after, 1)
        assert spoilt != content
        assert "error" in [one.rule.severity for one in _validated(spoilt)]


@pytest.mark.parametrize("language", contents.LANGUAGES)
def test_libhxl_reads_header_hashtags_and_rows(national: SheetIn, language: str) -> None:
    content = rows.hxl_csv(national(language))
    source = hxl.data(io.BytesIO(content))
    assert source.display_tags == [tag for tag, _name in rows.COLUMNS]
    assert [one.header.removeprefix("\ufeff") for one in source.columns] == next(
        csv.reader(io.StringIO(content.decode("utf-8-sig")))
    )
    read = [one.values for one in source]
    assert read == [list(one.values()) for one in _read(content)]


def test_excel_reads_it(national: SheetIn) -> None:
    """It takes UTF-8 for such only after a byte order mark, and lines as RFC 4180 has them."""
    content = rows.hxl_csv(national("kk"))
    assert content.startswith(BOM)
    assert content.count(BOM) == 1
    assert content.endswith(b"\r\n")
    lines = content.decode("utf-8-sig").split("\r\n")
    assert not any("\n" in line or "\r" in line for line in lines)


def test_a_number_is_a_number_or_nothing_and_what_is_withheld_says_so_beside_it(national: SheetIn) -> None:
    found = national("en")
    read = _read(rows.hxl_csv(found))
    cells = [cell for table in found.tables for cell in table.cells.values()]
    of_tables = [one for one in read if one["#meta+kind"] == "table"]
    assert len(of_tables) == len(cells)
    assert [one["#meta+suppressed"] for one in of_tables].count("true") == sum(cell.is_hidden for cell in cells) > 0
    for one in read:
        assert one["#meta+suppressed"] in {"true", "false"}
        if one["#meta+suppressed"] == "true":
            assert one["#indicator+num"] == ""
        else:
            float(one["#indicator+num"])


def test_categories_stand_in_columns_of_their_own(national: SheetIn) -> None:
    read = _read(rows.hxl_csv(national("ru")))
    wanted = {"#country+code+origin": "AFG", "#indicator+status+code": "ASR", "#meta+total": "false"}
    afghans = next(one for one in read if wanted.items() <= one.items())
    assert afghans["#country+name+origin"] == "Афганистан"
    assert afghans["#date+end"] == "2025-01-01"
    assert afghans["#date+start"] == ""
    astana = next(one for one in read if one["#adm1+code"] == "KZ-71")
    assert astana["#adm1+name"] == "Астана"
    assert {one["#country+code+asylum"] for one in read if one["#meta+kind"] == "table"} == {"KAZ"}


def test_periods_include_both_days_and_months_are_periods(in_app: None) -> None:
    release = contents.release_content()
    months = {f"2024-{number:02}": (str(number),) * 3 for number in (2, 12)}
    when = [release["since"], release["as_of"]]
    release["tables"] = [
        published.table("sessions", {"month": months}, {("2024-02",): 12, ("2024-12",): 9}, when, unit="sessions")
    ]
    read = [one for one in _read(rows.hxl_csv(sheet(contents.national("en", release)))) if one["#meta+kind"] == "table"]
    assert [(one["#date+start"], one["#date+end"], one["#indicator+num"]) for one in read] == [
        ("2024-01-01", "2024-12-31", "21"),
        ("2024-02-01", "2024-02-29", "12"),
        ("2024-12-01", "2024-12-31", "9"),
    ]


def test_figures_about_several_countries_have_no_code_of_one(national: SheetIn, regional: SheetIn) -> None:
    money = next(one for one in _read(rows.hxl_csv(national("en"))) if one["#indicator+code"] == "funding_required")
    assert (money["#country+code+asylum"], money["#indicator+num"]) == ("", "9600000")
    assert money["#loc+name"] == "Five countries of Central Asia, not Kazakhstan alone"
    assert money["#date+end"] == "2025-03-31"
    read = _read(rows.hxl_csv(regional("en")))
    assert [(one["#country+code+asylum"], one["#loc+name"], one["#indicator+num"]) for one in read] == [
        ("", "Central Asia", "1326"),
        ("KAZ", "Kazakhstan", "646"),
        ("KGZ", "Kyrgyzstan", "680"),
    ]
    assert [one["#date+end"] for one in read] == ["2025-01-01", "2025-01-01", "2024-12-01"]


def _names_of(table: DeclaredTable) -> list[str]:
    return [DIMENSIONS[one].characteristic for one in table.dimensions]


def test_every_table_that_there_may_be_has_a_column_for_each_breakdown() -> None:
    """Officers add tables to a release: one that has no room would stop its factsheet for good."""
    for code, population in POPULATIONS.items():
        for count in (1, 2, 3):
            for dimensions in combinations(population.dimensions, count):
                with suppress(KeyError):
                    names = _names_of(declared.table(code, dimensions))
                    assert len([one for one in names if one not in rows.NAMED]) <= len(rows.PLACES), dimensions


@pytest.mark.parametrize("language", contents.LANGUAGES)
def test_three_breakdowns_without_columns_of_their_own(in_app: None, language: str) -> None:
    content = rows.hxl_csv(sheet(contents.with_three_breakdowns(language)))
    assert [one.message for one in _validated(content)] == []
    read = [one for one in _read(content) if one["#indicator+code"] == "decisions_by_procedure_instance_result"]
    assert len(read) == 3 * 3 * 3
    places = [[one[f"#meta+category_{n}+code"] for n in rows.PLACES] for one in read]
    assert len({tuple(one) for one in places}) == len(read)
    at = places.index(["NAT", "COURT", "POS"])
    assert read[at]["#indicator+num"] == "4"
    names = [read[at][f"#meta+dimension_{n}"] for n in rows.PLACES]
    assert names[2] == contents.said_of(published.DIMENSIONS["result"], language)
    assert len(set(names)) == 3
    assert read[places.index(["NAT", "COURT", "NEG"])]["#meta+suppressed"] == "true"


# -- formulas --------------------------------------------------------------------------------------------------

FORMULAS = (
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "  =1",
    "\u00a0=1",
    "\u200b=1",
    "\ufeff=1",
    "\u202e=1",
    "＝1",
    "＋1",
    "－1",
    "＠A",
    '=HYPERLINK("http://x","y")',
)


@pytest.mark.parametrize("text", FORMULAS)
def test_a_formula_is_made_a_text(text: str) -> None:
    assert inert(text).startswith("'")


@pytest.mark.parametrize("text", ["", "646", "Women – girls", "a=b", "1-2", "“=1”", "–", "−1", "'=1"])
def test_texts_stay_as_they_are(text: str) -> None:
    assert inert(text) == text


def test_no_text_begins_as_a_formula_and_numbers_are_untouched(national: SheetIn) -> None:
    found = national("en")
    spoilt = replace(
        found,
        figures=tuple(replace(one, name=f"=cmd|{one.name}", note="@x", source="+1", value=-3) for one in found.figures),
        code="=code",
    )
    read = _read(rows.hxl_csv(spoilt))
    for one in read:
        for tag, text in one.items():
            assert tag == "#indicator+num" or not text.startswith(("=", "+", "-", "@"))
    assert read[0]["#indicator+name"].startswith("'=cmd|")
    assert read[0]["#indicator+num"] == "-3"


# -- the Refugee Data Finder -----------------------------------------------------------------------------------

STATUS = {"REF": ("Refugees",) * 3, "ASR": ("Asylum-seekers",) * 3}
ORIGIN = {code: (code,) * 3 for code in ("AFG", "CHN", "XXA", "UNK", "OTHER")}
COUNTS = {("REF", "AFG"): 202, ("ASR", "AFG"): 118, ("REF", "CHN"): 3, ("ASR", "CHN"): 12, ("REF", "OTHER"): 20}
HIDDEN = {("REF", "CHN"), ("*", "CHN"), ("REF", "XXA"), ("ASR", "XXA"), ("*", "XXA")}


@pytest.fixture
def by_origin(in_app: None) -> SheetIn:
    """A sheet whose release has refugees and asylum-seekers by origin, as real ones do."""

    def made(language: str) -> Sheet:
        release = contents.release_content()
        table = published.table(
            "refugees_asylum", {"status": STATUS, "origin": ORIGIN}, COUNTS, release["as_of"], hidden=HIDDEN
        )
        return sheet(contents.national(language, {**release, "tables": [table]}))

    return made


def test_the_columns_are_those_of_the_refugee_data_finder(by_origin: SheetIn) -> None:
    lines = list(csv.reader(io.StringIO(rows.rdf_csv(by_origin("en")).decode("ascii"), newline="")))
    assert lines[0] == [
        "year", "coo_name", "coo", "coo_iso", "coa_name", "coa", "coa_iso", "refugees", "asylum_seekers",
        "returned_refugees", "idps", "returned_idps", "stateless", "ooc", "oip", "hst",
    ]  # fmt: skip
    kazakhstan = ["Kazakhstan", "KAZ", "KAZ"]
    rest = ["-"] * 3
    assert lines[1:] == [
        ["2024", "Afghanistan", "AFG", "AFG", *kazakhstan, "202", "118", *rest, "-", *rest],
        ["2024", "China", "CHI", "CHN", *kazakhstan, "-", "12", *rest, "-", *rest],
        ["2024", "Stateless", "STA", "XXA", *kazakhstan, "-", "-", *rest, "7865", *rest],
        ["2024", "Unknown", "UKN", "UNK", *kazakhstan, "0", "0", *rest, "-", *rest],
        ["2024", "Various", "VAR", "VAR", *kazakhstan, "20", "0", *rest, "-", *rest],
    ]


def test_it_is_the_same_in_every_language(by_origin: SheetIn) -> None:
    assert len({rows.rdf_csv(by_origin(language)) for language in contents.LANGUAGES}) == 1


def test_our_own_importer_reads_it_back(by_origin: SheetIn) -> None:
    origins = {"AFG": "AFG", "CHN": "CHI", "XXA": "STA", "UNK": "UKN"}
    reading = imports.read(imports.decoded(rows.rdf_csv(by_origin("en"))), origins, date(2025, 6, 1))
    assert reading.layout is layouts.Layout.POPULATION
    assert reading.is_sound
    # Various countries are left out there, as of the source's own files.
    assert [one.why for one in reading.faults] == [imports.Why.VARIOUS]
    assert {(one.series, one.category, one.as_of): one.value for one in reading.cells} == {
        ("rdf_refugees", "origin=AFG", date(2025, 1, 1)): 202,
        ("rdf_asylum_seekers", "origin=AFG", date(2025, 1, 1)): 118,
        ("rdf_asylum_seekers", "origin=CHN", date(2025, 1, 1)): 12,
        ("rdf_refugees", "origin=UNK", date(2025, 1, 1)): 0,
        ("rdf_asylum_seekers", "origin=UNK", date(2025, 1, 1)): 0,
        ("rdf_stateless", "origin=XXA", date(2025, 1, 1)): 7865,
    }


def test_only_a_national_sheet_of_new_year_fills_it(by_origin: SheetIn, regional: SheetIn) -> None:
    found = by_origin("en")
    for one in (regional("en"), replace(found, as_of=date(2025, 7, 1)), replace(found, tables=(), figures=())):
        assert rows.rdf_csv(one).count(b"\r\n") == 1


def test_an_estimate_is_never_written_as_a_count(by_origin: SheetIn) -> None:
    found = by_origin("en")
    about = tuple(replace(one, qualifier="about") for one in found.figures)
    assert b"7865" in rows.rdf_csv(found)
    assert b"7865" not in rows.rdf_csv(replace(found, figures=about))


def test_a_withheld_total_is_withheld_there_too(by_origin: SheetIn) -> None:
    found = by_origin("en")
    table = found.tables[0]
    cells = {at: Cell(None) if at == ("ASR", "AFG") else one for at, one in table.cells.items()}
    written = rows.rdf_csv(replace(found, tables=(replace(table, cells=cells),)))
    assert b"AFG,AFG,Kazakhstan,KAZ,KAZ,202,-," in written
    assert b"118" not in written
