"""Quality reviews: drawing a sample, the checklist of each case, the trend; and the lawyer's own remarks."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from casework.accounts.queries import names
from casework.core import audit, i18n
from casework.core.access import requires
from casework.core.errors import DomainError, Hidden
from casework.core.forms import JustAButton
from casework.core.scope import own, principal
from casework.core.web import conflict_page
from casework.quality import actions, pages, queries
from casework.quality.forms import AnswerForm, DrawForm, review_form
from casework.quality.models import QualityReview, QualitySample

blueprint = Blueprint("quality", __name__, url_prefix="/quality")


@blueprint.get("/")
@requires("team:quality")
def index() -> str:
    found = queries.samples()
    audit.note("quality:list", "quality_samples")
    return render_template("quality/index.html", samples=pages.samples(found), trend=pages.trend(found))


@blueprint.route("/draw", methods=["GET", "POST"])
@requires("team:quality")
def draw() -> ResponseReturnValue:
    form = DrawForm()
    if form.validate_on_submit():
        try:
            made = actions.draw_sample(
                form.method.data or "",
                form.size.data,
                int(form.days.data or 0),
                UUID(form.lawyer.data) if form.lawyer.data else None,
                form.seed.data,
            )
        except DomainError as error:
            form.refuse(error)
        else:
            flash(_("The sample is drawn. Review its cases one after the other; with each review its lawyer is told."))
            return redirect(url_for("quality.sample", sample_id=made.id))
    return render_template("quality/draw.html", form=form)


@blueprint.route("/<uuid:sample_id>", methods=["GET", "POST"])
@requires("team:quality")
def sample(sample_id: UUID) -> ResponseReturnValue:
    found: QualitySample = own(queries.sample(sample_id))
    form = JustAButton()
    if form.validate_on_submit():
        if request.form.get("then") == "open":
            actions.open_again(found)
            flash(_("The sample is open again."))
        else:
            actions.close(found)
            flash(_("The sample is closed. You can open it again."))
        return redirect(url_for("quality.sample", sample_id=found.id))
    audit.read("quality:sample", "cases", [one.case_id for one in found.reviews])
    drawn = actions.drawn_again(found)
    return render_template(
        "quality/sample.html",
        sample=found,
        form=form,
        name_of=pages.name_of,
        risks_of=pages.risks_of,
        by=names({found.drawn_by_id}).get(found.drawn_by_id, ""),
        whose=names({found.lawyer_id}).get(found.lawyer_id) if found.lawyer_id else _("All lawyers"),
        is_as_drawn=drawn == [one.case.number for one in found.reviews],
        line=pages.samples([found])[0],
    )


@blueprint.route("/reviews/<uuid:review_id>", methods=["GET", "POST"])
@requires("team:quality")
def review(review_id: UUID) -> ResponseReturnValue:
    one: QualityReview = own(queries.review(review_id))
    form = review_form(one)
    if form.validate_on_submit():
        if form.seen_version() != one.version:
            who = names({one.reviewed_by_id}).get(one.reviewed_by_id) if one.reviewed_by_id else None
            return conflict_page(
                form,
                review_form(one, as_saved=True),
                version=one.version,
                keep_url=url_for("quality.review", review_id=review_id),
                who=who,
                when=i18n.moment(one.reviewed_at) if one.reviewed_at else "",
            )
        try:
            actions.review(one, form.answers(), form.to_lawyer.data)
        except DomainError as error:
            form.refuse(error)
        else:
            return _on_to_the_next(one)
    audit.read("quality:review", "cases", [one.case_id])
    return render_template(
        "quality/review.html",
        form=form,
        review=one,
        name=pages.name_of(one),
        risks=pages.risks_of(one.sample, one.case.number),
        count=len(one.sample.reviews),
    )


def _on_to_the_next(one: QualityReview) -> ResponseReturnValue:
    following = next((each for each in one.sample.reviews if not each.is_reviewed), None)
    if following is None:
        flash(_("Saved. Every case of the sample is reviewed."))
        return redirect(url_for("quality.sample", sample_id=one.sample_id))
    flash(_("Saved. This is the next case of the sample."))
    return redirect(url_for("quality.review", review_id=following.id))


@blueprint.get("/mine")
@requires("case:quality")
def mine() -> str:
    who = own(principal())
    found = queries.of_lawyer(who.user_id)
    audit.read("quality:mine", "cases", [one.case_id for one in found])
    return render_template("quality/mine.html", reviews=found, name_of=pages.name_of)


@blueprint.route("/mine/<uuid:review_id>", methods=["GET", "POST"])
@requires("case:quality")
def note(review_id: UUID) -> ResponseReturnValue:
    one: QualityReview = own(queries.review(review_id))
    who = own(principal())
    if not one.is_reviewed or not (one.lawyer_id == who.user_id or who.may("team:quality")):
        raise Hidden
    form = AnswerForm(data={"answer": one.remarks.answer, "version": str(one.version)})
    if form.validate_on_submit():
        if form.seen_version() != one.version:
            return conflict_page(
                form,
                AnswerForm(formdata=None, data={"answer": one.remarks.answer, "version": str(one.version)}),
                version=one.version,
                keep_url=url_for("quality.note", review_id=review_id),
                who=names({one.reviewed_by_id}).get(one.reviewed_by_id),
                when=i18n.moment(one.reviewed_at),
            )
        try:
            actions.answer(one, form.answer.data)
        except DomainError as error:
            form.refuse(error)
        else:
            flash(_("Noted. The supervisor sees that you have read the remarks."))
            return redirect(url_for("quality.mine"))
    audit.read("quality:note", "cases", [one.case_id])
    return render_template(
        "quality/note.html",
        form=form,
        review=one,
        name=pages.name_of(one),
        answers=pages.answers(one),
        by=names({one.reviewed_by_id}).get(one.reviewed_by_id, ""),
    )
