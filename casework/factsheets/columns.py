"""Columns over months, one line or several stacked."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from babel.dates import get_month_names
from flask_babel import gettext as _

from casework.core import i18n
from casework.factsheets import lettering
from casework.factsheets.layouts import MUTED, NUMBER, SMALLEST, Frame, Plot, Row, scale
from casework.factsheets.model import Drawing, Line, Point

_MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])")
_BLOCK = 26
"""How high a withheld number stands, whatever it is."""


@dataclass(frozen=True)
class _Column:
    """One place on the axis of columns, with what stands on it."""

    code: str
    label: tuple[str, ...]
    parts: tuple[tuple[int, Point], ...]
    """The line's number and its point, without those that nobody published."""

    @property
    def shown(self) -> int:
        return sum(one.value or 0 for _number, one in self.parts)

    @property
    def is_whole(self) -> bool:
        return bool(self.parts) and all(one.value is not None for _number, one in self.parts)

    @property
    def has_hidden(self) -> bool:
        return any(one.value is None for _number, one in self.parts)


def columns(drawing: Drawing, frame: Frame) -> Plot:
    """A column per point, lines stacked; the sum above each where it fits, else gridlines."""
    found = _columns(drawing.lines)
    # “hidden” stands above each hatch; where columns are too narrow for the word, a dash and a key.
    is_word_told = lettering.width(_("hidden"), MUTED) <= frame.width / len(found) - 4
    keys, hatched, y = _keys(drawing, frame, has_hatch=drawing.has_hidden and not is_word_told)
    numbers = [i18n.number(one.shown) for one in found if one.is_whole]
    most: float = max((one.shown for one in found), default=0) or 1
    ticks: list[Row] = []
    left = 0.0
    number_size = _fitting(numbers, frame.width / len(found) - 4, (NUMBER - 1, 12.6, 12, SMALLEST), frame)
    if number_size is None:
        steps = scale(most)
        most = steps[-1]
        ticks = [{"value": value, "number": i18n.number(value)} for value in steps[1:]]
        left = lettering.widest([one["number"] for one in ticks], MUTED) + 10
    step = (frame.width - left) / len(found)
    labels, size = _axis(found, step, frame)
    high = 95 if frame.is_tight else 150
    # A block on a high column ends above the scale.
    above = max((_BLOCK + 14 - (1 - one.shown / most) * high for one in found if one.has_hidden), default=0)
    top = y + max(8 if number_size is None else 20, above)
    bottom = top + high
    places = [left + step * (number + 0.5) for number in range(len(found))]
    word = _("hidden") if is_word_told else "–"
    data: dict[str, list[Row]] = {
        "keys": keys,
        "hatched_keys": hatched,
        "ticks": ticks,
        "shown": [part for one, x in zip(found, places, strict=True) for part in _stacked(one, x, drawing)],
        "sums": [
            {"x": x, "value": one.shown, "number": i18n.number(one.shown)}
            for one, x in zip(found, places, strict=True)
            if one.is_whole and number_size is not None
        ],
        "withheld": [
            {"x": x, "from": one.shown, "word": word} for one, x in zip(found, places, strict=True) if one.has_hidden
        ],
        "labels": [
            {"x": _inside(x, lettering.widest(lines, size), frame), "lines": lines}
            for lines, x in zip(labels, places, strict=True)
            if lines
        ],
    }
    params = {
        "most": most,
        "top": top,
        "bottom": bottom,
        "left": left,
        "right": frame.width,
        "band": min(step * 0.74, 56),
        "block": _BLOCK,
        "size": size,
        "number_size": number_size or NUMBER,
    }
    return Plot("columns", frame.width, bottom + 6 + 15 * max(map(len, labels)), data, params)


def _stacked(column: _Column, x: float, drawing: Drawing) -> list[Row]:
    """What is shown of a column, from the axis up: the first line lowest."""
    is_only = len(drawing.lines) == 1
    rows: list[Row] = []
    base = 0
    for line, point in column.parts:
        if point.value:
            stands_out = is_only and point.code == drawing.highlight
            reach = {"x": x, "from": base, "to": base + point.value}
            rows.append(reach | {"line": -1 if is_only else line, "stands_out": stands_out})
            base += point.value
    return rows


def _inside(x: float, wide: float, frame: Frame) -> float:
    """Where the middle of a label stands, so that it does not stick out."""
    return min(max(x, wide / 2), frame.width - wide / 2)


def _columns(lines: Sequence[Line]) -> list[_Column]:
    years = {one.code[:4] for line in lines for one in line.points if _MONTH.fullmatch(one.code)}
    found = []
    for number, first in enumerate(lines[0].points):
        parts = tuple(
            (line, drawn.points[number]) for line, drawn in enumerate(lines) if not drawn.points[number].is_absent
        )
        found.append(_Column(first.code, _short(first, is_year_told=len(years) > 1), parts))
    return found


def _short(point: Point, *, is_year_told: bool) -> tuple[str, ...]:
    """How a point is called on an axis: a month by its short name, each January with its year under it."""
    if not _MONTH.fullmatch(point.code):
        return (point.label,)
    year, month = point.code.split("-")
    name = get_month_names("abbreviated", "stand-alone", i18n.language())[int(month)].rstrip(".")
    return (name, year) if is_year_told and month == "01" else (name,)


def _axis(columns: Sequence[_Column], step: float, frame: Frame) -> tuple[list[tuple[str, ...]], float]:
    """The labels under columns, and their size: of months every second or third where all are too many."""
    labels = [one.label for one in columns]
    for every in range(1, len(labels) + 1):
        for size in (MUTED, 12.6, 12, SMALLEST):
            if (
                size >= frame.smallest
                and max(lettering.widest(one, size) for one in labels[::every]) <= step * every - 3
            ):
                return [one if number % every == 0 else () for number, one in enumerate(labels)], size
        if not all(_MONTH.fullmatch(one.code) for one in columns):
            break
    return [lettering.wrapped(" ".join(one), step - 3, frame.smallest) for one in labels], frame.smallest


def _keys(drawing: Drawing, frame: Frame, *, has_hatch: bool) -> tuple[list[Row], list[Row], float]:
    """What each colour and the hatch stand for, in rows above the columns; and where they end."""
    entries = [(number, one.label) for number, one in enumerate(drawing.lines)] if len(drawing.lines) > 1 else []
    rows: list[Row] = []
    x, y = 0.0, 12.0
    for line, label in [*entries, *([(-2, _("hidden"))] if has_hatch else [])]:
        lines = lettering.wrapped(label, frame.width - 19, MUTED)
        wide = 19 + lettering.widest(lines, MUTED)
        if x and x + wide > frame.width:
            x, y = 0.0, y + 20
        rows.append({"x": x, "y": y, "line": line, "lines": lines})
        x += wide + 24
        if len(lines) > 1:
            x, y = 0.0, y + 4 + 16 * len(lines)
    if not rows:
        return [], [], 0
    return [one for one in rows if one["line"] >= 0], [one for one in rows if one["line"] < 0], y + (8 if x else -8)


def _fitting(texts: Sequence[str], room: float, sizes: Sequence[float], frame: Frame) -> float | None:
    """The largest size in which every text fits, if they can be read so."""
    fits = (size for size in sizes if size >= frame.smallest and lettering.widest(texts, size, is_bold=True) <= room)
    return next(fits, None)
