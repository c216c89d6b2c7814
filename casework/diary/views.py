"""The calendar, the appointments of a case, and a user's own calendar feed."""

from datetime import date, timedelta
from math import ceil
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale
from flask_babel import gettext as _

from casework.accounts import throttle
from casework.accounts.passwords import token_hash
from casework.accounts.queries import names
from casework.accounts.sign_in import principal_for
from casework.cases import queries as cases
from casework.cases.models import Case
from casework.cases.pages import heading
from casework.cases.views import opened_case
from casework.core import audit, clock, i18n
from casework.core.access import public, requires
from casework.core.db import session_for
from casework.core.errors import DomainError, Hidden
from casework.core.forms import EARLIEST, JustAButton, shown
from casework.core.scope import Principal, acting_as, own, principal, system
from casework.core.web import conflict_page
from casework.diary import actions, ics, pages, queries
from casework.diary.forms import CalendarFilter, ChangeForm, PlanForm, WhichCaseForm, appointment_values
from casework.diary.models import Appointment
from casework.diary.rules import State, View, span
from casework.persons import queries as persons
from casework.reference import queries as codes
from casework.workdays.pages import weekdays

blueprint = Blueprint("diary", __name__)

LATE = {View.AGENDA: 12, View.LIST: 12, View.MONTH: 3}
"""How many of the things that are late a page shows before it is asked for all: a month has its own marks for them."""


def _me() -> Principal:
    who: Principal = own(principal())
    return who


# -- the calendar ------------------------------------------------------------------------------------------------


@blueprint.get("/calendar")
@requires("calendar:see")
def calendar() -> str:
    who = _me()
    filter_form = CalendarFilter(request.args).of(who)
    filter_form.validate()
    view, day = _view(request.args.get("view")), _day(request.args.get("day"))
    is_near = "near" in request.args  # what the desk counts as coming near, in a list, on whatever days it ends
    if is_near:
        view = View.LIST
    shows = span(view, day)
    lawyer_id, kinds = filter_form.lawyer_id(who), filter_form.chosen_kinds()
    is_own = lawyer_id is not None and lawyer_id == who.user_id
    whose = queries.whose(lawyer_id) if lawyer_id is not None and is_own else [lawyer_id]
    if is_near:
        found = queries.together([each for each in queries.near(one) if each.kind in kinds] for one in whose)
    else:
        found = queries.together(queries.entries(shows.first, shows.last, one, kinds) for one in whose)
    has_late = clock.today() in shows and not is_near
    late = queries.together(queries.overdue(one, kinds) for one in whose) if has_late else []
    if late and view is not View.MONTH:  # what is late stands on top, once
        found = [one for one in found if one.on >= clock.today() or not one.is_planned]
    hidden = 0 if "late" in request.args else max(len(late) - LATE[view], 0)
    late = late[: len(late) - hidden]
    audit.read("calendar:see", "cases", sorted({one.case.id for one in [*late, *found]}))
    lines = pages.lines(found)
    return render_template(
        "diary/calendar.html",
        view=view.value,
        span=shows,
        period=_("Coming near: by the end of seven days, or earlier where the limit says so")
        if is_near
        else pages.period(view, shows),
        is_near=is_near,
        overdue=pages.lines(late),
        hidden=hidden,
        days=pages.agenda(shows, lines) if view is View.AGENDA else [],
        weeks=pages.month(shows, lines) if view is View.MONTH else [],
        lines=lines,
        views=_views(view),
        # What the filter form carries along: what was understood, not what was typed.
        keep=[name for name, value in _kept(view, day) if _is_asked(name, value)],
        filter_form=filter_form,
        chips=_chips(filter_form),
        weekdays=weekdays(),
        weekend=_("weekend"),
    )


def _kept(view: View, day: date) -> list[tuple[str, str]]:
    return [("view", view.value), ("day", day.isoformat()), ("near", "1")]


def _is_asked(name: str, value: str) -> bool:
    return request.args.get(name) == value


def _view(name: str | None) -> View:
    return View(name) if name in set(View) else View.AGENDA


def _day(text: str | None) -> date:
    """The day in the address; today if it names none, or none that a calendar could turn to."""
    try:
        day = date.fromisoformat(text or "")
    except ValueError:
        return clock.today()
    return day if EARLIEST + timedelta(days=60) < day < date(2100, 1, 1) else clock.today()


def _views(current: View) -> list[dict[str, Any]]:
    labels = {View.AGENDA: _("Agenda"), View.MONTH: _("Month"), View.LIST: _("As a list")}
    names_kept = [name for name in ("day", "lawyer", "kinds") if name in request.args]
    kept: dict[str, Any] = {name: request.args.getlist(name) for name in names_kept}
    return [
        {"label": label, "url": url_for("diary.calendar", view=view.value, **kept), "is_current": view is current}
        for view, label in labels.items()
    ]


def _chips(form: CalendarFilter) -> list[dict[str, str]]:
    found = []
    lawyer = form._fields.get("lawyer")
    if lawyer is not None and lawyer.data and not lawyer.errors:
        found.append({"name": "lawyer", "label": shown(lawyer)})
    if not form.kinds.errors:
        found += [
            {"name": "kinds", "value": str(value), "label": str(label)}
            for value, label, *_rest in form.kinds.iter_choices()
            if value in (form.kinds.data or ())
        ]
    return found


@blueprint.route("/calendar/new", methods=["GET", "POST"])
@requires("case:edit")
def plan_any() -> ResponseReturnValue:
    """Plan from the calendar: of which case."""
    form = WhichCaseForm()
    if form.validate_on_submit():
        found = cases.case_by_number((form.number.data or "").upper())
        if found is not None:
            return redirect(url_for("diary.plan", case_id=found.id))
        form.refuse(DomainError(_("There is no case with this number."), "number"))
    return render_template("diary/which_case.html", form=form)


# -- appointments of a case --------------------------------------------------------------------------------------


@blueprint.get("/cases/<uuid:case_id>/appointments")
@requires("case:open")
def appointments(case_id: UUID) -> str:
    case = opened_case(case_id)
    return render_template(
        "diary/appointments.html",
        case=case,
        lead=heading(case),
        lines=pages.appointment_lines(case, queries.of_case(case.id)),
    )


@blueprint.route("/cases/<uuid:case_id>/appointments/new", methods=["GET", "POST"])
@requires("case:edit")
def plan(case_id: UUID) -> ResponseReturnValue:
    case = opened_case(case_id)
    form = PlanForm(data={"minutes": 60, "lawyer": str(cases.usual_owner(case))})
    if form.validate_on_submit():
        try:
            made = actions.plan(case, form.told())
        except DomainError as error:
            form.refuse(error)
        else:
            flash(_("The appointment is planned."))
            _warn(made)
            return redirect(url_for("diary.appointments", case_id=case.id))
    return _page(case, form, _("Plan an appointment"), _("Plan the appointment"))


@blueprint.route("/cases/<uuid:case_id>/appointments/<uuid:appointment_id>", methods=["GET", "POST"])
@requires("case:edit")
def change(case_id: UUID, appointment_id: UUID) -> ResponseReturnValue:
    case = opened_case(case_id)
    one: Appointment = own(queries.appointment(case.id, appointment_id))
    form = ChangeForm(data=appointment_values(one))
    if form.validate_on_submit():
        if form.seen_version() != one.version:
            last = next(iter(persons.revisions([one.id])), None)
            return conflict_page(
                form,
                ChangeForm(formdata=None, data=appointment_values(one)),
                version=one.version,
                keep_url=url_for("diary.appointments", case_id=case.id),
                who=names({last.actor_id}).get(last.actor_id) if last else None,
                when=i18n.moment(last.at) if last else "",
            )
        try:
            actions.change(one, form.told())
        except DomainError as error:
            form.refuse(error)
        else:
            flash(_("The appointment is changed."))
            _warn(one)
            return redirect(url_for("diary.appointments", case_id=case.id))
    return _page(case, form, _("Change the appointment"), _("Save the appointment"), one)


def _warn(one: Appointment) -> None:
    for words in pages.warnings(one):
        flash(words, "warning")


def _page(
    case: Case, form: PlanForm | ChangeForm, title: str, primary: str, appointment: Appointment | None = None
) -> str:
    return render_template(
        "diary/form.html",
        case=case,
        form=form,
        title=title,
        lead=heading(case),
        primary=primary,
        appointment=appointment,
        back_url=url_for("diary.appointments", case_id=case.id),
    )


@blueprint.post("/cases/<uuid:case_id>/appointments/<uuid:appointment_id>/state")
@requires("case:edit")
def settle(case_id: UUID, appointment_id: UUID) -> ResponseReturnValue:
    """It took place, the person did not come, it is cancelled; or what was said is taken back."""
    case = opened_case(case_id)
    one: Appointment = own(queries.appointment(case.id, appointment_id))
    state = request.form.get("state")
    if request.form.get("version") != str(one.version) or state not in set(State):
        message = _("The appointment was changed after you had opened the page. Look at it again.")
        return render_template("errors/error.html", status=409, message=message), 409
    actions.settle(one, State(state))
    if one.state == State.PLANNED:
        flash(_("Taken back: the appointment is planned again."))
    else:
        flash(_("Noted: %(state)s.", state=codes.label("appointment_state", one.state)))
    back = {"desk": "desk.home", "calendar": "diary.calendar"}.get(request.form.get("back", ""))
    return redirect(url_for(back) if back else url_for("diary.appointments", case_id=case.id))


# -- one's own feed --------------------------------------------------------------------------------------------------


@blueprint.get("/account/calendar")
@requires("calendar:see")
def settings() -> str:
    user_id = _user_id()
    return render_template(
        "diary/settings.html",
        feed=queries.feed_of(user_id),
        fetched=pages.fetched_words(queries.last_fetched_at(user_id)),
        button=JustAButton(),
    )


def _user_id() -> UUID:
    found: UUID = own(_me().user_id)
    return found


@blueprint.post("/account/calendar/feed")
@requires("calendar:see")
def new_feed() -> str:
    """The one time that the address is shown. An answer of its own, not a redirect, so that it is kept nowhere."""
    link = url_for("diary.feed", token=actions.new_feed(_user_id()), _external=True)
    return render_template("diary/feed.html", link=link)


@blueprint.post("/account/calendar/feed/revoke")
@requires("calendar:see")
def revoke_feed() -> ResponseReturnValue:
    actions.revoke_feed(_user_id())
    flash(_("The feed has ended. Its address shows nothing any more."))
    return redirect(url_for("diary.settings"))


@blueprint.get("/calendar/feed/<token>.ics")
@public
def feed(token: str) -> ResponseReturnValue:
    """A user's dates for a calendar program. A revoked, an unknown and a former colleague's address look the same."""
    owner = queries.feed_owner(token)
    if owner is None:
        return _no_feed(token)
    with acting_as(principal_for(owner)), force_locale(owner.language):
        g.reading = True
        found = ics.entries(owner.id)
        body = ics.calendar(found)
        shown_cases = {one.case.id for one in found}
        audit.read("calendar:feed", "cases", sorted(shown_cases))
        if not shown_cases:
            audit.note("calendar:feed", "users", owner.id)
        audit.write_apart(principal())
    headers = {"Content-Disposition": "attachment; filename=casework.ics", "X-Robots-Tag": "noindex"}
    return body, 200, {"Content-Type": "text/calendar; charset=utf-8", **headers}


def _no_feed(token: str) -> ResponseReturnValue:
    with session_for(system("calendar feed")) as counting:
        wait = throttle.count_attempt(counting, token_hash(token), request.remote_addr, door="calendar feed")
    if wait > timedelta(0):
        page = render_template("errors/error.html", status=429)
        return page, 429, {"Retry-After": str(ceil(wait.total_seconds()))}
    raise Hidden
