"""The audit trail, for the data protection focal point: who looked at what and who changed what, never who it was."""

from flask import Blueprint, Response, abort, render_template, request
from flask.typing import ResponseReturnValue

from casework.core import audit, clock, heads
from casework.core.access import requires
from casework.core.scope import own, principal
from casework.core.vault import HOUSE
from casework.letters.views import download
from casework.oversight import pages, queries, workbook
from casework.oversight.forms import TrailFilter
from casework.oversight.words import action_words, kind_words

blueprint = Blueprint("oversight", __name__)


@blueprint.get("/audit")
@requires("audit:see")
def trail() -> ResponseReturnValue:
    who = own(principal())
    filter_form = TrailFilter(request.args)
    filter_form.validate()
    filters = pages.filters_from(filter_form)
    found = queries.trail(filters, request.args.get("page", 1, type=int))
    is_thorough = "check" in request.args
    chain = queries.chain(who.organisation_id, thoroughly=is_thorough)
    audit.note("audit:see", "audit_entries", page=found.number, narrowed=queries.noted(filters))
    return render_template(
        "oversight/trail.html",
        found=found,
        filter_form=filter_form,
        chips=pages.chips(filter_form),
        is_open=pages.is_open(filter_form),
        kept=pages.kept(request.args),
        chain=chain,
        is_thorough=is_thorough,
        findings=pages.finding_lines(chain) if chain is not None else [],
        head=queries.newest_head(who.organisation_id),
        most=queries.EXPORTED,
        action_words=action_words,
        kind_words=kind_words,
        role_words=pages.role_words,
    )


@blueprint.get("/audit/trail.xlsx")
@requires("audit:export", fresh=True)
def export() -> ResponseReturnValue:
    """The rows of the list as a workbook, as they are filtered: that it was taken stands in the trail."""
    filter_form = TrailFilter(request.args)
    if not filter_form.validate():
        abort(400)
    filters = pages.filters_from(filter_form)
    lines, total = queries.exported(filters)
    audit.note("audit:export", "audit_entries", rows=len(lines), narrowed=queries.noted(filters))
    made = workbook.xlsx(lines, total, [one["label"] for one in pages.chips(filter_form)], own(principal()))
    return download(made, f"audit-{clock.today().isoformat()}.xlsx", workbook.MEDIA_TYPE)


@blueprint.get("/audit/head.txt")
@requires("audit:see")
def head() -> Response:
    """How far one's own trail and that of the installation have come, signed now, to be kept outside of it."""
    who = own(principal())
    texts = [one.text for one in map(heads.signed_now, (who.organisation_id, HOUSE)) if one is not None]
    audit.note("audit:head", "audit_entries")
    return download(
        "\n".join(texts).encode(), f"audit-head-{clock.today().isoformat()}.txt", "text/plain; charset=utf-8"
    )
