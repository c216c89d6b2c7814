"""Whom a case is against: the list, adding, correcting, voiding."""

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from casework.accounts.queries import names
from casework.cases.models import Case
from casework.cases.pages import heading, principal_person
from casework.cases.views import opened_case
from casework.conflicts import actions, pages, queries
from casework.conflicts.actions import Told
from casework.conflicts.forms import WHEN, AddForm, CorrectForm, OpposingFields, correct_values
from casework.conflicts.models import OpposingParty
from casework.core import audit, i18n
from casework.core.access import requires
from casework.core.errors import DomainError
from casework.core.scope import own
from casework.core.web import conflict_page
from casework.persons import queries as persons
from casework.persons.forms import VoidForm

blueprint = Blueprint("opposing", __name__, url_prefix="/cases/<uuid:case_id>/opposing")


@blueprint.get("/")
@requires("case:open")
def index(case_id: UUID) -> str:
    case = opened_case(case_id)
    found = queries.opposing_of_case(case.id, with_void=True)
    note_seen(found)
    conflicts = pages.banners((), case)
    pages.note_seen(conflicts)
    return render_template(
        "conflicts/opposing.html",
        case=case,
        person=own(principal_person(case)),
        rows=pages.rows(case, found),
        conflicts=conflicts,
    )


@blueprint.route("/add", methods=["GET", "POST"])
@requires("case:edit")
def add(case_id: UUID) -> ResponseReturnValue:
    case = opened_case(case_id)
    form = AddForm()
    if form.validate_on_submit():
        try:
            actions.add(case, _told(form))
        except DomainError as error:
            form.refuse(error)
        else:
            return _saved(case, _("The opposing party is recorded."))
    return _page(case, form, _("Record an opposing party"), _("Save opposing party"))


@blueprint.route("/<uuid:opposing_id>", methods=["GET", "POST"])
@requires("case:edit")
def correct(case_id: UUID, opposing_id: UUID) -> ResponseReturnValue:
    case = opened_case(case_id)
    opposing: OpposingParty = own(queries.opposing_party(case.id, opposing_id))
    note_seen([opposing])
    form = CorrectForm(data=correct_values(opposing))
    if form.validate_on_submit():
        if form.seen_version() != opposing.version:
            return _conflict(case, opposing, form)
        try:
            actions.correct(opposing, _told(form))
        except DomainError as error:
            form.refuse(error)
        else:
            return _saved(case, _("Saved. What stood before is kept in the history."))
    return _page(case, form, _("Correct the opposing party"), _("Save opposing party"))


@blueprint.route("/<uuid:opposing_id>/void", methods=["GET", "POST"])
@requires("case:edit")
def void(case_id: UUID, opposing_id: UUID) -> ResponseReturnValue:
    case = opened_case(case_id)
    opposing: OpposingParty = own(queries.opposing_party(case.id, opposing_id))
    note_seen([opposing])
    form = VoidForm()
    if form.validate_on_submit():
        try:
            actions.void(opposing, form.reason.data or "")
        except DomainError as error:
            form.refuse(error)
        else:
            flash(_("The opposing party is void. It stays readable."))
            return redirect(url_for("opposing.index", case_id=case.id))
    return render_template(
        "conflicts/void.html",
        case=case,
        form=form,
        lead=heading(case),
        pairs=[(_("Opposing party"), [pages.name_of(opposing), pages.role_of(opposing)]), *pages.pairs(opposing)],
        back_url=url_for("opposing.index", case_id=case.id),
    )


def note_seen(found: list[OpposingParty]) -> None:
    """Note whose data were shown: of an opposing party, and of whom it is, when that is somebody registered."""
    audit.read("opposing:see", "opposing_parties", [one.id for one in found])
    for one in found:
        if one.person_id is not None:
            audit.read("conflict:see", "persons", [one.person_id])


def _told(form: OpposingFields) -> Told:
    """What was typed, with the person of the record number."""
    number = form.wants_person()
    person = persons.person_by_number(number) if number else None
    if number and person is None:
        raise DomainError(_("No person of your organisation has this number."), "number")
    if person is not None:
        audit.read("person:link", "persons", [person.id])
    return form.told(person)


def _saved(case: Case, message: str) -> ResponseReturnValue:
    flash(message)
    return redirect(url_for("opposing.index", case_id=case.id))


def _conflict(case: Case, opposing: OpposingParty, form: Any) -> ResponseReturnValue:
    last = next(iter(persons.revisions([opposing.id])), None)
    return conflict_page(
        form,
        CorrectForm(formdata=None, data=correct_values(opposing)),
        version=opposing.version,
        keep_url=url_for("opposing.index", case_id=case.id),
        who=names({last.actor_id}).get(last.actor_id) if last else None,
        when=i18n.moment(last.at) if last else "",
    )


def _page(case: Case, form: Any, title: str, primary: str) -> str:
    return render_template(
        "conflicts/form.html",
        case=case,
        form=form,
        title=title,
        lead=heading(case),
        primary=primary,
        when=WHEN,
        back_url=url_for("opposing.index", case_id=case.id),
    )
