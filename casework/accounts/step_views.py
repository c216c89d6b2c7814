"""Pages of what takes two persons: an administrator asks, a second person confirms or refuses."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from casework.accounts import queries, step_pages, steps
from casework.accounts.forms import AskRemovalForm, SeenForm
from casework.accounts.models import AccountStep, User
from casework.core.access import SENDING, requires
from casework.core.errors import DomainError
from casework.core.forms import JustAButton
from casework.core.scope import Principal, own, principal

blueprint = Blueprint("account_steps", __name__)


def _who() -> Principal:
    found: Principal = own(principal())
    return found


@blueprint.route("/users/<uuid:user_id>/second-factor", methods=["GET", "POST"])
@requires("accounts:manage", fresh=SENDING)
def ask(user_id: UUID) -> ResponseReturnValue:
    """Ask for the removal of the second factor of who lost phone and recovery codes."""
    user: User = own(queries.user(user_id))
    form = AskRemovalForm()
    back_url = url_for("accounts.user", user_id=user.id)
    if form.validate_on_submit():
        try:
            steps.ask_removal(user, form.why.data or "")
        except DomainError as error:
            form.refuse(error)
        else:
            flash(_("Asked for. It takes effect once a second person has confirmed it."))
            return redirect(back_url)
    me = _who().user_id
    return render_template(
        "accounts/ask_removal.html",
        form=form,
        user=user,
        back_url=back_url,
        why_not=steps.why_not(user, me),
        seconds=step_pages.names(steps.seconds(user, me)),
    )


@blueprint.post("/users/<uuid:user_id>/second-factor/take-back")
@requires("accounts:manage")
def take_back(user_id: UUID) -> ResponseReturnValue:
    """Take back what was asked for about this user."""
    user: User = own(queries.user(user_id))
    step = steps.waiting_about(user)
    if JustAButton().validate_on_submit():
        if step is None:
            flash(_("Nothing waits any more: it was decided, taken back or has run out."), "error")
        else:
            steps.take_back(step)
            flash(_("Taken back. The account stays as it is."))
    return redirect(url_for("accounts.user", user_id=user.id))


@blueprint.get("/account-steps")
@requires("account:confirm")
def index() -> str:
    """What waits for one's own confirmation."""
    return _page()


@blueprint.post("/account-steps/<uuid:step_id>/confirm")
@requires("account:confirm", fresh=SENDING)
def confirm(step_id: UUID) -> ResponseReturnValue:
    """Agree as a second person, which does it at once."""
    step: AccountStep = own(steps.to_decide(step_id, _who()))
    form = SeenForm()
    if form.validate_on_submit():
        try:
            steps.confirm(step, form.seen_version())
        except DomainError as error:
            return _page(error.message), 409
        flash(_("Confirmed, and done."))
    return redirect(url_for("account_steps.index"))


@blueprint.post("/account-steps/<uuid:step_id>/refuse")
@requires("account:confirm")
def refuse(step_id: UUID) -> ResponseReturnValue:
    """Do not agree."""
    step: AccountStep = own(steps.to_decide(step_id, _who()))
    form = SeenForm()
    if form.validate_on_submit():
        try:
            steps.refuse(step, form.seen_version())
        except DomainError as error:
            return _page(error.message), 409
        flash(_("Refused. The account stays as it is, and who asked is told."))
    return redirect(url_for("account_steps.index"))


def _page(refusal: str = "") -> str:
    cards = [step_pages.card(step) for step in steps.waiting_for(_who())]
    return render_template("accounts/steps.html", cards=cards, refusal=refusal)
