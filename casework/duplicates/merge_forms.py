"""What is chosen when two records become one, and why a merge is undone."""

from collections.abc import Iterable, Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField

from casework.core.forms import CaseworkForm, Paragraph, PillsField, new_nonce, options
from casework.duplicates.joining import FieldPair
from casework.duplicates.merging import CHOSEN_DIMENSIONS, NOTHING_SAID
from casework.persons.models import Person
from casework.persons.pages import dimension_title, status_label
from casework.reference import queries as codes

KEPT, OTHER = "kept", "other"
_TAKE, _STATUS = "take_", "status_"


class MergeForm(CaseworkForm):
    """Each field in which the records differ has a pair of buttons, and so has each history."""

    seen = HiddenField()
    """The versions of both records that its user looked at."""
    note = Paragraph(
        _l("Note"), longest=1000, description=_l("How you know that it is one person, for whoever asks later.")
    )

    def take(self) -> set[str]:
        """The fields that come from the record that goes."""
        return {
            name.removeprefix(_TAKE)
            for name, field in self._fields.items()
            if name.startswith(_TAKE) and field.data == OTHER
        }

    def statuses(self) -> dict[str, str]:
        return {
            name.removeprefix(_STATUS): field.data
            for name, field in self._fields.items()
            if name.startswith(_STATUS) and field.data
        }

    def choice(self, name: str) -> Any:
        """The buttons of a field or a history, if there is something to choose."""
        return self._fields.get(_TAKE + name) or self._fields.get(_STATUS + name)

    def field_of(self, name: str | None) -> str | None:
        """The field of this form at which a refusal stands that the rules give under a name of their own."""
        found = self.choice(name or "")
        return found.short_name if found is not None else name

    def look_again(self, kept: Person, gone: Person) -> None:
        """To be sent again, about the records as they are now."""
        self.seen.data, self.seen.raw_data = versions(kept, gone), None
        self.nonce.data = new_nonce()


def versions(kept: Person, gone: Person) -> str:
    return f"{kept.version}-{gone.version}"


def merge_form(
    kept: Person, gone: Person, pairs: Iterable[FieldPair], typed: Mapping[str, Any] | None = None
) -> MergeForm:
    """The form for these two records. What the record that stays says is chosen, unless it says nothing.

    `typed`: what was chosen when a merge of them was asked for before.
    """
    fields: dict[str, Any] = {}
    for pair in pairs:
        if pair.differs and not pair.is_united:
            said = ((KEPT, pair.left or _("Not recorded")), (OTHER, pair.right or _("Not recorded")))
            chosen = OTHER if pair.suggests_other else KEPT
            fields[_TAKE + pair.name] = PillsField(pair.label, options(said), optional=False, default=chosen)
    for dimension in CHOSEN_DIMENSIONS:
        ours, theirs = kept.holds(dimension), gone.holds(dimension)
        if ours != theirs:
            said = ((ours, status_label(dimension, ours)), (theirs, status_label(dimension, theirs)))
            chosen = theirs if ours == NOTHING_SAID[dimension] else ours
            title = dimension_title(dimension)
            fields[_STATUS + dimension] = PillsField(title, options(said), optional=False, default=chosen)
    form: MergeForm = type("ThisMergeForm", (MergeForm,), fields)(
        data={**_chosen(fields, typed), "seen": versions(kept, gone)}
    )
    return form


def _chosen(fields: Mapping[str, Any], typed: Mapping[str, Any] | None) -> dict[str, Any]:
    if not typed:
        return {}
    taken = {
        name: OTHER if name.removeprefix(_TAKE) in typed["take"] else KEPT for name in fields if name.startswith(_TAKE)
    }
    return {**taken, **{_STATUS + name: code for name, code in typed["statuses"].items()}, "note": typed["note"]}


class UndoForm(CaseworkForm):
    reason = PillsField(_l("Why are they two records after all?"), codes.choices("difference_reason"), optional=False)
