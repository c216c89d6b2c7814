"""Referrals: the list, one of them, choosing what is told, looking at it, sending it."""

from typing import Any
from urllib.parse import quote
from uuid import UUID

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from casework.accounts.queries import names
from casework.cases import pages as case_pages
from casework.cases.models import Case
from casework.cases.views import opened_case
from casework.consents import queries as consents
from casework.core import audit, i18n, storage
from casework.core.access import requires
from casework.core.errors import DomainError, Hidden
from casework.core.scope import Principal, own, principal
from casework.core.typesetting import Unprintable
from casework.core.vault import Unreadable
from casework.core.web import conflict_page
from casework.persons import queries as persons
from casework.persons.models import Person
from casework.persons.pages import display_name
from casework.referrals import actions, offering, pages, paper, policy, queries, sharing
from casework.referrals.fields import GROUPS, USUAL, of_group
from casework.referrals.forms import BeginForm, ChooseForm, MessageForm, SendForm, group_titles, selection_values
from casework.referrals.models import Referral, ReferralSide, Selection, Share
from casework.referrals.rules import State, Step, steps
from casework.referrals.sheet import sheet

blueprint = Blueprint("referrals", __name__)


@blueprint.get("/referrals/")
@requires("referral:see")
def index() -> str:
    part = request.args.get("part", "")
    part = part if part in (*queries.PARTS, "over") else pages.first_part()
    rows, shown = pages.rows(queries.in_part(part))
    audit.read("referral:list", "persons", shown)
    return render_template(
        "referrals/index.html", rows=rows, parts=pages.parts(part), part=part, nothing=pages.empty_words(part)
    )


@blueprint.route("/cases/<uuid:case_id>/referrals/new", methods=["GET", "POST"])
@requires("referral:send")
def begin(case_id: UUID) -> ResponseReturnValue:
    case = opened_case(case_id)
    people = case_pages.party_choices(case)
    form = BeginForm(data={"person": people[0][0] if len(people) == 1 else None})
    form.person.offer(lambda: people)
    form.recipient.offer(offering.recipients)
    if form.validate_on_submit():
        try:
            person: Person = own(persons.person(UUID(form.person.data)))
            made = actions.begin(
                case, person, form.chosen(), is_joint=bool(form.is_joint.data), answer_days=form.answer_days.data
            )
        except DomainError as error:
            form.refuse(error)
        else:
            return redirect(url_for("referrals.choose", referral_id=made.id))
    return render_template(
        "referrals/begin.html", case=case, form=form, back_url=url_for("casefile.case", case_id=case.id)
    )


# -- one referral --------------------------------------------------------------------------------------------------


def who_acts() -> Principal:
    who = principal()
    assert who is not None  # noqa: S101 - the gate has seen to it
    return who


def opened(referral_id: UUID) -> tuple[Referral, ReferralSide | None]:
    """The referral and one's own side of it, with the opening noted."""
    one: Referral = own(queries.referral(referral_id))
    side = queries.side(one)
    audit.read("referral:open", "referrals", [one.id])
    if side is not None and side.person_id is not None:
        audit.read("referral:list", "persons", [side.person_id])
    return one, side


def sending_side(referral_id: UUID) -> tuple[Referral, ReferralSide, Person, Case]:
    """One's own referral with the record it is about."""
    one, side = opened(referral_id)
    person = queries.person_of(side) if side is not None else None
    if side is None or person is None or side.case is None or not queries.is_sender(one):
        raise Hidden
    return one, side, person, opened_case(side.case.id)


def can(one: Referral, step: Step) -> bool:
    return step in steps(State(one.state), is_sender=queries.is_sender(one), is_outside=one.to_organisation_id is None)


def told(one: Referral, side: ReferralSide | None) -> list[Share]:
    """What was told: one's own, or through the door what the other side told."""
    if queries.is_sender(one):
        found = [each.share for each in queries.shares(one)]
    elif is_reader(one, side):
        found = [each.share for each in queries.shared(one)]
    else:
        found = []
    person_id = side.person_id if side is not None else None
    return [sharing.readable(share, person_id) for share in found]


def is_reader(one: Referral, side: ReferralSide | None) -> bool:
    """Whether whoever acts reads what was told, and so takes steps: of what one's own organisation sent, everybody."""
    return queries.is_sender(one) or policy.may_read(who_acts(), side)


def worked_on(referral_id: UUID) -> tuple[Referral, ReferralSide | None]:
    """The referral, for who reads it; for others of the receiver no step is there."""
    one, side = opened(referral_id)
    own(True if is_reader(one, side) else None)
    return one, side


@blueprint.get("/referrals/<uuid:referral_id>")
@requires("referral:see")
def show(referral_id: UUID) -> str:
    return _page(*opened(referral_id), MessageForm())


@blueprint.post("/referrals/<uuid:referral_id>/messages")
@requires("referral:see")
def write(referral_id: UUID) -> ResponseReturnValue:
    one, side = worked_on(referral_id)
    form = MessageForm()
    if form.validate_on_submit():
        try:
            actions.write(one, form.words.data or "")
        except DomainError as error:
            form.refuse(error)
        else:
            flash(_("The message is there for the other side to read."))
            return redirect(url_for("referrals.show", referral_id=one.id))
    return _page(one, side, form)


def _page(one: Referral, side: ReferralSide | None, form: MessageForm) -> str:
    person = queries.person_of(side) if side is not None else None
    is_sender = queries.is_sender(one)
    may_read = is_reader(one, side)
    received = told(one, side)
    return render_template(
        "referrals/show.html",
        one=one,
        side=side,
        person=person,
        name=display_name(person.identity) if person is not None else "",
        title=pages.heading(one),
        state=pages.state_words(one),
        tone=pages.tone(one),
        explained=pages.explained(one),
        is_sender=is_sender,
        is_outside=one.to_organisation_id is None,
        is_live=pages.is_readable(one),
        may_read=may_read,
        sheets=[sheet(share) for share in received],
        ways=pages.ways(one, side, who_acts()) if may_read else [],
        facts=pages.facts(one, side),
        progress=pages.progress_rows(one) if may_read else [],
        story=pages.story(one, with_words=may_read),
        form=form,
        may_write=may_read and (can(one, Step.MESSAGE) or form.is_submitted()),  # what was typed too late is shown
        point=queries.point(side.point_id) if side is not None else None,
    )


# -- choosing, looking, sending ------------------------------------------------------------------------------------


@blueprint.route("/referrals/<uuid:referral_id>/choose", methods=["GET", "POST"])
@requires("referral:send")
def choose(referral_id: UUID) -> ResponseReturnValue:
    one, side, person, case = sending_side(referral_id)
    back_url = url_for("referrals.show", referral_id=one.id)
    if not can(one, Step.CHOOSE) and not can(one, Step.ADD):
        return redirect(back_url)
    offered = offering.offers(one, person, case)
    form = _choose_form(one, side, offered)
    if form.validate_on_submit():
        if form.seen_version() != side.version:
            return _conflict(form, _choose_form(one, side, offered, formdata=None), side, back_url)
        try:
            actions.choose(side, form.selection())
        except DomainError as error:
            form.refuse(error)
        else:
            return redirect(url_for("referrals.preview", referral_id=one.id))
    audit.read("person:family", "persons", [kin.id for kin, _link in sharing.relatives(person)])
    return render_template(
        "referrals/choose.html",
        one=one,
        form=form,
        offered=offered,
        groups=[group.name for group in GROUPS],
        titles=group_titles(),
        person=person,
        name=display_name(person.identity),
        recipient=pages.other_name(one),
        is_first=one.state == State.DRAFT,
        may_pass_on=sharing.may_pass_contacts_on(person),
        back_url=back_url,
    )


def _choose_form(
    one: Referral, side: ReferralSide, offered: dict[str, list[offering.Offer]], **source: Any
) -> ChooseForm:
    selection = side.selection
    if one.state == State.DRAFT and selection == Selection():
        selection = Selection(fields=list(USUAL))
    grouped = {group.name: [field.name for field in of_group(group.name)] for group in GROUPS}
    form = ChooseForm(data=selection_values(selection, grouped, side.version), **source)
    form.offer(offering.open_choices(offered))
    return form


def _conflict(form: ChooseForm, saved: ChooseForm, side: ReferralSide, back_url: str) -> ResponseReturnValue:
    last = next(iter(persons.revisions([side.id])), None)
    return conflict_page(
        form,
        saved,
        version=side.version,
        keep_url=back_url,
        who=names({last.actor_id}).get(last.actor_id) if last else None,
        when=i18n.moment(last.at) if last else "",
    )


@blueprint.route("/referrals/<uuid:referral_id>/preview", methods=["GET", "POST"])
@requires("referral:send")
def preview(referral_id: UUID) -> ResponseReturnValue:
    one, side, person, case = sending_side(referral_id)
    back_url = url_for("referrals.show", referral_id=one.id)
    if not can(one, Step.SEND) and not can(one, Step.ADD):
        return redirect(back_url)
    form = SendForm()
    if form.validate_on_submit():
        try:
            actions.send(side, form.seen.data or "")
        except DomainError as error:
            form.refuse(error)
        else:
            flash(_("It is sent. You will see here what they answer."))
            return redirect(back_url)
    share = sharing.share_of(one, person, case, side.selection)
    form.seen.data = sharing.digest(share)
    is_covered = sharing.is_covered(person.id, one)
    return render_template(
        "referrals/preview.html",
        one=one,
        form=form,
        sheet=sheet(share),
        person=person,
        name=display_name(person.identity),
        recipient=pages.other_name(one),
        is_covered=is_covered,
        has_sensitive=sharing.has_sensitive(share),
        consent_url=pages.consent_url(person, one),
        has_left=consents.has_left(person.id),
        is_first=one.state == State.DRAFT,
        is_outside=one.to_organisation_id is None,
        back_url=back_url,
    )


# -- files and paper -----------------------------------------------------------------------------------------------


@blueprint.get("/referrals/<uuid:referral_id>/files/<uuid:document_id>")
@requires("referral:see")
def file(referral_id: UUID, document_id: UUID) -> ResponseReturnValue:
    """A document that was told: to be kept, never to be shown by the browser. Gone when the referral ends."""
    one, side = worked_on(referral_id)
    if queries.is_sender(one):
        return _own_file(one, own(side), document_id)
    found: queries.SharedDocument = own(queries.shared_file(one, document_id))
    try:
        content = storage.read(found.place)
    except Unreadable:
        message = _("This file cannot be read: it was changed or lost on the disk. Tell your administrator.")
        return render_template("errors/error.html", status=500, message=message), 500
    plain = found.name.encode("ascii", "replace").decode().replace("?", "_").replace('"', "_")
    return Response(
        content,
        headers={
            "Content-Type": found.media_type,
            "Content-Length": str(found.size),
            "Content-Disposition": f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(found.name, safe='')}",
            "Content-Security-Policy": "default-src 'none'; sandbox",
        },
    )


def _own_file(one: Referral, side: ReferralSide, document_id: UUID) -> ResponseReturnValue:
    """What one told lies in one's own case."""
    told_ids = {file.document_id for each in queries.shares(one) for file in each.share.documents}
    if str(document_id) not in told_ids:
        raise Hidden
    return redirect(url_for("documents.show", case_id=side.case_id, document_id=document_id))


@blueprint.get("/referrals/<uuid:referral_id>/sheet.pdf")
@requires("referral:see")
def printed(referral_id: UUID) -> ResponseReturnValue:
    """What was told, on paper: exactly the share, for who has no access here."""
    one, side = opened(referral_id)
    found = told(one, side)
    if queries.is_sender(one):
        person = queries.person_of(side) if side is not None else None
        own(True if person is not None and sharing.is_covered(person.id, one) else None)
        found = [sharing.agreed(share, one) for share in found]
    if not found or not pages.is_readable(one):
        raise Hidden
    audit.note("referral:print", "referrals", one.id)
    try:
        made = paper.pdf(pages.heading(one), [sheet(share) for share in found])
    except Unprintable as error:
        message = _(
            "The sheet cannot be set: no shipped font has these characters: %(characters)s", characters=error.characters
        )
        return render_template("errors/error.html", status=422, message=message), 422
    return Response(
        made,
        headers={
            "Content-Type": "application/pdf",
            "Content-Disposition": "attachment; filename=referral.pdf",
            "Content-Security-Policy": "default-src 'none'; sandbox",
        },
    )
