"""Pages about saved views of the list of cases: keeping one, all of them, renaming, sharing, deleting, putting back."""

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from casework.accounts.queries import names
from casework.cases import pages, saving
from casework.cases.forms import FilterForm, SavedViewForm, SaveViewForm
from casework.cases.models import SavedView
from casework.core.access import requires
from casework.core.errors import DomainError
from casework.core.scope import own, principal
from casework.core.web import conflict_page

blueprint = Blueprint("saved", __name__, url_prefix="/cases/views")


@blueprint.get("/")
@requires("case:view")
def index() -> str:
    who = principal()
    every = saving.views()
    owners = names({one.owner_id for one in every})
    return render_template(
        "cases/views.html",
        mine=[_row(one, owners) for one in every if who and one.owner_id == who.user_id],
        shared=[_row(one, owners) for one in every if who and one.owner_id != who.user_id],
        deleted=saving.deleted(),
        first=saving.first(),
    )


def _row(one: SavedView, owners: dict[UUID | None, str]) -> dict[str, Any]:
    return {
        "view": one,
        "url": pages.view_url(one),
        "chips": pages.view_chips(one),
        "owner": owners.get(one.owner_id) or _("Former colleague"),
    }


@blueprint.route("/add", methods=["GET", "POST"])
@requires("case:view")
def add() -> ResponseReturnValue:
    """Keep the filters that stand in the address."""
    wanted = FilterForm(request.args)
    filters = pages.filters_from(wanted, request.args)
    kept = saving.kept(filters)
    form = SaveViewForm()
    if form.validate_on_submit():
        try:
            made = saving.save(form.name.data or "", kept, is_shared=bool(form.is_shared.data))
            if form.is_first.data:
                saving.open_with(made)
        except DomainError as error:
            form.refuse(error)
        else:
            flash(_("The view is saved. It stands above the list."))
            return redirect(pages.view_url(made))
    return render_template(
        "cases/save_view.html",
        form=form,
        chips=pages.chips(wanted, filters),
        back_url=pages.list_url("cases.index", kept),
    )


@blueprint.route("/<uuid:view_id>", methods=["GET", "POST"])
@requires("case:view")
def change(view_id: UUID) -> ResponseReturnValue:
    one: SavedView = own(saving.own_view(view_id))
    values = {"name": one.name.text, "is_shared": one.is_shared, "version": str(one.version)}
    form = SavedViewForm(data=values)
    if form.validate_on_submit():
        if form.seen_version() != one.version:
            saved = SavedViewForm(formdata=None, data=values)
            return conflict_page(form, saved, version=one.version, keep_url=url_for("saved.index"))
        try:
            saving.change(one, form.name.data or "", is_shared=bool(form.is_shared.data))
        except DomainError as error:
            form.refuse(error)
        else:
            flash(_("The view is changed."))
            return redirect(url_for("saved.index"))
    return render_template(
        "cases/save_view.html", form=form, view=one, chips=pages.view_chips(one), back_url=url_for("saved.index")
    )


@blueprint.post("/<uuid:view_id>/delete")
@requires("case:view")
def delete(view_id: UUID) -> ResponseReturnValue:
    saving.delete(own(saving.own_view(view_id)))
    flash(_("The view is deleted. You can put it back below."))
    return redirect(url_for("saved.index"))


@blueprint.post("/<uuid:view_id>/put-back")
@requires("case:view")
def put_back(view_id: UUID) -> ResponseReturnValue:
    saving.put_back(own(saving.own_view(view_id)))
    flash(_("The view is back."))
    return redirect(url_for("saved.index"))


@blueprint.post("/<uuid:view_id>/earlier")
@requires("case:view")
def earlier(view_id: UUID) -> ResponseReturnValue:
    found: SavedView = own(saving.own_view(view_id))
    if found.deleted_at is None:
        saving.earlier(found)
    return redirect(url_for("saved.index"))


@blueprint.post("/<uuid:view_id>/first")
@requires("case:view")
def open_with(view_id: UUID) -> ResponseReturnValue:
    saving.open_with(own(saving.view(view_id)))
    flash(_("The list of cases opens with this view."))
    return redirect(url_for("saved.index"))


@blueprint.post("/first/none")
@requires("case:view")
def open_with_all() -> ResponseReturnValue:
    saving.open_with(None)
    flash(_("The list of cases opens with all open cases."))
    return redirect(url_for("saved.index"))
