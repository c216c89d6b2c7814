"""What the pages about a case show, in words."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.datastructures import MultiDict

from casework.cases import queries, saving
from casework.cases.forms import FilterForm
from casework.cases.models import Case, SavedView
from casework.cases.queries import Filters
from casework.core import clock, i18n
from casework.core.events import case_closing
from casework.core.forms import shown
from casework.core.i18n import moment
from casework.core.paging import number_of
from casework.persons.models import Person
from casework.persons.pages import latin_beside
from casework.reference import queries as codes

__all__ = [
    "TimelineEvent",
    "chips",
    "closing_words",
    "due_words",
    "filters_from",
    "heading",
    "moment",
    "row",
    "track_label",
]


@dataclass(frozen=True)
class TimelineEvent:
    """One line that a feature adds to the timeline of a case. What a feature offers: `pages.events(case)`, a list."""

    on: date
    kind: str
    """The part of the timeline: act (what happened in the procedure), document, letter."""
    text: str
    """A whole sentence or a heading, without the day."""
    recorded_at: datetime | None = None
    """Orders what happened on one day."""
    icon: str = "flag"
    url: str = ""
    """Where it is shown in full."""
    note: str = ""
    """A second line: what followed from it."""
    is_void: bool = False


def principal_person(case: Case) -> Person | None:
    """The person the case is first of all about."""
    return case.parties[0].person if case.parties else None


def heading(case: Case) -> str:
    person = principal_person(case)
    name = (person.identity.full_name or person.number) if person is not None else ""
    return f"{case.number} · {name}"


def party_choices(case: Case) -> list[tuple[str, str]]:
    """The persons of a case, to choose from."""
    return [(str(party.person_id), party.person.identity.full_name or party.person.number) for party in case.parties]


def track_label(case: Case) -> str:
    return codes.label("track", case.track)


def due_words(due_on: date | None) -> tuple[str, str]:
    """(how long still, tone): “3 days late” is late, “in 2 days” waits."""
    if due_on is None:
        return "", ""
    days = (due_on - clock.today()).days
    if days < 0:
        return ngettext("%(num)s day late", "%(num)s days late", -days), "late"
    if days == 0:
        return _("today"), "wait"
    return ngettext("in %(num)s day", "in %(num)s days", days), "wait" if days <= 7 else ""


def closing_words(case: Case) -> list[str]:
    """What to think of before a case is closed. Never a reason to refuse it."""
    found: list[str] = []
    for _receiver, words in case_closing.send(case):
        found += words
    last = [party for party in case.parties if not queries.has_other_open_case(party.person_id, but=case.id)]
    if last:
        found.append(
            _(
                "This is the person’s last open case. Unless a solution was reached, closing it takes the person out "
                "of your organisation’s count from the next day."
            )
        )
    return found


def filters_from(form: FilterForm, args: MultiDict[str, str]) -> Filters:
    """The filters in a query string; nonsense is left out rather than refused."""
    form.validate()
    values = {name: field.data for name, field in form._fields.items() if field.data and not field.errors}
    page = args.get("page", "1")
    sort = args.get("sort", "due")
    return Filters(
        **{"state": "open", **values},
        sort=sort if sort in queries.SORTS else "due",
        page=number_of(page),
    )


def chips(form: FilterForm, filters: Filters) -> list[dict[str, str]]:
    """One removable chip for each filter in force, in words."""
    found = []
    for name, field in form._fields.items():
        value = getattr(filters, name, "")
        if not value or (name == "state" and value == "open"):
            continue
        found.append({"name": name, "label": f"{field.label.text}: {shown(field)}"})
    return found


def list_url(endpoint: str, kept: Mapping[str, Any]) -> str:
    """An address with what is kept of filters."""
    return url_for(endpoint, **kept)


def view_url(view: SavedView) -> str:
    """The list as a saved view shows it."""
    return list_url("cases.index", {**(view.filters or {"state": "open"}), "view": str(view.id)})


def view_chips(view: SavedView) -> list[dict[str, str]]:
    """What a saved view filters by, in words."""
    args = MultiDict(view.filters)
    form = FilterForm(args)
    return chips(form, filters_from(form, args))


def views_above(filters: Filters, wanted: str | None) -> dict[str, Any]:
    """The saved views as they stand above the list: which is shown, and whether the list still shows all of it."""
    kept = saving.kept(filters)
    found = saving.views()
    shown = next((one for one in found if str(one.id) == wanted), None)
    is_whole = shown is not None and shown.filters == kept
    return {
        "items": [
            {"label": _("All open cases"), "url": url_for("cases.index", state="open"), "is_current": not kept},
            *({"label": one.name.text, "url": view_url(one), "is_current": one is shown and is_whole} for one in found),
        ]
        if found
        else [],
        "is_narrower": shown is not None and any(name not in kept for name in shown.filters),
        "may_save": bool(kept) and not is_whole,
        "save_url": list_url("saved.add", kept),
        "filters": kept,
    }


def row(case: Case) -> dict[str, Any]:
    """One line of the case list."""
    person = principal_person(case)
    due, tone = due_words(case.next_step_due_on)
    others = len(case.parties) - 1
    return {
        "case": case,
        "url": url_for("casefile.case", case_id=case.id),
        "name": (person.identity.short_name or person.identity.latin_name or person.number) if person else "",
        "latin": latin_beside(person.identity) if person else "",
        "others": ngettext("and %(num)s more person", "and %(num)s more people", others) if others > 0 else "",
        "track": track_label(case),
        "stage": codes.label("stage", case.stage) if case.is_open else _("Closed"),
        "region": codes.label("region", person.region) if person else "",
        "next_step": case.next_step.text if case.is_open else None,
        "due_on": i18n.day(case.next_step_due_on),
        "due": due,
        "tone": {"late": "red", "wait": "amber"}.get(tone, ""),
        "last_contact": i18n.day(case.last_contact_on) or _("No session yet"),
        "lawyer": case.lawyer.name,
        "priority": codes.label("priority", case.priority) if case.priority != "ROUTINE" else "",
        "urgent": case.priority == "EMERGENCY",
    }


def week_from_today() -> date:
    return clock.today() + timedelta(days=7)
