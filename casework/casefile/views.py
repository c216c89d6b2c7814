"""Where features meet on one person: the record, search, and registration in four steps."""

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from casework.casefile import actions, history, pages, timeline
from casework.casefile.forms import STEPS, SearchForm, filled, step_form, typed_so_far
from casework.cases import queries as cases
from casework.cases.pages import principal_person
from casework.cases.views import opened_case
from casework.consultations.views import record_form
from casework.core import audit
from casework.core.access import requires
from casework.core.errors import DomainError
from casework.core.forms import CaseworkForm, JustAButton
from casework.core.scope import own, principal
from casework.persons import actions as persons
from casework.persons import queries as person_queries
from casework.persons.models import Draft
from casework.persons.views import opened
from casework.proceedings import queries as proceedings

blueprint = Blueprint("casefile", __name__)


@blueprint.get("/cases/<uuid:case_id>")
@requires("case:open")
def case(case_id: UUID) -> str:
    found = opened_case(case_id)
    person = own(principal_person(found))
    return _record(opened(person.id), found)


@blueprint.get("/people/<uuid:person_id>")
@requires("person:open")
def person(person_id: UUID) -> str:
    found = opened(person_id)
    first = next(iter(cases.cases_of([found.id])), None)
    return _record(found, opened_case(first.id) if first else None)


def _record(person: Any, case: Any) -> str:
    part = request.args.get("show", "all")
    acts = proceedings.acts(case.id) if case is not None else []
    deadlines = proceedings.deadlines(case.id) if case is not None else []
    record = pages.record(person, case, acts, deadlines)
    audit.read("person:family", "persons", [one["person"].id for one in record["family"]])
    audit.read("document:list", "documents", record["document_ids"])
    return render_template(
        "casefile/record.html",
        person=person,
        case=case,
        composer=record_form(case) if case is not None and case.is_open else None,
        timeline=timeline.of(person, case, acts, deadlines, part, everything="all" in request.args),
        record=record,
    )


@blueprint.get("/people/<uuid:person_id>/access")
@requires("person:open")
def access_log(person_id: UUID) -> str:
    found = opened(person_id, "person:access-log")
    return render_template(
        "casefile/access.html",
        person=found,
        openings=history.openings(found),
        changes=history.changes(found),
    )


@blueprint.post("/search")
@requires("person:search")
def search() -> ResponseReturnValue:
    """Take the words, sealed, to a page of their own: they never stand in a URL, and Back does not ask to resend."""
    form = SearchForm()
    if not form.validate_on_submit():
        return render_template("casefile/search.html", form=form, results=None)
    who = principal()
    session["search"] = pages.sealed_words(who, form.q.data)
    return redirect(url_for("casefile.found"))


@blueprint.get("/search")
@requires("person:search")
def found() -> ResponseReturnValue:
    words = pages.opened_words(principal(), session.get("search"))
    form = SearchForm(formdata=None, data={"q": words})
    if not words:
        return render_template("casefile/search.html", form=form, results=None)
    results = pages.search(words)
    audit.read("person:search", "persons", [hit["person"].id for hit in results], words=words)
    if len(results) == 1 and results[0]["is_exact"]:
        return redirect(results[0]["url"])
    is_cut = len(results) == pages.FOUND_AT_MOST
    return render_template("casefile/search.html", form=form, results=results, is_cut=is_cut)


@blueprint.get("/register")
@requires("person:register")
def register() -> str:
    """The first step, empty; and the drafts left unfinished."""
    return _step_page(step_form(1, {}, sent=False), None, 1)


@blueprint.post("/register")
@requires("person:register")
def start() -> ResponseReturnValue:
    return _take_step(None, 1)


@blueprint.route("/register/<uuid:draft_id>/<int:step>", methods=["GET", "POST"])
@requires("person:register")
def step(draft_id: UUID, step: int) -> ResponseReturnValue:
    draft: Draft = own(person_queries.draft(draft_id))
    if not 1 <= step <= len(STEPS):
        return redirect(url_for("casefile.check", draft_id=draft.id))
    if request.method == "POST":
        return _take_step(draft, step)
    return _step_page(step_form(step, draft.typed.fields, sent=False), draft, step)


def _take_step(draft: Draft | None, step: int) -> ResponseReturnValue:
    form = step_form(step, {}, sent=True)
    if form.wants_more():
        return _step_page(form, draft, step)
    typed = typed_so_far(step, draft.typed.fields if draft is not None else {}, form.typed())
    if request.form.get("then") == "draft":
        persons.save_draft(draft, typed, step)
        flash(_("The draft is saved. Only you can see it, and nobody counts it."))
        return redirect(url_for("desk.home"))
    if not form.validate_on_submit():
        return _step_page(form, draft, step)
    draft = persons.save_draft(draft, typed, step + 1)
    if step == len(STEPS):
        return redirect(url_for("casefile.check", draft_id=draft.id))
    return redirect(url_for("casefile.step", draft_id=draft.id, step=step + 1))


def _step_page(form: CaseworkForm, draft: Draft | None, step: int) -> str:
    return render_template(
        "casefile/register.html",
        form=form,
        draft=draft,
        step=step,
        steps=pages.step_names(step),
        drafts=person_queries.drafts() if draft is None else [],
        discard=JustAButton(),
    )


@blueprint.route("/register/<uuid:draft_id>/check", methods=["GET", "POST"])
@requires("person:register")
def check(draft_id: UUID) -> ResponseReturnValue:
    """Every answer once more, what looks odd, who may already be registered; then the one button."""
    draft: Draft = own(person_queries.draft(draft_id))
    button = JustAButton()
    forms = [step_form(n, draft.typed.fields, sent=False) for n in (1, 2, 3)]
    for n, form in enumerate(forms, 1):
        form.csrf_token.validators = []
        if draft.step <= n or not pages.is_filled(form):
            return redirect(url_for("casefile.step", draft_id=draft.id, step=n))
    likely = pages.likely_same(forms[0])
    audit.read("person:search", "persons", [hit["person"].id for hit in likely])
    if button.validate_on_submit():
        try:
            case = actions.register(*filled(*forms), draft)
        except DomainError as error:
            button.refuse(error)
        else:
            flash(_("Registered. The person counts in the figures from tomorrow."))
            return redirect(url_for("casefile.case", case_id=case.id))
    return render_template(
        "casefile/check.html",
        form=button,
        draft=draft,
        steps=pages.step_names(4),
        groups=pages.answers(draft, forms),
        warnings=pages.odd(forms),
        likely=likely,
    )


@blueprint.post("/register/<uuid:draft_id>/discard")
@requires("person:register")
def discard(draft_id: UUID) -> ResponseReturnValue:
    persons.discard_draft(own(person_queries.draft(draft_id)))
    flash(_("The draft is gone."))
    return redirect(url_for("desk.home"))
