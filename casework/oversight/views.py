"""The audit trail, for the data protection focal point: who looked at what and who changed what, never who it was."""

from uuid import UUID

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from wtforms import Form

from casework.core import audit
from casework.core.access import requires
from casework.core.forms import Choice, DayField, shown
from casework.core.scope import own, principal
from casework.oversight import queries
from casework.oversight.words import ACTIONS, KINDS, NOBODY, VERBS, action_words, kind_words
from casework.reference import queries as reference

blueprint = Blueprint("oversight", __name__)


def action_choices() -> list[tuple[str, str]]:
    """The actions to choose from. Here “Created” alone says too little, so the kind of record stands with it."""
    return sorted(((one, _with_kind(one)) for one in queries.actions()), key=lambda pair: pair[1])


def _with_kind(action: str) -> str:
    kind, _, verb = action.rpartition(":")
    if action in ACTIONS or verb not in VERBS or kind not in KINDS:
        return action_words(action)
    return f"{KINDS[kind]}: {VERBS[verb]}"


class TrailFilter(Form):
    action = Choice(_l("What was done"), action_choices, none_label=_l("Everything"))
    actor = Choice(_l("Who did it"), queries.actors, none_label=_l("Everyone"))
    day = DayField(_l("On this day"), optional=True)


@blueprint.get("/audit")
@requires("audit:see")
def trail() -> ResponseReturnValue:
    who = own(principal())
    filter_form = TrailFilter(request.args)
    filter_form.validate()
    # A filter that names nothing there is, is no filter: it is left out rather than asked of the database.
    action, actor, day = (None if field.errors else field.data for field in filter_form)
    found = queries.trail(action, UUID(actor) if actor else None, day, request.args.get("page", 1, type=int))
    chain = queries.chain(who.organisation_id, even_if_long="check" in request.args)
    audit.note("audit:see", "audit_entries", page=found.number)
    return render_template(
        "oversight/trail.html",
        found=found,
        filter_form=filter_form,
        chips=_chips(filter_form),
        chain=chain,
        action_words=action_words,
        kind_words=kind_words,
        role_words=lambda role: str(NOBODY[role]) if role in NOBODY else reference.label("role", role),
    )


def _chips(chosen: TrailFilter) -> list[dict[str, str]]:
    """What the list is narrowed to; what was left out as wrong narrows nothing."""
    return [
        {"label": shown(field), "name": field.short_name}
        for field in chosen
        if field.data is not None and not field.errors
    ]
