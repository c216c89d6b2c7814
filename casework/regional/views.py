"""Regional work: our key, the keys of other offices, and the signed editions that they sent."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from casework.core import audit, i18n
from casework.core.access import requires
from casework.core.errors import ConfigurationError, DomainError
from casework.core.forms import JustAButton
from casework.core.receiving import receives_files
from casework.core.scope import own, principal
from casework.regional import actions, bundles, pages, queries, refusals
from casework.regional.forms import ConfirmKeyForm, KeyForm, RevokeForm, SendForm
from casework.regional.models import ImportedBundle, TrustedKey

blueprint = Blueprint("regional", __name__, url_prefix="/regional")


@blueprint.get("/")
@requires("regional:manage")
def index() -> str:
    found = queries.all_bundles()
    try:
        key, problem = actions.own_key(), ""
    except ConfigurationError:  # its words name a folder of the machine
        key, problem = (
            None,
            _("The signing key cannot be used. Whoever runs this installation sees why: casework doctor"),
        )
    return render_template(
        "regional/index.html",
        own=key.public if key is not None else None,
        problem=problem,
        own_pairs=pages.own_pairs(key.public) if key is not None else [],
        keys=pages.key_rows(queries.trusted_keys()),
        waiting=pages.bundle_rows(one for one in found if one.confirmed_at is None),
        bundles=pages.bundle_rows(one for one in found if one.confirmed_at is not None),
        missing=pages.missing(found),
        can_begin=len({one.area for one in found if one.is_standing}) > 1,
    )


# -- keys of others ------------------------------------------------------------------------------------------------


@blueprint.route("/keys/new", methods=["GET", "POST"])
@requires("regional:manage")
def add_key() -> ResponseReturnValue:
    form = KeyForm()
    if form.validate_on_submit():
        try:
            made = actions.add_key(form.area.data, form.name.data, form.public_key.data)
        except DomainError as error:
            form.refuse(error)
        else:
            flash(_("The key is written down. It counts once somebody else has compared its fingerprint."))
            return redirect(url_for("regional.key", key_id=made.id))
    return render_template("regional/key_new.html", form=form), 422 if form.errors else 200


@blueprint.route("/keys/<uuid:key_id>", methods=["GET", "POST"])
@requires("regional:manage")
def key(key_id: UUID) -> ResponseReturnValue:
    found: TrustedKey = own(queries.trusted_key(key_id))
    form = ConfirmKeyForm()
    if form.validate_on_submit():
        try:
            actions.confirm_key(found)
        except DomainError as error:
            form.refuse(error)
        else:
            flash(_("The key is trusted. Editions that it signs can be taken in."))
            return redirect(url_for("regional.key", key_id=found.id))
    who = principal()
    page = render_template(
        "regional/key.html",
        form=form,
        key=found,
        state=pages.key_state(found),
        pairs=pages.key_facts(found),
        country=pages.country(found.area),
        is_mine=who is not None and found.added_by_id == who.user_id,
    )
    return page, 422 if form.errors else 200


@blueprint.route("/keys/<uuid:key_id>/revoke", methods=["GET", "POST"])
@requires("regional:manage")
def revoke_key(key_id: UUID) -> ResponseReturnValue:
    found: TrustedKey = own(queries.trusted_key(key_id))
    form = RevokeForm()
    if form.validate_on_submit():
        actions.revoke_key(found, form.reason.data or "")
        flash(_("The key is revoked. Nothing that it has signed is used any more."))
        return redirect(url_for("regional.key", key_id=found.id))
    page = render_template(
        "regional/key_revoke.html",
        form=form,
        key=found,
        pairs=pages.key_facts(found),
        warning=pages.in_use(queries.signed_by(found)),
    )
    return page, 422 if form.errors else 200


# -- signed editions -----------------------------------------------------------------------------------------------


@blueprint.route("/bundles/send", methods=["GET", "POST"])
@requires("regional:manage")
@receives_files
def send() -> ResponseReturnValue:
    form = SendForm()
    if form.validate_on_submit():
        try:
            row = actions.receive(form.given())
        except DomainError as error:
            form.refuse(error)
        else:
            return redirect(url_for("regional.bundle", bundle_id=row.id))
    return render_template("regional/send.html", form=form), 422 if form.errors else 200


@blueprint.route("/bundles/<uuid:bundle_id>", methods=["GET", "POST"])
@requires("regional:manage")
def bundle(bundle_id: UUID) -> ResponseReturnValue:
    """What a signed edition says. Nothing uses it before this page is confirmed."""
    row: ImportedBundle = own(queries.bundle(bundle_id))
    form = JustAButton()
    if form.validate_on_submit():
        try:
            actions.confirm(row)
        except DomainError as error:
            form.refuse(error)
        else:
            flash(_("The edition is taken in. It can stand on a regional sheet."))
            return redirect(url_for("regional.index"))
    audit.note("bundle:see", "bundles", row.id)
    try:
        found, problem = queries.contents(row), ""
    except bundles.NotTaken as error:
        found, problem = None, refusals.why(error)
    page = render_template(
        "regional/bundle.html",
        form=form,
        row=row,
        problem=problem,
        title=_("%(country)s, as of %(day)s", country=pages.country(row.area), day=i18n.day(row.as_of)),
        state=pages.bundle_state(row),
        pairs=pages.bundle_facts(row),
        beside=pages.beside(row) if row.confirmed_at is None else "",
        figures=pages.figure_rows(found) if found is not None else [],
    )
    return page, 422 if form.errors else 200


@blueprint.post("/bundles/<uuid:bundle_id>/discard")
@requires("regional:manage")
def discard(bundle_id: UUID) -> ResponseReturnValue:
    actions.discard(own(queries.bundle(bundle_id)))
    flash(_("The file is discarded. Nothing of it was taken in."))
    return redirect(url_for("regional.index"))


@blueprint.route("/bundles/<uuid:bundle_id>/supersede", methods=["GET", "POST"])
@requires("regional:manage")
def supersede(bundle_id: UUID) -> ResponseReturnValue:
    row: ImportedBundle = own(queries.bundle(bundle_id))
    form = JustAButton()
    if form.validate_on_submit():
        actions.supersede(row)
        flash(_("No new regional sheet uses this edition. Those that are published stay as they are."))
        return redirect(url_for("regional.index"))
    page = render_template("regional/supersede.html", form=form, row=row, pairs=pages.bundle_facts(row))
    return page, 422 if form.errors else 200
