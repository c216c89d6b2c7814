"""The declared tables: what each counts and by what; adding one from declared dimensions, and retiring it again."""

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from casework.core import i18n
from casework.core.access import requires
from casework.core.errors import DomainError
from casework.core.forms import JustAButton
from casework.core.scope import own
from casework.releases import actions, offered, pages, queries
from casework.releases.forms import AddTableForm
from casework.releases.models import AddedTable
from casework.releases.views import blueprint, may_make


@blueprint.get("/tables")
@requires("release:see")
def tables() -> str:
    return render_template("releases/tables.html", groups=offered.groups(), may_make=may_make())


@blueprint.route("/tables/new", methods=["GET", "POST"])
@requires("release:make")
def add_table() -> ResponseReturnValue:
    """First of which population, then by what."""
    chosen = request.args.get("of", "")
    if chosen not in offered.populations():
        groups = [offered.population(code) for code in offered.populations()]
        return render_template("releases/which.html", populations=groups)
    form = AddTableForm()
    form.dimensions.offer(lambda: offered.divisions(chosen))
    if form.validate_on_submit():
        try:
            actions.add_table(chosen, form.dimensions.data or [])
        except DomainError as error:
            form.refuse(error)
        else:
            flash(_("The table is added. The next release can have it."))
            return redirect(url_for("releases.tables"))
    group = offered.population(chosen)
    return render_template("releases/add_table.html", form=form, group=group)


@blueprint.route("/tables/<uuid:table_id>/retire", methods=["GET", "POST"])
@requires("release:make")
def retire_table(table_id: UUID) -> ResponseReturnValue:
    table: AddedTable = own(queries.added_table(table_id))
    form = JustAButton()
    if table.retired_at is not None:
        flash(_("This table was retired on %(day)s.", day=i18n.day(table.retired_at)), "info")
        return redirect(url_for("releases.tables"))
    if form.validate_on_submit():
        actions.retire_table(table)
        flash(_("The table is retired. Releases that have it keep it."))
        return redirect(url_for("releases.tables"))
    shown: pages.Offered = own(offered.added(table_id))
    return render_template("releases/retire_table.html", form=form, table=shown)
