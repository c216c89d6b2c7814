"""One's own account, and the administrator's pages of users and organisations. Signing in: `sign_in_views`."""

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from casework.accounts import actions, devices, queries, rules, sign_in, step_pages, steps
from casework.accounts.forms import (
    ChangeOrganisationForm,
    ChangePasswordForm,
    ChoosePasswordForm,
    InviteForm,
    LanguageForm,
    NewOrganisationForm,
    UserForm,
    UsersFilter,
)
from casework.accounts.models import User
from casework.accounts.permissions import Role
from casework.core.access import SENDING, public, requires
from casework.core.config import LANGUAGES
from casework.core.errors import DomainError, Hidden
from casework.core.forms import JustAButton, shown
from casework.core.scope import own, principal
from casework.core.web import conflict_page
from casework.reference import queries as reference

blueprint = Blueprint("accounts", __name__)


def path_or_home(target: str | None) -> str:
    return target if target and rules.is_path_here(target) else request.script_root + "/"


def me() -> User:
    who = principal()
    found: User = own(queries.user(who.user_id) if who is not None and who.user_id is not None else None)
    return found


# -- before signing in -------------------------------------------------------------------------------------------


@blueprint.post("/language/<code>")
@public
def language(code: str) -> ResponseReturnValue:
    if code in LANGUAGES:
        session["language"] = code
        if principal() is not None:
            actions.choose_language(me(), code)
    return redirect(path_or_home(request.form.get("next")))


@blueprint.route("/password/<token>", methods=["GET", "POST"])
@public
def choose_password(token: str) -> ResponseReturnValue:
    """Where a one-time link leads. A used, an expired and an invented link look the same."""
    found = queries.open_link(token)
    if found is None:
        return render_template("accounts/link_over.html"), 404
    link, user = found
    form = ChoosePasswordForm()
    if form.validate_on_submit():
        try:
            actions.choose_password(link, user, form.password.data or "")
        except DomainError as error:
            form.refuse(error)
        else:
            sign_in.sign_out()
            flash(_("Your password is set. Sign in with it."))
            return redirect(url_for("accounts.sign_in"))
    return render_template("accounts/choose_password.html", form=form, user=user)


# -- one's own account -------------------------------------------------------------------------------------------


@blueprint.route("/account", methods=["GET", "POST"])
@requires("account:own")
def settings() -> ResponseReturnValue:
    user = me()
    form = LanguageForm(obj=user)
    if form.validate_on_submit():
        actions.choose_language(user, form.language.data)
        session["language"] = form.language.data
        flash(_("Your language is changed."))
        return redirect(url_for("accounts.settings"))
    return render_template(
        "accounts/account.html",
        form=form,
        user=user,
        devices=[(one, devices.words(one.device)) for one in queries.devices(user.id) if not sign_in.is_over(one)],
        this_device=sign_in.this_device(),
        codes_left=queries.recovery_codes_left(user.id),
        role=reference.label("role", user.role.value),
        button=JustAButton(),
    )


@blueprint.post("/account/devices")
@requires("account:own", fresh=True)
def sign_out_others() -> ResponseReturnValue:
    actions.sign_out_other_devices(me())
    flash(_("You are signed out everywhere but here."))
    return redirect(url_for("accounts.settings"))


@blueprint.post("/account/devices/<uuid:session_id>/end")
@requires("account:own")
def end_session(session_id: UUID) -> ResponseReturnValue:
    if not actions.end_session(me(), session_id):
        raise Hidden
    flash(_("That device is signed out."))
    return redirect(url_for("accounts.settings"))


@blueprint.route("/account/password", methods=["GET", "POST"])
@requires("account:own", fresh=True)
def change_password() -> ResponseReturnValue:
    form = ChangePasswordForm()
    if form.validate_on_submit():
        try:
            actions.change_password(me(), form.current.data or "", form.password.data or "")
        except DomainError as error:
            form.refuse(error)
        else:
            flash(_("Your password is changed. Your other devices are signed out."))
            return redirect(url_for("accounts.settings"))
    return render_template("accounts/change_password.html", form=form)


# -- users -------------------------------------------------------------------------------------------------------


@blueprint.get("/users")
@requires("accounts:manage")
def users() -> ResponseReturnValue:
    chosen = UsersFilter(request.args)
    organisation_id = _uuid(chosen.organisation.data)
    found = [(one, queries.state(one)) for one in queries.users(organisation_id)]
    found = [(one, state) for one, state in found if chosen.state.data in (None, state)]
    chips = [
        {"label": shown(field), "name": field.short_name}
        for field in (chosen.organisation, chosen.state)
        if shown(field)
    ]
    roles = {role.value: reference.label("role", role.value) for role in Role}
    return render_template(
        "accounts/users.html",
        users=found,
        filter_form=chosen,
        chips=chips,
        roles=roles,
        waiting=steps.about_whom_waits(),
    )


def _uuid(text: str | None) -> UUID | None:
    try:
        return UUID(text or "")
    except ValueError:
        return None


@blueprint.route("/users/invite", methods=["GET", "POST"])
@requires("accounts:manage", fresh=SENDING)
def invite() -> ResponseReturnValue:
    form = InviteForm(language="ru", organisation=request.args.get("organisation"))
    if form.validate_on_submit():
        try:
            user, token, step = steps.invite(
                name=form.name.data,
                email=form.email.data,
                role=Role(form.role.data),
                organisation=own(queries.organisation(UUID(form.organisation.data))),
                language=form.language.data,
            )
        except DomainError as error:
            form.refuse(error)
        else:
            if step is None:
                flash(_("There was nobody to confirm this: it holds at once, and the audit trail says so."), "info")
                return _link_page(user, token)
            return _link_page(user, token, step_pages.names(steps.seconds(user, step.asked_by_id)))
    return render_template("accounts/invite.html", form=form)


def _link_page(user: User, token: str, seconds: str = "") -> ResponseReturnValue:
    """The one time that the link is shown. An answer of its own, not a redirect, so that it is kept nowhere."""
    link = url_for("accounts.choose_password", token=token, _external=True)
    return render_template("accounts/link.html", user=user, link=link, seconds=seconds)


@blueprint.route("/users/<uuid:user_id>", methods=["GET", "POST"])
@requires("accounts:manage", fresh=SENDING)
def user(user_id: UUID) -> ResponseReturnValue:
    found: User = own(queries.user(user_id))
    form = UserForm(obj=found)
    if form.validate_on_submit():
        if form.seen_version() != found.version:
            saved = UserForm(formdata=None, obj=found)
            return conflict_page(form, saved, version=found.version, keep_url=url_for("accounts.user", user_id=user_id))
        try:
            step = steps.change(
                found,
                name=form.name.data,
                role=Role(form.role.data),
                is_active=bool(form.is_active.data),
                grants=form.grants.data or [],
            )
        except DomainError as error:
            form.refuse(error)
        else:
            if step is not None:
                flash(_("It takes effect once a second person has confirmed it."))
                return redirect(url_for("accounts.user", user_id=user_id))
            flash(_("The account is changed."))
            return redirect(url_for("accounts.users"))
    return render_template(
        "accounts/user.html",
        form=form,
        user=found,
        state=queries.state(found),
        factor=step_pages.factor_card(found, own(principal())),
    )


@blueprint.post("/users/<uuid:user_id>/link")
@requires("accounts:manage", fresh=SENDING)
def new_link(user_id: UUID) -> ResponseReturnValue:
    found: User = own(queries.user(user_id))
    return _link_page(found, actions.new_link(found))


# -- organisations -----------------------------------------------------------------------------------------------


@blueprint.get("/organisations")
@requires("accounts:manage")
def organisations() -> ResponseReturnValue:
    return render_template(
        "accounts/organisations.html", organisations=queries.organisations(), counts=queries.user_counts()
    )


@blueprint.route("/organisations/add", methods=["GET", "POST"])
@requires("accounts:manage", fresh=SENDING)
def add_organisation() -> ResponseReturnValue:
    form = NewOrganisationForm(kind="partner")
    if form.validate_on_submit():
        actions.add_organisation(**_names(form), kind=form.kind.data)
        flash(_("The organisation is added. Now invite its people."))
        return redirect(url_for("accounts.organisations"))
    return render_template("accounts/organisation.html", form=form, organisation=None)


@blueprint.route("/organisations/<uuid:organisation_id>", methods=["GET", "POST"])
@requires("accounts:manage", fresh=SENDING)
def organisation(organisation_id: UUID) -> ResponseReturnValue:
    found = own(queries.organisation(organisation_id))
    form = ChangeOrganisationForm(obj=found)
    if form.validate_on_submit():
        here = url_for("accounts.organisation", organisation_id=organisation_id)
        if form.seen_version() != found.version:
            saved = ChangeOrganisationForm(formdata=None, obj=found)
            return conflict_page(form, saved, version=found.version, keep_url=here)
        try:
            actions.change_organisation(found, **_names(form), is_active=bool(form.is_active.data))
        except DomainError as error:
            form.refuse(error)
        else:
            flash(_("The organisation is changed."))
            return redirect(url_for("accounts.organisations"))
    return render_template("accounts/organisation.html", form=form, organisation=found)


def _names(form: Any) -> dict[str, str]:
    return {name: form[name].data for name in ("name_en", "name_ru", "name_kk")}
