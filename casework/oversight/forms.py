"""By what the trail is narrowed."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Form, ValidationError

from casework.core.forms import Choice, DayField, Line
from casework.oversight import queries
from casework.oversight.rules import REFUSED, Group
from casework.oversight.words import ACTIONS, KINDS, VERBS, action_words, kind_words


def action_choices() -> list[tuple[str, str]]:
    """The actions to choose from. Here “Created” alone says too little, so the kind of record stands with it."""
    return sorted(((one, _with_kind(one)) for one in queries.actions()), key=lambda pair: pair[1])


def _with_kind(action: str) -> str:
    kind, _colon, verb = action.rpartition(":")
    if action in ACTIONS or verb not in VERBS or kind not in KINDS:
        return action_words(action)
    return f"{KINDS[kind]}: {VERBS[verb]}"


def kind_choices() -> list[tuple[str, str]]:
    """The kinds of records; an address that was refused is none."""
    known = [one for one in queries.kinds() if one in KINDS]
    return sorted(((one, kind_words(one)) for one in known), key=lambda pair: pair[1])


def group_choices() -> list[tuple[str, str]]:
    return [
        (Group.SEEN, _("Opened or looked at")),
        (Group.SEARCHED, _("Searched")),
        (Group.CHANGED, _("Created, changed or deleted")),
        (Group.TAKEN, _("Downloaded, exported or printed")),
        (Group.ACCOUNTS, _("Signing in and accounts")),
        (Group.KEYS, _("Keys, audit trail and backups")),
    ]


def only_choices() -> list[tuple[str, str]]:
    return [(REFUSED, _("Refusals")), ("emergency", _("What was opened in an emergency"))]


class TrailFilter(Form):
    group = Choice(_l("Sort of action"), group_choices, none_label=_l("Everything"))
    action = Choice(_l("What was done"), action_choices, none_label=_l("Everything"))
    actor = Choice(_l("Who did it"), queries.actors, none_label=_l("Everyone"))
    kind = Choice(_l("Kind of record"), kind_choices, none_label=_l("Every kind"))
    record = Line(
        _l("Record"),
        longest=40,
        description=_l("A number such as P-24-00012, or the eight characters beside the record in this list."),
    )
    since = DayField(_l("From this day on"), optional=True)
    until = DayField(_l("Until this day"), optional=True)
    only = Choice(_l("Only"), only_choices, none_label=_l("Everything"))

    def validate_until(self, field: DayField) -> None:
        if field.data is not None and self.since.data is not None and field.data < self.since.data:
            raise ValidationError(_("This day is before the first one."))
