"""Signing in by two steps, setting up the second factor, giving a fresh code, signing out."""

from datetime import timedelta
from math import ceil

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from casework.accounts import actions, queries, second_factor, second_step, sign_in
from casework.accounts.forms import CarryingForm, CodeForm, ResumeForm, SetUpForm, SignInForm
from casework.accounts.models import SecondFactor
from casework.accounts.views import blueprint, me, path_or_home
from casework.core import clock
from casework.core.access import ConfirmFirst, SignInFirst, by_itself, public, requires
from casework.core.errors import DomainError, Hidden
from casework.core.forms import CaseworkForm
from casework.core.scope import principal

__all__ = ["blueprint"]


# -- the password ------------------------------------------------------------------------------------------------


@blueprint.route("/sign-in", methods=["GET", "POST"], endpoint="sign_in")
@public
def signing_in() -> ResponseReturnValue:
    form = ResumeForm() if "kept" in request.form else SignInForm()
    if principal() is not None:
        return _onward(form)
    if form.validate_on_submit():
        try:
            if sign_in.give_password(form.email.data, form.password.data, request.remote_addr):
                return _to_second_step(form)
        except sign_in.TooMany as too_many:
            return _wait(form, "accounts/sign_in.html", too_many)
        form.refuse(DomainError(_("The e-mail address or the password is not right.")))
    return render_template("accounts/sign_in.html", form=form)


@blueprint.app_errorhandler(SignInFirst)
def sign_in_first(error: SignInFirst) -> ResponseReturnValue:
    """The way to the page asked for. What was sent waits in the page that asks to sign in, and nowhere else."""
    if request.method == "POST":
        return render_template("accounts/sign_in.html", form=ResumeForm.of_this_request()), 401
    return redirect(url_for("accounts.sign_in", next=request.path if request.path != "/" else None))


def _to_second_step(form: SignInForm) -> ResponseReturnValue:
    held = second_step.waiting()
    if held is None:
        return _expired()
    if isinstance(form, ResumeForm):  # what was typed goes on from page to page
        return _ask_for_code(CodeForm.after(form), held) if held.factor else _show_set_up(SetUpForm.after(form), held)
    step = "accounts.second_step" if held.factor else "accounts.set_up"
    return redirect(url_for(step, next=request.args.get("next")))


def _onward(form: CaseworkForm, template: str = "accounts/send.html") -> ResponseReturnValue:
    """To the page asked for; or one press away from what was typed before, if it is this user's."""
    if not isinstance(form, CarryingForm) or not form.kept.data:
        return redirect(path_or_home(request.args.get("next")))
    to, fields = form.sending()
    if not to or not sign_in.is_own_form(fields.pop("csrf_token", None)):
        flash(_("What had been typed before was not sent: somebody else had typed it, or too long ago."), "warning")
        return redirect(path_or_home(None))
    return render_template(template, to=to, fields=fields)


def _wait(form: CaseworkForm, template: str, too_many: sign_in.TooMany, **more: object) -> ResponseReturnValue:
    form.refuse(DomainError(_too_many(too_many.wait)))
    page = render_template(template, form=form, **more)
    return page, 429, {"Retry-After": str(ceil(too_many.wait.total_seconds()))}


def _too_many(wait: timedelta) -> str:
    minutes = ceil(wait.total_seconds() / 60)
    return ngettext(
        "There were too many attempts. Wait a minute, then try again.",
        "There were too many attempts. Wait %(num)d minutes, then try again.",
        minutes,
    )


def _expired() -> ResponseReturnValue:
    flash(_("That took too long. Sign in again."), "warning")
    return redirect(url_for("accounts.sign_in", next=request.args.get("next")))


# -- the second step ---------------------------------------------------------------------------------------------


@blueprint.route("/sign-in/code", methods=["GET", "POST"], endpoint="second_step")
@public
def give_code() -> ResponseReturnValue:
    """The one-time code, after the password."""
    form = CodeForm()
    if principal() is not None:
        return _onward(form)
    held = second_step.waiting()
    if held is None:
        return _expired()
    if held.factor is None:
        return redirect(url_for("accounts.set_up", next=request.args.get("next")))
    if form.validate_on_submit():
        try:
            entered = second_step.give(form.code.data, form.recovery.data, request.remote_addr)
        except second_step.Expired:
            return _expired()
        except sign_in.TooMany as too_many:
            return _wait(form, "accounts/second_step.html", too_many)
        if entered is not None:
            _say(entered)
            return _onward(form)
        form.refuse(_wrong(form))
    return _ask_for_code(form, held)


def _ask_for_code(form: CodeForm, held: second_step.Waiting) -> str:
    return render_template("accounts/second_step.html", form=form, hint=_hint(held.factor))


def _hint(factor: SecondFactor | None) -> str | None:
    """On a training copy nobody has an app: the code stands on the page. Never elsewhere."""
    if factor is None or not current_app.extensions["settings"].demo:
        return None
    code = second_factor.next_code(factor, clock.now())
    return code or _("wait half a minute and open this page again")


def _wrong(form: CodeForm) -> DomainError:
    if form.recovery.data:
        return DomainError(_("This recovery code is not right, or was used already."), "recovery")
    return DomainError(_("This code is not right, or was used already. Wait for the next one."), "code")


def _say(entered: second_step.Entered) -> None:
    if entered.ended:
        said = _("You were signed in on several devices: the one where you signed in longest ago is signed out.")
        flash(said, "info")
    if entered.codes_left is not None:
        flash(
            ngettext(
                "You used a recovery code: %(num)d is left. Set up your app anew, or make new codes, in your account.",
                "You used a recovery code: %(num)d are left. Set up your app anew, or make new codes, in your account.",
                entered.codes_left,
            ),
            "warning",
        )


# -- setting it up -----------------------------------------------------------------------------------------------


@blueprint.route("/sign-in/set-up", methods=["GET", "POST"])
@public
def set_up() -> ResponseReturnValue:
    """At the first sign-in, before anything else can be opened: an app takes the seed and shows that it works."""
    form = SetUpForm()
    if principal() is not None:
        return _onward(form)
    held = second_step.waiting()
    if held is None:
        return _expired()
    if held.factor is not None:
        return redirect(url_for("accounts.second_step", next=request.args.get("next")))
    if form.validate_on_submit():
        try:
            codes = second_step.set_up(form.code.data, request.remote_addr)
        except second_step.Expired:
            return _expired()
        except sign_in.TooMany as too_many:
            return _wait(form, "accounts/set_up.html", too_many, **_offered(held))
        if codes is not None:
            to, fields = form.sending() if form.kept.data else ("", None)
            if not to or fields is None or not sign_in.is_own_form(fields.pop("csrf_token", None)):
                to, fields = path_or_home(request.args.get("next")), None
            return render_template("accounts/first_codes.html", codes=codes, to=to, fields=fields)
        form.refuse(DomainError(_("This code is not right. Take the one that the app shows now."), "code"))
    return _show_set_up(form, held)


def _show_set_up(form: SetUpForm, held: second_step.Waiting) -> str:
    return render_template("accounts/set_up.html", form=form, **_offered(held))


def _offered(held: second_step.Waiting) -> dict[str, str | None]:
    seed = second_factor.seed_for(held.token)
    shows = current_app.extensions["settings"].demo
    hint = second_factor.code_at(seed, clock.now()) if shows else None
    return {"key": second_factor.in_groups(seed), "email": held.user.email, "hint": hint}


@blueprint.get("/sign-in/set-up/qr.svg")
@public
def qr() -> ResponseReturnValue:
    """The picture that the app reads: of the seed that is offered to this browser just now."""
    held = second_step.waiting()
    if held is None or held.factor is not None:
        raise Hidden
    drawn = second_factor.picture(second_factor.seed_for(held.token), held.user.email)
    return current_app.response_class(drawn, mimetype="image/svg+xml")


# -- one's own second factor -------------------------------------------------------------------------------------


@blueprint.route("/account/second-factor", methods=["GET", "POST"])
@requires("account:own", fresh=True)
def change_second_factor() -> ResponseReturnValue:
    """Another phone, or another app."""
    form, user, seed = SetUpForm(), me(), second_factor.seed_for(_this_session())
    if form.validate_on_submit():
        try:
            actions.change_second_factor(user, seed, form.code.data or "")
        except DomainError as error:
            form.refuse(error)
        else:
            flash(_("From now on the codes come from this app. Your other devices are signed out."))
            return redirect(url_for("accounts.settings"))
    key = second_factor.in_groups(seed)
    return render_template("accounts/change_second_factor.html", form=form, key=key, email=user.email)


@blueprint.get("/account/second-factor/qr.svg")
@requires("account:own", fresh=True)
def new_qr() -> ResponseReturnValue:
    drawn = second_factor.picture(second_factor.seed_for(_this_session()), me().email)
    return current_app.response_class(drawn, mimetype="image/svg+xml")


def _this_session() -> str:
    """What the offered seed follows from: it stays while the session's token is changed."""
    who = principal()
    return f"session {who.session_id if who else ''} {who.confirmed_at if who else ''}"


@blueprint.post("/account/codes")
@requires("account:own", fresh=True)
def new_codes() -> ResponseReturnValue:
    """The one time that they are shown. An answer of its own, not a redirect, so that they are kept nowhere."""
    return render_template("accounts/codes.html", codes=actions.new_recovery_codes(me()))


@blueprint.post("/account/codes/file")
@requires("account:own")
def codes_file() -> ResponseReturnValue:
    """The codes that the page still shows, as a file to keep: nothing here could show them again."""
    codes = request.form.getlist("codes")
    if not queries.are_unused_codes(me().id, codes):
        raise Hidden
    lines = [_("Casework: recovery codes of %(email)s", email=me().email), "", *codes, "", _("Each works once.")]
    answer = current_app.response_class("\r\n".join(lines) + "\r\n", mimetype="text/plain")
    answer.headers["Content-Disposition"] = 'attachment; filename="casework-recovery-codes.txt"'
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer


# -- a fresh code ------------------------------------------------------------------------------------------------


@blueprint.route("/account/confirm", methods=["GET", "POST"])
@requires("account:own")
@by_itself
def confirm() -> ResponseReturnValue:
    """A one-time code before something that a stolen session must not do; then on with it."""
    form = CodeForm()
    if form.validate_on_submit():
        try:
            if second_step.confirm(form.code.data, form.recovery.data, request.remote_addr):
                return _onward(form, "accounts/go_on.html")
        except sign_in.TooMany as too_many:
            return _wait(form, "accounts/confirm.html", too_many)
        form.refuse(_wrong(form))
    return _ask_again(form)


def _ask_again(form: CodeForm) -> str:
    return render_template("accounts/confirm.html", form=form, hint=_hint(queries.second_factor_of(me().id)))


@blueprint.app_errorhandler(ConfirmFirst)
def confirm_first(error: ConfirmFirst) -> ResponseReturnValue:
    """The way to the page asked for. What was sent waits in the page that asks for a code, and nowhere else."""
    if request.method == "POST":
        return _ask_again(CodeForm.of_this_request()), 401
    there = request.script_root + request.full_path.rstrip("?")
    return redirect(url_for("accounts.confirm", next=there))


# -- out ---------------------------------------------------------------------------------------------------------


@blueprint.post("/sign-out")
@public
def sign_out() -> ResponseReturnValue:
    sign_in.sign_out()
    flash(_("You are signed out."))
    answer = current_app.make_response(redirect(url_for("accounts.sign_in")))
    answer.headers["Clear-Site-Data"] = '"cache", "storage"'
    return answer
