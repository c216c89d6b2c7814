"""Whatever is drawn: a picture says nothing but what is shown, and its words keep their room."""

import re
from dataclasses import replace
from datetime import date
from itertools import combinations

import pytest
from flask_babel import force_locale
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from casework.core import i18n
from casework.factsheets import layouts, lettering
from casework.factsheets.drawing import Width, svg
from casework.factsheets.model import Drawing, Kind, Line, Point
from tests.factsheets import drawings
from tests.factsheets.drawings import LANGUAGES, REGIONS, drawing, size, words

pytestmark = pytest.mark.usefixtures("in_app")
slow = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
letters = st.text(alphabet="абвгдежзиклмнопрстуфхцчшщыьэюяәғқңөұүһі -", min_size=1, max_size=60).map(str.strip)
labels = letters.filter(bool)
values = st.one_of(st.none(), st.sampled_from((0, 1, 4, 5, 999, 1000, 1_000_000)), st.integers(0, 3_000))


@st.composite
def any_drawing(draw: st.DrawFn) -> Drawing:
    kind = draw(st.sampled_from(Kind))
    count = draw(st.integers(1, 21))
    lines = 1 if kind in (Kind.BARS, Kind.TILES) else draw(st.integers(2 if kind is Kind.PYRAMID else 1, 3))
    codes = {
        Kind.TILES: [one["code"] for one in REGIONS],
        Kind.COLUMNS: [f"{2024 + n // 12}-{n % 12 + 1:02}" for n in range(count)],
        Kind.TREND: [f"{2000 + n}-01-01" for n in range(count)],
    }.get(kind, [f"code{n}" for n in range(count)])[:count]
    names = (
        [one["label_kk"] for one in REGIONS][:count]
        if kind is Kind.TILES
        else draw(st.lists(labels, min_size=count, max_size=count))
    )
    made = []
    for number in range(lines):
        points = []
        for code, name in zip(codes, names, strict=True):
            is_absent = kind is Kind.TREND and draw(st.integers(0, 5)) == 0
            points.append(Point(code, name, None if is_absent else draw(values), is_absent))
        made.append(Line(f"line{number}", draw(labels), tuple(points), source=f"source{number}"))
    shown = sum(one.value or 0 for one in made[0].points)
    total = draw(st.one_of(st.none(), st.just(shown)))
    is_whole = all(one.value is not None for one in made[0].points)
    return drawing(kind, *made, total=total, has_shares=is_whole and lines == 1 and draw(st.booleans()))


def numbers(made: str) -> set[str]:
    """The numbers that are read in a picture, words left out."""
    return {one.text for one in words(made) if re.search(r"\d", one.text)}


def may_be_said(one: Drawing) -> set[str]:
    """Shown numbers, shares of the published total, sums of one column, round steps of a scale, years."""
    points = [point for line in one.lines for point in line.points]
    shown = [point.value for point in points if point.value is not None]
    sums = [
        sum(line.points[n].value or 0 for line in one.lines)
        for n in range(len(one.lines[0].points))
        if all(line.points[n].value is not None for line in one.lines)
    ]
    largest = max([*shown, 1])
    stacked = max([sum(line.points[n].value or 0 for line in one.lines) for n in range(len(one.lines[0].points))])
    steps = [*layouts.scale(largest), *layouts.scale(stacked or 1)]
    said = {i18n.number(number) for number in (*shown, *sums, *steps)}
    said |= {layouts.share(point, one) for point in points}
    said |= {point.code[:4] for point in points} | {i18n.day(None)}
    # The key of tiles: the same steps whatever is drawn.
    return said | {"0", "0–4", "5–19", "20–49", "50–99", "100–149", "150+"}


@slow
@given(any_drawing(), st.sampled_from(Width), st.sampled_from(LANGUAGES))
def test_no_number_is_read_that_is_not_published(in_app: None, one: Drawing, width: Width, language: str) -> None:
    with force_locale(language):
        made = svg(one, width)
        read = numbers(made)
        if one.kind is Kind.PYRAMID and len(one.lines) > 2:
            # The third line, in words: its sentence may be broken before the last number and the full stop.
            read = {each.rstrip(".") for each in read if not re.search(r"[^\W\d_]{2}|;|–|:", each)}
        days = {i18n.day(drawings_day(point)) for line in one.lines for point in line.points}
        assert read <= may_be_said(one) | days


def drawings_day(point: Point) -> object:
    return date.fromisoformat(point.code) if re.fullmatch(r"\d{4}-\d\d-\d\d", point.code) else None


@slow
@given(any_drawing(), st.sampled_from(Width), st.sampled_from(LANGUAGES))
def test_words_keep_their_room_whatever_they_are(in_app: None, one: Drawing, width: Width, language: str) -> None:
    with force_locale(language):
        made = svg(one, width)
    wide, high = size(made)
    found = [each for each in words(made) if each.text.strip()]
    for each in found:
        assert each.left >= -1.5, each
        assert each.right <= wide + 1.5, each
        assert each.top >= -1.5, each
        assert each.bottom <= high + 1.5, each
    for each, other in combinations(found, 2):
        assert not each.touches(other), (each, other)


@slow
@given(any_drawing(), st.sampled_from(Width))
def test_a_picture_is_a_function_of_what_is_drawn(in_app: None, one: Drawing, width: Width) -> None:
    """Neither what it is called in the table, its source nor its total move a bar."""
    made = svg(one, width)
    assert made == svg(one, width)
    plain = replace(one, has_shares=False, total=None)
    other = replace(plain, total=987_654, table="other", source="other", heading="other", note="other")
    assert shapes(svg(plain, width)) == shapes(svg(other, width))


def shapes(made: str) -> str:
    """Everything but the words that are read aloud."""
    return re.sub(r"<(title|desc).*?</\1>", "", made)


@slow
@given(st.lists(values, min_size=2, max_size=12), st.sampled_from(Width), st.data())
def test_the_scale_is_of_the_numbers_that_are_shown(
    in_app: None, found: list[int | None], width: Width, data: st.DataObject
) -> None:
    """Left out, a withheld number changes no bar, column or number: it moved nothing while it stood there."""
    points = [Point(f"c{n}", chr(97 + n), value) for n, value in enumerate(found)]
    one = drawing(Kind.BARS, Line("all", "", tuple(points)))
    left = drawing(Kind.BARS, Line("all", "", tuple(point for point in points if point.value is not None)))
    assert lengths(svg(one, width)) == (lengths(svg(left, width)) if left.lines[0].points else [])


def lengths(made: str) -> list[float]:
    bars = [
        each.attrib["d"] for each in drawings.root(made).iter("{*}path") if each.get("fill") in ("#4b93cf", "#0a69b3")
    ]
    return [round(drawings.extent(outline)[0], 1) for outline in bars]


@slow
@given(letters, st.floats(30, 400), st.sampled_from((11.0, 13.5)), st.sampled_from(LANGUAGES))
def test_wrapped_words_are_the_same_words_and_fit(
    in_app: None, text: str, room: float, points: float, language: str
) -> None:
    with force_locale(language):
        lines = lettering.wrapped(text, room, points)
    assert all(lettering.width(each, points) <= room for each in lines)
    assert "".join(lines).replace("-", "").replace(" ", "") == text.replace("-", "").replace(" ", "")
