"""The queue of urgent protection: who waits, why, and who has taken it up."""

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from casework.accounts.queries import names
from casework.core import audit
from casework.core.access import requires
from casework.core.errors import DomainError
from casework.core.scope import own, principal
from casework.needs import actions, pages, queries
from casework.needs.queries import Urgent

blueprint = Blueprint("urgent", __name__, url_prefix="/urgent")

PARTS = ("waiting", "taken", "all")


@blueprint.get("/")
@requires("person:need")
def index() -> str:
    who = principal()
    assert who is not None  # noqa: S101 - the gate has seen to it
    mine = bool(request.args.get("mine"))
    everybody = queries.urgent()
    part = request.args.get("show", "waiting")
    part = part if part in PARTS else "waiting"
    every = pages.mine(everybody, who) if mine else everybody
    shown = {
        "waiting": [one for one in every if not one.is_taken_up],
        "taken": [one for one in every if one.is_taken_up],
        "all": every,
    }
    found = shown[part]
    audit.read("urgent:see", "persons", [one.person.id for one in found])
    by = names({row.taken_by_id for one in found for row in one.taken.values()})
    labels = {"waiting": _("Waiting"), "taken": _("Taken up"), "all": _("All")}
    kept: dict[str, Any] = {"mine": 1} if mine else {}
    return render_template(
        "needs/urgent.html",
        rows=[pages.urgent_row(one, by) for one in found],
        parts=[
            {
                "label": labels[name],
                "url": url_for("urgent.index", show=name if name != "waiting" else None, **kept),
                "count": len(shown[name]),
                "is_current": name == part,
            }
            for name in PARTS
        ],
        whose=[
            {"label": _("Everyone’s"), "url": url_for("urgent.index", show=part), "is_current": not mine},
            {"label": _("Mine"), "url": url_for("urgent.index", show=part, mine=1), "is_current": mine},
        ],
        part=part,
    )


@blueprint.post("/<uuid:person_id>/take-up")
@requires("person:need")
def take_up(person_id: UUID) -> ResponseReturnValue:
    """All that the principal sees of it; what they may not know stays open for those who may."""
    entry: Urgent = own(queries.urgent_person(person_id))
    audit.read("urgent:see", "persons", [entry.person.id])
    if actions.take_up(person_id, _reasons(entry)):
        flash(_("You have taken this up. Your colleagues see it."))
    else:
        flash(_("This was taken up already."), "info")
    return redirect(url_for("urgent.index", show="all"))


@blueprint.post("/<uuid:person_id>/release")
@requires("person:need")
def release(person_id: UUID) -> ResponseReturnValue:
    entry: Urgent = own(queries.urgent_person(person_id))
    audit.read("urgent:see", "persons", [entry.person.id])
    try:
        actions.release(person_id, _reasons(entry))
    except DomainError as error:
        flash(error.message, "error")
        return redirect(url_for("urgent.index", show="taken"))
    flash(_("It waits again for somebody to take it up."))
    return redirect(url_for("urgent.index"))


def _reasons(entry: Urgent) -> list[tuple[str, UUID]]:
    return [(one.kind, one.subject_id) for one in entry.reasons]
