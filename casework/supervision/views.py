"""The supervisor's view of the team."""

from flask import Blueprint, render_template

from casework.accounts.policy import may_hold_cases
from casework.cases.queries import lawyers, loads
from casework.core import audit
from casework.core.access import requires

blueprint = Blueprint("supervision", __name__, url_prefix="/team")


@blueprint.get("/")
@requires("team:see")
def team() -> str:
    found = loads(lawyers())
    audit.note("team:see", "cases")
    return render_template("supervision/team.html", loads=found, may_hold_cases=may_hold_cases)
