"""Pages about the person: details, status histories, family, who opened the record."""

from typing import NoReturn
from uuid import UUID

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from casework.accounts.queries import names
from casework.approvals import pages as approvals
from casework.approvals.pages import Asking
from casework.core import audit, i18n
from casework.core.access import requires
from casework.core.db import db
from casework.core.errors import DomainError, Hidden
from casework.core.scope import own
from casework.core.web import conflict_page
from casework.persons import actions, approving, pages, queries
from casework.persons.forms import (
    ContactForm,
    IdentityForm,
    RegistrationDayForm,
    RelativeForm,
    StatusForm,
    VoidForm,
    contact_values,
    identity_values,
    kept_besides,
)
from casework.persons.models import Person
from casework.reference import queries as codes

blueprint = Blueprint("persons", __name__, url_prefix="/people")


@blueprint.after_app_request
def say_what_waits(response: Response) -> Response:
    """Whatever was done on whichever page: a status that should have followed waits for approval."""
    if response.status_code in (302, 303):
        for words in approving.to_be_told():
            flash(words, "info")
    return response


def opened(person_id: UUID, action: str = "person:open") -> Person:
    """The person, with the opening noted; hidden and absent are the same."""
    person: Person = own(queries.person(person_id))
    if person.id != person_id and (request.view_args or {}).get("person_id") == person_id:
        _lead_on(person_id, person)
    audit.read(action, "persons", [person.id])
    return person


def _lead_on(merged_id: UUID, person: Person) -> NoReturn:
    """From the address of a merged record to the one that goes on.

    What was typed on a page of the merged one is refused: it was about what that one said, and its version might by
    chance be the version of the other.
    """
    if request.method == "POST":
        merged: Person = own(queries.record(merged_id))
        raise DomainError(_("The record %(number)s was merged already. Look at it again.", number=merged.number))
    address = {**(request.view_args or {}), "person_id": person.id, **request.args}
    abort(redirect(url_for(str(request.endpoint), **address)))


@blueprint.get("/<uuid:person_id>/details")
@requires("person:open")
def details(person_id: UUID) -> str:
    person = opened(person_id, "person:details")
    return render_template(
        "persons/details.html",
        person=person,
        groups=pages.details(person),
        histories=pages.histories(person),
        warnings=pages.warnings(person),
    )


@blueprint.route("/<uuid:person_id>/identity", methods=["GET", "POST"])
@requires("person:edit")
def edit_identity(person_id: UUID) -> ResponseReturnValue:
    person = opened(person_id)
    form = IdentityForm(data=identity_values(person))
    if not form.wants_more() and form.validate_on_submit():
        if form.seen_version() != person.version:
            return _conflict(form, IdentityForm(formdata=None, data=identity_values(person)), person)
        try:
            identity = kept_besides(form.identity(), person.identity)
            actions.correct_identity(
                person,
                identity,
                sex=form.sex.data or "U",
                birth=form.birth_date(),
                origin=form.origin.data or "UNK",
                arrived=form.arrived.data,
                languages=form.languages.data or [],
            )
        except DomainError as error:
            form.refuse(error)
        else:
            flash(_("Saved. What stood before is kept in the history."))
            for warning in pages.warnings(person):
                flash(warning, "warning")
            return redirect(url_for("persons.details", person_id=person.id))
    return _form_page(form, person, _("Change personal details"), _("Save details"))


@blueprint.route("/<uuid:person_id>/registration", methods=["GET", "POST"])
@requires("person:status")
def correct_registration(person_id: UUID) -> ResponseReturnValue:
    person = opened(person_id)
    values = {"registered_on": person.registered_on, "version": str(person.version)}
    form = RegistrationDayForm(data=values)
    if form.validate_on_submit():
        if form.seen_version() != person.version:
            return _conflict(form, RegistrationDayForm(formdata=None, data=values), person)
        try:
            actions.correct_registration(person, form.registered_on.data)
        except DomainError as error:
            form.refuse(error)
        else:
            flash(_("The registration day is corrected, and the figures are recounted."))
            return redirect(url_for("persons.details", person_id=person.id))
    return _form_page(form, person, _("Correct the registration day"), _("Save day"))


@blueprint.route("/<uuid:person_id>/contacts", methods=["GET", "POST"])
@requires("person:edit")
def edit_contacts(person_id: UUID) -> ResponseReturnValue:
    person = opened(person_id)
    form = ContactForm(data=contact_values(person))
    form.of(person)
    if form.validate_on_submit():
        if form.seen_version() != person.version:
            return _conflict(form, ContactForm(formdata=None, data=contact_values(person)), person)
        answer, on = form.answer(person)
        actions.correct_contacts(person, form.contacts(), consent=answer, consent_on=on)
        flash(_("Saved. What stood before is kept in the history."))
        return redirect(url_for("persons.details", person_id=person.id))
    return _form_page(form, person, _("Change contacts and consent"), _("Save contacts"), now=pages.where_consent(form))


@blueprint.route(
    "/<uuid:person_id>/status/<any(displacement, nationality, residence):dimension>", methods=["GET", "POST"]
)
@requires("person:status")
def change_status(person_id: UUID, dimension: str) -> ResponseReturnValue:
    person = opened(person_id)
    asking = approvals.asking(approving.STATUS, person.id)
    is_asked = asking.is_wanted and approving.is_status(dimension)
    form = StatusForm(data=approving.typed(asking, dimension))
    form.code.offer(lambda: pages.status_choices(dimension))
    form.reason.offer(lambda: pages.reason_choices(dimension))
    if form.validate_on_submit():
        given = {
            "dimension": dimension,
            "code": form.code.data,
            "effective_on": form.effective_on.data,
            "reason": form.reason.data,
            "note": form.note.data,
        }
        try:
            if is_asked:
                approving.ask_to_change(person, given)
            else:
                actions.set_status(person, **given)
        except DomainError as error:
            form.refuse(error)
        else:
            done = _("The new status is recorded. Figures show it from the day after it took effect.")
            flash(approvals.sent_words() if is_asked else done)
            return redirect(url_for("persons.details", person_id=person.id))
    return _form_page(
        form,
        person,
        pages.dimension_title(dimension),
        asking.primary(_("Record status")) if is_asked else _("Record status"),
        now=pages.now(person, dimension),
        asking=asking if approving.is_status(dimension) else None,
    )


@blueprint.route("/<uuid:person_id>/status/<uuid:entry_id>/void", methods=["GET", "POST"])
@requires("person:status")
def void_status(person_id: UUID, entry_id: UUID) -> ResponseReturnValue:
    person = opened(person_id)
    entry = own(queries.entry(person_id, entry_id))
    if entry.dimension == "registration":  # put right by its day, or in the case that it follows from
        raise Hidden
    asking = approvals.asking(approving.STATUS, person.id) if approving.is_status(entry.dimension) else None
    is_asked = asking is not None and asking.is_wanted
    form = VoidForm()
    if form.validate_on_submit():
        try:
            if is_asked:
                approving.ask_to_void(entry, form.reason.data or "")
            else:
                actions.void_status(entry, form.reason.data or "")
        except DomainError as error:
            form.refuse(error)
        else:
            if not approving.to_be_told():
                flash(_("The entry is void. It stays readable in the history."))
            return redirect(url_for("persons.details", person_id=person.id))
    return render_template(
        "persons/confirm.html",
        person=person,
        form=form,
        title=_("Void this entry"),
        primary=asking.primary(_("Void the entry")) if asking is not None else _("Void the entry"),
        asking=asking,
        pairs=[
            (pages.dimension_title(entry.dimension), pages.status_label(entry.dimension, entry.code)),
            (_("Since"), i18n.day(entry.effective_on)),
            (_("Why it changed"), codes.label("flow", entry.reason)),
        ],
        warning=_("The figures will be recounted as if this entry had never been made."),
    )


@blueprint.get("/<uuid:person_id>/family")
@requires("person:open")
def family(person_id: UUID) -> str:
    person = opened(person_id)
    links = pages.family(person)
    audit.read("person:family", "persons", [one["person"].id for one in links])
    return render_template("persons/family.html", person=person, links=links)


@blueprint.route("/<uuid:person_id>/family/add", methods=["GET", "POST"])
@requires("person:edit")
def add_relative(person_id: UUID) -> ResponseReturnValue:
    person = opened(person_id)
    form = RelativeForm()
    if form.validate_on_submit():
        try:
            relative = queries.person_by_number((form.number.data or "").strip().upper())
            if relative is None:
                raise DomainError(_("No person of your organisation has this number."), "number")
            audit.read("person:link", "persons", [relative.id])
            actions.add_relative(person, relative, form.relationship_code.data or "", bool(form.shares_household.data))
        except DomainError as error:
            form.refuse(error)
        else:
            flash(_("The relative is linked."))
            return redirect(url_for("persons.family", person_id=person.id))
    return _form_page(form, person, _("Link a relative"), _("Link relative"), back="persons.family")


@blueprint.route("/<uuid:person_id>/family/<uuid:link_id>/remove", methods=["GET", "POST"])
@requires("person:edit")
def remove_relative(person_id: UUID, link_id: UUID) -> ResponseReturnValue:
    person = opened(person_id)
    link = own(queries.relative(person_id, link_id))
    form = VoidForm()
    if form.validate_on_submit():
        try:
            actions.remove_relative(link, form.reason.data or "")
        except DomainError as error:
            form.refuse(error)
        else:
            flash(_("The link is removed. The history says who removed it and why."))
            return redirect(url_for("persons.family", person_id=person_id))
    shown = next(one for one in pages.family(person) if one["link"].id == link.id)
    audit.read("person:family", "persons", [shown["person"].id])
    return render_template(
        "persons/confirm.html",
        person=person,
        form=form,
        title=_("Remove this link"),
        primary=_("Remove link"),
        pairs=[(_("Relative"), pages.display_name(shown["person"].identity)), (_("Relation"), shown["words"])],
        warning="",
        back_url=url_for("persons.family", person_id=person.id),
    )


def _form_page(
    form: object,
    person: Person,
    title: str,
    primary: str,
    back: str = "persons.details",
    now: str = "",
    asking: Asking | None = None,
) -> str:
    return render_template(
        "persons/form.html",
        form=form,
        person=person,
        title=title,
        primary=primary,
        now=now,
        asking=asking,
        back_url=url_for(back, person_id=person.id),
    )


def _conflict(form: object, saved: object, person: Person) -> ResponseReturnValue:
    last = next(iter(queries.revisions([person.id])), None)
    who = names({last.actor_id}).get(last.actor_id) if last else None
    db.session.expunge_all()
    return conflict_page(
        form,
        saved,
        version=person.version,
        keep_url=url_for("persons.details", person_id=person.id),
        who=who,
        when=i18n.moment(last.at) if last else "",
    )
