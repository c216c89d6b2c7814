"""The working calendar: a year at a time, what is entered for it, and counting a deadline."""

from datetime import date
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from casework.core import clock
from casework.core.access import requires
from casework.core.errors import DomainError, Hidden
from casework.core.scope import own
from casework.core.web import conflict_page
from casework.workdays import actions, pages, queries
from casework.workdays.actions import FIRST_YEAR, LAST_YEAR
from casework.workdays.forms import KINDS, CountForm, DayForm, NewDayForm, RemoveDayForm
from casework.workdays.models import DayOff

blueprint = Blueprint("workdays", __name__, url_prefix="/working-calendar")


@blueprint.get("")
@requires("rules:see")
def index() -> ResponseReturnValue:
    today = clock.today()
    year = _asked_year(today)
    is_counting = "value" in request.args
    form = CountForm(request.args if is_counting else None)
    counted = _counted(form) if is_counting and form.validate() else None
    months = pages.year(year, today)
    page = render_template(
        "workdays/index.html",
        form=form,
        is_counting=is_counting,
        counted=counted,
        year=year,
        before=year - 1 if year > FIRST_YEAR else None,
        after=year + 1 if year < LAST_YEAR else None,
        months=months,
        weekdays=pages.weekdays(),
        entered=queries.entered(date(year, 1, 1), date(year, 12, 31)).values(),
        kinds=dict(KINDS),
    )
    return page, 422 if form.errors else 200


def _asked_year(today: date) -> int:
    asked = request.args.get("year", "")
    if not asked:
        return today.year
    if not (asked.isascii() and asked.isdigit() and len(asked) == 4 and FIRST_YEAR <= int(asked) <= LAST_YEAR):
        raise Hidden
    return int(asked)


def _counted(form: CountForm) -> dict[str, str]:
    """The deadline that was asked for: its day, its arithmetic, and what is left until then."""
    term = queries.calendar().end_of(form.start.data, form.value.data, form.unit.data or "", form.on_day_off.data or "")
    return {
        "due": pages.full_day(term.due_on),
        "words": pages.term_words(term, form.value.data, form.unit.data or ""),
        "left": pages.workdays_left(clock.today(), term.due_on),
    }


def _year_of(day: date) -> str:
    return url_for("workdays.index", year=day.year)


@blueprint.route("/add", methods=["GET", "POST"])
@requires("rules:edit")
def add() -> ResponseReturnValue:
    form = NewDayForm()
    if form.validate_on_submit():
        try:
            row = actions.add(form.day.data, form.kind.data or "", **_what_it_is(form))
        except DomainError as error:
            form.refuse(error)
        else:
            flash(_("The day is entered. Running deadlines are counted anew within a day."))
            return redirect(_year_of(row.day))
    return render_template("workdays/add.html", form=form)


@blueprint.route("/days/<uuid:day_id>", methods=["GET", "POST"])
@requires("rules:edit")
def change(day_id: UUID) -> ResponseReturnValue:
    row: DayOff = own(queries.day_off(day_id))
    form = DayForm(obj=row)
    if form.validate_on_submit():
        if form.seen_version() != row.version:
            here = url_for("workdays.change", day_id=day_id)
            return conflict_page(form, DayForm(formdata=None, obj=row), version=row.version, keep_url=here)
        try:
            actions.change(row, kind=form.kind.data or "", **_what_it_is(form))
        except DomainError as error:
            form.refuse(error)
        else:
            flash(_("The day is changed. Running deadlines are counted anew within a day."))
            return redirect(_year_of(row.day))
    return render_template("workdays/change.html", form=form, row=row, day=pages.full_day(row.day))


@blueprint.route("/days/<uuid:day_id>/remove", methods=["GET", "POST"])
@requires("rules:edit")
def remove(day_id: UUID) -> ResponseReturnValue:
    row: DayOff = own(queries.day_off(day_id))
    form = RemoveDayForm(obj=row)
    if form.validate_on_submit():
        if form.seen_version() == row.version:
            day = row.day
            actions.remove(row)
            flash(_("The entry is removed; what it said stays in the audit trail. Running deadlines are counted anew."))
            return redirect(_year_of(day))
        form = RemoveDayForm(formdata=None, obj=row)
        form.refuse(DomainError(_("This entry was changed after you had opened it. Look at it again, then decide.")))
    return render_template("workdays/remove.html", form=form, row=row, pairs=_pairs(row), day=pages.full_day(row.day))


def _what_it_is(form: NewDayForm | DayForm) -> dict[str, Any]:
    return {
        "label_en": form.label_en.data,
        "label_ru": form.label_ru.data,
        "label_kk": form.label_kk.data,
        "source": form.source.data,
        "is_confirmed": bool(form.is_confirmed.data),
    }


def _pairs(row: DayOff) -> list[tuple[str, str]]:
    return [
        (_("Day"), pages.full_day(row.day)),
        (_("What is this day?"), str(dict(KINDS)[row.kind])),
        (_("Words"), row.label),
        (_("Source"), row.source),
    ]
