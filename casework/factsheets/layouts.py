"""Where everything in a picture stands: what a Vega-Lite file of specs/ is given to draw, in pixels of its own grid.

A function of the drawing and the width alone. Scales come from the numbers that are shown; what is withheld takes the
same room wherever its number lies.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask_babel import gettext as _

from casework.core import i18n
from casework.factsheets import lettering
from casework.factsheets.model import Drawing, Line, Point
from casework.figures import shares

TEXT, NUMBER, MUTED = 13.5, 14, 13
SMALLEST = 11
"""Sizes of type. On paper the grid is finer, so that 12.6 is 7 pt."""
LINE = 17

Row = dict[str, Any]


@dataclass(frozen=True)
class Frame:
    """The room a picture has: how wide it is in its own grid, and whether it is set tight, for paper."""

    width: float
    is_tight: bool = False

    @property
    def smallest(self) -> float:
        """The smallest type that can be read."""
        return 12.6 if self.is_tight else SMALLEST


@dataclass(frozen=True)
class Plot:
    """What a file of specs/ is given: its size, its parameters, its data."""

    spec: str
    width: float
    height: float
    data: Mapping[str, Sequence[Row]]
    params: Mapping[str, Any] = field(default_factory=dict)


def empty(frame: Frame) -> Plot:
    """What stands where there is nothing to draw."""
    lines = lettering.wrapped(_("There are no numbers to show."), frame.width, TEXT)
    labels = [{"lines": lines, "y": 14}]
    return Plot("bars", frame.width, 4 + LINE * len(lines), {"labels": labels}, {"line_height": LINE})


# -- bars --------------------------------------------------------------------------------------------------------------


def bars(drawing: Drawing, points: Sequence[Point], frame: Frame) -> Plot:
    """A row per point: its label in as many lines as it needs, under it the bar."""
    thickness, above, below = (14, 4, 8) if frame.is_tight else (17, 6, 12)
    rows, y = [], 0.0
    for one in points:
        lines = lettering.wrapped(one.label, frame.width, TEXT)
        top = y + LINE * len(lines) + above - 2
        rows.append(_Bar(one, lines, y + 14, top))
        y = top + thickness + below
    return _bars(drawing, rows, frame, y - below + 2, thickness=thickness, start=0)


def bars_beside(drawing: Drawing, points: Sequence[Point], frame: Frame) -> Plot:
    """A row per point, the bar beside its label: for many labels on a phone. Long ones stand above."""
    labels = [lettering.wrapped(one.label, frame.width * 0.36, TEXT) for one in points]
    if any(len(lines) > 2 for lines in labels):
        return bars(drawing, points, frame)
    start = lettering.widest([line for lines in labels for line in lines], TEXT) + 10
    rows, y, thickness = [], 0.0, 15
    for one, lines in zip(points, labels, strict=True):
        high = LINE * (len(lines) - 1) + 27
        rows.append(_Bar(one, lines, y + 18, y + (high - thickness) / 2))
        y += high
    return _bars(drawing, rows, frame, y, thickness=thickness, start=start)


@dataclass(frozen=True)
class _Bar:
    """A point with its label's lines, where the first of them stands, and the upper edge of its bar."""

    point: Point
    lines: tuple[str, ...]
    y: float
    top: float


def _bars(
    drawing: Drawing, rows: Sequence[_Bar], frame: Frame, height: float, *, thickness: float, start: float
) -> Plot:
    points = [row.point for row in rows]
    most = greatest(points)
    tail = max((_behind(one) + lettering.width(share(one, drawing), MUTED) for one in points), default=0)
    data: dict[str, list[Row]] = {
        "labels": [{"lines": row.lines, "y": row.y} for row in rows],
        "shown": [],
        "withheld": [],
    }
    for row in rows:
        one, place = row.point, {"top": row.top, "baseline": row.top + thickness / 2 + 5}
        if one.value is not None:
            data["shown"].append(
                place
                | {
                    "length": length(one.value, most),
                    "number": i18n.number(one.value),
                    "share": share(one, drawing),
                    "behind": _behind(one),
                    "stands_out": one.code == drawing.highlight,
                }
            )
        elif not one.is_absent:
            data["withheld"].append(place | {"word": _("hidden")})
    params = {
        "most": most,
        "start": start,
        "room": frame.width - start - tail - 1,
        "thickness": thickness,
        "line_height": LINE,
    }
    return Plot("bars", frame.width, height, data, params)


def _behind(point: Point) -> float:
    """From the end of its bar to where the share stands, behind the number."""
    return 8 + lettering.width(i18n.number(point.value), NUMBER, is_bold=True) + 7


# -- women and men -----------------------------------------------------------------------------------------------------


def pyramid(drawing: Drawing, frame: Frame) -> Plot:
    """The first line to the left, the second to the right; what a third one says, in words below."""
    thickness, pitch, line_height = (14, 21, 15) if frame.is_tight else (20, 33, 16)
    sides = drawing.lines[:2]
    points = [one for line in sides for one in line.points]
    most = greatest(points)
    labels = [lettering.wrapped(one.label, min(frame.width * 0.3, 112), MUTED) for one in sides[0].points]
    between = max(lettering.widest([text for lines in labels for text in lines], MUTED) + 24, 52)
    left, right = (frame.width - between) / 2, (frame.width + between) / 2
    tail = 7 + lettering.widest([i18n.number(one.value) for one in points], NUMBER, is_bold=True)
    word, block, word_size = _word(left)
    heads = [lettering.wrapped(one.label, left - 4, TEXT, is_bold=True) for one in sides]
    y = 2 + line_height * max(map(len, heads))
    data: dict[str, list[Row]] = {
        "heads": [
            {"is_left": not number, "lines": lines, "y": y - 4 - line_height * (len(lines) - 1)}
            for number, lines in enumerate(heads)
        ],
        "labels": [],
        "shown_left": [],
        "shown_right": [],
        "withheld": [],
        "notes": [],
    }
    y += 6
    for number, lines in enumerate(labels):
        high = max(pitch, line_height * len(lines) + 6)
        middle = y + high / 2
        data["labels"].append({"lines": lines, "y": middle + 4.5 - line_height * (len(lines) - 1) / 2})
        for line, side in zip(sides, ("shown_left", "shown_right"), strict=True):
            point = line.points[number]
            place = {"top": middle - thickness / 2, "baseline": middle + 5}
            if point.value is not None:
                data[side].append(place | {"length": length(point.value, most), "number": i18n.number(point.value)})
            elif not point.is_absent:
                data["withheld"].append(place | {"is_left": side == "shown_left", "word": word})
        y += high
    for line in drawing.lines[2:]:
        words = lettering.wrapped(sentence(line, drawing), frame.width, MUTED)
        data["notes"].append({"lines": words, "y": y + 20})
        y += 10 + line_height * len(words)
    params = {
        "most": most,
        "left": left,
        "right": right,
        "room": min(left - tail - 1, 190),
        "thickness": thickness,
        "line_height": line_height,
        "block": block,
        "word_size": word_size,
    }
    return Plot("pyramid", frame.width, y + 2 + (4 if data["notes"] else 0), data, params)


def _word(room: float) -> tuple[str, float, float]:
    """“hidden” beside a hatch, how wide the hatch is, and in which size; a dash where there is no room for the word."""
    for block, size in ((40, MUTED), (28, MUTED), (24, 12.6), (24, SMALLEST)):
        if lettering.width(_("hidden"), size) + block + 8 <= room:
            return _("hidden"), block, size
    return "–", 40, MUTED


# -- numbers and words -------------------------------------------------------------------------------------------------


def greatest(points: Iterable[Point]) -> int:
    """The largest number that is shown; 1 where there is none, for a scale has to end somewhere."""
    return max((one.value or 0 for one in points), default=0) or 1


def scale(most: float) -> list[int]:
    """Round numbers from zero to one that no number exceeds, in three to five steps."""
    power = 1
    while True:
        for step in (power, 2 * power, 5 * power):
            if step * 5 >= most:
                return [step * number for number in range(-(-int(most) // step) + 1)]
        power *= 10


def length(value: int, most: int) -> float:
    """How long its bar is, in the unit of the scale: one person among a million is a line that can be seen."""
    return max(value, most / 200) if value else 0


def share(point: Point, drawing: Drawing) -> str:
    """The point's share of the published total: 47 %. Empty where none is told."""
    if not drawing.has_shares or not drawing.total or point.value is None:
        return ""
    return shares.share(point.value, drawing.total)


def sentence(line: Line, drawing: Drawing) -> str:
    """A line in words: every number it shows, and what is hidden."""
    words = [
        _("%(label)s: %(number)s", label=one.label, number=_said(one, drawing))
        for one in line.points
        if not one.is_absent
    ]
    said = "; ".join(words) or _("nothing published")
    return f"{line.label} – {said}." if len(drawing.lines) > 1 else f"{said}."


def _said(point: Point, drawing: Drawing) -> str:
    if point.value is None:
        return _("hidden to protect people")
    told = share(point, drawing)
    return f"{i18n.number(point.value)} ({told})" if told else i18n.number(point.value)
