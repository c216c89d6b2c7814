"""Pages with the figures that come from elsewhere: entering, verifying and voiding them, their history, their sums."""

from typing import Any
from uuid import UUID

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from casework.core import audit, config, i18n
from casework.core.access import requires
from casework.core.db import db
from casework.core.errors import DomainError
from casework.core.scope import own
from casework.figures import actions, external_pages, external_queries, indicators, queries, report, sums, sums_pages
from casework.figures.external_forms import STATES, ExternalForm, SieveForm, VoidForm
from casework.figures.imports import category
from casework.figures.models import ExternalFigure
from casework.figures.views import blueprint


@blueprint.get("/external")
@requires("figures:external")
def external() -> ResponseReturnValue:
    form = SieveForm(MultiDict({name: request.args.get(name, "") for name in ("series", "state")}))
    form.series.offer(_series_choices)
    is_valid = form.validate()
    series, state = (form.series.data or "", form.state.data or "") if is_valid else ("", "")
    found = external_queries.figures(series=series, state=state, number=request.args.get("page", 1, type=int))
    page = render_template(
        "figures/external.html",
        sieve=form,
        chips=_chips(series, state),
        found=found,
        rows=external_pages.rows(found.rows),
        me=db.session.info["principal"].user_id,
    )
    return page, 200 if is_valid else 422


def _series_choices() -> list[tuple[str, str]]:
    codes = external_queries.series_in_use()
    return sorted(((code, external_pages.series_name(code)) for code in codes), key=lambda pair: pair[1])


def _chips(series: str, state: str) -> list[dict[str, str]]:
    found = []
    if series:
        label = _("Figure: %(name)s", name=external_pages.series_name(series))
        found.append({"name": "series", "value": series, "label": label})
    if state:
        found.append({"name": "state", "value": state, "label": _("State: %(name)s", name=str(dict(STATES)[state]))})
    return found


@blueprint.get("/external/series/<series>")
@requires("figures:external")
def series(series: str) -> str:
    """Everything that was ever entered of one line."""
    if series not in indicators.SERIES:
        abort(404)
    found = external_queries.figures(series=series, number=request.args.get("page", 1, type=int))
    return render_template(
        "figures/external_series.html",
        name=external_pages.series_name(series),
        found=found,
        rows=external_pages.rows(found.rows),
    )


@blueprint.get("/external/sums")
@requires("figures:external")
def external_sums() -> str:
    every = sums.checked(external_queries.standing(sums.series_needed()))
    shares = external_queries.standing(
        code for code, one in indicators.SERIES.items() if one.unit is indicators.Unit.PERCENT
    )
    return render_template(
        "figures/external_sums.html",
        sums=sums_pages.sums_shown(every, _counted(every)),
        shares=sums_pages.shares_shown(shares),
    )


def _counted(every: list[sums.Checked]) -> dict[tuple[str, Any], str]:
    """What Casework itself counts on the days of the sums that somebody else has counted, too."""
    found = {}
    for day in {one.composite.whole.as_of for one in every if one.composite.indicator}:
        audit.note("figures:see", "figures", as_of=day.isoformat())
        own_figures = report.key_figures(day)
        for code in {one.composite.indicator for one in every if one.composite.indicator}:
            try:
                found[code, day] = own_figures.figure(code).text
            except KeyError:  # a part that may not be shown beside its whole
                found[code, day] = _("hidden to protect people")
    return found


@blueprint.route("/external/new", methods=["GET", "POST"])
@requires("figures:external")
def enter_external() -> ResponseReturnValue:
    form = ExternalForm(data={"scope": config.country()})
    if form.validate_on_submit() and form.value.amount is not None:
        try:
            actions.enter_external(
                series=form.series.data,
                category=category(origin=form.origin.data or ""),
                as_of=form.as_of.data,
                value=form.value.amount,
                numerator=form.numerator.amount,
                denominator=form.denominator.amount,
                scope=form.scope.data,
                qualifier=form.qualifier.data or "",
                source=form.source.data or "",
                document=form.document.data,
                note=form.note.data,
            )
        except DomainError as error:
            form.refuse(error)
        else:
            flash(_("Entered. Somebody else has to verify it against its source."))
            return redirect(url_for("figures.external"))
    return render_template("figures/enter.html", form=form), 422 if form.errors else 200


@blueprint.post("/external/<uuid:figure_id>/verify")
@requires("figures:external")
def verify_external(figure_id: UUID) -> ResponseReturnValue:
    figure = own(queries.external_figure(figure_id))
    try:
        actions.verify_external(figure)
    except DomainError as error:
        flash(error.message, "error")
    else:
        flash(_("Verified."))
    return redirect(url_for("figures.external"))


@blueprint.route("/external/<uuid:figure_id>/void", methods=["GET", "POST"])
@requires("figures:external")
def void_external(figure_id: UUID) -> ResponseReturnValue:
    figure: ExternalFigure = own(queries.external_figure(figure_id))
    form = VoidForm()
    if form.validate_on_submit():
        try:
            actions.void_external(figure, form.reason.data or "")
        except DomainError as error:
            form.refuse(error)
        else:
            flash(_("The figure is void, and nothing uses it any more. If there is a right one, enter it now."))
            return redirect(url_for("figures.external"))
    row = external_pages.rows([figure])[0]
    return render_template(
        "figures/void.html",
        form=form,
        pairs=[
            (_("Figure"), row["name"]),
            (_("Of whom"), row["of"] or _("Of all")),
            (_("What it covers"), row["scope"]),
            (_("Value"), row["text"]),
            (_("As of"), i18n.day(figure.as_of)),
            (_("Source"), figure.source),
        ],
        warning=_("This figure has been verified. Figures of past days that rest on it change at once.")
        if figure.verified_at
        else "",
    )
