"""Emergencies afterwards: who opened which record and why, what was done meanwhile, and the supervisor's judgement."""

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from casework.accounts.queries import names
from casework.core import audit, i18n
from casework.core.access import requires
from casework.core.errors import DomainError
from casework.core.scope import own, principal
from casework.core.web import conflict_page
from casework.restrictions import actions, pages, queries
from casework.restrictions.forms import ReviewForm, review_values
from casework.restrictions.models import EmergencyAccess

blueprint = Blueprint("emergencies", __name__, url_prefix="/emergencies")


@blueprint.get("/")
@requires("alert:see")
def index() -> str:
    reviewed = request.args.get("show") == "judged"
    found = queries.accesses(reviewed, request.args.get("page", 1, type=int))
    audit.note("emergency:list", "emergency_accesses")
    return render_template(
        "restrictions/accesses.html",
        found=found,
        rows=pages.rows(list(found.rows)),
        reviewed=reviewed,
        parts=[
            {
                "label": _("To be judged"),
                "url": url_for("emergencies.index"),
                "count": queries.waiting_count(),
                "is_current": not reviewed,
            },
            {
                "label": _("Judged"),
                "url": url_for("emergencies.index", show="judged"),
                "count": None,
                "is_current": reviewed,
            },
        ],
    )


@blueprint.get("/<uuid:access_id>")
@requires("alert:see")
def show(access_id: UUID) -> ResponseReturnValue:
    found: EmergencyAccess = own(queries.access(access_id))
    return _page(found, ReviewForm(data=review_values(found)))


@blueprint.post("/<uuid:access_id>")
@requires("person:restrict")
def review(access_id: UUID) -> ResponseReturnValue:
    found: EmergencyAccess = own(queries.access(access_id))
    form = ReviewForm()
    if form.validate_on_submit():
        if form.seen_version() != found.version:
            return _conflict(found, form)
        try:
            actions.review(found, form.verdict.data or "", form.comment.data)
        except DomainError as error:
            form.refuse(error)
        else:
            flash(_("Your judgement is kept."))
            return redirect(url_for("emergencies.index"))
    return _page(found, form)


def _page(found: EmergencyAccess, form: ReviewForm) -> str:
    who = principal()
    sees_persons = who is not None and who.may("person:open")
    audit.note("emergency:open", "emergency_accesses", found.id)
    if sees_persons:
        audit.read("emergency:see", "persons", [found.person_id])
    words, tone = pages.verdict_words(found)
    return render_template(
        "restrictions/access.html",
        access=found,
        form=form,
        may_review=who is not None and who.may("person:restrict") and found.user_id != who.user_id,
        pairs=pages.pairs(found),
        verdict=words,
        tone=tone,
        comment=found.told.review if sees_persons else "",
        record_url=url_for("casefile.person", person_id=found.person_id) if sees_persons else "",
        done=queries.done_in(found),
    )


def _conflict(found: EmergencyAccess, form: Any) -> ResponseReturnValue:
    return conflict_page(
        form,
        ReviewForm(formdata=None, data=review_values(found)),
        version=found.version,
        keep_url=url_for("emergencies.show", access_id=found.id),
        who=names({found.reviewed_by_id}).get(found.reviewed_by_id),
        when=i18n.moment(found.reviewed_at) if found.reviewed_at else "",
    )
