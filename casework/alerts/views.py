"""Alerts from the audit trail: the list, one of them, and from which number on something is unusual."""

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from casework.accounts.queries import names
from casework.alerts import actions, pages, queries
from casework.alerts.forms import DecideForm, RuleForm, decide_values, rule_values
from casework.alerts.models import Alert
from casework.alerts.rules import Kind, Rule, State
from casework.core import audit, clock, i18n
from casework.core.access import requires
from casework.core.errors import DomainError, Hidden
from casework.core.scope import own
from casework.core.web import conflict_page

blueprint = Blueprint("alerts", __name__, url_prefix="/alerts")


@blueprint.get("/")
@requires("alert:see")
def index() -> str:
    state = State.LOOKED_AT if request.args.get("show") == "looked-at" else State.OPEN
    found = queries.page(state, request.args.get("page", 1, type=int))
    audit.note("alert:list", "alerts")
    return render_template(
        "alerts/index.html",
        found=found,
        rows=pages.rows(list(found.rows)),
        is_open=state is State.OPEN,
        parts=[
            {
                "label": _("To look at"),
                "url": url_for("alerts.index"),
                "count": queries.count(State.OPEN),
                "is_current": state is State.OPEN,
            },
            {
                "label": _("Looked at"),
                "url": url_for("alerts.index", show="looked-at"),
                "count": None,
                "is_current": state is State.LOOKED_AT,
            },
        ],
    )


@blueprint.route("/<uuid:alert_id>", methods=["GET", "POST"])
@requires("alert:see")
def show(alert_id: UUID) -> ResponseReturnValue:
    alert: Alert = own(queries.alert(alert_id))
    audit.note("alert:open", "alerts", alert.id)
    form = DecideForm(data=decide_values(alert))
    if form.validate_on_submit():
        if form.seen_version() != alert.version:
            return _conflict(alert, form)
        try:
            actions.decide(alert, form.verdict.data or "", form.comment.data)
        except DomainError as error:
            form.refuse(error)
        else:
            flash(_("What you found is kept."))
            return redirect(url_for("alerts.index"))
    shown = pages.shown(alert)
    return render_template("alerts/show.html", alert=alert, shown=shown, form=form)


def _conflict(alert: Alert, form: Any) -> ResponseReturnValue:
    """Somebody else looked at it, or it has grown meanwhile."""
    return conflict_page(
        form,
        DecideForm(formdata=None, data=decide_values(alert)),
        version=alert.version,
        keep_url=url_for("alerts.show", alert_id=alert.id),
        who=names({alert.decided_by_id}).get(alert.decided_by_id),
        when=i18n.moment(alert.changed_at),
    )


@blueprint.get("/rules")
@requires("alert:see")
def rules() -> str:
    return render_template("alerts/rules.html", rows=pages.rule_rows())


@blueprint.route("/rules/<which>", methods=["GET", "POST"])
@requires("alert:see")
def rule(which: str) -> ResponseReturnValue:
    if which not in set(Kind):
        raise Hidden
    kind = Kind(which)
    form = RuleForm(data=rule_values(queries.rule(kind, clock.today())))
    if kind is not Kind.NIGHT:
        del form.with_weekends
    if form.validate_on_submit():
        weekends = kind is Kind.NIGHT and form.with_weekends.data
        try:
            actions.change_rule(kind, Rule(form.threshold.data, form.is_on.data, weekends))
        except DomainError as error:
            form.refuse(error)
        else:
            flash(_("This holds from today on. The others who read alerts are told."))
            return redirect(url_for("alerts.rules"))
    stands = queries.rule(kind, clock.today())
    return render_template("alerts/rule.html", form=form, title=pages.title(kind), meaning=pages.meaning(kind, stands))
