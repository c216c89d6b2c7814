"""Drawings of every kind, as sheets have them and as they might, and what can be read off a picture of one."""

import csv
import re
from dataclasses import dataclass
from pathlib import Path

from lxml import etree

from casework import reference
from casework.factsheets import lettering
from casework.factsheets.model import Drawing, Kind, Line, Point

LANGUAGES = ("en", "ru", "kk")
LONG = {
    "en": "Asylum-seeker certificate or refugee status granted by a court",
    "ru": "Свидетельство лица, ищущего убежище, или статус беженца, выданный судом",
    "kk": "Баспана іздеушінің куәлігі немесе сот берген босқын мәртебесі",
}
WORDS = {
    "en": ("Women and girls", "Men and boys", "Not recorded", "60 and older"),
    "ru": ("Женщины и девочки", "Мужчины и мальчики", "Не указан", "60 и старше"),
    "kk": ("Әйелдер мен қыздар", "Ерлер мен ұлдар", "Көрсетілмеген", "60 және одан үлкен"),
}
REGIONS = tuple(
    csv.DictReader((Path(reference.__file__).parent / "seed" / "regions.csv").open(encoding="utf-8", newline=""))
)


def drawing(kind: Kind, *lines: Line, code: str = "sample", **others: object) -> Drawing:
    return Drawing(code, kind, "Title", "2025", "Persons", "Source", "Heading", lines, **others)  # type: ignore[arg-type]


def line(code: str, label: str, *points: Point, source: str = "") -> Line:
    return Line(code, label, points, source)


def bars(language: str) -> Drawing:
    values = (412, 174, None, 97, 14, 0)
    points = (Point(f"c{number}", f"{LONG[language]} {'abcdef'[number]}", value) for number, value in enumerate(values))
    return drawing(Kind.BARS, line("all", "", *points), total=871, has_shares=True, highlight="c0")


def columns(language: str) -> Drawing:
    """Two years of months, two lines, in one month both withheld and in one the second."""
    months = [f"{year}-{month:02}" for year in (2024, 2025) for month in range(1, 13)]
    first = [Point(code, code, None if n == 5 else 110 + 7 * n) for n, code in enumerate(months)]
    second = [Point(code, code, None if n in (5, 9) else 240 + 3 * n) for n, code in enumerate(months)]
    names = WORDS[language]
    return drawing(Kind.COLUMNS, line("a", names[0], *first), line("b", names[1], *second))


def year(language: str) -> Drawing:
    points = (Point(f"2025-{month:02}", str(month), None if month == 4 else 97 + month) for month in range(1, 13))
    return drawing(Kind.COLUMNS, line("all", "", *points), highlight="2025-06")


def pyramid(language: str) -> Drawing:
    names = WORDS[language]
    ages = ("0–4", "5–11", "12–17", "18–59", names[3], names[2])
    women = zip(ages, (58, 121, 96, 388, 74, None), strict=True)
    men = zip(ages, (61, 126, None, 241, 1, 0), strict=True)
    return drawing(
        Kind.PYRAMID,
        line("F", names[0], *(Point(age, age, value) for age, value in women)),
        line("M", names[1], *(Point(age, age, value) for age, value in men)),
    )


def tiles(language: str, values: tuple[int | None, ...] = ()) -> Drawing:
    given = values or (11, 18, 27, 171, 24, 0, 142, 61, 23, 15, 74, 52, 11, None, 1298, None, 13, 57, 119, 128, 7)
    points = (Point(one["code"], one[f"label_{language}"], value) for one, value in zip(REGIONS, given, strict=True))
    return drawing(Kind.TILES, line("all", "", *points))


def trend(language: str) -> Drawing:
    """Three sources: one with a gap, one with a withheld number, one that begins late."""
    days = [f"{number}-01-01" for number in range(2012, 2026)]
    absent = [Point(day, day, 600 - 20 * n, is_absent=False) for n, day in enumerate(days)]
    absent[5] = Point(days[5], days[5], None, is_absent=True)
    hidden = [Point(day, day, None if n == 7 else 640 - 21 * n) for n, day in enumerate(days)]
    late = [Point(day, day, None if n < 11 else 300 + n, is_absent=n < 11) for n, day in enumerate(days)]
    return drawing(
        Kind.TREND,
        line("a", LONG[language], *absent, source="a"),
        line("b", WORDS[language][0], *hidden, source="b"),
        line("c", WORDS[language][1], *late, source="c"),
    )


def few_days(language: str) -> Drawing:
    days = ("2023-01-01", "2024-01-01", "2025-01-01")
    first = (Point(day, day, value) for day, value in zip(days, (7866, 8822, 6950), strict=True))
    second = (Point(day, day, value) for day, value in zip(days, (1220, 1340, 1405), strict=True))
    return drawing(Kind.TREND, line("a", WORDS[language][0], *first), line("b", WORDS[language][1], *second))


SAMPLES = (bars, columns, year, pyramid, tiles, trend, few_days)


# -- what can be read off a picture ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Words:
    """A line of text in a picture and the room it takes, in the picture's grid."""

    text: str
    left: float
    top: float
    right: float
    bottom: float

    def touches(self, other: "Words") -> bool:
        return (
            self.left < other.right and other.left < self.right and self.top < other.bottom and other.top < self.bottom
        )


def root(svg: str) -> etree._Element:
    return etree.fromstring(svg.encode())


def name(element: etree._Element) -> str:
    return etree.QName(element).localname


def size(svg: str) -> tuple[float, float]:
    _x, _y, width, height = map(float, root(svg).attrib["viewBox"].split())
    return width, height


def words(svg: str) -> list[Words]:
    """Every line of text that is seen."""
    found = []
    for element in root(svg).iter("{*}text"):
        x, y = place(element)
        points = float(element.attrib["font-size"].removesuffix("px"))
        is_bold = element.get("font-weight") == "600"
        lines = [(part.text or "", float(part.get("dy", "0"))) for part in element] or [(element.text or "", 0.0)]
        for text, lower in lines:
            y += lower
            wide = lettering.width(text, points, is_bold=is_bold) / 1.03
            left = x - {"start": 0.0, "middle": wide / 2, "end": wide}[element.get("text-anchor", "start")]
            found.append(Words(text, left, y - 0.72 * points, left + wide, y + 0.2 * points))
    return found


def place(element: etree._Element) -> tuple[float, float]:
    match = re.fullmatch(r"translate\(([-\d.]+),([-\d.]+)\)", element.get("transform", "translate(0,0)"))
    assert match is not None, element.get("transform")
    return float(match[1]), float(match[2])


def hatched(svg: str) -> list[str]:
    """The outlines of what is withheld."""
    return [one.attrib["d"] for one in root(svg).iter("{*}path") if one.get("fill", "").startswith("url(#")]


def extent(outline: str) -> tuple[float, float]:
    """How wide and how high an outline of absolute or relative straight parts and rounded corners is."""
    numbers = [float(one) for one in re.findall(r"-?\d+(?:\.\d+)?", re.sub(r"C[^LVHCZ]*", "", outline))]
    if "h" in outline:
        _x, _y, wide, high, _back = numbers
        return wide, high
    pairs = [float(one) for one in re.findall(r"-?\d+(?:\.\d+)?", outline)]
    return max(pairs[::2]) - min(pairs[::2]), max(pairs[1::2]) - min(pairs[1::2])
