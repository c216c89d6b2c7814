"""What the pages about exports show, in words."""

from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.datastructures import MultiDict

from casework.accounts.queries import names
from casework.approvals.models import Approval
from casework.cases.forms import FilterForm
from casework.cases.pages import chips, filters_from
from casework.core import i18n
from casework.core.scope import Principal
from casework.exports import queries
from casework.exports.models import Export


def filter_words(filters: dict[str, Any]) -> str:
    """What the list was narrowed to, in a line."""
    args = MultiDict(filters)
    form = FilterForm(args)
    return "; ".join(chip["label"] for chip in chips(form, filters_from(form, args))) or str(_("All open cases"))


def before() -> list[tuple[str, str]]:
    return [(_("Workbook"), _("Not made yet"))]


def after(one: Export) -> list[tuple[str, str]]:
    """What would leave the system."""
    return [
        (_("Workbook"), ngettext("%(num)s case", "%(num)s cases", one.rows)),
        (_("Which cases"), filter_words(one.filters)),
        (_("Names of persons"), _("Yes") if one.has_names else _("No, numbers only")),
        (_("Can be taken"), _("for 24 hours")),
    ]


def state(one: Export, request: Approval | None) -> tuple[str, str, str]:
    """How an export stands: words, tone, icon."""
    if one.expires_at is None:
        if queries.was_returned(one, request):
            return _("Not approved"), "red", "undo-2"
        return _("Awaits approval"), "amber", "clock"
    if queries.can_be_taken(one):
        return _("Until %(when)s", when=i18n.moment(one.expires_at)), "teal", "circle-check"
    return _("Expired"), "", "clock"


def rows(found: list[Export], who: Principal | None) -> list[dict[str, Any]]:
    """The list: who took what, and why."""
    people = names({one.asked_by_id for one in found})
    ids = [one.id for one in found]
    taken, requests = queries.times_taken(ids), queries.requests(ids)
    return [
        _row(one, people.get(one.asked_by_id, ""), taken.get(one.id, 0), requests.get(one.id), who) for one in found
    ]


def _row(one: Export, asker: str, taken: int, request: Approval | None, who: Principal | None) -> dict[str, Any]:
    is_mine = who is not None and one.asked_by_id == who.user_id
    return {
        "export": one,
        "title": ngettext("%(num)s case", "%(num)s cases", one.rows),
        "filters": filter_words(one.filters),
        "purpose": one.purpose.text,
        "asked": _("%(who)s, %(when)s", who=asker, when=i18n.moment(one.asked_at)),
        "state": state(one, request),
        "taken": ngettext("Taken %(num)s time", "Taken %(num)s times", taken) if taken else _("Not taken"),
        "take_url": url_for("exports.take", export_id=one.id) if is_mine and queries.can_be_taken(one) else "",
        "request_url": url_for("approvals.show", approval_id=request.id) if request is not None else "",
    }
