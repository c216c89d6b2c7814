"""Taking the case list out as a workbook: asking with a purpose, the list of exports, the workbook itself."""

from typing import Any
from uuid import UUID, uuid4

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from casework.approvals import pages as approvals
from casework.cases import saving
from casework.cases.forms import FilterForm
from casework.cases.pages import chips, filters_from
from casework.core import audit, clock
from casework.core.access import SENDING, requires
from casework.core.errors import DomainError
from casework.core.scope import own, principal
from casework.exports import actions, pages, queries, workbook
from casework.exports.forms import ExportForm
from casework.exports.models import Export
from casework.letters.views import download

blueprint = Blueprint("exports", __name__, url_prefix="/exports")


@blueprint.get("/")
@requires("case:export")
def index() -> str:
    found = queries.exports()
    audit.note("export:list", Export.__tablename__)
    return render_template("exports/index.html", rows=pages.rows(found, principal()))


@blueprint.route("/new", methods=["GET", "POST"])
@requires("case:export", fresh=SENDING)
def begin() -> ResponseReturnValue:
    """The filters stand in the address, as in the list that one comes from."""
    filter_form = FilterForm(request.args)
    filters = filters_from(filter_form, request.args)
    former = _former()
    asking = approvals.asking(queries.KIND, former or uuid4())
    form = ExportForm(data=actions.asked_again(former) if former else {})
    if form.validate_on_submit():
        try:
            made = actions.ask(filters, form.purpose.data or "", has_names=bool(form.has_names.data))
        except DomainError as error:
            form.refuse(error)
        else:
            ready = _("The workbook can be taken for 24 hours.")
            flash(approvals.sent_words() if made.expires_at is None else ready)
            return redirect(url_for("exports.index"))
    return render_template(
        "exports/new.html",
        form=form,
        asking=asking,
        rows=queries.count(filters),
        left_out=queries.left_out(filters),
        chips=chips(filter_form, filters),
        back_url=_list_url(saving.kept(filters)),
    )


def _list_url(kept: dict[str, Any]) -> str:
    return url_for("cases.index", **(kept or {"state": "open"}))


def _former() -> UUID | None:
    """The export that is asked for anew, when it came back."""
    try:
        return UUID(request.args.get("former", ""))
    except ValueError:
        return None


@blueprint.get("/<uuid:export_id>/cases.xlsx")
@requires("case:export", fresh=True)
def take(export_id: UUID) -> ResponseReturnValue:
    """The workbook, made now of the cases that were asked for: each taking, and every case, stands in the trail."""
    one: Export = own(queries.own_export(export_id))
    actions.check_can_be_taken(one)
    taken = queries.rows(one)
    made: Any = workbook.xlsx(one, taken, principal())
    actions.note_taken(one, taken)
    return download(made, f"cases-{clock.today().isoformat()}.xlsx", workbook.MEDIA_TYPE)
