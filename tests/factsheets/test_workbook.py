"""The workbook, opened again by another library than the one that wrote it."""

import io
import re
import zipfile
from dataclasses import replace
from datetime import datetime
from typing import Any

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from casework.factsheets import listing, workbook
from casework.factsheets.model import Sheet
from casework.releases.reading import Cell, Grid, Table
from tests.factsheets import contents
from tests.factsheets.conftest import SheetIn
from tests.factsheets.test_rows import FORMULAS

HEAD = 6
"""The line of the header of a table; of a list it is the fourth."""


def opened(found: Sheet) -> Any:
    return openpyxl.load_workbook(io.BytesIO(workbook.xlsx(found)))


def tables_of(book: Any) -> list[Worksheet]:
    return [one for one in book if re.match(r"\d+ ", one.title)]


def read(page: Worksheet, head: int) -> list[dict[str, Any]]:
    """The lines of a list under the words of its header."""
    names = [cell.value for cell in page[head]]
    return [dict(zip(names, [cell.value for cell in row], strict=True)) for row in page.iter_rows(min_row=head + 1)]


def _expected(grid: Grid) -> list[tuple[int | str, ...]]:
    lines = [(*one.cells, one.total) for one in grid.lines] + [(*grid.totals, grid.total)]
    return [tuple("–" if cell.value is None else cell.value for cell in line) for line in lines]


@pytest.mark.parametrize("kind", ["national", "regional", "correction"])
def test_the_same_sheet_makes_the_same_bytes(request: pytest.FixtureRequest, kind: str) -> None:
    made = request.getfixturevalue(kind)
    assert workbook.xlsx(made("kk")) == workbook.xlsx(made("kk"))
    assert workbook.xlsx(made("kk")) != workbook.xlsx(made("ru"))


def test_worksheets_stand_in_order(national: SheetIn, regional: SheetIn) -> None:
    book = opened(national("en"))
    names = [one.title for one in book]
    found = len(national("en").tables)
    assert names[0] == "Key Figures"
    assert [name.split(" ")[0] for name in names[1 : found + 1]] == [str(number + 1) for number in range(found)]
    assert names[found + 1 :] == [
        "Came and left",
        "Counted activities",
        "How long it took",
        "Trends",
        "Definitions and sources",
    ]
    assert [one.title for one in opened(regional("en"))] == ["Key Figures", "Countries", "Definitions and sources"]


@pytest.mark.parametrize("language", contents.LANGUAGES)
def test_names_of_worksheets_are_such_as_excel_takes(national: SheetIn, language: str) -> None:
    found = national(language)
    long = tuple(
        replace(one, name=f"{'Ұзақ атау ' * number}[:*?/\\]: {one.name}") for number, one in enumerate(found.tables)
    )
    for one in (found, replace(found, tables=long), replace(found, tables=(*found.tables, *found.tables))):
        names = [page.title for page in opened(one)]
        assert len({name.casefold() for name in names}) == len(names)
        assert all(0 < len(name) <= 31 for name in names)
        assert not any(re.search(r"[\[\]:*?/\\]|^'|'$", name) for name in names)


@pytest.mark.parametrize(
    ("population", "by", "number", "name"),
    [
        ("Services", ", by month", 7, "7 Services, by month"),
        ("Refugees and asylum-seekers", ", by status, by sex", 12, "12 Refugees…, by status, by sex"),
        ("Persons of undetermined nationality: in", ", by reason", 9, "9 Persons of un…: in, by reason"),
        ("Persons of undetermined nationality: out", ", by reason", 9, "9 Persons of u…: out, by reason"),
        ("Беженцы и лица, ищущие убежище", ", по статусу, по полу", 3, "3 Беженцы…, по статусу, по полу"),
        ("Беженцы и лица, ищущие убежище", ", по основной стране происхождения", 1, "1 Бежен…, по основной стране п…"),
        ("", "A name that begins in its own way and is long", 1, "1 A name that begins in its ow…"),
    ],
)
def test_what_a_table_is_divided_by_stays_in_its_name(population: str, by: str, number: int, name: str) -> None:
    assert workbook.shortened(population + by, population or "Persons", number) == name


@pytest.mark.parametrize("language", contents.LANGUAGES)
def test_every_table_is_there_whole(national: SheetIn, language: str) -> None:
    """Line by line what the page has, with totals; below it one grid for each category of a third dimension."""
    found = national(language)
    assert max(len(one.dimensions) for one in found.tables) >= 2
    pages = tables_of(opened(found))
    assert len(pages) == len(found.tables)
    for page, table in zip(pages, found.tables, strict=True):
        assert page["A1"].value == table.name
        assert found.code in page["A2"].value
        assert page["A3"].value == table.definition
        grids = table.grids
        assert page.cell(HEAD, 1).value == grids[0].rows_name
        assert (page.cell(HEAD - 1, 2).value or "") == grids[0].columns_name
        columns = len([cell for cell in page[HEAD] if cell.value is not None])
        written = [row[1:] for row in page.iter_rows(min_row=HEAD + 1, max_col=columns, values_only=True)]
        bands = [row for row in written if set(row) <= {None}]
        assert len(bands) == len([one for one in grids if one.label])
        assert [row for row in written if row not in bands] == [line for one in grids for line in _expected(one)]


def test_a_table_of_three_dimensions_and_one_of_none(national: SheetIn) -> None:
    found = national("en")
    two = next(one for one in found.tables if len(one.dimensions) == 2)
    third = replace(two.dimensions[1], code="third", name="Third")
    cells = {(*at, code): Cell(7) for at in two.cells for code in ("*", *(one.code for one in third.categories))}
    three = replace(two, dimensions=(*two.dimensions, third), cells=cells)
    none = replace(two, dimensions=(), cells={(): Cell(40)})
    pages = tables_of(opened(replace(found, tables=(three, none))))
    labels = [page_row[0].value for page_row in pages[0].iter_rows(min_row=HEAD + 1)]
    assert {one.label for one in third.categories} <= set(labels)
    numbers = [cell.value for row in pages[0].iter_rows(min_row=HEAD + 1) for cell in row[1:] if cell.value is not None]
    assert numbers == [7] * len(cells)
    assert [cell.value for cell in pages[1][HEAD + 1]][:2] == ["Total", 40]


def test_a_withheld_cell_is_a_dash_and_a_hatch_and_nothing_else(national: SheetIn) -> None:
    found = national("en")
    dashes = 0
    for page, table in zip(tables_of(opened(found)), found.tables, strict=True):
        for row in page.iter_rows(min_row=HEAD + 1, min_col=2):
            for cell in row:
                assert (cell.fill.patternType == "lightUp") == (cell.value == listing.HIDDEN)
                assert cell.comment is None
                dashes += cell.value == listing.HIDDEN
        assert (page["A4"].value is not None) == bool(table.hidden)
    assert dashes == sum(one.hidden for one in found.tables) > 0


def test_key_figures_are_numbers_and_days(national: SheetIn) -> None:
    page = opened(national("en"))["Key Figures"]
    lines = {one["Code"]: one for one in read(page, 4)}
    assert lines["refugees_asylum"]["Value"] == 646
    assert lines["refugee_like"]["Qualifier"] == "Up to"
    assert lines["funding_required"]["As of"] == datetime(2025, 3, 31)  # noqa: DTZ001  as openpyxl gives a day
    assert lines["funding_required"]["What area it covers"] == "Five countries of Central Asia, not Kazakhstan alone"
    assert lines["refugee_like"]["Footnote"] == "Never added to any other figure."
    formats = {row[10].value: row[1].number_format for row in page.iter_rows(min_row=5)}
    assert formats["funding_share"] == '0"%"'
    assert formats["funding_required"] == "#,##0"
    assert page["E5"].number_format == "yyyy-mm-dd"


def test_what_nobody_gives_is_told_from_what_is_withheld(national: SheetIn) -> None:
    found = national("en")
    first, second, *rest = found.figures
    unknown = replace(first, value=None, is_known=False, text="", parts=(), components=())
    withheld = replace(second, value=None, is_known=False, is_hidden=True, text="", parts=(), components=())
    page = opened(replace(found, figures=(unknown, withheld, *rest)))["Key Figures"]
    assert page["B5"].value == "not known"
    assert page["B5"].fill.patternType is None
    assert page["B6"].value == listing.HIDDEN
    assert page["B6"].fill.patternType == "lightUp"


def test_where_nothing_is_added_up_it_says_so(regional: SheetIn) -> None:
    found = regional("en")
    apart = replace(found.figures[0], value=None, is_known=False, text="", note="Counted as of two days.")
    page = opened(replace(found, figures=(apart,)))["Key Figures"]
    assert [page["B5"].value, page["B6"].value, page["B7"].value] == ["no sum", 646, 680]
    assert page["H5"].value == "Counted as of two days."


def test_headers_stay_in_view_and_on_every_printed_page(national: SheetIn) -> None:
    for page in opened(national("ru")):
        head = HEAD if re.match(r"\d+ ", page.title) else 4
        assert page.freeze_panes == f"B{head + 1}"
        assert page.print_title_rows == f"${head}:${head}"
        assert page.sheet_properties.pageSetUpPr.fitToPage
        assert int(page.page_setup.fitToHeight) == 0
        assert page.column_dimensions["A"].width > 20
        assert (page.auto_filter.ref is None) == (head == HEAD)
        assert "KAZ-2025-01-01-e1" in page.oddFooter.left.text


@pytest.mark.parametrize("text", FORMULAS)
def test_no_text_becomes_a_formula_a_number_or_a_link(national: SheetIn, text: str) -> None:
    found = national("en")
    label = replace(found.tables[0].dimensions[0].categories[0], label=text)
    dimension = replace(
        found.tables[0].dimensions[0], categories=(label, *found.tables[0].dimensions[0].categories[1:])
    )
    spoilt = replace(
        found,
        title=text,
        citation=text,
        lead="https://example.org",
        donors=("646", text),
        figures=tuple(
            replace(one, name=text, note=text, source=text, document="mailto:x@example.org") for one in found.figures
        ),
        tables=(replace(found.tables[0], name=text, dimensions=(dimension, *found.tables[0].dimensions[1:])),),
    )
    book = opened(spoilt)
    cells = [cell for page in book for row in page.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells} <= {"n", "s", "d"}
    assert not any(cell.hyperlink for cell in cells)
    assert all(isinstance(cell.value, str) for cell in book["Key Figures"]["A"][4:])


def test_definitions_and_sources_say_all_that_is_needed_to_read_it(correction: SheetIn) -> None:
    found = correction("en")
    lines = [
        (one["Part"], one["Word"], one["What it means or says"])
        for one in read(opened(found)["Definitions and sources"], 4)
    ]
    assert {("Definitions", one.name, one.definition) for one in found.terms} <= set(lines)
    said = {text for _part, _word, text in lines}
    assert {*found.method, *found.sources, found.citation, found.code, found.digest, found.release} <= said
    assert found.correction is not None
    assert found.correction.reason in said
    assert any(word == one.name and "Version 1" in text for one in found.tables for _part, word, text in lines)
    assert any(text.startswith("about USD 2.7 million") for text in said)


# -- what else a file may tell ---------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["national", "regional", "correction"])
def test_nothing_stands_in_the_file_that_is_not_seen(request: pytest.FixtureRequest, kind: str) -> None:
    content = workbook.xlsx(request.getfixturevalue(kind)("en"))
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        names = file.namelist()
        parts = {name: file.read(name).decode() for name in names}
    assert {re.sub(r"\d+", "N", name) for name in names} == {
        "[Content_Types].xml",
        "_rels/.rels",
        "docProps/app.xml",
        "docProps/core.xml",
        "xl/_rels/workbook.xml.rels",
        "xl/sharedStrings.xml",
        "xl/styles.xml",
        "xl/theme/themeN.xml",
        "xl/workbook.xml",
        "xl/worksheets/sheetN.xml",
    }
    for name, part in parts.items():
        assert 'state="' not in part if name == "xl/workbook.xml" else "hidden" not in part, name
        for word in ("<f>", "<f ", "<hyperlink", "conditionalFormatting", "dataValidation", ";;;"):
            assert word not in part, (name, word)
    defined = set(re.findall(r'<definedName name="([^"]+)"', parts["xl/workbook.xml"]))
    assert defined <= {"_xlnm.Print_Titles", "_xlnm._FilterDatabase"}
    core = parts["docProps/core.xml"]
    assert set(re.findall(r"\d{4}-\d\d-\d\dT[\d:]+Z", core)) == {"2025-01-01T00:00:00Z"}
    assert re.search(r"<dc:creator>(.*?)</dc:creator>", core)[1] == ""  # type: ignore[index]
    assert re.search(r"<cp:lastModifiedBy>(.*?)</cp:lastModifiedBy>", core)[1] == ""  # type: ignore[index]


def test_widths_say_nothing_of_what_stands_in_the_columns(national: SheetIn) -> None:
    found = national("en")

    def widths(one: Sheet) -> list[dict[str, float]]:
        return [{name: each.width for name, each in page.column_dimensions.items()} for page in opened(one)]

    def larger(table: Table) -> Table:
        return replace(
            table, cells={at: replace(one, value=(one.value or 0) * 10**6) for at, one in table.cells.items()}
        )

    assert widths(found) == widths(replace(found, tables=tuple(larger(one) for one in found.tables)))
