"""Drawings as pictures: SVG by Vega-Lite files (specs/), and the same in sentences for those who do not see them.

A picture is a function of its drawing, its width and the language: the same bytes on every machine. It holds no style,
script, address or name of a mark, so that it stands in a page under the site's policy, in a PDF and as a file alike.
"""

import json
import re
from dataclasses import replace
from enum import Enum
from functools import cache
from pathlib import Path
from typing import Any

import vl_convert
from flask_babel import gettext as _
from lxml import etree

from casework.core import i18n
from casework.factsheets import layouts, lettering, tiles
from casework.factsheets.columns import columns
from casework.factsheets.layouts import Frame, Plot
from casework.factsheets.model import Drawing, Kind
from casework.factsheets.trends import trend

_SPECS = Path(__file__).parent / "specs"
_VEGA_LITE = "5.21"
_SVG = "http://www.w3.org/2000/svg"


class Width(Enum):
    """What a picture is made for: the CSS pixels, on paper the points, that it is wide."""

    WIDE = 520
    NARROW = 342
    PRINT = 240
    PRINT_NARROW = 160

    @property
    def frame(self) -> Frame:
        """The grid it is laid out in. On paper it is finer than the points, so that text of 13.5 is set in 7.5 pt."""
        is_paper = self in (Width.PRINT, Width.PRINT_NARROW)
        return Frame(self.value * 1.8, is_tight=True) if is_paper else Frame(self.value)


def svg(drawing: Drawing, width: Width) -> str:
    """The picture in the language of the page, as an SVG element; its title and its numbers only to be read aloud.

    Its ids begin with the drawing's code and the width: pictures of one page do not collide.
    """
    drawing = _printable(drawing)
    plot = _plot(drawing, width)
    made = vl_convert.vegalite_to_svg(
        _filled(plot), vl_version=_VEGA_LITE, config=_specification("config.json"), allowed_base_urls=[]
    )
    return _document(made, plot, drawing, width)


def described(drawing: Drawing) -> str:
    """The picture in sentences: every number that it shows, and what is hidden."""
    if not _has_points(drawing):
        return _("There are no numbers to show.")
    said = [layouts.sentence(line, drawing) for line in drawing.lines]
    if drawing.total is not None and len(drawing.lines) == 1:
        said.append(_("Total: %(number)s.", number=i18n.number(drawing.total)))
    return " ".join(said)


def _has_points(drawing: Drawing) -> bool:
    return any(not one.is_absent for line in drawing.lines for one in line.points)


def _plot(drawing: Drawing, width: Width) -> Plot:
    """The drawing laid out as its kind is; as bars where that cannot be: tiles need room, a pyramid two lines."""
    frame = width.frame
    if not _has_points(drawing):
        return layouts.empty(frame)
    match drawing.kind:
        case Kind.COLUMNS:
            return columns(drawing, frame)
        case Kind.PYRAMID if len(drawing.lines) > 1:
            return layouts.pyramid(drawing, frame)
        case Kind.TREND:
            return trend(drawing, frame)
        case Kind.TILES if width is not Width.NARROW and tiles.fit(drawing.lines[0].points, frame):
            return tiles.tiles(drawing, _steps(), frame)
        case Kind.TILES if tiles.are_places(drawing.lines[0].points):
            return layouts.bars_beside(drawing, tiles.rows(drawing), frame)
    return layouts.bars(drawing, drawing.lines[0].points, frame)


def _steps() -> list[int]:
    """From how many persons a tile has which colour, as the file of tiles says."""
    return next(one["value"] for one in _specification("tiles.vl.json")["params"] if one["name"] == "steps")


# -- Vega-Lite ---------------------------------------------------------------------------------------------------------


@cache
def _specification(name: str) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((_SPECS / name).read_text("utf-8"))
    return content


def _filled(plot: Plot) -> dict[str, Any]:
    """The file with the drawing's data, parameters and size."""
    spec = _specification(f"{plot.spec}.vl.json")
    return {
        **spec,
        "width": plot.width,
        "height": plot.height,
        "params": [one | {"value": plot.params.get(one["name"], one["value"])} for one in spec["params"]],
        "datasets": {name: plot.data.get(name, ()) for name in spec["datasets"]},
    }


# -- from what Vega writes to what leaves the house ------------------------------------------------------------------

_KEPT = {
    "g": ("transform", "opacity"),
    "path": ("transform", "d", "fill", "stroke", "stroke-width", "stroke-dasharray", "stroke-linecap", "opacity"),
    "line": ("transform", "x2", "y2", "stroke", "stroke-width", "opacity"),
    "text": ("transform", "text-anchor", "font-size", "font-weight", "fill"),
    "tspan": ("x", "dy"),
}
"""Elements and attributes that are let through. No id, class, label, style or address is among them."""

_LONG_NUMBER = re.compile(r"-?\d*\.\d{2,}(?:e-?\d+)?")
_NOT_XML = re.compile("[^\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def _document(made: str, plot: Plot, drawing: Drawing, width: Width) -> str:
    name = re.sub(r"[^A-Za-z0-9_-]+", "-", f"{drawing.code}-{width.name.lower()}")
    height = _rounded(plot.height * width.value / plot.width)
    root = etree.Element(
        "svg",
        {
            "viewBox": f"0 0 {_rounded(plot.width)} {_rounded(plot.height)}",
            "width": str(width.value),
            "height": height,
            "role": "img",
            "aria-labelledby": f"{name}-title {name}-desc",
            "fill": "none",
            "font-family": lettering.FAMILY,
        },
        nsmap={None: _SVG},
    )
    title = etree.SubElement(root, "title", id=f"{name}-title")
    title.text = f"{drawing.title} | {drawing.period}" if drawing.period else drawing.title
    etree.SubElement(root, "desc", id=f"{name}-desc").text = described(drawing)
    if drawing.has_hidden:
        root.append(_hatch(f"{name}-hidden"))
    _copy(etree.fromstring(made.encode()), root, f"url(#{name}-hidden)")
    return etree.tostring(root, encoding="unicode")


def _hatch(name: str) -> etree._Element:
    """What a withheld number is filled with."""
    definitions = etree.Element("defs")
    pattern = etree.SubElement(
        definitions,
        "pattern",
        {"id": name, "width": "8", "height": "8", "patternUnits": "userSpaceOnUse"},
    )
    etree.SubElement(pattern, "path", d="M0,0h8v8h-8Z", fill="#f3f5f8")
    etree.SubElement(
        pattern, "path", {"d": "M-2,2l4,-4M0,8l8,-8M6,10l4,-4", "stroke": "#c3cedb", "stroke-width": "1.75"}
    )
    return definitions


def _copy(source: etree._Element, into: etree._Element, hatch: str) -> None:
    """What is drawn, and nothing else: Vega's empty groups, backgrounds, roles and names stay behind."""
    for child in source:
        tag = etree.QName(child).localname
        if tag not in _KEPT or child.get("class") in ("background", "foreground"):
            continue
        kept = {name: _coordinates(child.attrib[name]) for name in _KEPT[tag] if name in child.attrib}
        if kept.get("transform") == "translate(0,0)":
            del kept["transform"]
        if kept.get("fill") == "url(#hidden)":
            kept["fill"] = hatch
        if tag == "g" and not kept:
            _copy(child, into, hatch)
            continue
        copy = etree.SubElement(into, tag, kept)
        copy.text = child.text
        _copy(child, copy, hatch)
        if tag == "g" and not len(copy):
            into.remove(copy)


def _coordinates(text: str) -> str:
    return _LONG_NUMBER.sub(lambda found: _rounded(float(found[0])), text)


def _rounded(number: float) -> str:
    text = f"{number:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def _printable(drawing: Drawing) -> Drawing:
    """The drawing without characters that no XML may hold: vl-convert does not refuse them, it ends the process."""
    lines = tuple(
        replace(
            line, label=_clean(line.label), points=tuple(replace(one, label=_clean(one.label)) for one in line.points)
        )
        for line in drawing.lines
    )
    return replace(drawing, title=_clean(drawing.title), period=_clean(drawing.period), lines=lines)


def _clean(text: str) -> str:
    return _NOT_XML.sub(" ", text)
