"""The files of an edition in one language, made of its content and of nothing else."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from flask_babel import force_locale

from casework.factsheets import content as contents
from casework.factsheets import document, drawing, page, record, rows, workbook
from casework.factsheets.drawing import Width
from casework.factsheets.model import Sheet

PAGE, PDF, XLSX, HXL_CSV, RDF_CSV, RECORD = (
    "page.html",
    "factsheet.pdf",
    "factsheet.xlsx",
    "factsheet.csv",
    "refugee-data-finder.csv",
    "factsheet.json",
)
NAMES = (PAGE, PDF, XLSX, HXL_CSV, RDF_CSV, RECORD)
"""What a language has – the Refugee Data Finder's columns only of 1 January, national – and besides, for each drawing,
charts/<code>-wide.svg and charts/<code>-narrow.svg."""

CHARTS = {"wide": Width.WIDE, "narrow": Width.NARROW}
SVG = "image/svg+xml"


@dataclass(frozen=True)
class File:
    """An output. `media_type` as it is served."""

    name: str
    media_type: str
    content: bytes


def files(content: dict[str, Any]) -> Iterator[File]:
    """Everything that is made of a content, in its language. Raises Unprintable when the PDF cannot be set."""
    with force_locale(content["language"]):
        sheet = contents.sheet(content)
        yield File(PDF, "application/pdf", document.pdf(sheet))  # first, for it may refuse
        yield File(PAGE, "text/html; charset=utf-8", page.article(sheet).encode())
        yield File(XLSX, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", workbook.xlsx(sheet))
        yield File(HXL_CSV, "text/csv; charset=utf-8", rows.hxl_csv(sheet))
        years = rows.rdf_csv(sheet)
        if years.count(b"\n") > 1:  # nothing but the header: a day that ends no year, or several countries
            yield File(RDF_CSV, "text/csv; charset=utf-8", years)
        yield File(RECORD, "application/json", record.json(sheet))
        yield from _charts(sheet)


def _charts(sheet: Sheet) -> Iterator[File]:
    for one in sheet.all_drawings:
        for name, width in CHARTS.items():
            yield File(chart(one.code, name), SVG, drawing.svg(one, width).encode())


def chart(code: str, width: str) -> str:
    """The name of a drawing's file: wide or narrow."""
    return f"charts/{code}-{width}.svg"
