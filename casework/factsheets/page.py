"""The factsheet as a page: the fragment that the public page and the preview show alike."""

from functools import cache

from flask_babel import force_locale, gettext, ngettext
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from casework.core import i18n
from casework.core.config import SOURCE_TREE
from casework.factsheets import drawing
from casework.factsheets.drawing import Width
from casework.factsheets.layouts import share
from casework.factsheets.model import Drawing, Sheet
from casework.figures.indicators import Unit

_DIGITS = 12
"""Of a digest, where it only has to be told from others: 48 bits."""


def article(sheet: Sheet) -> str:
    """The `<article class="sheet">` of a sheet, in its language: HTML without scripts, styles or outside references.

    A function of the sheet alone: the template sees nothing of the request, of the application or of who asks. It is
    made for static/factsheet.css; its ids begin with “s-” or with the code of a drawing.
    """
    with force_locale(sheet.language):
        return _environment().get_template("factsheets/sheet.html").render(sheet=sheet, digits=_DIGITS)


@cache
def _environment() -> Environment:
    """Templates that know words, dates, numbers and pictures, and no more."""
    made = Environment(
        loader=FileSystemLoader(SOURCE_TREE / "templates"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
    )
    made.install_gettext_callables(gettext, ngettext, newstyle=True)  # type: ignore[attr-defined]
    for name in ("day", "number"):
        made.filters[name] = getattr(i18n, name)
    made.globals.update(picture=_picture, share=share, KEY_UNITS=(Unit.PERSONS.value,))
    return made


def _picture(one: Drawing, width: str) -> Markup:
    """A drawing as it stands in the page, which shows one of its widths."""
    return Markup(drawing.svg(one, Width[width]))  # noqa: S704 # markup: an XML library wrote it
