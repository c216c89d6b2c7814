"""Pages about the case: the list, opening, next step, hand-over, closing and reopening."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from casework.accounts.queries import names
from casework.approvals import pages as approvals
from casework.cases import actions, approving, pages, queries, saving
from casework.cases.forms import (
    CloseForm,
    FilterForm,
    NextStepForm,
    OpenCaseForm,
    OpeningForm,
    PartyForm,
    PriorityForm,
    ReassignForm,
    ReopenForm,
    VoidPartyForm,
)
from casework.cases.models import Case
from casework.core import audit, clock
from casework.core.access import requires
from casework.core.errors import DomainError
from casework.core.forms import EditForm
from casework.core.scope import own, principal
from casework.core.web import conflict_page
from casework.persons import approving as statuses
from casework.persons import queries as persons
from casework.persons.views import opened
from casework.reference import queries as codes

blueprint = Blueprint("cases", __name__, url_prefix="/cases")


@blueprint.get("/")
@requires("case:list")
def index() -> ResponseReturnValue:
    if not request.args and (first := saving.first()) is not None:
        return redirect(pages.view_url(first))
    form = FilterForm(request.args)
    filters = pages.filters_from(form, request.args)
    found = queries.page(filters)
    audit.read("case:list", "cases", [case.id for case in found.rows])
    return render_template(
        "cases/index.html",
        filters=filters,
        filter_form=form,
        chips=pages.chips(form, filters),
        found=found,
        rows=[pages.row(case) for case in found.rows],
        sort=filters.sort.lstrip("-"),
        descending=filters.sort.startswith("-"),
        views=pages.views_above(filters, request.args.get("view")),
    )


@blueprint.route("/new/<uuid:person_id>", methods=["GET", "POST"])
@requires("case:edit")
def open_case(person_id: UUID) -> ResponseReturnValue:
    person = opened(person_id)
    who = principal()
    form = OpenCaseForm(
        data={"opened_on": clock.today(), "priority": "ROUTINE", "lawyer": str(who.user_id) if who else None}
    )
    if form.validate_on_submit():
        try:
            case = actions.open_case(
                [person],
                form.track.data or "",
                form.opened_on.data,
                UUID(form.lawyer.data),
                priority=form.priority.data or "ROUTINE",
                source=form.source.data,
                procedure=form.procedure.data,
            )
            actions.set_next_step(case, form.next_step.data, form.due_on.data)
        except DomainError as error:
            form.refuse(error)
        else:
            flash(_("Case %(number)s is open.", number=case.number))
            return redirect(url_for("casefile.case", case_id=case.id))
    return render_template(
        "cases/form.html",
        form=form,
        title=_("Open a case"),
        lead=person.identity.full_name,
        primary=_("Open case"),
        back_url=url_for("casefile.person", person_id=person.id),
    )


@blueprint.route("/<uuid:case_id>/next-step", methods=["GET", "POST"])
@requires("case:edit")
def next_step(case_id: UUID) -> ResponseReturnValue:
    case = opened_case(case_id)

    def values() -> dict[str, Any]:
        return {
            "text": case.next_step.text,
            "due_on": case.next_step_due_on,
            "owner": str(queries.next_owner(case)),
        }

    def save(form: NextStepForm) -> str:
        actions.set_next_step(case, form.text.data or "", form.due_on.data, UUID(form.owner.data))
        return _("The next step is set.")

    return _edit(case, NextStepForm, values, save, _("Next step"), _("Save next step"))


@blueprint.post("/<uuid:case_id>/next-step/done")
@requires("case:edit")
def complete_next_step(case_id: UUID) -> ResponseReturnValue:
    case = opened_case(case_id)
    if case.has_next_step and request.form.get("step") != case.next_step_mark:
        message = _(
            "The next step was changed after you had opened the page. It is now: “%(step)s”.", step=case.next_step.text
        )
        return render_template("errors/error.html", status=409, message=message), 409
    actions.complete_next_step(case)
    flash(_("Done. What happens next, and by when?"))
    return redirect(url_for("cases.next_step", case_id=case.id))


@blueprint.route("/<uuid:case_id>/priority", methods=["GET", "POST"])
@requires("case:edit")
def priority(case_id: UUID) -> ResponseReturnValue:
    case = opened_case(case_id)

    def save(form: PriorityForm) -> str:
        actions.set_priority(case, form.priority.data or "ROUTINE")
        return _("The priority is changed.")

    return _edit(
        case,
        PriorityForm,
        lambda: {"priority": case.priority},
        save,
        _("Change priority"),
        _("Save priority"),
    )


@blueprint.route("/<uuid:case_id>/reassign", methods=["GET", "POST"])
@requires("case:reassign")
def reassign(case_id: UUID) -> ResponseReturnValue:
    case = opened_case(case_id)

    def save(form: ReassignForm) -> str:
        actions.reassign(case, UUID(form.lawyer.data), form.reason.data or "", form.note.data)
        return _("The case has a new lawyer.")

    return _edit(
        case,
        ReassignForm,
        dict,
        save,
        _("Hand over to another lawyer"),
        _("Hand over"),
        saved=lambda: {"lawyer": str(case.lawyer_id)},
    )


@blueprint.route("/<uuid:case_id>/close", methods=["GET", "POST"])
@requires("case:close")
def close(case_id: UUID) -> ResponseReturnValue:
    case = opened_case(case_id)
    everyone = [str(party.person_id) for party in case.parties]

    def prepare(form: CloseForm) -> None:
        form.outcome.offer(codes.choices("case_outcome", track=case.track))
        form.outcome_for.offer(lambda: pages.party_choices(case))
        form.reason_for.offer(lambda: pages.party_choices(case))
        if len(case.parties) == 1:  # nobody asks for whom
            del form.outcome_for, form.reason_for

    asking = approvals.asking(approving.CLOSE, case.id)

    def save(form: CloseForm) -> str:
        given = {
            "on": form.closed_on.data,
            "outcome": form.outcome.data,
            "reason": form.reason.data or "",
            "note": form.note.data,
            "outcome_for": _chosen(form, "outcome_for"),
            "reason_for": _chosen(form, "reason_for"),
        }
        if asking.is_wanted:
            approving.ask_to_close(case, given)
            return approvals.sent_words()
        actions.close(case, **given)
        return _("The case is closed. You can reopen it with a reason.")

    return _edit(
        case,
        CloseForm,
        lambda: {
            "closed_on": clock.today(),
            "outcome_for": everyone,
            "reason_for": everyone,
            **approving.typed(asking, on="closed_on"),
        },
        save,
        _("Close the case"),
        asking.primary(_("Close case")),
        prepare,
        warnings=[*pages.closing_words(case), *([] if asking.is_wanted else statuses.follows_words())],
        asking=asking,
        saved=lambda: {"closed_on": case.closed_on, "outcome": case.outcome, "reason": case.closure_reason},
    )


@blueprint.route("/<uuid:case_id>/reopen", methods=["GET", "POST"])
@requires("case:close")
def reopen(case_id: UUID) -> ResponseReturnValue:
    case = opened_case(case_id)

    left = [party.person for party in case.parties if party.person.registration == "LEFT"]
    back = [str(person.id) for person in left if not persons.left_for_good(person)]

    def prepare(form: ReopenForm) -> None:
        names = dict(pages.party_choices(case))
        form.persons.offer(lambda: [(str(person.id), names[str(person.id)]) for person in left])
        if not left:  # everyone is in care anyway
            del form.persons

    asking = approvals.asking(approving.REOPEN, case.id)

    def save(form: ReopenForm) -> str:
        given = {
            "on": form.on.data,
            "reason": form.reason.data or "",
            "for_persons": _chosen(form, "persons"),
        }
        if asking.is_wanted:
            approving.ask_to_reopen(case, given)
            return approvals.sent_words()
        actions.reopen(case, **given)
        return _("The case is open again. Set its next step.")

    return _edit(
        case,
        ReopenForm,
        lambda: {"on": clock.today(), "persons": back, **approving.typed(asking, for_persons="persons")},
        save,
        _("Reopen the case"),
        asking.primary(_("Reopen case")),
        prepare,
        asking=asking,
        saved=dict,
    )


def _chosen(form: Any, name: str) -> list[UUID] | None:
    """The persons chosen in a field; None when the form did not ask."""
    return [UUID(one) for one in form[name].data or []] if name in form else None


@blueprint.route("/<uuid:case_id>/opening", methods=["GET", "POST"])
@requires("case:edit")
def correct_opening(case_id: UUID) -> ResponseReturnValue:
    case = opened_case(case_id)

    def save(form: OpeningForm) -> str:
        actions.correct_opening(case, form.opened_on.data, form.track.data or "", form.source.data)
        return _("The opening of the case is corrected. What stood before is kept in the history.")

    return _edit(
        case,
        OpeningForm,
        lambda: {"opened_on": case.opened_on, "track": case.track, "source": case.source},
        save,
        _("Correct the opening"),
        _("Save opening"),
    )


@blueprint.route("/<uuid:case_id>/persons/add", methods=["GET", "POST"])
@requires("case:edit")
def add_party(case_id: UUID) -> ResponseReturnValue:
    case = opened_case(case_id)
    form = PartyForm()
    if form.validate_on_submit():
        try:
            person = persons.person_by_number((form.number.data or "").strip().upper())
            if person is None:
                raise DomainError(_("No person of your organisation has this number."), "number")
            audit.read("person:link", "persons", [person.id])
            actions.add_party(case, person)
        except DomainError as error:
            form.refuse(error)
        else:
            flash(_("The person is now part of the case."))
            return redirect(url_for("casefile.case", case_id=case.id))
    return _page(case, form, _("Add a person to the case"), _("Add person"))


@blueprint.route("/<uuid:case_id>/persons/void", methods=["GET", "POST"])
@requires("case:edit")
def void_party(case_id: UUID) -> ResponseReturnValue:
    case = opened_case(case_id)
    form = VoidPartyForm()
    form.person.offer(lambda: pages.party_choices(case))
    if form.validate_on_submit():
        try:
            actions.void_party(case, UUID(form.person.data), form.reason.data or "")
        except DomainError as error:
            form.refuse(error)
        else:
            flash(_("The person is no longer part of the case. The history says who took them out and why."))
            return redirect(url_for("casefile.case", case_id=case.id))
    warning = _("What followed for the person from being in this case is voided, and the figures are recounted.")
    return _page(case, form, _("Take a person out of the case"), _("Take out"), [warning])


def opened_case(case_id: UUID) -> Case:
    """The case, with its opening noted, for itself and for each of its persons."""
    case: Case = own(queries.case_(case_id))
    audit.read("case:open", "cases", [case.id])
    for party in case.parties:
        audit.read("case:open", "persons", [party.person_id])
    return case


def _edit(
    case: Case,
    kind: type[EditForm],
    values: Any,
    save: Any,
    title: str,
    primary: str,
    prepare: Any = None,
    warnings: Sequence[str] = (),
    saved: Any = None,
    asking: Any = None,
) -> ResponseReturnValue:
    """One form that changes a case: shows it, saves it, or shows both versions when someone else saved first.

    `values` are what the form begins with; `saved`, where it differs, what the case says now.
    """
    form = kind(data={**values(), "version": str(case.version)})
    if prepare:
        prepare(form)
    if form.validate_on_submit():
        if form.seen_version() != case.version:
            theirs = kind(formdata=None, data=(saved or values)())
            if prepare:
                prepare(theirs)
            last = next(iter(persons.revisions([case.id])), None)
            return conflict_page(
                form,
                theirs,
                version=case.version,
                keep_url=url_for("casefile.case", case_id=case.id),
                who=names({last.actor_id}).get(last.actor_id) if last else None,
                when=pages.moment(last.at) if last else "",
            )
        try:
            message = save(form)
        except DomainError as error:
            form.refuse(error)
        else:
            flash(message)
            return redirect(url_for("casefile.case", case_id=case.id))
    return _page(case, form, title, primary, warnings, asking)


def _page(case: Case, form: Any, title: str, primary: str, warnings: Sequence[str] = (), asking: Any = None) -> str:
    return render_template(
        "cases/form.html",
        form=form,
        title=title,
        lead=pages.heading(case),
        primary=primary,
        warnings=warnings,
        asking=asking,
        back_url=url_for("casefile.case", case_id=case.id),
    )
