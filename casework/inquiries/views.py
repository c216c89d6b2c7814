"""Inquiries to other States: the list, asking, reminding, the reply, correcting, voiding."""

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from casework.accounts.queries import names
from casework.cases.models import Case
from casework.cases.pages import heading, principal_person
from casework.cases.views import opened_case
from casework.core import clock, i18n
from casework.core.access import requires
from casework.core.errors import DomainError
from casework.core.scope import own
from casework.core.web import conflict_page
from casework.inquiries import actions, pages, queries
from casework.inquiries.forms import CorrectForm, RemindForm, ReplyForm, SendForm, correct_values, reply_values
from casework.inquiries.models import Inquiry
from casework.persons import queries as persons
from casework.persons.forms import VoidForm

blueprint = Blueprint("inquiries", __name__, url_prefix="/cases/<uuid:case_id>/inquiries")


@blueprint.get("/")
@requires("case:open")
def index(case_id: UUID) -> str:
    case = opened_case(case_id)
    courses = queries.courses(case.id)
    return render_template(
        "inquiries/index.html",
        case=case,
        person=own(principal_person(case)),
        rows=pages.rows(case),
        summary=pages.summary(courses) if courses else "",
    )


@blueprint.route("/send", methods=["GET", "POST"])
@requires("case:edit")
def send(case_id: UUID) -> ResponseReturnValue:
    case = opened_case(case_id)
    form = SendForm(data={"sent_on": clock.today()})
    form.of(case)
    if form.validate_on_submit():
        try:
            actions.send(case, form.asked())
        except DomainError as error:
            form.refuse(error)
        else:
            flash(_("The inquiry is recorded, and the time for the reply runs."))
            return _back(case)
    return _page(case, form, _("Ask a State"), _("Save inquiry"), hint=pages.approval_words())


@blueprint.route("/<uuid:inquiry_id>", methods=["GET", "POST"])
@requires("case:edit")
def correct(case_id: UUID, inquiry_id: UUID) -> ResponseReturnValue:
    case = opened_case(case_id)
    inquiry: Inquiry = own(queries.inquiry(case.id, inquiry_id))
    course = queries.course(inquiry)

    def make(**source: Any) -> CorrectForm:
        form = CorrectForm(data=correct_values(course), **source)
        form.of(case)
        return form

    form = make()
    if form.validate_on_submit():
        if form.seen_version() != inquiry.version:
            return _conflict(case, inquiry, form, make(formdata=None))
        try:
            actions.correct(case, inquiry, form.asked())
        except DomainError as error:
            form.refuse(error)
        else:
            flash(_("Saved. What stood before is kept in the history."))
            return _back(case)
    return _page(case, form, _("Correct the inquiry"), _("Save inquiry"))


@blueprint.route("/<uuid:inquiry_id>/remind", methods=["GET", "POST"])
@requires("case:edit")
def remind(case_id: UUID, inquiry_id: UUID) -> ResponseReturnValue:
    case = opened_case(case_id)
    inquiry: Inquiry = own(queries.inquiry(case.id, inquiry_id))
    form = RemindForm(data={"on": clock.today()})
    form.of(case)
    if form.validate_on_submit():
        document_id = UUID(form.document.data) if form.document.data else None
        try:
            actions.remind(case, inquiry, form.on.data, form.note.data, document_id, despite=form.why())
        except DomainError as error:
            form.refuse(error)
        else:
            flash(_("The reminder is recorded. The time for the reply stays as it was."))
            return _back(case)
    return _page(case, form, _("Record a reminder"), _("Save reminder"), pages.title(inquiry))


@blueprint.route("/<uuid:inquiry_id>/reply", methods=["GET", "POST"])
@requires("case:edit")
def reply(case_id: UUID, inquiry_id: UUID) -> ResponseReturnValue:
    case = opened_case(case_id)
    inquiry: Inquiry = own(queries.inquiry(case.id, inquiry_id))
    course = queries.course(inquiry)

    def make(**source: Any) -> ReplyForm:
        form = ReplyForm(data=reply_values(course), **source)
        form.of(case)
        return form

    form = make()
    if form.validate_on_submit():
        if form.seen_version() != inquiry.version:
            return _conflict(case, inquiry, form, make(formdata=None))
        try:
            actions.reply(case, inquiry, form.answered())
        except DomainError as error:
            form.refuse(error)
        else:
            flash(_("The reply is recorded."))
            return _back(case)
    return _page(case, form, _("Reply of the State"), _("Save reply"), pages.title(inquiry))


@blueprint.route("/<uuid:inquiry_id>/void", methods=["GET", "POST"])
@requires("case:edit")
def void(case_id: UUID, inquiry_id: UUID) -> ResponseReturnValue:
    case = opened_case(case_id)
    inquiry: Inquiry = own(queries.inquiry(case.id, inquiry_id))
    form = VoidForm()
    if form.validate_on_submit():
        try:
            actions.void(case, inquiry, form.reason.data or "")
        except DomainError as error:
            form.refuse(error)
        else:
            flash(_("The inquiry is void. It stays readable."))
            return _back(case)
    return render_template(
        "inquiries/void.html",
        case=case,
        form=form,
        lead=heading(case),
        pairs=[(_("Inquiry"), pages.title(inquiry)), *pages.pairs(queries.course(inquiry))],
        back_url=url_for("inquiries.index", case_id=case.id),
    )


def _back(case: Case) -> ResponseReturnValue:
    return redirect(url_for("inquiries.index", case_id=case.id))


def _conflict(case: Case, inquiry: Inquiry, form: Any, saved: Any) -> ResponseReturnValue:
    last = next(iter(persons.revisions([inquiry.id])), None)
    return conflict_page(
        form,
        saved,
        version=inquiry.version,
        keep_url=url_for("inquiries.index", case_id=case.id),
        who=names({last.actor_id}).get(last.actor_id) if last else None,
        when=i18n.moment(last.at) if last else "",
    )


def _page(case: Case, form: Any, title: str, primary: str, about: str = "", hint: str = "") -> str:
    return render_template(
        "inquiries/form.html",
        case=case,
        form=form,
        title=title,
        lead=about or heading(case),
        primary=primary,
        hint=hint,
        forbidden=pages.forbidden(case) if "despite" in form else "",
        back_url=url_for("inquiries.index", case_id=case.id),
    )
