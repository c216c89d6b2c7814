"""Pages with figures: counts only, never a person."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from casework.core import audit, clock, i18n
from casework.core.access import requires
from casework.core.db import db
from casework.figures import indicators, queries, report
from casework.figures.forms import MonthForm, PeriodForm, asks_for_a_day, firsts, year_before
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


def asked_month() -> tuple[MonthForm, date]:
    """The form, and the first of a month that it asks for; the latest one when it asks for none that can be."""
    latest = firsts()[0]
    day = request.args.get("as_of") or "-".join(
        request.args.get(f"as_of-{part}", "").zfill(2) for part in ("year", "month", "day")
    )
    asked = MultiDict({"as_of": day}) if any(name.startswith("as_of") for name in request.args) else None
    form = MonthForm(asked, data={"as_of": latest.isoformat()})
    if asked is None or not form.validate() or form.as_of.day is None:
        return form, latest
    offered = sorted({*firsts(), form.as_of.day}, reverse=True)
    form.as_of.offer(lambda: [(one.isoformat(), i18n.day(one)) for one in offered])
    return form, form.as_of.day


@blueprint.get("/")
@requires("figures:see")
def index() -> ResponseReturnValue:
    who = db.session.info["principal"]
    of = coverage(who)
    return national() if of is None else caseload(of, who.organisation_name)


def national() -> ResponseReturnValue:
    """The Key Figures of the country. Not by any day, and not divided: whoever may ask often enough may subtract."""
    form, as_of = asked_month()
    audit.note("figures:see", "figures", as_of=as_of.isoformat())
    page = render_template(
        "figures/index.html",
        month_form=form,
        as_of=as_of,
        organisation=None,
        key_figures=report.key_figures(as_of),
        has_movements=queries.has_movements(),
    )
    return page, 422 if form.errors else 200


def caseload(organisation_id: UUID, organisation: str) -> ResponseReturnValue:
    """What an organisation counts of its own persons: exactly, as of any day."""
    form, as_of, since = asked_period(clock.today())
    audit.note("figures:see", "figures", as_of=as_of.isoformat(), since=since.isoformat())
    breakdowns = report.breakdowns(as_of, organisation_id)
    page = render_template(
        "figures/index.html",
        period_form=form,
        as_of=as_of,
        since=since,
        organisation=organisation,
        key_figures=report.key_figures(as_of, organisation_id),
        breakdowns=[
            (indicator, [one for one in breakdowns if one.indicator is indicator]) for indicator in indicators.COUNTED
        ],
        by_labels=by_labels(),
        accounts=[report.account(indicator, since, as_of, organisation_id) for indicator in indicators.COUNTED],
        has_movements=queries.has_movements(organisation_id),
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
