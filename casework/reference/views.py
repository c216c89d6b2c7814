"""Code lists for the administrator to edit and the statistics officer to look up."""

from datetime import date
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from casework.core import clock
from casework.core.access import requires
from casework.core.errors import DomainError, Hidden
from casework.core.scope import own
from casework.core.web import conflict_page
from casework.reference import actions, queries
from casework.reference.forms import ItemForm, NewItemForm, RetireForm
from casework.reference.models import CodeItem
from casework.reference.titles import title

blueprint = Blueprint("reference", __name__)


def state(item: CodeItem, on: date) -> str:
    """offered, retired, or not yet offered on this day."""
    if item.retired_on is not None and item.retired_on <= on:
        return "retired"
    return "coming" if item.effective_from > on else "offered"


@blueprint.get("/codes")
@requires("codes:see")
def index() -> ResponseReturnValue:
    rows = sorted((title(name), name, count, unconfirmed) for name, count, unconfirmed in queries.counts())
    return render_template("reference/index.html", rows=rows)


@blueprint.get("/codes/<list_name>", endpoint="list")
@requires("codes:see")
def one_list(list_name: str) -> ResponseReturnValue:
    if list_name not in queries.lists():
        raise Hidden
    items = queries.every_item(list_name)
    today = clock.today()
    return render_template(
        "reference/list.html",
        title=title(list_name),
        list_name=list_name,
        rows=[(item, state(item, today)) for item in items],
        unconfirmed=sum(not item.is_confirmed for item in items if state(item, today) == "offered"),
    )


@blueprint.route("/codes/<list_name>/add", methods=["GET", "POST"])
@requires("codes:edit")
def add(list_name: str) -> ResponseReturnValue:
    if list_name not in queries.lists():
        raise Hidden
    form = NewItemForm()
    if form.validate_on_submit():
        try:
            actions.add(
                list_name,
                form.code.data,
                label_en=form.label_en.data,
                label_ru=form.label_ru.data,
                label_kk=form.label_kk.data,
                effective_from=form.effective_from.data,
                source=form.source.data,
            )
        except DomainError as error:
            form.refuse(error)
        else:
            flash(_("The item is added at the end of the list."))
            return redirect(url_for("reference.list", list_name=list_name))
    return render_template("reference/add.html", form=form, title=title(list_name), list_name=list_name)


@blueprint.route("/codes/items/<uuid:item_id>", methods=["GET", "POST"])
@requires("codes:edit")
def item(item_id: UUID) -> ResponseReturnValue:
    found: CodeItem = own(queries.item_by_id(item_id))
    form = ItemForm(obj=found)
    if form.validate_on_submit():
        if form.seen_version() != found.version:
            here = url_for("reference.item", item_id=item_id)
            return conflict_page(form, ItemForm(formdata=None, obj=found), version=found.version, keep_url=here)
        actions.change(
            found,
            label_en=form.label_en.data,
            label_ru=form.label_ru.data,
            label_kk=form.label_kk.data,
            position=form.position.data,
            is_confirmed=bool(form.is_confirmed.data),
            source=form.source.data,
        )
        flash(_("The item is changed."))
        return redirect(url_for("reference.list", list_name=found.list))
    return render_template("reference/item.html", form=form, item=found, title=title(found.list))


@blueprint.route("/codes/items/<uuid:item_id>/retire", methods=["GET", "POST"])
@requires("codes:edit")
def retire(item_id: UUID) -> ResponseReturnValue:
    found: CodeItem = own(queries.item_by_id(item_id))
    form = RetireForm(obj=found) if found.retired_on is not None else RetireForm(version=found.version)
    if form.validate_on_submit():
        if form.seen_version() != found.version:
            here = url_for("reference.item", item_id=item_id)
            return conflict_page(form, RetireForm(formdata=None, obj=found), version=found.version, keep_url=here)
        try:
            actions.retire(found, form.retired_on.data)
        except DomainError as error:
            form.refuse(error)
        else:
            flash(_("The item is retired. What was recorded with it stays readable."))
            return redirect(url_for("reference.list", list_name=found.list))
    return render_template("reference/retire.html", form=form, item=found, title=title(found.list))
