"""What the record, the search and the registration show, in words."""

from dataclasses import dataclass, field
from datetime import date
from itertools import groupby
from typing import Any
from uuid import UUID

from flask import url_for
from flask_babel import gettext as _

from casework.accounts.queries import names as user_names
from casework.cases import queries as cases
from casework.cases.models import Case, CaseEvent
from casework.cases.pages import due_words, stages, track_label
from casework.consultations import policy
from casework.consultations import queries as consultations
from casework.consultations.models import Consultation
from casework.core import clock, i18n
from casework.core.forms import CaseworkForm, DateParts, shown
from casework.core.scope import principal
from casework.persons import index, rules
from casework.persons import pages as person_pages
from casework.persons import queries as persons
from casework.persons.models import Draft, Person, StatusEntry
from casework.persons.rules import PartialDate
from casework.reference import queries as codes

MODALITY_ICONS = {
    "OFFICE": "building-2",
    "OUTREACH": "tent",
    "PHONE": "phone",
    "VIDEO": "video",
    "EMAIL": "mail",
    "MESSENGER": "messages-square",
    "LETTER": "mail",
}
FIRST_EVENTS = 25


# -- the record --------------------------------------------------------------------------------------------------


def record(person: Person, case: Case | None) -> dict[str, Any]:
    """Everything beside the timeline."""
    others = cases.cases_of([person.id])
    found: dict[str, Any] = {
        "name": person_pages.display_name(person.identity),
        "tags": person_pages.tags(person),
        "age": person_pages.age_words(person),
        "facts": _key_facts(person, case),
        "family": person_pages.family(person),
        "opened": person_pages.opened_by_count(person),
        "other_cases": [one for one in others if case is None or one.id != case.id],
        "track_label": track_label,
        "phone": person.contacts.phone if _may_call(person) else None,
        "safety": codes.label("contact_safety", person.contacts.safety),
        "safety_note": person.contacts.safety_note,
    }
    if case is not None:
        due, tone = due_words(case.next_step_due_on)
        owners = user_names({case.next_step_owner_id})
        found |= {
            "stages": stages(case),
            "due": i18n.day(case.next_step_due_on),
            "due_note": due,
            "due_tone": tone,
            "owner": owners.get(case.next_step_owner_id, ""),
            "members": [party.person for party in case.parties if party.person_id != person.id],
            "menu": _menu(person, case),
            "closed": _(
                "Closed on %(day)s: %(reason)s",
                day=i18n.day(case.closed_on),
                reason=codes.label("closure_reason", case.closure_reason),
            )
            if not case.is_open
            else "",
        }
    return found


def _may_call(person: Person) -> bool:
    return codes.attribute("contact_safety", person.contacts.safety, "call") is not False


def _key_facts(person: Person, case: Case | None) -> list[tuple[str, Any]]:
    contacts = person.contacts
    phone = contacts.phone
    facts: list[tuple[str, Any]] = [
        (_("Country of origin"), codes.label("country", person.origin) if person.origin != "UNK" else None),
        (_("Born in"), person.identity.birth_place),
        (_("In Kazakhstan since"), i18n.day(PartialDate(person.arrived_year, person.arrived_month))),
        (_("Languages"), ", ".join(codes.label("language", code) for code in person.languages)),
        (_("Phone"), phone),
        (_("Safe to contact"), codes.label("contact_safety", contacts.safety) or None),
        (_("Consent"), person_pages.consent_words(person)),
        (_("Registered on"), i18n.day(person.registered_on)),
    ]
    if case is not None and case.is_open:
        days = (clock.today() - case.opened_on).days
        facts.append((_("Open for"), _("%(days)s days", days=days)))
    return facts


def _menu(person: Person, case: Case) -> list[dict[str, Any]]:
    who = principal()
    items = []
    if case.is_open:
        items += [
            ("case:edit", _("Change stage"), "cases.move", "flag"),
            ("case:edit", _("Change priority"), "cases.priority", "alarm-clock"),
            ("case:edit", _("Add a person to the case"), "cases.add_party", "user"),
            ("case:reassign", _("Hand over to another lawyer"), "cases.reassign", "users"),
            ("case:close", _("Close the case"), "cases.close", "circle-check"),
        ]
    else:
        items.append(("case:close", _("Reopen the case"), "cases.reopen", "folder"))
    menu = [
        {"label": label, "url": url_for(endpoint, case_id=case.id), "icon": icon}
        for permission, label, endpoint, icon in items
        if who and who.may(permission)
    ]
    if who and who.may("case:edit"):
        menu.append(
            {
                "label": _("Open another case"),
                "url": url_for("cases.open_case", person_id=person.id),
                "icon": "plus",
            }
        )
    return menu


# -- the timeline ------------------------------------------------------------------------------------------------


@dataclass
class Event:
    """One thing that happened, ready to be drawn."""

    on: date
    kind: str  # session, stage, status
    sequence: tuple[Any, ...]
    text: str = ""
    icon: str = "flag"
    session: dict[str, Any] | None = None
    is_void: bool = False


@dataclass
class Timeline:
    months: list[tuple[str, list[Event]]]
    parts: list[dict[str, Any]]
    hidden: int
    is_empty: bool = field(default=False)


def timeline(person: Person, case: Case | None, part: str, everything: bool) -> Timeline:
    """What happened to a person in a case, newest first, by month."""
    events = [*_status_events(person)]
    if case is not None:
        held = consultations.of_cases([case.id])
        who = user_names(
            {event.recorded_by_id for event in case.events}
            | {
                UUID(code)
                for event in case.events
                if event.kind == "reassigned"
                for code in (event.from_code, event.to_code)
                if code
            }
            | {one.lawyer_id for one in held}
        )
        events += [_case_event(event, who) for event in case.events]
        events += _sessions(case, held, who)
    counts = {kind: sum(event.kind == kind for event in events) for kind in ("session", "stage", "status")}
    chosen = part if part in counts else "all"
    wanted = [event for event in events if chosen in ("all", event.kind)]
    wanted.sort(key=lambda event: (event.on, event.sequence), reverse=True)
    visible = wanted if everything else wanted[:FIRST_EVENTS]
    months = [
        (i18n.month_name(first), list(group))
        for first, group in groupby(visible, key=lambda event: event.on.replace(day=1))
    ]
    labels = {
        "all": _("All"),
        "session": _("Sessions"),
        "stage": _("Steps of the case"),
        "status": _("Status"),
    }
    parts = [
        {
            "label": labels[name],
            "url": f"?show={name}",
            "count": len(events) if name == "all" else counts[name],
            "is_current": name == chosen,
        }
        for name in labels
    ]
    return Timeline(months, parts, len(wanted) - len(visible), not events)


def _sessions(case: Case, held: list[Consultation], who: dict[Any, str]) -> list[Event]:
    me = principal()
    found = []
    number = 0
    for consultation in held:
        number += not consultation.is_void
        account = consultation.account
        title = account.title or ", ".join(codes.label("topic", topic.topic) for topic in consultation.topics)
        readable = me is not None and policy.may_read_private_note(me, consultation)
        changeable = me is not None and policy.may_change(me, consultation)
        links = []
        if changeable:
            links = [
                (
                    _("Correct"),
                    url_for("consultations.correct", case_id=case.id, consultation_id=consultation.id),
                ),
                (_("Void"), url_for("consultations.void", case_id=case.id, consultation_id=consultation.id)),
            ]
        heading = (
            _("Session %(number)s · %(title)s", number=number, title=title)
            if title
            else _("Session %(number)s", number=number)
        )
        found.append(
            Event(
                on=consultation.held_on,
                kind="session",
                sequence=(2, consultation.recorded_at.isoformat()),
                is_void=consultation.is_void,
                session={
                    "title": _("Void session · %(title)s", title=title) if consultation.is_void else heading,
                    "when": consultation.held_on.isoformat(),
                    "when_text": i18n.short_day(consultation.held_on),
                    "icon_name": MODALITY_ICONS.get(consultation.modality, "messages-square"),
                    "chips": _session_chips(consultation),
                    "text": account.summary or "",
                    "private": consultation.private_note.text if readable else None,
                    "outcome": _session_outcome(consultation),
                    "by": who.get(consultation.lawyer_id, ""),
                    "links": links,
                    "struck": consultation.is_void,
                },
            )
        )
    return found


def _session_chips(consultation: Consultation) -> list[tuple[str, str]]:
    chips = [
        (
            codes.label("modality", consultation.modality),
            MODALITY_ICONS.get(consultation.modality, "messages-square"),
        )
    ]
    if consultation.minutes:
        chips.append((_("%(minutes)s min", minutes=consultation.minutes), "clock"))
    if consultation.language:
        language = codes.label("language", consultation.language)
        chips.append(
            (
                _("%(language)s, interpreter", language=language) if consultation.has_interpreter else language,
                "languages",
            )
        )
    if len(consultation.attendances) > 1:
        chips.append(
            (
                ", ".join(one.person.identity.short_name or one.person.number for one in consultation.attendances),
                "users",
            )
        )
    return chips


def _session_outcome(consultation: Consultation) -> tuple[str, str] | None:
    if consultation.is_void:
        return (codes.label("void_reason", consultation.void_reason), "")
    if not consultation.outcome:
        return None
    waits = consultation.outcome.startswith("WAITING") or consultation.outcome == "NO_SHOW"
    return (codes.label("session_outcome", consultation.outcome), "amber" if waits else "teal")


def _case_event(event: CaseEvent, who: dict[Any, str]) -> Event:
    name = who.get(event.recorded_by_id) or _("System")
    note = event.note.text
    match event.kind:
        case "opened":
            text, icon = _("Case opened by %(who)s", who=name), "folder"
        case "stage":
            text = _(
                "Stage changed from “%(before)s” to “%(after)s” by %(who)s",
                before=codes.label("stage", event.from_code),
                after=codes.label("stage", event.to_code),
                who=name,
            )
            icon = "flag"
        case "step_done":
            text, icon = _("Done: %(step)s (%(who)s)", step=note or "", who=name), "check"
            note = None
        case "reassigned":
            text = _(
                "Handed over from %(before)s to %(after)s: %(reason)s",
                before=who.get(UUID(event.from_code or ""), _("Former colleague")),
                after=who.get(UUID(event.to_code or ""), _("Former colleague")),
                reason=codes.label("reassign_reason", event.reason),
            )
            icon = "users"
        case "priority":
            text = _(
                "Priority changed to “%(priority)s” by %(who)s",
                priority=codes.label("priority", event.to_code),
                who=name,
            )
            icon = "alarm-clock"
        case "party_added":
            text, icon = _("A person was added to the case by %(who)s", who=name), "user"
        case "closed":
            text = _(
                "Case closed: %(outcome)s. %(reason)s (%(who)s)",
                outcome=codes.label("case_outcome", event.to_code),
                reason=codes.label("closure_reason", event.reason),
                who=name,
            )
            icon = "circle-check"
        case _:
            text = _(
                "Case reopened: %(reason)s (%(who)s)",
                reason=codes.label("reopen_reason", event.reason),
                who=name,
            )
            icon = "folder"
    return Event(
        event.happened_on,
        "stage",
        (1, event.recorded_at.isoformat()),
        f"{text} — {note}" if note else text,
        icon,
    )


def _status_events(person: Person) -> list[Event]:
    """Changes of status, without the silent “not recorded” of a registration."""
    return [
        Event(
            entry.effective_on,
            "status",
            (0, entry.sequence),
            _status_words(entry),
            "shield-check" if entry.dimension != "residence" else "map-pin",
            is_void=entry.is_void,
        )
        for entry in person.entries
        if entry.code not in ("ND", "UNK")
    ]


def _status_words(entry: StatusEntry) -> str:
    if entry.dimension == "registration":
        reason = codes.label("flow", entry.reason)
        return (
            _("Registered: %(reason)s", reason=reason)
            if entry.code == "ACTIVE"
            else _("Left care: %(reason)s", reason=reason)
        )
    words = {
        "title": person_pages.dimension_title(entry.dimension),
        "status": person_pages.status_label(entry.dimension, entry.code),
    }
    return _("Void: %(title)s: %(status)s", **words) if entry.is_void else _("%(title)s: %(status)s", **words)


# -- search ------------------------------------------------------------------------------------------------------


def search(query: str) -> list[dict[str, Any]]:
    """Persons by name or number, with what tells namesakes apart. Details stay masked until opened."""
    number = query.strip().upper()
    case = cases.case_by_number(number)
    if case is not None and case.parties:
        return [
            _hit(
                case.parties[0].person,
                [case],
                _("case number"),
                url_for("casefile.case", case_id=case.id),
                True,
            )
        ]
    person = persons.person_by_number(number)
    if person is not None:
        return [_hit(person, cases.cases_of([person.id]), _("record number"), None, True)]
    hits = index.find(query)
    found = persons.persons(hit.person_id for hit in hits)
    of_person: dict[UUID, list[Case]] = {}
    for one in cases.cases_of(list(found)):
        for party in one.parties:
            of_person.setdefault(party.person_id, []).append(one)
    return [
        _hit(
            found[hit.person_id],
            of_person.get(hit.person_id, []),
            why(hit.kind, hit.reason_code),
            None,
            False,
        )
        for hit in hits
        if hit.person_id in found
    ]


def why(kind: str, reason: str) -> str:
    """Why a hit answers the question, in words."""
    by_kind = {
        "former": _("former name"),
        "latin": _("name in Latin letters"),
        "phone": _("phone"),
        "document": _("document number"),
        "iin": _("identification number"),
        "record": _("record number"),
    }
    return by_kind.get(kind) or {
        "same": _("same name"),
        "beginning": _("beginning of the name"),
        "part": _("part of the name"),
        "other_alphabet": _("other alphabet"),
        "similar": _("similar name"),
    }.get(reason, _("other spelling"))


def _hit(person: Person, of_person: list[Case], why: str, url: str | None, is_exact: bool) -> dict[str, Any]:
    case = of_person[0] if of_person else None
    return {
        "person": person,
        "name": person_pages.display_name(person.identity),
        "url": url or url_for("casefile.person", person_id=person.id),
        "numbers": ", ".join([person.number, *(one.number for one in of_person)]),
        "born": str(person.birth_year or ""),
        "origin": codes.label("country", person.origin) if person.origin != "UNK" else "",
        "lawyer": case.lawyer.name if case else "",
        "last_contact": i18n.day(case.last_contact_on) if case else "",
        "why": why,
        "is_exact": is_exact,
    }


# -- registration ------------------------------------------------------------------------------------------------


def step_names(current: int) -> list[dict[str, str]]:
    labels = (_("Identity"), _("Situation"), _("Contacts and consent"), _("Check"))
    return [
        {"label": label, "note": "", "state": "done" if n < current else "now" if n == current else ""}
        for n, label in enumerate(labels, 1)
    ]


def is_filled(form: CaseworkForm) -> bool:
    """Whether a step of a draft holds good answers."""
    return all(field.validate(form) for name, field in form._fields.items() if name not in ("csrf_token", "nonce"))


def answers(draft: Draft, forms: list[CaseworkForm]) -> list[dict[str, Any]]:
    """Every answer of the three steps, with the way back to change it."""
    titles = step_names(4)
    return [
        {
            "title": titles[n - 1]["label"],
            "url": url_for("casefile.step", draft_id=draft.id, step=n),
            "pairs": [
                (field.label.text, _answer(field)) for field in form if field.short_name not in ("csrf_token", "nonce")
            ],
        }
        for n, form in enumerate(forms, 1)
    ]


def _answer(field: Any) -> str:
    if isinstance(field, DateParts) and not field.data:
        return ""
    return shown(field)


def odd(forms: list[CaseworkForm]) -> list[str]:
    """What looks odd, before it is saved. Never a reason to refuse."""
    fields = forms[0]._fields
    found = []
    iin = fields["iin"].data
    if iin:
        reading = rules.check_iin(iin)
        problems = rules.iin_warnings(iin, fields["birth"].data, fields["sex"].data)
        if not reading.is_valid:
            found.append(_("The individual identification number is not valid: look at it again."))
        if problems:
            found.append(
                _("The individual identification number and the date of birth or sex differ. This can be right.")
            )
    if forms[2]._fields["consent"].data != "given":
        found.append(_("Consent is not recorded as given. Ask for it before anything is shared."))
    return found


def likely_same(form: CaseworkForm) -> list[dict[str, Any]]:
    """Persons of one's own organisation with a very similar name."""
    parts = [form._fields[name].data for name in ("family_name", "given_name", "patronymic")]
    name = " ".join(part for part in parts if part)
    hits = [hit for hit in index.find(name, 5) if hit.score >= 85]
    found = persons.persons(hit.person_id for hit in hits)
    return [
        _hit(found[hit.person_id], cases.cases_of([hit.person_id]), why(hit.kind, hit.reason_code), None, False)
        for hit in hits
        if hit.person_id in found
    ]
