"""Lines over days: several sources on one scale, each named where its line ends."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise

from flask_babel import gettext as _

from casework.core import i18n
from casework.factsheets import lettering
from casework.factsheets.layouts import MUTED, NUMBER, Frame, Plot, Row, greatest, scale
from casework.factsheets.model import Drawing, Line

_YEAR_OF_DAYS = 400
"""Two numbers of one source are joined when no more days lie between them. A year that it did not publish is a gap."""
_NAME = 13
_SIZE = NUMBER - 1
_KEY = 17
"""Sizes of a line's name, of the numbers at its points, and how wide its mark before the name is."""


@dataclass(frozen=True)
class _Axes:
    """From days and persons to the grid of the picture."""

    first: int
    last: int
    most: float
    top: float
    bottom: float
    left: float
    right: float

    def x(self, day: int) -> float:
        return self.left + (day - self.first) / (self.last - self.first) * (self.right - self.left)

    def y(self, value: int) -> float:
        return self.bottom - value / self.most * (self.bottom - self.top)


def trend(drawing: Drawing, frame: Frame) -> Plot:
    """Lines over days; numbers at the points where all of them fit, else gridlines."""
    # A source that published nothing in these days has no line and needs no name.
    lines = tuple(line for line in drawing.lines if not all(one.is_absent for one in line.points))
    drawing = replace(drawing, lines=lines)
    is_narrow = frame.width < 400
    is_named = not is_narrow and len(drawing.lines) > 1
    room = min(_widest_name(drawing) + _KEY, frame.width * 0.36) if is_named else 0.0
    names, hatched, y = ([], [], 0.0) if is_named else _names_above(drawing, frame)
    high = 95 if frame.is_tight else 160
    points = [one for line in drawing.lines for one in line.points if not one.is_absent]
    days = sorted({day(one.code) for one in points})
    first, last = (days[0], days[-1]) if days[0] < days[-1] else (days[0] - 183, days[0] + 183)
    half = max(lettering.widest([i18n.number(one.value) for one in points], _SIZE, is_bold=True) / 2 + 4, 18)
    right = frame.width - room - half - (6 if room else 0)
    axes = _Axes(first, last, greatest(points), y + 22, y + 22 + high, half, right)
    numbers = _numbers(drawing, axes)
    ticks: list[Row] = []
    axis = 0.0
    if numbers is None:
        steps = scale(axes.most)
        ticks = [{"value": value, "number": i18n.number(value)} for value in steps[1:]]
        axis = lettering.widest([one["number"] for one in ticks], MUTED) + 10
        right = frame.width - room - (24 if room else 18)
        axes = _Axes(first, last, steps[-1], y + 8, y + 8 + high, axis + 14, right)
    leaders: list[Row] = []
    if is_named:
        names, hatched, leaders = _names_beside(drawing, axes, frame.width, room)
    data: dict[str, list[Row]] = {
        "ticks": ticks,
        "years": list(_years(axes, days)),
        "parts": list(_parts(drawing.lines)),
        "points": [
            {"day": day(one.code), "value": one.value, "size": 40 if numbers is None else 60} | _look(drawing, number)
            for number, line in enumerate(drawing.lines)
            for one in line.points
            if one.value is not None
        ],
        "withheld": [{"day": one} for one in sorted({day(one.code) for one in points if one.value is None})],
        "numbers": numbers or [],
        "leaders": leaders,
        "names": names,
        "hatched_keys": hatched,
    }
    params = {
        "first": first,
        "last": last,
        "most": axes.most,
        "top": axes.top,
        "bottom": axes.bottom,
        "left": axes.left,
        "right": axes.right,
        "axis": axis,
        "number_size": _SIZE,
    }
    lowest = max((one["y"] + 16 * (len(one["lines"]) - 1) for one in [*names, *hatched]), default=0)
    return Plot("trend", frame.width, max(axes.bottom + 24, lowest + 6), data, params)


def day(code: str) -> int:
    """The day that a point's code names, counted from the first of all days. 2025 and 2025-01: their first day."""
    return date.fromisoformat(code + "-01-01"[len(code) - 4 :] if len(code) < 10 else code[:10]).toordinal()


def _look(drawing: Drawing, number: int) -> Row:
    """The colour of the line's source, and a shape of its own: lines are told apart without colours too."""
    sources = list(dict.fromkeys(one.source or one.code for one in drawing.lines))
    line = drawing.lines[number]
    return {"colour": sources.index(line.source or line.code) % 5, "shape": number % 4}


def _parts(lines: Sequence[Line]) -> Iterator[Row]:
    """The lines in parts that are drawn through: broken where a number is withheld or a year was not published."""
    part = 0
    sources = list(dict.fromkeys(one.source or one.code for one in lines))
    for line in lines:
        part += 1
        last: int | None = None
        for one in line.points:
            if one.is_absent:
                continue
            if one.value is None:
                part += 1
                last = None
                continue
            now = day(one.code)
            if last is not None and now - last > _YEAR_OF_DAYS and _is_gap(line, last, now):
                part += 1
            yield {"day": now, "value": one.value, "part": part, "colour": sources.index(line.source or line.code) % 5}
            last = now


def _is_gap(line: Line, after: int, before: int) -> bool:
    return any(one.is_absent and after < day(one.code) < before for one in line.points)


# -- words around the lines --------------------------------------------------------------------------------------------


def _numbers(drawing: Drawing, axes: _Axes) -> list[Row] | None:
    """The numbers above their points, or below where another stands there; None if they do not all fit."""
    taken: list[tuple[float, float, float, float]] = []
    # Where two sources say the same of a day, it is said once.
    marks = dict.fromkeys(
        (axes.x(day(one.code)), axes.y(one.value), one.code, one.value)
        for line in drawing.lines
        for one in line.points
        if one.value is not None
    )
    lines = [
        (axes.x(before["day"]), axes.y(before["value"]), axes.x(after["day"]), axes.y(after["value"]))
        for before, after in pairwise(_parts(drawing.lines))
        if before["part"] == after["part"]
    ]
    found = []
    for x, y, code, value in marks:
        half = lettering.width(i18n.number(value), _SIZE, is_bold=True) / 2 + 3
        for dy in (-9, 19):
            box = (x - half, y + dy - 11, x + half, y + dy + 3)
            if box[3] > axes.bottom - 2 or box[1] < axes.top - 24:
                continue
            if any(_touch(box, other) for other in taken) or any(_crosses(box, one) for one in lines):
                continue
            if any(_touch(box, (a - 5, b - 5, a + 5, b + 5)) for a, b, *_rest in marks if (a, b) != (x, y)):
                continue
            taken.append(box)
            found.append({"day": day(code), "value": value, "number": i18n.number(value), "dy": dy})
            break
        else:
            return None
    return found


def _touch(one: tuple[float, float, float, float], other: tuple[float, float, float, float]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _crosses(box: tuple[float, float, float, float], line: tuple[float, float, float, float]) -> bool:
    """Whether a straight line runs through the box: looked at where their sides overlap."""
    x1, y1, x2, y2 = line
    low, high = max(box[0], x1), min(box[2], x2)
    if low >= high or x1 == x2:
        return False
    ends = [y1 + (x - x1) / (x2 - x1) * (y2 - y1) for x in (low, high)]
    return min(ends) < box[3] - 1 and max(ends) > box[1] + 1


def _years(axes: _Axes, days: Sequence[int]) -> Iterator[Row]:
    """Years along the axis, as many as stand apart; where no new year is in sight, the first and the last day."""
    first, last = date.fromordinal(axes.first).year, date.fromordinal(axes.last).year
    starts = [(date(year, 1, 1).toordinal(), year) for year in range(first, last + 2)]
    inside = [(start, year) for start, year in starts if axes.first <= start <= axes.last]
    if len(inside) < 2:
        for number, one in enumerate(dict.fromkeys((days[0], days[-1]))):
            align = "center" if len(set(days)) == 1 else ("left", "right")[number]
            yield {"day": one, "lines": [i18n.day(date.fromordinal(one))], "align": align}
        return
    apart = lettering.width("2000", MUTED) + 8
    every = next(
        every for every in (1, 2, 5, 10, 20, 50, 100) if every * (axes.x(inside[1][0]) - axes.x(inside[0][0])) >= apart
    )
    # Counted from the last year: the newest is always named.
    for start, year in inside:
        if (inside[-1][1] - year) % every == 0:
            yield {"day": start, "lines": [str(year)], "align": "center"}


def _widest_name(drawing: Drawing) -> float:
    return max(
        [lettering.width(one.label, _NAME) for one in drawing.lines]
        + ([lettering.width(_("hidden"), MUTED)] if drawing.has_hidden else [])
    )


def _names_above(drawing: Drawing, frame: Frame) -> tuple[list[Row], list[Row], float]:
    """On phones: a row per line above the picture."""
    names, hatched, y = [], [], 12.0
    if len(drawing.lines) > 1:
        for number, line in enumerate(drawing.lines):
            lines = lettering.wrapped(line.label, frame.width - 17, _NAME)
            names.append({"x": 0, "y": y, "mark": y - 4.5, "lines": lines} | _look(drawing, number))
            y += 4 + 16 * len(lines)
    if drawing.has_hidden:
        hatched.append({"x": 0, "y": y, "lines": [_("hidden")]})
        y += 20
    return names, hatched, y - 8


def _names_beside(drawing: Drawing, axes: _Axes, width: float, room: float) -> tuple[list[Row], list[Row], list[Row]]:
    """Each line's name where it ends, moved down where two end close together and joined to its end by a thin line."""
    x = width - room
    ends = []
    for number, line in enumerate(drawing.lines):
        values = [one.value for one in line.points if one.value is not None]
        lines = lettering.wrapped(line.label, room - _KEY, _NAME)
        ends.append((axes.y(values[-1]) if values else axes.bottom, values[-1] if values else 0, number, lines))
    ends.sort(key=lambda one: (one[0], one[2]))
    names: list[Row] = []
    leaders: list[Row] = []
    lowest = 0.0
    for end, value, number, lines in ends:
        half = 8 * len(lines)
        middle = max(end, lowest + half)
        names.append({"x": x, "y": middle - half + 12, "mark": middle, "lines": lines} | _look(drawing, number))
        if middle - end > 2:
            leaders.append({"value": value, "x": x, "y": middle})
        lowest = middle + half + 5
    hatched = [{"x": x, "y": max(lowest + 12, axes.bottom - 2), "lines": [_("hidden")]}] if drawing.has_hidden else []
    return names, hatched, leaders
