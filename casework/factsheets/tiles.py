"""The regions as a grid of tiles. No boundary is drawn, and a tile's place is an opinion on nothing."""

import csv
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from flask_babel import gettext as _

from casework import reference
from casework.core import i18n
from casework.factsheets import lettering
from casework.factsheets.layouts import Frame, Plot, Row
from casework.factsheets.model import Drawing, Point

_REGIONS = Path(reference.__file__).parent / "seed" / "regions.csv"
_APART = (0, 4)
"""Where people without a region stand: a corner that no region has."""
_GENERIC = frozenset({"Region", "(city)", "Область", "область", "Город", "город", "облысы", "қаласы"})
"""Words that a tile has no room for and nobody misses."""


_MOST_LINES, _LEAST_WIDTH = 3, 60
_COLUMNS, _GAP = 6, 5


@dataclass(frozen=True)
class _Look:
    """Sizes of a tile, of its number, its name and a line of the name, and of the key."""

    width: float
    height: float
    number: float
    name: float
    line: float
    key: float
    pitch: float


@dataclass(frozen=True)
class Place:
    """Where a region's tile stands, from the upper left. A city's is framed."""

    column: int
    row: int
    is_city: bool


def are_places(points: Sequence[Point]) -> bool:
    """Whether every point is a region with a tile, or people without a region: not regions put together."""
    return all(one.code in _places() for one in points)


def fit(points: Sequence[Point], frame: Frame) -> bool:
    """Whether they can be drawn as tiles: as places whose names a tile has room for."""
    look = _look(frame)
    if look.width < _LEAST_WIDTH or not are_places(points):
        return False
    return all(len(_fitted(code, name, look)[0]) <= _MOST_LINES for code, name in _names(points).items())


def tiles(drawing: Drawing, steps: Sequence[int], frame: Frame) -> Plot:
    """A tile per region: its number, its name, the colour of its step."""
    points = drawing.lines[0].points
    look = _look(frame)
    wide, high = look.width + _GAP, look.height + _GAP
    names = _names(points)
    data: dict[str, list[Row]] = {
        "shown": [],
        "withheld": [],
        "apart": [],
        "framed": [],
        "names": [],
        "keys": [],
        "hatched_keys": [],
    }
    for one in points:
        place = _places()[one.code]
        if one.is_absent or (place is None and one.value == 0):
            continue
        column, row = _APART if place is None else (place.column, place.row)
        at: Row = {"x": column * wide, "y": row * high, "value": one.value}
        if one.value is None:
            data["withheld"].append(at)
        elif place is not None:
            data["shown"].append(at)
        if place is None:
            data["apart"].append(at)
        elif place.is_city:
            data["framed"].append(at)
        lines, size = _fitted(one.code, names[one.code], look)
        number = i18n.number(one.value) if one.value is not None else "–"
        # A long number is set smaller; number and name stand in the middle of the tile together.
        big = min(look.number, look.number * (look.width - 10) / lettering.width(number, look.number, is_bold=True))
        y = at["y"] + (look.height - big * 0.72 - 5 - len(lines) * look.line) / 2 + big * 0.72
        words = {"number": number, "number_size": big, "number_y": y}
        data["names"].append(at | words | {"lines": lines, "name_size": size, "name_y": y + 3 + look.line})
    x, y = 5 * wide, 2 * high + 12
    for least, written in _steps(points, steps):
        data["keys"].append({"x": x, "y": y, "value": least, "lines": [written]})
        y += look.pitch
    if drawing.has_hidden:
        data["hatched_keys"].append(
            {"x": x, "y": y, "lines": lettering.wrapped(_("hidden"), look.width - 17, look.key)}
        )
        y += look.pitch * 2
    lowest = max((one["y"] + look.height for one in data["names"]), default=0)
    params = {
        "steps": steps,
        "tile_width": look.width,
        "tile_height": look.height,
        "name_height": look.line,
        "key_size": look.key,
    }
    return Plot("tiles", frame.width, max(lowest, y - 12), data, params)


def _look(frame: Frame) -> _Look:
    width = (frame.width + _GAP) / _COLUMNS - _GAP
    if frame.is_tight:
        return _Look(width, 57, number=16, name=12.6, line=12, key=12.6, pitch=18)
    return _Look(width, width, number=20, name=11.5, line=12, key=12, pitch=19)


def rows(drawing: Drawing) -> tuple[Point, ...]:
    """The points as bars are drawn of them, by their short names: regions without anybody are left to the table."""
    points = drawing.lines[0].points
    names = _names(points) if are_places(points) else {one.code: one.label for one in points}
    drawn = tuple(one for one in points if one.value != 0) or points
    return tuple(replace(one, label=names[one.code]) for one in drawn)


def _steps(points: Sequence[Point], steps: Sequence[int]) -> list[tuple[int, str]]:
    """The least number of each step and how the step is written, the lowest first."""
    found = [
        (least, f"{i18n.number(least)}–{i18n.number(above - 1)}" if above else f"{i18n.number(least)}+")
        for least, above in zip(steps, [*steps[1:], 0], strict=True)
    ]
    below = [one.value for one in points if one.value is not None and one.value < steps[0]]
    if below:
        found.insert(0, (0, f"0–{steps[0] - 1}" if any(below) else "0"))
    return found


def _names(points: Sequence[Point]) -> Mapping[str, str]:
    """Names without “region” and “city”, but where a city and its region would be called the same."""
    short = {
        one.code: " ".join(word for word in one.label.split() if word not in _GENERIC) or one.label for one in points
    }
    taken = {short[one.code] for one in points if (place := _places()[one.code]) is not None and place.is_city}
    for one in points:
        place = _places()[one.code]
        if place is not None and not place.is_city and short[one.code] in taken:
            short[one.code] = one.label
    return short


def _fitted(code: str, name: str, look: _Look) -> tuple[tuple[str, ...], float]:
    """A name in lines that fit its tile, and their size: rather a little smaller than a word broken."""
    place = _places()[code]
    room = look.width - (9 if place is not None and place.is_city else 7)
    for size in (look.name, look.name - 0.5, look.name - 1, look.name - 1.5):
        if lettering.fits(name, room, size):
            return lettering.wrapped(name, room, size), size
    return lettering.wrapped(name, room, look.name - 1), look.name - 1


@cache
def _places() -> Mapping[str, Place | None]:
    """The regions' tiles by code, as their list is shipped; None: people without a region."""
    with _REGIONS.open(encoding="utf-8", newline="") as file:
        listed: list[tuple[str, dict[str, Any]]] = [
            (one["code"], json.loads(one["attributes"])) for one in csv.DictReader(file)
        ]
    return {
        code: Place(tile[0], tile[1], attributes["type"] == "city") if (tile := attributes["tile"]) else None
        for code, attributes in listed
    }
