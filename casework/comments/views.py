"""The comments of a case, writing and taking them back, following the case."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from casework.accounts.queries import names
from casework.cases.models import Case
from casework.cases.pages import heading
from casework.cases.views import opened_case
from casework.comments import actions, pages, policy, queries
from casework.comments.forms import CommentForm, CorrectForm, comment_values
from casework.comments.models import Comment
from casework.core import audit, i18n
from casework.core.access import requires
from casework.core.errors import DomainError, Hidden
from casework.core.scope import principal
from casework.core.web import conflict_page
from casework.persons import queries as persons

blueprint = Blueprint("comments", __name__, url_prefix="/cases/<uuid:case_id>")


@blueprint.route("/comments", methods=["GET", "POST"])
@requires("case:comment")
def index(case_id: UUID) -> ResponseReturnValue:
    """All comments, and the form; what was typed on the record itself is sent here, too."""
    case = opened_case(case_id)
    form = CommentForm()
    if form.validate_on_submit():
        try:
            actions.write(case, form.text.data or "", mentioned=form.chosen())
        except DomainError as error:
            form.refuse(error)
        else:
            flash(_("Your comment stands with the case."))
            return redirect(_to_the_record(case))
    found = queries.of_case(case.id)
    audit.read("comment:list", "comments", [one.id for one in found])
    return render_template(
        "comments/index.html",
        case=case,
        form=form,
        lines=pages.lines(found),
        following=pages.following(case),
    )


def _to_the_record(case: Case) -> str:
    return url_for("casefile.case", case_id=case.id, _anchor="comments")


def _comment(case: Case, comment_id: UUID) -> Comment:
    """One's own comment: nobody changes another's."""
    found: Comment | None = queries.comment(case.id, comment_id)
    if found is None or not policy.is_own(found, principal()):
        raise Hidden
    return found


@blueprint.route("/comments/<uuid:comment_id>", methods=["GET", "POST"])
@requires("case:comment")
def correct(case_id: UUID, comment_id: UUID) -> ResponseReturnValue:
    case = opened_case(case_id)
    comment = _comment(case, comment_id)
    form = CorrectForm(data=comment_values(comment))
    if form.validate_on_submit():
        if form.seen_version() != comment.version:
            last = next(iter(persons.revisions([comment.id])), None)
            return conflict_page(
                form,
                CorrectForm(formdata=None, data=comment_values(comment)),
                version=comment.version,
                keep_url=_to_the_record(case),
                who=names({last.actor_id}).get(last.actor_id) if last else None,
                when=i18n.moment(last.at) if last else "",
            )
        try:
            actions.correct(comment, form.text.data or "", form.chosen())
        except DomainError as error:
            form.refuse(error)
        else:
            flash(_("Your comment is changed."))
            return redirect(_to_the_record(case))
    return render_template(
        "cases/form.html",
        form=form,
        title=_("Change the comment"),
        lead=heading(case),
        primary=_("Save the comment"),
        back_url=_to_the_record(case),
    )


@blueprint.post("/comments/<uuid:comment_id>/void")
@requires("case:comment")
def void(case_id: UUID, comment_id: UUID) -> ResponseReturnValue:
    case = opened_case(case_id)
    actions.void(_comment(case, comment_id))
    flash(_("Your comment is taken back. For half an hour you can put it back."))
    return redirect(_to_the_record(case))


@blueprint.post("/comments/<uuid:comment_id>/put-back")
@requires("case:comment")
def put_back(case_id: UUID, comment_id: UUID) -> ResponseReturnValue:
    case = opened_case(case_id)
    actions.put_back(_comment(case, comment_id))
    flash(_("Your comment stands again."))
    return redirect(_to_the_record(case))


@blueprint.post("/follow")
@requires("case:follow")
def follow(case_id: UUID) -> ResponseReturnValue:
    case = opened_case(case_id)
    if request.form.get("state") == "off":
        actions.unfollow(case)
        flash(_("You do not follow this case any more."))
    else:
        actions.follow(case)
        flash(_("You follow this case: you are told of comments, stages, another lawyer, and closing."))
    return redirect(_to_the_record(case))
