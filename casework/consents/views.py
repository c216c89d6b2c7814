"""Consents in a person's record: what holds, recording an answer, taking it back, the notice to hand over."""

from typing import Any
from uuid import UUID

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale, get_locale
from flask_babel import gettext as _
from werkzeug.exceptions import HTTPException

from casework.accounts.queries import names
from casework.consents import actions, pages, policy, queries
from casework.consents.forms import FIELD_OF, WHEN, RecordForm, WithdrawForm, notices
from casework.consents.models import Consent
from casework.core import audit, clock, i18n
from casework.core.access import requires
from casework.core.errors import DomainError, Hidden
from casework.core.scope import own
from casework.core.web import conflict_page
from casework.persons import queries as persons
from casework.persons.forms import VoidForm
from casework.persons.models import Person
from casework.persons.views import opened

blueprint = Blueprint("consents", __name__)
TONGUES = {"rus": "ru", "kaz": "kk", "eng": "en"}
"""In which language of the notice somebody reads who speaks one of these."""
OF_PERSON = "/people/<uuid:person_id>/consents"


@blueprint.get(f"{OF_PERSON}/")
@requires("person:open")
def index(person_id: UUID) -> str:
    person = opened(person_id)
    return render_template("consents/index.html", person=person, **pages.overview(person))


@blueprint.route(f"{OF_PERSON}/add", methods=["GET", "POST"])
@requires("person:consent")
def record(person_id: UUID) -> ResponseReturnValue:
    person = opened(person_id)
    form = RecordForm(data=_asked_for(person))
    form.of(person)
    if form.validate_on_submit():
        try:
            consent = actions.record(person, form.given())
        except DomainError as error:
            form.refuse(_on_its_field(error, form))
        else:
            suspended = pages.suspended_words(consent)
            flash(suspended or _("The answer is recorded."), "warning" if suspended else "message")
            stopped_id = consent.id if consent.ended_at is not None else consent.supersedes_id
            if consent.state == "refused" and stopped_id is not None:
                return redirect(url_for(".show", person_id=person.id, consent_id=stopped_id))
            return redirect(_back_to() or url_for(".index", person_id=person.id))
    return render_template(
        "consents/form.html",
        person=person,
        form=form,
        title=_("Record an answer"),
        primary=_("Save the answer"),
        when=WHEN,
        notice_url=url_for(".notice", person_id=person.id),
        back_url=_back_to() or url_for(".index", person_id=person.id),
    )


def _asked_for(person: Person) -> dict[str, Any]:
    """What the address asks for: a purpose, with whom; the language of the person, the notice in force."""
    kind, _colon, _code = request.args.get("recipient", "").partition(":")
    values: dict[str, Any] = {
        "purpose": request.args.get("purpose"),
        "answered_on": clock.today(),
        "language": person.languages[0] if person.languages else None,
        "notice": next((code for code, _words in notices()), None),
    }
    if kind in FIELD_OF:
        values[FIELD_OF[kind]] = request.args.get("recipient")
    return values


def _on_its_field(error: DomainError, form: RecordForm) -> DomainError:
    """With whom is asked in one of three fields; in which language and with which notice under other names."""
    if error.field == "recipient":
        kinds = policy.recipient_kinds(form.purpose.data or "")
        error.field = FIELD_OF[kinds[0]] if kinds else "purpose"
    elif error.field == "notice_version":
        error.field = "notice"
    return error


def _back_to() -> str | None:
    """Where an answer was asked for: a page of ours, from which a form sent somebody here."""
    wanted = request.args.get("back", "")
    if not wanted.startswith("/") or wanted.startswith("//") or "\\" in wanted:
        return None
    try:
        current_app.url_map.bind("").match(wanted.partition("?")[0])
    except HTTPException:
        return None
    return wanted


@blueprint.get(f"{OF_PERSON}/<uuid:consent_id>")
@requires("person:open")
def show(person_id: UUID, consent_id: UUID) -> str:
    person = opened(person_id)
    consent: Consent = own(queries.consent(person.id, consent_id))
    standing = next(found for one, found in pages.standings(queries.of_person(person.id)) if one.id == consent.id)
    return render_template(
        "consents/show.html",
        person=person,
        consent=consent,
        title=pages.title(consent),
        state=pages.standing_words(standing),
        tone=pages.TONES.get(standing, ""),
        sentence=pages.sentence(consent, standing),
        facts=pages.facts(consent),
        ended=consent.ended_at is not None,
        stopped=consent.details.stopped,
        to_do=pages.to_be_done(consent, person) if consent.ended_at is not None else [],
        may_withdraw=queries.may_be_withdrawn(consent),
        ask_url=url_for(".record", person_id=person.id, purpose=consent.purpose, recipient=consent.recipient),
        back_url=url_for(".index", person_id=person.id),
    )


@blueprint.route(f"{OF_PERSON}/<uuid:consent_id>/withdraw", methods=["GET", "POST"])
@requires("person:consent")
def withdraw(person_id: UUID, consent_id: UUID) -> ResponseReturnValue:
    person = opened(person_id)
    consent: Consent = own(queries.consent(person.id, consent_id))
    form = WithdrawForm(data={"on": clock.today(), "version": str(consent.version)})
    if form.validate_on_submit():
        if form.seen_version() != consent.version:
            return _conflict(person, consent, form, WithdrawForm(formdata=None, data={"on": consent.withdrawn_on}))
        try:
            actions.withdraw(consent, form.on.data, form.how.data or "", form.note.data)
        except DomainError as error:
            form.refuse(error)
        else:
            flash(_("The consent is withdrawn. Nothing may be done by it from that day on."))
            return redirect(url_for(".show", person_id=person.id, consent_id=consent.id))
    if request.method == "GET" and not queries.may_be_withdrawn(consent):
        flash(_("This consent does not hold any more. Look at the list again."), "info")
        return redirect(url_for(".show", person_id=person.id, consent_id=consent.id))
    return render_template(
        "consents/withdraw.html",
        person=person,
        form=form,
        what=pages.title(consent),
        ends=pages.would_end(consent, person),
        to_do=pages.to_be_done(consent, person),
        told=pages.told(consent, person),
        back_url=url_for(".show", person_id=person.id, consent_id=consent.id),
    )


@blueprint.route(f"{OF_PERSON}/<uuid:consent_id>/void", methods=["GET", "POST"])
@requires("person:consent")
def void(person_id: UUID, consent_id: UUID) -> ResponseReturnValue:
    person = opened(person_id)
    consent: Consent = own(queries.consent(person.id, consent_id))
    form = VoidForm()
    if form.validate_on_submit():
        try:
            actions.void(consent, form.reason.data or "")
        except DomainError as error:
            form.refuse(error)
        else:
            flash(_("The entry is void. It stays readable in the history."))
            return redirect(url_for(".show", person_id=person.id, consent_id=consent.id))
    return render_template(
        "persons/confirm.html",
        person=person,
        form=form,
        title=_("Void this answer"),
        primary=_("Void the answer"),
        pairs=[(_("What is the person asked for?"), pages.title(consent)), *pages.facts(consent)],
        warning=pages.void_warning(consent),
        back_url=url_for(".show", person_id=person.id, consent_id=consent.id),
    )


@blueprint.get(f"{OF_PERSON}/notice")
@requires("person:open")
def notice(person_id: UUID) -> str:
    """The text to read out or to hand over, in one of three languages; it names nobody."""
    person = opened(person_id)
    language = request.args.get("language", "")
    if language not in i18n.NAMES:
        spoken = (TONGUES[one] for one in person.languages if one in TONGUES)
        language = next(spoken, str(get_locale() or "en"))
    found = pages.notice_of(request.args.get("version"), language)
    if found is None:
        raise Hidden
    with force_locale(language):
        heading = _("What we keep about you, and what you can ask of us")
    return render_template(
        "consents/notice.html",
        person=person,
        notice=found,
        language=language,
        heading=heading,
        versions=[
            {
                "label": name,
                "url": url_for(".notice", person_id=person.id, language=code),
                "is_current": code == language,
            }
            for code, name in i18n.NAMES.items()
        ],
        back_url=url_for(".index", person_id=person.id),
    )


@blueprint.get("/consents/ending")
@requires("person:consent")
def ending() -> str:
    """The consents of the organisation that end within 30 days."""
    rows = pages.ending_rows()
    audit.read("consent:list", "persons", [one["person"].id for one in rows])
    return render_template("consents/ending.html", rows=rows)


def _conflict(person: Person, consent: Consent, form: Any, saved: Any) -> ResponseReturnValue:
    last = next(iter(persons.revisions([consent.id])), None)
    return conflict_page(
        form,
        saved,
        version=consent.version,
        keep_url=url_for(".show", person_id=person.id, consent_id=consent.id),
        who=names({last.actor_id}).get(last.actor_id) if last else None,
        when=i18n.moment(last.at) if last else "",
    )
