"""Conflicts of interest for the supervisor: the queue, and the page on which one is decided."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from casework.accounts.queries import names
from casework.conflicts import actions, pages, queries
from casework.conflicts.forms import DecideForm, decide_values
from casework.conflicts.models import Conflict
from casework.core import audit, i18n
from casework.core.access import requires
from casework.core.errors import DomainError
from casework.core.scope import own
from casework.core.web import conflict_page
from casework.persons import queries as persons

blueprint = Blueprint("conflicts", __name__, url_prefix="/conflicts")


@blueprint.get("/")
@requires("case:conflict")
def index() -> str:
    decided = request.args.get("show") == "decided"
    number = request.args.get("page", "1")
    found = queries.page(decided, int(number) if number.isdecimal() and len(number) < 7 else 1)
    pages.note_seen({"seen": pages.seen(found.rows)})
    audit.read("conflict:list", "conflicts", [one.id for one in found.rows])
    return render_template(
        "conflicts/index.html",
        found=found,
        rows=pages.queue(found.rows),
        decided=decided,
        parts=[
            {
                "label": _("To decide"),
                "url": url_for("conflicts.index"),
                "count": queries.open_count(),
                "is_current": not decided,
            },
            {
                "label": _("Decided"),
                "url": url_for("conflicts.index", show="decided"),
                "count": queries.decided_count(),
                "is_current": decided,
            },
        ],
    )


@blueprint.route("/<uuid:conflict_id>", methods=["GET", "POST"])
@requires("case:conflict")
def show(conflict_id: UUID) -> ResponseReturnValue:
    conflict: Conflict = own(queries.conflict(conflict_id))
    pages.note_seen({"seen": pages.seen_in_comparison(conflict)})
    audit.read("conflict:open", "conflicts", [conflict.id])
    form = DecideForm(data=decide_values(conflict))
    if form.validate_on_submit():
        if form.seen_version() != conflict.version:
            last = next(iter(persons.revisions([conflict.id])), None)
            return conflict_page(
                form,
                DecideForm(formdata=None, data=decide_values(conflict)),
                version=conflict.version,
                keep_url=url_for("conflicts.show", conflict_id=conflict.id),
                who=names({last.actor_id}).get(last.actor_id) if last else None,
                when=i18n.moment(last.at) if last else "",
            )
        try:
            actions.decide(conflict, form.decision.data or "", form.note.data)
        except DomainError as error:
            form.refuse(error)
        else:
            return _decided(conflict)
    return render_template("conflicts/show.html", form=form, conflict=conflict, sides=pages.both_sides(conflict))


def _decided(conflict: Conflict) -> ResponseReturnValue:
    """On to what waits next; but first to the hand-over that the decision asks for."""
    sides = pages.both_sides(conflict)
    if sides["hand_over"]:
        flash(_("Decided. One of the two cases has to be handed over now."), "warning")
        return redirect(url_for("conflicts.show", conflict_id=conflict.id))
    flash(_("Decided. You can change it while the records stay as they are."))
    following = queries.next_open(but=conflict.id)
    if following is None:
        return redirect(url_for("conflicts.index"))
    return redirect(url_for("conflicts.show", conflict_id=following.id))
