"""Restricting a record, the page in front of one that is closed, and the way in for an emergency."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from casework.core import access as gate
from casework.core.access import requires
from casework.core.db import db
from casework.core.errors import DomainError, Restricted
from casework.core.scope import own
from casework.persons import queries as persons
from casework.persons.models import Person
from casework.persons.views import opened
from casework.restrictions import actions, pages, policy, queries
from casework.restrictions.forms import EmergencyForm, EndForm, LiftForm, RestrictForm
from casework.restrictions.models import Restriction

blueprint = Blueprint("restrictions", __name__)


@blueprint.app_errorhandler(Restricted)
def closed(error: Restricted) -> ResponseReturnValue:
    """The page in front of a record that only its team may open."""
    db.session.rollback()
    gate.note_refusal(403)
    return render_template("restrictions/closed.html", **pages.closed(error.person_ids)), 403


# -- restricting -------------------------------------------------------------------------------------------------


@blueprint.route("/people/<uuid:person_id>/restriction", methods=["GET", "POST"])
@requires("person:restrict")
def restriction(person_id: UUID) -> ResponseReturnValue:
    person = opened(person_id)
    standing = queries.standing(person.id)
    stands = str(standing.id) if standing is not None else ""
    seen = request.form.get("seen", "") if request.method == "POST" else stands
    form = LiftForm(data={"seen": seen}) if seen else RestrictForm(data={"seen": seen})
    if form.validate_on_submit():
        try:
            if seen != stands:
                raise DomainError(_changed_meanwhile(standing))
            if standing is None:
                actions.restrict(person, form.reason.data or "")
            else:
                actions.lift(standing, form.reason.data or "")
        except DomainError as error:
            form.refuse(error)
        else:
            flash(
                _("The record is restricted: only its team can open it.")
                if standing is None
                else _("The restriction is lifted.")
            )
            return redirect(url_for("casefile.person", person_id=person.id))
    return render_template(
        "restrictions/restriction.html",
        person=person,
        form=form,
        is_lifting=bool(seen),
        standing=standing,
        shown=pages.card(person),
        team=pages.team(person),
        back_url=url_for("casefile.person", person_id=person.id),
    )


def _changed_meanwhile(standing: Restriction | None) -> str:
    """What was done while this page stood open, so that the same button would now do the opposite."""
    if standing is None:
        return _("The restriction was lifted meanwhile. Nothing was changed: copy what you typed, and look again.")
    return _("The record was restricted meanwhile. It stays so: copy what you typed, and look again.")


# -- an emergency ------------------------------------------------------------------------------------------------


@blueprint.route("/people/<uuid:person_id>/emergency", methods=["GET", "POST"])
@requires("person:emergency")
def emergency(person_id: UUID) -> ResponseReturnValue:
    """Ask for a record that is closed. Nothing of it is shown here but its number."""
    person: Person = own(persons.person(person_id))
    back_url = url_for("casefile.person", person_id=person.id)
    if request.method == "GET" and queries.has_emergency(person.id):
        return redirect(back_url)
    form = EmergencyForm()
    if form.validate_on_submit():
        try:
            actions.open_in_emergency(person, form.reason.data or "", form.why.data or "", int(form.hours.data or "0"))
        except DomainError as error:
            form.refuse(error)
        else:
            flash(_("The record is open to you. Your supervisors have been told."), "warning")
            return redirect(back_url)
    is_closed = person.id in policy.hidden_ids()
    return render_template(
        "restrictions/emergency.html",
        person=person,
        form=form,
        is_closed=is_closed,
        back_url=url_for("desk.home") if is_closed else back_url,
    )


@blueprint.post("/people/<uuid:person_id>/emergency/end")
@requires("person:emergency")
def end(person_id: UUID) -> ResponseReturnValue:
    person: Person = own(persons.person(person_id))
    access = queries.emergency(person.id)
    if EndForm().validate_on_submit() and access is not None:
        actions.give_back(access)
        flash(_("Your emergency access has ended."))
    return redirect(url_for("desk.home"))
