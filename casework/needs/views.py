"""Needs in a person's record: the list, recording, correcting, ending, voiding; steps for a child's best interests."""

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from casework.accounts.queries import names
from casework.core import clock, i18n
from casework.core.access import requires
from casework.core.errors import DomainError
from casework.core.scope import own
from casework.core.web import conflict_page
from casework.needs import actions, pages, queries
from casework.needs.forms import (
    BestInterestForm,
    ChangeBestInterestForm,
    CorrectNeedForm,
    EndForm,
    NeedForm,
    best_interest_values,
    need_values,
)
from casework.needs.models import BestInterest, SpecificNeed
from casework.persons import queries as persons
from casework.persons.forms import VoidForm
from casework.persons.models import Person
from casework.persons.views import opened

blueprint = Blueprint("needs", __name__, url_prefix="/people/<uuid:person_id>/needs")


@blueprint.get("/")
@requires("person:need")
def index(person_id: UUID) -> str:
    person = opened(person_id, "person:needs")
    return render_template("needs/index.html", person=person, **pages.of_person(person))


@blueprint.route("/add", methods=["GET", "POST"])
@requires("person:need")
def add(person_id: UUID) -> ResponseReturnValue:
    person = opened(person_id)
    form = NeedForm(data={"since_on": clock.today()})
    form.of(person)
    if form.validate_on_submit():
        try:
            need = actions.record(person, form.given())
        except DomainError as error:
            form.refuse(error)
        else:
            flash(pages.recorded_words(need))
            return _back(person)
    form.ask_only_what_is_asked()
    return _page(person, form, _("Record a need"), _("Save need"))


@blueprint.route("/<uuid:need_id>", methods=["GET", "POST"])
@requires("person:need")
def correct(person_id: UUID, need_id: UUID) -> ResponseReturnValue:
    person = opened(person_id)
    need: SpecificNeed = own(queries.need(person.id, need_id))

    def make(**source: Any) -> CorrectNeedForm:
        form = CorrectNeedForm(data=need_values(need), **source)
        form.of(person, need)
        return form

    form = make()
    if form.validate_on_submit():
        if form.seen_version() != need.version:
            return _conflict(person, need, form, make(formdata=None))
        try:
            actions.correct(person, need, form.given())
        except DomainError as error:
            form.refuse(error)
        else:
            flash(_("Saved. What stood before is kept in the history."))
            return _back(person)
    form.ask_only_what_is_asked()
    return _page(person, form, _("Correct the need"), _("Save need"))


@blueprint.route("/<uuid:need_id>/end", methods=["GET", "POST"])
@requires("person:need")
def end(person_id: UUID, need_id: UUID) -> ResponseReturnValue:
    person = opened(person_id)
    need: SpecificNeed = own(queries.need(person.id, need_id))
    form = EndForm(data={"on": clock.today(), "version": str(need.version)})
    if form.validate_on_submit():
        if form.seen_version() != need.version:
            return _conflict(person, need, form, EndForm(formdata=None, data={"on": need.until_on}))
        try:
            actions.end(need, form.on.data)
        except DomainError as error:
            form.refuse(error)
        else:
            flash(_("The need has ended. It stays in the record, with both days."))
            return _back(person)
    warning = _("It stays in the record as a need that the person once had. If it was never there, void it instead.")
    return _confirm(person, form, _("End this need"), _("End it"), pages.pairs(need), warning)


@blueprint.post("/<uuid:need_id>/goes-on")
@requires("person:need")
def goes_on(person_id: UUID, need_id: UUID) -> ResponseReturnValue:
    person = opened(person_id)
    actions.goes_on(own(queries.need(person.id, need_id)))
    flash(_("The need goes on."))
    return _back(person)


@blueprint.route("/<uuid:need_id>/void", methods=["GET", "POST"])
@requires("person:need")
def void(person_id: UUID, need_id: UUID) -> ResponseReturnValue:
    person = opened(person_id)
    need: SpecificNeed = own(queries.need(person.id, need_id))
    return _void(person, need, _("Void this need"), pages.pairs(need))


# -- best interests of a child -----------------------------------------------------------------------------------


@blueprint.route("/best-interests/add", methods=["GET", "POST"])
@requires("person:need")
def add_best_interest(person_id: UUID) -> ResponseReturnValue:
    person = opened(person_id)
    form = BestInterestForm(data={"step": "BIA", "state": "needed"})
    if form.validate_on_submit():
        try:
            actions.record_best_interest(person, form.told())
        except DomainError as error:
            form.refuse(error)
        else:
            flash(_("The step is recorded."))
            return _back(person)
    return _page(person, form, _("Record a best-interest step"), _("Save step"))


@blueprint.route("/best-interests/<uuid:best_interest_id>", methods=["GET", "POST"])
@requires("person:need")
def change_best_interest(person_id: UUID, best_interest_id: UUID) -> ResponseReturnValue:
    person = opened(person_id)
    row: BestInterest = own(queries.best_interest(person.id, best_interest_id))
    form = ChangeBestInterestForm(data=best_interest_values(row))
    if form.validate_on_submit():
        if form.seen_version() != row.version:
            saved = ChangeBestInterestForm(formdata=None, data=best_interest_values(row))
            return _conflict(person, row, form, saved)
        try:
            actions.change_best_interest(row, form.told())
        except DomainError as error:
            form.refuse(error)
        else:
            flash(_("Saved. What stood before is kept in the history."))
            return _back(person)
    return _page(person, form, _("Change the best-interest step"), _("Save step"))


@blueprint.route("/best-interests/<uuid:best_interest_id>/void", methods=["GET", "POST"])
@requires("person:need")
def void_best_interest(person_id: UUID, best_interest_id: UUID) -> ResponseReturnValue:
    person = opened(person_id)
    row: BestInterest = own(queries.best_interest(person.id, best_interest_id))
    return _void(person, row, _("Void this step"), pages.step_pairs(row))


# -- what these pages share --------------------------------------------------------------------------------------


def _back(person: Person) -> ResponseReturnValue:
    return redirect(url_for("needs.index", person_id=person.id))


def _void(
    person: Person, row: SpecificNeed | BestInterest, title: str, told: list[tuple[str, Any]]
) -> ResponseReturnValue:
    form = VoidForm()
    if form.validate_on_submit():
        try:
            actions.void(row, form.reason.data or "")
        except DomainError as error:
            form.refuse(error)
        else:
            flash(_("It is void. It stays readable."))
            return _back(person)
    warning = _("Void it only if it should never have been recorded.")
    return _confirm(person, form, title, _("Void it"), told, warning)


def _conflict(person: Person, row: SpecificNeed | BestInterest, form: Any, saved: Any) -> ResponseReturnValue:
    last = next(iter(persons.revisions([row.id])), None)
    return conflict_page(
        form,
        saved,
        version=row.version,
        keep_url=url_for("needs.index", person_id=person.id),
        who=names({last.actor_id}).get(last.actor_id) if last else None,
        when=i18n.moment(last.at) if last else "",
    )


def _page(person: Person, form: Any, title: str, primary: str) -> str:
    return render_template(
        "needs/form.html",
        person=person,
        form=form,
        title=title,
        primary=primary,
        back_url=url_for("needs.index", person_id=person.id),
    )


def _confirm(person: Person, form: Any, title: str, primary: str, told: list[tuple[str, Any]], warning: str) -> str:
    return render_template(
        "persons/confirm.html",
        person=person,
        form=form,
        title=title,
        primary=primary,
        pairs=told,
        warning=warning,
        back_url=url_for("needs.index", person_id=person.id),
    )
