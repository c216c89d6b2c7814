"""The factsheet page: a release as a sheet, and nothing but a release."""

from uuid import UUID

from flask import Blueprint, render_template, request
from flask_babel import gettext as _

from casework.core import audit, i18n
from casework.core.access import requires
from casework.core.scope import own
from casework.factsheets.content import SCALE, sheet
from casework.factsheets.forms import ReleaseForm
from casework.releases import queries
from casework.releases.models import Release
from casework.releases.reading import publication

blueprint = Blueprint("factsheets", __name__, url_prefix="/factsheet")


@blueprint.get("/")
@requires("factsheet:see")
def show() -> str:
    """The sheet of the newest frozen release, or of the one that is asked for."""
    readable = [one for one in queries.releases() if one.is_frozen or (one.is_open and one.is_shown)]
    release = queries.latest_frozen()
    if "release" in request.args:
        release = own(next((one for one in readable if one.id == _id(request.args["release"])), None))
    form = ReleaseForm(None, data={"release": str(release.id) if release else None})
    form.release.offer(lambda: [(str(one.id), _name(one)) for one in readable])
    if release is None:
        return render_template("factsheets/empty.html", release_form=form, has_drafts=bool(readable))
    audit.note("factsheet:see", "releases", release.id)
    return render_template(
        "factsheets/show.html",
        sheet=sheet(publication(queries.publication(release))),
        release=release,
        newer=next((one for one in readable if one.is_frozen and _corrects(one, release)), None),
        release_form=form,
        scale=SCALE,
    )


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _corrects(one: Release, other: Release) -> bool:
    """Whether it is a later edition of the same day."""
    return other.is_frozen and one.as_of == other.as_of and one.edition > other.edition


def _name(release: Release) -> str:
    day = i18n.day(release.as_of)
    if not release.is_frozen:
        return _("%(day)s – draft", day=day)
    if release.edition > 1:
        return _("%(day)s – correction, edition %(number)s", day=day, number=release.edition)
    return day
