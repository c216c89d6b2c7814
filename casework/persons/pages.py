"""What the pages about a person show, in words."""

from datetime import timedelta
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import select

from casework.accounts.queries import names
from casework.core import clock, i18n, withheld
from casework.core.audit import AuditEntry
from casework.core.db import db
from casework.core.scope import principal
from casework.persons import queries, rules
from casework.persons.models import Identity, Person, Relative, StatusEntry
from casework.persons.names import alphabet
from casework.persons.rules import PartialDate
from casework.reference import queries as codes

STATUS_LISTS = {
    "displacement": "displacement_status",
    "nationality": "nationality_status",
    "residence": "region",
    "registration": "registration",
}

REASONS = {
    "displacement": (
        "identified",
        "recognised_refugee",
        "derived_status",
        "rejected",
        "closed",
        "status_change",
        "correction",
    ),
    "nationality": (
        "identified",
        "confirmed_kz",
        "acquired_kz",
        "confirmed_other",
        "recognised_stateless",
        "status_change",
        "correction",
    ),
    "residence": ("moved", "correction"),
}


def born(person: Person) -> PartialDate:
    return PartialDate.from_text(person.identity.born or "")


def age_words(person: Person) -> str:
    """“Born 14 March 1991 (35)”, as far as it is known."""
    date = born(person)
    if not date.is_known:
        return _("Date of birth not recorded")
    age = rules.age_on(person.birth_year, person.birth_month, clock.today())
    words = _("about %(date)s", date=i18n.day(date)) if person.is_birth_estimated else i18n.day(date)
    return _("Born %(date)s (%(age)s)", date=words, age=age) if age is not None else _("Born %(date)s", date=words)


def status_label(dimension: str, code: str) -> str:
    return codes.label(STATUS_LISTS[dimension], code)


def dimension_title(dimension: str) -> str:
    return {
        "displacement": _("Displacement status"),
        "nationality": _("Nationality status"),
        "residence": _("Region of residence"),
        "registration": _("Registration"),
    }[dimension]


def now(person: Person, dimension: str) -> str:
    """What a history says today, and since when."""
    standing = [entry for entry in person.history(dimension) if not entry.is_void]
    if not standing:
        return ""
    status = status_label(dimension, standing[-1].code)
    return _("Now: %(status)s, since %(day)s", status=status, day=i18n.day(standing[-1].effective_on))


def status_choices(dimension: str) -> list[tuple[str, str]]:
    return list(codes.choices(STATUS_LISTS[dimension])())


def reason_choices(dimension: str) -> list[tuple[str, str]]:
    return [(reason, codes.label("flow", reason)) for reason in REASONS[dimension]]


def tags(person: Person) -> list[tuple[str, str]]:
    """The statuses as (words, tone), the more telling first. Only what is recorded."""
    found = []
    if person.nationality not in ("ND", "NAT"):
        tone = {"UN": "blue", "SP": "blue", "AR": "amber"}.get(person.nationality, "teal")
        found.append((status_label("nationality", person.nationality), tone))
    if person.displacement not in ("ND", "NOC"):
        tone = {"REJ": "", "CLO": ""}.get(person.displacement, "blue")
        found.append((status_label("displacement", person.displacement), tone))
    if person.registration == "LEFT":
        found.append((_("No longer in care"), ""))
    if not found:
        found.append((_("Status not yet assessed"), ""))
    return found


def details(person: Person) -> list[dict[str, Any]]:
    """The summary lists of the details page: title, pairs, and where to change them."""
    identity, contacts = person.identity, person.contacts
    edit = url_for("persons.edit_identity", person_id=person.id)
    edit_contacts = url_for("persons.edit_contacts", person_id=person.id)
    arrived = PartialDate(person.arrived_year, person.arrived_month)
    return [
        {
            "title": _("Identity"),
            "url": edit,
            "pairs": [
                {"label": _("Family name"), "value": identity.family_name},
                {"label": _("Given name"), "value": identity.given_name},
                {"label": _("Patronymic"), "value": identity.patronymic},
                {"label": _("Name in Latin letters"), "value": identity.latin_name},
                {"label": _("Former and other names"), "value": identity.former_names},
                {"label": _("Sex"), "value": codes.label("sex", person.sex)},
                {"label": _("Date of birth"), "value": age_words(person)},
                {"label": _("Place of birth"), "value": identity.birth_place},
                {"label": _("Individual identification number (IIN)"), "value": identity.iin},
                {
                    "label": _("Identity document"),
                    "value": [f"{codes.label('document_type', d.type)}: {d.number}" for d in identity.documents],
                },
                {"label": _("Country of origin"), "value": codes.label("country", person.origin)},
                {"label": _("Arrived in Kazakhstan"), "value": i18n.day(arrived)},
                {
                    "label": _("Languages"),
                    "value": [codes.label("language", code) for code in person.languages],
                },
                {"label": _("Record number"), "value": person.number},
            ],
        },
        {
            "title": _("Contacts and consent"),
            "url": edit_contacts,
            "pairs": [
                {"label": _("Phone"), "value": contacts.phone},
                {"label": _("Another phone"), "value": contacts.other_phone},
                {"label": _("Is it safe to call?"), "value": codes.label("contact_safety", contacts.safety)},
                {"label": _("Who answers this phone?"), "value": contacts.who_answers},
                {
                    "label": _("What may be said to whoever answers?"),
                    "value": codes.label("contact_may_say", contacts.may_say),
                },
                {"label": _("When to call"), "value": contacts.best_times},
                {"label": _("Never by message"), "value": _("Yes") if contacts.never_by_message else _("No")},
                {
                    "label": _("The contacts may be given to others"),
                    "value": _("Yes") if contacts.may_pass_on else _("No"),
                },
                {"label": _("What to know before contacting"), "value": contacts.safety_note},
                {"label": _("E-mail"), "value": contacts.email},
                {"label": _("Address"), "value": contacts.address},
                {"label": _("Consent to be registered and helped"), "value": consent_words(person)},
            ],
        },
    ]


def consent_words(person: Person) -> str:
    day = i18n.day(person.consent_on)
    match person.consent:
        case "given":
            return _("Given on %(day)s", day=day) if day else _("Given")
        case "refused":
            return _("Refused on %(day)s", day=day) if day else _("Refused")
        case "withdrawn":
            return _("Withdrawn on %(day)s", day=day) if day else _("Withdrawn")
    return _("Not asked yet")


def where_consent(form: object) -> str:
    """Where consent is recorded when the contacts do not ask for it."""
    if "consent" in form:  # type: ignore[operator]
        return ""
    return _("Consent is recorded on the page “Consents” of the record: there it is asked who answers.")


def histories(person: Person) -> list[dict[str, Any]]:
    """The dated histories, newest first, with who recorded each step."""
    who = names({entry.recorded_by_id for entry in person.entries} | {entry.voided_by_id for entry in person.entries})
    tables = []
    for dimension in STATUS_LISTS:
        entries = list(reversed(person.history(dimension)))
        tables.append(
            {
                "dimension": dimension,
                "title": dimension_title(dimension),
                "change": _("Change") if dimension != "registration" else _("Correct the registration day"),
                "change_url": url_for("persons.change_status", person_id=person.id, dimension=dimension)
                if dimension != "registration"
                else url_for("persons.correct_registration", person_id=person.id),
                "entries": [_entry_line(person, entry, who) for entry in entries],
            }
        )
    return tables


def _entry_line(person: Person, entry: StatusEntry, who: dict[Any, str]) -> dict[str, Any]:
    return {
        "status": status_label(entry.dimension, entry.code),
        "since": i18n.day(entry.effective_on),
        "reason": codes.label("flow", entry.reason),
        "note": entry.note.text,
        "recorded": _(
            "%(who)s, %(when)s",
            who=who.get(entry.recorded_by_id) or _("System"),
            when=i18n.moment(entry.recorded_at),
        ),
        "is_void": entry.is_void,
        "voided": _(
            "Void since %(when)s (%(who)s): %(reason)s",
            when=i18n.moment(entry.voided_at),
            who=who.get(entry.voided_by_id) or _("System"),
            reason=codes.label("void_reason", entry.void_reason),
        )
        if entry.is_void
        else "",
        "void_url": url_for("persons.void_status", person_id=person.id, entry_id=entry.id)
        if not entry.is_void and entry.dimension != "registration"
        else None,
    }


def warnings(person: Person) -> list[str]:
    """What looks odd about the record. Never a reason to refuse it."""
    iin = person.identity.iin
    if not iin:
        return []
    reading = rules.check_iin(iin)
    if reading.problem == "not_twelve_digits":
        return [_("An IIN has 12 digits; this one has not.")]
    if reading.problem == "check_digit":
        return [_("The check digit of the IIN is wrong: look at the number again.")]
    words = {
        "iin_without_birth_date": _("This IIN does not begin with a date of birth. Is it a business number (BIN)?"),
        "iin_birth_mismatch": _(
            "The IIN and the recorded date of birth differ. This can be right: an IIN keeps its first date."
        ),
        "iin_sex_mismatch": _("The IIN and the recorded sex differ. This can be right: look at the documents."),
    }
    return [words[problem] for problem in rules.iin_warnings(iin, born(person), person.sex)]


def family(person: Person) -> list[dict[str, Any]]:
    """The relatives, each with what they are to this person."""
    links = queries.relatives(person.id)
    others = queries.persons({link.relative_id if link.person_id == person.id else link.person_id for link in links})
    shown = []
    for link in links:
        other = others[link.relative_id if link.person_id == person.id else link.person_id]
        shown.append({"person": other, "words": _relation(person, link), "link": link, "born": _born_words(other)})
    return shown


def _born_words(other: Person) -> str:
    """When a relative was born; of a restricted record nothing."""
    return "" if withheld.hides(other) else i18n.day(born(other))


def _relation(person: Person, link: Relative) -> str:
    code = link.relationship_code
    if link.person_id == person.id:
        return codes.label("relationship", code)
    return _("for them this person is: %(relation)s", relation=codes.label("relationship", code))


READS = (
    "person:open",
    "person:details",
    "person:access-log",
    "person:link",
    "person:family",
    "person:needs",
    "approval:open",
    "duplicate:open",
    "conflict:see",
    "case:open",
)


def opened_by_count(person: Person) -> str:
    """“Opened by 2 people in the last 30 days.”"""
    since = clock.now() - timedelta(days=30)
    people = set(
        db.session.scalars(
            select(AuditEntry.actor_id)
            .where(
                AuditEntry.subject_id == person.id,
                AuditEntry.action.in_(READS),
                AuditEntry.at > since,
            )
            .distinct()
        )
    )
    who = principal()
    people.add(who.user_id if who else None)
    count = len(people - {None})
    return ngettext(
        "Opened by %(num)s person in the last 30 days.",
        "Opened by %(num)s people in the last 30 days.",
        count,
    )


def latin_beside(identity: Identity) -> str:
    """The Latin spelling, for a reader who may not read the script that the name is written in."""
    return (identity.latin_name or "") if alphabet(identity.full_name) == "A" else ""


def display_name(identity: Identity) -> str:
    return identity.full_name or identity.latin_name or _("No name recorded")
