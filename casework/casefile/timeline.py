"""The timeline of a record: sessions, acts, documents, letters, steps of the case and changes of status, newest first.

A feature adds its lines with a function `events(case)` in its `pages.py`, a list of `cases.pages.TimelineEvent`, which
`_told_by_features` asks for. The kind of an event (act, document, letter) is the part of the timeline it belongs to.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import groupby
from typing import Any
from uuid import UUID

from flask import url_for
from flask_babel import gettext as _

from casework.accounts.queries import names as user_names
from casework.cases.models import Case, CaseEvent
from casework.cases.pages import TimelineEvent
from casework.consultations import policy
from casework.consultations import queries as consultations
from casework.consultations.models import Consultation
from casework.core import i18n
from casework.core.clock import ALMATY
from casework.core.scope import principal
from casework.diary import pages as diary
from casework.documents import queries as documents
from casework.inquiries import queries as inquiries
from casework.letters import pages as letters
from casework.persons import pages as person_pages
from casework.persons.models import Person, StatusEntry
from casework.procedures import queries as procedures
from casework.proceedings import pages as proceedings
from casework.proceedings.models import Act, Deadline
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
LOOKS = {"act": "stage", "stage": "stage", "document": "doc", "letter": "letter"}
"""How a small event of a kind is drawn."""
LONG_AGO = datetime.min.replace(tzinfo=UTC)


@dataclass
class Event:
    """One thing that happened, ready to be drawn."""

    on: date
    kind: str  # session, act, document, letter, stage, status
    sequence: tuple[Any, ...]
    text: str = ""
    icon: str = "flag"
    url: str = ""
    note: str = ""
    session: dict[str, Any] | None = None
    is_void: bool = False

    @property
    def look(self) -> str:
        return LOOKS.get(self.kind, "")


@dataclass
class Timeline:
    months: list[tuple[str, list[Event]]]
    parts: list[dict[str, Any]]
    hidden: int
    is_empty: bool = False


def of(
    person: Person, case: Case | None, acts: list[Act], deadlines: list[Deadline], part: str, everything: bool
) -> Timeline:
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
        events += [_small(one) for one in _told_by_features(case, acts, deadlines)]
    labels = {
        "all": _("All"),
        "session": _("Sessions"),
        "act": _("Acts"),
        "document": _("Documents"),
        "letter": _("Letters"),
        "appointment": _("Appointments"),
        "stage": _("Steps of the case"),
        "status": _("Status"),
    }
    counts = {kind: sum(event.kind == kind for event in events) for kind in labels if kind != "all"}
    chosen = part if part in counts else "all"
    wanted = [event for event in events if chosen in ("all", event.kind)]
    wanted.sort(key=lambda event: (event.on, event.sequence), reverse=True)
    visible = wanted if everything else wanted[:FIRST_EVENTS]
    months = [
        (i18n.month_name(first), list(group))
        for first, group in groupby(visible, key=lambda event: event.on.replace(day=1))
    ]
    parts = [
        {
            "label": labels[name],
            "url": f"?show={name}",
            "count": len(events) if name == "all" else counts[name],
            "is_current": name == chosen,
        }
        for name in labels
        if name in ("all", "session", chosen) or counts[name]
    ]
    return Timeline(months, parts, len(wanted) - len(visible), not events)


def _told_by_features(case: Case, acts: list[Act], deadlines: list[Deadline]) -> list[TimelineEvent]:
    asked = inquiries.of_case(case.id, with_void=True) if any(act.about_id for act in acts) else []
    states = {one.id: codes.label("country", one.state) for one in asked}
    return [
        *proceedings.events(case, acts, deadlines, states),
        *_documents(case),
        *letters.events(case),
        *diary.events(case),
    ]


def _documents(case: Case) -> list[TimelineEvent]:
    return [
        TimelineEvent(
            on=one.uploaded_at.astimezone(ALMATY).date(),
            kind="document",
            text=_("Document added: %(title)s", title=documents.title(one)),
            recorded_at=one.uploaded_at,
            icon="file-check",
            url=url_for("documents.show", case_id=case.id, document_id=one.id),
        )
        for one in documents.of_case(case.id)
        if not one.is_void and one.origin != "LETTER"  # a letter tells of itself when it is sent
    ]


def _small(told: TimelineEvent) -> Event:
    return Event(
        on=told.on,
        kind=told.kind,
        sequence=(told.recorded_at or LONG_AGO, 2),
        text=told.text,
        icon=told.icon,
        url=told.url,
        note=told.note,
        is_void=told.is_void,
    )


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
                sequence=(consultation.recorded_at, 1),
                is_void=consultation.is_void,
                session={
                    "title": _("Void session · %(title)s", title=title) if consultation.is_void else heading,
                    "when": consultation.held_on.isoformat(),
                    "when_text": i18n.short_day(consultation.held_on),
                    "icon_name": MODALITY_ICONS.get(consultation.modality, "messages-square"),
                    "chips": _session_chips(consultation),
                    "text": account.summary or "",
                    "about": _session_about(consultation),
                    "private": consultation.private_note.text if readable else None,
                    "outcome": _session_outcome(consultation),
                    "by": who.get(consultation.lawyer_id, ""),
                    "links": links,
                    "struck": consultation.is_void,
                },
            )
        )
    return found


def _isolated(person: Person) -> str:
    """A name between Unicode isolates, so that one in Arabic script leaves its neighbours in their order."""
    return f"\u2068{person.identity.short_name or person.number}\u2069"


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
    there = {one.person_id: one.person for one in consultation.attendances}  # after a merge somebody may be there twice
    if len(there) > 1:
        chips.append((", ".join(_isolated(person) for person in there.values()), "users"))
    return chips


def _session_about(consultation: Consultation) -> list[tuple[str, str]]:
    """What it was about and what was given, as (heading, words): the part of a session that is counted."""
    topics = ", ".join(codes.label("topic", one.topic) for one in consultation.topics)
    services = ", ".join(codes.label("service_type", one.type) for one in consultation.services)
    return [(heading, words) for heading, words in ((_("Topics"), topics), (_("Services"), services)) if words]


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
        case "procedure":
            text, icon = _procedure_words(event, name), "folder"
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
        case "party_voided":
            text = _(
                "Record %(number)s was taken out of the case by %(who)s: %(reason)s",
                number=event.to_code or "",
                reason=codes.label("void_reason", event.reason),
                who=name,
            )
            icon = "user"
        case "party_transferred":
            text = _("Record %(number)s went to another partner", number=event.to_code or "")
            icon = "arrow-right-left"
        case "party_erased":
            text, icon = _("The data of record %(number)s were erased", number=event.to_code or ""), "user"
        case "transferred_in":
            text, icon = _("The case came from another partner"), "arrow-right-left"
        case "opening_corrected":
            text, icon = _("The opening of the case was corrected by %(who)s", who=name), "folder"
        case "closed" if not event.to_code:
            text = _("Case closed: %(reason)s (%(who)s)", reason=codes.label("closure_reason", event.reason), who=name)
            icon = "circle-check"
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
        (event.recorded_at, 2),
        f"{text} — {note}" if note else text,
        icon,
    )


def _procedure_words(event: CaseEvent, name: str) -> str:
    found = procedures.rules_of(UUID(event.to_code)) if event.to_code else None
    if found is None:
        return _("Procedure changed by %(who)s", who=name)
    words = {"procedure": found.label, "version": proceedings.version_words(found), "who": name}
    if event.from_code == event.to_code:
        return _("Where the case stood in “%(procedure)s” was set by %(who)s", **words)
    return _("The case goes on under “%(procedure)s” (%(version)s), says %(who)s", **words)


def _status_events(person: Person) -> list[Event]:
    """Changes of status, without the silent “not recorded” of a registration, and without what changed nothing."""
    found = []
    holding: dict[str, str] = {}
    for entry in person.entries:
        repeats = not entry.is_void and holding.get(entry.dimension) == entry.code
        if not entry.is_void:
            holding[entry.dimension] = entry.code
        if entry.code in ("ND", "UNK") or repeats:
            continue
        found.append(
            Event(
                entry.effective_on,
                "status",
                (entry.recorded_at, 3, entry.sequence),
                _status_words(entry),
                "shield-check" if entry.dimension != "residence" else "map-pin",
                is_void=entry.is_void,
            )
        )
    return found


def _status_words(entry: StatusEntry) -> str:
    if entry.dimension == "registration":
        reason = codes.label("flow", entry.reason)
        if entry.code == "ACTIVE" and entry.reason == "transferred" and not entry.is_void:
            return _("Registered: the case came from another partner")
        if entry.code == "ACTIVE":
            return (
                _("Void: registered: %(reason)s", reason=reason)
                if entry.is_void
                else _("Registered: %(reason)s", reason=reason)
            )
        return (
            _("Void: left care: %(reason)s", reason=reason)
            if entry.is_void
            else _("Left care: %(reason)s", reason=reason)
        )
    words = {
        "title": person_pages.dimension_title(entry.dimension),
        "status": person_pages.status_label(entry.dimension, entry.code),
    }
    if entry.is_void:
        return _("Void: %(title)s: %(status)s", **words)
    if entry.reason in ("identified", "moved"):
        return _("%(title)s: %(status)s", **words)
    return _("%(title)s: %(status)s (%(reason)s)", reason=codes.label("flow", entry.reason), **words)
