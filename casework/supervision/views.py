"""Pages about the team: the board, the workload, handing many cases over, and who stands in for whom."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.datastructures import MultiDict

from casework.accounts.queries import caseworkers, names
from casework.cases import queries as cases
from casework.cases.forms import period_words
from casework.cases.models import Case
from casework.cases.rules import month_of, period
from casework.core import audit, clock, i18n
from casework.core.access import SENDING, requires
from casework.core.errors import DomainError, Hidden
from casework.core.forms import JustAButton, shown
from casework.core.scope import Principal, own, principal
from casework.core.web import conflict_page
from casework.persons.queries import revisions
from casework.reference import queries as codes
from casework.supervision import actions, pages, queries
from casework.supervision.forms import BoardFilter, CoverForm, HandOverForm, cover_values, first_days, lawyer_words
from casework.supervision.models import Cover
from casework.supervision.policy import concerned, may_read
from casework.supervision.queries import Proposal

blueprint = Blueprint("supervision", __name__, url_prefix="/team")

AT_MOST = 500
"""Cases handed over at once."""


def _me() -> Principal:
    who: Principal = own(principal())
    return who


# -- the board and the workload ----------------------------------------------------------------------------------


@blueprint.get("/")
@requires("team:see")
def team() -> str:
    form = BoardFilter(request.args)
    chosen = period(form.period.data or "") if form.validate() else None
    shows = chosen or own(period(month_of(clock.today())))
    wanted = queries.lists(shows.code)
    columns = pages.columns(period_words(shows))
    found = queries.board(wanted)
    sort = request.args.get("sort", "")
    audit.note("team:see", "cases")
    return render_template(
        "supervision/team.html",
        filter_form=form,
        columns=columns,
        rows=pages.in_order(pages.board_rows(found, wanted, columns), sort, [name for name, *_rest in columns]),
        sort=sort.lstrip("-"),
        descending=sort.startswith("-"),
        stages=pages.stages(queries.stays(), [one.lawyer for one in found.rows]),
    )


@blueprint.get("/workload")
@requires("workload:see")
def workload() -> str:
    month = month_of(clock.today())
    return render_template("supervision/workload.html", rows=pages.workload(month))


# -- handing over ------------------------------------------------------------------------------------------------


@blueprint.get("/reassign")
@requires("case:reassign")
def reassign() -> ResponseReturnValue:
    """Whose cases are to be handed over; then, which of them and to whom."""
    lawyer = next((one for one in cases.lawyers() if str(one.id) == request.args.get("lawyer")), None)
    if lawyer is None:
        return _choose_lawyer()
    found = queries.open_cases_of(lawyer.id)[:AT_MOST]
    return _choose(HandOverForm(formdata=None), found, {one.id for one in found}, lawyer.id)


def _choose_lawyer(message: str = "") -> str:
    return render_template(
        "supervision/whose.html",
        message=message,
        sources=pages.sources(),
        recent=pages.recent(queries.reassignments()),
    )


@blueprint.post("/reassign/chosen")
@requires("case:reassign")
def chosen() -> ResponseReturnValue:
    """The cases chosen in the list, to be handed over."""
    found = _cases("case_ids")
    if not found:
        return _choose_lawyer(_("Select a case first, or choose whose cases are to be handed over.")), 422
    return _choose(HandOverForm(formdata=None), found, {one.id for one in found})


@blueprint.post("/reassign")
@requires("case:reassign", fresh=SENDING)
def hand_over() -> ResponseReturnValue:
    """First what will happen, then doing it: nothing is done that was not shown before."""
    form = HandOverForm()
    lawyer_id = _ids(request.form, "lawyer")[:1]
    offered = _cases("offered") or _cases("case_ids")
    ticked = set(_ids(request.form, "case_ids"))
    left = lawyer_id[0] if lawyer_id else None
    form.to.offer(lambda: lawyer_words(left))
    if not offered:
        return _choose_lawyer(_("Select a case first, or choose whose cases are to be handed over.")), 422
    step = request.form.get("step")
    if step == "change":
        return _choose(form, offered, ticked, left)
    wanted = [one for one in offered if one.id in ticked]
    is_valid = form.validate_on_submit()
    if is_valid and not wanted:
        form.refuse(DomainError(_("Select a case first.")))
        is_valid = False
    if not is_valid:
        return _choose(form, offered, ticked, left)
    to = [UUID(one) for one in form.to.data or []]
    if step != "do":
        return _preview(form, offered, wanted, queries.proposed(wanted, to, is_even=form.spread.data == "even"), left)
    given = {one.id: UUID(said) for one in wanted if (said := _given_to(one)) is not None}
    proposal = Proposal(given, queries.checked(wanted, given))
    if proposal.refusals or any(_has_changed(one) for one in wanted if one.id in given):
        form.refuse(DomainError(_("Something speaks against it, or has changed meanwhile: look at the rows again.")))
        return _preview(form, offered, wanted, proposal, left)
    try:
        made = actions.reassign_many(wanted, given, form.reason.data or "", form.told())
    except DomainError as error:
        form.refuse(error)
        return _preview(form, offered, wanted, proposal, left)
    flash(ngettext("%(num)s case has a new lawyer.", "%(num)s cases have a new lawyer.", len(made.lines)))
    return redirect(url_for("supervision.handed_over", reassignment_id=made.id))


def _ids(sent: MultiDict[str, str], name: str) -> list[UUID]:
    """The ids sent under a name; what is none is left out."""
    found = []
    for text in dict.fromkeys(sent.getlist(name)):
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return found[:AT_MOST]


def _cases(name: str) -> list[Case]:
    return cases.chosen(_ids(request.form, name))


def _given_to(case: Case) -> str | None:
    """Who is to get a case, as said in its row; None: it stays where it is."""
    said = request.form.get(f"to-{case.id}", "")
    return said if case.is_open and said in {str(one.id) for one in caseworkers()} else None


def _has_changed(case: Case) -> bool:
    return request.form.get(f"version-{case.id}") != str(case.version)


def _choose(
    form: HandOverForm, offered: list[Case], ticked: set[UUID], left: UUID | None = None
) -> ResponseReturnValue:
    form.to.offer(lambda: lawyer_words(left))
    audit.read("team:reassign", "cases", [one.id for one in offered])
    return render_template(
        "supervision/choose.html",
        form=form,
        rows=pages.case_rows(offered),
        cases=offered,
        ticked=ticked,
        away=pages.away_lawyers(left),
        lawyer_id=left,
        lawyer_name=names({left}).get(left, "") if left else "",
    )


def _preview(form: HandOverForm, offered: list[Case], wanted: list[Case], proposal: Proposal, left: UUID | None) -> str:
    against = pages.left_out(wanted, proposal)
    against |= proposal.refusals
    audit.read("team:reassign", "cases", [one.id for one in wanted])
    is_second_look = request.form.get("step") == "do"
    changed = {one.id for one in wanted if is_second_look and _has_changed(one)}
    going = sorted((one for one in wanted if one.is_open), key=lambda one: one.id not in {*against, *changed})
    return render_template(
        "supervision/preview.html",
        form=form,
        offered=offered,
        rows=pages.case_rows(going),
        cases=going,
        closed=pages.case_rows(one for one in wanted if not one.is_open),
        given=proposal.given,
        against=against,
        powerless=queries.losing_power(going, proposal.given),
        changed=changed,
        ready=len([one for one in proposal.given if one not in proposal.refusals]),
        lawyers=pages.who_gets(),
        away=pages.away_lawyers(None),
        shares=pages.shares(going, proposal.given),
        facts=[(field.label.text, shown(field)) for field in (form.reason, form.words, form.handover) if field.data],
        lawyer_id=left,
    )


@blueprint.get("/reassign/<uuid:reassignment_id>")
@requires("case:list")
def handed_over(reassignment_id: UUID) -> str:
    made, who = own(queries.reassignment(reassignment_id)), _me()
    if not (who.may("case:reassign") or who.user_id in concerned(made)):
        raise Hidden
    audit.read("team:reassign", "cases", [line.case_id for line in made.lines])
    by = names({made.made_by_id, made.undone_by_id})
    rows = pages.handed_over(made, who)
    may_undo = who.may("case:reassign") and clock.now() <= made.undo_until
    return render_template(
        "supervision/handed_over.html",
        made=made,
        rows=rows,
        summary=pages.summary(made),
        reason=codes.label("reassign_reason", made.reason),
        made_by=by.get(made.made_by_id, _("Former colleague")),
        undone_by=by.get(made.undone_by_id, _("Former colleague")),
        may_undo=may_undo and any(row["against"] is None for row in rows),
        some_stay=any(not row["is_undone"] and row["against"] for row in rows),
        until=i18n.moment(made.undo_until),
    )


@blueprint.get("/reassign/<uuid:reassignment_id>/undo")
@requires("case:reassign")
def ask_undo(reassignment_id: UUID) -> ResponseReturnValue:
    """Which cases would go back to whom; nothing is done yet."""
    made = own(queries.reassignment(reassignment_id))
    going = pages.going_back(pages.handed_over(made, _me()))
    if not going["back"] or clock.now() > made.undo_until:
        return redirect(url_for("supervision.handed_over", reassignment_id=made.id))
    audit.read("team:reassign", "cases", [line.case_id for line in made.lines])
    return render_template("supervision/undo.html", form=JustAButton(formdata=None), made=made, **going)


@blueprint.post("/reassign/<uuid:reassignment_id>/undo")
@requires("case:reassign")
def undo(reassignment_id: UUID) -> ResponseReturnValue:
    made = own(queries.reassignment(reassignment_id))
    audit.read("team:reassign", "cases", [line.case_id for line in made.lines])
    count = actions.undo(made)
    flash(
        ngettext(
            "%(num)s case is with its former lawyer again.", "%(num)s cases are with their former lawyers again.", count
        )
    )
    return redirect(url_for("supervision.handed_over", reassignment_id=made.id))


# -- standing in -------------------------------------------------------------------------------------------------


@blueprint.route("/cover", methods=["GET", "POST"])
@requires("workload:see")
def cover() -> ResponseReturnValue:
    who = _me()
    form = _prepared(CoverForm(data={**first_days(), "user": str(who.user_id)}), who)
    if form.validate_on_submit():
        try:
            actions.plan_cover(form.planned(who.user_id if "user" not in form else None))
        except DomainError as error:
            form.refuse(error)
        else:
            flash(_("The stand-in is named. Both are told, and it ends by itself after the last day."))
            return redirect(url_for("supervision.cover"))
    return render_template("supervision/cover.html", form=form, groups=pages.cover_groups(queries.covers(), who))


def _prepared(form: CoverForm, who: Principal) -> CoverForm:
    if not who.may("team:cover"):  # one’s own absence
        del form.user
    return form


@blueprint.route("/cover/<uuid:cover_id>", methods=["GET", "POST"])
@requires("workload:see")
def change_cover(cover_id: UUID) -> ResponseReturnValue:
    found, who = _cover(cover_id), _me()
    form = _prepared(CoverForm(data={**cover_values(found), "version": str(found.version)}), who)
    if form.validate_on_submit():
        if form.seen_version() != found.version:
            return _conflict(form, found, who)
        try:
            actions.change_cover(found, form.planned(found.user_id if "user" not in form else None))
        except DomainError as error:
            form.refuse(error)
        else:
            flash(_("Changed. Both are told."))
            return redirect(url_for("supervision.cover"))
    return render_template("supervision/change_cover.html", form=form, cover=found)


def _conflict(form: CoverForm, found: Cover, who: Principal) -> ResponseReturnValue:
    last = next(iter(revisions([found.id])), None)
    return conflict_page(
        form,
        _prepared(CoverForm(formdata=None, data=cover_values(found)), who),
        version=found.version,
        keep_url=url_for("supervision.cover"),
        who=names({last.actor_id}).get(last.actor_id) if last else None,
        when=i18n.moment(last.at) if last else "",
    )


@blueprint.post("/cover/<uuid:cover_id>/end")
@requires("workload:see")
def end_cover(cover_id: UUID) -> ResponseReturnValue:
    found = _cover(cover_id)
    is_to_come = pages.is_to_come(found)
    actions.end_cover(found)
    flash(_("Cancelled. You can bring it back below.") if is_to_come else _("Ended. You can bring it back below."))
    return redirect(url_for("supervision.cover"))


@blueprint.post("/cover/<uuid:cover_id>/resume")
@requires("workload:see")
def resume_cover(cover_id: UUID) -> ResponseReturnValue:
    actions.resume_cover(_cover(cover_id))
    flash(_("It holds again, as it was agreed."))
    return redirect(url_for("supervision.cover"))


def _cover(cover_id: UUID) -> Cover:
    found: Cover = own(queries.cover(cover_id))
    if not may_read(_me(), found):
        raise Hidden
    return found
