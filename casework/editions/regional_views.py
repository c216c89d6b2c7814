"""Where editions meet other countries: a published one is signed for a regional office, several are put together."""

from uuid import UUID

from flask import Blueprint, Response, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from casework.core import config
from casework.core.access import requires
from casework.core.config import COUNTRIES
from casework.core.errors import DomainError, Hidden
from casework.core.scope import own
from casework.editions import actions, queries
from casework.editions.models import Edition, Step
from casework.regional import actions as regional_actions
from casework.regional import pages
from casework.regional import queries as regional
from casework.regional.forms import BeginForm
from casework.regional.models import ImportedBundle

blueprint = Blueprint("regional_editions", __name__, url_prefix="/regional")


@blueprint.get("/export/<uuid:edition_id>")
@requires("regional:manage")
def export(edition_id: UUID) -> ResponseReturnValue:
    """The published languages of an edition of this country, signed: nothing that is not public already."""
    edition: Edition = own(queries.edition(edition_id))
    published = {one.language: one.content.encode() for one in edition.languages if one.step == Step.PUBLISHED}
    if not published or edition.area != config.country():
        raise Hidden
    data = regional_actions.signed(published)
    answer = Response(data, mimetype="application/zip")
    answer.headers["Content-Disposition"] = f'attachment; filename="{edition.code}.zip"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


@blueprint.route("/new", methods=["GET", "POST"])
@requires("regional:manage")
def begin() -> ResponseReturnValue:
    """Choose one signed edition of each country, and begin the sheet of them all."""
    found = [one for one in regional.standing() if one.key.is_trusted]
    form = BeginForm(data=_suggested(found))
    for area in COUNTRIES:
        offered = [(one.digest, pages.choice(one)) for one in found if one.area == area]
        if offered:
            form[area].offer(lambda offered=offered: offered)
        else:
            del form[area]
    if form.validate_on_submit():
        try:
            regional.opened(form.chosen)
            edition = actions.begin_regional(form.as_of.data, form.chosen)
        except DomainError as error:
            form.refuse(error)
        else:
            flash(_("The regional sheet is begun. Read its texts in English first, then the translations."))
            return redirect(url_for("editions.show", edition_id=edition.id))
    return render_template("regional/new.html", form=form), 422 if form.errors else 200


def _suggested(found: list[ImportedBundle]) -> dict[str, object]:
    """The newest edition of each country, and the latest of their days."""
    newest = {one.area: one for one in reversed(found)}
    return {
        "as_of": max((one.as_of for one in newest.values()), default=None),
        **{area: one.digest for area, one in newest.items()},
    }
