"""The factsheet page."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from casework.core import audit, clock
from casework.core.access import requires
from casework.factsheets.content import SCALE, sheet
from casework.figures.views import asked_period, by_labels

blueprint = Blueprint("factsheets", __name__, url_prefix="/factsheet")


@blueprint.get("/")
@requires("factsheet:see")
def show() -> ResponseReturnValue:
    """The sheet as of a chosen day, from the live figures: a draft, not a release."""
    form, as_of, _since = asked_period(clock.today().replace(day=1))
    audit.note("factsheet:see", "figures", as_of=as_of.isoformat())
    page = render_template(
        "factsheets/show.html",
        sheet=sheet(as_of),
        period_form=form,
        by_labels=by_labels(),
        scale=SCALE,
    )
    return page, 422 if form.errors else 200
