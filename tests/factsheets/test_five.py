"""One sheet, five outputs: page, PDF, workbook, rows and record say the same, in every language.

The record is what the others are compared with, and it is compared with the sheet itself.
"""

import json
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import pytest

from casework.factsheets import content, document, page, record, rows, workbook
from casework.factsheets.model import Drawing, Sheet
from casework.releases.reading import Cell, Figure, Table
from tests.factsheets import contents, read_back
from tests.factsheets.conftest import SheetIn
from tests.factsheets.read_back import Place, Said

OUTPUTS: Mapping[str, Callable[[Sheet], bytes]] = {
    "page": lambda sheet: page.article(sheet).encode(),
    "pdf": document.pdf,
    "xlsx": workbook.xlsx,
    "csv": rows.hxl_csv,
    "json": record.json,
}

Made = dict[str, bytes]


def made(sheet: Sheet) -> Made:
    return {name: make(sheet) for name, make in OUTPUTS.items()}


def differences(outputs: Made) -> list[str]:
    """Where an output says something else than the record, which has everything."""
    content = json.loads(outputs["json"])
    language = content["language"]
    whole = read_back.record(outputs["json"])
    said = {
        "page": read_back.page(outputs["page"].decode(), language),
        "pdf": read_back.pdf(outputs["pdf"], content),
        "xlsx": read_back.xlsx(outputs["xlsx"], language),
        "csv": read_back.hxl(outputs["csv"], content),
    }
    if content["funding"] is not None and content["funding"]["received"]:
        # Nobody has published this one; it stands in the record in words.
        received = read_back.amount(content["funding"]["received"], language)
        said["page"].figures = {key: one for key, one in said["page"].figures.items() if one != received}
    found = [f"json: {one}" for one in _drawings_not_of_their_tables(content)]
    for name, one in said.items():
        found += [f"{name}: {what}" for what in _different(one, whole, name, content)]
    return found


def _different(one: Said, whole: Said, name: str, content: Mapping[str, Any]) -> list[str]:
    found = [] if one.edition == whole.edition else [f"edition {one.edition}"]
    found += _unlike("figure", one.figures, whole.figures)
    if name == "page":
        found += _unlike("drawing", one.drawings, whole.drawings)
    elif name == "pdf":
        # Two populations may have drawings of the same words: on paper they have no other name.
        found += _unlike("drawings", _all_of(one.drawings), _all_of(whole.drawings))
    else:
        found += _unlike("table", one.tables.keys(), whole.tables.keys())
        for table in one.tables.keys() & whole.tables.keys():
            found += _unlike(table, one.tables[table], _as_named(whole.tables[table], one.tables[table]))
    if name == "pdf":
        # On paper only the words that stand on it are explained; what is counted is.
        heads = {one["name"] for one in content["key_figures"] if one["unit"] == "persons"}
        wanted = (heads & whole.definitions.keys()) | one.definitions.keys()
        found += _unlike("definition", one.definitions, {word: whole.definitions.get(word) for word in wanted})
    elif name == "csv":
        found += _unlike("definition", one.definitions, {n: whole.definitions.get(n) for n, _above in whole.figures})
    else:
        found += _unlike("definition", one.definitions, whole.definitions)
    if name == "page":
        found += _unlike("account", one.accounts.keys(), whole.accounts.keys())
        # The page leaves out what was corrected at the start.
        for population, numbers in one.accounts.items():
            rest = iter(whole.accounts.get(population, []))
            found += [] if all(number in rest for number in numbers) else [f"account {population}"]
    elif name != "pdf":
        found += _unlike("account", one.accounts, whole.accounts)
    return found


def _unlike(what: str, one: Any, other: Any) -> list[str]:
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return [
            f"{what} {key}: {one.get(key, 'nothing')} for {other.get(key, 'nothing')}"
            for key in {**one, **other}
            if one.get(key, "nothing") != other.get(key, "nothing")
        ]
    return [] if one == other else [f"{what}: {one} for {other}"]


def _all_of(drawings: Mapping[str, read_back.Drawing]) -> Counter[frozenset[Any]]:
    return Counter(frozenset(one.items()) for one in drawings.values())


def _as_named(cells: Mapping[Place, Any], like: Mapping[Place, Any]) -> dict[Place, Any]:
    """Cells whose third dimension has no name, as in the workbook, where its categories are headings."""
    names = {name for place in like for name, _label in place}
    return {frozenset((n if n in names else "", label) for n, label in place): one for place, one in cells.items()}


def _drawings_not_of_their_tables(content: Mapping[str, Any]) -> list[str]:
    """A drawing is a margin of a published table: so page and PDF are compared with whole tables, too."""
    tables = {one["code"]: one for one in content["tables"]}
    found = []
    for drawing in content["drawings"]:
        table = tables.get(drawing["table"])
        if table is None:
            continue
        cells = {tuple(one["at"]): one["value"] for one in table["cells"]}
        for line in drawing["lines"]:
            for point in line["points"]:
                at = tuple(_code(one, drawing["heading"], line["code"], point["code"]) for one in table["dimensions"])
                if cells.get(at, "nothing") != point["value"]:
                    found.append(f"drawing {drawing['code']}, {at}: {point['value']}")
    return found


def _code(dimension: Mapping[str, Any], heading: str, line: str, point: str) -> str:
    if dimension["name"] == heading:
        return point
    return line if line in {one["code"] for one in dimension["categories"]} else "*"


# -- they agree ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", contents.LANGUAGES)
@pytest.mark.parametrize("kind", ["national", "regional", "correction"])
def test_all_five_say_the_same(request: pytest.FixtureRequest, kind: str, language: str) -> None:
    sheet = request.getfixturevalue(kind)(language)
    assert differences(made(sheet)) == []


@pytest.mark.parametrize("language", contents.LANGUAGES)
def test_all_five_say_the_same_of_three_breakdowns(in_app: None, language: str) -> None:
    """As officers may add them; none has columns of its own in the rows."""
    outputs = made(content.sheet(contents.with_three_breakdowns(language)))
    assert differences(outputs) == []
    assert "decisions_by_procedure_instance_result" in read_back.record(outputs["json"]).tables


def test_there_is_something_to_agree_on(national: SheetIn, regional: SheetIn) -> None:
    """What is withheld, and tables, drawings, accounts and definitions, are all there to be read."""
    sheet = national("ru")
    outputs = made(sheet)
    content = json.loads(outputs["json"])
    whole = read_back.record(outputs["json"])
    assert whole.figures == {
        (one.name, above): one.value
        for figure in sheet.figures
        for one, above in ((figure, ""), *((each, figure.name) for each in (*figure.parts, *figure.components)))
    }
    assert sum(None in each.values() for each in whole.tables.values()) >= 2
    on_page = read_back.page(outputs["page"].decode(), "ru")
    on_paper = read_back.pdf(outputs["pdf"], content)
    for one in (on_page, on_paper):
        assert len(one.drawings) == len(sheet.all_drawings) >= 5
        assert any(None in each.values() for each in one.drawings.values())
    assert len(on_page.accounts) == len([one for one in sheet.groups if one.account]) == 2
    assert None in [number for each in on_page.accounts.values() for number in each]
    assert len(on_paper.definitions) >= 4
    assert len(read_back.page(OUTPUTS["page"](regional("kk")).decode(), "kk").figures) == 3


# -- and would not agree ---------------------------------------------------------------------------------------


def _figure(one: Figure) -> Figure:
    return replace(one, value=641, text="641")


def _in_drawings(sheet: Sheet, change: Callable[[Drawing], Drawing]) -> Sheet:
    group = sheet.groups[0]
    return replace(sheet, groups=(replace(group, drawings=tuple(map(change, group.drawings))), *sheet.groups[1:]))


def _in_tables(sheet: Sheet, change: Callable[[Table], Table]) -> Sheet:
    return replace(sheet, tables=tuple(map(change, sheet.tables)))


def _one_more(drawing: Drawing) -> Drawing:
    line = drawing.lines[0]
    point = next(one for one in line.points if one.value)
    points = tuple(replace(one, value=one.value + 1) if one is point and one.value else one for one in line.points)
    return replace(drawing, lines=(replace(line, points=points), *drawing.lines[1:]))


def _shown(drawing: Drawing) -> Drawing:
    """With a number in place of what is withheld."""
    return replace(
        drawing,
        has_shares=False,
        lines=tuple(
            replace(line, points=tuple(replace(one, value=3) if one.value is None else one for one in line.points))
            for line in drawing.lines
        ),
    )


def _hidden(drawing: Drawing) -> Drawing:
    line = drawing.lines[0]
    return replace(
        drawing,
        has_shares=False,
        lines=(replace(line, points=(replace(line.points[0], value=None), *line.points[1:])), *drawing.lines[1:]),
    )


def _cell_more(table: Table) -> Table:
    at = next(at for at, cell in table.cells.items() if cell.value)
    return replace(table, cells={**table.cells, at: Cell((table.cells[at].value or 0) + 1)})


def _cell_shown(table: Table) -> Table:
    return replace(table, cells={at: Cell(3) if one.value is None else one for at, one in table.cells.items()})


def _cell_hidden(table: Table) -> Table:
    at = next(at for at, cell in table.cells.items() if cell.value)
    return replace(table, cells={**table.cells, at: Cell(None)})


@dataclass(frozen=True)
class Spoilt:
    """A sheet that says something else, in the outputs that show it."""

    what: str
    change: Callable[[Sheet], Sheet]
    outputs: tuple[str, ...]


ALL = tuple(OUTPUTS)
DRAWN, LISTED = ("page", "pdf", "json"), ("xlsx", "csv", "json")
SPOILT = (
    Spoilt("a Key Figure", lambda one: replace(one, figures=(_figure(one.figures[0]), *one.figures[1:])), ALL),
    Spoilt("an edition", lambda one: replace(one, code="KAZ-2025-01-01-e9"), ALL),
    Spoilt(
        "a definition",
        lambda one: replace(
            one,
            terms=(replace(one.terms[0], definition="Something else."), *one.terms[1:]),
            figures=(replace(one.figures[0], definition="Something else."), *one.figures[1:]),
        ),
        ALL,
    ),
    Spoilt("a number of a drawing", lambda one: _in_drawings(one, _one_more), DRAWN),
    Spoilt("a withheld number of a drawing", lambda one: _in_drawings(one, _shown), DRAWN),
    Spoilt("a number of a drawing withheld", lambda one: _in_drawings(one, _hidden), DRAWN),
    Spoilt("a cell", lambda one: _in_tables(one, _cell_more), LISTED),
    Spoilt("a withheld cell", lambda one: _in_tables(one, _cell_shown), LISTED),
    Spoilt("a cell withheld", lambda one: _in_tables(one, _cell_hidden), LISTED),
)


@pytest.mark.parametrize("spoilt", SPOILT, ids=lambda one: one.what)
def test_it_shows_when_one_output_says_something_else(national: SheetIn, spoilt: Spoilt) -> None:
    sheet = national("en")
    outputs = made(sheet)
    for output in spoilt.outputs:
        other = OUTPUTS[output](spoilt.change(sheet))
        assert other != outputs[output]
        found = differences({**outputs, output: other})
        assert found, output
        if output != "json":  # from which the others then differ
            assert {one.partition(":")[0] for one in found} == {output}
