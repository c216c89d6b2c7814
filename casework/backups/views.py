"""The page of backups: whether there is a good one, and what to do when there is not."""

from flask import Blueprint, render_template

from casework.backups import pages, queries
from casework.core.access import requires

blueprint = Blueprint("backups", __name__, url_prefix="/backups")


@blueprint.get("/")
@requires("backup:see")
def index() -> str:
    return render_template(
        "backups/index.html",
        verdict=pages.verdict(),
        is_set_up=queries.is_set_up(),
        is_training_copy=queries.is_training_copy(),
        keep=queries.settings().backup_keep,
        rows=pages.rows(queries.latest()),
    )
