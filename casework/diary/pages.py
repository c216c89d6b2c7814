"""What the calendar shows, in words."""

from calendar import Calendar as Weeks
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import groupby
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from casework.accounts.queries import names
from casework.cases.models import Case
from casework.cases.pages import TimelineEvent, due_words, principal_person
from casework.core import clock, i18n
from casework.core.events import case_closing
from casework.core.scope import principal
from casework.diary import queries
from casework.diary.models import Appointment
from casework.diary.queries import Entry
from casework.diary.rules import Kind, Span, State, View
from casework.persons.pages import latin_beside
from casework.proceedings import clocks
from casework.reference import queries as codes
from casework.workdays import queries as workdays
from casework.workdays.pages import full_day
from casework.workdays.rules import Calendar

ICONS = {Kind.DEADLINE: "hourglass", Kind.STEP: "flag", Kind.LETTER: "mail", Kind.EXPIRY: "id-card"}
IN_A_CELL = 4
"""Entries of one day that a month shows before it says how many more there are."""


def kind_word(kind: Kind) -> str:
    """What kind of date it is; all that a calendar feed says."""
    return {
        Kind.DEADLINE: _("Legal deadline"),
        Kind.APPOINTMENT: _("Appointment"),
        Kind.STEP: _("Next step"),
        Kind.LETTER: _("Reply to a letter"),
        Kind.EXPIRY: _("Certificate expires"),
    }[kind]


def appointment_kind(one: Appointment) -> str:
    return codes.label("appointment_kind", one.kind)


def hours(one: Appointment) -> str:
    """14:30–15:30, in the time of Almaty."""
    begins, ends = (moment.astimezone(clock.ALMATY) for moment in (one.starts_at, one.slot.ends_at))
    return f"{begins:%H:%M}–{ends:%H:%M}"


# -- one entry ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Line:
    """One entry of the calendar, ready to be drawn."""

    kind: str
    word: str
    """What kind of date it is."""
    icon: str
    title: str
    url: str
    on: date
    time: str
    name: str
    latin: str
    number: str
    lawyer: str
    due: str
    """How long still, or how late."""
    tone: str
    notes: list[str] = field(default_factory=list)
    appointment: Appointment | None = None
    state: str = ""
    state_tone: str = ""

    @property
    def hour(self) -> str:
        return self.time.partition("–")[0]

    @property
    def is_over(self) -> bool:
        return self.appointment is not None and self.appointment.state != State.PLANNED

    @property
    def may_settle(self) -> bool:
        return self.appointment is not None and not self.is_over and self.appointment.has_begun

    @property
    def stripe(self) -> str:
        return {"red": "late", "amber": "soon"}.get(self.tone, "")


def lines(entries: list[Entry]) -> list[Line]:
    """The entries as lines; the names of colleagues in one question."""
    who = names({one.lawyer_id for one in entries})
    own = principal()
    mine = own.user_id if own is not None else None
    return [_line(one, who.get(one.lawyer_id, "") if one.lawyer_id != mine else "") for one in entries]


def _line(one: Entry, lawyer: str) -> Line:
    person = principal_person(one.case)
    shown: dict[str, Any] = _SHOWN[one.kind](one)
    due, tone = _due(one)
    return Line(
        kind=one.kind.value,
        word=shown.pop("word", None) or kind_word(one.kind),
        icon=shown.pop("icon", None) or ICONS[one.kind],
        url=url_for("casefile.case", case_id=one.case.id),
        on=one.on,
        name=(person.identity.short_name or person.identity.latin_name or person.number) if person else "",
        latin=latin_beside(person.identity) if person else "",
        number=one.case.number,
        lawyer=lawyer,
        due=due,
        tone=tone,
        **{"time": "", **shown},
    )


def _due(one: Entry) -> tuple[str, str]:
    """How long still, or how late, and the tone of that."""
    if one.kind is Kind.APPOINTMENT:
        is_open = one.row.state == State.PLANNED and one.row.slot.ends_at <= clock.now()
        return (_("Say what became of it"), "amber") if is_open else ("", "")
    if one.kind in (Kind.DEADLINE, Kind.EXPIRY):
        return clocks.left_words(one.on), clocks.TAGS[clocks.tone_of(one.on, one.row.remind_on)]
    words, tone = due_words(one.on)
    return words, {"late": "red", "wait": "amber"}.get(tone, "")


def _deadline(one: Entry) -> dict[str, Any]:
    notes = [clocks.whose(one.row.who)] if one.kind is Kind.DEADLINE else []
    return {"title": clocks.label_of(one.row), "notes": notes}


def _appointment(one: Entry) -> dict[str, Any]:
    row: Appointment = one.row
    is_over = row.state != State.PLANNED
    return {
        "title": appointment_kind(row),
        "word": _("Appointment"),
        "icon": codes.attribute("appointment_kind", row.kind, "icon") or "calendar",
        "time": hours(row),
        "notes": [words for words in (row.details.place, row.details.note) if words],
        "appointment": row,
        "state": codes.label("appointment_state", row.state) if is_over else "",
        "state_tone": codes.attribute("appointment_state", row.state, "tone") or "",
    }


def _step(one: Entry) -> dict[str, Any]:
    return {"title": one.case.next_step.text or kind_word(one.kind)}


def _letter(one: Entry) -> dict[str, Any]:
    number = one.row.number
    return {"title": _("Reply to letter %(number)s", number=number) if number else kind_word(one.kind)}


_SHOWN: dict[Kind, Callable[[Entry], dict[str, Any]]] = {
    Kind.DEADLINE: _deadline,
    Kind.EXPIRY: _deadline,
    Kind.APPOINTMENT: _appointment,
    Kind.STEP: _step,
    Kind.LETTER: _letter,
}


# -- days --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Day:
    """A day of the agenda, or a cell of the month."""

    on: date
    title: str
    is_today: bool
    off: str
    """Why nobody works: the holiday's name, or that it is a weekend."""
    lines: list[Line]

    @property
    def first_lines(self) -> list[Line]:
        return self.lines if len(self.lines) <= IN_A_CELL + 1 else self.lines[:IN_A_CELL]

    @property
    def more(self) -> str:
        left = len(self.lines) - len(self.first_lines)
        return ngettext("%(num)s more", "%(num)s more", left) if left else ""


def agenda(span: Span, found: list[Line]) -> list[Day]:
    """The days on which there is something, today, and the public holidays."""
    calendar, today = workdays.calendar(), clock.today()
    by_day = {on: list(group) for on, group in groupby(found, key=lambda one: one.on)}
    days = {*by_day, *(day for day in calendar.days_off if day in span and calendar.why_off(day))}
    if today in span:
        days.add(today)
    return [_day(day, by_day.get(day, []), calendar) for day in sorted(days)]


def month(span: Span, found: list[Line]) -> list[list[Day | None]]:
    """The weeks of a month, Monday first; None where a week reaches into another month."""
    calendar = workdays.calendar()
    by_day = {on: list(group) for on, group in groupby(found, key=lambda one: one.on)}
    return [
        [_day(day, by_day.get(day, []), calendar) if day in span else None for day in week]
        for week in Weeks().monthdatescalendar(span.first.year, span.first.month)
    ]


def _day(on: date, found: list[Line], calendar: Calendar) -> Day:
    return Day(on, full_day(on), on == clock.today(), day_off(on, calendar), found)


def day_off(on: date, calendar: Calendar | None = None) -> str:
    """Why a day is off, in words; nothing for a working day."""
    calendar = calendar or workdays.calendar()
    if calendar.is_working(on):
        return ""
    return calendar.why_off(on) or _("weekend")


def period(view: View, span: Span) -> str:
    if view is View.AGENDA:
        return _("%(first)s to %(last)s", first=i18n.short_day(span.first), last=i18n.day(span.last))
    return i18n.month_name(span.first)


# -- warnings ----------------------------------------------------------------------------------------------------


def warnings(one: Appointment) -> list[str]:
    """What whoever has just entered an appointment should know. Never a reason to refuse it."""
    found = []
    off = day_off(one.on)
    if off:
        found.append(_("%(day)s is a day off (%(why)s).", day=full_day(one.on), why=off))
    found += [
        _(
            "%(name)s has another appointment then: %(kind)s, %(hours)s, case %(number)s.",
            name=one.lawyer.name,
            kind=appointment_kind(other),
            hours=hours(other),
            number=other.case.number,
        )
        for other in queries.clashes(one)
    ]
    if one.starts_at < clock.now() and one.state == State.PLANNED:
        found.append(_("This moment has passed. Say what became of the appointment."))
    return found


def appointment_lines(case: Case, found: list[Appointment]) -> list[Line]:
    """The appointments of one case, as the calendar draws them."""
    return lines([Entry(Kind.APPOINTMENT, one.on, case, one.lawyer_id, one, one.starts_at) for one in found])


IN_A_CARD = 3


def card(case: Case) -> dict[str, Any]:
    """What the record shows: the next appointments of the case."""
    planned = [one for one in queries.of_case(case.id) if one.state == State.PLANNED]
    return {
        "rows": [
            {
                "title": appointment_kind(one),
                "url": url_for("diary.change", case_id=case.id, appointment_id=one.id),
                "when": i18n.moment(one.starts_at),
                "mark": _("Say what became of it") if one.has_begun else "",
            }
            for one in planned[:IN_A_CARD]
        ],
        "more": max(len(planned) - IN_A_CARD, 0),
        "url": url_for("diary.appointments", case_id=case.id),
        "add_url": url_for("diary.plan", case_id=case.id),
    }


def events(case: Case) -> list[TimelineEvent]:
    """What became of the appointments of a case, for its timeline. What is only planned has not happened."""
    return [
        TimelineEvent(
            on=one.on,
            kind="appointment",
            text=_(
                "%(kind)s: %(state)s",
                kind=appointment_kind(one),
                state=codes.label("appointment_state", one.state),
            ),
            recorded_at=one.starts_at,
            icon=codes.attribute("appointment_kind", one.kind, "icon") or "calendar",
            url=url_for("diary.appointments", case_id=case.id),
            note=hours(one),
        )
        for one in queries.of_case(case.id)
        if one.state != State.PLANNED
    ]


def listen() -> None:
    """Say so, when a case is about to be closed that still has appointments."""
    case_closing.connect(_planned_words)


def _planned_words(case: Case) -> list[str]:
    return [
        _("An appointment is still planned: %(kind)s on %(day)s.", kind=appointment_kind(one), day=i18n.day(one.on))
        for one in queries.of_case(case.id)
        if one.state == State.PLANNED and not one.has_begun
    ]


def fetched_words(at: datetime | None) -> str:
    return i18n.moment(at) if at is not None else _("Not fetched yet")
