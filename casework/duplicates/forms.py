"""What can be said of two records side by side."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms.validators import Optional

from casework.core.forms import EditForm, Paragraph, PillsField, options
from casework.duplicates.models import DuplicatePair
from casework.duplicates.rules import Decision
from casework.reference import queries as codes

ANSWERS = (
    (Decision.SAME.value, _l("The same person")),
    (Decision.DIFFERENT.value, _l("Two different people")),
    (Decision.UNSURE.value, _l("Not sure")),
)
"""In the order of the keys 1, 2, 3."""


class DecideForm(EditForm):
    decision = PillsField(_l("Is this one person?"), options(ANSWERS), optional=False)
    reason = PillsField(
        _l("How do you know that they are two people?"), codes.choices("difference_reason"), optional=False
    )
    note = Paragraph(_l("Note"), longest=1000)

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.reason.validators = [Optional()]  # only a difference needs one: the action says so


class TakeBackForm(EditForm):
    """A button that knows what it takes back."""


def decide_values(pair: DuplicatePair) -> dict[str, object]:
    return {
        "decision": pair.decision,
        "reason": pair.reason if pair.decision is not None else None,
        "note": pair.note.text if pair.decision is not None else None,
        "version": str(pair.version),
    }
