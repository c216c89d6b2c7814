"""Who opened a person's record, and what was changed on it: who, when, from what to what.

Former values are kept sealed (`core.audit.Revision`); they are opened here for those who may read the record. What a
private note said before is shown only to who may read the note.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import inspect, select

from casework.accounts.queries import names
from casework.cases import queries as cases
from casework.conflicts import queries as conflicts
from casework.consultations import policy
from casework.consultations import queries as consultations
from casework.consultations.models import Consultation
from casework.core import i18n
from casework.core.audit import AuditEntry
from casework.core.columns import sealed_groups
from casework.core.db import db
from casework.core.scope import principal
from casework.evidence import queries as evidence
from casework.inquiries import queries as inquiries
from casework.mandates import queries as mandates
from casework.needs import queries as needs
from casework.persons import queries as persons
from casework.persons.models import Person
from casework.persons.pages import READS
from casework.persons.rules import PartialDate
from casework.proceedings import queries as proceedings
from casework.reference import queries as codes

LAST = 200


@dataclass(frozen=True)
class Opening:
    who: str
    when: str
    what: str


@dataclass(frozen=True)
class Change:
    who: str
    when: str
    what: str
    fields: list[tuple[str, str, str]]
    """(field, before, after), in words."""


def openings(person: Person) -> list[Opening]:
    """Who opened the record, or one that was merged into it, newest first."""
    entries = db.session.scalars(
        select(AuditEntry)
        .where(
            AuditEntry.subject_id.in_([person.id, *(one.id for one in persons.merged_into(person.id))]),
            AuditEntry.action.in_(READS),
        )
        .order_by(AuditEntry.number.desc())
        .limit(LAST)
    ).all()
    who = names({entry.actor_id for entry in entries})
    words = {
        "person:open": _("opened the record"),
        "person:details": _("read the personal details"),
        "person:access-log": _("read this access log"),
        "person:link": _("linked the record"),
        "person:family": _("read the record as a relative’s"),
        "person:needs": _("read the needs"),
        "approval:open": _("opened a request for approval about it"),
        "duplicate:open": _("compared it with another record"),
        "conflict:see": _("saw the record beside a possible conflict of interest"),
        "case:open": _("worked on a case of the person"),
    }
    found = []
    before: tuple[Any, ...] = ()
    for one in entries:
        same = (one.actor_id, one.action, one.at.date(), one.at.hour)
        if same != before:  # an hour's work on a record is one line, not thirty
            name = who.get(one.actor_id) or _("Former colleague")
            found.append(Opening(name, i18n.moment(one.at), words[one.action]))
        before = same
    return found


def changes(person: Person) -> list[Change]:
    """What was changed on the person, their histories, their cases and sessions, newest first."""
    subjects = _subjects(person)
    later: dict[tuple[UUID, str], Any] = {}
    found = []
    revisions = persons.revisions(subjects)
    who = names({revision.actor_id for revision in revisions})
    for revision in revisions:  # newest first, so that what replaced a value is known when it is met
        row = subjects[revision.subject_id]
        fields = []
        for name, before in revision.former.values.items():
            key = (revision.subject_id, name)
            after = later.get(key, _now(row, name))
            later[key] = before
            fields += _differences(row, name, before, after)
        if fields:
            when = i18n.moment(revision.at)
            found.append(Change(who.get(revision.actor_id) or _("System"), when, _what(row), fields))
    return found


def _subjects(person: Person) -> dict[UUID, Any]:
    of_person = cases.open_to_me(cases.cases_of([person.id]))
    held = consultations.of_cases([case.id for case in of_person])
    links = [*persons.relatives(person.id), *persons.removed_relatives(person.id)]
    acts = [act for case in of_person for act in proceedings.acts(case.id, with_void=True) if not act.is_deemed]
    rows: tuple[Any, ...] = (
        person,
        *person.entries,
        *(row for one in persons.merged_into(person.id) for row in (one, *one.entries)),
        *links,
        *of_person,
        *cases.mistaken_parties(person.id),
        *(party for case in of_person for party in cases.mistaken_parties_of(case.id)),
        *held,
        *mandates.of_person(person.id),
        *needs.every(person.id),
        *needs.best_interests(person.id),
        *evidence.every_item([case.id for case in of_person]),
        *(one for case in of_person for one in inquiries.of_case(case.id, with_void=True)),
        *(one for case in of_person for one in conflicts.opposing_of_case(case.id, with_void=True)),
        *acts,
    )
    return {row.id: row for row in rows}


def _what(row: Any) -> str:
    match row.__tablename__:
        case "persons":
            return _("personal details")
        case "status_entries":
            return _("status history")
        case "cases":
            return _("case %(number)s", number=row.number)
        case "case_parties":
            name = ", ".join(_persons([str(row.person_id)]))
            return _("%(name)s in case %(number)s", name=name, number=row.case.number)
        case "relatives":
            names_of_both = _persons([str(row.person_id), str(row.relative_id)])
            return _("family link between %(persons)s", persons=", ".join(names_of_both))
        case "acts":
            return _("“%(act)s” in the procedure", act=codes.label("act", row.code))
        case "specific_needs":
            return _("need “%(need)s”", need=codes.label("specific_need", row.code))
        case "best_interests":
            return _("step “%(step)s”", step=codes.label("best_interest_step", row.step))
        case "powers_of_attorney":
            return _("power of attorney of %(day)s", day=i18n.day(row.issued_on))
        case "evidence_items":
            return _("evidence: %(kind)s", kind=codes.label("document_type", row.kind))
        case "opposing_parties":
            return _("opposing party: %(role)s", role=codes.label("opposing_role", row.role))
        case "inquiries":
            return _("inquiry to a State: %(state)s", state=codes.label("country", row.state))
    return _("session of %(day)s", day=i18n.day(row.held_on))


def _now(row: Any, name: str) -> Any:
    """What a row says today under a name, in the plain form in which former values are kept."""
    if isinstance(row, Consultation) and name in ("topics", "services", "persons"):
        lists = {
            "topics": [one.topic for one in row.topics],
            "services": [one.type for one in row.services],
            "persons": [str(one.person_id) for one in row.attendances],
        }
        return sorted(lists[name])
    value = getattr(row, name, None)
    return dict(vars(value)) if name in sealed_groups(type(row)) else value


# Written by the system beside what people change, or told elsewhere (the timeline tells of stages and closings).
_QUIET = {
    "changed_at", "version", "displacement", "nationality", "region", "registration", "birth_year", "birth_month",
    "voided_by_id", "voided_at", "recorded_by_id", "last_contact_on", "stage", "stage_since", "lawyer_id", "closed_on",
    "closure_reason", "next_step_owner_id", "has_interpreter", "document_id", "procedure_id",
    "merged_into_id", "merged_on",
}  # fmt: skip


def _differences(row: Any, name: str, before: Any, after: Any) -> list[tuple[str, str, str]]:
    if name in _QUIET or (name == "outcome" and row.__tablename__ == "cases"):
        return []
    if name == "private_note" and not _may_read_note(row):
        return [(_("Private note"), _("not shown"), _("not shown"))]
    known = set(inspect(type(row)).columns.keys()) | set(sealed_groups(type(row))) | {"topics", "services", "persons"}
    if name not in known:
        return []
    if name in sealed_groups(type(row)):
        before, after = before or {}, after or {}
        parts = [part for part in {**before, **after} if _plain(before.get(part)) != _plain(after.get(part))]
        labels = {part: _GROUPS[name]() if part == "text" else _label(part) for part in parts}
        return [(labels[part], _words(part, before.get(part)), _words(part, after.get(part))) for part in parts]
    if _plain(before) == _plain(after):
        return []
    name = _called(row, name)
    return [(_label(name), _words(name, before), _words(name, after))]


def _called(row: Any, name: str) -> str:
    """A column by its name; with its table where two tables mean different things by it."""
    full = f"{row.__tablename__}.{name}"
    return full if full in _LISTS else name


def _may_read_note(row: Any) -> bool:
    who = principal()
    return isinstance(row, Consultation) and who is not None and policy.may_read_private_note(who, row)


def _plain(value: Any) -> Any:
    """Comparable whether it comes from a row or from a former value. Nothing, empty text and an empty list are one."""
    if hasattr(value, "__dataclass_fields__"):
        return {part: _plain(getattr(value, part)) for part in value.__dataclass_fields__}
    if isinstance(value, list):
        return [_plain(item) for item in value] or None
    if isinstance(value, dict):
        return {part: _plain(item) for part, item in value.items()}
    return None if value in (None, "") else str(value)


def _label(name: str) -> str:
    return {
        "family_name": _("Family name"),
        "given_name": _("Given name"),
        "patronymic": _("Patronymic"),
        "latin_name": _("Name in Latin letters"),
        "former_names": _("Former and other names"),
        "name_language": _("Language of the name"),
        "born": _("Date of birth"),
        "birth_place": _("Place of birth"),
        "iin": _("Individual identification number (IIN)"),
        "documents": _("Identity document"),
        "phone": _("Phone"),
        "other_phone": _("Another phone"),
        "email": _("E-mail"),
        "address": _("Address"),
        "safety": _("Is it safe to call?"),
        "safety_note": _("What to know before contacting"),
        "who_answers": _("Who answers this phone?"),
        "may_say": _("What may be said to whoever answers?"),
        "best_times": _("When to call"),
        "never_by_message": _("Never by message"),
        "may_pass_on": _("The contacts may be given to others"),
        "sex": _("Sex"),
        "is_birth_estimated": _("The date of birth is an estimate"),
        "origin": _("Country of origin"),
        "arrived_year": _("Year of arrival"),
        "arrived_month": _("Month of arrival"),
        "languages": _("Languages"),
        "consent": _("Consent to be registered and helped"),
        "consent_on": _("Day of the answer"),
        "void_reason": _("Reason for voiding"),
        "person_id": _("Record"),
        "relative_id": _("Record of the relative"),
        "priority": _("Priority"),
        "next_step_due_on": _("Next step due"),
        "registered_on": _("Registered on"),
        "opened_on": _("Opened on"),
        "track": _("What kind of case is it?"),
        "source": _("Who sent the person to you?"),
        "held_on": _("Date"),
        "modality": _("How did you meet?"),
        "minutes": _("Minutes"),
        "language": _("Language"),
        "outcome": _("What came of it"),
        "title": _("In one line"),
        "summary": _("Summary"),
        "interpreter": _("Interpreter"),
        "topics": _("What was it about?"),
        "services": _("What did you do for the person?"),
        "persons": _("Who was it with?"),
        "scope": _("What does it cover?"),
        "issued_on": _("Issued on"),
        "expires_on": _("Valid until"),
        "revoked_on": _("Revoked on"),
        "number": _("Number"),
        "notary": _("Notary, or who certified it"),
        "note": _("Note"),
        "evidence_items.state": _("How does it stand?"),
        "asked_from": _("From whom was it asked for?"),
        "asked_on": _("Asked for on"),
        "received_on": _("Received on"),
        "why_not": _("Why can it not be had?"),
        "original_with": _("Where is the original?"),
        "inquiries.state": _("Which State is asked?"),
        "role": _("What are they to the person?"),
        "document": _("Number of an identity document"),
        "is_body": _("Is it an organisation or company?"),
        "through": _("Through whom?"),
        "sent_on": _("Sent on"),
        "evidence": _("On what evidence is this State asked?"),
        "reference": _("Number of the inquiry"),
        "reply": _("What did the State reply?"),
        "replied_on": _("Reply received on"),
        "follow_up": _("What follows from it?"),
        "happened_on": _("On which day did it happen?"),
        "served_on": _("On which day did the person learn of it?"),
        "until_on": _("Until which day?"),
        "specific_needs.code": _("Need"),
        "since_on": _("Since"),
        "best_interests.step": _("Step"),
        "best_interests.state": _("How it stands"),
        "best_interests.outcome": _("What was decided"),
        "due_on": _("To be done by"),
        "decided_on": _("Decided on"),
        "is_by_representative": _("A representative did it for the person, with a power of attorney"),
    }.get(name, name)


_GROUPS: dict[str, Callable[[], str]] = {
    "next_step": lambda: _("Next step"),
    "private_note": lambda: _("Private note"),
    "note": lambda: _("Note"),
    "why_fits": lambda: _("Why it fits this person"),
}
"""What a sealed group is called that holds a few sentences and nothing else."""

_LISTS = {
    "sex": "sex",
    "origin": "country",
    "languages": "language",
    "language": "language",
    "safety": "contact_safety",
    "may_say": "contact_may_say",
    "void_reason": "void_reason",
    "priority": "priority",
    "track": "track",
    "source": "referral_source",
    "modality": "modality",
    "outcome": "session_outcome",
    "topics": "topic",
    "services": "service_type",
    "scope": "poa_scope",
    "evidence_items.state": "evidence_state",
    "original_with": "original_location",
    "specific_needs.code": "specific_need",
    "best_interests.step": "best_interest_step",
    "best_interests.state": "best_interest_state",
    "best_interests.outcome": "best_interest_outcome",
    "inquiries.state": "country",
    "role": "opposing_role",
    "through": "inquiry_channel",
    "reply": "inquiry_reply",
}


def _words(name: str, value: Any) -> str:
    if value in (None, "", []):
        return _("Not recorded")
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if name == "persons":
        return ", ".join(_persons(value))
    if name in ("person_id", "relative_id"):
        return ", ".join(one.number for one in persons.persons([UUID(str(value))]).values())
    if isinstance(value, list):
        return ", ".join(_words(name, item) for item in value)
    if name == "documents":
        document = value if isinstance(value, dict) else vars(value)
        return f"{codes.label('document_type', document['type'])}: {document['number']}"
    if name == "born" or name.endswith("_on"):
        return i18n.day(PartialDate.from_text(str(value)))
    if name == "consent":
        said = {"given": _("Given"), "refused": _("Refused"), "withdrawn": _("Withdrawn")}
        return said.get(str(value), _("Not asked yet"))
    return codes.label(_LISTS[name], str(value)) if name in _LISTS else str(value)


def _persons(ids: Iterable[str]) -> list[str]:
    found = persons.persons(UUID(one) for one in ids)
    return [person.identity.full_name or person.number for person in found.values()]
