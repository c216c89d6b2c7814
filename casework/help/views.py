"""Short pages that help, for everyone."""

from flask import Blueprint, render_template

from casework.core.access import public

blueprint = Blueprint("help", __name__, url_prefix="/help")


@blueprint.get("/")
@public
def index() -> str:
    return render_template("help/index.html")


@blueprint.get("/accessibility")
@public
def accessibility() -> str:
    return render_template("help/accessibility.html")
