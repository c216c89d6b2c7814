"""Pictures of drawings: what they hold, what they leave out, that their words can be read at every width."""

import hashlib
import os
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from itertools import combinations

import pytest
import typst
from flask_babel import force_locale

from casework.core import i18n
from casework.core.typesetting import FONTS
from casework.factsheets import tiles
from casework.factsheets.drawing import Width, described, svg
from casework.factsheets.model import Drawing, Kind, Point
from tests.factsheets import drawings
from tests.factsheets.conftest import SheetIn
from tests.factsheets.drawings import LANGUAGES, SAMPLES, drawing, hatched, line, root, size, words

pytestmark = pytest.mark.usefixtures("in_app")
Sample = Callable[[str], Drawing]

ALLOWED = {
    "svg": {"viewBox", "width", "height", "role", "aria-labelledby", "fill", "font-family"},
    "title": {"id"},
    "desc": {"id"},
    "defs": set(),
    "pattern": {"id", "width", "height", "patternUnits"},
    "path": {"transform", "d", "fill", "stroke", "stroke-width", "stroke-dasharray", "stroke-linecap", "opacity"},
    "line": {"transform", "x2", "y2", "stroke", "stroke-width", "opacity"},
    "text": {"transform", "text-anchor", "font-size", "font-weight", "fill"},
    "tspan": {"x", "dy"},
}
every = pytest.mark.parametrize("sample", SAMPLES, ids=lambda one: one.__name__)
everywhere = pytest.mark.parametrize("width", Width, ids=lambda one: one.name)


@every
@everywhere
def test_a_picture_holds_shapes_and_words_and_nothing_else(sample: Sample, width: Width) -> None:
    """No style, script, address, name of a mark: it may stand in any page, PDF or file."""
    made = svg(sample("en"), width)
    for element in root(made).iter():
        assert set(element.attrib) <= ALLOWED[drawings.name(element)], drawings.name(element)
    assert not re.search(r"style|script|href|class=|https?://(?!www\.w3\.org/2000/svg)", made)
    assert not re.search(r"\.\d{3}", made), "coordinates of more than two decimals"
    assert len(made) < 20_000


@every
@everywhere
def test_ids_are_its_own_and_it_says_what_it_is(sample: Sample, width: Width) -> None:
    one = replace(sample("en"), code="refugees:origin")
    tree = root(svg(one, width))
    ids = [element.attrib["id"] for element in tree.iter() if "id" in element.attrib]
    prefix = f"refugees-origin-{width.name.lower()}"
    assert len(ids) == len(set(ids))
    assert all(found.startswith(prefix) for found in ids)
    assert tree.attrib["role"] == "img"
    assert tree.attrib["aria-labelledby"].split() == [f"{prefix}-title", f"{prefix}-desc"]
    assert tree.findtext("{*}title") == "Title | 2025"
    assert tree.findtext("{*}desc") == described(one)
    assert float(tree.attrib["width"]) == width.value
    assert tree.attrib["width"] != "0"


@every
@everywhere
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_word_is_cut_off_or_set_over_another(sample: Sample, width: Width, language: str) -> None:
    with force_locale(language):
        made = svg(sample(language), width)
    wide, high = size(made)
    found = [one for one in words(made) if one.text]
    for one in found:
        assert one.left >= -1, one
        assert one.right <= wide + 1, one
        assert one.top >= -1, one
        assert one.bottom <= high + 1, one
    for one, other in combinations(found, 2):
        assert not one.touches(other), (one, other)


@every
@everywhere
def test_type_is_never_too_small(sample: Sample, width: Width) -> None:
    """10 pixels on a screen, 6 points on paper; both only in a tile."""
    made = svg(sample("ru"), width)
    scale = width.value / size(made)[0]
    least = min(float(one) for one in re.findall(r'font-size="([\d.]+)px"', made)) * scale
    assert least >= (6 if width in (Width.PRINT, Width.PRINT_NARROW) else 10)


def test_the_same_drawing_makes_the_same_bytes_in_any_process() -> None:
    made = {(one.__name__, width): svg(one("kk"), width) for one in SAMPLES for width in Width}
    again = {(one.__name__, width): svg(one("kk"), width) for one in reversed(SAMPLES) for width in Width}
    assert made == again
    digest = hashlib.sha256("".join(made[one.__name__, Width.WIDE] for one in SAMPLES).encode()).hexdigest()
    elsewhere = subprocess.run(
        [sys.executable, "-c", ELSEWHERE],
        env={**os.environ, "PYTHONHASHSEED": "7", "TZ": "America/Lima", "LANG": "tr_TR.UTF-8"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert elsewhere.stdout.strip() == digest


ELSEWHERE = """
import hashlib
from flask import Flask
from casework.core import i18n
from casework.factsheets.drawing import Width, svg
from tests.factsheets.drawings import SAMPLES
app = Flask("words")
i18n.babel.init_app(app)
with app.app_context():
    made = "".join(svg(one("kk"), Width.WIDE) for one in SAMPLES)
print(hashlib.sha256(made.encode()).hexdigest())
"""


def test_every_picture_of_a_sheet_can_be_set_in_a_pdf(national: SheetIn, tmp_path: object) -> None:
    """Typst reads them all, with the shipped font alone, for a tagged PDF."""
    source = ['#set document(title: "Pictures")', '#set text(font: "Golos Text")']
    files: dict[str, str] = {}
    for language in LANGUAGES:
        with force_locale(language):
            for number, one in enumerate(national(language).all_drawings):
                for width in (Width.PRINT, Width.PRINT_NARROW):
                    files[f"{language}-{number}-{width.name}.svg"] = svg(one, width)
    for name, content in files.items():
        with open(f"{tmp_path}/{name}", "w", encoding="utf-8") as file:  # noqa: PTH123
            file.write(content)
        source.append(f'#image("{name}", alt: "A picture")')
    with open(f"{tmp_path}/all.typ", "w", encoding="utf-8") as file:  # noqa: PTH123
        file.write("\n".join(source))
    made = typst.compile(
        f"{tmp_path}/all.typ", font_paths=[str(FONTS)], ignore_system_fonts=True, pdf_standards=["ua-1"]
    )
    assert made.startswith(b"%PDF")


# -- what is withheld --------------------------------------------------------------------------------------------------


@every
@everywhere
def test_what_is_withheld_is_hatched_the_same_wherever_it_stands(sample: Sample, width: Width) -> None:
    one = sample("en")
    made = svg(one, width)
    extents = {tuple(round(side) for side in drawings.extent(outline)) for outline in hatched(made)}
    extents -= {(12, 12), (13, 13), (13, 14)}  # in a key
    assert len(extents) == (1 if one.has_hidden else 0)
    if one.has_hidden:
        assert "hidden" in " ".join(found.text for found in words(made)) or "–" in {found.text for found in words(made)}
        assert "hidden to protect people" in described(one)
    else:
        assert "hidden" not in made


@everywhere
def test_what_nobody_published_is_a_gap(width: Width) -> None:
    one = drawings.trend("en")
    whole = replace(
        one,
        lines=tuple(
            replace(each, points=tuple(replace(p, value=p.value or 400, is_absent=False) for p in each.points))
            for each in one.lines
        ),
    )
    assert strokes(svg(whole, width)) == 3  # one for each source
    # A gap in the first, one where a number of the second is withheld; the third begins late.
    assert strokes(svg(one, width)) == 5
    assert len(hatched(svg(one, width))) == 2  # at the day, and in the key


def strokes(made: str) -> int:
    return len([one for one in root(made).iter("{*}path") if one.get("stroke-width") == "2.5"])


def test_half_a_year_of_one_source_is_no_gap_of_another() -> None:
    days = ("2023-01-01", "2023-07-01", "2024-01-01")
    yearly = (Point(day, day, 100, is_absent=False) for day in (days[0], days[2]))
    first, last = yearly
    one = drawing(
        Kind.TREND,
        line("a", "A", *(Point(day, day, 70) for day in days)),
        line("b", "B", first, Point(days[1], days[1], None, is_absent=True), last),
    )
    assert strokes(svg(one, Width.WIDE)) == 2


def test_an_all_hidden_drawing_and_an_empty_one_are_pictures_too() -> None:
    for kind in Kind:
        made = svg(drawing(kind), Width.NARROW)
        assert [one.text for one in words(made)] == ["There are no numbers to show."]
        assert described(drawing(kind)) == "There are no numbers to show."
        hidden = tuple(Point(code, code, None) for code in ("2024-01", "2024-02"))
        lines = (line("a", "A", *hidden), line("b", "B", *hidden))
        assert hatched(svg(drawing(kind, *lines), Width.NARROW))


# -- each kind ---------------------------------------------------------------------------------------------------------


def test_bars_tell_number_and_share_and_one_stands_out() -> None:
    made = svg(drawings.bars("en"), Width.WIDE)
    found = [one.text for one in words(made)]
    assert found[-1] == "hidden"
    assert {"412", "47%", "174", "20%", "0", "0%"} <= set(found)
    assert made.count('fill="#0a69b3"') == 1


def test_shares_are_told_of_the_published_total_only() -> None:
    one = replace(drawings.bars("en"), has_shares=False)
    assert "%" not in svg(one, Width.WIDE) + described(one)
    assert "%" not in svg(replace(one, has_shares=True, total=None), Width.WIDE)


def test_a_share_that_rounds_to_nothing_is_said_to_be_small() -> None:
    one = drawing(Kind.BARS, line("all", "", Point("a", "A", 1), Point("b", "B", 999)), total=1000, has_shares=True)
    assert {"less than 1%", "more than 99%"} <= {each.text for each in words(svg(one, Width.WIDE))}
    assert described(one) == "A: 1 (less than 1%); B: 999 (more than 99%). Total: 1,000."


def test_columns_have_sums_or_gridlines_never_both() -> None:
    few, many = svg(drawings.year("en"), Width.WIDE), svg(drawings.columns("en"), Width.NARROW)
    assert {"109", "Jan", "Dec", "hidden"} <= {one.text for one in words(few)} | {"hidden"}
    assert "50" not in {one.text for one in words(few)}
    assert {"200", "400", "600"} <= {one.text for one in words(many)}
    assert "350" not in {one.text for one in words(many)}  # the sum of the first month


def test_months_are_short_and_years_are_told_once() -> None:
    with force_locale("ru"):
        found = [one.text for one in words(svg(drawings.columns("ru"), Width.WIDE))]
    assert "янв" in found
    assert found.count("2024") == found.count("2025") == 1


def test_regions_are_tiles_where_there_is_room_and_bars_on_phones() -> None:
    one = drawings.tiles("kk")
    with force_locale("kk"):
        wide, narrow = svg(one, Width.WIDE), svg(one, Width.NARROW)
    # A city and the region around it are told apart; other names go without “region”.
    assert {"Алматы", "облысы", "Абай", "150+", "1\u00a0298"} <= {each.text for each in words(wide)}
    assert "0" in {each.text for each in words(wide)}
    assert "0" not in {each.text for each in words(narrow)}
    assert "Алматы облысы" in {each.text for each in words(narrow)}
    names = [each.text for each in words(narrow)]
    assert names.index("Абай") < names.index("Ақмола"), "the order of the drawing"


def test_regions_that_are_put_together_are_bars() -> None:
    one = drawing(Kind.TILES, line("all", "", Point("SOUTH", "South", 70), Point("KZ-71", "Astana (city)", 30)))
    assert {"South", "Astana (city)"} <= {each.text for each in words(svg(one, Width.WIDE))}


def test_people_without_a_region_stand_apart_if_there_are_any() -> None:
    values = (11, 18, 27, 171, 24, 0, 142, 61, 23, 15, 74, 52, 11, None, 298, None, 13, 57, 119, 128)
    assert "Not" in svg(drawings.tiles("en", (*values, None)), Width.WIDE)
    made = words(svg(drawings.tiles("en", (*values, 0)), Width.WIDE))
    assert not any(each.text.startswith("Not") for each in made)


def test_tiles_have_one_place_each_as_the_list_of_regions_says() -> None:
    found = {code: place for code, place in tiles._places().items() if place is not None}
    assert len(found) == 20
    assert len({(one.column, one.row) for one in found.values()}) == 20
    assert tiles._APART not in {(one.column, one.row) for one in found.values()}
    assert {code for code, one in found.items() if one.is_city} == {"KZ-71", "KZ-75", "KZ-79"}


def test_a_third_line_of_a_pyramid_is_told_in_words() -> None:
    one = drawings.pyramid("en")
    others = line("U", "Not recorded", *(replace(point, value=7) for point in one.lines[0].points))
    made = svg(replace(one, lines=(*one.lines, others)), Width.WIDE)
    assert "Not recorded – 0–4: 7; 5–11: 7;" in " ".join(each.text for each in words(made))


def test_numbers_are_grouped_as_the_language_does() -> None:
    for language, number in (("en", "7,866"), ("ru", "7\u00a0866"), ("kk", "7\u00a0866")):
        with force_locale(language):
            assert number in {one.text for one in words(svg(drawings.few_days(language), Width.WIDE))}
            assert number in described(drawings.few_days(language))


def test_a_description_says_every_number_and_whose_it_is() -> None:
    one = drawings.pyramid("en")
    said = described(one)
    assert said.startswith("Women and girls – 0–4: 58; 5–11: 121;")
    for each in one.lines:
        for point in each.points:
            if point.value is not None:
                assert f"{point.label}: {i18n.number(point.value)}" in said
    assert said.count("hidden to protect people") == 2


def test_a_character_that_no_file_may_hold_is_left_out() -> None:
    one = drawing(Kind.BARS, line("all", "", Point("a", "A\x01<b>&\tC", 4)))
    assert "A <b>& C" in [each.text for each in words(svg(one, Width.WIDE))]
