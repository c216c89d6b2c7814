"""Pages with figures: counts only, never a person."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from casework.accounts.queries import names
from casework.core import audit, clock, i18n
from casework.core.access import requires
from casework.core.db import db
from casework.core.errors import DomainError
from casework.core.scope import own
from casework.figures import actions, indicators, queries, report
from casework.figures.forms import ExternalForm, PeriodForm, VoidForm, asks_for_a_day, year_before
from casework.figures.models import ExternalFigure
from casework.figures.policy import coverage

blueprint = Blueprint("figures", __name__, url_prefix="/figures")


def day_in_address(day: date, name: str = "as_of") -> dict[str, Any]:
    """A day as the parameters that the three-field date reads."""
    return {f"{name}-day": day.day, f"{name}-month": day.month, f"{name}-year": day.year}


def asked_period(defaults: date) -> tuple[PeriodForm, date, date]:
    """The form, and the days it asks for; the defaults when it asks for days that cannot be."""
    asked = request.args if asks_for_a_day(request.args) else None
    form = PeriodForm(asked, data={"as_of": defaults, "since": year_before(defaults)})
    if asked is not None and not form.validate():
        return form, defaults, year_before(defaults)
    as_of = form.as_of.data or defaults
    if form.since.data is None or form.since.data > as_of:
        # The day of another question still stands there: whoever asks for 2025 should not have to clear it first.
        form.since.process(None, data=year_before(as_of))
    return form, as_of, form.since.data


@blueprint.get("/")
@requires("figures:see")
def index() -> ResponseReturnValue:
    who = db.session.info["principal"]
    of = coverage(who)
    form, as_of, since = asked_period(clock.today())
    # Each look is noted: asking again and again for the next day would tell what changed in between.
    audit.note("figures:see", "figures", as_of=as_of.isoformat(), since=since.isoformat())
    breakdowns = report.breakdowns(as_of, of)
    accounts = [report.account(indicator, since, as_of, of) for indicator in indicators.COUNTED]
    page = render_template(
        "figures/index.html",
        period_form=form,
        as_of=as_of,
        since=since,
        organisation=who.organisation_name if of is not None else None,
        key_figures=report.key_figures(as_of, of),
        breakdowns=[
            (indicator, [one for one in breakdowns if one.indicator is indicator]) for indicator in indicators.COUNTED
        ],
        by_labels=by_labels(),
        accounts=accounts,
        has_hidden=any([one.has_hidden for one in breakdowns] + [one.has_hidden for one in accounts]),
        has_movements=queries.has_movements(of),
        tomorrow=clock.today() + timedelta(days=1),
        tomorrow_url=url_for("figures.index", **day_in_address(clock.today() + timedelta(days=1))),
    )
    return page, 422 if form.errors else 200


def by_labels() -> dict[str, str]:
    return {
        "origin": _("By country of origin"),
        "region": _("By region of residence"),
        "sex": _("By sex"),
        "age_band": _("By age on that day"),
    }


@blueprint.get("/external")
@requires("figures:external")
def external() -> str:
    figures = queries.external_figures()
    users = names({who for one in figures for who in (one.entered_by_id, one.verified_by_id, one.voided_by_id)})
    return render_template(
        "figures/external.html",
        rows=[_external_row(figure, users) for figure in figures],
        me=db.session.info["principal"].user_id,
    )


def _external_row(figure: ExternalFigure, users: dict[UUID | None, str]) -> dict[str, Any]:
    known = indicators.SERIES.get(figure.series)
    return {
        "figure": figure,
        "name": str(known.name) if known else figure.series,
        "scope": str(indicators.SCOPES.get(figure.scope, figure.scope)),
        "text": report.worded(figure.value, figure.unit, figure.qualifier),
        "entered_by": users.get(figure.entered_by_id) or _("Delivered with Casework"),
        "verified_by": users.get(figure.verified_by_id),
        "voided": _voided_words(figure, users),
    }


def _voided_words(figure: ExternalFigure, users: dict[UUID | None, str]) -> str:
    if figure.voided_at is None:
        return ""
    return _(
        "Void since %(when)s (%(who)s): %(reason)s",
        when=i18n.moment(figure.voided_at),
        who=users.get(figure.voided_by_id) or _("System"),
        reason=figure.void_reason,
    )


@blueprint.route("/external/new", methods=["GET", "POST"])
@requires("figures:external")
def enter_external() -> ResponseReturnValue:
    form = ExternalForm(data={"scope": indicators.NATIONAL})
    if form.validate_on_submit() and form.value.amount is not None:
        try:
            actions.enter_external(
                series=form.series.data,
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
    row = _external_row(figure, {})
    return render_template(
        "figures/void.html",
        form=form,
        pairs=[
            (_("Figure"), row["name"]),
            (_("What it covers"), row["scope"]),
            (_("Value"), row["text"]),
            (_("As of"), i18n.day(figure.as_of)),
            (_("Source"), figure.source),
        ],
        warning=_("This figure has been verified. Figures of past days that rest on it change at once.")
        if figure.verified_at
        else "",
    )
