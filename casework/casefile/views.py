"""Where features meet on one person: the record, search, and registration in four steps."""

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from casework.casefile import actions, finding, history, likely, pages, timeline
from casework.casefile.forms import (
    SAME,
    STEPS,
    CheckForm,
    SearchForm,
    a_uuid,
    answers_so_far,
    check_form,
    filled,
    for_someone_new,
    for_the_same,
    same_form,
    so_far,
    step_form,
    the_same,
    typed_so_far,
    with_answers,
)
from casework.cases import queries as cases
from casework.cases.pages import principal_person
from casework.cases.views import opened_case
from casework.conflicts import pages as conflicts
from casework.consultations.views import record_form
from casework.core import audit
from casework.core.access import requires
from casework.core.errors import DomainError
from casework.core.forms import CaseworkForm
from casework.core.scope import own, principal
from casework.persons import actions as persons
from casework.persons import approving as statuses
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
    first = next(iter(cases.open_to_me(cases.cases_of([found.id]))), None)
    return _record(found, opened_case(first.id) if first else None)


def _record(person: Any, case: Any) -> str:
    part = request.args.get("show", "all")
    acts = proceedings.acts(case.id) if case is not None else []
    deadlines = proceedings.deadlines(case.id) if case is not None else []
    record = pages.record(person, case, acts, deadlines)
    audit.read("person:family", "persons", [one["person"].id for one in record["family"]])
    audit.read("document:list", "documents", record["document_ids"])
    if case is not None:
        audit.read("comment:list", "comments", record["comments"]["ids"])
    conflicts.note_seen(record["conflicts"])
    if record["opposing"]:
        audit.read("opposing:see", "opposing_parties", record["opposing"]["ids"])
        conflicts.note_seen(record["opposing"])
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
        return render_template("casefile/search.html", form=form, found=None), 422
    session["search"] = finding.sealed_words(principal(), form.q.data)
    return redirect(url_for("casefile.found"))


@blueprint.get("/search")
@requires("person:search")
def found() -> ResponseReturnValue:
    words = finding.opened_words(principal(), session.get("search"))
    form = SearchForm(formdata=None, data={"q": words})
    if not words:
        return render_template("casefile/search.html", form=form, found=None)
    answer = finding.search(words)
    audit.read("person:search", "persons", [hit["person"].id for hit in answer.hits], words=words)
    if answer.only_one:
        return redirect(answer.only_one)
    return render_template("casefile/search.html", form=form, found=answer)


# -- registration --------------------------------------------------------------------------------------------------


@blueprint.get("/register")
@requires("person:register")
def register() -> str:
    """The first step, empty; and the drafts left unfinished."""
    return _step_page(step_form(1, {}, sent=False), None, 1)


@blueprint.post("/register")
@requires("person:register")
def start() -> ResponseReturnValue:
    return _take_step(None, 1)


@blueprint.post("/register/likely")
@requires("person:register")
def look_alike() -> str:
    """Who may be the person whose names are being typed: a part of a page, asked for by the first step."""
    return render_template("casefile/_likely.html", likely=_likely(step_form(1, {}, sent=True)))


@blueprint.route("/register/<uuid:draft_id>/<int:step>", methods=["GET", "POST"])
@requires("person:register")
def step(draft_id: UUID, step: int) -> ResponseReturnValue:
    draft = person_queries.draft(draft_id)
    is_step = 1 <= step <= len(STEPS)
    if draft is None:
        return _typed_too_late(draft_id, step) if is_step and request.method == "POST" else _ended(draft_id)
    if not is_step:
        return redirect(url_for("casefile.check", draft_id=draft.id))
    if request.method == "POST":
        return _take_step(draft, step)
    return _step_page(step_form(step, draft.typed.fields, sent=False), draft, step)


def _take_step(draft: Draft | None, step: int) -> ResponseReturnValue:
    form = step_form(step, draft.typed.fields if draft is not None else {}, sent=True)
    if form.wants_more():
        return _step_page(form, draft, step)
    typed = typed_so_far(step, draft.typed.fields if draft is not None else {}, form.typed())
    if request.form.get("then") == "draft":
        persons.save_draft(draft, typed, step)
        flash(_("The draft is saved. Only you can see it, and nobody counts it."))
        return redirect(url_for("desk.home"))
    if draft is not None and request.form.get("then") == "someone-new":
        persons.save_draft(draft, for_someone_new(typed), step)
        return redirect(url_for("casefile.step", draft_id=draft.id, step=step, back=request.args.get("back")))
    if not form.validate_on_submit():
        return _step_page(form, draft, step)
    if SAME in request.form:
        recorded = own(person_queries.person(own(a_uuid(request.form[SAME]))))
        typed = for_the_same(typed, recorded.id)
    draft = persons.save_draft(draft, typed, step + 1)
    if step == len(STEPS) or request.args.get("back") == "check":
        return redirect(url_for("casefile.check", draft_id=draft.id))
    return redirect(url_for("casefile.step", draft_id=draft.id, step=step + 1))


def _step_page(form: CaseworkForm, draft: Draft | None, step: int, registered_url: str = "") -> str:
    same = person_queries.person(chosen) if draft is not None and (chosen := the_same(draft.typed.fields)) else None
    audit.read("person:link", "persons", [same.id] if same is not None else [])
    back_to_check = draft is not None and request.args.get("back") == "check"
    if draft is not None and back_to_check:
        back_url = url_for("casefile.check", draft_id=draft.id)
    elif draft is not None and step > 1:
        back_url = url_for("casefile.step", draft_id=draft.id, step=step - 1)
    else:
        back_url = ""
    return render_template(
        "casefile/register.html",
        form=form,
        draft=draft,
        step=step,
        steps=pages.step_names(step),
        drafts=person_queries.drafts() if draft is None and not registered_url else [],
        same=pages.same_words(same) if same is not None else None,
        likely=_likely(form) if step == 1 and same is None else [],
        back_to_check=back_to_check,
        back_url=back_url,
        registered_url=registered_url,
    )


def _likely(names: CaseworkForm, *others: CaseworkForm) -> list[dict[str, Any]]:
    """Who looks like the person who is typed, noted as a search for them."""
    typed = so_far(names, *others)
    found = likely.people(*typed) if typed is not None else []
    if typed is not None and (words := likely.words_of(typed[0])):
        audit.read("person:likely", "persons", [one["person"].id for one in found], words=words)
    return found


@blueprint.route("/register/<uuid:draft_id>/check", methods=["GET", "POST"])
@requires("person:register")
def check(draft_id: UUID) -> ResponseReturnValue:
    """Every answer once more, what looks odd, who may already be registered; then the one button."""
    draft = person_queries.draft(draft_id)
    if draft is None:
        return _ended(draft_id)
    forms, missing = _typed(draft)
    if missing:
        return redirect(missing)
    chosen = the_same(draft.typed.fields)
    if request.method == "GET" and chosen and person_queries.person(chosen) is not None:
        return redirect(url_for("casefile.same", draft_id=draft.id, person_id=chosen))
    people = _likely(*forms)
    asked = likely.asked_about(people)
    form = check_form([(one["id"], one["name"]) for one in asked], draft.typed.fields)
    if form.is_submitted() and SAME in request.form:
        return _go_on_for(request.form[SAME], form, draft)
    if form.is_submitted() and request.form.get("then", "") in ("1", "2", "3"):
        persons.save_draft(draft, with_answers(draft.typed.fields, form.typed()), draft.step)
        to = int(request.form["then"])
        return redirect(url_for("casefile.step", draft_id=draft.id, step=to, back="check"))
    version = draft.version  # what a refusal shows again is what stood there before
    if form.validate_on_submit():
        try:
            return _answered(form, forms, draft)
        except DomainError as error:
            form.refuse(error)
    form.version.data = str(version)
    return render_template(
        "casefile/check.html",
        form=form,
        draft=draft,
        steps=pages.step_names(4),
        groups=pages.answers(draft, forms),
        warnings=pages.odd(forms),
        asked=asked,
        others=[one for one in people if one not in asked],
    )


def _answered(form: CheckForm, forms: list[CaseworkForm], draft: Draft) -> ResponseReturnValue:
    """On to the record that is of the same person, or a new record."""
    if form.seen_version() != draft.version:
        raise DomainError(_("The answers were changed in another tab. They are shown here as they are now."))
    if same := form.same():
        recorded = (own(person_queries.person(one)) for one in same)
        first = min(recorded, key=lambda one: (one.registered_on, one.number))
        return _go_on_for(str(first.id), form, draft)
    case = actions.register(*filled(*forms), draft, form.answers())
    _note_end(draft.id, case.id)
    flash(_("Registered. The person counts in the figures from tomorrow."))
    return redirect(url_for("casefile.case", case_id=case.id))


def _go_on_for(person_id: str, form: CheckForm, draft: Draft) -> ResponseReturnValue:
    """To the record of the very person, with the answers about the others kept."""
    recorded = own(person_queries.person(own(a_uuid(person_id))))
    typed = with_answers(draft.typed.fields, form.typed())
    persons.save_draft(draft, for_the_same(typed, recorded.id), draft.step)
    return redirect(url_for("casefile.same", draft_id=draft.id, person_id=recorded.id))


@blueprint.route("/register/<uuid:draft_id>/same/<uuid:person_id>", methods=["GET", "POST"])
@requires("person:register")
def same(draft_id: UUID, person_id: UUID) -> ResponseReturnValue:
    """What is typed beside what is recorded: which of the two holds; then a new case for the person recorded."""
    draft = person_queries.draft(draft_id)
    if draft is None:
        return _ended(draft_id)
    recorded = opened(person_id, "person:link")
    if request.method == "POST" and request.form.get("then") == "someone-new":
        persons.save_draft(draft, for_someone_new(draft.typed.fields), draft.step)
        return redirect(url_for("casefile.check", draft_id=draft.id))
    forms, missing = _typed(draft)
    if missing:
        return redirect(missing)
    typed, first = filled(*forms)
    rows = pages.beside(recorded, typed)
    form = same_form([(row["name"], row["label"], row["is_suggested"]) for row in rows if row["is_open"]])
    whose, version = pages.same_words(recorded), recorded.version  # as they are before anything is written
    if form.validate_on_submit():
        try:
            if form.seen_version() != version:
                raise DomainError(_("The record was changed after you had opened this page. Look at it again."))
            answers = answers_so_far(draft.typed.fields)
            case = actions.go_on_with(recorded, typed, first, draft, form.take(), answers)
        except DomainError as error:
            form.refuse(error)
        else:
            _note_end(draft.id, case.id)
            flash(_("Case %(number)s is open. There is no second record.", number=case.number))
            return redirect(url_for("casefile.case", case_id=case.id))
    form.version.data = str(version)
    return render_template(
        "casefile/same.html",
        form=form,
        draft=draft,
        same=whose,
        steps=pages.step_names(4),
        rows=rows,
        status_words=_status_words(rows),
        case=pages.new_case(forms[1]),
        open_cases=[
            one for one in cases.open_to_me(cases.cases_of([recorded.id])) if one.is_open and one.track == first.track
        ],
    )


def _status_words(rows: list[dict[str, Any]]) -> list[str]:
    """Where a status can be taken over: that it may wait for approval."""
    may_change = any(statuses.is_status(row["name"]) and row["is_open"] for row in rows)
    return statuses.follows_words() if may_change else []


def _typed(draft: Draft) -> tuple[list[CaseworkForm], str]:
    """The three steps as the draft has them, and the address of the first that is still missing something."""
    forms = [step_form(n, draft.typed.fields, sent=False) for n in range(1, len(STEPS) + 1)]
    for n, form in enumerate(forms, 1):
        form.csrf_token.validators = []
        if draft.step <= n or not pages.is_filled(form):
            return forms, url_for("casefile.step", draft_id=draft.id, step=n)
    return forms, ""


@blueprint.post("/register/<uuid:draft_id>/discard")
@requires("person:register")
def discard(draft_id: UUID) -> ResponseReturnValue:
    draft = person_queries.draft(draft_id)
    if draft is None:
        return _ended(draft_id)
    persons.discard_draft(draft)
    _note_end(draft.id, None)
    flash(_("The draft is gone."))
    return redirect(url_for("desk.home"))


# A draft that is gone may still stand in another tab. The browser's session knows the last of them, by ids alone.

ENDED_AT_MOST = 8


def _note_end(draft_id: UUID, case_id: UUID | None) -> None:
    before = [one for one in session.get("ended", []) if one[0] != str(draft_id)]
    session["ended"] = [[str(draft_id), str(case_id or "")], *before][:ENDED_AT_MOST]


def _end_of(draft_id: UUID) -> str:
    """Where a draft led that was finished in another tab of this browser; of any other draft nothing is known."""
    ends = {one[0]: one[1] for one in session.get("ended", [])}
    case_id = ends[str(draft_id)] if str(draft_id) in ends else own(None)
    if case_id and cases.case_(UUID(case_id)) is not None:
        return url_for("casefile.case", case_id=case_id)
    return url_for("desk.home")


def _ended(draft_id: UUID) -> ResponseReturnValue:
    url = _end_of(draft_id)
    if url == url_for("desk.home"):
        flash(_("This draft is gone: it was thrown away in another tab."), "info")
    else:
        flash(_("This registration was finished already. Here is the record."), "info")
    return redirect(url)


def _typed_too_late(draft_id: UUID, step: int) -> ResponseReturnValue:
    """The draft ended in another tab while something was typed in this one: that stays on the page."""
    url = _end_of(draft_id)
    form = step_form(step, {}, sent=True)
    form.refuse(
        DomainError(
            _("This draft was finished or thrown away in another tab. What you typed here is not saved: copy it.")
        )
    )
    return _step_page(form, None, step, registered_url=url)
