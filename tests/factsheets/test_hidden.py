"""Files give away nothing that is withheld: attacks 14, 15 and 20 on page, PDF, spreadsheet, rows and record.

Each attack works on files that are made as tools commonly make them, or on those of a release without protection, and
finds nothing in ours. See tests/disclosure/test_attacks.py for the attacks on numbers.
"""

import io
import json
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import openpyxl
import pypdf
import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from casework.disclosure.protection import protect
from casework.disclosure.tables import At, Facts, Hidden
from casework.factsheets import document, page, record, rows, workbook
from casework.factsheets.content import sheet
from casework.factsheets.model import Count, Drawing, Point, Sheet
from casework.releases import publication
from casework.releases.reading import Cell, Duration, Figure
from tests.conftest import Acting
from tests.disclosure.test_attacks import FRAME, PEOPLE, SEED, other_worlds, released
from tests.factories import World
from tests.factsheets import contents
from tests.releases import published

OUTPUTS: Mapping[str, Callable[[Sheet], bytes]] = {
    "page": lambda found: page.article(found).encode(),
    "pdf": document.pdf,
    "xlsx": workbook.xlsx,
    "csv": rows.hxl_csv,
    "rdf": rows.rdf_csv,
    "json": record.json,
}
SECRET = 73939
"""What stands behind the withheld cells: as no other number of the sheet."""


@pytest.fixture
def _statistics(acting: Acting, world: World) -> Iterator[None]:
    with acting(world.principal("statistics")):
        yield


def _of(facts: Facts, hidden: Hidden) -> Sheet:
    """The sheet of what is published of these facts."""
    release = json.loads(json.dumps(publication.build(FRAME, facts, hidden)))
    return sheet(contents.national("en", release))


TABLE = "refugees_asylum_by_status_origin"
PATTERN: Hidden = {TABLE: frozenset((status, origin) for status in ("REF", "ASR", "*") for origin in ("CHN", "OTHER"))}
"""Of the table: its cells, and what the page and the PDF show of it."""


def _planted(count: int) -> Facts:
    """With this number behind all that is withheld."""
    facts = released(PEOPLE)
    return replace(
        facts,
        tables=tuple(
            replace(one, counts={**one.counts, **dict.fromkeys(PATTERN.get(one.code, ()), count)})
            for one in facts.tables
        ),
    )


def everything(content: bytes) -> str:
    """All that a file holds, packed parts and the text behind pictures unpacked, digits unbroken."""
    parts = [content]
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as file:
            parts = [file.read(name) for name in file.namelist()]
    if content.startswith(b"%PDF"):
        read = pypdf.PdfReader(io.BytesIO(content))
        objects = [read.get_object(number) for number in range(1, read.trailer["/Size"])]
        parts = [repr(one).encode() for one in objects]
        parts += [one.get_data() for one in objects if isinstance(one, pypdf.generic.StreamObject)]
        parts += [one.extract_text().encode() for one in read.pages]
    text = "".join(one.decode("utf-8", "replace") for one in parts)
    return re.sub(r"(?<=\d)[,\u00a0\u202f](?=\d{3})", "", text)


# -- 15, 20: the bytes -----------------------------------------------------------------------------------------


@pytest.mark.usefixtures("_statistics")
def test_15_20_caseloads_that_print_the_same_make_the_same_files() -> None:
    truth = released(PEOPLE)
    hidden = protect(truth, seed=SEED).hidden
    found = _of(truth, hidden)
    worlds = [released(one) for one in other_worlds(publication.build(FRAME, truth, hidden))]
    assert len({one.tables[1].counts["REF", "CHN"] for one in worlds}) > 1
    for name, make in OUTPUTS.items():
        assert {make(_of(one, hidden)) for one in worlds} == {make(found)}, name
        # Without the protection each file tells them apart.
        assert len({make(_of(one, {})) for one in worlds}) > 1, name


@pytest.mark.usefixtures("_statistics")
def test_15_no_part_of_a_file_has_the_number() -> None:
    facts = _planted(SECRET)
    protected, unprotected = _of(facts, PATTERN), _of(facts, {})
    for name, make in OUTPUTS.items():
        assert str(SECRET) not in everything(make(protected)), name
        assert str(SECRET) in everything(make(unprotected)), f"{name}: without the protection it has"


# -- 15: what spreadsheets hold beside what they show ----------------------------------------------------------


def _leaky(leak: Callable[[Any, Any, int], None], count: int = SECRET) -> bytes:
    """A workbook that hides a number only from the eye."""
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True})
    shown = book.add_worksheet("Table")
    shown.write_row(0, 0, ["Afghanistan", 320])
    shown.write_string(1, 0, "China")
    leak(book, shown, count)
    book.close()
    return file.getvalue()


def _format(book: Any, shown: Any, count: int) -> None:
    shown.write_number(1, 1, count, book.add_format({"num_format": '"–";;"–"'}))


def _white(book: Any, shown: Any, count: int) -> None:
    shown.write_number(1, 1, count, book.add_format({"font_color": "white", "pattern": 14}))


def _hidden_sheet(book: Any, shown: Any, count: int) -> None:
    shown.write_string(1, 1, "–")
    exact = book.add_worksheet("Exact")
    exact.write_number(0, 0, count)
    exact.very_hidden()


def _hidden_row(_book: Any, shown: Any, count: int) -> None:
    shown.write_number(2, 1, count)
    shown.set_row(2, None, None, {"hidden": True})


def _cached(_book: Any, shown: Any, count: int) -> None:
    shown.write_formula(1, 1, '=IF(B9<5,"–",B9)', value=count)


def _remark(_book: Any, shown: Any, count: int) -> None:
    shown.write_string(1, 1, "–")
    shown.write_comment(1, 1, f"withheld: {count}")


def _property(book: Any, shown: Any, count: int) -> None:
    shown.write_string(1, 1, "–")
    book.set_custom_property("persons", count)


def _name(book: Any, shown: Any, count: int) -> None:
    shown.write_string(1, 1, "–")
    book.define_name("China", f"={count}")


def _chart(book: Any, shown: Any, count: int) -> None:
    shown.write_string(1, 1, "–")
    data = book.add_worksheet("Data")
    data.write_number(0, 0, count)
    chart = book.add_chart({"type": "bar"})
    chart.add_series({"values": "=Data!$A$1"})
    shown.insert_chart("D2", chart)


LEAKS = (_format, _white, _hidden_sheet, _hidden_row, _cached, _remark, _property, _name, _chart)


@pytest.mark.parametrize("leak", LEAKS, ids=lambda one: one.__name__.strip("_"))
def test_15_a_number_hidden_only_from_the_eye_is_found(leak: Callable[[Any, Any, int], None]) -> None:
    """The same search that finds nothing in ours."""
    assert str(SECRET) in everything(_leaky(leak))


def _fitted(_book: Any, shown: Any, count: int) -> None:
    """As programs fit a column to what stood in it before it was withheld."""
    shown.write_string(1, 1, "–")
    shown.set_column(1, 1, len(f"{count:,}") + 1)


def _largest_first(_book: Any, shown: Any, count: int) -> None:
    for row, (label, number) in enumerate(sorted({"China": count, "Ukraine": 12}.items(), key=lambda one: -one[1]), 2):
        shown.write_row(row, 0, [label, "–" if label == "China" else number])


@pytest.mark.parametrize("leak", [_fitted, _largest_first], ids=lambda one: one.__name__.strip("_"))
def test_14_15_width_and_order_tell_how_large_a_number_is(leak: Callable[[Any, Any, int], None]) -> None:
    assert everything(_leaky(leak, 3)) != everything(_leaky(leak, 1200))


@pytest.mark.usefixtures("_statistics")
def test_14_15_no_width_order_or_length_depends_on_it() -> None:
    few, many = (_planted(count) for count in (3, SECRET))
    for name, make in OUTPUTS.items():
        assert make(_of(few, PATTERN)) == make(_of(many, PATTERN)), name
        assert make(_of(few, {})) != make(_of(many, {})), f"{name}: without the protection they do"


def test_20_the_moment_a_file_was_made_is_not_in_it(in_app: None) -> None:
    """A workbook says when it was saved, by whom, and in which order: other than ours."""
    careless = io.BytesIO()
    openpyxl.Workbook().save(careless)
    book = openpyxl.load_workbook(careless)
    now = datetime.now(UTC).replace(tzinfo=None)
    assert abs((now - book.properties.created).total_seconds()) < 3600
    ours = openpyxl.load_workbook(io.BytesIO(workbook.xlsx(sheet(contents.national()))))
    assert ours.properties.created.isoformat() == "2025-01-01T00:00:00"
    assert ours.properties.modified == ours.properties.created
    assert not ours.properties.creator
    assert not ours.properties.lastModifiedBy


# -- no number from elsewhere ----------------------------------------------------------------------------------


def numbers(one: Any) -> Iterator[Decimal]:
    """Every published number of a sheet."""
    if isinstance(one, Figure | Cell | Point | Count) and one.value is not None:
        yield Decimal(one.value)
    if isinstance(one, Drawing) and one.total is not None:
        yield Decimal(one.total)
    if isinstance(one, Duration) and one.median_days is not None:
        yield Decimal(one.median_days)
    if is_dataclass(one):
        for each in fields(one):
            yield from numbers(getattr(one, each.name))
    elif isinstance(one, Mapping):
        for each in one.values():
            yield from numbers(each)
    elif isinstance(one, tuple):
        for each in one:
            yield from numbers(each)


def _in_workbook(found: Sheet) -> set[Decimal]:
    book = openpyxl.load_workbook(io.BytesIO(workbook.xlsx(found)))
    cells = (cell.value for one in book for row in one.iter_rows() for cell in row)
    return {Decimal(str(one)) for one in cells if isinstance(one, int | float)}


def _in_record(found: Any) -> Iterator[Decimal]:
    if isinstance(found, Mapping):
        for name, one in found.items():
            if name not in ("edition", "version", "threshold"):  # they count nobody
                yield from _in_record(one)
    elif isinstance(found, list):
        for one in found:
            yield from _in_record(one)
    elif isinstance(found, int | float) and not isinstance(found, bool):
        yield Decimal(str(found))


def _in_rows(content: bytes) -> set[Decimal]:
    """What stands between two commas and is a number."""
    cells = re.split(r"[,\r\n]+", content.decode("utf-8-sig"))
    return {Decimal(one) for one in cells if re.fullmatch(r"-?\d+(\.\d+)?", one)}


COUNTS = st.dictionaries(
    st.tuples(st.sampled_from(["ASR", "REF-C", "REF-M"]), st.sampled_from(["AFG", "UKR", "UZB", "OTHER"])),
    st.integers(5000, 9000),
    min_size=1,
)


@given(counts=COUNTS, chosen=st.sets(st.integers(0, 19)))
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_file_has_a_number_that_the_sheet_has_not(in_app: None, counts: dict[At, int], chosen: set[int]) -> None:
    """Whatever is counted and whatever is withheld of it."""
    release = contents.release_content()
    by = {"status": published.STATUS, "origin": published.ORIGIN}
    places = [tuple(one["at"]) for one in published.table("refugees_asylum", by, counts, release["as_of"])["cells"]]
    hidden = [places[number] for number in chosen if number < len(places)]
    table = published.table("refugees_asylum", by, counts, release["as_of"], hidden=hidden)
    found = sheet(contents.national("en", {**release, "tables": [table], "accounts": []}))
    known = set(numbers(found))
    withheld = {_sum(counts, at) for at in hidden} - known - {0}
    assert _in_workbook(found) <= known
    assert set(_in_record(json.loads(record.json(found)))) <= known
    assert _in_rows(rows.hxl_csv(found)) <= known
    assert _in_rows(rows.rdf_csv(found)) <= known | {Decimal(found.as_of.year - 1)}
    for name in ("xlsx", "csv", "rdf", "json"):
        text = everything(OUTPUTS[name](found))
        assert not [one for one in withheld if re.search(rf"(?<![\d.]){one}(?![\d.])", text)]


def _sum(counts: Mapping[At, int], at: At) -> int:
    return sum(n for where, n in counts.items() if all(a in ("*", b) for a, b in zip(at, where, strict=True)))
