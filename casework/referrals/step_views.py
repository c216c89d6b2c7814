"""The steps of a referral after it was sent; linking it to a record of one's own; the directory of services."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from casework.cases import queries as cases
from casework.core import audit
from casework.core.access import requires
from casework.core.errors import DomainError
from casework.core.forms import CaseworkForm
from casework.core.scope import own
from casework.persons import queries as persons
from casework.referrals import actions, pages, queries, receiving
from casework.referrals.forms import (
    AcceptForm,
    DeclineForm,
    EndForm,
    FeedbackForm,
    LawyerForm,
    LinkForm,
    OutsideAnswerForm,
    PointForm,
    ProgressForm,
    ServiceForm,
    StepForm,
    WithdrawForm,
    point_values,
)
from casework.referrals.models import OutsideService, Referral
from casework.referrals.rules import Step
from casework.referrals.views import blueprint, can, who_acts, worked_on


def _back(one: Referral) -> str:
    return url_for("referrals.show", referral_id=one.id)


def _step(
    one: Referral,
    step: Step,
    form: CaseworkForm,
    take: Callable[[], object],
    *,
    done: str,
    title: str,
    primary: str,
    words: str = "",
    danger: bool = False,
    **shown: Any,
) -> ResponseReturnValue:
    """One step of a referral: its page, or what it leads to."""
    if request.method == "GET" and not can(one, step):
        return redirect(_back(one))
    if form.validate_on_submit():
        try:
            take()
        except DomainError as error:
            form.refuse(error)
        else:
            flash(done)
            return redirect(_back(one))
    return render_template(
        "referrals/step.html",
        one=one,
        form=form,
        title=title,
        primary=primary,
        words=words,
        danger=danger,
        heading=pages.heading(one),
        back_url=_back(one),
        **shown,
    )


def _is_outside(one: Referral) -> bool:
    return one.to_organisation_id is None


@blueprint.route("/referrals/<uuid:referral_id>/accept", methods=["GET", "POST"])
@requires("referral:see")
def accept(referral_id: UUID) -> ResponseReturnValue:
    one, _side = worked_on(referral_id)
    if _is_outside(one):
        told = OutsideAnswerForm()
        return _step(
            one,
            Step.ACCEPT,
            told,
            lambda: actions.accept(one, None, on=told.on.data, words=told.words.data),
            done=_("What they answered is kept."),
            title=_("They accepted"),
            primary=_("Save"),
        )
    _for_deciders()
    form = AcceptForm()
    return _step(
        one,
        Step.ACCEPT,
        form,
        lambda: actions.accept(one, UUID(form.lawyer.data), words=form.words.data),
        done=_("It is taken on. Link it to a record of yours, or begin a registration."),
        title=_("Accept the referral"),
        primary=_("Accept"),
    )


def _for_deciders() -> None:
    """What another partner sent is decided on by those who may take it; to others the step is not there."""
    own(True if who_acts().may("referral:take") else None)


@blueprint.route("/referrals/<uuid:referral_id>/decline", methods=["GET", "POST"])
@requires("referral:see")
def decline(referral_id: UUID) -> ResponseReturnValue:
    one, _side = worked_on(referral_id)
    if not _is_outside(one):
        _for_deciders()
    form = DeclineForm()
    return _step(
        one,
        Step.DECLINE,
        form,
        lambda: actions.decline(one, form.reason.data or "", form.words.data),
        done=_("It is declined."),
        title=_("They declined") if _is_outside(one) else _("Decline the referral"),
        primary=_("Save") if _is_outside(one) else _("Decline"),
        words="" if _is_outside(one) else _("After that nothing of what was told can be read here."),
    )


@blueprint.route("/referrals/<uuid:referral_id>/service", methods=["GET", "POST"])
@requires("referral:see")
def service(referral_id: UUID) -> ResponseReturnValue:
    one, _side = worked_on(referral_id)
    form = ServiceForm()
    return _step(
        one,
        Step.SERVICE,
        form,
        lambda: actions.serve(one, form.service.data or "", form.on.data, form.words.data),
        done=_("The service is recorded."),
        title=_("Record a service"),
        primary=_("Save"),
    )


@blueprint.route("/referrals/<uuid:referral_id>/feedback", methods=["GET", "POST"])
@requires("referral:see")
def feedback(referral_id: UUID) -> ResponseReturnValue:
    one, _side = worked_on(referral_id)
    form = FeedbackForm()
    return _step(
        one,
        Step.FEEDBACK,
        form,
        lambda: actions.give_feedback(one, form.result.data or "", form.words.data),
        done=_("The feedback is recorded."),
        title=_("Record feedback"),
        primary=_("Save"),
    )


@blueprint.route("/referrals/<uuid:referral_id>/progress", methods=["GET", "POST"])
@requires("referral:see")
def progress(referral_id: UUID) -> ResponseReturnValue:
    one, side = worked_on(referral_id)
    form = ProgressForm(data={"wanted": "" if side is not None and side.shows_progress else "on"})
    shows = not form.wanted.data
    return _step(
        one,
        Step.PROGRESS,
        form,
        lambda: actions.show_progress(one, not shows),
        done=_("Stage and next date are not shown any more.") if shows else _("Stage and next date are shown."),
        title=_("Stage and next date"),
        primary=_("Do not show them") if shows else _("Show them"),
        words=_("The other side will not see them any more.")
        if shows
        else _(
            "When both sides agree to this, each sees the stage of the other’s case and its next date: these two and "
            "nothing else."
        ),
    )


@blueprint.route("/referrals/<uuid:referral_id>/lawyer", methods=["GET", "POST"])
@requires("referral:take")
def lawyer(referral_id: UUID) -> ResponseReturnValue:
    one, side = worked_on(referral_id)
    form = LawyerForm(data={"lawyer": str(side.lawyer_id) if side is not None and side.lawyer_id else None})
    return _step(
        one,
        Step.LAWYER,
        form,
        lambda: actions.assign(one, UUID(form.lawyer.data)),
        done=_("Who works on it is changed."),
        title=_("Change who works on it"),
        primary=_("Save"),
    )


@blueprint.route("/referrals/<uuid:referral_id>/end", methods=["GET", "POST"])
@requires("referral:see")
def end(referral_id: UUID) -> ResponseReturnValue:
    one, _side = worked_on(referral_id)
    form = EndForm()
    return _step(
        one,
        Step.END,
        form,
        lambda: actions.end(one, form.reason.data or "", form.words.data),
        done=_("The referral has ended."),
        title=_("End the referral"),
        primary=_("End it"),
        words=_("From then on nothing of what was told can be read by whom it was told. It cannot be opened again."),
        danger=True,
    )


@blueprint.route("/referrals/<uuid:referral_id>/withdraw", methods=["GET", "POST"])
@requires("referral:send")
def withdraw(referral_id: UUID) -> ResponseReturnValue:
    one, _side = worked_on(referral_id)
    form = WithdrawForm()
    return _step(
        one,
        Step.WITHDRAW,
        form,
        lambda: actions.withdraw(one, form.words.data),
        done=_("It is withdrawn. Nothing of what was told can be read there any more."),
        title=_("Withdraw the referral"),
        primary=_("Withdraw"),
        words=_("From now on nothing of what was told can be read there. What was read cannot be unread."),
        danger=True,
    )


@blueprint.route("/referrals/<uuid:referral_id>/discard", methods=["GET", "POST"])
@requires("referral:send")
def discard(referral_id: UUID) -> ResponseReturnValue:
    one, side = worked_on(referral_id)
    draft = own(side)
    return _step(
        one,
        Step.DISCARD,
        StepForm(),
        lambda: actions.discard(draft),
        done=_("The draft is dropped."),
        title=_("Drop the draft"),
        primary=_("Drop it"),
        words=_("Nobody there has seen it. What you chose is forgotten."),
        danger=True,
    )


# -- linking -------------------------------------------------------------------------------------------------------


@blueprint.route("/referrals/<uuid:referral_id>/link", methods=["GET", "POST"])
@requires("referral:see")
def link(referral_id: UUID) -> ResponseReturnValue:
    one, side = worked_on(referral_id)
    form = LinkForm()
    number = (form.number.data or "").strip().upper()
    form.of(cases.case_by_number(number) if number else None)
    return _step(
        one,
        Step.LINK,
        form,
        lambda: _link(one, number, UUID(form.person.data) if "person" in form else None),
        done=_("It is linked to this record."),
        title=_("Link to a record"),
        primary=_("Link"),
        words="",
        beginning=url_for("referrals.register", referral_id=one.id),
        candidates=pages.candidates(side),
    )


def _link(one: Referral, number: str, person_id: UUID | None) -> None:
    case = cases.case_by_number(number)
    there = [party.person for party in case.parties if person_id in (None, party.person_id)] if case is not None else []
    person = there[0] if len(there) == 1 else None if case is not None else persons.person_by_number(number)
    if person is None:
        raise DomainError(_("No person and no case of your organisation has this number."), "number")
    audit.read("person:link", "persons", [person.id])
    actions.link(one, person, case)


@blueprint.post("/referrals/<uuid:referral_id>/register")
@requires("person:register")
def register(referral_id: UUID) -> ResponseReturnValue:
    """Begin a registration with what was told: a draft of whoever begins it."""
    one, _side = worked_on(referral_id)
    shares = queries.shared(one)
    if not can(one, Step.LINK) or not shares:
        return redirect(_back(one))
    draft = receiving.begin_registration(one.id, (received.share for received in shares))
    flash(_("The registration begins with what was told. When it is done, come back to the referral and link it."))
    return redirect(url_for("casefile.step", draft_id=draft.id, step=1))


# -- the directory of outside services -----------------------------------------------------------------------------


@blueprint.get("/referrals/services")
@requires("referral:see")
def points() -> str:
    return render_template("referrals/points.html", points=pages.point_lines(queries.directory(with_retired=True)))


@blueprint.route("/referrals/services/new", methods=["GET", "POST"])
@requires("referral:send")
def new_point() -> ResponseReturnValue:
    return _point_page(None, PointForm())


@blueprint.route("/referrals/services/<uuid:point_id>", methods=["GET", "POST"])
@requires("referral:send")
def edit_point(point_id: UUID) -> ResponseReturnValue:
    point: OutsideService = own(queries.point(point_id))
    form = PointForm(data=point_values(point))
    if form.validate_on_submit() and form.seen_version() != point.version:
        return pages.point_conflict(form, PointForm(formdata=None, data=point_values(point)), point)
    return _point_page(point, form)


def _point_page(point: OutsideService | None, form: PointForm) -> ResponseReturnValue:
    if form.validate_on_submit():
        try:
            actions.keep_point(point, form.service.data or "", form.details(), form.answer_days.data)
        except DomainError as error:
            form.refuse(error)
        else:
            flash(_("The entry is kept."))
            return redirect(url_for("referrals.points"))
    return render_template("referrals/point.html", form=form, point=point)


@blueprint.post("/referrals/services/<uuid:point_id>/retire")
@requires("referral:send")
def retire_point(point_id: UUID) -> ResponseReturnValue:
    """Take an entry out of the directory, or put it back: its undo."""
    point: OutsideService = own(queries.point(point_id))
    actions.retire_point(point, again=request.form.get("then") == "back")
    flash(_("The entry is out of the directory.") if point.retired_at else _("The entry is in the directory again."))
    return redirect(url_for("referrals.points"))
