"""Pages on which a file of published figures is sent, compared, confirmed, verified and voided."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from casework.core.access import requires
from casework.core.db import db
from casework.core.errors import DomainError
from casework.core.receiving import receives_files
from casework.core.scope import own
from casework.figures import external_pages, external_queries, import_pages, importing
from casework.figures.external_forms import ConfirmForm, FileForm, VoidForm
from casework.figures.imports import Unreadable
from casework.figures.models import ExternalFile, ExternalImport

blueprint = Blueprint("imports", __name__, url_prefix="/figures/external")


@blueprint.get("/imports")
@requires("figures:external")
def index() -> str:
    return render_template(
        "figures/imports.html",
        files=import_pages.file_rows(external_queries.files()),
        rows=import_pages.import_rows(external_queries.imports()),
    )


@blueprint.route("/import", methods=["GET", "POST"])
@requires("figures:external")
@receives_files
def send() -> ResponseReturnValue:
    form = FileForm()
    if form.validate_on_submit():
        try:
            file = importing.receive(*form.given())
        except DomainError as error:
            form.refuse(error)
        except Unreadable as error:
            form.refuse(DomainError(import_pages.unreadable(error), "file"))
        else:
            return redirect(url_for("imports.preview", file_id=file.id))
    return render_template("figures/import_send.html", form=form), 422 if form.errors else 200


@blueprint.route("/import/<uuid:file_id>", methods=["GET", "POST"])
@requires("figures:external")
def preview(file_id: UUID) -> ResponseReturnValue:
    """What a file says beside what stands. Nothing is entered before this page is confirmed."""
    found = external_queries.file(file_id)
    if found is None and external_queries.one_import(file_id) is not None:
        return redirect(url_for("imports.show", import_id=file_id))  # confirmed in another tab
    file: ExternalFile = own(found)
    form = ConfirmForm()
    if form.validate_on_submit():
        try:
            made = importing.confirm(file, form.seen.data or "", replaces=form.replaces.data)
        except DomainError as error:
            form.refuse(error)
        else:
            flash(_("The figures are entered. Somebody else has to verify them."))
            return redirect(url_for("imports.show", import_id=made.id))
    plan = importing.plan(file)
    form.seen.data = plan.digest
    form.seen.raw_data = None
    page = render_template(
        "figures/import_preview.html",
        form=form,
        file=file,
        before=external_queries.imports_of(file.sha256),
        **import_pages.comparison(plan),
    )
    return page, 422 if form.errors else 200


@blueprint.post("/import/<uuid:file_id>/discard")
@requires("figures:external")
def discard(file_id: UUID) -> ResponseReturnValue:
    importing.discard(own(external_queries.file(file_id)))
    flash(_("The file is discarded. Nothing of it was entered."))
    return redirect(url_for("imports.index"))


@blueprint.get("/imports/<uuid:import_id>")
@requires("figures:external")
def show(import_id: UUID) -> str:
    one: ExternalImport = own(external_queries.one_import(import_id))
    found = external_queries.figures(import_id=one.id, number=request.args.get("page", 1, type=int))
    return render_template(
        "figures/import_show.html",
        row=import_pages.import_rows([one])[0],
        found=found,
        rows=external_pages.rows(found.rows),
        is_mine=one.entered_by_id == db.session.info["principal"].user_id,
    )


@blueprint.post("/imports/<uuid:import_id>/verify")
@requires("figures:external")
def verify(import_id: UUID) -> ResponseReturnValue:
    one: ExternalImport = own(external_queries.one_import(import_id))
    try:
        importing.verify(one)
    except DomainError as error:
        flash(error.message, "error")
    else:
        flash(_("Verified."))
    return redirect(url_for("imports.show", import_id=one.id))


@blueprint.route("/imports/<uuid:import_id>/void", methods=["GET", "POST"])
@requires("figures:external")
def void(import_id: UUID) -> ResponseReturnValue:
    one: ExternalImport = own(external_queries.one_import(import_id))
    form = VoidForm()
    if form.validate_on_submit():
        try:
            importing.void(one, form.reason.data or "")
        except DomainError as error:
            form.refuse(error)
        else:
            flash(_("The figures of this file are void, and nothing uses them any more."))
            return redirect(url_for("imports.show", import_id=one.id))
    row = import_pages.import_rows([one])[0]
    return render_template(
        "figures/import_void.html",
        form=form,
        row=row,
        pairs=[
            (_("File"), one.file_name),
            (_("Layout"), row["layout"]),
            (_("Figures that stand"), str(len(external_queries.standing_in(one.id)))),
            (_("Source"), one.source),
        ],
        warning=_("These figures have been verified. What rests on them changes at once.") if one.verified_at else "",
    )
