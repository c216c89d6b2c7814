"""The papers of the demonstration: small files that are what they claim to be, and plainly nobody's."""

import io
from functools import cache

from PIL import Image, ImageDraw, ImageFont

from casework.core.typesetting import FONTS

FONT = FONTS / "GolosText-Regular.ttf"
MARK = "ҮЛГІ · ОБРАЗЕЦ · SPECIMEN"
_SIZE = (620, 877)
"""A sheet of A4 at 75 dots per inch: to be looked at, not to be printed."""
_FORMATS = {"pdf": "PDF", "png": "PNG", "jpg": "JPEG"}


def drawn(name: str, lines: tuple[str, ...]) -> io.BytesIO:
    """A sheet with these lines and a mark across it, in the format that the name asks for; or plain text."""
    extension = name.rpartition(".")[2]
    if extension == "txt":
        return io.BytesIO("\n".join((MARK, "", *lines, "")).encode())
    sheet = Image.new("L", _SIZE, 252)
    pen = ImageDraw.Draw(sheet)
    pen.rectangle((30, 30, _SIZE[0] - 30, _SIZE[1] - 30), outline=120, width=2)
    for row in range(4):
        pen.text((90, 170 + 190 * row), MARK, font=_font(34), fill=218)
    for row, line in enumerate(lines):
        pen.text((70, 70 + 34 * row), line, font=_font(24 if row == 0 else 18), fill=40)
    made = io.BytesIO()
    sheet.save(made, _FORMATS[extension])
    made.seek(0)
    return made


@cache
def _font(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(FONT), size)
