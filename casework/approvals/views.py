"""What waits for a second person: the queue, one request, one's own requests, and what is wanted approved."""

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from casework.approvals import actions, kinds, pages, policy, queries
from casework.approvals.forms import ApproveForm, SendBackForm, rules_form
from casework.approvals.models import Approval
from casework.core import audit
from casework.core.access import be_fresh, requires
from casework.core.db import db
from casework.core.errors import DomainError
from casework.core.forms import JustAButton, new_nonce
from casework.core.paging import number_of
from casework.core.scope import own, principal
from casework.core.web import conflict_page

blueprint = Blueprint("approvals", __name__, url_prefix="/approvals")


@blueprint.get("/")
@requires("approval:decide")
def index() -> str:
    """The queue: what waits longest stands first."""
    found = queries.waiting_page(number_of(request.args.get("page", "")))
    decided = queries.decided()
    _note_list([*found.rows, *decided])
    return render_template(
        "approvals/index.html",
        found=found,
        cards=pages.cards(found.rows, principal()),
        decided=pages.cards(decided, principal()),
        nonce=new_nonce,
    )


@blueprint.get("/mine")
@requires("approval:own")
def mine() -> str:
    """What one asked for oneself, and what became of it."""
    who = principal()
    found = queries.asked_by_me()
    _note_list(found)
    return render_template("approvals/mine.html", cards=pages.cards(found, who))


@blueprint.get("/<uuid:approval_id>")
@requires("approval:own")
def show(approval_id: UUID) -> str:
    approval = _opened(approval_id)
    return _page(approval, ApproveForm(data={"version": str(approval.version)}))


@blueprint.post("/<uuid:approval_id>/approve")
@requires("approval:decide")
def approve(approval_id: UUID) -> ResponseReturnValue:
    """Approve it, which does it."""
    approval = _opened(approval_id)
    if kinds.kind(approval.code).asks_for_code:
        be_fresh()
    form = ApproveForm()
    if form.validate_on_submit():
        try:
            _must_be_as_seen(approval, form)
            said = actions.approve(approval, form.comment.data)
        except DomainError as error:
            db.session.rollback()  # of what was begun nothing may show
            form.refuse(error)
            page = _page(_opened(approval_id), form)
            return page, 409 if isinstance(error, actions.ChangedSince) else 422
        flash(_("Approved, and done."))
        if said:
            flash(said, "info")
        return redirect(url_for("approvals.index"))
    return _page(approval, form)


@blueprint.route("/<uuid:approval_id>/send-back", methods=["GET", "POST"])
@requires("approval:decide")
def send_back(approval_id: UUID) -> ResponseReturnValue:
    approval = _opened(approval_id)
    form = SendBackForm(data={"version": str(approval.version)})
    if form.validate_on_submit():
        try:
            _must_be_as_seen(approval, form)
            actions.send_back(approval, form.comment.data or "")
        except DomainError as error:
            form.refuse(error)
        else:
            flash(_("Sent back with your words."))
            return redirect(url_for("approvals.index"))
    return render_template("approvals/send_back.html", form=form, card=pages.card(approval, principal()))


@blueprint.post("/<uuid:approval_id>/take-back")
@requires("approval:own")
def take_back(approval_id: UUID) -> ResponseReturnValue:
    approval = _opened(approval_id)
    if JustAButton().validate_on_submit():
        try:
            actions.take_back(approval)
        except DomainError as error:
            flash(error.message, "error")
        else:
            flash(_("Taken back. You can ask again with what was typed."))
    return redirect(url_for("approvals.show", approval_id=approval.id))


@blueprint.route("/rules", methods=["GET", "POST"])
@requires("approval:rules")
def rules() -> ResponseReturnValue:
    """What the organisation wants approved, and whose."""
    present, version = queries.rules_in_force(), queries.rules_version()
    form = rules_form(present, version)
    if form.validate_on_submit():
        if form.seen_version() != version:
            saved = rules_form(present, version, formdata=None)
            return conflict_page(form, saved, version=version, keep_url=url_for("approvals.rules"))
        try:
            actions.set_rules(form.chosen())
        except DomainError as error:
            db.session.rollback()
            form.refuse(error)
        else:
            flash(_("Saved. It holds from now on; what waits already goes on waiting."))
            return redirect(url_for("approvals.rules"))
    return render_template(
        "approvals/rules.html", form=form, supervisors=len(queries.deciders()), lonely=pages.lonely_rules()
    )


def _opened(approval_id: UUID) -> Approval:
    """The request, for who asked and for those who decide, with its opening noted on the records that it is about."""
    found: Approval = own(policy.visible(queries.approval(approval_id)))
    if found.case_id is not None:
        audit.read("approval:open", "cases", [found.case_id])
    for person_id in kinds.kind(found.code).persons(found):
        audit.read("approval:open", "persons", [person_id])
    return found


def _note_list(found: list[Approval]) -> None:
    audit.read("approval:list", "persons", {one for each in found for one in kinds.kind(each.code).persons(each)})


def _must_be_as_seen(approval: Approval, form: Any) -> None:
    """Refuse what was decided from a page that is no longer true, and let the form be sent again."""
    seen = form.seen_version()
    form.version.data, form.version.raw_data = str(approval.version), None
    if seen != approval.version and approval.is_waiting:
        raise DomainError(_("This was changed after you had opened the page. Look at it again."))


def _page(approval: Approval, form: ApproveForm) -> str:
    return render_template("approvals/show.html", form=form, card=pages.card(approval, principal()))
