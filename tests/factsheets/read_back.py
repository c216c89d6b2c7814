"""The five outputs of a sheet, read as their readers do, with other libraries than those that wrote them.

Each reader gives what its output says in the same terms, so that outputs can be compared. A number is None where the
output says that it is withheld.
"""

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import html5lib
import openpyxl
import pypdf
from flask_babel import force_locale, gettext

Number = Decimal | None
Place = frozenset[tuple[str, str]]
"""Where a cell of a table is: pairs of a dimension's name and a label; of totals none."""
Drawing = Mapping[tuple[str, str], Number]
"""Numbers of a drawing by line (empty: the only one) and point."""


@dataclass
class Said:
    """What an output says. What it does not have stays empty."""

    edition: str
    figures: dict[tuple[str, str], Number] = field(default_factory=dict)
    """By name, and for a part or component by the name of what it is one of; empty for the others."""
    drawings: dict[str, Drawing] = field(default_factory=dict)
    tables: dict[str, dict[Place, Number]] = field(default_factory=dict)
    accounts: dict[str, list[Number]] = field(default_factory=dict)
    """By population: at the start, came, left, at the end."""
    definitions: dict[str, str] = field(default_factory=dict)


def amount(text: str, language: str) -> Decimal:
    """The number in printed words: about 7,399; 65 511; 9,6 млн долл. США; +69. ValueError where there is none."""
    thousands, decimal = (",", ".") if language == "en" else (" \u00a0\u202f", ",")
    found = re.search(rf"(\d{{1,3}}(?:[{thousands}]\d{{3}})+|\d+)(?:[{decimal}](\d+))?", text)
    if found is None:
        raise ValueError(text)
    whole = re.sub(r"\D", "", found[1])
    value = Decimal(f"{whole}.{found[2] or 0}")
    return value * (1_000_000 if re.search("million|млн", text) else 1)


def _amount_or_none(text: str, language: str) -> Number:
    return amount(text, language) if re.search(r"\d", text) else None


# -- the page --------------------------------------------------------------------------------------------------


def page(html: str, language: str) -> Said:
    """By html5lib: a parser after the standard, that takes whatever a browser would."""
    tree = html5lib.parseFragment(html, treebuilder="etree", namespaceHTMLElements=False)
    codes = [_text(one) for one in _all(tree, "dl", "codes")[0].iter("code")]
    said = Said(edition=codes[0])
    for card in _all(tree, "li", "kpi"):
        name = _text(next(card.iter("span")))
        said.figures[name, ""] = _amount_or_none(_text(next(card.iter("strong")), without="sup"), language)
        for part in (one for each in _all(card, "ul", "of") for one in each.iter("li")):
            value = next(part.iter("b"))
            below = _text(part, without="small").removeprefix(_text(value)).strip()
            said.figures[below, name] = _amount_or_none(_text(value), language)
    for line in tree.iter():
        name = " ".join((line.text or "").split())
        for value in line:
            if name.endswith(":") and value.tag == "b" and value.get("class") == "num":
                said.figures[name.removesuffix(":"), ""] = _amount_or_none(_text(value), language)
    for pair in (one for each in _all(tree, "dl", "money") for one in each.iter("div")):
        said.figures[_text(next(pair.iter("dt"))), ""] = amount(_text(next(pair.iter("dd"))), language)
    for figure in _all(tree, "figure", "fig"):
        code = next(figure.iter("h3")).get("id", "").removeprefix("s-")
        table = next(figure.iter("table"))
        if next(figure.iter("details"), None) is not None:
            said.drawings[code] = _drawn(table, language)
        elif code.endswith("-account"):
            lines = [next(one.iter("td")) for one in table.iter("tr") if next(one.iter("td"), None) is not None]
            said.accounts[_text(next(table.iter("caption"))).partition(", ")[2]] = [
                _cell(one, language) for one in lines
            ]
    for pair in (one for each in _all(tree, "dl", "terms") for one in each.iter("div")):
        said.definitions[_text(next(pair.iter("dt")))] = _text(next(pair.iter("dd")))
    return said


def _drawn(table: Any, language: str) -> Drawing:
    names = [_text(one) for one in next(table.iter("thead")).iter("th")][1:]
    body = [list(row) for row in next(table.iter("tbody")).iter("tr")]
    # A drawing of one line has a column of shares beside it, or none; of several, each line has a column.
    is_alone = len(names) == 1 or any("%" in _text(row[-1]) for row in body)
    columns = [""] if is_alone else names
    found = {}
    for head, *cells in body:
        for name, cell in zip(columns, cells, strict=False):
            if cell.get("class") != "none":
                found[name, _text(head)] = _cell(cell, language)
    return found


def _cell(cell: Any, language: str) -> Number:
    assert (cell.get("class") == "hid") == (re.search(r"\d", _text(cell)) is None)
    return _amount_or_none(_text(cell), language)


def _all(tree: Any, tag: str, name: str) -> list[Any]:
    return [one for one in tree.iter(tag) if name in one.get("class", "").split()]


def _text(node: Any, without: str = "") -> str:
    def texts(one: Any) -> Iterator[str]:
        yield one.text or ""
        for child in one:
            if child.tag != without:
                yield from texts(child)
            yield child.tail or ""

    return " ".join("".join(texts(node)).split())


# -- the PDF ---------------------------------------------------------------------------------------------------


def pdf(content: bytes, record: Mapping[str, Any]) -> Said:
    """By pypdf: text, and what is read aloud in place of pictures. Names are known; numbers are read beside them."""
    file = pypdf.PdfReader(io.BytesIO(content))
    language = record["language"]
    text = "\n".join(one.extract_text() for one in file.pages)
    assert file.trailer["/Root"]["/Lang"] == language
    said = Said(edition=next(one for one in file.metadata["/Keywords"].split(", ") if re.fullmatch(r".*-e\d+", one)))
    assert text.count(said.edition) >= len(file.pages)
    for figure in record["key_figures"]:
        for one, above in (
            (figure, ""),
            *((each, figure["name"]) for each in (*figure["parts"], *figure["components"])),
        ):
            said.figures[one["name"], above] = _beside(one["name"], text, language)
    alts = list(_alternatives(file.trailer["/Root"]["/StructTreeRoot"]))
    for drawing in record["drawings"]:
        mine = next(one for one in alts if one.startswith(f"{drawing['title']}. ") and _has_all(one, drawing))
        alts.remove(mine)
        said.drawings[drawing["code"]] = _described(mine, drawing, language)
    assert alts == []
    for one in record["definitions"]:
        found = re.search(rf"{_loosely(one['name'])}\.\s+{_loosely(one['definition'])}", text)
        if found is not None:
            said.definitions[one["name"]] = one["definition"]
    return said


def _loosely(words: str) -> str:
    """The words, wherever the lines are broken between or within them."""
    between = r"(?:[-\u00ad]?\n)?"
    return r"\s+".join(between.join(re.escape(one) for one in word) for word in words.split())


def _beside(name: str, text: str, language: str) -> Number:
    """The number in the line above a name or before it, “646 from Ukraine”, or after it, as in “Pledges: 9.”"""
    words = _loosely(name)
    before = re.finditer(rf"(?m)^([^\n]{{1,40}}?)(?:[^\S\n]+|\n){words}(?!:)", text)
    after = re.finditer(rf"{words}:\s+([^(]*?)(?:\s\(|\.\s)", text)
    broken = re.finditer(rf"(?m)^([^\n]{{1,40}}\n[^\n]{{1,20}}?)\n{words}(?!:)", text)
    found = (one[1] for one in (*before, *after, *broken) if re.search(r"\d", one[1]))
    value = next(found, None)
    return amount(value, language) if value is not None else None


def _alternatives(node: Any) -> Iterator[str]:
    node = node.get_object()
    if isinstance(node, list):
        for one in node:
            yield from _alternatives(one)
    elif isinstance(node, dict):
        if "/Alt" in node:
            yield " ".join(str(node["/Alt"]).split())
        if "/K" in node:
            yield from _alternatives(node["/K"])


def _lines(drawing: Mapping[str, Any]) -> list[tuple[str, str, list[str]]]:
    lines = drawing["lines"]
    return [
        ("" if len(lines) == 1 else one["label"], "" if len(lines) == 1 else f"{one['label']} – ",
         [" ".join(point["label"].split()) for point in one["points"] if not point["absent"]])
        for one in lines
    ]  # fmt: skip


def _has_all(alt: str, drawing: Mapping[str, Any]) -> bool:
    return all(
        _value_of(alt, before, labels, n) is not None
        for _n, before, labels in _lines(drawing)
        for n in range(len(labels))
    )


def _value_of(alt: str, before: str, labels: list[str], n: int) -> str | None:
    """What is read of a point in “Title. Line – one: 1; two: hidden; three: 3. Total: 4.”"""
    earlier = "".join(rf"{re.escape(one)}: [^;]*?; " for one in labels[:n])
    found = re.search(rf"{re.escape(before)}{earlier}{re.escape(labels[n])}: ([^;]*?)(?:; |\. |\.$)", alt)
    return found[1] if found is not None else None


def _described(alt: str, drawing: Mapping[str, Any], language: str) -> Drawing:
    found = {}
    for name, before, labels in _lines(drawing):
        for n, label in enumerate(labels):
            value = _value_of(alt, before, labels, n)
            assert value is not None
            found[name, label] = _amount_or_none(value.partition("(")[0], language)
    return found


# -- the workbook ----------------------------------------------------------------------------------------------


def xlsx(content: bytes, language: str) -> Said:
    """By openpyxl, from what a person sees: titles, headers, lines; a withheld number by its dash."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    first, *others, last = book.worksheets
    said = Said(edition=book.properties.subject)
    above = ""
    for row in first.iter_rows(min_row=5):
        name = row[0].value
        depth = int(row[0].alignment.indent)
        said.figures[name, above if depth else ""] = _seen(row[1].value)
        above = above if depth else name
    for one in others:
        if re.match(r"\d+ ", one.title):
            said.tables[one["A2"].value.rpartition(" · ")[2]] = _grids(one)
    with force_locale(language):
        accounts, meaning = gettext("Came and left"), gettext("Definitions")
    if accounts in book.sheetnames:
        for population, _line, number, *_days in book[accounts].iter_rows(min_row=5, values_only=True):
            said.accounts.setdefault(population, []).append(_seen(number))
    for part, word, text in last.iter_rows(min_row=5, values_only=True):
        if part == meaning:
            said.definitions[word] = text
    return said


def _seen(value: Any) -> Number:
    return Decimal(str(value)) if isinstance(value, int | float) else None


def _grids(sheet: Any) -> dict[Place, Number]:
    across, down = sheet["B5"].value, sheet["A6"].value
    heads = [cell.value for cell in sheet[6] if cell.value is not None][1:]
    columns: list[str | None] = [*heads[:-1], None] if across else [None]
    grids: list[tuple[str, list[Any]]] = [("", [])]
    for row in sheet.iter_rows(min_row=7, max_col=len(heads) + 1, values_only=True):
        if set(row[1:]) <= {None}:
            grids.append((row[0], []))
        else:
            grids[-1][1].append(row)
    found: dict[Place, Number] = {}
    for band, lines in grids:
        for n, (label, *cells) in enumerate(lines):
            for column, value in zip(columns, cells, strict=False):
                pairs = [(down, label if n < len(lines) - 1 else ""), (across, column or ""), ("", band)]
                assert value == "–" or isinstance(value, int)
                found[frozenset((name, word) for name, word in pairs if word)] = _seen(value)
    return found


# -- rows and record -------------------------------------------------------------------------------------------

_NAMED = {
    "origin": "#country+name+origin",
    "region": "#adm1+name",
    "status": "#indicator+status+name",
    "sex": "#indicator+sex+name",
    "age": "#indicator+age+name",
}


def hxl(content: bytes, record: Mapping[str, Any]) -> Said:
    """By the csv module; hashtags are names. The record says what dimensions with columns of their own are called."""
    _header, tags, *lines = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), strict=True)
    read = [dict(zip(tags, line, strict=True)) for line in lines]
    (edition,) = {one["#meta+edition"] for one in read}
    said = Said(edition=edition)
    names = {(table["code"], one["code"]): one["name"] for table in record["tables"] for one in table["dimensions"]}
    depths = iter(_with_above(record["key_figures"]))
    for one in read:
        assert (one["#meta+suppressed"] == "true") <= (one["#indicator+num"] == "")
        number = Decimal(one["#indicator+num"]) if one["#indicator+num"] else None
        name, code = one["#indicator+name"], one["#indicator+code"]
        match one["#meta+kind"]:
            case "figure":
                said.figures[name, next(depths)] = number
                said.definitions[name] = one["#description+definition"]
            case "table":
                pairs = [(names.get((code, each), ""), one[tag]) for each, tag in _NAMED.items()]
                pairs += [(one[f"#meta+dimension_{n}"], one[f"#meta+category_{n}+name"]) for n in (1, 2, 3)]
                said.tables.setdefault(code, {})[frozenset(each for each in pairs if each[1])] = number
            case "account":
                said.accounts.setdefault(one["#indicator+population_type"], []).append(number)
    return said


def _with_above(figures: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    for one in figures:
        yield ""
        for _each in (*one["parts"], *one["components"]):
            yield one["name"]


def record(content: bytes) -> Said:
    found = json.loads(content)
    said = Said(edition=found["code"])

    def number(one: Mapping[str, Any]) -> Number:
        assert one["hidden"] <= (one["value"] is None)
        return Decimal(str(one["value"])) if one["value"] is not None else None

    for figure in found["key_figures"]:
        said.figures[figure["name"], ""] = number(figure)
        for one in (*figure["parts"], *figure["components"]):
            said.figures[one["name"], figure["name"]] = number(one)
    for table in found["tables"]:
        names = [one["name"] for one in table["dimensions"]]
        said.tables[table["code"]] = {
            frozenset((name, label) for name, label in zip(names, one["labels"], strict=True) if label): number(one)
            for one in table["cells"]
        }
    for drawing in found["drawings"]:
        said.drawings[drawing["code"]] = {
            ("" if len(drawing["lines"]) == 1 else line["label"], " ".join(point["label"].split())): number(point)
            for line in drawing["lines"]
            for point in line["points"]
            if not point["absent"]
        }
    for account in found["accounts"]:
        said.accounts[account["population"]["name"]] = [number(one) for one in account["entries"]]
    said.definitions = {one["name"]: one["definition"] for one in found["definitions"]}
    return said
