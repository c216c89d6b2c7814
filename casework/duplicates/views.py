"""Likely pairs: the queue, two records side by side with three answers, and looking at all records anew."""

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from casework.accounts.queries import names
from casework.core import audit, i18n
from casework.core.access import requires
from casework.core.errors import DomainError
from casework.core.forms import JustAButton
from casework.core.scope import own, principal
from casework.core.web import conflict_page
from casework.duplicates import actions, beside, pages, policy, queries
from casework.duplicates.forms import DecideForm, TakeBackForm, decide_values
from casework.duplicates.models import DuplicatePair

blueprint = Blueprint("duplicates", __name__, url_prefix="/duplicates")


@blueprint.get("/")
@requires("person:compare")
def index() -> str:
    who = principal()
    view = pages.view_from(request.args, who)
    found = queries.page(view.part, view.lawyer_id, request.args.get("page", 1, type=int))
    audit.read("duplicate:list", "persons", pages.ids_of(found.rows))
    search = queries.search()
    return render_template(
        "duplicates/index.html",
        view=view,
        parts=pages.parts(view),
        whose=pages.whose(view, who),
        found=found,
        rows=pages.rows(found.rows, view),
        search=search,
        searched=pages.searched_words(search),
        progress=pages.progress_words(search) if search is not None else "",
        is_going="going" in request.args,
        button=JustAButton(),
        after=_after(),
    )


@blueprint.route("/<uuid:pair_id>", methods=["GET", "POST"])
@requires("person:compare")
def pair(pair_id: UUID) -> ResponseReturnValue:
    found = opened_pair(pair_id)
    view = pages.view_from(request.args, principal())
    form = DecideForm(data=decide_values(found))
    if form.validate_on_submit():
        if found.decision is not None and form.seen_version() != found.version:
            return _overtaken(found, form, view)
        try:
            actions.decide(found, form.decision.data or "", form.reason.data, form.note.data)
        except DomainError as error:
            form.refuse(error)
        else:
            return _to_the_next(found, view)
    return _page(found, form, view)


def opened_pair(pair_id: UUID) -> DuplicatePair:
    """The pair, with the opening of both records noted; hidden and absent are the same."""
    found: DuplicatePair = own(queries.pair(pair_id))
    for person_id in (found.person_id, found.other_id):
        audit.read("duplicate:open", "persons", [person_id])
    return found


def _page(found: DuplicatePair, form: DecideForm, view: pages.View) -> str:
    comparison = actions.compared(found.person, found.other)
    who = names({found.decided_by_id})
    relatives = beside.relatives_shown(found)
    audit.read("person:family", "persons", sorted(relatives))
    following = queries.following(found, view.part, view.lawyer_id)
    return render_template(
        "duplicates/pair.html",
        pair=found,
        form=form,
        view=view,
        lines=[*beside.compared(found, comparison), *beside.around(found)],
        confidence=pages.confidence_sentence(comparison),
        tone={"certain": "warn", "likely": "warn"}.get(str(comparison.confidence), "info"),
        are_relatives=beside.are_relatives(found),
        decided=pages.decided_words(found, who),
        asked_again=pages.asked_again_words(found, who),
        may_decide=policy.may_decide(principal(), found),
        is_over=policy.is_over(found),
        merge_url=_merge_url(found),
        next_url=url_for("duplicates.pair", pair_id=following.id, **view.query) if following is not None else "",
        in_view=pages.part_of(found) == view.part,
        place=queries.place(found, view.part, view.lawyer_id),
        total=queries.counts(view.lawyer_id)[view.part],
        back_url=url_for("duplicates.index", **view.query),
        after=_after(),
    )


def _merge_url(found: DuplicatePair) -> str:
    """Where a supervisor merges the two, once they are said to be one person."""
    who = principal()
    may = who is not None and who.may("person:merge")
    return url_for("merges.preview", pair_id=found.id) if may and found.is_to_be_merged else ""


def _to_the_next(found: DuplicatePair, view: pages.View) -> ResponseReturnValue:
    """On to the next pair of the same list; what was said, and its undoing, come along."""
    following = queries.following(found, view.part, view.lawyer_id) if view.part != "decided" else None
    if following is None:
        return redirect(url_for("duplicates.index", **view.query, after=found.id))
    return redirect(url_for("duplicates.pair", pair_id=following.id, **view.query, after=found.id))


def _after() -> dict[str, Any] | None:
    """The pair decided a moment ago, to be said and undone on the page that follows."""
    who = principal()
    try:
        before = queries.pair(UUID(request.args.get("after", "")))
    except ValueError:
        return None
    if before is None or before.decision is None or who is None or before.decided_by_id != who.user_id:
        return None
    return {
        "words": pages.told(before),
        "version": before.version,
        "url": url_for("duplicates.take_back", pair_id=before.id, **pages.view_from(request.args, who).query),
        "merge_url": _merge_url(before),
        "may_undo": policy.may_decide(who, before),
    }


def _overtaken(found: DuplicatePair, form: DecideForm, view: pages.View) -> ResponseReturnValue:
    """Somebody answered meanwhile: the same, which is well; otherwise both answers are shown."""
    who = names({found.decided_by_id}).get(found.decided_by_id) or _("A colleague")
    if (form.decision.data, form.reason.data or found.reason) == (found.decision, found.reason):
        flash(_("%(who)s has just said the same.", who=who), "info")
        return _to_the_next(found, view)
    if not policy.may_decide(principal(), found):
        return _already_decided(found)
    return conflict_page(
        form,
        DecideForm(formdata=None, data=decide_values(found)),
        version=found.version,
        keep_url=url_for("duplicates.pair", pair_id=found.id, **view.query),
        who=who,
        when=i18n.moment(found.decided_at),
    )


def _already_decided(found: DuplicatePair) -> ResponseReturnValue:
    message = pages.decided_words(found, names({found.decided_by_id})) or _("Nothing is decided about this pair.")
    return render_template("errors/error.html", status=409, message=message), 409


@blueprint.post("/<uuid:pair_id>/undo")
@requires("person:compare")
def take_back(pair_id: UUID) -> ResponseReturnValue:
    found = opened_pair(pair_id)
    form = TakeBackForm()
    if not form.validate_on_submit() or form.seen_version() != found.version:
        return _already_decided(found)
    actions.take_back(found)
    flash(_("Taken back. The pair is open again."))
    view = pages.view_from(request.args, principal())
    return redirect(url_for("duplicates.pair", pair_id=found.id, **view.query))


# -- looking at all anew -------------------------------------------------------------------------------------------


@blueprint.post("/search")
@requires("person:merge")
def search() -> ResponseReturnValue:
    form = JustAButton()
    if form.validate_on_submit():
        try:
            actions.begin_search()
            audit.note("duplicate:search", "duplicate_searches")
        except DomainError as error:
            flash(error.message, "info")
    return redirect(url_for("duplicates.index", going=1))


@blueprint.post("/search/go")
@requires("person:merge")
def go() -> ResponseReturnValue:
    """The next slice. A browser without scripts sees the page again; a script asks for numbers and goes on."""
    form = JustAButton()
    found = actions.next_slice() if form.validate_on_submit() else queries.search()
    if request.accept_mimetypes.best != "application/json":
        return redirect(url_for("duplicates.index"))
    if found is None:
        return {"done": 0, "total": 0, "is_over": True, "words": ""}
    return {
        "done": found.done,
        "total": found.total,
        "is_over": not found.is_under_way,
        "words": pages.progress_words(found),
    }
