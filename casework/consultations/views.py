"""Recording, correcting and voiding a counselling session."""

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from casework.accounts.queries import names
from casework.cases import actions as cases
from casework.cases import pages
from casework.cases.models import Case
from casework.cases.views import opened_case
from casework.consultations import actions, policy, queries
from casework.consultations.forms import CorrectForm, RecordForm, correct_values
from casework.consultations.models import Consultation
from casework.core import clock, i18n
from casework.core.access import requires
from casework.core.errors import DomainError, Refused
from casework.core.scope import own, principal
from casework.core.web import conflict_page
from casework.mandates.pages import links as mandate_links
from casework.persons import queries as persons
from casework.persons.approving import follows_words
from casework.persons.forms import VoidForm
from casework.reference import queries as codes

blueprint = Blueprint("consultations", __name__, url_prefix="/cases/<uuid:case_id>/sessions")


def record_form(case: Case) -> RecordForm:
    """The form of a new session of this case, as the composer and the full page show it."""
    everyone = [str(party.person_id) for party in case.parties]
    form = RecordForm(
        data={
            "held_on": clock.today(),
            "minutes": 30,
            "modality": "OFFICE",
            "persons": everyone[:1],
            "services": ["COUNSEL"],
            "language": _usual_language(case),
            "step": case.next_step_mark,
        }
    )
    form.of(case)
    return form


def _usual_language(case: Case) -> str | None:
    person = pages.principal_person(case)
    return person.languages[0] if person is not None and person.languages else None


@blueprint.route("/new", methods=["GET", "POST"])
@requires("consultation:record")
def record(case_id: UUID) -> ResponseReturnValue:
    case = opened_case(case_id)
    form = record_form(case)
    links: list[dict[str, str]] = []
    if form.validate_on_submit():
        try:
            form.check_step(case)
            actions.record(case, form.session(), form.private_note.data)
            cases.set_next_step(case, form.next_step.data, form.due_on.data)
        except DomainError as error:
            form.refuse(error)
            links = mandate_links(error)
        else:
            flash(_("The session is recorded."))
            if codes.attribute("session_outcome", form.outcome.data, "status") and not follows_words():
                outcome = codes.label("session_outcome", form.outcome.data)
                flash(_("Status of the persons chosen, from that day: %(outcome)s.", outcome=outcome), "info")
            if request.form.get("then") == "next":
                return redirect(url_for("cases.next_step", case_id=case.id))
            return redirect(url_for("casefile.case", case_id=case.id))
    return _page(case, form, _("Record session"), _("Save session"), draft=f"session-{case.id}", links=links)


@blueprint.route("/<uuid:consultation_id>", methods=["GET", "POST"])
@requires("consultation:record")
def correct(case_id: UUID, consultation_id: UUID) -> ResponseReturnValue:
    case = opened_case(case_id)
    consultation = _changeable(case, consultation_id)

    def make(**source: Any) -> CorrectForm:
        form = CorrectForm(data=correct_values(consultation), **source)
        form.of(case)
        return form

    form = make()
    links: list[dict[str, str]] = []
    if form.validate_on_submit():
        if form.seen_version() != consultation.version:
            last = next(iter(persons.revisions([consultation.id])), None)
            return conflict_page(
                form,
                make(formdata=None),
                version=consultation.version,
                keep_url=url_for("casefile.case", case_id=case.id),
                who=names({last.actor_id}).get(last.actor_id) if last else None,
                when=i18n.moment(last.at) if last else "",
            )
        try:
            actions.correct(case, consultation, form.session(), form.private_note.data, with_note=True)
        except DomainError as error:
            form.refuse(error)
            links = mandate_links(error)
        else:
            flash(_("The session is corrected. What it said before is kept."))
            return redirect(url_for("casefile.case", case_id=case.id))
    return _page(case, form, _("Correct the session"), _("Save session"), links=links)


@blueprint.route("/<uuid:consultation_id>/void", methods=["GET", "POST"])
@requires("consultation:void")
def void(case_id: UUID, consultation_id: UUID) -> ResponseReturnValue:
    case = opened_case(case_id)
    consultation = _changeable(case, consultation_id)
    form = VoidForm()
    if form.validate_on_submit():
        try:
            actions.void(case, consultation, form.reason.data or "")
        except DomainError as error:
            form.refuse(error)
        else:
            flash(_("The session is void. It stays readable in the timeline."))
            return redirect(url_for("casefile.case", case_id=case.id))
    return render_template(
        "consultations/void.html",
        case=case,
        form=form,
        lead=pages.heading(case),
        pairs=[
            (_("Date"), i18n.day(consultation.held_on)),
            (_("How did you meet?"), codes.label("modality", consultation.modality)),
            (_("In one line"), consultation.account.title),
            (_("What came of it"), codes.label("session_outcome", consultation.outcome)),
        ],
        warning=(
            " ".join(follows_words())
            or _("A status that followed from this session is voided with it, and the figures are recounted.")
        )
        if codes.attribute("session_outcome", consultation.outcome, "status")
        else "",
    )


def _changeable(case: Case, consultation_id: UUID) -> Consultation:
    consultation: Consultation = own(queries.consultation(case.id, consultation_id))
    who = principal()
    if who is None or not policy.may_change(who, consultation):
        raise Refused
    return consultation


def _page(
    case: Case, form: Any, title: str, primary: str, draft: str = "", links: list[dict[str, str]] | None = None
) -> str:
    return render_template(
        "consultations/form.html",
        case=case,
        form=form,
        title=title,
        lead=pages.heading(case),
        primary=primary,
        draft=draft,
        links=links or [],
        back_url=url_for("casefile.case", case_id=case.id),
    )
