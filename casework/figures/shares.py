"""The one way in which a share of two numbers of ours is told: in charts, in texts, in tables."""

from flask_babel import gettext as _

from casework.figures.indicators import Unit
from casework.figures.report import Number, worded


def share(part: Number, whole: Number) -> str:
    """How much of the whole the part is, in whole per cent of the page's language: 47%.

    What is there is never told as nothing, and what is not all never as all: “less than 1%”, “more than 99%”.
    `whole` is above 0, `part` between 0 and the whole. Shares that others have printed stay as they were printed.
    """
    percent = int((200 * part + whole) // (2 * whole))
    if part and not percent:
        return _("less than %(value)s", value=worded(1, Unit.PERCENT))
    if part < whole and percent == 100:
        return worded(99, Unit.PERCENT, "more_than")
    return worded(percent, Unit.PERCENT)
