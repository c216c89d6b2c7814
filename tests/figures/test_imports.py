"""Reading files of the Refugee Data Finder. data/: UNHCR Refugee Population Statistics Database, as downloaded."""

import csv
import json
from datetime import date
from pathlib import Path

import pytest

from casework.core.config import SOURCE_TREE
from casework.figures import imports, indicators
from casework.figures.imports import Reading, Unreadable, Why
from casework.figures.layouts import Layout

DATA = Path(__file__).parent / "data"
TODAY = date(2026, 11, 23)
HEADER = "year,coo_name,coo,coo_iso,coa_name,coa,coa_iso"
POPULATION = f"{HEADER},refugees,asylum_seekers,returned_refugees,idps,returned_idps,stateless,ooc,oip,hst"
SOLUTIONS = f"{HEADER},returned_refugees,resettlement,naturalisation,returned_idps"
APPLICATIONS = f"{HEADER},procedure_type,app_type,dec_level,app_pc,applied"
DECISIONS = f"{HEADER},procedure_type,dec_level,dec_pc,dec_recognized,dec_other,dec_rejected,dec_closed,dec_total"
AFG = "2024,Afghanistan,AFG,AFG,Kazakhstan,KAZ,KAZ"


@pytest.fixture(scope="module")
def origins() -> dict[str, str | None]:
    with (SOURCE_TREE / "casework/reference/seed/countries.csv").open(encoding="utf-8", newline="") as file:
        listed = {row["code"]: json.loads(row["attributes"] or "{}") for row in csv.DictReader(file)}
    return {code: one.get("unhcr") for code, one in listed.items() if one.get("origin") or code == "KAZ"}


def read(text: str, origins: dict[str, str | None]) -> Reading:
    return imports.read(text, origins, TODAY)


def real(name: str, origins: dict[str, str | None]) -> Reading:
    return read(imports.decoded((DATA / f"unhcr_kaz_{name}.csv").read_bytes()), origins)


def value(reading: Reading, series: str, year: int, **pairs: str) -> int:
    wanted = (series, imports.category(**pairs), date(year + 1, 1, 1))
    (found,) = [one.value for one in reading.cells if (one.series, one.category, one.as_of) == wanted]
    return found


def total(reading: Reading, series: str, year: int) -> int:
    return sum(one.value for one in reading.cells if (one.series, one.as_of) == (series, date(year + 1, 1, 1)))


# -- the five real files -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "rows", "counted"),
    [
        ("population", 258, 363),
        ("demographics", 36, 137),
        ("asylum_applications", 151, 151),
        ("asylum_decisions", 160, 413),
        ("solutions", 34, 36),
    ],
)
def test_the_real_files_are_read_whole(name: str, rows: int, counted: int, origins: dict[str, str | None]) -> None:
    found = real(name, origins)
    assert (found.layout, found.rows, found.faults, found.odd) == (Layout(name), rows, [], [])
    assert sum(1 for one in found.cells if one.value) == counted
    assert {one.series for one in found.cells} <= set(indicators.SERIES)


def test_a_year_is_the_first_of_january_after_it(origins: dict[str, str | None]) -> None:
    found = real("population", origins)
    assert (
        value(found, "rdf_refugees", 2024, origin="AFG") + value(found, "rdf_asylum_seekers", 2024, origin="AFG") == 320
    )
    assert [value(found, one, 2024, origin="UKR") for one in ("rdf_refugees", "rdf_asylum_seekers")] == [99, 146]
    assert value(found, "rdf_stateless", 2024, origin="XXA") == 7865
    assert value(found, "rdf_refugees", 2024, origin="UNK") == 65511
    assert value(found, "rdf_oip", 2025, origin="UNK") == 48391
    assert value(found, "rdf_returned_refugees", 2020, origin="AFG") == 10


@pytest.mark.parametrize(
    ("year", "refugees", "seekers", "stateless"),
    [
        (2012, 561, 81, 6935),
        (2018, 568, 190, 7690),
        (2021, 352, 305, 7831),
        (2024, 65833, 319, 7865),
        (2025, 4377, 163, 7857),
    ],
)
def test_the_years_add_up_to_what_the_source_says(
    origins: dict[str, str | None], year: int, refugees: int, seekers: int, stateless: int
) -> None:
    found = real("population", origins)
    sums = [total(found, series, year) for series in ("rdf_refugees", "rdf_asylum_seekers", "rdf_stateless")]
    assert sums == [refugees, seekers, stateless]


def test_demographics_add_up_to_the_population(origins: dict[str, str | None]) -> None:
    people, by_place = real("population", origins), real("demographics", origins)
    for origin in ("AFG", "UKR", "RUS", "SYR"):
        placed = [
            one.value
            for one in by_place.cells
            if one.series == "rdf_refugees"
            and (pairs := imports.pairs_of(one.category))["origin"] == origin
            and "sex" not in pairs
        ]
        expected = [one for one in people.cells if one.series == "rdf_refugees" and one.as_of == date(2026, 1, 1)]
        assert sum(placed) == sum(one.value for one in expected if one.category == f"origin={origin}")
    of = {"origin": "AFG", "region": "KZ-75", "setting": "U", "accommodation": "I"}
    assert value(by_place, "rdf_refugees", 2025, **of) == 161
    assert value(by_place, "rdf_refugees", 2025, **of, sex="F", age="18-59") == 58
    assert (
        value(by_place, "rdf_returned_refugees", 2025, origin="KAZ", region="UNK", setting="V", accommodation="U") == 5
    )


def test_persons_and_cases_are_never_one_series(origins: dict[str, str | None]) -> None:
    found = real("asylum_decisions", origins)
    first = {"procedure": "G", "level": "FI"}
    assert value(found, "rdf_decisions_recognised_cases", 2018, origin="AFG", **first) == 23
    assert not [
        one
        for one in found.cells
        if one.series == "rdf_decisions_recognised" and one.as_of.year == 2019 and "level=FI" in one.category
    ]
    for code, series in indicators.SERIES.items():
        if code.startswith("rdf_"):
            assert (series.unit is indicators.Unit.CASES) is code.endswith("_cases")
    of_2024 = [
        one
        for one in found.cells
        if one.as_of.year == 2025 and "level=FI;" in one.category and "procedure=G" in one.category
    ]
    assert [
        sum(one.value for one in of_2024 if one.series == f"rdf_decisions_{how}")
        for how in ("recognised", "rejected", "closed", "total")
    ] == [42, 114, 190, 346]


# -- the file as a whole -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", Why.EMPTY),
        (b" \n\n", Why.EMPTY),
        (b"\xef\xbb\xbf", Why.EMPTY),
        (b"x" * (imports.LARGEST + 1), Why.TOO_LARGE),
        (b"PK\x03\x04 a spreadsheet", Why.NOT_TEXT),
        (b"%PDF-1.7", Why.NOT_TEXT),
        (b"year,coo\0name", Why.NOT_TEXT),
        (POPULATION.encode("utf-16"), Why.UTF16),
        (POPULATION.encode("utf-16-le"), Why.UTF16),
        ("год,страна".encode("cp1251"), Why.ENCODING),
    ],
)
def test_what_is_no_table(content: bytes, why: Why) -> None:
    with pytest.raises(Unreadable) as refusal:
        imports.decoded(content)
    assert refusal.value.why is why


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (POPULATION, Why.NO_ROWS),
        (f"{POPULATION}\n\n,,,\n", None),
        ("a,b,c\n1,2,3", Why.HEADER),
        (f"{POPULATION},beautiful\n", Why.HEADER),
        (f"{SOLUTIONS},resettlement\n", Why.HEADER),
        (f"{HEADER}\n{AFG}", Why.HEADER),
        ("Year,Country of Origin,Country of Asylum,Refugees\n2024,Afghanistan,Kazakhstan,202", Why.HEADER),
        (f'{SOLUTIONS}\n{AFG},"1,2,3,4\n', Why.NOT_A_TABLE),
        (f"{SOLUTIONS}\n" + f"{AFG},5,,,\n" * (imports.MOST_ROWS + 1), Why.TOO_LONG),
        (f"{SOLUTIONS}\n2024,Afghanistan,AFG,AFG,Uzbekistan,UZB,UZB,5,,,\n", Why.OTHER_COUNTRY),
    ],
)
def test_what_is_another_table(text: str, why: Why | None, origins: dict[str, str | None]) -> None:
    with pytest.raises(Unreadable) as refusal:
        read(text, origins)
    assert refusal.value.why is (why or Why.NO_ROWS)


def test_a_semicolon_and_a_mark_at_the_beginning_are_no_matter(origins: dict[str, str | None]) -> None:
    text = f"{SOLUTIONS}\r\n{AFG},5,-,,0\r\n".replace(",", ";")
    found = read(imports.decoded(b"\xef\xbb\xbf" + text.encode()), origins)
    assert [(one.series, one.value) for one in found.cells] == [("rdf_returned_refugees", 5), ("rdf_returned_idps", 0)]


# -- rows --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("header", "row", "column", "why"),
    [
        (SOLUTIONS, f"{AFG},-5,,,", "returned_refugees", Why.NEGATIVE),
        (SOLUTIONS, f"{AFG},five,,,", "returned_refugees", Why.NOT_A_NUMBER),
        (SOLUTIONS, f"{AFG},5.5,,,", "returned_refugees", Why.NOT_A_NUMBER),
        (SOLUTIONS, f"{AFG},٥,,,", "returned_refugees", Why.NOT_A_NUMBER),
        (SOLUTIONS, f"{AFG},{'9' * 40},,,", "returned_refugees", Why.TOO_MANY),
        (SOLUTIONS, f"{AFG},5,,", "", Why.COLUMNS),
        (SOLUTIONS, f"{AFG.replace('2024', '2026')},5,,,", "year", Why.YEAR),
        (SOLUTIONS, f"{AFG.replace('2024', '1066')},5,,,", "year", Why.YEAR),
        (SOLUTIONS, f"{AFG.replace('2024', 'last')},5,,,", "year", Why.YEAR),
        (APPLICATIONS, f"{AFG},G,N,FI,X,5", "app_pc", Why.UNIT),
        (APPLICATIONS, f"{AFG},Q,N,FI,P,5", "procedure_type", Why.CODE),
        (SOLUTIONS, f"{AFG},5,,,\n{AFG},5,,,", "", Why.DUPLICATE),
    ],
)
def test_a_row_that_cannot_be_right(
    header: str, row: str, column: str, why: Why, origins: dict[str, str | None]
) -> None:
    found = read(f"{header}\n{row}\n", origins)
    assert [(one.column, one.why) for one in found.faults] == [(column, why)]
    assert found.faults[0].line == row.count("\n") + 2
    assert not found.is_sound


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ("2024,Various,VAR,VAR,Kazakhstan,KAZ,KAZ,5,,,", Why.VARIOUS),
        ("2024,Atlantis,ATL,ATL,Kazakhstan,KAZ,KAZ,5,,,", Why.ORIGIN),
        ("2024,China,CHI,COG,Kazakhstan,KAZ,KAZ,5,,,", Why.CONTRADICTION),
        ("2024,China,CHI,CHN,Uzbekistan,UZB,UZB,5,,,", Why.COUNTRY),
    ],
)
def test_a_row_that_is_left_out(row: str, why: Why, origins: dict[str, str | None]) -> None:
    found = read(f"{SOLUTIONS}\n{AFG},7,,,\n{row}\n", origins)
    assert [(one.line, one.why) for one in found.faults] == [(3, why)]
    assert found.is_sound
    assert [one.value for one in found.cells] == [7]


def test_places_and_populations_that_are_not_kept(origins: dict[str, str | None]) -> None:
    text = (DATA / "unhcr_kaz_demographics.csv").read_text("utf-8")
    found = read(text.replace("Shymkent [Admin 1]", "South Kazakhstan [Admin 1]").replace(",OIP,", ",IOC,"), origins)
    assert {(one.column, one.why) for one in found.faults} == {("location", Why.PLACE), ("pop_type", Why.TYPE)}
    assert found.is_sound


def test_a_total_that_is_not_its_parts_is_taken_as_printed(origins: dict[str, str | None]) -> None:
    found = read(f"{DECISIONS}\n{AFG},G,FI,P,1,0,2,3,10\n", origins)
    assert [(one.column, one.printed, one.summed) for one in found.odd] == [("dec_total", 10, 6)]
    assert value(found, "rdf_decisions_total", 2024, origin="AFG", procedure="G", level="FI") == 10


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [(0, 5, True), (5, 10, True), (3, 7, True), (6, 7, False), (5, 11, False), (0, 6, False)],
)
def test_what_rounding_explains(one: int, other: int, expected: bool) -> None:
    assert imports.is_drift(one, other) is imports.is_drift(other, one) is expected
