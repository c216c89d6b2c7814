"""Powers of attorney in a person's record: the list, recording, correcting, revoking, voiding."""

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
from casework.mandates import actions, pages, queries
from casework.mandates.forms import CorrectForm, RecordForm, RevokeForm, correct_values
from casework.mandates.models import PowerOfAttorney
from casework.persons import queries as persons
from casework.persons.forms import VoidForm
from casework.persons.models import Person
from casework.persons.views import opened

blueprint = Blueprint("mandates", __name__, url_prefix="/people/<uuid:person_id>/powers")


@blueprint.get("/")
@requires("person:open")
def index(person_id: UUID) -> str:
    person = opened(person_id)
    return render_template(
        "mandates/index.html",
        person=person,
        rows=pages.rows(person, queries.of_person(person.id)),
    )


@blueprint.route("/add", methods=["GET", "POST"])
@requires("person:edit")
def add(person_id: UUID) -> ResponseReturnValue:
    person = opened(person_id)
    form = RecordForm()
    form.of(person)
    if form.validate_on_submit():
        try:
            actions.record(person, form.given())
        except DomainError as error:
            form.refuse(error)
        else:
            flash(_("The power of attorney is recorded."))
            return _back(person)
    return _page(person, form, _("Record a power of attorney"), _("Save power of attorney"))


@blueprint.route("/<uuid:power_id>", methods=["GET", "POST"])
@requires("person:edit")
def correct(person_id: UUID, power_id: UUID) -> ResponseReturnValue:
    person = opened(person_id)
    power: PowerOfAttorney = own(queries.power(person.id, power_id))

    def make(**source: Any) -> CorrectForm:
        form = CorrectForm(data=correct_values(power), **source)
        form.of(person, power)
        return form

    form = make()
    if form.validate_on_submit():
        if form.seen_version() != power.version:
            return _conflict(person, power, form, make(formdata=None))
        try:
            actions.correct(power, form.given())
        except DomainError as error:
            form.refuse(error)
        else:
            flash(_("Saved. What stood before is kept in the history."))
            return _back(person)
    return _page(person, form, _("Correct the power of attorney"), _("Save power of attorney"))


@blueprint.route("/<uuid:power_id>/revoke", methods=["GET", "POST"])
@requires("person:edit")
def revoke(person_id: UUID, power_id: UUID) -> ResponseReturnValue:
    person = opened(person_id)
    power: PowerOfAttorney = own(queries.power(person.id, power_id))
    form = RevokeForm(data={"on": clock.today(), "version": str(power.version)})
    if form.validate_on_submit():
        if form.seen_version() != power.version:
            return _conflict(person, power, form, RevokeForm(formdata=None, data={"on": power.revoked_on}))
        try:
            actions.revoke(power, form.on.data)
        except DomainError as error:
            form.refuse(error)
        else:
            flash(_("The power of attorney is revoked."))
            return _back(person)
    return _confirm(
        person,
        power,
        form,
        _("Revoke the power of attorney"),
        _("Revoke it"),
        _("Sessions and acts from that day on need another power of attorney. What was done before stays."),
    )


@blueprint.route("/<uuid:power_id>/void", methods=["GET", "POST"])
@requires("person:edit")
def void(person_id: UUID, power_id: UUID) -> ResponseReturnValue:
    person = opened(person_id)
    power: PowerOfAttorney = own(queries.power(person.id, power_id))
    form = VoidForm()
    if form.validate_on_submit():
        try:
            actions.void(power, form.reason.data or "")
        except DomainError as error:
            form.refuse(error)
        else:
            flash(_("The power of attorney is void. It stays readable."))
            return _back(person)
    return _confirm(
        person,
        power,
        form,
        _("Void this power of attorney"),
        _("Void it"),
        _("Void it only if it should never have been recorded. If the person took it back, revoke it instead."),
    )


def _back(person: Person) -> ResponseReturnValue:
    return redirect(url_for("mandates.index", person_id=person.id))


def _conflict(person: Person, power: PowerOfAttorney, form: Any, saved: Any) -> ResponseReturnValue:
    last = next(iter(persons.revisions([power.id])), None)
    return conflict_page(
        form,
        saved,
        version=power.version,
        keep_url=url_for("mandates.index", person_id=person.id),
        who=names({last.actor_id}).get(last.actor_id) if last else None,
        when=i18n.moment(last.at) if last else "",
    )


def _page(person: Person, form: Any, title: str, primary: str) -> str:
    return render_template(
        "mandates/form.html",
        person=person,
        form=form,
        title=title,
        primary=primary,
        back_url=url_for("mandates.index", person_id=person.id),
    )


def _confirm(person: Person, power: PowerOfAttorney, form: Any, title: str, primary: str, warning: str) -> str:
    return render_template(
        "persons/confirm.html",
        person=person,
        form=form,
        title=title,
        primary=primary,
        pairs=[(_("Power of attorney"), pages.title(power)), *pages.pairs(power)],
        warning=warning,
        back_url=url_for("mandates.index", person_id=person.id),
    )
