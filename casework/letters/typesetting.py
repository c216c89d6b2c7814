"""A PDF beside the DOCX: the words of the finished letter, set by Typst.

What is on paper is taken from the merged DOCX: paragraphs, tables, bold and alignment. It goes to one shipped Typst
file as JSON, never as source.
"""

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.table import Table
from docx.text.paragraph import Paragraph
from docx.text.run import Run

from casework.core.typesetting import check_characters, tagged_pdf

_SOURCE = Path(__file__).parent / "letter.typ"
_USUAL_SIZE = 11.0
_ALIGNED = {
    WD_ALIGN_PARAGRAPH.CENTER: "center",
    WD_ALIGN_PARAGRAPH.RIGHT: "right",
    WD_ALIGN_PARAGRAPH.JUSTIFY: "justify",
}

Block = dict[str, Any]


def pdf(docx: bytes, *, title: str, language: str) -> bytes:
    """The letter as PDF, tagged, in its language; Unprintable when a character has no shape in any shipped font."""
    blocks = _blocks(docx)
    check_characters(one for block in blocks for one in _characters(block))
    return tagged_pdf(_SOURCE, "letter", {"title": title, "language": language, "blocks": _ranked(blocks)})


def words_of(docx: bytes) -> list[Block]:
    """The letter as blocks, for its preview on a page."""
    return _blocks(docx)


# -- from the DOCX ---------------------------------------------------------------------------------------------------


def _blocks(docx: bytes) -> list[Block]:
    """Head, body and foot of the letter, one after the other. Page numbers are made anew, so Word's stay behind."""
    document = Document(io.BytesIO(docx))
    section = document.sections[0]
    heads: list[Any] = [section.header] if not section.header.is_linked_to_previous else []
    feet: list[Any] = [section.footer] if not section.footer.is_linked_to_previous else []
    if section.different_first_page_header_footer:
        heads = [section.first_page_header]
        feet = [section.first_page_footer]
    found: list[Block] = []
    for part in heads:
        found += _without_blanks(_of(part))
    found += _of(document)
    for part in feet:
        found += _without_blanks(_of(part))
    return found


def _of(container: Any) -> list[Block]:
    return [
        _table(one) if isinstance(one, Table) else _paragraph(one)
        for one in container.iter_inner_content()
        if isinstance(one, Table) or not _is_page_number(one)
    ]


def _without_blanks(blocks: list[Block]) -> list[Block]:
    return [one for one in blocks if one["kind"] == "table" or one["runs"]]


def _is_page_number(paragraph: Paragraph) -> bool:
    return next(paragraph._p.iter(qn("w:fldSimple"), qn("w:instrText")), None) is not None


def _table(table: Table) -> Block:
    rows: list[list[Block]] = []
    header = False
    for at, row in enumerate(table._tbl.tr_lst):
        cells = []
        for tc in row.tc_lst:
            hidden = tc.vMerge == "continue"
            paragraphs = [] if hidden else [_paragraph(Paragraph(p, table)) for p in tc.iter(qn("w:p"))]
            cells.append({"span": tc.grid_span, "blocks": paragraphs})
        rows.append(cells)
        if at == 0:
            header = row.find(f"{qn('w:trPr')}/{qn('w:tblHeader')}") is not None
    columns = [float(column.w or 1) if column.w else 1.0 for column in table._tbl.tblGrid.gridCol_lst]
    width = max((sum(cell["span"] for cell in row) for row in rows), default=1)
    if len(columns) != width:
        columns = [1.0] * width
    total = sum(columns) or 1.0
    return {
        "kind": "table",
        "columns": [round(column / total, 4) for column in columns],
        "rows": rows,
        "lines": _has_lines(table),
        "header": header,
    }


def _has_lines(table: Table) -> bool:
    borders = table._tbl.find(f"{qn('w:tblPr')}/{qn('w:tblBorders')}")
    if borders is not None:
        return not {one.get(qn("w:val")) for one in borders} <= {"nil", "none"}
    style = table.style
    name = str(style.name) if style is not None else ""
    return "Grid" in name


def _paragraph(paragraph: Paragraph) -> Block:
    looks = paragraph.paragraph_format
    style = paragraph.style
    runs = [one for one in map(_run, _runs(paragraph)) if one["text"]]
    return {
        "kind": "paragraph",
        "level": _level(style.name if style is not None else "") if runs else 0,
        "align": _ALIGNED.get(_inherited(paragraph, "alignment"), "left"),
        "left": _points(_inherited(paragraph, "left_indent")),
        "right": _points(_inherited(paragraph, "right_indent")),
        "first": _points(_inherited(paragraph, "first_line_indent")),
        "before": _points(
            looks.space_before if looks.space_before is not None else _inherited(paragraph, "space_before")
        ),
        "after": _points(looks.space_after if looks.space_after is not None else _inherited(paragraph, "space_after")),
        "runs": runs,
    }


def _runs(paragraph: Paragraph) -> Iterator[Run]:
    """Every run, those inside of links and content controls too."""
    for element in paragraph._p.iter(qn("w:r")):
        yield Run(element, paragraph)


def _run(run: Run) -> dict[str, Any]:
    return {
        "text": run.text.replace("\t", "    "),
        "bold": bool(_of_font(run, "bold")),
        "italic": bool(_of_font(run, "italic")),
        "underline": bool(_of_font(run, "underline")),
        "size": _points(_of_font(run, "size")) or _USUAL_SIZE,
    }


def _of_font(run: Run, name: str) -> Any:
    own = getattr(run.font, name)
    if own is not None:
        return own
    style: Any = run._parent.style if isinstance(run._parent, Paragraph) else None
    while style is not None:
        found = getattr(style.font, name)
        if found is not None:
            return found
        style = style.base_style
    return None


def _inherited(paragraph: Paragraph, name: str) -> Any:
    own = getattr(paragraph.paragraph_format, name)
    style: Any = paragraph.style
    while own is None and style is not None:
        own = getattr(style.paragraph_format, name)
        style = style.base_style
    return own


def _points(length: Any) -> float:
    return round(length.pt, 2) if length is not None else 0.0


def _level(style: str | None) -> int:
    if style == "Title":
        return 1
    name, _, number = (style or "").rpartition(" ")
    return int(number) if name == "Heading" and number.isdigit() else 0


def _ranked(blocks: list[Block]) -> list[Block]:
    """Headings without a gap in their ranks, beginning at the first: a reader of headings gets lost otherwise."""
    rank = 0
    for block in blocks:
        if block.get("level"):
            rank = block["level"] = min(block["level"], rank + 1)
    return blocks


# -- characters ------------------------------------------------------------------------------------------------------


def _characters(block: Block) -> Iterator[str]:
    if block["kind"] == "table":
        for row in block["rows"]:
            for cell in row:
                for one in cell["blocks"]:
                    yield from _characters(one)
    else:
        for run in block["runs"]:
            yield from run["text"]
